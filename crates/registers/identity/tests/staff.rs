//! Powers, and the three officers who keep each other in check.

use identity::{
    NewStaff, PendingPowers, Refusal, Staff, StaffEvent as Event,
    rules::staff::{Command, Facts, apply, decide, separate},
};
use kernel::{Actor, DepartmentId, Duty, Power, Scope, StaffId, Uuid};

const ADMINISTRATOR: u128 = 1;
const SECURITY: u128 = 2;
const CLERK: u128 = 9;

fn department() -> DepartmentId {
    "320102000000-230".parse().unwrap()
}

fn power(duty: Duty) -> Power {
    Power { duty, scope: Scope { region: department().region, subtree: true, kind: None } }
}

fn officer(id: u128, duty: Duty) -> Actor {
    let (staff, region) = (StaffId::new(Uuid::from_u128(id)), department().region);
    Actor::Staff { staff, region, post: "管理岗".to_owned(), powers: vec![power(duty)] }
}

fn new(powers: Vec<Power>) -> NewStaff {
    let (number, name) = ("XW0007".parse().unwrap(), "周宁".parse().unwrap());
    NewStaff { number, name, person: None, post: "综合窗口".to_owned(), department: department(), powers }
}

fn clerk() -> Staff {
    let NewStaff { number, name, person, post, department, .. } = new(vec![]);
    let id = StaffId::new(Uuid::from_u128(CLERK));
    Staff { id, number, name, person, post, department, powers: vec![], pending: None, active: true, version: 1 }
}

fn asked(asked_by: &Actor, duty: Duty) -> Staff {
    let pending = PendingPowers { powers: vec![power(duty)], asked_by: asked_by.label(), reason: "上岗".to_owned() };
    Staff { pending: Some(pending), ..clerk() }
}

fn request(duty: Duty) -> Command {
    Command::RequestPowers { powers: vec![power(duty)], reason: "上岗".to_owned() }
}

fn check(staff: &Staff, actor: &Actor, command: &Command, want: Result<(), Refusal>) {
    assert_eq!(decide(Some(staff), actor, command, &Facts::default()).map(drop), want, "{command:?}");
}

#[test]
fn the_administrator_asks_and_the_security_officer_approves() {
    let (administrator, security) = (officer(ADMINISTRATOR, Duty::Administer), officer(SECURITY, Duty::Secure));
    let mut staff = clerk();
    for (actor, command, powers) in [
        (&administrator, request(Duty::Receive), 0),
        (&security, Command::ApprovePowers, 1),
        (&administrator, Command::Dismiss { reason: "调离".to_owned() }, 0),
    ] {
        let events = decide(Some(&staff), actor, &command, &Facts::default()).unwrap();
        events.iter().for_each(|event| apply(&mut staff, event));
        assert_eq!(staff.powers.len(), powers, "{command:?}");
    }
    check(&staff, &administrator, &request(Duty::Receive), Err(Refusal::NotServing));
}

#[test]
fn neither_officer_can_do_the_others_part() {
    let (administrator, security) = (officer(ADMINISTRATOR, Duty::Administer), officer(SECURITY, Duty::Secure));
    let waiting = asked(&administrator, Duty::Receive);
    let missing = |duty| Err(Refusal::NotAllowed { duty });
    check(&clerk(), &security, &request(Duty::Receive), missing(Duty::Administer));
    check(&waiting, &administrator, &Command::ApprovePowers, missing(Duty::Secure));
    check(&clerk(), &security, &Command::ApprovePowers, Err(Refusal::NothingPending));
    // Even where a record shows that the security officer asked.
    check(&asked(&security, Duty::Receive), &security, &Command::ApprovePowers, Err(Refusal::SamePersonApproves));
    let refuse = |reason: &str| Command::RefusePowers { reason: reason.to_owned() };
    check(&waiting, &security, &refuse("不符合岗位要求"), Ok(()));
    check(&waiting, &security, &refuse(""), Err(Refusal::ReasonMissing));
}

