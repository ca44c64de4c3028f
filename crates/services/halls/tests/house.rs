//! A small house to work in: the shipped regions and catalogue, a few people, clerks and whoever keeps the hall in order.

use halls::desk::{self, Draw, Wish};
use halls::rules::{Refusal, ticket, window};
use halls::{Appointment, Hall, HallId, Letter, Slot, Source, Ticket, TicketId, query};
use identity::{Particulars, Person};
use kernel::{AccountId, Actor, BasicCode, Date, Duty, PartyId, Power, RegionCode, Scope, StaffId, Timestamp, Uuid};
use store::{Db, Failure, ReadExt, Tx, testing};

/// 玄武区
pub const XUANWU: &str = "320102000000";
/// 居民身份证换领: handled in counties, at the windows of public security.
pub const RENEWAL: &str = "320709902000";

pub const MIGRATIONS: &[&[store::Migration]] =
    &[organisation::MIGRATIONS, catalogue::MIGRATIONS, identity::MIGRATIONS, halls::MIGRATIONS];

pub struct House {
    pub db: Db,
    pub citizen: Actor,
    pub other: Actor,
    pub clerk: Actor,
    pub colleague: Actor,
    pub host: Actor,
    /// A clerk of the neighbouring district.
    pub elsewhere: Actor,
}

/// The machine in the hall.
pub const KIOSK: Actor = Actor::System("kiosk");
const SETUP: Actor = Actor::System("import");

/// Runs the test in a house on each database, on a Monday at 9:00.
pub fn each_house(test: impl Fn(House)) {
    testing::each_database(MIGRATIONS, |db| test(House::open(db)));
}

impl House {
    pub fn open(db: Db) -> House {
        // Monday, 2 March 2026, nine o'clock in China; the machine's own clock may be ahead of it, then a working Monday after.
        let builtin = organisation::builtin::builtin().unwrap();
        db.write(move |tx| organisation::desk::import_builtin(tx, &SETUP, &builtin)).unwrap();
        let kinds = db.read(|read| read.cached::<organisation::Kinds>()).unwrap();
        let items = catalogue::builtin::builtin(&kinds).unwrap();
        db.write(move |tx| catalogue::desk::publish_builtin(tx, &SETUP, &items)).unwrap();
        let house = House {
            citizen: enter(&db, 1, "示例甲", "320102190001019997"),
            other: enter(&db, 2, "示例乙", "320505190003159986"),
            clerk: staff(11, XUANWU, Duty::Receive),
            colleague: staff(12, XUANWU, Duty::Receive),
            host: staff(13, XUANWU, Duty::Host),
            elsewhere: staff(14, "320104000000", Duty::Receive),
            db,
        };
        let monday = house.first_monday();
        house.go_to(monday, 9, 0);
        house
    }

    /// A Monday not before today that is worked, with worked days after it.
    fn first_monday(&self) -> Date {
        let calendar = self.db.read(|read| organisation::calendar(read)).unwrap();
        let mut day = self.db.today().tomorrow().unwrap().max(Date::constant(2026, 3, 2));
        loop {
            let week = || std::iter::successors(Some(day), |day| day.tomorrow().ok()).take(5);
            if day.weekday().to_monday_zero_offset() == 0 && week().all(|day| calendar.is_working(day)) {
                return day;
            }
            day = day.tomorrow().unwrap();
        }
    }

    pub fn today(&self) -> Date {
        self.db.today()
    }

    pub fn go_to(&self, day: Date, hour: u16, minute: u16) {
        self.db.time().advance_to(halls::instant(day, hour * 60 + minute));
    }

    pub fn pass_minutes(&self, minutes: u64) {
        self.db.time().advance(std::time::Duration::from_secs(minutes * 60));
    }

    pub fn hall(&self) -> Hall {
        self.db.read(|read| query::hall(read, &hall_id())).unwrap().unwrap()
    }

