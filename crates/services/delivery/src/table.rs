//! The only SQL of this room, and rows to values and back.

use kernel::{PartyId, RegionCode, Timestamp};
use store::{Error, Param, Read, ReadExt, Row, Tx, params};

use crate::{
    model::{Meaning, Number, Parcel, ParcelId, Trace, Trouble},
    rules,
};

store::text_column!(ParcelId, Number);

/// The county's six digits, for lists. Towns and villages stand under their county, cities and the province under their own code.
pub(crate) fn county_number(region: &RegionCode) -> i64 {
    region.county6().parse().unwrap_or(0)
}

/// A parcel that is not there yet. `ask_at` is machinery: when its courier is asked for news.
pub(crate) fn insert(tx: &mut Tx, parcel: &Parcel) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO delivery_parcel
        (id, version, bound, party, department, county, place, trouble, made, due, ask_at, ends, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let body = serde_json::to_string(parcel)?;
    let county = county_number(&parcel.department.region);
    let nothing: Option<Timestamp> = None;
    tx.execute(
        INSERT,
        &params![
            parcel.id,
            parcel.version,
            parcel.bound,
            parcel.party,
            parcel.department,
            county,
            rules::place(parcel).number(),
            trouble(parcel),
            parcel.made,
            rules::due(parcel),
            nothing,
            parcel.ends,
            body
        ],
    )?;
    Ok(())
}

fn trouble(parcel: &Parcel) -> i64 {
    rules::trouble(parcel).map_or(0, |trouble| trouble.number())
}

/// A parcel that was at `version` when it was loaded. Fails with `Lost` when somebody else changed it since.
pub(crate) fn save(tx: &mut Tx, parcel: &Parcel, version: i64, ask_at: Option<Timestamp>) -> Result<(), Error> {
    const UPDATE: &str = "UPDATE delivery_parcel
        SET version = $1, place = $2, trouble = $3, due = $4, ask_at = $5, body = $6 WHERE id = $7 AND version = $8";
    let body = serde_json::to_string(parcel)?;
    let changed = tx.execute(
        UPDATE,
        &params![
            parcel.version,
            rules::place(parcel).number(),
            trouble(parcel),
            rules::due(parcel),
            ask_at,
            body,
            parcel.id,
            version
        ],
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::Lost) }
}

/// When the courier is asked next.
pub(crate) fn set_ask(tx: &mut Tx, id: &ParcelId, at: Option<Timestamp>) -> Result<(), Error> {
    const ASK: &str = "UPDATE delivery_parcel SET ask_at = $2 WHERE id = $1";
    tx.execute(ASK, &params![id, at]).map(drop)
}

/// Reports that were told now, behind those that were there.
pub(crate) fn insert_traces(tx: &mut Tx, parcel: &Parcel, from: usize) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO delivery_trace
        (parcel, trace_key, position, attempt, courier, at, code, meaning, raw)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (parcel, trace_key) DO NOTHING";
    let rows = parcel.traces.iter().enumerate().skip(from).map(|(position, trace)| {
        [
            Param::from(&parcel.id),
            Param::from(&trace.key),
            Param::Int(position as i64),
            Param::Int(i64::from(trace.attempt)),
            Param::from(&parcel.courier),
            Param::Int(trace.at.as_microsecond()),
            Param::from(&trace.code),
            Param::Text(trace.meaning.map_or("", Meaning::name)),
            Param::from(&trace.raw),
        ]
    });
    tx.insert_many(INSERT, rows).map(drop)
}

/// The number that the courier gave for an attempt.
pub(crate) fn insert_number(tx: &mut Tx, parcel: &Parcel, number: &Number) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO delivery_waybill (number, courier, parcel, attempt) VALUES ($1, $2, $3, $4)
        ON CONFLICT (number, courier) DO NOTHING";
    tx.execute(INSERT, &params![number, parcel.courier, parcel.id, i64::from(parcel.attempt)]).map(drop)
}