#[test]
fn nobody_changes_their_own_post_or_powers() {
    let own = officer(CLERK, Duty::Administer);
    let moves = Command::Move { post: "首席代表".to_owned(), department: department() };
    check(&clerk(), &own, &request(Duty::Decide), Err(Refusal::OwnPowers));
    check(&clerk(), &own, &moves, Err(Refusal::OwnPowers));
}

#[test]
fn three_officers_are_three_people_and_none_handles_cases() {
    use Duty as D;
    for (held, other, want) in [
        (&[D::Receive, D::Review, D::Decide][..], &[][..], Ok(())),
        (&[D::Supervise, D::Publish], &[D::Receive], Ok(())),
        (&[D::Administer], &[], Ok(())),
        (&[D::Administer, D::Secure], &[], Err(Refusal::OfficersSeparate)),
        (&[D::Secure, D::Audit], &[], Err(Refusal::OfficersSeparate)),
        (&[D::Audit], &[D::Administer], Err(Refusal::OfficersSeparate)),
        (&[D::Audit, D::Decide], &[], Err(Refusal::OfficerHandlesCases)),
        (&[D::Receive], &[D::Secure], Err(Refusal::OfficerHandlesCases)),
        (&[D::Administer, D::Administer], &[], Ok(())),
    ] {
        let powers: Vec<Power> = held.iter().copied().map(power).collect();
        assert_eq!(separate(&powers, other), want, "{held:?} beside {other:?}");
    }
}

#[test]
fn separation_is_looked_at_when_asking_and_again_when_approving() {
    let (administrator, security) = (officer(ADMINISTRATOR, Duty::Administer), officer(SECURITY, Duty::Secure));
    let facts = Facts { other_duties: vec![Duty::Audit], ..Facts::default() };
    let refused = Err(Refusal::OfficerHandlesCases);
    assert_eq!(decide(Some(&clerk()), &administrator, &request(Duty::Receive), &facts), refused);
    let waiting = asked(&administrator, Duty::Receive);
    assert_eq!(decide(Some(&waiting), &security, &Command::ApprovePowers, &facts), refused);
}

#[test]
fn staff_are_appointed_by_their_administrator_and_get_powers_later() {
    let administrator = officer(ADMINISTRATOR, Duty::Administer);
    let appoint = |new| Command::Appoint(Box::new(new));
    let decided = |actor: &Actor, new, facts: &Facts| decide(None, actor, &appoint(new), facts);
    let events = decided(&administrator, new(vec![power(Duty::Receive)]), &Facts::default()).unwrap();
    assert!(matches!(events[..], [Event::Appointed { .. }, Event::PowersRequested { .. }]));
    // Setting up a house is the platform's own act.
    let events = decided(&Actor::System("setup"), new(vec![power(Duty::Audit)]), &Facts::default()).unwrap();
    assert!(matches!(events[..], [Event::Appointed { .. }, Event::PowersGranted { .. }]));

    let taken = Facts { number_taken: true, ..Facts::default() };
    assert_eq!(decided(&administrator, new(vec![]), &taken), Err(Refusal::StaffNumberTaken));
    let nameless = NewStaff { post: " ".to_owned(), ..new(vec![]) };
    assert_eq!(decided(&administrator, nameless, &Facts::default()), Err(Refusal::BadPost));
    let elsewhere = NewStaff { department: "320500000000-230".parse().unwrap(), ..new(vec![]) };
    let refused = Err(Refusal::NotAllowed { duty: Duty::Administer });
    assert_eq!(decided(&administrator, elsewhere, &Facts::default()), refused);
    assert_eq!(decide(None, &administrator, &Command::ApprovePowers, &Facts::default()), Err(Refusal::UnknownStaff));
}

#[test]
fn whoever_moves_loses_the_powers_of_the_old_post() {
    let administrator = officer(ADMINISTRATOR, Duty::Administer);
    let mut staff = Staff { powers: vec![power(Duty::Decide)], ..clerk() };
    let moves = Command::Move { post: "咨询导办".to_owned(), department: department() };
    let events = decide(Some(&staff), &administrator, &moves, &Facts::default()).unwrap();
    events.iter().for_each(|event| apply(&mut staff, event));
    assert_eq!((staff.powers, staff.post.as_str()), (vec![], "咨询导办"));
}
