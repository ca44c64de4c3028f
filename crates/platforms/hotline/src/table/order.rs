//! Work orders, and how often a source writes.

use kernel::{Date, RegionCode, Timestamp};
use store::{Error, Read, ReadExt, Row, Tx, params};

use super::{Part, day_number};
use crate::model::county_number;
use crate::query::Sums;
use crate::{OrderNumber, Stage, WorkOrder, rules};

/// By what an order is found without being opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    pub phone: String,
    pub party: String,
    pub place: String,
}

fn next_by(order: &WorkOrder) -> i64 {
    rules::next(order).map_or(order.updated, |next| next.until).as_microsecond()
}

pub(crate) fn insert(tx: &mut Tx, order: &WorkOrder, marks: &Marks) -> Result<(), Error> {
    const INSERT: &str =
        "INSERT INTO hotline_order (number, version, county, region, category, stage, next_by, supervised,
            public, registered, phone, party, place, due, counted, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '{}', $15)";
    let (county, due, body) = (county_number(&order.region), rules::due(order), serde_json::to_string(order)?);
    let (supervised, public) = (i64::from(!order.supervised.is_empty()), i64::from(order.is_public()));
    let Marks { phone, party, place } = marks;
    let (stage, next_by) = (order.stage() as i64, next_by(order));
    let WorkOrder { number, version, region, category, at, .. } = order;
    tx.execute(
        INSERT,
        &params![
            number, version, county, region, category, stage, next_by, supervised, public, at, phone, party, place,
            due, body
        ],
    )
    .map(drop)
}

/// Saves an order that was at `version` before.
pub(crate) fn save(tx: &mut Tx, order: &WorkOrder, version: i64) -> Result<(), Error> {
    const UPDATE: &str =
        "UPDATE hotline_order SET version = $1, stage = $2, next_by = $3, supervised = $4, public = $5,
            due = $6, body = $7 WHERE number = $8 AND version = $9";
    let (due, body, next_by) = (rules::due(order), serde_json::to_string(order)?, next_by(order));
    let (supervised, public) = (i64::from(!order.supervised.is_empty()), i64::from(order.is_public()));
    let stage = order.stage() as i64;
    let row = params![order.version, stage, next_by, supervised, public, due, body, order.number, version];
    if tx.execute(UPDATE, &row)? != 1 {
        return Err(Error::Lost);
    }
    units(tx, order, next_by)
}

/// The units whose inbox it stands in.
fn units(tx: &mut Tx, order: &WorkOrder, next_by: i64) -> Result<(), Error> {
    const FORGET: &str = "DELETE FROM hotline_unit WHERE number = $1";
    const INSERT: &str = "INSERT INTO hotline_unit (number, department, county, lead, stage, next_by)
        VALUES ($1, $2, $3, $4, $5, $6)";
    let Some(round) = order.round() else { return Ok(()) };
    tx.execute(FORGET, &params![order.number])?;
    if round.returned.is_some() {
        return Ok(());
    }
    let stage = order.stage() as i64;
    let lead = std::iter::once((round.lead, 1));
    for (unit, lead) in lead.chain(round.assisting.iter().map(|unit| (*unit, 0))) {
        let county = county_number(&unit.region);
        tx.execute(INSERT, &params![order.number, unit.to_string(), county, lead, stage, next_by])?;
    }
    Ok(())
}

fn from_row(row: &dyn Row) -> Result<WorkOrder, Error> {
    row.json(0)
}

pub(crate) fn load(read: &mut dyn Read, number: &OrderNumber) -> Result<Option<WorkOrder>, Error> {
    const SELECT: &str = "SELECT body FROM hotline_order WHERE number = $1";
    read.query_one(SELECT, &params![number], from_row)
}

/// These orders, in one question; at most [`store::MANY`].
pub(crate) fn load_many(read: &mut dyn Read, numbers: &[OrderNumber]) -> Result<Vec<WorkOrder>, Error> {
    const SELECT: &str = "SELECT body FROM hotline_order WHERE number IN
        ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
         $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)";
    if numbers.is_empty() { Ok(vec![]) } else { read.query(SELECT, &store::many(numbers), from_row) }
}

/// Whose it is and where, as marks.
pub(crate) fn marks(read: &mut dyn Read, number: &OrderNumber) -> Result<Marks, Error> {
    const SELECT: &str = "SELECT phone, party, place FROM hotline_order WHERE number = $1";
    let found = read.query_one(SELECT, &params![number], |row| {
        Ok(Marks { phone: row.get(0)?, party: row.get(1)?, place: row.get(2)? })
    })?;
    Ok(found.unwrap_or_default())
}

/// Whether the columns say what the order itself says.
pub(crate) fn is_listed_right(read: &mut dyn Read, order: &WorkOrder) -> Result<bool, Error> {
    const SELECT: &str =
        "SELECT version, stage, next_by, supervised, public, due, registered FROM hotline_order WHERE number = $1";
    let found = read.query_one(SELECT, &params![order.number], |row| {
        let figures: [i64; 5] = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
        Ok((figures, row.get::<Option<Timestamp>>(5)?, row.get::<Timestamp>(6)?))
    })?;
    let (supervised, public) = (i64::from(!order.supervised.is_empty()), i64::from(order.is_public()));
    let figures = [order.version, order.stage() as i64, next_by(order), supervised, public];
    Ok(found == Some((figures, rules::due(order), order.at)))
}

