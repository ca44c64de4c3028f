//! What everybody may know of orders (Open311): never a tip-off, never who called, never what they wrote.

use kernel::{RegionCode, Timestamp};
use store::{Error, Read, Vault};

use super::{Result, lists::counties};
use crate::rules::Refusal;
use crate::{OrderNumber, WorkOrder, desk::hex, table};

/// Orders of one answer at most (GeoReport v2: 90 days or 1000, whichever is smaller).
const PUBLIC_MOST: usize = 200;

/// Steps of one order told at most.
const STEPS_MOST: usize = 100;

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Within this region.
    pub region: RegionCode,
    /// Not before.
    pub from: Timestamp,
    /// Not after.
    pub to: Timestamp,
    /// Only of this category; of all if empty.
    pub category: String,
    /// Open ones.
    pub open: bool,
    /// Closed ones.
    pub closed: bool,
}

/// Orders that everybody may know of, latest first, without what is sealed in them being opened.
pub fn public_list(read: &mut dyn Read, asked: &Asked) -> std::result::Result<Vec<WorkOrder>, Error> {
    let span = (asked.from, asked.to);
    let states = (asked.open, asked.closed);
    if !asked.open && !asked.closed {
        return Ok(vec![]);
    }
    table::order::public(read, counties(&asked.region), span, &asked.category, states, PUBLIC_MOST)
}

/// The first of these orders, [`store::MANY`] at most, as far as everybody may know of them.
pub fn public(read: &mut dyn Read, numbers: &[OrderNumber]) -> std::result::Result<Vec<WorkOrder>, Error> {
    let numbers = &numbers[..numbers.len().min(store::MANY)];
    let found = table::order::load_many(read, numbers)?;
    Ok(found.into_iter().filter(WorkOrder::is_public).collect())
}

/// Where an order stands that another one was merged into: for whoever called with the other one, and nothing more of it.
pub fn public_state(read: &mut dyn Read, number: &OrderNumber) -> std::result::Result<Option<crate::Stage>, Error> {
    Ok(table::order::load(read, number)?.map(|order| order.stage()))
}

/// What happened to an order, without any words: version, when, what.
pub fn steps(
    read: &mut dyn Read,
    order: &WorkOrder,
) -> std::result::Result<Vec<(i64, Timestamp, crate::Event)>, Error> {
    let entries = store::journal::stream(read, &order.number.stream(), 1, STEPS_MOST)?;
    entries.iter().map(|entry| Ok((entry.version, entry.at, entry.event()?))).collect()
}

/// A token that stands for an order until its number is asked for.
pub fn token(vault: &Vault, number: &OrderNumber) -> String {
    format!("{number}{}", &hex(&vault.blind("hotline.token", number.as_str()))[..16])
}

/// The order of a token.
pub fn by_token(read: &mut dyn Read, given: &str) -> Result<OrderNumber> {
    let number: Option<OrderNumber> = given.get(..13).and_then(|text| text.parse().ok());
    let number = number.filter(|number| token(&read.vault(), number) == given).ok_or(Refusal::NotFound)?;
    match table::order::load(read, &number)? {
        Some(_) => Ok(number),
        None => Err(Refusal::NotFound.into()),
    }
}
