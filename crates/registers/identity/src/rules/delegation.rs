//! Giving, taking back and using a mandate.

use kernel::{BasicCode, Date, PartyId, Timestamp};

use super::Refusal;
use crate::model::{Delegation, DelegationEvent as Event, Extent, Mandate, NewDelegation, Via};

/// The longest a mandate may run, in days: three years, so that a forgotten one ends by itself.
pub const DAYS_MAX: i64 = 3 * 366;

/// What can be asked of a delegation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Give a mandate.
    Grant(NewDelegation),
    /// Take it back.
    Revoke,
}

/// What the rules need to know besides the delegation.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Today.
    pub today: Date,
    /// Now.
    pub now: Timestamp,
    /// The party acted for by whoever commands.
    pub principal: PartyId,
    /// The right under which they act for it; `None` when they have none.
    pub mandate: Option<Mandate>,
    /// Whether the agent named is a natural person in the register.
    pub agent_is_person: bool,
}

/// What happens if the party's own hand commands now. `delegation` is the row named by the command, if there is one.
///
/// # Errors
/// A [`Refusal`]: only the party itself or its legal representative gives and takes back mandates.
pub fn decide(delegation: Option<&Delegation>, command: &Command, facts: &Facts) -> Result<Event, Refusal> {
    match facts.mandate.as_ref().map(|mandate| mandate.via) {
        Some(Via::Own | Via::Representative) => {}
        // An agent may not pass the mandate on (民法典 第一百六十九条).
        Some(Via::Delegation) | None => return Err(Refusal::NotPrincipal),
    }
    match (command, delegation) {
        (Command::Grant(new), _) if new.agent == facts.principal => Err(Refusal::SelfDelegation),
        (Command::Grant(_), _) if !facts.agent_is_person => Err(Refusal::AgentNotPerson),
        (Command::Grant(new), _) if new.extent == Extent::Items(vec![]) => Err(Refusal::EmptyExtent),
        (Command::Grant(new), _) if !period_fits(facts.today, new.until) => Err(Refusal::BadPeriod),
        (Command::Grant(new), _) => Ok(Event::Granted {
            principal: facts.principal,
            agent: new.agent,
            extent: new.extent.clone(),
            from: facts.today,
            until: new.until,
        }),
        (Command::Revoke, Some(row)) if row.principal != facts.principal => Err(Refusal::UnknownDelegation),
        (Command::Revoke, Some(row)) if row.revoked.is_some() => Err(Refusal::AlreadyRevoked),
        (Command::Revoke, Some(_)) => Ok(Event::Revoked { at: facts.now }),
        (Command::Revoke, None) => Err(Refusal::UnknownDelegation),
    }
}

fn period_fits(today: Date, until: Date) -> bool {
    today <= until && today.until(until).is_ok_and(|span| i64::from(span.get_days()) <= DAYS_MAX)
}

/// What `event` did to `delegation`.
pub fn apply(delegation: &mut Delegation, event: &Event) {
    delegation.version += 1;
    match event {
        Event::Granted { principal, agent, extent, from, until } => {
            delegation.principal = *principal;
            delegation.agent = *agent;
            delegation.extent = extent.clone();
            delegation.from = *from;
            delegation.until = *until;
        }
        Event::Revoked { at } => delegation.revoked = Some(*at),
    }
}

/// Whether a mandate lets its holder act, for `item` if one is named.
///
/// # Errors
/// [`Refusal::NoMandate`] without one, [`Refusal::BeyondMandate`] when the item is not among those given.
pub fn covers(mandate: Option<&Mandate>, item: Option<&BasicCode>) -> Result<(), Refusal> {
    match (mandate, item) {
        (None, _) => Err(Refusal::NoMandate),
        (Some(mandate), Some(item)) if !mandate.extent.covers(item) => Err(Refusal::BeyondMandate),
        (Some(_), _) => Ok(()),
    }
}
