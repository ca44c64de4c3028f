//! The figures in force.

use store::{Error, Read, ReadExt, Tx, params};

/// Digest and text of the figures that were imported; none where the shipped ones hold.
pub(crate) fn load(read: &mut dyn Read) -> Result<Option<(String, String)>, Error> {
    const SELECT: &str = "SELECT digest, body FROM insight_book WHERE id = 1";
    read.query_one(SELECT, &[], |row| Ok((row.get(0)?, row.get(1)?)))
}

pub(crate) fn save(tx: &mut Tx, digest: &str, text: &str) -> Result<(), Error> {
    const SAVE: &str = "INSERT INTO insight_book (id, digest, body) VALUES (1, $1, $2)
        ON CONFLICT (id) DO UPDATE SET digest = excluded.digest, body = excluded.body";
    tx.execute(SAVE, &params![digest, text]).map(drop)
}

/// How many entries the stream of the figures has.
pub(crate) fn versions(read: &mut dyn Read) -> Result<i64, Error> {
    Ok(i64::try_from(store::journal::stream(read, crate::replay::FIGURES, 1, 10_000)?.len()).unwrap_or(i64::MAX))
}
