//! A small house to work in, with supervision in it: Nanjing's regions, the shipped catalogue, two people, five officials.

use std::sync::Arc;

use casework::{
    Attachment, Brought, Case, CaseReplay, CaseWheel, Channel, Command, Completion, Filing, Receipt, Refusal,
    Submission, Way,
};
use catalogue::Answers;
use identity::{Particulars, Person};
use kernel::{
    AccountId, Actor, BasicCode, CaseNumber, Date, Digest, Duty, PartyId, Power, RegionCode, Scope, StaffId, Uuid,
    midnight,
};
use store::{Db, Failure, Runner, Tx, testing};

/// 玄武区
pub const XUANWU: &str = "320102000000";
/// 居民身份证换领: promised in ten working days, a licence comes of it, duties are separated.
pub const RENEWAL: &str = "320709902000";
/// 临时居民身份证申领: on the spot.
pub const TEMPORARY: &str = "320709904000";

pub const HOUSEHOLD: &str = "居民户口簿";
pub const OLD_CARD: &str = "原居民身份证";
pub const PHOTO: &str = "近期免冠照片";

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
    supervision::MIGRATIONS,
];

/// Runs the test in a house on each database.
pub fn each_house(test: impl Fn(House)) {
    testing::each_database(MIGRATIONS, |db| test(House::open(db)));
}

/// The house and who is in it.
pub struct House {
    pub db: Db,
    pub citizen: Actor,
    pub clerk: Actor,
    pub reviewer: Actor,
    pub decider: Actor,
    /// A clerk of the neighbouring district.
    pub elsewhere: Actor,
}

const SETUP: Actor = Actor::System("import");

impl House {
    pub fn open(db: Db) -> House {
        // Monday, 2 March 2026, nine o'clock in China; the machine's own clock may be ahead of it, then a Monday after.
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
        House {
            citizen,
            clerk: staff(11, XUANWU, None, &[Duty::Receive]),
            reviewer: staff(12, XUANWU, Some("090"), &[Duty::Review]),
            decider: staff(13, XUANWU, None, &[Duty::Decide]),
            elsewhere: staff(15, "320104000000", None, &[Duty::Receive, Duty::Review, Duty::Decide]),
            db,
        }
    }

    pub fn today(&self) -> Date {
        self.db.today()
    }

    /// Goes to the morning of a day.
    pub fn go_to(&self, day: Date) {
        self.db.time().advance_to(midnight(day));
        self.db.time().advance(std::time::Duration::from_secs(9 * 3600));
    }

    /// Lets days pass.
    pub fn pass_days(&self, days: u64) {
        self.db.time().advance(std::time::Duration::from_secs(days * 24 * 3600));
    }

    /// The day so many working days from today.
    pub fn working_days_on(&self, days: u32) -> Date {
        let calendar = self.db.read(|read| organisation::calendar(read)).unwrap();
        calendar.after(self.today(), kernel::WorkingDays(days))
    }

    /// All followers and wheels of the room do what waits for them.
    pub fn drain(&self) {
        let followers: Vec<Arc<dyn store::Follower>> = vec![Arc::new(Completion), Arc::new(supervision::Follow)];
        let wheels: Vec<Arc<dyn store::Wheel>> =
            vec![Arc::new(CaseWheel), Arc::new(supervision::WatchWheel), Arc::new(supervision::OrderWheel)];
        Runner::drain(&self.db, followers, wheels, vec![]).unwrap();
    }

    pub fn file(&self, actor: &Actor, words: &str) -> Digest {
        let bytes = format!("%PDF-1.7 {words}");
        casework::keep_file(&self.db, actor, bytes.as_bytes(), Some("application/pdf")).unwrap().digest
    }

