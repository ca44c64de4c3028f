//! Suspending, restoring, revoking and cancelling a licence, each on its ground.

use kernel::{Actor, Date, Duty, LicenceId};

use super::Refusal;
use crate::model::{CancelGround, Content, Event, RevokeGround, Standing, State};

/// What can be asked of a licence in the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Suspend it (暂扣).
    Suspend {
        /// Why.
        reason: String,
    },
    /// Give it back (恢复).
    Restore {
        /// Why.
        reason: String,
    },
    /// Revoke it (撤销).
    Revoke {
        /// Under which clause.
        ground: RevokeGround,
        /// Why.
        reason: String,
    },
    /// Cancel it (注销).
    Cancel {
        /// Under which clause.
        ground: CancelGround,
        /// Why.
        reason: String,
    },
}

impl Command {
    /// The reason given.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Suspend { reason }
            | Self::Restore { reason }
            | Self::Revoke { reason, .. }
            | Self::Cancel { reason, .. } => reason,
        }
    }
}

/// The longest reason kept, in characters.
pub const REASON_MAX: usize = 500;

/// What happens if `actor` asks `command` today of a licence of this content and standing.
///
/// # Errors
/// [`Refusal::NotAllowed`] without the power to decide for the issuing department, [`Refusal::ReasonMissing`],
/// [`Refusal::NotNow`] when the state does not allow it, [`Refusal::NotOver`].
pub fn decide(
    content: &Content,
    standing: &Standing,
    actor: &Actor,
    command: &Command,
    today: Date,
) -> Result<Event, Refusal> {
    use {Command as C, State as S};
    if !actor.may(Duty::Decide, &content.issuer.department) {
        return Err(Refusal::NotAllowed);
    }
    let length = command.reason().trim().chars().count();
    if !(1..=REASON_MAX).contains(&length) {
        return Err(Refusal::ReasonMissing);
    }
    let reason = command.reason().trim().to_owned();
    let on = today;
    match (standing.state(content, today), command) {
        (S::Valid | S::NotYet, C::Suspend { .. }) => Ok(Event::Suspended { on, reason }),
        (S::Suspended, C::Restore { .. }) => Ok(Event::Restored { on, reason }),
        (S::Valid | S::NotYet | S::Suspended | S::Expired, C::Revoke { ground, .. }) => {
            Ok(Event::Revoked { on, ground: *ground, reason })
        }
        (S::Valid | S::NotYet | S::Suspended, C::Cancel { ground: CancelGround::NotRenewed, .. })
            if !content.is_over(today) =>
        {
            Err(Refusal::NotOver)
        }
        // What was revoked is struck off the register afterwards (行政许可法 第七十条第四项), on no other ground.
        (S::Revoked, C::Cancel { ground, .. }) if *ground != CancelGround::PermitWithdrawn => {
            Err(Refusal::NotNow { state: S::Revoked })
        }
        (S::Valid | S::NotYet | S::Suspended | S::Expired | S::Revoked, C::Cancel { ground, .. }) => {
            Ok(Event::Cancelled { on, ground: *ground, reason })
        }
        (state, C::Suspend { .. } | C::Restore { .. } | C::Revoke { .. } | C::Cancel { .. }) => {
            Err(Refusal::NotNow { state })
        }
    }
}

/// Whether `new` may take the place of `old` today: the same licence, holder and type, one version further.
///
/// # Errors
/// [`Refusal::NotNow`] when the old one is suspended, revoked, cancelled or replaced; [`Refusal::NotNextVersion`].
pub fn replace(old: &Content, standing: &Standing, new: &LicenceId, today: Date) -> Result<Event, Refusal> {
    match standing.state(old, today) {
        State::Valid | State::NotYet | State::Expired => {}
        state => return Err(Refusal::NotNow { state }),
    }
    match old.id.next_version() {
        Ok(next) if next == *new => Ok(Event::Replaced { on: today, by: new.clone() }),
        _ => Err(Refusal::NotNextVersion),
    }
}

/// What `event` did to a licence's standing.
pub fn apply(standing: &mut Standing, event: &Event) {
    *standing = match event {
        Event::Issued { .. } | Event::Restored { .. } => Standing::InForce,
        Event::Suspended { on, reason } => Standing::Suspended { since: *on, reason: reason.clone() },
        Event::Revoked { on, ground, reason } => {
            Standing::Revoked { since: *on, ground: *ground, reason: reason.clone() }
        }
        Event::Cancelled { on, ground, reason } => {
            Standing::Cancelled { since: *on, ground: *ground, reason: reason.clone() }
        }
        Event::Replaced { on, by } => Standing::Replaced { since: *on, by: by.clone() },
        // Defining a type or showing a licence changes nothing about it.
        Event::TypeDefined { .. } | Event::Presented { .. } | Event::Redeemed { .. } => return,
    };
}
