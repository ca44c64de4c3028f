//! Appointments.

use kernel::{Date, PartyId, Timestamp};
use store::{Error, Read, ReadExt, Row, Tx, params};

use crate::{Appointment, AppointmentId, HallId};

pub(crate) fn insert(tx: &mut Tx<'_>, appointment: &Appointment) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO halls_appointment
        (id, version, hall, day, minute, code, party, is_now, at, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let body = serde_json::to_string(appointment)?;
    let Appointment { id, version, hall, slot, code, party, at, attendance, .. } = appointment;
    let is_now = attendance.name();
    tx.execute(INSERT, &params![id, version, hall, slot.day, slot.minute, code, party, is_now, at, body]).map(drop)
}

/// Saves an appointment that was at `version` when it was loaded.
pub(crate) fn save(tx: &mut Tx<'_>, appointment: &Appointment, version: i64) -> Result<(), Error> {
    const UPDATE: &str = "UPDATE halls_appointment
        SET version = $1, day = $2, minute = $3, code = $4, is_now = $5, body = $6 WHERE id = $7 AND version = $8";
    let body = serde_json::to_string(appointment)?;
    let Appointment { id, slot, code, attendance, .. } = appointment;
    let is_now = attendance.name();
    let params = params![appointment.version, slot.day, slot.minute, code, is_now, body, id, version];
    if tx.execute(UPDATE, &params)? == 1 { Ok(()) } else { Err(Error::Lost) }
}

pub(crate) fn load(read: &mut dyn Read, id: &AppointmentId) -> Result<Option<Appointment>, Error> {
    const SELECT: &str = "SELECT body FROM halls_appointment WHERE id = $1";
    read.query_one(SELECT, &params![id], from_row)
}

/// Whether the columns by which lists find the appointment say what it says itself.
pub(crate) fn is_listed_right(read: &mut dyn Read, appointment: &Appointment) -> Result<bool, Error> {
    const SELECT: &str = "SELECT hall, day, minute, code, party, is_now, at FROM halls_appointment WHERE id = $1";
    let found = read.query_one(SELECT, &params![appointment.id], |row| {
        let place: (HallId, Date, u16) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let rest: (String, PartyId, String, Timestamp) = (row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?);
        Ok((place, rest))
    })?;
    let Appointment { hall, slot, code, party, at, attendance, .. } = appointment;
    let rest = (code.clone(), *party, attendance.name().to_owned(), *at);
    Ok(found == Some(((*hall, slot.day, slot.minute), rest)))
}

/// The appointment of a hall and day with this code.
pub(crate) fn by_code(read: &mut dyn Read, hall: &HallId, day: Date, code: &str) -> Result<Option<Appointment>, Error> {
    const SELECT: &str = "SELECT body FROM halls_appointment WHERE hall = $1 AND day = $2 AND code = $3";
    read.query_one(SELECT, &params![hall, day, code], from_row)
}

/// The appointments of one party, latest booking first, before `before`.
pub(crate) fn of(
    read: &mut dyn Read,
    party: &PartyId,
    before: Option<(Timestamp, AppointmentId)>,
    limit: usize,
) -> Result<Vec<Appointment>, Error> {
    const LATEST: &str = "SELECT body FROM halls_appointment WHERE party = $1 ORDER BY at DESC, id DESC LIMIT $2";
    const BEFORE: &str = "SELECT body FROM halls_appointment WHERE party = $1 AND (at, id) < ($2, $3)
        ORDER BY at DESC, id DESC LIMIT $4";
    match before {
        None => read.query(LATEST, &params![party, limit], from_row),
        Some((at, id)) => read.query(BEFORE, &params![party, at, id, limit], from_row),
    }
}

/// The appointments of one party that are in one state, on or after `day`, the next first.
pub(crate) fn in_state(
    read: &mut dyn Read,
    party: &PartyId,
    is_now: &str,
    day: Date,
    limit: usize,
) -> Result<Vec<Appointment>, Error> {
    const SELECT: &str = "SELECT body FROM halls_appointment WHERE party = $1 AND is_now = $2 AND day >= $3
        ORDER BY day, minute, id LIMIT $4";
    read.query(SELECT, &params![party, is_now, day, limit], from_row)
}

/// The appointments of one hall and day, in the order of their slots, after `after`.
pub(crate) fn of_day(
    read: &mut dyn Read,
    hall: &HallId,
    day: Date,
    after: Option<(u16, AppointmentId)>,
    limit: usize,
) -> Result<Vec<Appointment>, Error> {
    const FIRST: &str = "SELECT body FROM halls_appointment WHERE hall = $1 AND day = $2 ORDER BY minute, id LIMIT $3";
    const AFTER: &str = "SELECT body FROM halls_appointment WHERE hall = $1 AND day = $2 AND (minute, id) > ($3, $4)
        ORDER BY minute, id LIMIT $5";
    match after {
        None => read.query(FIRST, &params![hall, day, limit], from_row),
        Some((minute, id)) => read.query(AFTER, &params![hall, day, minute, id, limit], from_row),
    }
}

/// How many appointments of one hall and day are in each state.
pub(crate) fn count(read: &mut dyn Read, hall: &HallId, (from, to): (Date, Date)) -> Result<Vec<(String, u32)>, Error> {
    const COUNT: &str = "SELECT is_now, COUNT(*) FROM halls_appointment WHERE hall = $1 AND day >= $2 AND day <= $3
        GROUP BY is_now ORDER BY is_now LIMIT 10";
    read.query(COUNT, &params![hall, from, to], |row| Ok((row.get(0)?, row.get(1)?)))
}

fn from_row(row: &dyn Row) -> Result<Appointment, Error> {
    row.json(0)
}
