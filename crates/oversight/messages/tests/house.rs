//! A small house to work in: Nanjing's regions, the shipped catalogue, two people, five officials.

use std::sync::Arc;
use std::time::Duration;

use casework::{
    Attachment, Brought, CaseReplay, CaseWheel, Channel, Command, Completion, Filing, Missing, Receipt, Subject,
    Submission,
};
use catalogue::Answers;
use identity::{Particulars, Person};
use kernel::{
    AccountId, Actor, BasicCode, CaseNumber, Date, Digest, Duty, PartyId, Power, RegionCode, Scope, StaffId, Uuid,
    midnight,
};
use messages::{HoldWheel, Message, ReminderWheel, Teller, Told};
use store::{Db, Failure, Runner, Sender, Tx, testing};

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
    casework::MIGRATIONS,
    messages::MIGRATIONS,
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
    /// A clerk who is in the register of staff, so that their post has an inbox.
    pub clerk: Actor,
    pub reviewer: Actor,
    pub decider: Actor,
    /// A clerk of the neighbouring district.
    pub elsewhere: Actor,
    pub operator: Actor,
    /// Whether an SMS channel is set up.
    pub has_channel: bool,
}

const SETUP: Actor = Actor::System("import");

impl House {
    pub fn open(db: Db) -> House {
        // Monday, 2 March 2026, nine o'clock in China; the machine's own clock may be ahead of it, then a Monday after.
        db.time().advance_to(midnight(first_monday(db.today())));
        db.time().advance(Duration::from_secs(9 * 3600));
        db.write(setup_registers).unwrap();
        db.write(|tx: &mut Tx<'_>| {
            let kinds = store::ReadExt::cached::<organisation::Kinds>(tx)?;
            let builtin = catalogue::builtin::builtin(&kinds).unwrap();
            catalogue::desk::publish_builtin(tx, &SETUP, &builtin)
        })
        .unwrap();
        db.write(|tx| messages::desk::publish(tx, &SETUP, messages::BUILTIN)).unwrap();
        let citizen = enter(&db, 1, NAME, RESIDENT, PHONE);
        let other = enter(&db, 2, "示例人", "320505190003159986", "13800000996");
        let clerk = appoint(&db, "C-1", &[Duty::Receive]);
        House {
            citizen,
            other,
            clerk,
            reviewer: staff(12, XUANWU, Some("090"), &[Duty::Review]),
            decider: staff(13, XUANWU, None, &[Duty::Decide]),
            elsewhere: staff(15, "320104000000", None, &[Duty::Receive, Duty::Review, Duty::Decide]),
            operator: staff(16, XUANWU, None, &[Duty::Administer]),
            has_channel: true,
            db,
        }
    }

    pub fn today(&self) -> Date {
        self.db.today()
    }

    /// The day so many working days from today.
    pub fn working_days_on(&self, days: u32) -> Date {
        let calendar = self.db.read(|read| organisation::calendar(read)).unwrap();
        calendar.after(self.today(), kernel::WorkingDays(days))
    }

    /// Goes to an hour of a day.
    pub fn go_to(&self, day: Date, hour: u64) {
        self.db.time().advance_to(midnight(day));
        self.db.time().advance(Duration::from_secs(hour * 3600));
    }

    pub fn followers(&self) -> Vec<Arc<dyn store::Follower>> {
        vec![Arc::new(Completion), Arc::new(Teller { has_channel: self.has_channel })]
    }

    /// Everybody does what waits for them; SMS go out by this sender.
    pub fn drain_with(&self, senders: Vec<Arc<dyn Sender>>) {
        let wheels: Vec<Arc<dyn store::Wheel>> =
            vec![Arc::new(CaseWheel), Arc::new(HoldWheel), Arc::new(ReminderWheel { has_channel: self.has_channel })];
        Runner::drain(&self.db, self.followers(), wheels, senders).unwrap();
    }

    pub fn drain(&self) {
        self.drain_with(vec![]);
    }

    pub fn file(&self, words: &str) -> Digest {
        let bytes = format!("%PDF-1.7 {words}");
        casework::keep_file(&self.db, &self.citizen, bytes.as_bytes(), Some("application/pdf")).unwrap().digest
    }

    pub fn upload(&self, name: &str) -> Attachment {
        let brought = Brought::File { digest: self.file(name), name: Some(format!("{name}.pdf")) };
        Attachment { material: name.to_owned(), brought }
    }

    /// Submits an application of the citizen's.
    pub fn submit(&self, item: &str) -> Receipt {
        let (answers, materials) = match item {
            RENEWAL => (renewal(), vec![HOUSEHOLD, OLD_CARD]),
            TEMPORARY => (general(), vec![HOUSEHOLD, PHOTO]),
            _ => (general(), vec![HOUSEHOLD]),
        };
        let filing = Filing {
            applicant: self.citizen.party().unwrap(),
            item: code(item),
            region: region(XUANWU),
            answers,
            materials: materials.into_iter().map(|name| self.upload(name)).collect(),
            channel: Channel::Online,
            ticket: None,
            draft: None,
            key: None,
            way: casework::Way::default(),
        };
        let submission = Submission::prepare(&self.db, &self.citizen, filing).unwrap();
        self.db.write(move |tx| casework::submit(tx, &submission)).unwrap()
    }

    /// The fee of a case is paid at the window, if one is owed.
    pub fn pay(&self, number: CaseNumber) {
        let cashier = staff(17, XUANWU, None, &[Duty::Collect]);
        let subject = casework::stream(&number);
        let bill = self.db.read(|read| payment::query::bill_of_subject(read, &cashier, &subject)).unwrap();
        let bill = bill.filter(payment::Bill::is_payable).unwrap_or_else(|| panic!("nothing is owed"));
        let take_in = payment::Command::TakeIn { flow: format!("C{}", bill.code), amount: bill.payable() };
        self.db.write(move |tx| payment::handle(tx, &cashier, &bill.code, &take_in)).unwrap();
    }

    /// Carries out steps that must succeed.
    pub fn steps(&self, number: CaseNumber, steps: &[(&Actor, Command)]) {
        for (actor, command) in steps {
            let (actor, command) = ((*actor).clone(), command.clone());
            let name = command.name();
            self.db
                .write(move |tx| casework::handle(tx, &actor, &number, &command))
                .unwrap_or_else(|failure| panic!("{name}: {failure}"));
        }
    }

    /// The citizen's threads, latest first.
    pub fn threads(&self, actor: &Actor) -> Vec<messages::query::ThreadLine> {
        self.db.read(|read| messages::query::threads(read, actor, None, 50)).unwrap().lines
    }

    /// The messages of the thread about a case, oldest first.
    pub fn told(&self, actor: &Actor, number: &CaseNumber) -> Vec<Message> {
        let line = self.db.read(|read| messages::query::thread_of_case(read, actor, number)).unwrap();
        let Some(line) = line else { return vec![] };
        self.db.read(|read| messages::query::thread(read, actor, &line.id, None, 100)).unwrap().messages
    }

    pub fn titles(&self, actor: &Actor, number: &CaseNumber) -> Vec<String> {
        self.told(actor, number).into_iter().map(|message| message.body.title).collect()
    }

    pub fn unread(&self, actor: &Actor) -> u64 {
        self.db.read(|read| messages::query::unread(read, &actor.party().unwrap())).unwrap()
    }

    /// How many rows the outbox holds for SMS.
    pub fn outbox(&self) -> Vec<(String, String)> {
        const ALL: &str =
            "SELECT idempotency_key, body FROM store_outbox WHERE channel = 'sms' ORDER BY at, id LIMIT 100";
        let rows = self.db.read(|read| store::ReadExt::query(read, ALL, &[], |row| Ok((row.get(0)?, row.get(1)?))));
        rows.unwrap_or_else(|error: store::Error| panic!("{error}"))
    }

    /// The journal is sound, and every row is what its events say.
    pub fn verify(&self) {
        let report = store::verify_journal(&self.db, &[&CaseReplay, &Told, &payment::BillReplay], &[]).unwrap();
        assert!(report.is_sound(), "{:?}", report.problems);
        assert!(report.replayed > 0);
    }
}

