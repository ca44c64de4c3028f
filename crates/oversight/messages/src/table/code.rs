//! One-time codes, by keyed digest, and how many were sent.

use kernel::{AccountId, Date, Timestamp};
use store::{Error, Read, ReadExt, Tx, params};

use crate::model::CodeId;
use crate::rules::code::Code;

pub(crate) fn insert(tx: &mut Tx, code: &Code, digest: &[u8; 32]) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO messages_code (id, account, purpose, digest, sent, ends, tries, used, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let Code { id, account, purpose, sent, ends, tries, used, version } = code;
    tx.execute(INSERT, &params![id, account, purpose, digest, sent, ends, tries, used, version]).map(drop)
}

/// A code and the digest of its digits.
pub(crate) fn load(read: &mut dyn Read, id: &CodeId) -> Result<Option<(Code, Vec<u8>)>, Error> {
    const LOAD: &str =
        "SELECT id, account, purpose, sent, ends, tries, used, version, digest FROM messages_code WHERE id = $1";
    read.query_one(LOAD, &params![id], |row| {
        let code = Code {
            id: row.get(0)?,
            account: row.get(1)?,
            purpose: row.get(2)?,
            sent: row.get(3)?,
            ends: row.get(4)?,
            tries: row.get(5)?,
            used: row.get(6)?,
            version: row.get(7)?,
        };
        Ok((code, row.get(8)?))
    })
}

/// Saves a code that was read at `version`.
pub(crate) fn save(tx: &mut Tx, code: &Code, version: i64) -> Result<(), Error> {
    const SAVE: &str = "UPDATE messages_code SET tries = $3, used = $4, version = $5 WHERE id = $1 AND version = $2";
    let saved = tx.execute(SAVE, &params![code.id, version, code.tries, code.used, code.version])?;
    if saved == 1 { Ok(()) } else { Err(Error::Lost) }
}

/// When an account last got a code.
pub(crate) fn last(read: &mut dyn Read, account: &AccountId) -> Result<Option<Timestamp>, Error> {
    const LAST: &str = "SELECT sent FROM messages_code WHERE account = $1 ORDER BY sent DESC LIMIT 1";
    read.query_one(LAST, &params![account], |row| row.get(0))
}

/// How many codes went there on a day.
pub(crate) fn count(read: &mut dyn Read, what: &[u8; 32], day: Date) -> Result<i64, Error> {
    const COUNT: &str = "SELECT n FROM messages_code_count WHERE what = $1 AND day = $2";
    Ok(read.query_one(COUNT, &params![what, day], |row| row.get(0))?.unwrap_or(0))
}

/// One more went there; counts of earlier days are forgotten, some at a time.
pub(crate) fn add(tx: &mut Tx, what: &[u8; 32], day: Date) -> Result<(), Error> {
    const ADD: &str = "INSERT INTO messages_code_count (what, day, n) VALUES ($1, $2, 1)
        ON CONFLICT (what, day) DO UPDATE SET n = messages_code_count.n + 1";
    const FORGET: &str = "DELETE FROM messages_code_count WHERE (what, day) IN
        (SELECT what, day FROM messages_code_count WHERE day < $1 ORDER BY day LIMIT 50)";
    tx.execute(ADD, &params![what, day])?;
    tx.execute(FORGET, &params![day]).map(drop)
}
