//! Signing in and lockout.

use identity::{
    Account, AccountEvent as Event, Holder, Policy, Refusal,
    rules::account::{Command, Facts, apply, decide},
};
use kernel::{AccountId, Actor, Duty, PartyId, Power, Scope, StaffId, Timestamp, Uuid};
use proptest::prelude::*;

const DOOR: Actor = Actor::System("door");

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).unwrap()
}

fn facts(seconds: i64) -> Facts {
    Facts { now: at(seconds), policy: Policy::default() }
}

fn account() -> Account {
    let holder = Holder::Person(PartyId::new(Uuid::from_u128(2)));
    let id = AccountId::new(Uuid::from_u128(1));
    Account { id, holder, failures: 0, locked_until: None, enabled: true, version: 1 }
}

/// Tries passwords in order, a second apart, and gives the last answer.
fn try_in(account: &mut Account, from: i64, tries: &[bool]) -> Result<Option<Refusal>, Refusal> {
    let mut answer = Ok(None);
    for (second, right) in (from..).zip(tries) {
        answer = decide(account, &DOOR, &Command::SignIn { right: *right }, &facts(second)).map(|decision| {
            decision.events.iter().for_each(|event| apply(account, event));
            decision.refusal
        });
    }
    answer
}

#[test]
fn five_wrong_passwords_lock_for_a_quarter_of_an_hour() {
    let mut account = account();
    assert_eq!(try_in(&mut account, 0, &[false; 4]), Ok(Some(Refusal::WrongCredentials)));
    let until = at(4 + 15 * 60);
    assert_eq!(try_in(&mut account, 4, &[false]), Ok(Some(Refusal::Locked { until })));
    // Not even the right password opens it before its time.
    assert_eq!(try_in(&mut account, 5, &[true]), Err(Refusal::Locked { until }));
    assert_eq!(try_in(&mut account, 4 + 15 * 60, &[true]), Ok(None));
    assert_eq!((account.failures, account.locked_until), (0, None));
}

#[test]
fn a_right_password_forgives_the_wrong_ones_before_it() {
    let mut account = account();
    let answer = try_in(&mut account, 0, &[false, false, false, false, true, false, false, false, false]);
    assert_eq!(answer, Ok(Some(Refusal::WrongCredentials)));
}

#[test]
fn a_wrong_present_password_counts_like_one_at_the_door() {
    let mut account = account();
    assert_eq!(try_in(&mut account, 0, &[false; 4]), Ok(Some(Refusal::WrongCredentials)));
    let decision = decide(&account, &DOOR, &Command::ChangePassword { right: false }, &facts(9)).unwrap();
    assert!(matches!(decision.refusal, Some(Refusal::Locked { .. })));
}

#[test]
fn a_closed_account_lets_nobody_in() {
    let closed = Account { enabled: false, ..account() };
    assert_eq!(decide(&closed, &DOOR, &Command::SignIn { right: true }, &facts(0)), Err(Refusal::Disabled));
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
        assert_eq!(decide(&account, &actor, &disable(reason), &facts(0)).map(drop), want);
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
        assert_eq!(decide(&account, &Actor::System("setup"), &command, &facts(0)), Err(want));
    }
}

proptest! {
    #[test]
    fn nobody_gets_in_while_the_account_is_locked(tries in prop::collection::vec(any::<bool>(), 0..40)) {
        let mut account = account();
        for (second, right) in (0..).zip(tries) {
            let locked = account.locked_until.is_some_and(|until| at(second) < until);
            let before = account.version;
            let answer = try_in(&mut account, second, &[right]);
            prop_assert_eq!(locked, answer.is_err());
            prop_assert!(!locked || account.version == before);
            prop_assert!(account.failures < 5);
        }
    }
}

#[test]
fn every_event_of_an_account_moves_its_version_by_one() {
    for event in [
        Event::SignedIn,
        Event::SignInFailed,
        Event::Locked { until: at(0) },
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
