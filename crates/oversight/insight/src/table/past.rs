//! Decided cases by the share of their limit that they used, for reckoning risks.

use store::{Error, Read, ReadExt, params};

/// Of each item everywhere: item, value, how many; of days from `from` to `to`.
pub(crate) fn items(read: &mut dyn Read, (from, to): (i64, i64)) -> Result<Vec<(String, i64, i64)>, Error> {
    const ITEMS: &str = "SELECT item, value, CAST(SUM(n) AS BIGINT) FROM insight_cell
        WHERE measure = 'limit-used' AND cube = 2 AND day >= $1 AND day <= $2
        GROUP BY item, value ORDER BY item, value";
    read.query(ITEMS, &params![from, to], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// Of each item in each region of a range: place, item, value, how many.
pub(crate) fn places(
    read: &mut dyn Read,
    (from, to): (i64, i64),
    (low, high): (i64, i64),
) -> Result<Vec<(i64, String, i64, i64)>, Error> {
    const PLACES: &str = "SELECT place, item, value, CAST(SUM(n) AS BIGINT) FROM insight_cell
        WHERE measure = 'limit-used' AND cube = 2 AND day >= $1 AND day <= $2 AND place >= $3 AND place <= $4
        GROUP BY place, item, value ORDER BY place, item, value";
    read.query(PLACES, &params![from, to, low, high], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
}
