//! Services and the links to rate them.

use kernel::{BasicCode, PartyId, StaffId, Timestamp, local_date};
use store::{Error, Read, ReadExt, Row, Tx, params};

use super::{Part, day_number};
use crate::model::{county_number, month_number};
use crate::{Service, Stage, Subject, Sums, rules};

/// The columns by which lists, the wheel and the figures find a service.
struct Columns {
    county: i64,
    month: i64,
    level: i64,
    stage: i64,
    next_by: i64,
    review: i64,
    published: Option<Timestamp>,
    due: Option<Timestamp>,
}

impl Columns {
    fn of(service: &Service) -> Columns {
        let redress = service.redress.as_ref();
        Columns {
            county: county_number(&service.invited.department.region),
            month: month_number(local_date(service.invited.ended)),
            level: service.first.as_ref().map_or(0, |first| i64::from(first.level.number())),
            stage: redress.map_or(0, |redress| redress.stage() as i64),
            next_by: day_number(redress.and_then(crate::Redress::next_by)),
            review: i64::from(service.waits_for_review()),
            published: service.published.as_ref().map(|published| published.at),
            due: rules::due(service),
        }
    }
}

/// Keeps a new service; whether it was new.
pub(crate) fn insert(tx: &mut Tx, service: &Service) -> Result<bool, Error> {
    const INSERT: &str =
        "INSERT INTO evaluation_service (subject, version, party, item, county, department, clerk, ended,
            month, level, stage, next_by, review, published, due, counted, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '{}', $16)
        ON CONFLICT (subject) DO NOTHING";
    let c = Columns::of(service);
    let Service { subject, version, invited, .. } = service;
    let body = serde_json::to_string(service)?;
    let written = tx.execute(
        INSERT,
        &params![
            subject,
            version,
            invited.party,
            invited.item,
            c.county,
            invited.department,
            invited.clerk,
            invited.ended,
            c.month,
            c.level,
            c.stage,
            c.next_by,
            c.review,
            c.published,
            c.due,
            body
        ],
    )?;
    Ok(written == 1)
}

/// Saves a service that was at `version` before.
pub(crate) fn save(tx: &mut Tx, service: &Service, version: i64) -> Result<(), Error> {
    const UPDATE: &str =
        "UPDATE evaluation_service SET version = $1, level = $2, stage = $3, next_by = $4, review = $5,
            published = $6, due = $7, body = $8
        WHERE subject = $9 AND version = $10";
    let c = Columns::of(service);
    let body = serde_json::to_string(service)?;
    let changed = tx.execute(
        UPDATE,
        &params![
            service.version,
            c.level,
            c.stage,
            c.next_by,
            c.review,
            c.published,
            c.due,
            body,
            service.subject,
            version
        ],
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::Lost) }
}

pub(crate) fn load(read: &mut dyn Read, subject: &Subject) -> Result<Option<Service>, Error> {
    const SELECT: &str = "SELECT body FROM evaluation_service WHERE subject = $1";
    read.query_one(SELECT, &params![subject], from_row)
}

/// Whether the columns say what the service itself says.
pub(crate) fn is_listed_right(read: &mut dyn Read, service: &Service) -> Result<bool, Error> {
    const SELECT: &str = "SELECT version, month, level, stage, next_by, review, published, due, county
        FROM evaluation_service WHERE subject = $1";
    let c = Columns::of(service);
    let found = read.query_one(SELECT, &params![service.subject], |row| {
        let figures: [i64; 6] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?];
        Ok((figures, row.get::<Option<Timestamp>>(6)?, row.get::<Option<Timestamp>>(7)?, row.get::<i64>(8)?))
    })?;
    let figures = [service.version, c.month, c.level, c.stage, c.next_by, c.review];
    Ok(found == Some((figures, c.published, c.due, c.county)))
}

fn from_row(row: &dyn Row) -> Result<Service, Error> {
    row.json(0)
}

/// What the figures hold of a service.
pub(crate) fn counted(read: &mut dyn Read, subject: &Subject) -> Result<Option<(Service, Sums)>, Error> {
    const SELECT: &str = "SELECT body, counted FROM evaluation_service WHERE subject = $1";
    read.query_one(SELECT, &params![subject], |row| Ok((row.json(0)?, Sums(row.json(1)?))))
}

/// Notes what the figures hold of a service from now on.
pub(crate) fn set_counted(tx: &mut Tx, subject: &Subject, sums: &Sums) -> Result<(), Error> {
    const UPDATE: &str = "UPDATE evaluation_service SET counted = $1 WHERE subject = $2";
    let text = serde_json::to_string(&sums.0)?;
    tx.execute(UPDATE, &params![text, subject]).map(drop)
}

/// Services of a month in the order of their keys, after `after`.
pub(crate) fn of_month(read: &mut dyn Read, month: i64, after: &str, limit: usize) -> Result<Vec<Service>, Error> {
    const OF_MONTH: &str = "SELECT body FROM evaluation_service WHERE month = $1 AND subject > $2
        ORDER BY subject LIMIT $3";
    read.query(OF_MONTH, &params![month, after, limit], from_row)
}

