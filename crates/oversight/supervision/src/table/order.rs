//! Supervision orders.

use kernel::Timestamp;
use store::{Error, Read, ReadExt, Row, Tx, params};

use super::Part;
use crate::model::county_number;
use crate::{FlagId, Order, OrderNumber, OrderState, rules};

fn is_open(order: &Order) -> bool {
    !matches!(order.state, OrderState::Closed { .. })
}

pub(crate) fn insert(tx: &mut Tx, order: &Order) -> Result<(), Error> {
    const INSERT: &str =
        "INSERT INTO supervision_order (number, version, flag, state, is_open, county, department, issued,
            due, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let county = county_number(&order.department.region);
    let (due, body) = (rules::order_due(order), serde_json::to_string(order)?);
    let Order { number, version, flag, department, at, state, .. } = order;
    tx.execute(INSERT, &params![number, version, flag, state.name(), is_open(order), county, department, at, due, body])
        .map(drop)
}

/// Saves an order that was at `version` before.
pub(crate) fn save(tx: &mut Tx, order: &Order, version: i64) -> Result<(), Error> {
    const UPDATE: &str = "UPDATE supervision_order SET version = $1, state = $2, is_open = $3, due = $4, body = $5
        WHERE number = $6 AND version = $7";
    let (due, body) = (rules::order_due(order), serde_json::to_string(order)?);
    let (state, is_open) = (order.state.name(), is_open(order));
    let changed = tx.execute(UPDATE, &params![order.version, state, is_open, due, body, order.number, version])?;
    if changed == 1 { Ok(()) } else { Err(Error::Lost) }
}

pub(crate) fn load(read: &mut dyn Read, number: &OrderNumber) -> Result<Option<Order>, Error> {
    const SELECT: &str = "SELECT body FROM supervision_order WHERE number = $1";
    read.query_one(SELECT, &params![number], from_row)
}

/// Whether the columns say what the order itself says.
pub(crate) fn is_listed_right(read: &mut dyn Read, order: &Order) -> Result<bool, Error> {
    const SELECT: &str = "SELECT version, is_open, county, state, flag, department, due FROM supervision_order
        WHERE number = $1";
    let found = read.query_one(SELECT, &params![order.number], |row| {
        let numbers: [i64; 3] = [row.get(0)?, row.get(1)?, row.get(2)?];
        let whose: (String, FlagId, kernel::DepartmentId) = (row.get(3)?, row.get(4)?, row.get(5)?);
        Ok((numbers, whose, row.get::<Option<Timestamp>>(6)?))
    })?;
    let numbers = [order.version, i64::from(is_open(order)), county_number(&order.department.region)];
    let whose = (order.state.name().to_owned(), order.flag.clone(), order.department);
    Ok(found == Some((numbers, whose, rules::order_due(order))))
}

/// Orders of a part, open or closed, latest first, before a place in the list.
pub(crate) fn list(
    read: &mut dyn Read,
    part: &Part,
    open: bool,
    before: (i64, &str),
    limit: usize,
) -> Result<Vec<Order>, Error> {
    const LIST: &str = "SELECT body FROM supervision_order
        WHERE is_open = $1 AND (issued < $2 OR (issued = $2 AND number < $3)) AND county >= $4 AND county <= $5
            AND department LIKE $6 AND department LIKE $7
        ORDER BY issued DESC, number DESC LIMIT $8";
    let (at, number) = before;
    read.query(LIST, &params![open, at, number, part.low, part.high, part.place, part.kind, limit], from_row)
}

/// The orders on which time acts now.
pub(crate) fn due(read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
    const DUE: &str = "SELECT number FROM supervision_order WHERE due <= $1 ORDER BY due LIMIT $2";
    read.query(DUE, &params![now, limit], |row| row.get(0))
}

fn from_row(row: &dyn Row) -> Result<Order, Error> {
    row.json(0)
}
