//! The rules in force.

use store::{Error, Read, ReadExt, Tx, params};

/// Digest and text of the rules that were imported; none where the shipped ones hold.
pub(crate) fn load(read: &mut dyn Read) -> Result<Option<(String, String)>, Error> {
    const SELECT: &str = "SELECT digest, body FROM supervision_rulebook WHERE id = 1";
    read.query_one(SELECT, &[], |row| Ok((row.get(0)?, row.get(1)?)))
}

pub(crate) fn save(tx: &mut Tx, digest: &str, text: &str) -> Result<(), Error> {
    const SAVE: &str = "INSERT INTO supervision_rulebook (id, digest, body) VALUES (1, $1, $2)
        ON CONFLICT (id) DO UPDATE SET digest = excluded.digest, body = excluded.body";
    tx.execute(SAVE, &params![digest, text]).map(drop)
}

/// How many entries the stream of the rules has.
pub(crate) fn versions(read: &mut dyn Read) -> Result<i64, Error> {
    Ok(i64::try_from(store::journal::stream(read, crate::replay::RULES, 1, 10_000)?.len()).unwrap_or(i64::MAX))
}
