//! People, days and services that the tables speak of.

use std::sync::Arc;

use clock::{Calendar, CalendarDay, DayKind};
use evaluation::rules::{Facts, Refusal, apply, open};
use evaluation::{
    Command, Course, Dismissal, Ending, Invited, Level, NewRating, Service, ServiceEvent, Subject, Turn, Way, settings,
};
use kernel::{
    AccountId, Actor, CaseNumber, Date, DepartmentId, Duty, PartyId, Power, Scope, Sealed, StaffId, Uuid, midnight,
};

/// Monday, 2 March 2026: the day on which the service ended.
pub const MONDAY: Date = Date::constant(2026, 3, 2);
pub const TUESDAY: Date = Date::constant(2026, 3, 3);
pub const WEDNESDAY: Date = Date::constant(2026, 3, 4);
pub const NEXT_MONDAY: Date = Date::constant(2026, 3, 9);
pub const NEXT_TUESDAY: Date = Date::constant(2026, 3, 10);
/// Fifteen working days after Tuesday.
pub const RECTIFY_BY: Date = Date::constant(2026, 3, 24);
pub const AFTER_RECTIFY_BY: Date = Date::constant(2026, 3, 25);
/// Ninety days after Monday, and the day after.
pub const LATE: Date = Date::constant(2026, 5, 31);
pub const TOO_LATE: Date = Date::constant(2026, 6, 1);

pub const SERVED: PartyId = PartyId::new(Uuid::from_u128(1));
pub const STRANGER: PartyId = PartyId::new(Uuid::from_u128(2));
pub const CLERK: StaffId = StaffId::new(Uuid::from_u128(11));
pub const OFFICER: StaffId = StaffId::new(Uuid::from_u128(21));
pub const SECOND: StaffId = StaffId::new(Uuid::from_u128(22));
pub const SUPERVISOR: StaffId = StaffId::new(Uuid::from_u128(23));

pub fn department() -> DepartmentId {
    DepartmentId::new("320102000000".parse().unwrap(), "310".parse().unwrap())
}

pub fn staff(id: StaffId, duties: &[Duty]) -> Actor {
    let scope = Scope { region: "320102000000".parse().unwrap(), subtree: true, kind: None };
    let powers = duties.iter().map(|duty| Power { duty: *duty, scope }).collect();
    Actor::Staff { staff: id, region: scope.region, post: "测试岗".to_owned(), powers }
}

pub fn officer() -> Actor {
    staff(OFFICER, &[Duty::Redress])
}

pub fn second() -> Actor {
    staff(SECOND, &[Duty::Redress])
}

pub fn supervisor() -> Actor {
    staff(SUPERVISOR, &[Duty::Supervise])
}

/// The clerk who is rated, with every duty there is for it.
pub fn rated() -> Actor {
    staff(CLERK, &[Duty::Receive, Duty::Redress, Duty::Supervise])
}

pub fn citizen(party: PartyId) -> Actor {
    Actor::Citizen { account: AccountId::new(Uuid::from_u128(99)), person: party, acting_for: party }
}

pub fn served() -> Actor {
    citizen(SERVED)
}

pub fn link() -> Actor {
    Actor::System("rating-link")
}

pub fn wheel() -> Actor {
    Actor::System("wheel")
}

pub fn calendar() -> Arc<Calendar> {
    let qingming =
        CalendarDay { date: Date::constant(2026, 4, 6), kind: DayKind::Holiday, name: "清明节".to_owned() };
    Arc::new(Calendar::new([qingming]))
}

pub fn invited() -> Invited {
    Invited {
        item: "000131901000".parse().unwrap(),
        item_name: "食品经营许可".to_owned(),
        department: department(),
        party: SERVED,
        online: true,
        staff: vec![CLERK],
        clerk: None,
        ended: midnight(MONDAY),
        ending: Ending::Granted,
        course: Course {
            accepted: Some(MONDAY),
            decided: Some(MONDAY),
            due: Some(NEXT_MONDAY),
            used: Some(1),
            statutory: Some(20),
        },
        answer_until: NEXT_MONDAY,
        late_until: LATE,
    }
}

pub fn service() -> Service {
    let number = CaseNumber::new(department().region, department().kind, MONDAY, 17).unwrap();
    open(Subject::Case(number), &invited())
}

pub fn facts(actor: &Actor, today: Date) -> Facts<'_> {
    Facts {
        now: midnight(today),
        today,
        calendar: calendar(),
        actor,
        settings: settings(),
        sealed: Some(Sealed("封".to_owned())),
    }
}

pub fn decide(service: &Service, actor: &Actor, command: &Command, today: Date) -> Result<Vec<ServiceEvent>, Refusal> {
    evaluation::rules::decide(service, command, &facts(actor, today))
}

/// The service after these steps, each of which must succeed.
pub fn after(service: Service, steps: &[(Actor, Command, Date)]) -> Service {
    steps.iter().fold(service, |mut service, (actor, command, today)| {
        let events = decide(&service, actor, command, *today);
        let events = events.unwrap_or_else(|refusal| panic!("{}: {refusal}", command.name()));
        events.iter().for_each(|event| apply(&mut service, event));
        service
    })
}

pub fn new(level: Level) -> NewRating {
    NewRating { level, way: Way::Page, aspects: vec!["efficiency".to_owned()], text: "等了很久。".to_owned() }
}

pub fn rate(level: Level) -> Command {
    Command::Rate(Turn::First, new(level))
}

pub fn follow_up(level: Level) -> Command {
    Command::Rate(Turn::FollowUp, new(level))
}

pub fn contact() -> Command {
    Command::Contact { note: "已电话联系，说明了情况。".to_owned() }
}

pub fn verify(dismissal: Option<Dismissal>) -> Command {
    Command::Verify { dismissal, reason: "核对了办件记录。".to_owned() }
}

pub fn confirm(agree: bool) -> Command {
    Command::Confirm { agree, reason: "复核了录音。".to_owned() }
}

pub fn object() -> Command {
    Command::Object { reason: "我评的就是这一件。".to_owned() }
}

pub fn settle(valid: bool) -> Command {
    Command::Settle { valid, reason: "听取了双方意见。".to_owned() }
}

pub fn extend(days: u32) -> Command {
    Command::Extend { days, reason: "要改系统。".to_owned() }
}

pub fn reply() -> Command {
    Command::Reply {
        measures: "增开了一个窗口。".to_owned(), words: "您说得对，已经改了。".to_owned()
    }
}

pub fn publish(text: &str) -> Command {
    Command::Publish { text: text.to_owned(), reply: "已整改。".to_owned() }
}

/// Rated poorly on Tuesday.
pub fn poor() -> Service {
    after(service(), &[(served(), rate(Level::Poor), TUESDAY)])
}

/// Called back on Wednesday.
pub fn contacted() -> Service {
    after(poor(), &[(officer(), contact(), WEDNESDAY)])
}

pub fn rectifying() -> Service {
    after(contacted(), &[(officer(), verify(None), WEDNESDAY)])
}

pub fn answered() -> Service {
    after(rectifying(), &[(officer(), reply(), NEXT_MONDAY)])
}

pub fn proposed() -> Service {
    after(contacted(), &[(officer(), verify(Some(Dismissal::Malicious)), WEDNESDAY)])
}

pub fn set_aside() -> Service {
    after(proposed(), &[(second(), confirm(true), WEDNESDAY)])
}

pub fn contested() -> Service {
    after(set_aside(), &[(served(), object(), NEXT_MONDAY)])
}
