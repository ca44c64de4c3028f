//! Departmental systems and their credentials.

use kernel::{Actor, DepartmentId};
use store::{Read, Tx};

use super::Result;
use crate::model::SourceEvent;
use crate::{Refusal, Secret, Source, SourceId, query, rules, table};

/// Registers a departmental system. The secret was made by the caller, who shows it once.
pub fn register(
    tx: &mut Tx,
    actor: &Actor,
    id: &SourceId,
    name: &str,
    department: DepartmentId,
    secret: &Secret,
) -> Result<Source> {
    rules::may_care(actor, &department)?;
    let found = organisation::department(tx, &department)?.ok_or(Refusal::NoDepartment)?;
    let event = rules::registered(actor, name, department, found.credit_code, secret.key(), tx.now())?;
    let source = rules::replay_source(id, [&event]).ok_or(Refusal::NotFound)?;
    if !table::source::insert(tx, &source)? {
        return Err(Refusal::NameTaken.into());
    }
    tx.journal(actor, &source.stream(), 1, &[event])?;
    Ok(source)
}

/// Gives another credential; the one before ends at once.
pub fn reissue(tx: &mut Tx, actor: &Actor, id: &SourceId, secret: &Secret) -> Result<Source> {
    let source = query::source_for(tx, actor, id)?;
    let event = rules::reissued(&source, actor, secret.key(), tx.now())?;
    happen(tx, actor, source, event)
}

/// Takes the credential back.
pub fn revoke(tx: &mut Tx, actor: &Actor, id: &SourceId, reason: &str) -> Result<Source> {
    let source = query::source_for(tx, actor, id)?;
    let event = rules::revoked(&source, actor, reason, tx.now())?;
    happen(tx, actor, source, event)
}

fn happen(tx: &mut Tx, actor: &Actor, mut source: Source, event: SourceEvent) -> Result<Source> {
    let version = source.version;
    rules::apply_source(&mut source, &event);
    table::source::save(tx, &source, version)?;
    tx.journal(actor, &source.stream(), source.version, &[event])?;
    Ok(source)
}
