//! Wrong query passwords, counted by case.

use kernel::{CaseNumber, Timestamp};
use store::{Error, Read, ReadExt, Tx, params};

/// Counts one more wrong guess and tells how many there were since `not_before`.
pub(crate) fn count(tx: &mut Tx, number: &CaseNumber, not_before: Timestamp) -> Result<i64, Error> {
    const COUNT: &str = "INSERT INTO casework_guess (number, wrong, since) VALUES ($1, 1, $2)
        ON CONFLICT (number) DO UPDATE SET
            wrong = CASE WHEN casework_guess.since < $3 THEN 1 ELSE casework_guess.wrong + 1 END,
            since = CASE WHEN casework_guess.since < $3 THEN excluded.since ELSE casework_guess.since END
        RETURNING wrong";
    let now = tx.now();
    Ok(tx.query_one(COUNT, &params![number, now, not_before], |row| row.get(0))?.unwrap_or(1))
}

/// Begins the count anew.
pub(crate) fn forget(tx: &mut Tx, number: &CaseNumber) -> Result<(), Error> {
    const FORGET: &str = "DELETE FROM casework_guess WHERE number = $1";
    tx.execute(FORGET, &params![number]).map(drop)
}
