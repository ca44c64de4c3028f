//! A small house to work in: Nanjing's regions, the shipped catalogue, people and officials.

use std::sync::Arc;

use casework::{Attachment, Brought, CaseReplay, CaseWheel, Channel, Command, Completion, Filing, Submission, Tally};
use catalogue::Answers;
use evaluation::{
    Evaluations, ExposureWheel, Figures, Level, NewRating, Refusal, Service, ServiceWheel, Services, Subject, Turn, Way,
};
use identity::{Particulars, Person};
use kernel::{
    AccountId, Actor, BasicCode, CaseNumber, Date, Duty, PartyId, Power, RegionCode, Scope, StaffId, Uuid, midnight,
};
use store::{Db, Failure, Runner, Tx, testing};

/// 玄武区
pub const XUANWU: &str = "320102000000";
/// 公共图书馆读者证办理: on the spot, free of charge, a licence comes of it.
pub const READER: &str = "322022901000";

pub const NAME: &str = "𠮷小满";
pub const RESIDENT: &str = "320102190001019997";
pub const PHONE: &str = "13800000997";

pub const MIGRATIONS: &[&[store::Migration]] = &[
    organisation::MIGRATIONS,
    catalogue::MIGRATIONS,
    identity::MIGRATIONS,
    licences::MIGRATIONS,
    payment::MIGRATIONS,
    delivery::MIGRATIONS,
    halls::MIGRATIONS,
    casework::MIGRATIONS,
    evaluation::MIGRATIONS,
];

/// Runs the test in a house on each database.
pub fn each_house(test: impl Fn(House)) {
    testing::each_database(MIGRATIONS, |db| test(House::open(db)));
}

/// The house and who is in it.
pub struct House {
    pub db: Db,
    pub citizen: Actor,
    pub other: Actor,
    pub clerk: Actor,
    /// Looks after ratings in the district.
    pub officer: Actor,
    pub second: Actor,
    pub supervisor: Actor,
    /// Looks after ratings in the neighbouring district.
    pub elsewhere: Actor,
}

const SETUP: Actor = Actor::System("import");

impl House {
    pub fn open(db: Db) -> House {
        db.time().advance_to(midnight(first_monday(db.today())));
        db.time().advance(std::time::Duration::from_secs(9 * 3600));
        db.write(setup_registers).unwrap();
        db.write(|tx: &mut Tx<'_>| {
            let kinds = store::ReadExt::cached::<organisation::Kinds>(tx)?;
            let builtin = catalogue::builtin::builtin(&kinds).unwrap();
            catalogue::desk::publish_builtin(tx, &SETUP, &builtin)
        })
        .unwrap();
        let citizen = enter(&db, 1, NAME, RESIDENT, PHONE);
        let other = enter(&db, 2, "示例人", "320505190003159986", "13800000996");
        House {
            citizen,
            other,
            // The clerk also holds the duty to look after ratings, and still has no hand in those of their own work.
            clerk: staff(11, XUANWU, &[Duty::Receive, Duty::Redress]),
            officer: staff(21, XUANWU, &[Duty::Redress]),
            second: staff(22, XUANWU, &[Duty::Redress]),
            supervisor: staff(23, "320100000000", &[Duty::Supervise]),
            elsewhere: staff(24, "320104000000", &[Duty::Redress, Duty::Supervise]),
            db,
        }
    }

    pub fn today(&self) -> Date {
        self.db.today()
    }

    /// The number of the month in which it is.
    pub fn month(&self) -> i64 {
        i64::from(self.today().year()) * 100 + i64::from(self.today().month())
    }

    pub fn pass_days(&self, days: u64) {
        self.db.time().advance(std::time::Duration::from_secs(days * 24 * 3600));
    }

    pub fn drain(&self) {
        let followers: Vec<Arc<dyn store::Follower>> =
            vec![Arc::new(Completion), Arc::new(Tally), Arc::new(Services), Arc::new(Figures)];
        let wheels: Vec<Arc<dyn store::Wheel>> =
            vec![Arc::new(CaseWheel), Arc::new(ServiceWheel), Arc::new(ExposureWheel)];
        Runner::drain(&self.db, followers, wheels, vec![]).unwrap();
    }

    /// A case that the clerk has just finished; nothing has followed yet.
    pub fn finish(&self, channel: Channel) -> CaseNumber {
        let materials = vec![self.upload("申请人居民身份证")];
        let filing = Filing {
            applicant: self.citizen.party().unwrap(),
            item: code(READER),
            region: region(XUANWU),
            answers: general(),
            materials,
            channel,
            ticket: None,
            draft: None,
            key: None,
            way: casework::Way::default(),
        };
        let submission = Submission::prepare(&self.db, &self.citizen, filing).unwrap();
        let number = self.db.write(move |tx| casework::submit(tx, &submission)).unwrap().number;
        let clerk = self.clerk.clone();
        let grant = Command::Decide { verdict: casework::Verdict::Grant { reason: None } };
        self.db.write(move |tx| casework::handle(tx, &clerk, &number, &grant)).unwrap();
        number
    }

    /// A service that may be rated.
    pub fn served(&self) -> CaseNumber {
        let number = self.finish(Channel::Online);
        self.drain();
        number
    }

    fn upload(&self, name: &str) -> Attachment {
        let bytes = format!("%PDF-1.7 {name}");
        let digest =
            casework::keep_file(&self.db, &self.citizen, bytes.as_bytes(), Some("application/pdf")).unwrap().digest;
        Attachment { material: name.to_owned(), brought: Brought::File { digest, name: None } }
    }

    pub fn rate(
        &self,
        actor: &Actor,
        number: CaseNumber,
        turn: Turn,
        level: Level,
    ) -> Result<Service, Failure<Refusal>> {
        let (actor, new) = (actor.clone(), rating(level, "说了等一会儿，结果等了一上午。"));
        self.db.write(move |tx| evaluation::rate(tx, &actor, &number, turn, &new, None))
    }

    pub fn handle(
        &self,
        actor: &Actor,
        number: CaseNumber,
        command: evaluation::Command,
    ) -> Result<Service, Failure<Refusal>> {
        let actor = actor.clone();
        self.db.write(move |tx| evaluation::handle(tx, &actor, &Subject::Case(number), &command))
    }

    pub fn service(&self, number: CaseNumber) -> Service {
        let subject = Subject::Case(number);
        self.db.read(|read| evaluation::query::service_for(read, &Actor::System("test"), &subject)).unwrap()
    }

    /// The journal is sound, and every row is what its events say.
    pub fn verify(&self) {
        let report = store::verify_journal(&self.db, &[&CaseReplay, &Evaluations], &[]).unwrap();
        assert!(report.is_sound(), "{:?}", report.problems);
        assert!(report.replayed > 0);
    }

    /// The figures are what a recount gives.
    pub fn recount(&self) {
        let differences = self.db.read(|read| evaluation::query::recount(read, self.month())).unwrap();
        assert_eq!(differences, []);
    }
}

