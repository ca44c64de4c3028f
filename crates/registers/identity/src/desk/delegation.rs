//! Giving and taking back mandates.

use kernel::{Actor, PartyId, local_date};
use store::{Read, Tx};

use super::Result;
use crate::{
    Refusal,
    model::{Delegation, DelegationEvent, Event, Extent, Holder, NewDelegation, PartyKind, delegation::DelegationId},
    query,
    rules::{
        delegation as rules,
        delegation::{Command, Facts},
    },
    table,
};

/// Gives somebody a mandate for the party that `actor` acts for.
///
/// # Errors
/// A [`Refusal`] of [`crate::rules::delegation::decide`].
pub fn delegate(tx: &mut Tx, actor: &Actor, new: &NewDelegation) -> Result<DelegationId> {
    let facts = gather(tx, actor, Some(&new.agent))?;
    let event = rules::decide(None, &Command::Grant(new.clone()), &facts)?;
    let id = DelegationId::new(store::fresh_uuid());
    let mut row = Delegation {
        id,
        principal: facts.principal,
        agent: new.agent,
        extent: Extent::Items(vec![]),
        from: facts.today,
        until: new.until,
        revoked: None,
        version: 0,
    };
    rules::apply(&mut row, &event);
    table::delegation::insert(tx, &row)?;
    journal(tx, actor, &row, event)?;
    Ok(id)
}

/// Takes a mandate back. Sessions that use it right now end.
///
/// # Errors
/// [`Refusal::UnknownDelegation`] for somebody else's, [`Refusal::AlreadyRevoked`], [`Refusal::NotPrincipal`].
pub fn revoke(tx: &mut Tx, actor: &Actor, id: &DelegationId) -> Result<()> {
    let facts = gather(tx, actor, None)?;
    let mut row = table::delegation::load(tx, id)?.ok_or(Refusal::UnknownDelegation)?;
    let event = rules::decide(Some(&row), &Command::Revoke, &facts)?;
    rules::apply(&mut row, &event);
    table::delegation::update(tx, &row)?;
    if let Some(account) = table::account::of(tx, Holder::Person(row.agent))? {
        table::session::delete_acting(tx, &account.id, &row.principal)?;
    }
    journal(tx, actor, &row, event)
}

fn gather(tx: &mut Tx, actor: &Actor, agent: Option<&PartyId>) -> Result<Facts> {
    let Actor::Citizen { person, acting_for, .. } = actor else { return Err(Refusal::NotPerson.into()) };
    let mandate = query::mandate(tx, person, acting_for)?;
    let agent_is_person = match agent {
        Some(agent) => table::party::load(tx, agent)?.is_some_and(|row| row.kind == PartyKind::Person),
        None => false,
    };
    let now = tx.now();
    Ok(Facts { today: local_date(now), now, principal: *acting_for, mandate, agent_is_person })
}

fn journal(tx: &mut Tx, actor: &Actor, row: &Delegation, event: DelegationEvent) -> Result<()> {
    Ok(tx.journal(actor, &format!("delegation:{}", row.id), row.version, &[Event::Delegation(event)])?)
}
