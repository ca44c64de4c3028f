//! What tests begin with: parcels in memory for the rules, a house with registers for the desk.

use std::sync::Arc;

use clock::Calendar;
use delivery::{
    Command, Content, ContentKind, Created, Direction, End, Event, Facts, Meaning, Number, Opening, Parcel, ParcelId,
    Payer, Refusal, Trace, rules,
};
use kernel::{
    AccountId, Actor, BasicCode, Date, DepartmentId, Duty, PartyId, Power, Scope, Sealed, StaffId, Timestamp, Uuid,
    WorkingDays, local_date, midnight,
};
use store::{Db, Failure, Tx};

pub const XUANWU: &str = "320102000000";
/// Monday.
pub const MONDAY: Date = Date::constant(2026, 3, 2);
pub const NUMBER: &str = "1130000000012";
const HOUSE: Actor = Actor::System("test");

pub fn department() -> DepartmentId {
    format!("{XUANWU}-310").parse().unwrap()
}

pub fn party() -> PartyId {
    PartyId::new(Uuid::from_u128(7))
}

pub fn citizen(party: PartyId) -> Actor {
    Actor::Citizen { account: AccountId::new(Uuid::from_u128(1)), person: party, acting_for: party }
}

pub fn staff(id: u128, place: &str, duties: &[Duty]) -> Actor {
    let scope = Scope { region: place.parse().unwrap(), subtree: true, kind: None };
    let powers = duties.iter().map(|duty| Power { duty: *duty, scope }).collect();
    Actor::Staff {
        staff: StaffId::new(Uuid::from_u128(id)),
        region: place.parse().unwrap(),
        post: "收发岗".to_owned(),
        powers,
    }
}

pub fn clerk() -> Actor {
    staff(11, XUANWU, &[Duty::Receive])
}

/// So many minutes after Monday midnight.
pub fn minute(minutes: i64) -> Timestamp {
    Timestamp::from_microsecond(midnight(MONDAY).as_microsecond() + minutes * 60_000_000).unwrap()
}

pub fn content(kind: ContentKind) -> Content {
    Content { name: "公共场所卫生许可证".to_owned(), kind, count: 1 }
}

pub fn end() -> End {
    End::new("示例人", "13800000999", "江苏省南京市玄武区示例路 1 号 2 幢 301 室").unwrap()
}

/// A parcel in memory, opened on Monday at midnight.
pub fn parcel(direction: Direction) -> (Created, Parcel) {
    let created = Created {
        bound: "case:3201023102603020000018".to_owned(),
        party: party(),
        department: department(),
        direction,
        payer: Payer::Office,
        courier: "ems".to_owned(),
        ends: Sealed("封".to_owned()),
        contents: vec![content(ContentKind::Result)],
        at: minute(0),
        quiet_by: calendar().after(MONDAY, WorkingDays(3)),
    };
    let parcel = rules::opened(ParcelId::new(Uuid::from_u128(99)), &created);
    (created, parcel)
}

pub fn calendar() -> Arc<Calendar> {
    Arc::new(Calendar::new([]))
}

/// What `command` does to `parcel` at an instant.
pub fn decide(parcel: &Parcel, actor: &Actor, command: &Command, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    let facts = Facts { now, today: local_date(now), calendar: calendar(), quiet: WorkingDays(3), actor };
    rules::decide(parcel, command, &facts)
}

/// Carries a command out that must succeed.
pub fn step(parcel: &mut Parcel, actor: &Actor, command: &Command, now: Timestamp) -> Vec<Event> {
    let events = decide(parcel, actor, command, now).unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
    events.iter().for_each(|event| rules::apply(parcel, event));
    events
}

pub fn house() -> Actor {
    HOUSE
}

pub fn number() -> Number {
    NUMBER.parse().unwrap()
}

pub fn told(key: &str, minutes: i64, meaning: Meaning) -> Trace {
    Trace {
        key: key.to_owned(),
        attempt: 1,
        at: minute(minutes),
        code: meaning.name().to_owned(),
        meaning: Some(meaning),
        raw: Sealed("封".to_owned()),
    }
}

