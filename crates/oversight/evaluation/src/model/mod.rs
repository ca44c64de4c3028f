//! States and values of this room.

mod command;
mod event;
mod exposure;
mod redress;
mod service;
mod sums;

pub use command::Command;
pub use event::ServiceEvent;

pub use exposure::{Exposure, ExposureCommand, ExposureEvent, ExposureId, ExposureState};
pub use redress::{Contact, Dismissal, Redress, RedressState, Reply, Stage};
pub use service::{Course, Ending, Invited, Level, NewRating, Published, Rating, Service, Subject, Turn, Way};
pub use sums::{Rate, Sums};

/// A county (or city, or province) as a number that sorts like its code.
pub(crate) fn county_number(region: &kernel::RegionCode) -> i64 {
    region.county6().bytes().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'))
}

/// A month as a number: 202611.
pub(crate) fn month_number(day: kernel::Date) -> i64 {
    i64::from(day.year()) * 100 + i64::from(day.month())
}
