//! Callers, days and orders that the tables speak of.

use std::sync::Arc;

use clock::Calendar;
use hotline::rules::{Facts, Refusal, apply, begin};
use hotline::{Channel, Command, Event, Kind, Next, OrderNumber, Outcome, Registered, Satisfaction, WorkOrder, book};
use kernel::{
    AccountId, Actor, Date, DepartmentId, Duty, PartyId, Power, RegionCode, Scope, Sealed, StaffId, Timestamp, Uuid,
    midnight,
};

/// Monday, 2 March 2026.
pub const MONDAY: Date = Date::constant(2026, 3, 2);
pub const TUESDAY: Date = Date::constant(2026, 3, 3);
pub const WEDNESDAY: Date = Date::constant(2026, 3, 4);
pub const THURSDAY: Date = Date::constant(2026, 3, 5);
/// Seven working days after Monday: the last for a complaint.
pub const HANDLE_BY: Date = Date::constant(2026, 3, 11);
pub const AFTER_HANDLE_BY: Date = Date::constant(2026, 3, 12);

pub const CALLER: PartyId = PartyId::new(Uuid::from_u128(1));
pub const AGENT: StaffId = StaffId::new(Uuid::from_u128(11));
pub const HANDLER: StaffId = StaffId::new(Uuid::from_u128(21));
pub const OTHER_HANDLER: StaffId = StaffId::new(Uuid::from_u128(22));
pub const OFFICER: StaffId = StaffId::new(Uuid::from_u128(31));
pub const LEADER: StaffId = StaffId::new(Uuid::from_u128(41));

pub fn region() -> RegionCode {
    "320102000000".parse().unwrap()
}

/// 生态环境: what the list names for noise.
pub fn unit() -> DepartmentId {
    DepartmentId::new(region(), "160".parse().unwrap())
}

/// 公安
pub fn other_unit() -> DepartmentId {
    DepartmentId::new(region(), "090".parse().unwrap())
}

pub fn staff(id: StaffId, duties: &[Duty], kind: Option<&str>) -> Actor {
    let scope = Scope { region: region(), subtree: true, kind: kind.map(|kind| kind.parse().unwrap()) };
    let powers = duties.iter().map(|duty| Power { duty: *duty, scope }).collect();
    Actor::Staff { staff: id, region: region(), post: "测试岗".to_owned(), powers }
}

pub fn agent() -> Actor {
    staff(AGENT, &[Duty::Dispatch], None)
}

pub fn handler() -> Actor {
    staff(HANDLER, &[Duty::Handle], Some("160"))
}

pub fn other_handler() -> Actor {
    staff(OTHER_HANDLER, &[Duty::Handle], Some("090"))
}

pub fn officer() -> Actor {
    staff(OFFICER, &[Duty::FollowUp], None)
}

pub fn leader() -> Actor {
    staff(LEADER, &[Duty::LeadHotline], None)
}

pub fn caller() -> Actor {
    Actor::Citizen { account: AccountId::new(Uuid::from_u128(99)), person: CALLER, acting_for: CALLER }
}

pub fn wheel() -> Actor {
    Actor::System("wheel")
}

/// Ten in the morning of a day.
pub fn ten(day: Date) -> Timestamp {
    at(day, 600)
}

pub fn at(day: Date, minute: i64) -> Timestamp {
    Timestamp::from_microsecond(midnight(day).as_microsecond() + minute * 60_000_000).unwrap()
}

pub fn facts(actor: &Actor, now: Timestamp) -> Facts<'_> {
    Facts {
        now,
        today: kernel::local_date(now),
        calendar: Arc::new(Calendar::new([])),
        actor,
        book: book(),
        sealed: Some(Sealed("封".to_owned())),
        units_exist: true,
        is_caller: matches!(actor, Actor::Citizen { .. }),
    }
}

