//! Who registers departmental systems and cares for what they send.

use kernel::{Actor, CreditCode, DepartmentId, Digest, Duty, StaffId, Timestamp};

use crate::model::SourceEvent;
use crate::{Refusal, Source, SourceId};

use super::written;

/// The member of staff who cares for the exchange of this department.
pub fn may_care(actor: &Actor, department: &DepartmentId) -> Result<StaffId, Refusal> {
    match actor {
        Actor::Staff { staff, .. } if actor.may(Duty::Exchange, department) => Ok(*staff),
        _ => Err(Refusal::NotCaretaker),
    }
}

/// Registers a departmental system with its first credential.
pub fn registered(
    actor: &Actor,
    name: &str,
    department: DepartmentId,
    org_code: CreditCode,
    key: Digest,
    at: Timestamp,
) -> Result<SourceEvent, Refusal> {
    let by = may_care(actor, &department)?;
    Ok(SourceEvent::Registered { name: written(name, "/name")?, department, org_code, key, by, at })
}

/// Gives another credential; the one before ends at once.
pub fn reissued(source: &Source, actor: &Actor, key: Digest, at: Timestamp) -> Result<SourceEvent, Refusal> {
    Ok(SourceEvent::Reissued { key, by: may_care(actor, &source.department)?, at })
}

/// Takes the credential back. The security officer may do it too: who keeps keys must be able to end them.
pub fn revoked(source: &Source, actor: &Actor, reason: &str, at: Timestamp) -> Result<SourceEvent, Refusal> {
    let by = match actor {
        Actor::Staff { staff, .. } if actor.may(Duty::Secure, &source.department) => *staff,
        _ => may_care(actor, &source.department)?,
    };
    if source.key.is_none() {
        return Err(Refusal::Revoked);
    }
    Ok(SourceEvent::Revoked { reason: written(reason, "/reason")?, by, at })
}

/// Who may look through and put right what was quarantined.
pub fn may_quarantine(actor: &Actor, department: &DepartmentId) -> Result<StaffId, Refusal> {
    may_care(actor, department)
}

/// The source that a stream gives.
pub fn replay_source<'a>(id: &SourceId, events: impl IntoIterator<Item = &'a SourceEvent>) -> Option<Source> {
    let mut events = events.into_iter();
    let SourceEvent::Registered { name, department, org_code, key, by, at } = events.next()? else { return None };
    let mut source = Source {
        id: id.clone(),
        version: 1,
        name: name.clone(),
        department: *department,
        org_code: *org_code,
        key: Some(*key),
        issued: *at,
        by: *by,
        revoked: None,
    };
    events.for_each(|event| apply_source(&mut source, event));
    Some(source)
}

/// What an event did to a source.
pub fn apply_source(source: &mut Source, event: &SourceEvent) {
    source.version += 1;
    match event {
        SourceEvent::Registered { .. } => {}
        SourceEvent::Reissued { key, by, at } => {
            (source.key, source.by, source.issued, source.revoked) = (Some(*key), *by, *at, None);
        }
        SourceEvent::Revoked { reason, .. } => (source.key, source.revoked) = (None, Some(reason.clone())),
    }
}