    /// A slot of a later day of this week.
    pub fn slot(&self, days: usize, hour: u16, minute: u16) -> Slot {
        let day = std::iter::successors(Some(self.today()), |day| day.tomorrow().ok()).nth(days).unwrap();
        Slot { day, minute: hour * 60 + minute }
    }

    pub fn book(&self, actor: &Actor, slot: Slot, persons: u16) -> Result<Appointment, Failure<Refusal>> {
        let (actor, wish) = (actor.clone(), Wish { hall: hall_id(), item: code(RENEWAL), slot, persons });
        self.db.write(move |tx| desk::book(tx, &actor, &wish))
    }

    pub fn write<T, F>(&self, work: F) -> Result<T, Failure<Refusal>>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, Failure<Refusal>> + Send + 'static,
    {
        self.db.write(work)
    }

    pub fn draw(&self, actor: &Actor, service: &str, ground: Option<&str>) -> Result<Ticket, Failure<Refusal>> {
        let source = if matches!(actor, Actor::System(_)) { Source::Kiosk } else { Source::Phone };
        let draw = Draw {
            hall: hall_id(),
            service: Some(letter(service)),
            item: None,
            ground: ground.map(str::to_owned),
            source,
        };
        let actor = actor.clone();
        self.db.write(move |tx| desk::draw(tx, &actor, &draw))
    }

    pub fn sit(&self, actor: &Actor, window: u16, command: window::Command) -> Result<halls::Window, Failure<Refusal>> {
        let actor = actor.clone();
        self.db.write(move |tx| desk::sit(tx, &actor, &hall_id(), window, &command))
    }

    pub fn open_window(&self, actor: &Actor, window: u16) {
        self.sit(actor, window, window::Command::Open).unwrap();
    }

    pub fn next(&self, actor: &Actor) -> Result<Ticket, Failure<Refusal>> {
        let actor = actor.clone();
        self.db.write(move |tx| desk::call_next(tx, &actor, &hall_id()))
    }

    pub fn on(&self, actor: &Actor, id: TicketId, command: ticket::Command) -> Result<Ticket, Failure<Refusal>> {
        let actor = actor.clone();
        self.db.write(move |tx| desk::handle(tx, &actor, &id, &command))
    }

    /// The journal proves every row of this room, and no slot holds more than was booked.
    pub fn verify(&self) {
        let report = store::verify_journal(&self.db, &[&halls::HallReplay], &[]).unwrap();
        assert_eq!(report.problems, [], "replay");
    }
}

pub fn hall_id() -> HallId {
    HallId(region(XUANWU))
}

pub fn region(text: &str) -> RegionCode {
    text.parse().unwrap()
}

pub fn code(text: &str) -> BasicCode {
    text.parse().unwrap()
}

pub fn letter(text: &str) -> Letter {
    text.parse().unwrap()
}

pub fn staff(n: u128, at: &str, duty: Duty) -> Actor {
    let scope = Scope { region: region(at), subtree: true, kind: None };
    let powers = vec![Power { duty, scope }];
    Actor::Staff { staff: StaffId::new(Uuid::from_u128(n)), region: scope.region, post: "测试岗".into(), powers }
}

pub fn citizen(n: u128, party: PartyId) -> Actor {
    Actor::Citizen { account: AccountId::new(Uuid::from_u128(n)), person: party, acting_for: party }
}

fn enter(db: &Db, n: u128, name: &str, id: &str) -> Actor {
    let person =
        Person { name: name.parse().unwrap(), id: id.parse().unwrap(), phone: None, region: Some(region(XUANWU)) };
    let party = db.write(move |tx| identity::enter(tx, &SETUP, &Particulars::Person(person.clone()))).unwrap();
    citizen(n, party)
}

pub fn refusal<T: std::fmt::Debug>(result: Result<T, Failure<Refusal>>) -> Refusal {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("no refusal but {other:?}"),
    }
}

pub fn later(from: Timestamp, minutes: i64) -> Timestamp {
    Timestamp::from_microsecond(from.as_microsecond() + minutes * 60_000_000).unwrap()
}