/// One part of the centre's list, the most pressing first.
pub(crate) fn staged(
    read: &mut dyn Read,
    part: &Part,
    stage: Stage,
    after: (i64, &str),
    limit: usize,
) -> Result<Vec<(i64, WorkOrder)>, Error> {
    const STAGED: &str = "SELECT body, next_by FROM hotline_order
        WHERE stage = $1 AND (next_by, number) > ($2, $3) AND county BETWEEN $4 AND $5 AND region LIKE $6
        ORDER BY next_by, number LIMIT $7";
    let Part { low, high, place, .. } = part;
    read.query(STAGED, &params![stage as i64, after.0, after.1, low, high, place, limit], keyed)
}

fn keyed(row: &dyn Row) -> Result<(i64, WorkOrder), Error> {
    Ok((row.get(1)?, row.json(0)?))
}

/// One part of what is supervised, the most pressing first. The two conditions say the same: one fits the index's own, the other its order.
pub(crate) fn supervised(
    read: &mut dyn Read,
    part: &Part,
    open: bool,
    after: (i64, &str),
    limit: usize,
) -> Result<Vec<(i64, WorkOrder)>, Error> {
    const SUPERVISED: &str = "SELECT body, next_by FROM hotline_order
        WHERE supervised > 0 AND supervised = 1 AND stage BETWEEN $1 AND $2 AND (next_by, number) > ($3, $4)
            AND county BETWEEN $5 AND $6 AND region LIKE $7
        ORDER BY next_by, number LIMIT $8";
    let (from, to) = if open { (0, 89) } else { (90, 99) };
    let Part { low, high, place, .. } = part;
    read.query(SUPERVISED, &params![from, to, after.0, after.1, low, high, place, limit], keyed)
}

/// One part of a unit's inbox, the most pressing first.
pub(crate) fn inbox(
    read: &mut dyn Read,
    part: &Part,
    stage: Stage,
    after: (i64, &str),
    limit: usize,
) -> Result<Vec<(i64, WorkOrder)>, Error> {
    const INBOX: &str = "SELECT o.body, u.next_by FROM hotline_unit u JOIN hotline_order o ON o.number = u.number
        WHERE u.stage = $1 AND (u.next_by, u.number) > ($2, $3) AND u.county BETWEEN $4 AND $5
            AND u.department LIKE $6 AND u.department LIKE $7
        ORDER BY u.next_by, u.number LIMIT $8";
    let Part { low, high, place, kind } = part;
    read.query(INBOX, &params![stage as i64, after.0, after.1, low, high, place, kind, limit], keyed)
}

/// How many stand in one part of the centre's list, up to `most`.
pub(crate) fn count(read: &mut dyn Read, part: &Part, stage: Stage, most: usize) -> Result<i64, Error> {
    const COUNT: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM hotline_order
        WHERE stage = $1 AND county BETWEEN $2 AND $3 AND region LIKE $4 LIMIT $5) AS found";
    let Part { low, high, place, .. } = part;
    Ok(read.query_one(COUNT, &params![stage as i64, low, high, place, most], |row| row.get(0))?.unwrap_or(0))
}

/// How many stand in one part of a unit's inbox, up to `most`.
pub(crate) fn count_inbox(read: &mut dyn Read, part: &Part, stage: Stage, most: usize) -> Result<i64, Error> {
    const COUNT: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM hotline_unit
        WHERE stage = $1 AND county BETWEEN $2 AND $3 AND department LIKE $4 AND department LIKE $5 LIMIT $6) AS found";
    let Part { low, high, place, kind } = part;
    Ok(read.query_one(COUNT, &params![stage as i64, low, high, place, kind, most], |row| row.get(0))?.unwrap_or(0))
}

/// Orders of one caller by number, latest first.
pub(crate) fn by_phone(
    read: &mut dyn Read,
    mark: &str,
    since: Timestamp,
    limit: usize,
) -> Result<Vec<WorkOrder>, Error> {
    const SELECT: &str = "SELECT body FROM hotline_order WHERE phone = $1 AND phone <> '' AND registered >= $2
        ORDER BY registered DESC LIMIT $3";
    read.query(SELECT, &params![mark, since, limit], from_row)
}

/// Open orders of one place, latest first.
pub(crate) fn by_place(
    read: &mut dyn Read,
    mark: &str,
    since: Timestamp,
    limit: usize,
) -> Result<Vec<WorkOrder>, Error> {
    const SELECT: &str =
        "SELECT body FROM hotline_order WHERE place = $1 AND place <> '' AND registered >= $2 AND stage < 90
        ORDER BY registered DESC LIMIT $3";
    read.query(SELECT, &params![mark, since, limit], from_row)
}

