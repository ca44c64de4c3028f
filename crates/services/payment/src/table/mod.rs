//! The only SQL of this room.

pub(crate) mod account;
pub(crate) mod bill;
pub(crate) mod flow;
pub(crate) mod ledger;
pub(crate) mod work;

/// The first six digits of a region as a number.
pub(crate) fn county_number(region: &kernel::RegionCode) -> i64 {
    region.county6().bytes().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'))
}
