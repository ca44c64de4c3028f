//! The figures.

use std::collections::BTreeMap;

use kernel::BasicCode;
use store::{Error, Param, Read, ReadExt, Tx, params};

use crate::Sums;

/// Under what figures are kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub month: i64,
    pub county: i64,
    pub department: String,
    pub item: String,
    pub way: &'static str,
}

/// Adds to many figures at once.
pub(crate) fn add(tx: &mut Tx, changes: &BTreeMap<(Key, String), i64>) -> Result<(), Error> {
    const ADD: &str = "INSERT INTO evaluation_figure (month, county, department, item, way, what, n)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (month, county, department, item, way, what) DO UPDATE SET n = evaluation_figure.n + excluded.n";
    let rows = changes.iter().filter(|(_, n)| **n != 0).map(|((key, what), n)| {
        [
            Param::Int(key.month),
            Param::Int(key.county),
            Param::Text(&key.department),
            Param::Text(&key.item),
            Param::Text(key.way),
            Param::Text(what),
            Param::Int(*n),
        ]
    });
    tx.insert_many(ADD, rows).map(drop)
}

/// Sums by month, from one to another, within counties and for departments of a pattern.
pub(crate) fn by_month(
    read: &mut dyn Read,
    (from, to): (i64, i64),
    (low, high): (i64, i64),
    department: &str,
) -> Result<BTreeMap<i64, Sums>, Error> {
    const SUMS: &str = "SELECT month, what, CAST(SUM(n) AS BIGINT) FROM evaluation_figure
        WHERE month BETWEEN $1 AND $2 AND county BETWEEN $3 AND $4 AND department LIKE $5
        GROUP BY month, what ORDER BY month, what";
    let mut months: BTreeMap<i64, Sums> = BTreeMap::new();
    let rows = read.query(SUMS, &params![from, to, low, high, department], |row| {
        Ok((row.get::<i64>(0)?, row.get::<String>(1)?, row.get::<i64>(2)?))
    })?;
    rows.into_iter().for_each(|(month, what, n)| months.entry(month).or_default().add(&what, n));
    Ok(months)
}

/// Sums of one month by county, or by city where `step` is 100.
pub(crate) fn by_place(
    read: &mut dyn Read,
    month: i64,
    (low, high): (i64, i64),
    step: i64,
    department: &str,
) -> Result<BTreeMap<i64, Sums>, Error> {
    const SUMS: &str = "SELECT county / $1, what, CAST(SUM(n) AS BIGINT) FROM evaluation_figure
        WHERE month = $2 AND county BETWEEN $3 AND $4 AND department LIKE $5 GROUP BY county / $1, what";
    let mut places: BTreeMap<i64, Sums> = BTreeMap::new();
    let rows = read.query(SUMS, &params![step, month, low, high, department], |row| {
        Ok((row.get::<i64>(0)?, row.get::<String>(1)?, row.get::<i64>(2)?))
    })?;
    rows.into_iter().for_each(|(place, what, n)| places.entry(place * step).or_default().add(&what, n));
    Ok(places)
}

/// Sums of one month by kind of department.
pub(crate) fn by_kind(
    read: &mut dyn Read,
    month: i64,
    (low, high): (i64, i64),
) -> Result<BTreeMap<String, Sums>, Error> {
    const SUMS: &str = "SELECT substr(department, 14), what, CAST(SUM(n) AS BIGINT) FROM evaluation_figure
        WHERE month = $1 AND county BETWEEN $2 AND $3 GROUP BY substr(department, 14), what";
    named(read, SUMS, &params![month, low, high])
}

/// Sums of one month by item.
pub(crate) fn by_item(
    read: &mut dyn Read,
    month: i64,
    (low, high): (i64, i64),
    department: &str,
) -> Result<BTreeMap<String, Sums>, Error> {
    const SUMS: &str = "SELECT item, what, CAST(SUM(n) AS BIGINT) FROM evaluation_figure
        WHERE month = $1 AND county BETWEEN $2 AND $3 AND department LIKE $4 GROUP BY item, what";
    named(read, SUMS, &params![month, low, high, department])
}

/// Sums of one month by channel.
pub(crate) fn by_way(
    read: &mut dyn Read,
    month: i64,
    (low, high): (i64, i64),
    department: &str,
) -> Result<BTreeMap<String, Sums>, Error> {
    const SUMS: &str = "SELECT way, what, CAST(SUM(n) AS BIGINT) FROM evaluation_figure
        WHERE month = $1 AND county BETWEEN $2 AND $3 AND department LIKE $4 GROUP BY way, what";
    named(read, SUMS, &params![month, low, high, department])
}

fn named(read: &mut dyn Read, sql: &'static str, params: &[Param<'_>]) -> Result<BTreeMap<String, Sums>, Error> {
    let mut groups: BTreeMap<String, Sums> = BTreeMap::new();
    let rows = read.query(sql, params, |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?, row.get::<i64>(2)?)))?;
    rows.into_iter().for_each(|(name, what, n)| groups.entry(name).or_default().add(&what, n));
    Ok(groups)
}

/// Sums for one item within counties since a month.
pub(crate) fn of_item(
    read: &mut dyn Read,
    item: &BasicCode,
    since: i64,
    (low, high): (i64, i64),
) -> Result<Sums, Error> {
    const SUMS: &str = "SELECT what, CAST(SUM(n) AS BIGINT) FROM evaluation_figure
        WHERE item = $1 AND month >= $2 AND county BETWEEN $3 AND $4 GROUP BY what";
    let mut sums = Sums::default();
    let rows =
        read.query(SUMS, &params![item, since, low, high], |row| Ok((row.get::<String>(0)?, row.get::<i64>(1)?)))?;
    rows.into_iter().for_each(|(what, n)| sums.add(&what, n));
    Ok(sums)
}

/// The months that have figures, latest first.
pub(crate) fn months(read: &mut dyn Read, limit: usize) -> Result<Vec<i64>, Error> {
    const MONTHS: &str = "SELECT DISTINCT month FROM evaluation_figure ORDER BY month DESC LIMIT $1";
    read.query(MONTHS, &params![limit], |row| row.get(0))
}

/// All figures of one month.
pub(crate) fn of_month(read: &mut dyn Read, month: i64) -> Result<Sums, Error> {
    Ok(by_month(read, (month, month), (0, 999_999), "%")?.remove(&month).unwrap_or_default())
}
