//! Windows that were touched.

use kernel::StaffId;
use store::{Error, Read, ReadExt, Row, Tx, params};

use crate::{HallId, Occupation, Window};

pub(crate) fn load(read: &mut dyn Read, hall: &HallId, number: u16) -> Result<Option<Window>, Error> {
    const SELECT: &str = "SELECT body FROM halls_window WHERE hall = $1 AND number = $2";
    read.query_one(SELECT, &params![hall, number], from_row)
}

/// The windows of one hall that were ever touched.
pub(crate) fn of(read: &mut dyn Read, hall: &HallId) -> Result<Vec<Window>, Error> {
    const SELECT: &str = "SELECT body FROM halls_window WHERE hall = $1 ORDER BY number LIMIT 200";
    read.query(SELECT, &params![hall], from_row)
}

/// The windows at which a clerk sits or sat last; whether it is today's, the value says.
pub(crate) fn manned_by(read: &mut dyn Read, clerk: &StaffId) -> Result<Vec<Window>, Error> {
    const SELECT: &str = "SELECT body FROM halls_window WHERE clerk = $1 ORDER BY hall, number LIMIT 20";
    read.query(SELECT, &params![clerk], from_row)
}

/// The windows that were given to a clerk.
pub(crate) fn seats_of(read: &mut dyn Read, clerk: &StaffId) -> Result<Vec<Window>, Error> {
    const SELECT: &str = "SELECT body FROM halls_window WHERE seat = $1 ORDER BY hall, number LIMIT 20";
    read.query(SELECT, &params![clerk], from_row)
}

/// Saves a window that was at `version` when it was loaded; 0 for one that was never touched.
pub(crate) fn save(tx: &mut Tx<'_>, window: &Window, version: i64) -> Result<(), Error> {
    const INSERT: &str =
        "INSERT INTO halls_window (hall, number, version, seat, clerk, body) VALUES ($1, $2, $3, $4, $5, $6)";
    const UPDATE: &str = "UPDATE halls_window SET version = $1, seat = $2, clerk = $3, body = $4
        WHERE hall = $5 AND number = $6 AND version = $7";
    let body = serde_json::to_string(window)?;
    let clerk = match &window.occupation {
        Occupation::Closed => None,
        Occupation::Open { by, .. } | Occupation::Paused { by, .. } => Some(*by),
    };
    let Window { hall, number, seat, .. } = window;
    let changed = match version {
        0 => tx.execute(INSERT, &params![hall, number, window.version, seat, clerk, body])?,
        _ => tx.execute(UPDATE, &params![window.version, seat, clerk, body, hall, number, version])?,
    };
    if changed == 1 { Ok(()) } else { Err(Error::Lost) }
}

fn from_row(row: &dyn Row) -> Result<Window, Error> {
    row.json(0)
}