pub fn rating(level: Level, text: &str) -> NewRating {
    NewRating { level, way: Way::Page, aspects: vec!["efficiency".to_owned()], text: text.to_owned() }
}

/// The refusal of a command that must be refused.
pub fn refused<T>(result: Result<T, Failure<Refusal>>) -> Refusal {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        Err(Failure::Broken(error)) => panic!("broken: {error}"),
        Ok(_) => panic!("it was not refused"),
    }
}

fn first_monday(today: Date) -> Date {
    let mut day = Date::constant(2026, 3, 2);
    while day <= today {
        day = (0..7).fold(day, |day, _| day.tomorrow().unwrap());
    }
    day
}

fn setup_registers(tx: &mut Tx<'_>) -> Result<(), Failure<organisation::Refusal>> {
    use organisation::{builtin, desk, parse};
    let here = |code: &str| code == "320000000000" || code.starts_with("3201");
    let regions = parse::regions(builtin::REGIONS, |_| false).unwrap();
    let regions: Vec<_> = regions.into_iter().filter(|line| here(&line.code.to_string())).collect();
    desk::import_regions(tx, &SETUP, &regions)?;
    desk::import_calendar(tx, &SETUP, &parse::calendar(builtin::CALENDAR).unwrap())?;
    desk::import_kinds(tx, &SETUP, &parse::kinds(builtin::KINDS).unwrap())
}

fn enter(db: &Db, account: u128, name: &str, id: &str, phone: &str) -> Actor {
    let person = Person {
        name: name.parse().unwrap(),
        id: id.parse().unwrap(),
        phone: Some(phone.parse().unwrap()),
        region: Some(region(XUANWU)),
    };
    let particulars = Particulars::Person(person);
    let party: PartyId = db.write(move |tx| identity::enter(tx, &SETUP, &particulars)).unwrap();
    Actor::Citizen { account: AccountId::new(Uuid::from_u128(account)), person: party, acting_for: party }
}

fn staff(id: u128, place: &str, duties: &[Duty]) -> Actor {
    let scope = Scope { region: region(place), subtree: true, kind: None };
    let powers = duties.iter().map(|duty| Power { duty: *duty, scope }).collect();
    Actor::Staff {
        staff: StaffId::new(Uuid::from_u128(id)), region: region(place), post: "测试岗".to_owned(), powers
    }
}

pub fn region(code: &str) -> RegionCode {
    code.parse().unwrap()
}

pub fn code(code: &str) -> BasicCode {
    code.parse().unwrap()
}

fn general() -> Answers {
    [
        ("name", NAME),
        ("resident_id", RESIDENT),
        ("phone", PHONE),
        ("matter", "按规定申请办理。"),
        ("first_time", "第一次办"),
        ("place", XUANWU),
    ]
    .into_iter()
    .map(|(key, answer)| (key.to_owned(), answer.into()))
    .collect()
}
