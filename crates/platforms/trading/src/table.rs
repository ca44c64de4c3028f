//! The only SQL of this room, and rows to values and back.

use kernel::{PartyId, RegionCode, StaffId, Timestamp};
use store::{Error, Read, ReadExt, Row, Tx, params};

use crate::{Bid, BidId, Complaint, ComplaintId, Expert, ExpertId, Lot, LotCode, LotState, ProjectId, book, rules};

/// The county's six digits; cities and the province under their own code.
pub(crate) fn county_number(region: &RegionCode) -> i64 {
    region.county6().parse().unwrap_or(0)
}

/// The group of states under which lists find a lot.
pub(crate) fn stage(state: &LotState) -> &'static str {
    match state {
        LotState::Planned | LotState::Returned { .. } => "planning",
        LotState::Checking => "checking",
        LotState::Tendering => "tendering",
        LotState::Opening { .. } => "opening",
        LotState::Assessing | LotState::Assessed { .. } => "assessing",
        LotState::Publicised { .. } => "publicised",
        LotState::Awarded { .. } => "awarded",
        LotState::Contracted { .. } => "contracted",
        LotState::Failed { .. } => "failed",
    }
}

fn family(lot: &Lot) -> &'static str {
    book().procedure(&lot.procedure).map_or("", |procedure| procedure.family.name())
}

pub(crate) fn insert_lot(tx: &mut Tx, lot: &Lot) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO trading_lot
        (code, project, version, stage, family, county, tenderer, made, published, due, gate, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11)";
    let (body, county) = (serde_json::to_string(lot)?, county_number(&lot.centre.region));
    tx.execute(
        INSERT,
        &params![
            lot.code,
            lot.project,
            lot.version,
            stage(&lot.state),
            family(lot),
            county,
            lot.tenderer,
            lot.made,
            lot.published,
            rules::due(lot),
            body
        ],
    )
    .map(drop)
}

/// A lot that was at `version` when it was loaded. Fails with `Lost` when somebody else changed it since.
pub(crate) fn save_lot(tx: &mut Tx, lot: &Lot, version: i64) -> Result<(), Error> {
    const UPDATE: &str = "UPDATE trading_lot SET version = $1, stage = $2, published = $3, due = $4, body = $5
        WHERE code = $6 AND version = $7";
    let body = serde_json::to_string(lot)?;
    let changed = tx.execute(
        UPDATE,
        &params![lot.version, stage(&lot.state), lot.published, rules::due(lot), body, lot.code, version],
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::Lost) }
}

/// Whoever brings an envelope, takes one back or opens passes here, so that two of them never miss each other.
pub(crate) fn pass_gate(tx: &mut Tx, code: &LotCode) -> Result<(), Error> {
    const PASS: &str = "UPDATE trading_lot SET gate = gate + 1 WHERE code = $1";
    tx.execute(PASS, &params![code]).map(drop)
}

pub(crate) fn lot(read: &mut dyn Read, code: &LotCode) -> Result<Option<Lot>, Error> {
    const FIND: &str = "SELECT body FROM trading_lot WHERE code = $1";
    read.query_one(FIND, &params![code], |row| row.json(0))
}

/// What lists find a lot by: stage, publication, due instant.
pub(crate) type Columns = (String, Option<Timestamp>, Option<Timestamp>);