/// A result that is packed, booked and given to the courier in the first half hour.
pub fn given_away() -> Parcel {
    let (_, mut parcel) = parcel(Direction::Deliver);
    let clerk = clerk();
    step(&mut parcel, &clerk, &Command::Scan { step: delivery::Step::Packed }, minute(10));
    step(&mut parcel, &house(), &Command::Booked { attempt: 1, number: number() }, minute(11));
    step(&mut parcel, &clerk, &Command::Scan { step: delivery::Step::Given }, minute(30));
    parcel
}

/// A database with registers, for the desk.
pub struct House {
    pub db: Db,
}

impl House {
    pub fn open(db: Db) -> House {
        db.time().advance_to(midnight(first_monday(db.today())));
        db.time().advance(std::time::Duration::from_secs(9 * 3600));
        db.write(setup_registers).unwrap();
        House { db }
    }

    pub fn opening(&self, direction: Direction, kind: ContentKind) -> Opening {
        Opening {
            bound: "case:3201023102603020000018".to_owned(),
            party: party(),
            department: department(),
            item: item(),
            direction,
            end: end(),
            contents: vec![content(kind)],
        }
    }

    pub fn begin(&self, direction: Direction, kind: ContentKind) -> Parcel {
        let opening = self.opening(direction, kind);
        self.db.write(move |tx| delivery::open(tx, &HOUSE, &opening)).unwrap()
    }

    pub fn handle(&self, actor: &Actor, id: ParcelId, command: Command) -> Result<Parcel, Failure<Refusal>> {
        let actor = actor.clone();
        self.db.write(move |tx| delivery::handle(tx, &actor, &id, &command))
    }

    pub fn report(&self, courier: &'static str, reports: Vec<delivery::port::Report>) -> usize {
        self.db.write(move |tx| delivery::report(tx, courier, &reports)).unwrap()
    }

    pub fn load(&self, id: ParcelId) -> Parcel {
        self.db.read(|read| delivery::query::parcel_for(read, &HOUSE, &id)).unwrap()
    }

    /// Lets days pass and the wheels turn.
    pub fn pass_days(&self, days: u64) {
        self.db.time().advance(std::time::Duration::from_secs(days * 24 * 3600));
        let wheels: Vec<Arc<dyn store::Wheel>> = vec![Arc::new(delivery::ParcelWheel), Arc::new(delivery::AskWheel)];
        store::Runner::drain(&self.db, vec![], wheels, vec![]).unwrap();
    }

    /// The journal is sound, and every row is what its events say.
    pub fn verify(&self) {
        let report = store::verify_journal(&self.db, &[&delivery::ParcelReplay], &[]).unwrap();
        assert!(report.is_sound(), "{:?}", report.problems);
        assert!(report.replayed > 0);
    }
}

pub fn item() -> BasicCode {
    "320123905000".parse().unwrap()
}

fn first_monday(today: Date) -> Date {
    let mut day = MONDAY;
    while day <= today {
        day = (0..7).fold(day, |day, _| day.tomorrow().unwrap());
    }
    day
}

fn setup_registers(tx: &mut Tx<'_>) -> Result<(), Failure<organisation::Refusal>> {
    use organisation::{builtin, desk, parse};
    let here = |code: &str| code == "320000000000" || code == "320100000000" || code.starts_with("320102");
    let regions = parse::regions(builtin::REGIONS, |_| false).unwrap();
    let regions: Vec<_> = regions.into_iter().filter(|line| here(&line.code.to_string())).collect();
    desk::import_regions(tx, &HOUSE, &regions)?;
    desk::import_calendar(tx, &HOUSE, &parse::calendar(builtin::CALENDAR).unwrap())?;
    desk::import_kinds(tx, &HOUSE, &parse::kinds(builtin::KINDS).unwrap())
}
