//! What waits for a person.

use kernel::Timestamp;
use store::{Error, Read, ReadExt, Tx, params};

use super::county_number;
use crate::Work;

/// A place in the list: since when, owner, id.
pub(crate) type Place = (Timestamp, String, String);

/// Puts what waits because of `owner` in the place of what waited before.
pub(crate) fn put(tx: &mut Tx, owner: &str, all: &[Work], had: bool) -> Result<(), Error> {
    const DROP: &str = "DELETE FROM payment_work WHERE owner = $1";
    const INSERT: &str =
        "INSERT INTO payment_work (owner, id, county, kind, opened, body) VALUES ($1, $2, $3, $4, $5, $6)";
    if had {
        tx.execute(DROP, &params![owner])?;
    }
    for work in all {
        let county = work.department.map_or(0, |department| county_number(&department.region));
        let body = serde_json::to_string(work)?;
        tx.execute(INSERT, &params![owner, work.id, county, work.kind.name(), work.since, body])?;
    }
    Ok(())
}

/// What waits in counties from `from` to `to`, oldest first, after `after`.
pub(crate) fn list(
    read: &mut dyn Read,
    (from, to): (i64, i64),
    after: Option<&Place>,
    limit: usize,
) -> Result<Vec<(Place, Work)>, Error> {
    const LIST: &str = "SELECT opened, owner, id, body FROM payment_work
        WHERE county >= $1 AND county <= $2 AND (opened, owner, id) > ($3, $4, $5)
        ORDER BY opened, owner, id LIMIT $6";
    let (opened, owner, id) = after.cloned().unwrap_or((Timestamp::MIN, String::new(), String::new()));
    read.query(LIST, &params![from, to, opened, owner, id, limit], |row| {
        Ok(((row.get(0)?, row.get(1)?, row.get(2)?), row.json(3)?))
    })
}

/// What waits because of `owner`.
pub(crate) fn of(read: &mut dyn Read, owner: &str) -> Result<Vec<Work>, Error> {
    const SELECT: &str = "SELECT body FROM payment_work WHERE owner = $1 ORDER BY id LIMIT 2000";
    read.query(SELECT, &params![owner], |row| row.json(0))
}
