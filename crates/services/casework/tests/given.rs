//! People, days and cases that the tables speak of.

use std::sync::Arc;

use casework::rules::{apply, open};
use casework::{
    Case, Channel, Command, Event, Facts, Listed, Material, Provision, Refusal, Stance, Submitted, Terms, Verdict,
};
use catalogue::{Handling, ResultKind, Source};
use clock::{Calendar, CalendarDay, DayKind, Ground, Limit};
use kernel::{
    AccountId, Actor, CaseNumber, Date, DepartmentId, Digest, Duty, PartyId, Power, Scope, Sealed, StaffId, Uuid,
    midnight,
};

/// Monday, 2 March 2026.
pub const MONDAY: Date = Date::constant(2026, 3, 2);
pub const TUESDAY: Date = Date::constant(2026, 3, 3);
pub const WEDNESDAY: Date = Date::constant(2026, 3, 4);
pub const FRIDAY: Date = Date::constant(2026, 3, 6);
pub const NEXT_MONDAY: Date = Date::constant(2026, 3, 9);
pub const NEXT_TUESDAY: Date = Date::constant(2026, 3, 10);
/// Ten working days after Monday.
pub const SECOND_MONDAY: Date = Date::constant(2026, 3, 16);
/// Thirty days after Monday.
pub const APRIL_FIRST: Date = Date::constant(2026, 4, 1);

pub const APPLICANT: PartyId = PartyId::new(Uuid::from_u128(1));
pub const STRANGER: PartyId = PartyId::new(Uuid::from_u128(2));
pub const CLERK: StaffId = StaffId::new(Uuid::from_u128(11));
pub const REVIEWER: StaffId = StaffId::new(Uuid::from_u128(12));
pub const DECIDER: StaffId = StaffId::new(Uuid::from_u128(13));
pub const SUPERVISOR: StaffId = StaffId::new(Uuid::from_u128(14));

pub fn department() -> DepartmentId {
    DepartmentId::new("320102000000".parse().unwrap(), "310".parse().unwrap())
}

/// A member of staff with these duties for the whole district.
pub fn staff(id: StaffId, duties: &[Duty]) -> Actor {
    let scope = Scope { region: "320102000000".parse().unwrap(), subtree: true, kind: None };
    let powers = duties.iter().map(|duty| Power { duty: *duty, scope }).collect();
    Actor::Staff { staff: id, region: scope.region, post: "测试岗".to_owned(), powers }
}

pub fn clerk() -> Actor {
    staff(CLERK, &[Duty::Receive])
}

pub fn reviewer() -> Actor {
    staff(REVIEWER, &[Duty::Review])
}

pub fn decider() -> Actor {
    staff(DECIDER, &[Duty::Decide])
}

pub fn supervisor() -> Actor {
    staff(SUPERVISOR, &[Duty::Supervise])
}

/// Somebody who holds every duty that handles cases.
pub fn everything(id: StaffId) -> Actor {
    staff(id, &[Duty::Receive, Duty::Review, Duty::Decide, Duty::Supervise])
}

pub fn elsewhere() -> Actor {
    let scope = Scope { region: "320104000000".parse().unwrap(), subtree: true, kind: None };
    let powers = vec![Power { duty: Duty::Receive, scope }];
    Actor::Staff { staff: CLERK, region: scope.region, post: "测试岗".to_owned(), powers }
}

pub fn citizen(party: PartyId) -> Actor {
    Actor::Citizen { account: AccountId::new(Uuid::from_u128(99)), person: party, acting_for: party }
}

pub fn applicant() -> Actor {
    citizen(APPLICANT)
}

pub fn wheel() -> Actor {
    Actor::System("wheel")
}

pub fn house() -> Actor {
    Actor::System("casework")
}

/// Weekends, and Qingming 2026: Monday 6 April off.
pub fn calendar() -> Arc<Calendar> {
    let qingming =
        CalendarDay { date: Date::constant(2026, 4, 6), kind: DayKind::Holiday, name: "清明节".to_owned() };
    Arc::new(Calendar::new([qingming]))
}

/// The application form: the answers themselves.
pub const FORM: &str = "食品经营许可申请书";
pub const RULES: &str = "食品安全管理制度";
pub const PLAN: &str = "经营场所布局图";
pub const IDENTITY: &str = "居民身份证";
pub const CREDIT: &str = "信用记录";

pub fn terms() -> Terms {
    let listed = |name: &str, source, required| Listed { name: name.to_owned(), source, required };
    Terms {
        name: "食品经营许可".to_owned(),
        version: 1,
        form: "person".to_owned(),
        form_version: 1,
        handling: Handling::Promised,
        limit: Limit::Working(10),
        statutory: Some(Limit::Working(20)),
        separate: true,
        materials: vec![
            listed(FORM, Source::Applicant, true),
            listed(PLAN, Source::Applicant, true),
            listed(RULES, Source::Applicant, true),
            listed(IDENTITY, Source::Licence, false),
            listed(CREDIT, Source::Government, true),
        ],
        result: ResultKind::Licence,
        result_name: "食品经营许可证".to_owned(),
        validity_years: None,
        courier: true,
        correction_days: 30,
        fee: None,
    }
}

pub fn instant_terms() -> Terms {
    Terms { handling: Handling::Instant, limit: Limit::Immediate, separate: false, ..terms() }
}

