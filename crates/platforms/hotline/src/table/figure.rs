//! The figures.

use std::collections::BTreeMap;

use store::{Error, Read, ReadExt, Tx, params};

/// Month, county and unit of a figure.
pub(crate) type Place = (i64, i64, String);

pub(crate) fn add(tx: &mut Tx, changes: &BTreeMap<(Place, String), i64>) -> Result<(), Error> {
    const ADD: &str = "INSERT INTO hotline_figure (month, county, unit, what, n) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (month, county, unit, what) DO UPDATE SET n = hotline_figure.n + excluded.n";
    for (((month, county, unit), what), n) in changes.iter().filter(|(_, n)| **n != 0) {
        tx.execute(ADD, &params![month, county, unit, what, n])?;
    }
    Ok(())
}

/// All figures of a month within some counties: unit, what, how many. One unit has a dozen; at most `limit` rows.
pub(crate) fn of_month(
    read: &mut dyn Read,
    month: i64,
    (low, high): (i64, i64),
    limit: usize,
) -> Result<Vec<(String, String, i64)>, Error> {
    const SELECT: &str = "SELECT unit, what, n FROM hotline_figure WHERE month = $1 AND county BETWEEN $2 AND $3
        ORDER BY county, unit, what LIMIT $4";
    read.query(SELECT, &params![month, low, high, limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}
