//! States and values.

mod flag;
mod order;
mod seen;
mod watch;

pub use flag::{Cause, Finding, Flag, FlagEvent, FlagId, FlagState, Grade, Raised};
pub use order::{Level, Order, OrderCommand, OrderEvent, OrderNumber, OrderState};
pub use seen::{Seen, Sign};
pub use watch::{Answer, Decided, Handling, Mark, Special, Watch};

use serde::{Deserialize, Serialize};

/// What happened to the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BookEvent {
    /// Other rules are in force.
    Imported {
        /// The name of the version.
        version: String,
        /// SM3 of the text.
        digest: String,
        /// How many rules.
        rules: usize,
    },
}

impl store::Event for BookEvent {
    const ROOM: &'static str = "supervision";

    fn kind(&self) -> &'static str {
        match self {
            BookEvent::Imported { .. } => "rules-imported",
        }
    }
}

/// The first six digits of a region as a number.
pub(crate) fn county_number(region: &kernel::RegionCode) -> i64 {
    region.county6().bytes().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'))
}

/// A day as a number that sorts like it.
pub(crate) fn day_number(day: kernel::Date) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}
