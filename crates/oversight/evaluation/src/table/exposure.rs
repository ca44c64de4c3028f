//! Reports, and how often a source reports.

use kernel::{Date, Timestamp};
use store::{Error, Read, ReadExt, Row, Tx, params};

use super::{Part, day_number};
use crate::model::county_number;
use crate::{Exposure, ExposureId, ExposureState, rules};

pub(crate) fn insert(tx: &mut Tx, exposure: &Exposure, mark: &str, secret: &str) -> Result<(), Error> {
    const INSERT: &str =
        "INSERT INTO evaluation_exposure (id, version, county, department, mark, secret, stage, next_by,
            published, due, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let county = county_number(&exposure.department.region);
    let (next_by, due) = (day_number(exposure.next_by()), rules::exposure_due(exposure));
    let body = serde_json::to_string(exposure)?;
    let Exposure { id, version, department, state, published_at, .. } = exposure;
    tx.execute(
        INSERT,
        &params![id, version, county, department, mark, secret, *state as i64, next_by, published_at, due, body],
    )
    .map(drop)
}

/// Saves a report that was at `version` before.
pub(crate) fn save(tx: &mut Tx, exposure: &Exposure, version: i64) -> Result<(), Error> {
    const UPDATE: &str =
        "UPDATE evaluation_exposure SET version = $1, stage = $2, next_by = $3, published = $4, due = $5,
        body = $6 WHERE id = $7 AND version = $8";
    let (next_by, due) = (day_number(exposure.next_by()), rules::exposure_due(exposure));
    let body = serde_json::to_string(exposure)?;
    let Exposure { id, state, published_at, .. } = exposure;
    let changed =
        tx.execute(UPDATE, &params![exposure.version, *state as i64, next_by, published_at, due, body, id, version])?;
    if changed == 1 { Ok(()) } else { Err(Error::Lost) }
}

pub(crate) fn load(read: &mut dyn Read, id: &ExposureId) -> Result<Option<Exposure>, Error> {
    const SELECT: &str = "SELECT body FROM evaluation_exposure WHERE id = $1";
    read.query_one(SELECT, &params![id], from_row)
}

/// Whether the columns say what the report itself says.
pub(crate) fn is_listed_right(read: &mut dyn Read, exposure: &Exposure) -> Result<bool, Error> {
    const SELECT: &str = "SELECT version, stage, next_by, published, due FROM evaluation_exposure WHERE id = $1";
    let found = read.query_one(SELECT, &params![exposure.id], |row| {
        let figures: (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok((figures, row.get::<Option<Timestamp>>(3)?, row.get::<Option<Timestamp>>(4)?))
    })?;
    let figures = (exposure.version, exposure.state as i64, day_number(exposure.next_by()));
    Ok(found == Some((figures, exposure.published_at, rules::exposure_due(exposure))))
}

fn from_row(row: &dyn Row) -> Result<Exposure, Error> {
    row.json(0)
}

/// The report that a reporter's secret opens.
pub(crate) fn by_secret(read: &mut dyn Read, secret: &str) -> Result<Option<Exposure>, Error> {
    const SELECT: &str = "SELECT body FROM evaluation_exposure WHERE secret = $1";
    read.query_one(SELECT, &params![secret], from_row)
}

/// A reporter's own reports, latest first.
pub(crate) fn by_mark(read: &mut dyn Read, mark: &str, limit: usize) -> Result<Vec<Exposure>, Error> {
    const SELECT: &str = "SELECT body FROM evaluation_exposure WHERE mark = $1 ORDER BY id DESC LIMIT $2";
    read.query(SELECT, &params![mark, limit], from_row)
}

/// One part of the work list, the most pressing first.
pub(crate) fn staged(
    read: &mut dyn Read,
    part: &Part,
    state: ExposureState,
    after: (i64, &str),
    limit: usize,
) -> Result<Vec<(i64, Exposure)>, Error> {
    const STAGED: &str = "SELECT body, next_by FROM evaluation_exposure
        WHERE stage = $1 AND (next_by, id) > ($2, $3) AND county BETWEEN $4 AND $5
            AND department LIKE $6 AND department LIKE $7
        ORDER BY next_by, id LIMIT $8";
    let Part { low, high, place, kind } = part;
    read.query(STAGED, &params![state as i64, after.0, after.1, low, high, place, kind, limit], |row| {
        Ok((row.get(1)?, row.json(0)?))
    })
}

/// What was published, latest first, before `before`.
pub(crate) fn published(
    read: &mut dyn Read,
    (low, high): (i64, i64),
    before: Option<(Timestamp, ExposureId)>,
    limit: usize,
) -> Result<Vec<Exposure>, Error> {
    const LATEST: &str = "SELECT body FROM evaluation_exposure
        WHERE published IS NOT NULL AND county BETWEEN $1 AND $2 ORDER BY published DESC, id DESC LIMIT $3";
    const BEFORE: &str = "SELECT body FROM evaluation_exposure
        WHERE published IS NOT NULL AND county BETWEEN $1 AND $2 AND (published, id) < ($3, $4)
        ORDER BY published DESC, id DESC LIMIT $5";
    match before {
        None => read.query(LATEST, &params![low, high, limit], from_row),
        Some((at, id)) => read.query(BEFORE, &params![low, high, at, id, limit], from_row),
    }
}

pub(crate) fn due(read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
    const DUE: &str = "SELECT id FROM evaluation_exposure WHERE due <= $1 ORDER BY due LIMIT $2";
    read.query(DUE, &params![now, limit], |row| row.get(0))
}

/// Counts one more report of a source on a day, and tells how many that makes.
pub(crate) fn count_source(tx: &mut Tx, day: Date, mark: &str) -> Result<i64, Error> {
    const COUNT: &str = "INSERT INTO evaluation_source (day, mark, n) VALUES ($1, $2, 1)
        ON CONFLICT (day, mark) DO UPDATE SET n = evaluation_source.n + 1 RETURNING n";
    const FORGET: &str = "DELETE FROM evaluation_source WHERE day < $1";
    let day = day_number(Some(day));
    tx.execute(FORGET, &params![day])?;
    Ok(tx.query_one(COUNT, &params![day, mark], |row| row.get(0))?.unwrap_or(1))
}
