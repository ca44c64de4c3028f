//! The life of a licence, as a table of states and commands.

use kernel::{Actor, Date, Duty, Power, Scope, StaffId, Uuid};
use licences::{CancelGround, Command, Content, Event, Refusal, RevokeGround, Standing, State, lifecycle};

use crate::fixtures::{content, day};

const BEFORE: &str = "2026-09-29";
const WITHIN: &str = "2027-01-04";
const AFTER: &str = "2030-09-30";

fn decider() -> Actor {
    let department = content().issuer.department;
    let scope = Scope { region: department.region, subtree: false, kind: None };
    staff(vec![Power { duty: Duty::Decide, scope }])
}

fn staff(powers: Vec<Power>) -> Actor {
    let region = content().issuer.department.region;
    Actor::Staff { staff: StaffId::new(Uuid::from_u128(9)), region, post: "审批决定".to_owned(), powers }
}

fn why() -> String {
    "依法处理".to_owned()
}

fn decide(standing: &Standing, command: &Command, today: Date) -> Result<Event, Refusal> {
    lifecycle::decide(&content(), standing, &decider(), command, today)
}

fn suspend() -> Command {
    Command::Suspend { reason: why() }
}

fn restore() -> Command {
    Command::Restore { reason: why() }
}

fn revoke() -> Command {
    Command::Revoke { ground: RevokeGround::Deceit, reason: why() }
}

fn cancel(ground: CancelGround) -> Command {
    Command::Cancel { ground, reason: why() }
}

fn standings() -> [(&'static str, Standing, &'static str); 7] {
    let since = day(WITHIN);
    let by = content().id.next_version().unwrap();
    [
        ("not yet", Standing::InForce, BEFORE),
        ("valid", Standing::InForce, WITHIN),
        ("expired", Standing::InForce, AFTER),
        ("suspended", Standing::Suspended { since, reason: why() }, WITHIN),
        ("revoked", Standing::Revoked { since, ground: RevokeGround::Deceit, reason: why() }, WITHIN),
        ("cancelled", Standing::Cancelled { since, ground: CancelGround::HolderGone, reason: why() }, WITHIN),
        ("replaced", Standing::Replaced { since, by }, WITHIN),
    ]
}

#[test]
fn each_state_allows_what_the_statute_allows() {
    // Columns: suspend, restore, revoke, cancel as not renewed, cancel as permit withdrawn, cancel as holder gone.
    let table = [
        ("not yet", "y-y-yy"),
        ("valid", "y-y-yy"),
        ("expired", "--yyyy"),
        ("suspended", "-yy-yy"),
        ("revoked", "----y-"),
        ("cancelled", "------"),
        ("replaced", "------"),
    ];
    let commands = [
        suspend(),
        restore(),
        revoke(),
        cancel(CancelGround::NotRenewed),
        cancel(CancelGround::PermitWithdrawn),
        cancel(CancelGround::HolderGone),
    ];
    for ((name, standing, today), (row, want)) in standings().iter().zip(table) {
        assert_eq!(*name, row);
        let got: String =
            commands.iter().map(|c| if decide(standing, c, day(today)).is_ok() { 'y' } else { '-' }).collect();
        assert_eq!(got, want, "{name}");
    }
}

#[test]
fn whatever_is_decided_leads_to_the_state_it_names() {
    for (name, standing, today) in standings() {
        for (command, state) in [
            (suspend(), State::Suspended),
            (revoke(), State::Revoked),
            (cancel(CancelGround::PermitWithdrawn), State::Cancelled),
        ] {
            if let Ok(event) = decide(&standing, &command, day(today)) {
                let mut after = standing.clone();
                lifecycle::apply(&mut after, &event);
                assert_eq!(after.state(&content(), day(today)), state, "{name}");
            }
        }
    }
}

#[test]
fn a_licence_is_over_after_its_last_day_and_never_before() {
    let state = |today: &str, content: &Content| Standing::InForce.state(content, day(today));
    assert_eq!(state("2026-09-29", &content()), State::NotYet);
    assert_eq!(state("2026-09-30", &content()), State::Valid);
    assert_eq!(state("2030-09-29", &content()), State::Valid);
    assert_eq!(state("2030-09-30", &content()), State::Expired);
    let unlimited = Content { valid_until: None, ..content() };
    assert_eq!(state("2999-12-31", &unlimited), State::Valid);
}

#[test]
fn only_who_may_decide_for_the_issuing_department_may_touch_its_licences() {
    let department = content().issuer.department;
    let elsewhere: kernel::RegionCode = "320102000000".parse().unwrap();
    let power = |duty, region| Power { duty, scope: Scope { region, subtree: false, kind: None } };
    for (actor, allowed) in [
        (decider(), true),
        (staff(vec![power(Duty::Review, department.region)]), false),
        (staff(vec![power(Duty::Decide, elsewhere)]), false),
        (staff(vec![]), false),
        (Actor::System("wheel"), false),
    ] {
        let got = lifecycle::decide(&content(), &Standing::InForce, &actor, &suspend(), day(WITHIN));
        assert_eq!(got.is_ok(), allowed, "{actor:?}");
        assert!(allowed || got == Err(Refusal::NotAllowed));
    }
}

#[test]
fn nothing_is_done_to_a_licence_without_a_reason() {
    for reason in ["", "   ", &"长".repeat(501)] {
        let command = Command::Suspend { reason: reason.to_owned() };
        assert_eq!(decide(&Standing::InForce, &command, day(WITHIN)), Err(Refusal::ReasonMissing));
    }
}

#[test]
fn a_licence_that_still_runs_is_not_cancelled_as_unrenewed() {
    let got = decide(&Standing::InForce, &cancel(CancelGround::NotRenewed), day(WITHIN));
    assert_eq!(got, Err(Refusal::NotOver));
}

#[test]
fn a_new_version_takes_the_place_of_a_running_licence_only() {
    let next = content().id.next_version().unwrap();
    let after_next = next.next_version().unwrap();
    for (name, standing, today) in standings() {
        let runs = matches!(name, "not yet" | "valid" | "expired");
        assert_eq!(lifecycle::replace(&content(), &standing, &next, day(today)).is_ok(), runs, "{name}");
    }
    let skipped = lifecycle::replace(&content(), &Standing::InForce, &after_next, day(WITHIN));
    assert_eq!(skipped, Err(Refusal::NotNextVersion));
}