/// A party's services, latest first, before `before`.
pub(crate) fn of_party(
    read: &mut dyn Read,
    party: &PartyId,
    before: Option<(Timestamp, Subject)>,
    limit: usize,
) -> Result<Vec<Service>, Error> {
    const LATEST: &str = "SELECT body FROM evaluation_service WHERE party = $1
        ORDER BY ended DESC, subject DESC LIMIT $2";
    const BEFORE: &str = "SELECT body FROM evaluation_service WHERE party = $1 AND (ended, subject) < ($2, $3)
        ORDER BY ended DESC, subject DESC LIMIT $4";
    match before {
        None => read.query(LATEST, &params![party, limit], from_row),
        Some((ended, subject)) => read.query(BEFORE, &params![party, ended, subject, limit], from_row),
    }
}

/// One part of the redress desk's list, the most pressing first.
pub(crate) fn staged(
    read: &mut dyn Read,
    part: &Part,
    stage: Stage,
    after: (i64, &str),
    limit: usize,
) -> Result<Vec<(i64, Service)>, Error> {
    const STAGED: &str = "SELECT body, next_by FROM evaluation_service
        WHERE stage = $1 AND stage > 0 AND (next_by, subject) > ($2, $3) AND county BETWEEN $4 AND $5
            AND department LIKE $6 AND department LIKE $7
        ORDER BY next_by, subject LIMIT $8";
    let Part { low, high, place, kind } = part;
    read.query(STAGED, &params![stage as i64, after.0, after.1, low, high, place, kind, limit], |row| {
        Ok((row.get(1)?, row.json(0)?))
    })
}

/// How many stand at a stage in one part, counted up to `most`.
pub(crate) fn count(read: &mut dyn Read, part: &Part, stage: Stage, most: usize) -> Result<i64, Error> {
    const COUNT: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM evaluation_service
        WHERE stage = $1 AND stage > 0 AND county BETWEEN $2 AND $3 AND department LIKE $4 AND department LIKE $5
        LIMIT $6) AS found";
    let Part { low, high, place, kind } = part;
    let found = read.query_one(COUNT, &params![stage as i64, low, high, place, kind, most], |row| row.get(0))?;
    Ok(found.unwrap_or(0))
}

/// One part of the list of words that nobody looked through yet, the oldest first.
pub(crate) fn to_review(
    read: &mut dyn Read,
    part: &Part,
    after: (i64, &str),
    limit: usize,
) -> Result<Vec<(i64, Service)>, Error> {
    const REVIEW: &str = "SELECT body, ended FROM evaluation_service
        WHERE review = 1 AND (ended, subject) > ($1, $2) AND county BETWEEN $3 AND $4
            AND department LIKE $5 AND department LIKE $6
        ORDER BY ended, subject LIMIT $7";
    let Part { low, high, place, kind } = part;
    read.query(REVIEW, &params![after.0, after.1, low, high, place, kind, limit], |row| Ok((row.get(1)?, row.json(0)?)))
}

/// What was published of an item within counties, latest first, before `before`.
pub(crate) fn published(
    read: &mut dyn Read,
    item: &BasicCode,
    (low, high): (i64, i64),
    before: Option<(Timestamp, Subject)>,
    limit: usize,
) -> Result<Vec<Service>, Error> {
    const LATEST: &str = "SELECT body FROM evaluation_service
        WHERE item = $1 AND published IS NOT NULL AND county BETWEEN $2 AND $3
        ORDER BY published DESC, subject DESC LIMIT $4";
    const BEFORE: &str = "SELECT body FROM evaluation_service
        WHERE item = $1 AND published IS NOT NULL AND county BETWEEN $2 AND $3 AND (published, subject) < ($4, $5)
        ORDER BY published DESC, subject DESC LIMIT $6";
    match before {
        None => read.query(LATEST, &params![item, low, high, limit], from_row),
        Some((at, subject)) => read.query(BEFORE, &params![item, low, high, at, subject, limit], from_row),
    }
}

/// The service that a clerk finished last at the window, if that was since `since`.
pub(crate) fn latest_at_window(
    read: &mut dyn Read,
    clerk: &StaffId,
    since: Timestamp,
) -> Result<Option<Service>, Error> {
    const LATEST: &str = "SELECT body FROM evaluation_service WHERE clerk = $1 AND ended >= $2
        ORDER BY ended DESC LIMIT 1";
    read.query_one(LATEST, &params![clerk, since], from_row)
}

/// Services on which time acts at `now`.
pub(crate) fn due(read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
    const DUE: &str = "SELECT subject FROM evaluation_service WHERE due <= $1 ORDER BY due LIMIT $2";
    read.query(DUE, &params![now, limit], |row| row.get(0))
}

/// Makes a link good.
pub(crate) fn add_link(tx: &mut Tx, mark: &str, subject: &Subject, turn: i64) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO evaluation_link (mark, subject, turn) VALUES ($1, $2, $3)
        ON CONFLICT (mark) DO NOTHING";
    tx.execute(INSERT, &params![mark, subject, turn]).map(drop)
}

/// What a link is for.
pub(crate) fn link(read: &mut dyn Read, mark: &str) -> Result<Option<(Subject, i64)>, Error> {
    const SELECT: &str = "SELECT subject, turn FROM evaluation_link WHERE mark = $1";
    read.query_one(SELECT, &params![mark], |row| Ok((row.get(0)?, row.get(1)?)))
}