/// The parcel and attempt of a courier's number.
pub(crate) fn by_number(read: &mut dyn Read, number: &Number, courier: &str) -> Result<Option<(ParcelId, u32)>, Error> {
    const FIND: &str = "SELECT parcel, attempt FROM delivery_waybill WHERE number = $1 AND courier = $2";
    read.query_one(FIND, &params![number, courier], |row| Ok((row.parse(0)?, row.get(1)?)))
}

/// Parcels that bear a number, whoever gave it.
pub(crate) fn numbered(read: &mut dyn Read, number: &Number) -> Result<Vec<ParcelId>, Error> {
    const FIND: &str = "SELECT parcel FROM delivery_waybill WHERE number = $1 ORDER BY courier LIMIT 5";
    read.query(FIND, &params![number], |row| row.parse(0))
}

const BY_ID: &str = "SELECT ends, body FROM delivery_parcel WHERE id = $1";

/// The whole parcel, if there is one.
pub(crate) fn load(read: &mut dyn Read, id: &ParcelId) -> Result<Option<Parcel>, Error> {
    let found = read.query_one(BY_ID, &params![id], line)?;
    let Some(mut parcel) = found else { return Ok(None) };
    parcel.traces = traces(read, id)?;
    Ok(Some(parcel))
}

/// A parcel without its reports, as lists show it.
fn line(row: &dyn Row) -> Result<Parcel, Error> {
    let parcel: Parcel = row.json(1)?;
    Ok(Parcel { ends: row.get(0)?, ..parcel })
}

fn traces(read: &mut dyn Read, id: &ParcelId) -> Result<Vec<Trace>, Error> {
    const SELECT: &str = "SELECT trace_key, attempt, at, code, meaning, raw FROM delivery_trace
        WHERE parcel = $1 ORDER BY position LIMIT 1000";
    read.query(SELECT, &params![id], trace)
}

fn trace(row: &dyn Row) -> Result<Trace, Error> {
    let meaning: String = row.get(4)?;
    Ok(Trace {
        key: row.get(0)?,
        attempt: row.get(1)?,
        at: row.get(2)?,
        code: row.get(3)?,
        meaning: Meaning::from_name(&meaning),
        raw: row.get(5)?,
    })
}

