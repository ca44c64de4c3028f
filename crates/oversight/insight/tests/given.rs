//! Events as the rooms write them, and a database to write them into on chosen days.

use std::sync::Arc;
use std::time::Duration;

use casework::{Channel, Event, Submitted, Terms};
use catalogue::{Handling, ResultKind};
use clock::Limit;
use insight::query::Question;
use insight::{Follow, Grain};
use kernel::{
    Actor, BasicCode, CaseNumber, Date, DepartmentId, Duty, PartyId, Power, RegionCode, Scope, Sealed, StaffId, Uuid,
    midnight,
};
use store::{Db, Runner, Tx, testing};

pub const PROVINCE: &str = "320000000000";
pub const NANJING: &str = "320100000000";
pub const XUANWU: &str = "320102000000";
pub const QINHUAI: &str = "320104000000";
pub const RENEWAL: &str = "320709902000";
pub const FOOD: &str = "320131901000";
/// Monday.
pub const START: Date = Date::constant(2026, 3, 2);
const TEST: Actor = Actor::System("test");

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
    supervision::MIGRATIONS,
    insight::MIGRATIONS,
];

/// Runs the test on each database, with the regions of Jiangsu's cities and Nanjing's counties, from a Monday on.
pub fn each_house(test: impl Fn(House)) {
    testing::each_database(MIGRATIONS, |db| {
        db.time().advance_to(midnight(first_day(db.today())));
        db.write(registers).unwrap();
        test(House { db });
    });
}

/// The second of March 2026, or the same day of a later year if the machine's clock is beyond it.
fn first_day(today: Date) -> Date {
    let mut day = START;
    while day <= today {
        day = Date::new(day.year() + 1, 3, 2).unwrap();
    }
    day
}

fn registers(tx: &mut Tx<'_>) -> Result<(), store::Failure<organisation::Refusal>> {
    use organisation::{builtin, desk, parse};
    let here = |code: &str| code.ends_with("00000000") || code.starts_with("3201");
    let regions = parse::regions(builtin::REGIONS, |_| false).unwrap();
    let regions: Vec<_> = regions.into_iter().filter(|line| here(&line.code.to_string())).collect();
    desk::import_regions(tx, &TEST_IMPORT, &regions)?;
    desk::import_calendar(tx, &TEST_IMPORT, &parse::calendar(builtin::CALENDAR).unwrap())?;
    desk::import_kinds(tx, &TEST_IMPORT, &parse::kinds(builtin::KINDS).unwrap())
}

const TEST_IMPORT: Actor = Actor::System("import");

pub struct House {
    pub db: Db,
}

impl House {
    pub fn today(&self) -> Date {
        self.db.today()
    }

    pub fn month(&self) -> i64 {
        insight::query::month_of(self.today())
    }

    /// Goes to an hour of a day.
    pub fn go_to(&self, day: Date, hour: u64) {
        self.db.time().advance_to(midnight(day));
        self.db.time().advance(Duration::from_secs(hour * 3_600));
    }

    /// The next day at nine.
    pub fn next_day(&self) {
        let next = self.today().tomorrow().unwrap();
        self.go_to(next, 9);
    }

    pub fn pass_minutes(&self, minutes: u64) {
        self.db.time().advance(Duration::from_secs(minutes * 60));
    }

    /// Writes events into the journal as their room does.
    pub fn tell<E: store::Event + Clone + Send + Sync + 'static>(&self, stream: &str, version: i64, events: &[E]) {
        let (stream, events) = (stream.to_owned(), events.to_vec());
        self.db.write(move |tx: &mut Tx<'_>| tx.journal(&TEST, &stream, version, &events)).unwrap();
    }

    /// The follower does what waits for it.
    pub fn drain(&self) {
        Runner::drain(&self.db, vec![Arc::new(Follow)], vec![], vec![]).unwrap();
    }

    /// Nothing differs from a recount; how many cells there are.
    #[track_caller]
    pub fn recounted(&self) -> usize {
        let found = self.db.snapshot(|read| insight::query::recount(read, 10)).unwrap();
        assert!(found.differ == 0, "{:#?}", found.differences);
        found.cells
    }

    /// A case that came in today; its stream.
    pub fn submit(&self, serial: u32, item: &str, department: &str) -> String {
        let department: DepartmentId = department.parse().unwrap();
        let number = CaseNumber::new(department.region, department.kind, self.today(), serial).unwrap();
        let stream = casework::stream(&number);
        self.tell(&stream, 1, &[submitted(item, department, self.today())]);
        stream
    }
}

pub fn region(code: &str) -> RegionCode {
    code.parse().unwrap()
}

pub fn staff_id(id: u128) -> StaffId {
    StaffId::new(Uuid::from_u128(id))
}

pub fn staff(place: &str, subtree: bool, kind: Option<&str>, duties: &[Duty]) -> Actor {
    let scope = Scope { region: region(place), subtree, kind: kind.map(|kind| kind.parse().unwrap()) };
    let powers = duties.iter().map(|duty| Power { duty: *duty, scope }).collect();
    Actor::Staff { staff: staff_id(1), region: region(place), post: "数据分析岗".to_owned(), powers }
}

pub fn analyst(place: &str) -> Actor {
    staff(place, true, None, &[Duty::Analyse])
}

/// A plain question about a figure.
pub fn question(figure: &str, place: &str, month: i64) -> Question {
    Question {
        figure: figure.to_owned(),
        region: region(place),
        month,
        grain: Grain::Month,
        by: None,
        kind: None,
        item: None,
        way: None,
        hour: None,
    }
}

pub fn submitted(item: &str, department: DepartmentId, day: Date) -> Event {
    Event::Submitted(Box::new(Submitted {
        item: item.parse::<BasicCode>().unwrap(),
        terms: Terms {
            name: "示例事项".to_owned(),
            version: 1,
            form: "person".to_owned(),
            form_version: 1,
            handling: Handling::Promised,
            limit: Limit::Working(10),
            statutory: None,
            separate: false,
            materials: vec![],
            result: ResultKind::Decision,
            result_name: "决定书".to_owned(),
            validity_years: None,
            courier: false,
            correction_days: 30,
            fee: None,
        },
        region: department.region,
        department,
        applicant: PartyId::new(Uuid::from_u128(7)),
        filed_by: PartyId::new(Uuid::from_u128(7)),
        channel: Channel::Online,
        at: midnight(day),
        form: Sealed(String::new()),
        materials: vec![],
        lookup: String::new(),
        received: day,
        answer_by: day,
        way: casework::Service::Electronic,
        counter: None,
        project: None,
    }))
}

pub fn accepted(on: Date, due: Date) -> Event {
    Event::Accepted { by: staff_id(2), on, due }
}

pub fn granted(on: Date) -> Event {
    Event::Granted { by: staff_id(3), on, reason: None, serve_by: on }
}

pub fn closed(on: Date) -> Event {
    Event::Closed { outcome: casework::Outcome::Granted, on }
}

pub fn days_after(day: Date, days: i64) -> Date {
    (0..days).fold(day, |day, _| day.tomorrow().unwrap())
}
