//! Drafts: sealed scratch of their owners.

use kernel::{DraftId, PartyId, Sealed, Timestamp};
use store::{Error, Read, ReadExt, Row, Tx, params};

use crate::DraftLine;

/// A draft as it is stored: everything personal in `body`, sealed.
pub(crate) struct DraftRow {
    pub line: DraftLine,
    pub owner: PartyId,
    pub body: Sealed,
}

pub(crate) fn insert(tx: &mut Tx, draft: &DraftRow) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO casework_draft (id, owner, item, region, version, updated, expires, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let DraftLine { id, item, region, version, updated, expires } = &draft.line;
    tx.execute(INSERT, &params![id, draft.owner, item, region, version, updated, expires, draft.body])
        .map(std::mem::drop)
}

/// Saves a draft that was at the version before. Whether it still was.
pub(crate) fn save(tx: &mut Tx, draft: &DraftRow) -> Result<bool, Error> {
    const UPDATE: &str = "UPDATE casework_draft SET version = $1, updated = $2, expires = $3, body = $4
        WHERE id = $5 AND version = $6";
    let DraftLine { id, version, updated, expires, .. } = &draft.line;
    let changed = tx.execute(UPDATE, &params![version, updated, expires, draft.body, id, version - 1])?;
    Ok(changed == 1)
}

pub(crate) fn load(read: &mut dyn Read, id: &DraftId) -> Result<Option<DraftRow>, Error> {
    const SELECT: &str =
        "SELECT id, item, region, version, updated, expires, owner, body FROM casework_draft WHERE id = $1";
    read.query_one(SELECT, &params![id], |row| {
        Ok(DraftRow { line: line(row)?, owner: row.parse(6)?, body: row.get(7)? })
    })
}

/// Drafts of one owner, latest first.
pub(crate) fn of(read: &mut dyn Read, owner: &PartyId, limit: usize) -> Result<Vec<DraftLine>, Error> {
    const SELECT: &str = "SELECT id, item, region, version, updated, expires FROM casework_draft
        WHERE owner = $1 ORDER BY updated DESC LIMIT $2";
    read.query(SELECT, &params![owner, limit], line)
}

/// Takes a draft away at this version; whether it was there.
pub(crate) fn take(tx: &mut Tx, id: &DraftId, version: i64) -> Result<bool, Error> {
    const TAKE: &str = "DELETE FROM casework_draft WHERE id = $1 AND version = $2";
    tx.execute(TAKE, &params![id, version]).map(|taken| taken == 1)
}

/// Throws a draft away.
pub(crate) fn drop(tx: &mut Tx, id: &DraftId) -> Result<(), Error> {
    const DROP: &str = "DELETE FROM casework_draft WHERE id = $1";
    tx.execute(DROP, &params![id]).map(std::mem::drop)
}

/// Drafts whose time is over.
pub(crate) fn expired(read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<DraftId>, Error> {
    const SELECT: &str = "SELECT id FROM casework_draft WHERE expires <= $1 ORDER BY expires LIMIT $2";
    read.query(SELECT, &params![now, limit], |row| row.parse(0))
}

fn line(row: &dyn Row) -> Result<DraftLine, Error> {
    Ok(DraftLine {
        id: row.parse(0)?,
        item: row.parse(1)?,
        region: row.parse(2)?,
        version: row.get(3)?,
        updated: row.get(4)?,
        expires: row.get(5)?,
    })
}