/// Open orders of one category in one region, latest first.
pub(crate) fn alike(
    read: &mut dyn Read,
    category: &str,
    region: &RegionCode,
    since: Timestamp,
    limit: usize,
) -> Result<Vec<WorkOrder>, Error> {
    const SELECT: &str =
        "SELECT body FROM hotline_order WHERE category = $1 AND region = $2 AND registered >= $3 AND stage < 90
        ORDER BY registered DESC LIMIT $4";
    read.query(SELECT, &params![category, region, since, limit], from_row)
}

/// A signed-in caller's own orders, latest first, before `before`.
pub(crate) fn by_party(
    read: &mut dyn Read,
    mark: &str,
    before: Option<(Timestamp, OrderNumber)>,
    limit: usize,
) -> Result<Vec<WorkOrder>, Error> {
    const LATEST: &str = "SELECT body FROM hotline_order WHERE party = $1 AND party <> ''
        ORDER BY registered DESC, number DESC LIMIT $2";
    const BEFORE: &str =
        "SELECT body FROM hotline_order WHERE party = $1 AND party <> '' AND (registered, number) < ($2, $3)
        ORDER BY registered DESC, number DESC LIMIT $4";
    match before {
        None => read.query(LATEST, &params![mark, limit], from_row),
        Some((at, number)) => read.query(BEFORE, &params![mark, at, number, limit], from_row),
    }
}

/// Whether this caller came with this category before.
pub(crate) fn came_before(read: &mut dyn Read, marks: &Marks, category: &str, since: Timestamp) -> Result<bool, Error> {
    const BY_PHONE: &str =
        "SELECT 1 FROM hotline_order WHERE phone = $1 AND phone <> '' AND registered >= $2 AND category = $3 LIMIT 1";
    const BY_PARTY: &str =
        "SELECT 1 FROM hotline_order WHERE party = $1 AND party <> '' AND registered >= $2 AND category = $3 LIMIT 1";
    for (sql, mark) in [(BY_PHONE, &marks.phone), (BY_PARTY, &marks.party)] {
        if !mark.is_empty() && read.query_one(sql, &params![mark, since, category], |row| row.get::<i64>(0))?.is_some()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What the public may know of, latest first.
pub(crate) fn public(
    read: &mut dyn Read,
    (low, high): (i64, i64),
    (from, to): (Timestamp, Timestamp),
    category: &str,
    (open, closed): (bool, bool),
    limit: usize,
) -> Result<Vec<WorkOrder>, Error> {
    const PUBLIC: &str = "SELECT body FROM hotline_order
        WHERE public > 0 AND registered >= $1 AND registered <= $2 AND county BETWEEN $3 AND $4 AND category LIKE $5
            AND stage BETWEEN $6 AND $7
        ORDER BY registered DESC, number DESC LIMIT $8";
    let category = if category.is_empty() { "%" } else { category };
    let (first, last) = (if open { 0 } else { 90 }, if closed { 99 } else { 89 });
    read.query(PUBLIC, &params![from, to, low, high, category, first, last, limit], from_row)
}

pub(crate) fn due(read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
    const DUE: &str = "SELECT number FROM hotline_order WHERE due <= $1 ORDER BY due LIMIT $2";
    read.query(DUE, &params![now, limit], |row| row.get(0))
}

/// Every order after a number, in the order of numbers.
pub(crate) fn after(read: &mut dyn Read, after: &str, limit: usize) -> Result<Vec<WorkOrder>, Error> {
    const SELECT: &str = "SELECT body FROM hotline_order WHERE number > $1 ORDER BY number LIMIT $2";
    read.query(SELECT, &params![after, limit], from_row)
}

/// An order and what the figures hold of it.
pub(crate) fn counted(read: &mut dyn Read, number: &OrderNumber) -> Result<Option<(WorkOrder, Vec<Sums>)>, Error> {
    const SELECT: &str = "SELECT body, counted FROM hotline_order WHERE number = $1";
    read.query_one(SELECT, &params![number], |row| {
        let text: String = row.get(1)?;
        let sums = if text == "{}" { vec![] } else { serde_json::from_str(&text)? };
        Ok((row.json(0)?, sums))
    })
}

pub(crate) fn set_counted(tx: &mut Tx, number: &OrderNumber, sums: &[Sums]) -> Result<(), Error> {
    const UPDATE: &str = "UPDATE hotline_order SET counted = $1 WHERE number = $2";
    let text = serde_json::to_string(sums)?;
    tx.execute(UPDATE, &params![text, number]).map(drop)
}

/// Counts one more order of a source on a day, and tells how many that makes.
pub(crate) fn count_source(tx: &mut Tx, day: Date, mark: &str) -> Result<i64, Error> {
    const COUNT: &str = "INSERT INTO hotline_source (day, mark, n) VALUES ($1, $2, 1)
        ON CONFLICT (day, mark) DO UPDATE SET n = hotline_source.n + 1 RETURNING n";
    const FORGET: &str = "DELETE FROM hotline_source WHERE day < $1";
    let day = day_number(day);
    tx.execute(FORGET, &params![day])?;
    Ok(tx.query_one(COUNT, &params![day, mark], |row| row.get(0))?.unwrap_or(1))
}
