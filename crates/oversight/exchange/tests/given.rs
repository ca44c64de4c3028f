//! Systems, people and rows that the tables speak of.

use exchange::rules::Refusal;
use exchange::{BatchAnswer, Incoming, Outcome, Secret, Source, SourceId};
use kernel::{Actor, Date, DepartmentId, Duty, Power, RegionCode, Scope, StaffId, Timestamp, Uuid, midnight};
use serde_json::{Map, Value, json};
use store::{Db, Failure, Tx};

/// 玄武区
pub const XUANWU: &str = "320102000000";
pub const RESIDENT: &str = "320102190001019997";
/// Monday, 2 March 2026.
pub const MONDAY: Date = Date::constant(2026, 3, 2);

pub const MIGRATIONS: &[&[store::Migration]] = &[
    organisation::MIGRATIONS,
    catalogue::MIGRATIONS,
    identity::MIGRATIONS,
    licences::MIGRATIONS,
    payment::MIGRATIONS,
    delivery::MIGRATIONS,
    halls::MIGRATIONS,
    casework::MIGRATIONS,
    exchange::MIGRATIONS,
];

const SETUP: Actor = Actor::System("import");

/// The first morning on which the tests may begin: the machine's own clock may be ahead of March 2026.
pub fn begin(db: &Db) -> Date {
    let mut day = MONDAY;
    while day <= db.today() {
        day = (0..7).fold(day, |day, _| day.tomorrow().unwrap());
    }
    db.time().advance_to(at(day, 9 * 60));
    day
}

pub fn setup(db: &Db) {
    db.write(|tx: &mut Tx<'_>| {
        use organisation::{builtin, desk, parse};
        let here = |code: &str| code == "320000000000" || code.starts_with("3201");
        let regions = parse::regions(builtin::REGIONS, |_| false).unwrap();
        let regions: Vec<_> = regions.into_iter().filter(|line| here(&line.code.to_string())).collect();
        desk::import_regions(tx, &SETUP, &regions)?;
        desk::import_calendar(tx, &SETUP, &parse::calendar(builtin::CALENDAR).unwrap())?;
        desk::import_kinds(tx, &SETUP, &parse::kinds(builtin::KINDS).unwrap())
    })
    .unwrap();
}

/// An instant of a day, by minutes after midnight.
pub fn at(day: Date, minutes: i64) -> Timestamp {
    Timestamp::from_microsecond(midnight(day).as_microsecond() + minutes * 60_000_000).unwrap()
}

pub fn region(code: &str) -> RegionCode {
    code.parse().unwrap()
}

pub fn department() -> DepartmentId {
    DepartmentId::new(region(XUANWU), "310".parse().unwrap())
}

pub fn staff(id: u128, place: &str, duties: &[Duty]) -> Actor {
    let scope = Scope { region: region(place), subtree: true, kind: None };
    let powers = duties.iter().map(|duty| Power { duty: *duty, scope }).collect();
    Actor::Staff {
        staff: StaffId::new(Uuid::from_u128(id)), region: region(place), post: "测试岗".to_owned(), powers
    }
}

/// Who cares for the exchange of the district.
pub fn carer() -> Actor {
    staff(31, XUANWU, &[Duty::Exchange])
}

/// Another one.
pub fn second() -> Actor {
    staff(32, XUANWU, &[Duty::Exchange])
}

/// Of the neighbouring district.
pub fn elsewhere() -> Actor {
    staff(33, "320104000000", &[Duty::Exchange, Duty::Supervise])
}

pub fn supervisor() -> Actor {
    staff(34, XUANWU, &[Duty::Supervise])
}

pub fn id(text: &str) -> SourceId {
    text.parse().unwrap()
}

pub fn register(db: &Db, name: &str) -> (Source, Secret) {
    let (secret, name) = (Secret::fresh(), name.to_owned());
    let kept = secret.clone();
    let source =
        db.write(move |tx| exchange::register(tx, &carer(), &id(&name), "区市场监管审批系统", department(), &kept));
    (source.unwrap(), secret)
}

pub fn send(db: &Db, source: &Source, batch: &str, rows: &[Value]) -> Result<BatchAnswer, Failure<Refusal>> {
    let body = json!({"cd_batch": batch, "rows": rows}).to_string();
    let incoming: Incoming = serde_json::from_str(&body).unwrap();
    let prepared = exchange::prepare(db, source, incoming, body.as_bytes())?;
    db.write(move |tx| exchange::receive(tx, &prepared))
}

pub fn outcomes(answer: &BatchAnswer) -> Vec<Outcome> {
    answer.rows.iter().map(|row| row.outcome).collect()
}

pub fn code<T: std::fmt::Debug>(result: Result<T, Failure<Refusal>>) -> &'static str {
    match result.unwrap_err() {
        Failure::Refused(refusal) => kernel::Refuse::code(&refusal),
        Failure::Broken(error) => panic!("{error}"),
    }
}

/// A time of the day as the standard writes it.
pub fn stamp(day: Date, minutes: i64) -> String {
    format!("{:04}{:02}{:02}T{:02}{:02}00", day.year(), day.month(), day.day(), minutes / 60, minutes % 60)
}

pub fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("{other} is no row"),
    }
}

/// The row with fields set or, where null, taken out.
pub fn with(row: &Value, changes: Value) -> Value {
    let mut row = object(row.clone());
    row.extend(object(changes));
    Value::Object(row)
}

/// The rows of one case of the department, applied for at eight and accepted at half past.
pub struct Rows {
    pub org_code: String,
    pub number: String,
    pub day: Date,
}

impl Rows {
    pub fn of(source: &Source, number: &str, day: Date) -> Rows {
        Rows { org_code: source.org_code.to_string(), number: number.to_owned(), day }
    }

    fn row(&self, table: &str, minutes: i64, more: Value) -> Value {
        let row = json!({
            "table": table, "row_guid": format!("{}-{table}", self.number), "cd_operation": "I",
            "cd_time": stamp(self.day, minutes), "project_no": self.number, "org_code": self.org_code,
        });
        with(&row, more)
    }

    pub fn basic(&self) -> Value {
        self.row("basic", 510, json!({
            "catalog_code": "320131907000", "task_name": "食品经营许可", "applyer_name": "林示范", "applyer_type": "0",
            "applyer_page_type": "111", "applyer_page_code": RESIDENT, "contact_mobile": "13800000997",
            "apply_date": stamp(self.day, 480), "accept_date": stamp(self.day, 510), "org_name": "玄武区市场监督管理局",
            "project_type": "2",
        }))
    }

    pub fn process(&self) -> Value {
        self.row(
            "process",
            520,
            json!({
                "process_name": "审查", "event_name": "通过", "event_end_time": stamp(self.day, 520),
                "handle_user_name": "示例审查员", "handle_explain": "材料齐全", "org_name": "玄武区市场监督管理局",
            }),
        )
    }

    pub fn result(&self) -> Value {
        self.row(
            "result",
            530,
            json!({
                "result_type": "0", "result_date": stamp(self.day, 530), "result_cetr_name": "食品经营许可证",
            }),
        )
    }
}