pub fn upload(name: &str) -> Material {
    let digest = Digest([name.len() as u8; 32]);
    Material::new(name, Provision::Upload { digest, size: 1000, media: "application/pdf".to_owned() })
}

pub fn number() -> CaseNumber {
    let DepartmentId { region, kind } = department();
    CaseNumber::new(region, kind, MONDAY, 17).unwrap()
}

pub fn submitted(terms: Terms) -> Submitted {
    Submitted {
        item: "000131901000".parse().unwrap(),
        terms,
        region: department().region,
        department: department(),
        applicant: APPLICANT,
        filed_by: APPLICANT,
        channel: Channel::Online,
        at: midnight(MONDAY),
        form: Sealed("封".to_owned()),
        materials: vec![upload(RULES), upload(PLAN)],
        lookup: "00".to_owned(),
        received: MONDAY,
        answer_by: NEXT_MONDAY,
        way: casework::Way::Electronic.service(),
        counter: None,
        project: None,
    }
}

/// A case submitted on Monday.
pub fn case() -> Case {
    open(number(), &submitted(terms()))
}

/// An instant case submitted on Monday.
pub fn instant() -> Case {
    open(number(), &submitted(instant_terms()))
}

pub fn facts(actor: &Actor, today: Date) -> Facts<'_> {
    Facts { now: midnight(today), today, calendar: calendar(), actor, cleared: true }
}

pub fn decide(case: &Case, actor: &Actor, command: &Command, today: Date) -> Result<Vec<Event>, Refusal> {
    casework::rules::decide(case, command, &facts(actor, today))
}

/// The case after these steps, each of which must succeed.
pub fn after(case: Case, steps: &[(Actor, Command, Date)]) -> Case {
    steps.iter().fold(case, |mut case, (actor, command, today)| {
        let events = decide(&case, actor, command, *today);
        let events = events.unwrap_or_else(|refusal| panic!("{}: {refusal}", command.name()));
        events.iter().for_each(|event| apply(&mut case, event));
        case
    })
}

/// Accepted by the clerk on Tuesday.
pub fn accepted() -> Case {
    after(case(), &[(clerk(), Command::Accept, TUESDAY)])
}

/// Accepted on Tuesday and reviewed on Wednesday.
pub fn reviewed() -> Case {
    after(accepted(), &[(reviewer(), review(), WEDNESDAY)])
}

pub fn suspended() -> Case {
    after(accepted(), &[(reviewer(), suspend(Ground::Testing), WEDNESDAY)])
}

pub fn correcting() -> Case {
    after(case(), &[(clerk(), correct(PLAN), MONDAY)])
}

pub fn granted() -> Case {
    after(reviewed(), &[(decider(), grant(), FRIDAY)])
}

/// Granted, and waiting to be handed over on paper.
pub fn prepared() -> Case {
    after(granted(), &[(house(), prepare(), FRIDAY)])
}

pub fn denied() -> Case {
    after(reviewed(), &[(decider(), deny(), FRIDAY)])
}

pub fn declined() -> Case {
    after(case(), &[(clerk(), decline(), TUESDAY)])
}

pub fn licence() -> kernel::LicenceId {
    "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U".parse().unwrap()
}

pub fn served() -> Case {
    after(granted(), &[(house(), serve(), FRIDAY)])
}

pub fn closed() -> Case {
    after(served(), &[(house(), Command::Close, FRIDAY)])
}

pub fn withdrawn() -> Case {
    after(case(), &[(applicant(), withdraw(), TUESDAY)])
}

pub fn correct(material: &str) -> Command {
    let missing = vec![casework::Missing {
        what: casework::Subject::Material(material.to_owned()),
        why: "图上未标出排烟口，请补画。".to_owned(),
    }];
    Command::Correct { missing, supervisor_reason: None }
}

pub fn resubmit(material: &str) -> Command {
    Command::Resubmit { form: None, answered: false, materials: vec![upload(material)] }
}

pub fn review() -> Command {
    Command::Review { stance: Stance::For, opinion: "符合条件。".to_owned() }
}

pub fn grant() -> Command {
    Command::Decide { verdict: Verdict::Grant { reason: None } }
}

pub fn deny() -> Command {
    let verdict = Verdict::Deny {
        reason: "场所不符合要求。".to_owned(), article: "食品安全法 第三十三条".to_owned()
    };
    Command::Decide { verdict }
}

pub fn decline() -> Command {
    Command::Decline {
        reason: "不属于本机关职权。".to_owned(),
        article: "行政许可法 第三十二条".to_owned(),
        elsewhere: Some("市级部门".to_owned()),
    }
}

pub fn suspend(ground: Ground) -> Command {
    Command::Suspend { ground, days: 5, reason: "需要检测。".to_owned() }
}

pub fn resume() -> Command {
    Command::Resume { result: "检测合格。".to_owned() }
}

pub fn extend(days: u32) -> Command {
    Command::Extend { days, reason: "案情复杂。".to_owned() }
}

pub fn serve() -> Command {
    Command::Serve { how: casework::Service::Electronic, licence: Some(licence()) }
}

pub fn prepare() -> Command {
    Command::Prepare { how: casework::Service::Window, licence: Some(licence()), parcel: None }
}

pub fn choose_way(how: casework::Service) -> Command {
    Command::ChooseWay { how, form: None }
}

pub fn withdraw() -> Command {
    Command::Withdraw { ground: casework::WithdrawGround::NotNeeded }
}