    pub fn filing(&self, actor: &Actor, item: &str) -> Filing {
        let (answers, materials) = match item {
            RENEWAL => (renewal(), vec![HOUSEHOLD, OLD_CARD]),
            TEMPORARY => (general(), vec![HOUSEHOLD, PHOTO]),
            _ => (general(), vec![HOUSEHOLD]),
        };
        let materials = materials.into_iter().map(|name| self.upload_by(actor, name)).collect();
        Filing {
            applicant: actor.party().unwrap(),
            item: code(item),
            region: region(XUANWU),
            answers,
            materials,
            channel: Channel::Online,
            way: Way::Electronic,
            ticket: None,
            draft: None,
            key: None,
        }
    }

    pub fn upload_by(&self, actor: &Actor, name: &str) -> Attachment {
        let brought = Brought::File { digest: self.file(actor, name), name: Some(format!("{NAME}的{name}.pdf")) };
        Attachment { material: name.to_owned(), brought }
    }

    pub fn try_submit(&self, actor: &Actor, filing: Filing) -> Result<Receipt, Failure<Refusal>> {
        let submission = Submission::prepare(&self.db, actor, filing)?;
        self.db.write(move |tx| casework::submit(tx, &submission))
    }

    /// Submits an application of the citizen's.
    pub fn submit(&self, item: &str) -> Receipt {
        self.try_submit(&self.citizen, self.filing(&self.citizen, item)).unwrap()
    }

    pub fn handle(&self, actor: &Actor, number: CaseNumber, command: Command) -> Result<Case, Failure<Refusal>> {
        let actor = actor.clone();
        self.db.write(move |tx| casework::handle(tx, &actor, &number, &command))
    }

    /// The fee of a case is paid at the window, if one is owed.
    pub fn pay(&self, number: CaseNumber) {
        let cashier = staff(16, XUANWU, None, &[Duty::Collect]);
        let subject = casework::stream(&number);
        let bill = self.db.read(|read| payment::query::bill_of_subject(read, &cashier, &subject)).unwrap();
        let Some(bill) = bill.filter(payment::Bill::is_payable) else { return };
        let take_in = payment::Command::TakeIn { flow: format!("C{}", bill.code), amount: bill.payable() };
        self.db.write(move |tx| payment::handle(tx, &cashier, &bill.code, &take_in)).unwrap();
    }

    /// Carries out steps that must succeed. What is owed is paid as soon as it is owed.
    pub fn steps(&self, number: CaseNumber, steps: &[(&Actor, Command)]) {
        for (actor, command) in steps {
            self.handle(actor, number, command.clone())
                .unwrap_or_else(|failure| panic!("{}: {failure}", command.name()));
            self.pay(number);
        }
    }

    pub fn case(&self, number: CaseNumber) -> Case {
        self.db.read(|read| casework::query::case_for(read, &Actor::System("test"), &number)).unwrap()
    }

    /// The journal is sound, and every row is what its events say.
    pub fn verify(&self) {
        let report =
            store::verify_journal(&self.db, &[&CaseReplay, &payment::BillReplay, &supervision::Supervisions], &[])
                .unwrap();
        assert!(report.is_sound(), "{:?}", report.problems);
        assert!(report.replayed > 0);
    }
}

/// The first Monday from the second of March 2026 on that is not before `today`, so that the clock can go there.
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

pub fn staff(id: u128, place: &str, kind: Option<&str>, duties: &[Duty]) -> Actor {
    let scope = Scope { region: region(place), subtree: true, kind: kind.map(|kind| kind.parse().unwrap()) };
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

fn answers(pairs: &[(&str, &str)]) -> Answers {
    pairs.iter().map(|(key, answer)| ((*key).to_owned(), (*answer).into())).collect()
}

/// Answers to the form for renewing an identity card.
pub fn renewal() -> Answers {
    answers(&[
        ("name", NAME),
        ("resident_id", RESIDENT),
        ("phone", PHONE),
        ("reason", "坏了，看不清"),
        ("away", "否"),
        ("temporary", "否"),
    ])
}

/// Answers to the form for persons.
pub fn general() -> Answers {
    answers(&[
        ("name", NAME),
        ("resident_id", RESIDENT),
        ("phone", PHONE),
        ("matter", "按规定申请办理。"),
        ("first_time", "第一次办"),
        ("place", XUANWU),
    ])
}
