//! What the bearer of a session may do with it.

use kernel::{Actor, PartyId};
use store::{Read, Tx};

use super::{Result, account::carry};
use crate::{
    Refusal,
    model::{AccountEvent, Session, SessionKey, session::ActingFor},
    query, rules, table,
};

/// Lets the session act for `party` from here on; for the person themselves to come back.
///
/// # Errors
/// [`Refusal::NoMandate`] without a right to, [`Refusal::NotPerson`] for staff, [`Refusal::SessionEnded`].
pub fn act_for(tx: &mut Tx, session: &Session, party: &PartyId) -> Result<()> {
    let Actor::Citizen { account, person, .. } = session.actor else { return Err(Refusal::NotPerson.into()) };
    let mut row = table::session::load(tx, &session.key)?.ok_or(Refusal::SessionEnded)?;
    let mandate = query::mandate(tx, &person, party)?;
    rules::delegation::covers(mandate.as_ref(), None)?;
    let until = mandate.and_then(|mandate| mandate.until).map(query::end_of);
    row.body.acting_for = if *party == person {
        None
    } else {
        let party = query::party(tx, party)?.ok_or(Refusal::UnknownParty)?;
        Some(ActingFor { party: party.id, name: party.name, kind: party.kind, until })
    };
    table::session::set_body(tx, &session.key, &row.body)?;
    let (mut account, _) = table::account::load(tx, &account)?.ok_or(Refusal::UnknownAccount)?;
    Ok(carry(tx, &session.actor, &mut account, vec![AccountEvent::ActedFor { party: *party }])?)
}

/// Ends this session. Ending one that has ended is no error.
///
/// # Errors
/// When the database fails.
pub fn sign_out(tx: &mut Tx, session: &Session) -> Result<()> {
    if !table::session::delete(tx, &session.key)? {
        return Ok(());
    }
    let (mut account, _) = table::account::load(tx, &session.account)?.ok_or(Refusal::UnknownAccount)?;
    Ok(carry(tx, &session.actor, &mut account, vec![AccountEvent::SignedOut { everywhere: false }])?)
}

/// Ends every session of the account, this one too; how many there were.
///
/// # Errors
/// When the database fails.
pub fn sign_out_everywhere(tx: &mut Tx, session: &Session) -> Result<u64> {
    let (mut account, _) = table::account::load(tx, &session.account)?.ok_or(Refusal::UnknownAccount)?;
    let ended = table::session::delete_of(tx, &session.account)?;
    carry(tx, &session.actor, &mut account, vec![AccountEvent::SignedOut { everywhere: true }])?;
    Ok(ended)
}

/// Notes that the session was used. For a face to send after its answer, when [`Session::wants_touch`] says so.
///
/// # Errors
/// When the database fails.
pub fn touch(tx: &mut Tx, key: &SessionKey) -> Result<()> {
    let now = tx.now();
    Ok(table::session::touch(tx, key, now, now)?)
}
