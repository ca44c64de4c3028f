//! Who may see unmasked data.

use kernel::{Actor, Duty, PartyId};

use super::Refusal;

/// Whether `actor` may see `party`'s data in full for `purpose`: the party itself and its agents, staff whose duty
/// needs it, and the platform's own work. Everybody must say what for.
///
/// Source: 个人信息保护法 第六条 (minimum necessary), GB/T 22239-2019 个人信息保护.
///
/// # Errors
/// [`Refusal::NotAllowed`] or [`Refusal::ReasonMissing`].
pub fn may_look(actor: &Actor, party: PartyId, purpose: &str) -> Result<(), Refusal> {
    super::reason(purpose)?;
    match actor {
        Actor::System(_) => Ok(()),
        Actor::Citizen { person, acting_for, .. } if *person == party || *acting_for == party => Ok(()),
        Actor::Citizen { .. } => Err(Refusal::NotYours),
        Actor::Staff { powers, .. } => {
            let handles =
                |duty| matches!(duty, Duty::Receive | Duty::Review | Duty::Decide | Duty::Supervise | Duty::Redress);
            let allowed = powers.iter().any(|power| handles(power.duty));
            if allowed { Ok(()) } else { Err(Refusal::NotAllowed { duty: Duty::Review }) }
        }
    }
}
