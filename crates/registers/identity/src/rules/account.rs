//! Signing in, and who may keep an account. How often a password may be tried is in [`super::throttle`].

use kernel::{Actor, Duty};

use super::Refusal;
use crate::model::{Account, AccountEvent as Event, Holder};

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
    /// Let those who wait after wrong passwords try again at once.
    Unlock {
        /// Why.
        reason: String,
    },
    /// Set up a second factor; its first code was right.
    SetSecondFactor,
    /// Take away the second factor of somebody who lost it and showed who they are.
    RemoveSecondFactor {
        /// Why, and how the holder was recognised.
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
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Whether somebody waits after wrong passwords.
    pub waiting: bool,
    /// The keyed digest of the second factor, where there is one (or is going to be).
    pub second: Option<String>,
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

    match command {
        C::SignIn { right: false } | C::ChangePassword { right: false } => {
            Ok(Decision { events: vec![Event::SignInFailed], refusal: Some(Refusal::WrongCredentials) })
        }
        // That an account is closed is told only to who knows its password.
        C::SignIn { right: true } | C::ChangePassword { right: true } | C::SetSecondFactor if !account.enabled => {
            Err(Refusal::Disabled)
        }
        C::SignIn { right: true } => done(Event::SignedIn),
        C::ChangePassword { right: true } => done(Event::PasswordChanged),
        C::SetSecondFactor => match &facts.second {
            Some(mark) => done(Event::SecondFactorSet { mark: mark.clone() }),
            None => Err(Refusal::NoSecondFactor),
        },
        C::RemoveSecondFactor { reason } => {
            officer(account, actor, reason)?;
            match facts.second {
                Some(_) => done(Event::SecondFactorRemoved { reason: reason.clone() }),
                None => Err(Refusal::NoSecondFactor),
            }
        }
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
            if !facts.waiting { Err(Refusal::NotLocked) } else { done(Event::Unlocked { reason: reason.clone() }) }
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

/// A second factor is taken away by a security officer, never by who administers accounts nor by its holder: one person alone shall not
/// get into an account of staff (GB/T 22239-2019, 身份鉴别).
fn officer(account: &Account, actor: &Actor, reason: &str) -> Result<(), Refusal> {
    super::reason(reason)?;
    match actor {
        Actor::Staff { staff, .. } if account.holder == Holder::Staff(*staff) => Err(Refusal::OwnAccount),
        Actor::Staff { .. } if actor.holds(Duty::Secure) => Ok(()),
        _ => Err(Refusal::NotAllowed { duty: Duty::Secure }),
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
        Event::SignedOut { .. }
        | Event::ActedFor { .. }
        | Event::PasswordStored { .. }
        | Event::SecondFactorSet { .. }
        | Event::CodeFailed
        | Event::SecondFactorRemoved { .. } => {}
    }
}
