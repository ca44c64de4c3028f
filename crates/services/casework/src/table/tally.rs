//! How many cases came in and went out, by day and county.

use kernel::Date;
use store::{Error, Read, ReadExt, Tx, params};

/// Adds `n` to one figure.
pub(crate) fn add(tx: &mut Tx, day: Date, county: i64, what: &str, n: i64) -> Result<(), Error> {
    const ADD: &str = "INSERT INTO casework_tally (day, county, what, n) VALUES ($1, $2, $3, $4)
        ON CONFLICT (day, county, what) DO UPDATE SET n = casework_tally.n + excluded.n";
    tx.execute(ADD, &params![day, county, what, n]).map(drop)
}

/// The sums of one span of days (both ends included) over counties from `low` to `high`, by figure.
pub(crate) fn sums(
    read: &mut dyn Read,
    from: Date,
    to: Date,
    low: i64,
    high: i64,
) -> Result<Vec<(String, i64)>, Error> {
    const SUMS: &str = "SELECT what, CAST(SUM(n) AS BIGINT) FROM casework_tally
        WHERE day >= $1 AND day <= $2 AND county >= $3 AND county <= $4 GROUP BY what ORDER BY what";
    read.query(SUMS, &params![from, to, low, high], |row| Ok((row.get(0)?, row.get(1)?)))
}