/// The columns by which lists and the wheel find it: place, trouble, due.
pub(crate) fn columns(read: &mut dyn Read, id: &ParcelId) -> Result<Option<(i64, i64, Option<Timestamp>)>, Error> {
    const SELECT: &str = "SELECT place, trouble, due FROM delivery_parcel WHERE id = $1";
    read.query_one(SELECT, &params![id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// The parcels of one stream with their reports, oldest first.
pub(crate) fn of_stream(read: &mut dyn Read, bound: &str, limit: usize) -> Result<Vec<Parcel>, Error> {
    const SELECT: &str = "SELECT ends, body FROM delivery_parcel WHERE bound = $1 ORDER BY made, id LIMIT $2";
    const TRACES: &str = "SELECT t.trace_key, t.attempt, t.at, t.code, t.meaning, t.raw, t.parcel
        FROM delivery_parcel p JOIN delivery_trace t ON t.parcel = p.id
        WHERE p.bound = $1 ORDER BY t.parcel, t.position LIMIT 5000";
    let mut parcels = read.query(SELECT, &params![bound, limit], line)?;
    let told = read.query(TRACES, &params![bound], |row| Ok((row.get::<ParcelId>(6)?, trace(row)?)))?;
    for (id, trace) in told {
        if let Some(parcel) = parcels.iter_mut().find(|parcel| parcel.id == id) {
            parcel.traces.push(trace);
        }
    }
    Ok(parcels)
}

/// The parcels of one party, latest first, before an instant.
pub(crate) fn of_party(
    read: &mut dyn Read,
    party: &PartyId,
    before: Option<Timestamp>,
    limit: usize,
) -> Result<Vec<Parcel>, Error> {
    const SELECT: &str = "SELECT ends, body FROM delivery_parcel WHERE party = $1 AND made < $2
        ORDER BY made DESC, id DESC LIMIT $3";
    let before = before.map_or(i64::MAX, |at| at.as_microsecond());
    read.query(SELECT, &params![party, before, limit], line)
}

/// What part of a list is wanted: counties from one to another, departments by a LIKE pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Part {
    pub low: i64,
    pub high: i64,
    pub department: String,
}

/// A parcel in a list of the desk: without its reports, and with the trouble that was found when they were at hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The parcel.
    pub parcel: Parcel,
    /// Why staff must look at it, if they must.
    pub trouble: Option<Trouble>,
}

fn listed_line(row: &dyn Row) -> Result<Listed, Error> {
    Ok(Listed { parcel: line(row)?, trouble: Trouble::from_number(row.get(2)?) })
}

/// One part of a list of the desk, oldest first, after a place.
pub(crate) fn listed(
    read: &mut dyn Read,
    part: &Part,
    place: i64,
    after: (i64, &str),
    limit: usize,
) -> Result<Vec<Listed>, Error> {
    const SELECT: &str = "SELECT ends, body, trouble FROM delivery_parcel
        WHERE place = $1 AND place < 90 AND county >= $2 AND county <= $3 AND department LIKE $4 AND (made, id) > ($5, $6)
        ORDER BY made, id LIMIT $7";
    let (made, id) = after;
    read.query(SELECT, &params![place, part.low, part.high, part.department, made, id, limit], listed_line)
}

/// One part of the exceptions, oldest first, after a place.
pub(crate) fn troubled(
    read: &mut dyn Read,
    part: &Part,
    after: (i64, &str),
    limit: usize,
) -> Result<Vec<Listed>, Error> {
    const SELECT: &str = "SELECT ends, body, trouble FROM delivery_parcel
        WHERE trouble > 0 AND county >= $1 AND county <= $2 AND department LIKE $3 AND (made, id) > ($4, $5)
        ORDER BY made, id LIMIT $6";
    let (made, id) = after;
    read.query(SELECT, &params![part.low, part.high, part.department, made, id, limit], listed_line)
}

/// How many stand on a list of one part, and how many of the part are in trouble; counted up to `most`.
pub(crate) fn count(read: &mut dyn Read, part: &Part, place: Option<i64>, most: usize) -> Result<i64, Error> {
    const PLACE: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM delivery_parcel
        WHERE place = $1 AND place < 90 AND county >= $2 AND county <= $3 AND department LIKE $4 LIMIT $5) AS found";
    const TROUBLE: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM delivery_parcel
        WHERE trouble > 0 AND county >= $1 AND county <= $2 AND department LIKE $3 LIMIT $4) AS found";
    let found = match place {
        Some(place) => {
            let values = params![place, part.low, part.high, part.department, most];
            read.query_one(PLACE, &values, |row| row.get(0))?
        }
        None => read.query_one(TROUBLE, &params![part.low, part.high, part.department, most], |row| row.get(0))?,
    };
    Ok(found.unwrap_or(0))
}

/// A code that couriers used and the data file does not know: courier, code, how often.
pub(crate) fn unknown_codes(read: &mut dyn Read, limit: usize) -> Result<Vec<(String, String, i64)>, Error> {
    const SELECT: &str = "SELECT courier, code, COUNT(*) FROM delivery_trace WHERE meaning = ''
        GROUP BY courier, code ORDER BY courier, code LIMIT $1";
    read.query(SELECT, &params![limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// Parcels on which time does something at `now`.
pub(crate) fn due(read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
    const DUE: &str = "SELECT id FROM delivery_parcel WHERE due <= $1 ORDER BY due LIMIT $2";
    read.query(DUE, &params![now, limit], |row| row.get(0))
}

/// Parcels whose courier is to be asked for news at `now`.
pub(crate) fn to_ask(read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
    const DUE: &str = "SELECT id FROM delivery_parcel WHERE ask_at <= $1 ORDER BY ask_at LIMIT $2";
    read.query(DUE, &params![now, limit], |row| row.get(0))
}
