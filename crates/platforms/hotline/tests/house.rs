//! A small house to work in: Nanjing's regions, people, and everybody of the hotline.

use std::sync::Arc;

use hotline::{Call, Channel, Command, Figures, Intake, Kind, OrderNumber, OrderWheel, Orders, Refusal, WorkOrder};
use identity::{Particulars, Person};
use kernel::{AccountId, Actor, Date, DepartmentId, Duty, PartyId, Power, RegionCode, Scope, StaffId, Uuid, midnight};
use store::{Db, Failure, Runner, Tx, testing};

/// 玄武区
pub const XUANWU: &str = "320102000000";
pub const NAME: &str = "林示范";
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
    hotline::MIGRATIONS,
];

/// Runs the test in a house on each database.
pub fn each_house(test: impl Fn(House)) {
    testing::each_database(MIGRATIONS, |db| test(House::open(db)));
}

/// The house and who is in it.
pub struct House {
    pub db: Db,
    pub citizen: Actor,
    pub stranger: Actor,
    pub agent: Actor,
    /// Handles for the district's environment office.
    pub handler: Actor,
    /// Handles for its police.
    pub police: Actor,
    pub officer: Actor,
    pub leader: Actor,
    pub second_leader: Actor,
    /// The centre of another city's district.
    pub elsewhere: Actor,
}

const SETUP: Actor = Actor::System("import");

impl House {
    pub fn open(db: Db) -> House {
        db.time().advance_to(midnight(first_monday(db.today())));
        db.time().advance(std::time::Duration::from_secs(10 * 3600));
        db.write(setup_registers).unwrap();
        let citizen = enter(&db, 1, NAME, RESIDENT, PHONE);
        let stranger = enter(&db, 2, "示例人", "320505190003159986", "13800000996");
        House {
            citizen,
            stranger,
            agent: staff(11, "320100000000", &[Duty::Dispatch], None),
            handler: staff(21, XUANWU, &[Duty::Handle], Some("160")),
            police: staff(22, XUANWU, &[Duty::Handle], Some("090")),
            officer: staff(31, "320100000000", &[Duty::FollowUp], None),
            leader: staff(41, "320100000000", &[Duty::LeadHotline], None),
            second_leader: staff(42, "320100000000", &[Duty::LeadHotline], None),
            elsewhere: staff(51, "320104000000", &[Duty::Dispatch, Duty::Handle, Duty::FollowUp], None),
            db,
        }
    }

    pub fn pass_days(&self, days: u64) {
        self.db.time().advance(std::time::Duration::from_secs(days * 24 * 3600));
    }

    pub fn drain(&self) {
        let followers: Vec<Arc<dyn store::Follower>> = vec![Arc::new(Figures)];
        let wheels: Vec<Arc<dyn store::Wheel>> = vec![Arc::new(OrderWheel)];
        Runner::drain(&self.db, followers, wheels, vec![]).unwrap();
    }

    pub fn register(&self, actor: &Actor, intake: Intake) -> Result<WorkOrder, Failure<Refusal>> {
        let actor = actor.clone();
        self.db.write(move |tx| hotline::register(tx, &actor, &intake))
    }

    pub fn handle(&self, actor: &Actor, number: OrderNumber, command: Command) -> Result<WorkOrder, Failure<Refusal>> {
        let actor = actor.clone();
        self.db.write(move |tx| hotline::handle(tx, &actor, &number, &command))
    }

    pub fn order(&self, number: OrderNumber) -> WorkOrder {
        self.db.read(|read| hotline::query::order_for(read, &Actor::System("test"), &number)).unwrap()
    }

    /// A complaint that the environment office is handling.
    pub fn handling(&self, intake: Intake) -> OrderNumber {
        let number = self.register(&self.agent, intake).unwrap().number;
        self.handle(&self.agent, number, dispatch()).unwrap();
        self.handle(&self.handler, number, Command::Sign).unwrap();
        number
    }

    /// The journal is sound, and every row is what its events say.
    pub fn verify(&self) {
        let report = store::verify_journal(&self.db, &[&Orders], &[]).unwrap();
        assert!(report.is_sound(), "{:?}", report.problems);
        assert!(report.replayed > 0);
    }
}

pub fn dispatch() -> Command {
    Command::Dispatch { lead: unit("160"), assisting: vec![unit("090")], reason: String::new() }
}

pub fn unit(kind: &str) -> DepartmentId {
    DepartmentId::new(region(XUANWU), kind.parse().unwrap())
}

pub fn intake(kind: Kind) -> Intake {
    Intake {
        kind,
        category: "noise-business".to_owned(),
        region: region(XUANWU),
        channel: Channel::Call,
        urgent: false,
        confidential: false,
        name: "徐先生".to_owned(),
        phone: Some("13800000995".parse().unwrap()),
        openid: None,
        call: Call {
            title: "楼下小酒馆夜里音响扰民".to_owned(),
            place: "双塔街 126 号".to_owned(),
            text: "天天放到十一点多，打 13800000995 找我。".to_owned(),
        },
        source: String::new(),
        key: String::new(),
    }
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

pub fn staff(id: u128, place: &str, duties: &[Duty], kind: Option<&str>) -> Actor {
    let scope = Scope { region: region(place), subtree: true, kind: kind.map(|kind| kind.parse().unwrap()) };
    let powers = duties.iter().map(|duty| Power { duty: *duty, scope }).collect();
    Actor::Staff {
        staff: StaffId::new(Uuid::from_u128(id)), region: region(place), post: "测试岗".to_owned(), powers
    }
}

pub fn region(code: &str) -> RegionCode {
    code.parse().unwrap()
}

/// How many messages wait for the sender of a channel.
pub fn outbox(db: &Db, channel: &'static str) -> i64 {
    use store::{ReadExt as _, params};
    const COUNT: &str = "SELECT count(*) FROM store_outbox WHERE channel = $1";
    db.read::<_, store::Error>(|read| read.query_one(COUNT, &params![channel], |row| row.get(0))).unwrap().unwrap()
}