pub fn registered(kind: Kind) -> Registered {
    Registered {
        kind,
        category: "noise-business".to_owned(),
        category_name: "商铺和娱乐场所噪声".to_owned(),
        region: region(),
        channel: Channel::Call,
        urgent: false,
        confidential: false,
        holder: CALLER,
        told: None,
        contact: Sealed("来".to_owned()),
        has_phone: true,
        call: Sealed("说".to_owned()),
        taken_by: Some(AGENT),
        at: ten(MONDAY),
        dispatch_by: at(MONDAY, 630),
    }
}

pub fn number() -> OrderNumber {
    OrderNumber::new(MONDAY, 8)
}

pub fn order(kind: Kind) -> WorkOrder {
    begin(number(), &registered(kind))
}

pub fn decide(order: &WorkOrder, actor: &Actor, command: &Command, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    hotline::rules::decide(order, command, &facts(actor, now))
}

/// The order after these steps, each of which must succeed.
pub fn after(order: WorkOrder, steps: &[(Actor, Command, Timestamp)]) -> WorkOrder {
    steps.iter().fold(order, |mut order, (actor, command, now)| {
        let events = decide(&order, actor, command, *now);
        let events = events.unwrap_or_else(|refusal| panic!("{}: {refusal}", command.name()));
        events.iter().for_each(|event| apply(&mut order, event));
        order
    })
}

pub fn words() -> String {
    "核实过了。".to_owned()
}

pub fn dispatch_to(lead: DepartmentId, reason: &str) -> Command {
    Command::Dispatch { lead, assisting: vec![], reason: reason.to_owned() }
}

pub fn dispatch() -> Command {
    dispatch_to(unit(), "")
}

pub fn give_back() -> Command {
    Command::Return { ground: "competence".to_owned(), reason: words() }
}

pub fn dispute() -> Command {
    Command::Dispute { reason: words() }
}

pub fn coordinate() -> Command {
    Command::Coordinate { lead: unit(), assisting: vec![other_unit()], reason: words() }
}

pub fn contact() -> Command {
    Command::Contact { words: words() }
}

pub fn feed_back() -> Command {
    Command::FeedBack { outcome: Outcome::Solved, words: words() }
}

pub fn extend(days: u32) -> Command {
    Command::Extend { days, reason: words() }
}

pub fn pause() -> Command {
    Command::Pause { reason: words() }
}

pub fn resume() -> Command {
    Command::Resume { reason: words() }
}

pub fn follow_up(solved: bool, satisfaction: Satisfaction, next: Next) -> Command {
    Command::FollowUp { solved, satisfaction: Some(satisfaction), words: words(), next }
}

pub fn rate(solved: bool, satisfaction: Satisfaction) -> Command {
    Command::Rate { solved, satisfaction: Some(satisfaction), words: String::new() }
}

pub fn dispatched() -> WorkOrder {
    after(order(Kind::Complaint), &[(agent(), dispatch(), ten(MONDAY))])
}

pub fn handling() -> WorkOrder {
    after(dispatched(), &[(handler(), Command::Sign, at(MONDAY, 660))])
}

pub fn contacted() -> WorkOrder {
    after(handling(), &[(handler(), contact(), ten(TUESDAY))])
}

pub fn fed_back() -> WorkOrder {
    after(contacted(), &[(handler(), feed_back(), ten(WEDNESDAY))])
}

pub fn closed() -> WorkOrder {
    after(fed_back(), &[(officer(), follow_up(true, Satisfaction::Satisfied, Next::Close), ten(THURSDAY))])
}

/// Returned by the first unit, given to the second.
pub fn second_unit() -> WorkOrder {
    after(
        dispatched(),
        &[
            (handler(), give_back(), at(MONDAY, 660)),
            (agent(), dispatch_to(other_unit(), "公安管夜间扰民"), at(MONDAY, 670)),
        ],
    )
}

pub fn disputed() -> WorkOrder {
    after(second_unit(), &[(other_handler(), dispute(), at(MONDAY, 700))])
}
