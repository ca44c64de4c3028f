//! What the tests of the rules begin with.

use std::sync::Arc;

use clock::Calendar;
use investment::{
    CaseState, Facts, Joined, Move, Particulars, Project, ProjectCase, Registered, Route, Rulebook, Stage, rulebook,
    rules,
};
use kernel::{
    Actor, BasicCode, CaseNumber, Date, DepartmentId, Duty, Fen, PartyId, Power, Scope, StaffId, Uuid, midnight,
};

/// Monday, 2 March 2026.
pub const MONDAY: Date = Date::constant(2026, 3, 2);
pub const UNIT: PartyId = PartyId::new(Uuid::from_u128(7));

pub fn book() -> &'static Rulebook {
    rulebook()
}

/// Monday to Friday, no holidays.
pub fn calendar() -> Arc<Calendar> {
    Arc::new(Calendar::new([]))
}

pub fn lead() -> DepartmentId {
    DepartmentId { region: "320102000000".parse().unwrap(), kind: "040".parse().unwrap() }
}

pub fn unit() -> Actor {
    Actor::Citizen { account: kernel::AccountId::new(Uuid::from_u128(1)), person: UNIT, acting_for: UNIT }
}

pub fn official(duty: Duty) -> Actor {
    let scope = Scope { region: lead().region, subtree: false, kind: Some(lead().kind) };
    Actor::Staff {
        staff: StaffId::new(Uuid::from_u128(9)),
        region: lead().region,
        post: "岗".to_owned(),
        powers: vec![Power { duty, scope }],
    }
}

pub fn facts(actor: &Actor, today: Date) -> Facts<'_> {
    Facts { now: midnight(today), today, calendar: calendar(), book: book(), actor }
}

pub fn particulars() -> Particulars {
    Particulars {
        name: "示例项目".to_owned(),
        region: lead().region,
        address: "示例路 1 号".to_owned(),
        nature: investment::Nature::New,
        industry: "3912".parse().unwrap(),
        scale: "建一座示例厂房，一万平方米。".to_owned(),
        total: Fen(5_000_000_000),
        start: MONDAY,
        finish: Date::constant(2027, 3, 1),
    }
}

pub fn project(route: Route) -> Project {
    let registered = Registered { unit: UNIT, route, line: None, lead: lead(), particulars: particulars(), on: MONDAY };
    rules::open("2603-320102-89-01-123458".parse().unwrap_or_else(|_| code(12_345)), &registered)
}

fn code(random: u32) -> kernel::ProjectCode {
    kernel::ProjectCode::from_parts(2026, 3, "320102", "89", "01", random).unwrap()
}

pub fn item(code: &str) -> BasicCode {
    code.parse().unwrap()
}

pub fn number(serial: u32) -> CaseNumber {
    CaseNumber::new(lead().region, lead().kind, MONDAY, serial).unwrap()
}

/// A case accepted on one day and ended on another.
pub fn case(serial: u32, accepted: Date, ended: Option<Date>) -> ProjectCase {
    ProjectCase {
        number: number(serial),
        item: item("320115901000"),
        name: "示例审批".to_owned(),
        stage: Stage::Land,
        department: lead(),
        submitted: accepted,
        accepted: Some(accepted),
        pauses: vec![],
        ended,
        opinions: vec![],
        state: if ended.is_some() { CaseState::Granted } else { CaseState::Accepted },
    }
}

/// Files what is due in a stage on a day.
pub fn file(project: &mut Project, stage: Stage, asked: &[BasicCode], on: Date) {
    let items = rules::to_submit(project, book(), stage, asked).unwrap();
    let first = u32::try_from(project.cases.len()).unwrap() + 1;
    let cases: Vec<Joined> = items
        .into_iter()
        .zip(first..)
        .map(|(item, serial)| Joined { number: number(serial), item, name: item.to_string(), department: lead() })
        .collect();
    let actor = unit();
    let events = rules::submitted(project, stage, &cases, &facts(&actor, on)).unwrap();
    events.iter().for_each(|event| rules::apply(project, event));
}

/// Something happens to the open case for an item.
pub fn moves(project: &mut Project, code: BasicCode, to: Move, on: Date) {
    let number = project.case_for(&code).unwrap().number;
    let events = rules::moved(project, &number, &to, on);
    assert_eq!(events.len(), 1);
    events.iter().for_each(|event| rules::apply(project, event));
}

/// Files a stage and has all of it granted a week later.
pub fn pass(project: &mut Project, stage: Stage, on: Date) {
    file(project, stage, &[], on);
    let items: Vec<BasicCode> =
        project.cases_of(stage).filter(|case| case.state.is_open()).map(|case| case.item).collect();
    for item in items {
        moves(project, item, Move::Accepted { since: on }, on);
        moves(project, item, Move::Granted, on);
    }
}
