//! Signing in, lockout, and who may close an account.

use kernel::{Actor, Duty, Timestamp};

use super::Refusal;
use crate::model::{Account, AccountEvent as Event, Holder, Policy};

/// What can be asked of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Somebody gave a password; it was compared before, off the writer.
    SignIn {
        /// Whether it was the right one.
        right: bool,
    },
    /// End one session.
    SignOut,
    /// End all sessions.
    SignOutEverywhere,
    /// Replace the password; the present one was compared before.
    ChangePassword {
        /// Whether the present one was right.
        right: bool,
    },
    /// Give somebody a new password who forgot theirs and showed who they are.
    ResetPassword {
        /// Why, and how the person was recognised.
        reason: String,
    },
    /// Open a locked account before its time.
    Unlock {
        /// Why.
        reason: String,
    },
    /// Close the account.
    Disable {
        /// Why.
        reason: String,
    },
    /// Open it again.
    Enable {
        /// Why.
        reason: String,
    },
}

/// What the rules need to know besides the account.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// Now.
    pub now: Timestamp,
    /// Spans and numbers.
    pub policy: Policy,
}

/// What happened, and what the caller is told. A wrong password is both an event to keep and a refusal to show.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// To be journalled in any case.
    pub events: Vec<Event>,
    /// To be shown after they are.
    pub refusal: Option<Refusal>,
}

/// What happens if `actor` asks `command` of `account` now.
///
/// # Errors
/// A [`Refusal`] that leaves no trace but the caller's own log.
pub fn decide(account: &Account, actor: &Actor, command: &Command, facts: &Facts) -> Result<Decision, Refusal> {
    use Command as C;
    let done = |event| Ok(Decision { events: vec![event], refusal: None });
    let locked = account.locked_until.filter(|until| facts.now < *until);

    match command {
        C::SignIn { .. } | C::ChangePassword { .. } if !account.enabled => Err(Refusal::Disabled),
        C::SignIn { .. } | C::ChangePassword { .. } if locked.is_some() => {
            Err(Refusal::Locked { until: locked.unwrap_or(facts.now) })
        }
        C::SignIn { right: true } => done(Event::SignedIn),
        C::ChangePassword { right: true } => done(Event::PasswordChanged),
        C::SignIn { right: false } | C::ChangePassword { right: false } => Ok(wrong(account, facts)),
        C::SignOut => done(Event::SignedOut { everywhere: false }),
        C::SignOutEverywhere => done(Event::SignedOut { everywhere: true }),
        C::ResetPassword { reason } => {
            let clerk = matches!(account.holder, Holder::Person(_)) && actor.holds(Duty::Receive);
            // A window clerk who sees the ID card helps citizens; staff go to their administrator.
            if clerk {
                super::reason(reason)?
            } else {
                keeper(account, actor, reason)?
            }
            done(Event::PasswordReset { reason: reason.clone() })
        }
        C::Unlock { reason } => {
            keeper(account, actor, reason)?;
            if locked.is_none() { Err(Refusal::NotLocked) } else { done(Event::Unlocked { reason: reason.clone() }) }
        }
        C::Disable { reason } => {
            keeper(account, actor, reason)?;
            if account.enabled { done(Event::Disabled { reason: reason.clone() }) } else { Err(Refusal::Disabled) }
        }
        C::Enable { reason } => {
            keeper(account, actor, reason)?;
            if account.enabled { Err(Refusal::NotDisabled) } else { done(Event::Enabled { reason: reason.clone() }) }
        }
    }
}

fn wrong(account: &Account, facts: &Facts) -> Decision {
    let mut events = vec![Event::SignInFailed];
    let mut refusal = Refusal::WrongCredentials;
    if account.failures + 1 >= facts.policy.wrong_max {
        let until = facts.now.saturating_add(facts.policy.lock).unwrap_or(Timestamp::MAX);
        events.push(Event::Locked { until });
        refusal = Refusal::Locked { until };
    }
    Decision { events, refusal: Some(refusal) }
}

/// Accounts are kept by administrators, each act with a reason (GB/T 22239-2019, 访问控制), and never one's own.
fn keeper(account: &Account, actor: &Actor, reason: &str) -> Result<(), Refusal> {
    super::reason(reason)?;
    match actor {
        Actor::System(_) => Ok(()),
        Actor::Staff { staff, .. } if account.holder == Holder::Staff(*staff) => Err(Refusal::OwnAccount),
        Actor::Staff { powers, .. } if powers.iter().any(|power| power.duty == Duty::Administer) => Ok(()),
        _ => Err(Refusal::NotAllowed { duty: Duty::Administer }),
    }
}

/// What `event` did to `account`.
pub fn apply(account: &mut Account, event: &Event) {
    account.version += 1;
    match event {
        Event::Opened { .. } => account.enabled = true,
        Event::SignedIn | Event::PasswordChanged | Event::PasswordReset { .. } | Event::Unlocked { .. } => {
            account.failures = 0;
            account.locked_until = None;
        }
        Event::SignInFailed => account.failures += 1,
        Event::Locked { until } => {
            account.failures = 0;
            account.locked_until = Some(*until);
        }
        Event::Disabled { .. } => account.enabled = false,
        Event::Enabled { .. } => account.enabled = true,
        Event::SignedOut { .. } | Event::ActedFor { .. } => {}
    }
}
