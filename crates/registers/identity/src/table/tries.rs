//! `identity_try`: wrong tries by subject and place.

use kernel::Timestamp;
use store::{Error, Read, ReadExt, Tx, params};

use crate::rules::throttle::Tally;

const SELECT: &str = "SELECT wrong, since, last FROM identity_try WHERE subject = $1 AND origin = $2";
const SAVE: &str = "INSERT INTO identity_try (subject, origin, wrong, since, last) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (subject, origin) DO UPDATE SET wrong = excluded.wrong, since = excluded.since, last = excluded.last";
const FORGET: &str = "DELETE FROM identity_try WHERE subject = $1 AND origin = $2";
const FORGET_ALL: &str = "DELETE FROM identity_try WHERE subject = $1";
const OLDEST: &str = "SELECT last FROM identity_try WHERE last < $1 ORDER BY last LIMIT 1";
const SWEEP: &str = "DELETE FROM identity_try WHERE (subject, origin) IN \
    (SELECT subject, origin FROM identity_try WHERE last < $1 ORDER BY last LIMIT $2)";

pub fn load(read: &mut dyn Read, subject: &[u8], origin: &[u8]) -> Result<Option<Tally>, Error> {
    read.query_one(SELECT, &params![*subject, *origin], |row| {
        Ok(Tally { wrong: row.get(0)?, since: row.get(1)?, last: row.get(2)? })
    })
}

pub fn save(tx: &mut Tx, subject: &[u8], origin: &[u8], tally: &Tally) -> Result<(), Error> {
    tx.execute(SAVE, &params![*subject, *origin, tally.wrong, tally.since, tally.last]).map(drop)
}

pub fn forget(tx: &mut Tx, subject: &[u8], origin: &[u8]) -> Result<(), Error> {
    tx.execute(FORGET, &params![*subject, *origin]).map(drop)
}

/// Forgets every place's tries; how many there were.
pub fn forget_all(tx: &mut Tx, subject: &[u8]) -> Result<u64, Error> {
    tx.execute(FORGET_ALL, &params![*subject])
}

pub fn oldest(read: &mut dyn Read, before: Timestamp) -> Result<Option<Timestamp>, Error> {
    read.query_one(OLDEST, &params![before], |row| row.get(0))
}

pub fn sweep(tx: &mut Tx, before: Timestamp, limit: usize) -> Result<u64, Error> {
    tx.execute(SWEEP, &params![before, limit])
}
