//! What is counted, and where it adds up.

mod cell;
mod event;
mod measure;

pub use cell::{Cube, Fact, Key, Sums, cells};
pub use event::BookEvent;
pub use measure::{Dimension, MEASURES, Measure, Worth, measure};

use kernel::{Date, RegionCode};

/// A day as a number that sorts like it: 20261126.
pub(crate) fn day_number(day: Date) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}

/// The day of such a number.
pub(crate) fn day_of(number: i64) -> Option<Date> {
    let year = i16::try_from(number / 10_000).ok()?;
    let (month, day) = (i8::try_from(number / 100 % 100).ok()?, i8::try_from(number % 100).ok()?);
    Date::new(year, month, day).ok()
}

/// A region's twelve digits as a number, so that a region and all below it are a range.
pub(crate) fn place_number(region: &RegionCode) -> i64 {
    region.as_str().bytes().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'))
}

/// The region of such a number.
pub(crate) fn region_of(place: i64) -> Option<RegionCode> {
    format!("{place:012}").parse().ok()
}

/// Whole days from one day to another; negative backwards.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}
