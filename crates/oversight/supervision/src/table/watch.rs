//! Watches: one row a case.

use kernel::{CaseNumber, Timestamp};
use store::{Error, Read, ReadExt, Tx, params};

use crate::Watch;

pub(crate) fn load(read: &mut dyn Read, number: &CaseNumber) -> Result<Option<Watch>, Error> {
    const SELECT: &str = "SELECT body FROM supervision_watch WHERE number = $1";
    read.query_one(SELECT, &params![number], |row| row.json(0))
}

pub(crate) fn save(tx: &mut Tx, watch: &Watch, due: Option<Timestamp>) -> Result<(), Error> {
    const SAVE: &str = "INSERT INTO supervision_watch (number, version, is_open, due, body) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (number) DO UPDATE SET version = excluded.version, is_open = excluded.is_open, due = excluded.due,
            body = excluded.body";
    let body = serde_json::to_string(watch)?;
    tx.execute(SAVE, &params![watch.number, watch.version, !watch.closed, due, body]).map(drop)
}

/// The cases at which a rule becomes true by now, earliest first.
pub(crate) fn due(read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
    const DUE: &str = "SELECT number FROM supervision_watch WHERE due <= $1 ORDER BY due LIMIT $2";
    read.query(DUE, &params![now, limit], |row| row.get(0))
}

/// When the case's row is due.
pub(crate) fn due_of(read: &mut dyn Read, number: &CaseNumber) -> Result<Option<Timestamp>, Error> {
    const SELECT: &str = "SELECT due FROM supervision_watch WHERE number = $1";
    Ok(read.query_one(SELECT, &params![number], |row| row.get(0))?.flatten())
}

/// Other rules hold: every open case is looked at again.
pub(crate) fn wake_all(tx: &mut Tx, now: Timestamp) -> Result<(), Error> {
    const WAKE: &str = "UPDATE supervision_watch SET due = $1 WHERE is_open = 1";
    tx.execute(WAKE, &params![now]).map(drop)
}

/// How many cases are open, and how many rows wait for an instant.
pub(crate) fn count(read: &mut dyn Read) -> Result<(i64, i64), Error> {
    const COUNT: &str = "SELECT COUNT(*), COUNT(due) FROM supervision_watch WHERE is_open = 1";
    Ok(read.query_one(COUNT, &[], |row| Ok((row.get(0)?, row.get(1)?)))?.unwrap_or_default())
}

/// Remembers which case a bill is for.
pub(crate) fn link(tx: &mut Tx, stream: &str, number: &CaseNumber) -> Result<(), Error> {
    const LINK: &str = "INSERT INTO supervision_link (stream, number) VALUES ($1, $2) ON CONFLICT (stream) DO NOTHING";
    tx.execute(LINK, &params![stream, number]).map(drop)
}

/// The case a bill is for.
pub(crate) fn linked(read: &mut dyn Read, stream: &str) -> Result<Option<CaseNumber>, Error> {
    const LINKED: &str = "SELECT number FROM supervision_link WHERE stream = $1";
    read.query_one(LINKED, &params![stream], |row| row.get(0))
}
