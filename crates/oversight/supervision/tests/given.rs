//! Days, people and cases that the tables speak of.

use std::sync::Arc;

use clock::{Calendar, Limit};
use kernel::{Actor, CaseNumber, Date, DepartmentId, Duty, Power, Scope, StaffId, Timestamp, Uuid, midnight};
use supervision::rules::{Facts, Refusal, apply_order, decide, issued, replay_flag, replay_order};
use supervision::{
    BUILT_IN, Cause, Flag, FlagEvent, FlagId, Grade, Level, Order, OrderCommand, OrderEvent, OrderNumber, Raised,
    Rulebook, Seen, Sign,
};

/// Monday, 2 March 2026.
pub const MONDAY: Date = Date::constant(2026, 3, 2);
pub const TUESDAY: Date = Date::constant(2026, 3, 3);
pub const WEDNESDAY: Date = Date::constant(2026, 3, 4);
pub const FRIDAY: Date = Date::constant(2026, 3, 6);
/// Five working days after Monday.
pub const NEXT_MONDAY: Date = Date::constant(2026, 3, 9);
pub const NEXT_TUESDAY: Date = Date::constant(2026, 3, 10);

pub const CLERK: StaffId = StaffId::new(Uuid::from_u128(11));
pub const REVIEWER: StaffId = StaffId::new(Uuid::from_u128(12));
pub const DECIDER: StaffId = StaffId::new(Uuid::from_u128(13));
pub const SUPERVISOR: StaffId = StaffId::new(Uuid::from_u128(14));
pub const SECOND: StaffId = StaffId::new(Uuid::from_u128(15));

pub fn department() -> DepartmentId {
    DepartmentId::new("320102000000".parse().unwrap(), "310".parse().unwrap())
}

pub fn number() -> CaseNumber {
    CaseNumber::new(department().region, department().kind, MONDAY, 17).unwrap()
}

pub fn staff_at(id: StaffId, place: &str, duties: &[Duty]) -> Actor {
    let scope = Scope { region: place.parse().unwrap(), subtree: true, kind: None };
    let powers = duties.iter().map(|duty| Power { duty: *duty, scope }).collect();
    Actor::Staff { staff: id, region: scope.region, post: "测试岗".to_owned(), powers }
}

pub fn staff(id: StaffId, duties: &[Duty]) -> Actor {
    staff_at(id, "320102000000", duties)
}

pub fn supervisor() -> Actor {
    staff(SUPERVISOR, &[Duty::Supervise])
}

pub fn second() -> Actor {
    staff(SECOND, &[Duty::Supervise])
}

pub fn clerk() -> Actor {
    staff(CLERK, &[Duty::Receive])
}

pub fn reviewer() -> Actor {
    staff(REVIEWER, &[Duty::Review])
}

pub fn calendar() -> Arc<Calendar> {
    Arc::new(Calendar::default())
}

pub fn book() -> Rulebook {
    Rulebook::parse(BUILT_IN, &calendar()).unwrap()
}

/// The morning of a day.
pub fn morning(day: Date) -> Timestamp {
    later(midnight(day), 9 * 60)
}

pub fn later(from: Timestamp, minutes: i64) -> Timestamp {
    Timestamp::from_microsecond(from.as_microsecond() + minutes * 60_000_000).unwrap()
}

pub fn sign(seq: i64, at: Timestamp, saw: Seen) -> Sign {
    Sign { seq, version: Some(seq), at, saw }
}

pub fn submitted() -> Seen {
    Seen::Submitted {
        department: department(),
        item: "食品经营许可".to_owned(),
        instant: false,
        online: true,
        limit: Limit::Working(10),
        statutory: Some(Limit::Working(20)),
        listed: vec!["营业执照".to_owned()],
        received: MONDAY,
        answer_by: NEXT_MONDAY,
    }
}

pub fn facts(actor: &Actor, today: Date) -> Facts<'_> {
    Facts { now: morning(today), today, calendar: calendar(), actor }
}

/// A flag of this grade about what the clerk did.
pub fn flag(grade: Grade) -> Flag {
    let id = FlagId { case: number(), rule: "P1".parse().unwrap(), breach: "4".to_owned() };
    let raised = Raised {
        grade,
        since: morning(MONDAY),
        at: morning(MONDAY),
        department: department(),
        item: "食品经营许可".to_owned(),
        cause: Cause::CorrectedAgain { times: 2, reasoned: false },
        person: Some(CLERK),
        evidence: vec![4],
        rules: "2026.1".to_owned(),
    };
    replay_flag(&id, [&FlagEvent::Raised(Box::new(raised))]).unwrap()
}

pub fn flag_after(events: &[FlagEvent]) -> Flag {
    let mut flag = flag(Grade::Yellow);
    events.iter().for_each(|event| supervision::rules::apply_flag(&mut flag, event));
    flag
}

/// An order issued on Monday.
pub fn order() -> Order {
    let event = issue(&flag(Grade::Yellow), &supervisor(), "请查明原因并整改。").unwrap();
    replay_order(OrderNumber::new(2026, 1), [&event]).unwrap()
}

pub fn issue(flag: &Flag, actor: &Actor, demand: &str) -> Result<OrderEvent, Refusal> {
    issued(flag, Level::Ordinary, demand, &book().orders, &facts(actor, MONDAY))
}

pub fn act(order: &Order, actor: &Actor, command: &OrderCommand, today: Date) -> Result<Vec<OrderEvent>, Refusal> {
    decide(order, command, &book().orders, &facts(actor, today))
}

/// The order after these steps, each of which must succeed.
pub fn after(steps: &[(Actor, OrderCommand, Date)]) -> Order {
    steps.iter().fold(order(), |mut order, (actor, command, today)| {
        let events = act(&order, actor, command, *today);
        let events = events.unwrap_or_else(|refusal| panic!("{}: {refusal}", command.name()));
        events.iter().for_each(|event| apply_order(&mut order, event));
        order
    })
}

pub fn appeal() -> OrderCommand {
    OrderCommand::Appeal { reason: "申请人要求分两次补。".to_owned() }
}

pub fn decide_appeal(allow: bool) -> OrderCommand {
    OrderCommand::DecideAppeal { allow, reason: "核对了补正告知书。".to_owned() }
}

pub fn answer() -> OrderCommand {
    OrderCommand::Answer { measures: "重新培训，一次告知。".to_owned() }
}

pub fn check(lift: bool) -> OrderCommand {
    OrderCommand::Check { lift, reason: "抽查了本月的补正。".to_owned() }
}