/// A lot's columns as they are stored.
pub(crate) fn columns(read: &mut dyn Read, code: &LotCode) -> Result<Option<Columns>, Error> {
    const FIND: &str = "SELECT stage, published, due FROM trading_lot WHERE code = $1";
    read.query_one(FIND, &params![code], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

fn lot_row(row: &dyn Row) -> Result<Lot, Error> {
    row.json(0)
}

/// Published lots, latest first, behind a place.
pub(crate) fn published(
    read: &mut dyn Read,
    family: Option<&str>,
    stage: Option<&str>,
    behind: (i64, &str),
    limit: usize,
) -> Result<Vec<Lot>, Error> {
    const ALL: &str = "SELECT body FROM trading_lot WHERE published IS NOT NULL AND (published, code) < ($1, $2)
        ORDER BY published DESC, code DESC LIMIT $3";
    const FAMILY: &str = "SELECT body FROM trading_lot WHERE published IS NOT NULL AND (published, code) < ($1, $2)
        AND family = $4 ORDER BY published DESC, code DESC LIMIT $3";
    const STAGE: &str = "SELECT body FROM trading_lot WHERE published IS NOT NULL AND (published, code) < ($1, $2)
        AND stage = $4 ORDER BY published DESC, code DESC LIMIT $3";
    const BOTH: &str = "SELECT body FROM trading_lot WHERE published IS NOT NULL AND (published, code) < ($1, $2)
        AND family = $4 AND stage = $5 ORDER BY published DESC, code DESC LIMIT $3";
    let (at, code) = behind;
    match (family, stage) {
        (None, None) => read.query(ALL, &params![at, code, limit], lot_row),
        (Some(family), None) => read.query(FAMILY, &params![at, code, limit, family], lot_row),
        (None, Some(stage)) => read.query(STAGE, &params![at, code, limit, stage], lot_row),
        (Some(family), Some(stage)) => read.query(BOTH, &params![at, code, limit, family, stage], lot_row),
    }
}

/// Lots of a stage in counties from `low` to `high`, oldest first, behind a place.
pub(crate) fn work(
    read: &mut dyn Read,
    stage: &str,
    (low, high): (i64, i64),
    behind: (i64, &str),
    limit: usize,
) -> Result<Vec<Lot>, Error> {
    const WORK: &str = "SELECT body FROM trading_lot WHERE stage = $1 AND county BETWEEN $2 AND $3
        AND (made, code) > ($4, $5) ORDER BY made, code LIMIT $6";
    read.query(WORK, &params![stage, low, high, behind.0, behind.1, limit], lot_row)
}

/// Lots of a tenderer, latest first, behind a place.
pub(crate) fn of_tenderer(
    read: &mut dyn Read,
    party: &PartyId,
    behind: (i64, &str),
    limit: usize,
) -> Result<Vec<Lot>, Error> {
    const OWN: &str = "SELECT body FROM trading_lot WHERE tenderer = $1 AND (made, code) < ($2, $3)
        ORDER BY made DESC, code DESC LIMIT $4";
    read.query(OWN, &params![party, behind.0, behind.1, limit], lot_row)
}

/// The lots of a project.
pub(crate) fn of_project(read: &mut dyn Read, project: &ProjectId, limit: usize) -> Result<Vec<Lot>, Error> {
    const ALL: &str = "SELECT body FROM trading_lot WHERE project = $1 ORDER BY code LIMIT $2";
    read.query(ALL, &params![project, limit], lot_row)
}

pub(crate) fn due_lots(read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
    const DUE: &str = "SELECT code FROM trading_lot WHERE due <= $1 ORDER BY due LIMIT $2";
    read.query(DUE, &params![now, limit], |row| row.get(0))
}

/// The platform's half of a lot's keys, as it is sealed: point, secret, seed.
pub(crate) fn insert_key(tx: &mut Tx, lot: &LotCode, point: &str, secret: &str, seed: &str) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO trading_key (lot, point, secret, seed) VALUES ($1, $2, $3, $4)";
    tx.execute(INSERT, &params![lot, point, secret, seed]).map(drop)
}

pub(crate) fn key(read: &mut dyn Read, lot: &LotCode) -> Result<Option<(String, String)>, Error> {
    const FIND: &str = "SELECT secret, seed FROM trading_key WHERE lot = $1";
    read.query_one(FIND, &params![lot], |row| Ok((row.get(0)?, row.get(1)?)))
}

pub(crate) fn insert_bid(tx: &mut Tx, bid: &Bid) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO trading_bid (id, lot, party, account, version, state, made, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let body = serde_json::to_string(bid)?;
    tx.execute(INSERT, &params![bid.id, bid.lot, bid.party, bid.account, bid.version, bid.state.name(), bid.made, body])
        .map(drop)
}

pub(crate) fn save_bid(tx: &mut Tx, bid: &Bid, version: i64) -> Result<(), Error> {
    const UPDATE: &str = "UPDATE trading_bid SET version = $1, state = $2, body = $3 WHERE id = $4 AND version = $5";
    let body = serde_json::to_string(bid)?;
    let changed = tx.execute(UPDATE, &params![bid.version, bid.state.name(), body, bid.id, version])?;
    if changed == 1 { Ok(()) } else { Err(Error::Lost) }
}

pub(crate) fn bid(read: &mut dyn Read, id: &BidId) -> Result<Option<Bid>, Error> {
    const FIND: &str = "SELECT body FROM trading_bid WHERE id = $1";
    read.query_one(FIND, &params![id], |row| row.json(0))
}

pub(crate) fn bid_of(read: &mut dyn Read, lot: &LotCode, party: &PartyId) -> Result<Option<Bid>, Error> {
    const FIND: &str = "SELECT body FROM trading_bid WHERE lot = $1 AND party = $2";
    read.query_one(FIND, &params![lot, party], |row| row.json(0))
}

pub(crate) fn bid_of_account(read: &mut dyn Read, account: &str) -> Result<Option<Bid>, Error> {
    const FIND: &str = "SELECT body FROM trading_bid WHERE account = $1";
    read.query_one(FIND, &params![account], |row| row.json(0))
}

pub(crate) fn bids_of_lot(read: &mut dyn Read, lot: &LotCode, limit: usize) -> Result<Vec<Bid>, Error> {
    const ALL: &str = "SELECT body FROM trading_bid WHERE lot = $1 ORDER BY party LIMIT $2";
    read.query(ALL, &params![lot, limit], |row| row.json(0))
}

pub(crate) fn bids_of_party(
    read: &mut dyn Read,
    party: &PartyId,
    behind: (i64, &str),
    limit: usize,
) -> Result<Vec<(Bid, Lot)>, Error> {
    const OWN: &str = "SELECT bid.body, lot.body FROM trading_bid AS bid JOIN trading_lot AS lot ON lot.code = bid.lot
        WHERE bid.party = $1 AND (bid.made, bid.id) < ($2, $3) ORDER BY bid.made DESC, bid.id DESC LIMIT $4";
    read.query(OWN, &params![party, behind.0, behind.1, limit], |row| Ok((row.json(0)?, row.json(1)?)))
}

pub(crate) fn save_expert(tx: &mut Tx, expert: &Expert) -> Result<(), Error> {
    const SAVE: &str = "INSERT INTO trading_expert (id, staff, version, body) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body";
    let body = serde_json::to_string(expert)?;
    tx.execute(SAVE, &params![expert.id, expert.staff, expert.version, body]).map(drop)
}

pub(crate) fn expert_of(read: &mut dyn Read, staff: &StaffId) -> Result<Option<Expert>, Error> {
    const FIND: &str = "SELECT body FROM trading_expert WHERE staff = $1";
    read.query_one(FIND, &params![staff], |row| row.json(0))
}

pub(crate) fn expert(read: &mut dyn Read, id: &ExpertId) -> Result<Option<Expert>, Error> {
    const FIND: &str = "SELECT body FROM trading_expert WHERE id = $1";
    read.query_one(FIND, &params![id], |row| row.json(0))
}

pub(crate) fn pool(read: &mut dyn Read, limit: usize) -> Result<Vec<Expert>, Error> {
    const ALL: &str = "SELECT body FROM trading_expert ORDER BY id LIMIT $1";
    read.query(ALL, &params![limit], |row| row.json(0))
}

/// What a draw was made from, as JSON, and each seat under its expert's blind index.
pub(crate) fn insert_draw(
    tx: &mut Tx,
    lot: &LotCode,
    pool: &str,
    seats: &[String],
    at: Timestamp,
) -> Result<(), Error> {
    const DRAW: &str = "INSERT INTO trading_draw (lot, pool) VALUES ($1, $2)";
    const SEAT: &str = "INSERT INTO trading_seat (expert, lot, seat, made) VALUES ($1, $2, $3, $4)";
    tx.execute(DRAW, &params![lot, pool])?;
    for (expert, seat) in seats.iter().zip(1i64..) {
        tx.execute(SEAT, &params![expert, lot, seat, at])?;
    }
    Ok(())
}

pub(crate) fn draw(read: &mut dyn Read, lot: &LotCode) -> Result<Option<String>, Error> {
    const FIND: &str = "SELECT pool FROM trading_draw WHERE lot = $1";
    read.query_one(FIND, &params![lot], |row| row.get(0))
}

/// Where an expert sits, latest first.
pub(crate) fn seats(read: &mut dyn Read, expert: &str, limit: usize) -> Result<Vec<(LotCode, i64)>, Error> {
    const OWN: &str = "SELECT lot, seat FROM trading_seat WHERE expert = $1 ORDER BY made DESC, lot DESC LIMIT $2";
    read.query(OWN, &params![expert, limit], |row| Ok((row.parse(0)?, row.get(1)?)))
}

pub(crate) fn insert_complaint(tx: &mut Tx, complaint: &Complaint, at: Timestamp) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO trading_complaint (id, lot, party, version, is_open, county, made, due, body)
        VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8)";
    let (body, county) = (serde_json::to_string(complaint)?, county_number(&complaint.centre.region));
    let due = rules::due_complaint(complaint);
    tx.execute(INSERT, &params![complaint.id, complaint.lot, complaint.party, complaint.version, county, at, due, body])
        .map(drop)
}