pub fn correct(material: &str) -> Command {
    let missing = vec![
        Missing { what: Subject::Material(material.to_owned()), why: "看不清，请重拍。".to_owned() },
        Missing { what: Subject::Field("phone".to_owned()), why: "号码不对。".to_owned() },
    ];
    Command::Correct { missing, supervisor_reason: None }
}

pub fn grant() -> Command {
    Command::Decide { verdict: casework::Verdict::Grant { reason: None } }
}

pub fn review() -> Command {
    Command::Review { stance: casework::Stance::For, opinion: "符合条件。".to_owned() }
}

pub fn some_case() -> CaseNumber {
    let department: kernel::DepartmentId = "320102000000-090".parse().unwrap();
    CaseNumber::new(department.region, department.kind, Date::constant(2026, 3, 2), 17).unwrap()
}

/// A member of staff of the district's public security, in the register.
pub fn appoint(db: &Db, number: &str, duties: &[Duty]) -> Actor {
    let scope = Scope { region: region(XUANWU), subtree: true, kind: None };
    let new = identity::NewStaff {
        number: number.parse().unwrap(),
        name: "周敏".parse().unwrap(),
        person: None,
        post: "综合窗口".to_owned(),
        department: "320102000000-090".parse().unwrap(),
        powers: duties.iter().map(|duty| Power { duty: *duty, scope }).collect(),
    };
    let id = db.write(move |tx| identity::appoint(tx, &SETUP, &new)).unwrap();
    db.read(|read| identity::staff(read, &id)).unwrap().unwrap().actor()
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
