//! Signing in, and keeping accounts.

use identity::{
    Account, AccountEvent as Event, Holder, Refusal,
    rules::account::{Command, Facts, apply, decide},
};
use kernel::{AccountId, Actor, Duty, PartyId, Power, Scope, StaffId, Timestamp, Uuid};

const DOOR: Actor = Actor::System("door");

fn account() -> Account {
    let holder = Holder::Person(PartyId::new(Uuid::from_u128(2)));
    let id = AccountId::new(Uuid::from_u128(1));
    Account { id, holder, failures: 0, locked_until: None, enabled: true, version: 1 }
}

#[test]
fn a_wrong_password_is_journalled_and_a_right_one_forgives() {
    let mut account = account();
    for (right, failures) in [(false, 1), (false, 2), (true, 0), (false, 1)] {
        let decision = decide(&account, &DOOR, &Command::SignIn { right }, &Facts::default()).unwrap();
        decision.events.iter().for_each(|event| apply(&mut account, event));
        assert_eq!((decision.refusal.is_some(), account.failures), (!right, failures));
    }
}

#[test]
fn a_closed_account_lets_nobody_in() {
    let closed = Account { enabled: false, ..account() };
    assert_eq!(decide(&closed, &DOOR, &Command::SignIn { right: true }, &Facts::default()), Err(Refusal::Disabled));
}

#[test]
fn only_an_administrator_keeps_accounts_never_their_own_and_always_with_a_reason() {
    let staff = |id, duty| {
        let region = "320100000000".parse().unwrap();
        let powers = vec![Power { duty, scope: Scope { region, subtree: true, kind: None } }];
        Actor::Staff { staff: StaffId::new(Uuid::from_u128(id)), region, post: "系统管理员".to_owned(), powers }
    };
    let disable = |reason: &str| Command::Disable { reason: reason.to_owned() };
    let own = Account { holder: Holder::Staff(StaffId::new(Uuid::from_u128(7))), ..account() };
    for (account, actor, reason, want) in [
        (account(), staff(7, Duty::Administer), "离岗", Ok(())),
        (account(), staff(7, Duty::Secure), "离岗", Err(Refusal::NotAllowed { duty: Duty::Administer })),
        (account(), staff(7, Duty::Administer), " ", Err(Refusal::ReasonMissing)),
        (own, staff(7, Duty::Administer), "离岗", Err(Refusal::OwnAccount)),
    ] {
        assert_eq!(decide(&account, &actor, &disable(reason), &Facts::default()).map(drop), want);
    }
}

#[test]
fn what_is_not_so_cannot_be_undone() {
    let reason = || "核实身份".to_owned();
    let closed = Account { enabled: false, ..account() };
    for (account, command, want) in [
        (account(), Command::Unlock { reason: reason() }, Refusal::NotLocked),
        (account(), Command::Enable { reason: reason() }, Refusal::NotDisabled),
        (closed, Command::Disable { reason: reason() }, Refusal::Disabled),
    ] {
        assert_eq!(decide(&account, &Actor::System("setup"), &command, &Facts::default()), Err(want));
    }
}

#[test]
fn a_closed_account_is_told_only_to_who_knows_its_password() {
    let closed = Account { enabled: false, ..account() };
    let decision = decide(&closed, &DOOR, &Command::SignIn { right: false }, &Facts::default()).unwrap();
    assert_eq!(decision.refusal, Some(Refusal::WrongCredentials));
}

#[test]
fn a_second_factor_is_taken_away_by_a_security_officer_from_somebody_else() {
    let staff = |id, duty| {
        let region = "320100000000".parse().unwrap();
        let powers = vec![Power { duty, scope: Scope { region, subtree: true, kind: None } }];
        Actor::Staff { staff: StaffId::new(Uuid::from_u128(id)), region, post: "岗".to_owned(), powers }
    };
    let theirs = Account { holder: Holder::Staff(StaffId::new(Uuid::from_u128(7))), ..account() };
    let set = || Facts { second: Some("印".to_owned()), ..Facts::default() };
    for (actor, reason, facts, want) in [
        (staff(8, Duty::Secure), "持证件核实", set(), Ok(())),
        (staff(8, Duty::Secure), " ", set(), Err(Refusal::ReasonMissing)),
        (staff(8, Duty::Secure), "持证件核实", Facts::default(), Err(Refusal::NoSecondFactor)),
        (staff(8, Duty::Administer), "持证件核实", set(), Err(Refusal::NotAllowed { duty: Duty::Secure })),
        (staff(7, Duty::Secure), "持证件核实", set(), Err(Refusal::OwnAccount)),
    ] {
        let command = Command::RemoveSecondFactor { reason: reason.to_owned() };
        assert_eq!(decide(&theirs, &actor, &command, &facts).map(drop), want);
    }
}

#[test]
fn every_event_of_an_account_moves_its_version_by_one() {
    for event in [
        Event::SignedIn,
        Event::SignInFailed,
        Event::Locked { until: Timestamp::UNIX_EPOCH },
        Event::PasswordStored { mark: String::new() },
        Event::SecondFactorSet { mark: String::new() },
        Event::CodeFailed,
        Event::SecondFactorRemoved { reason: String::new() },
        Event::Unlocked { reason: String::new() },
        Event::SignedOut { everywhere: true },
        Event::PasswordChanged,
        Event::PasswordReset { reason: String::new() },
        Event::Disabled { reason: String::new() },
        Event::Enabled { reason: String::new() },
    ] {
        let mut account = account();
        apply(&mut account, &event);
        assert_eq!(account.version, 2, "{event:?}");
    }
}