pub(crate) fn save_complaint(tx: &mut Tx, complaint: &Complaint, version: i64) -> Result<(), Error> {
    const UPDATE: &str = "UPDATE trading_complaint SET version = $1, is_open = $2, due = $3, body = $4
        WHERE id = $5 AND version = $6";
    let body = serde_json::to_string(complaint)?;
    let is_open = is_open(complaint);
    let due = rules::due_complaint(complaint);
    let changed = tx.execute(UPDATE, &params![complaint.version, is_open, due, body, complaint.id, version])?;
    if changed == 1 { Ok(()) } else { Err(Error::Lost) }
}

fn is_open(complaint: &Complaint) -> bool {
    matches!(complaint.state, crate::ComplaintState::Filed { .. } | crate::ComplaintState::Accepted { .. })
}

pub(crate) fn complaint(read: &mut dyn Read, id: &ComplaintId) -> Result<Option<Complaint>, Error> {
    const FIND: &str = "SELECT body FROM trading_complaint WHERE id = $1";
    read.query_one(FIND, &params![id], |row| row.json(0))
}

pub(crate) fn complaints_of_lot(read: &mut dyn Read, lot: &LotCode, limit: usize) -> Result<Vec<Complaint>, Error> {
    const ALL: &str = "SELECT body FROM trading_complaint WHERE lot = $1 ORDER BY made LIMIT $2";
    read.query(ALL, &params![lot, limit], |row| row.json(0))
}

pub(crate) fn open_complaints(
    read: &mut dyn Read,
    (low, high): (i64, i64),
    behind: (i64, &str),
    limit: usize,
) -> Result<Vec<(Complaint, i64)>, Error> {
    const OPEN: &str = "SELECT body, made FROM trading_complaint WHERE is_open = 1 AND county BETWEEN $1 AND $2
        AND (made, id) > ($3, $4) ORDER BY made, id LIMIT $5";
    read.query(OPEN, &params![low, high, behind.0, behind.1, limit], |row| Ok((row.json(0)?, row.get(1)?)))
}

pub(crate) fn due_complaints(read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
    const DUE: &str = "SELECT id FROM trading_complaint WHERE due <= $1 ORDER BY due LIMIT $2";
    read.query(DUE, &params![now, limit], |row| row.get(0))
}
