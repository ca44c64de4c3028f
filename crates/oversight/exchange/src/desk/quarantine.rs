//! What people do about rows that were not taken: check once more, or let go.

use kernel::{Actor, CreditCode};
use serde_json::{Map, Value};
use store::{Db, Failure, Tx};

use super::batch::{self, Prepared};
use super::{Result, take_in};
use crate::model::QuarantineEvent;
use crate::{BatchAnswer, Outcome, Quarantine, QuarantineId, QuarantineState, Refusal, SourceId, query, rules, table};

/// A quarantined row, checked once more outside the transaction.
pub struct Again {
    id: QuarantineId,
    prepared: Prepared,
}

/// The fields of a quarantined row, for who cares for it.
pub fn row_of(db: &Db, actor: &Actor, id: &QuarantineId) -> Result<(Quarantine, Map<String, Value>)> {
    db.read(|read| {
        let row = query::quarantined(read, actor, id)?;
        let body = batch::unseal(db.vault(), &row.body)?;
        Ok::<_, Failure<Refusal>>((row, body))
    })
}

impl Again {
    /// Opens and checks the row.
    pub fn prepare(db: &Db, actor: &Actor, id: QuarantineId) -> Result<Again> {
        let (row, mut body) = row_of(db, actor, &id)?;
        body.entry("row_guid").or_insert_with(|| row.guid.clone().into());
        let source = match row.origin.as_str().parse::<SourceId>() {
            Ok(id) => db.read(|read| table::source::load(read, &id))?,
            Err(_) => None,
        };
        let org_code: Option<CreditCode> = source.map(|source| source.org_code);
        let mut meant = batch::checked(db.vault(), &row.batch, vec![body], org_code, row.department);
        let meant = meant.pop().ok_or(Refusal::NotFound)?;
        // The number of this try: no batch of a sender has a slash in it that a requeue has too.
        let batch = format!("{}/requeue-{}", row.id, row.version + 1);
        Ok(Again { id, prepared: meant.alone(row.origin, row.department, batch) })
    }
}

/// Checks a row once more; what still stands in its way comes back in the answer.
pub fn requeue(tx: &mut Tx, actor: &Actor, again: &Again) -> Result<BatchAnswer> {
    let row = query::quarantined(tx, actor, &again.id)?;
    let by = rules::may_quarantine(actor, &row.department)?;
    if row.state != QuarantineState::Open {
        return Err(Refusal::NotOpen.into());
    }
    let answer = take_in(tx, &again.prepared)?;
    let mended = answer.rows.iter().all(|row| row.outcome != Outcome::Quarantined);
    let after = table::quarantine::load(tx, &again.id)?.ok_or(Refusal::NotFound)?;
    happen(tx, actor, after, QuarantineEvent::Requeued { by, mended })?;
    Ok(answer)
}

/// Lets a row go, with a reason.
pub fn resolve(tx: &mut Tx, actor: &Actor, id: &QuarantineId, reason: &str) -> Result<Quarantine> {
    let mut row = query::quarantined(tx, actor, id)?;
    let by = rules::may_quarantine(actor, &row.department)?;
    if row.state != QuarantineState::Open {
        return Err(Refusal::NotOpen.into());
    }
    let reason = rules::written(reason, "/reason")?;
    row.state = QuarantineState::Resolved;
    happen(tx, actor, row, QuarantineEvent::Resolved { by, reason })
}

fn happen(tx: &mut Tx, actor: &Actor, mut row: Quarantine, event: QuarantineEvent) -> Result<Quarantine> {
    let version = row.version;
    row.version += 1;
    table::quarantine::settle(tx, &row, version)?;
    tx.journal(actor, &stream(&row.id), row.version, &[event])?;
    Ok(row)
}

/// The journal stream of what people did about a row.
pub(crate) fn stream(id: &QuarantineId) -> String {
    format!("exchange-quarantine:{id}")
}
