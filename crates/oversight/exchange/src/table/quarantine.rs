//! Rows that were not taken.

use std::collections::HashSet;

use kernel::Timestamp;
use store::{Error, MANY, Param, Read, ReadExt, Row, Tx, many, params};

use crate::model::county_number;
use crate::{Origin, Quarantine, QuarantineId, QuarantineState};

/// Keeps rows that were not taken. One that waited already is kept under its old id, with the new reasons.
pub(crate) fn save(tx: &mut Tx, rows: &[Quarantine]) -> Result<(), Error> {
    const SAVE: &str =
        "INSERT INTO exchange_quarantine (id, version, origin, guid, batch, county, department, received,
            is_open, state, faults, body)
        VALUES ($1, 0, $2, $3, $4, $5, $6, $7, 1, 'open', $8, $9)
        ON CONFLICT (origin, guid) DO UPDATE SET batch = excluded.batch, received = excluded.received, is_open = 1,
            state = 'open', faults = excluded.faults, body = excluded.body";
    let faults = rows.iter().map(|row| serde_json::to_string(&row.faults)).collect::<Result<Vec<_>, _>>()?;
    let rows = rows.iter().zip(&faults).map(|(row, faults)| {
        [
            Param::from(&row.id),
            Param::Text(row.origin.as_str()),
            Param::Text(&row.guid),
            Param::Text(&row.batch),
            Param::Int(county_number(&row.department.region)),
            Param::from(&row.department),
            Param::from(&row.received),
            Param::Text(faults),
            Param::Text(&row.body),
        ]
    });
    tx.insert_many(SAVE, rows).map(drop)
}

/// Which of these rows wait.
pub(crate) fn waiting(read: &mut dyn Read, origin: &Origin, guids: &[&str]) -> Result<HashSet<String>, Error> {
    const ANY: &str = "SELECT 1 FROM exchange_quarantine WHERE origin = $1 LIMIT 1";
    const WAITING: &str = "SELECT guid FROM exchange_quarantine WHERE is_open = 1 AND origin = $33 AND guid IN
            ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
             $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)";
    let mut waiting = HashSet::new();
    if read.query_one(ANY, &params![origin.as_str()], |_| Ok(()))?.is_none() {
        return Ok(waiting);
    }
    for page in guids.chunks(MANY) {
        let mut params = many(page);
        params.push(Param::Text(origin.as_str()));
        waiting.extend(read.query(WAITING, &params, |row| row.get::<String>(0))?);
    }
    Ok(waiting)
}

/// A waiting row was sent again and is right now.
pub(crate) fn mend(tx: &mut Tx, origin: &Origin, guid: &str) -> Result<(), Error> {
    const MEND: &str =
        "UPDATE exchange_quarantine SET is_open = 0, state = 'mended' WHERE origin = $1 AND guid = $2 AND is_open = 1";
    tx.execute(MEND, &params![origin.as_str(), guid]).map(drop)
}

/// Saves what a person did about a row that was at `version` before.
pub(crate) fn settle(tx: &mut Tx, row: &Quarantine, version: i64) -> Result<(), Error> {
    const UPDATE: &str = "UPDATE exchange_quarantine SET version = $1, is_open = $2, state = $3, faults = $4
        WHERE id = $5 AND version = $6";
    let (is_open, faults) = (row.state == QuarantineState::Open, serde_json::to_string(&row.faults)?);
    let changed = tx.execute(UPDATE, &params![row.version, is_open, row.state.name(), faults, row.id, version])?;
    if changed == 1 { Ok(()) } else { Err(Error::Lost) }
}

pub(crate) fn load(read: &mut dyn Read, id: &QuarantineId) -> Result<Option<Quarantine>, Error> {
    const SELECT: &str = "SELECT id, version, origin, guid, batch, department, received, state, faults, body
        FROM exchange_quarantine WHERE id = $1";
    read.query_one(SELECT, &params![id], from_row)
}

/// Rows of counties from `low` to `high`, latest first, before a place in the list.
pub(crate) fn list(
    read: &mut dyn Read,
    (low, high): (i64, i64),
    is_open: bool,
    before: (i64, &str),
    limit: usize,
) -> Result<Vec<Quarantine>, Error> {
    const LIST: &str = "SELECT id, version, origin, guid, batch, department, received, state, faults, body
        FROM exchange_quarantine
        WHERE is_open = $1 AND county >= $2 AND county <= $3 AND (received < $4 OR (received = $4 AND id < $5))
        ORDER BY received DESC, id DESC LIMIT $6";
    read.query(LIST, &params![is_open, low, high, before.0, before.1, limit], from_row)
}

/// The waiting rows of a source, latest first.
pub(crate) fn of_origin(read: &mut dyn Read, origin: &Origin, limit: usize) -> Result<Vec<Quarantine>, Error> {
    const LIST: &str = "SELECT id, version, origin, guid, batch, department, received, state, faults, body
        FROM exchange_quarantine WHERE origin = $1 AND is_open = 1 ORDER BY received DESC, guid LIMIT $2";
    read.query(LIST, &params![origin.as_str(), limit], from_row)
}

/// How many rows wait in counties from `low` to `high`.
pub(crate) fn count(read: &mut dyn Read, (low, high): (i64, i64)) -> Result<i64, Error> {
    const COUNT: &str = "SELECT COUNT(*) FROM exchange_quarantine WHERE is_open = 1 AND county >= $1 AND county <= $2";
    Ok(read.query_one(COUNT, &params![low, high], |row| row.get(0))?.unwrap_or(0))
}

fn from_row(row: &dyn Row) -> Result<Quarantine, Error> {
    let origin: String = row.get(2)?;
    Ok(Quarantine {
        id: row.get(0)?,
        version: row.get(1)?,
        origin: serde_json::from_value(serde_json::Value::String(origin))?,
        guid: row.get(3)?,
        batch: row.get(4)?,
        department: row.get(5)?,
        received: row.get::<Timestamp>(6)?,
        state: QuarantineState::from_name(&row.get::<String>(7)?).unwrap_or(QuarantineState::Open),
        faults: row.json(8)?,
        body: row.get(9)?,
    })
}
