//! Instants and days: the database keeps instants in UTC, people and statutes count local days.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::{Offset, TimeZone},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Beijing time (北京时间), the only zone of the whole country: +08:00 with no summer time since 1992.
pub const ZONE: TimeZone = TimeZone::fixed(OFFSET);

const OFFSET: Offset = Offset::constant(8);

/// The day that it is in China at this instant.
pub fn local_date(at: Timestamp) -> Date {
    local_time(at).date()
}

/// What a clock on the wall in China shows at this instant.
pub fn local_time(at: Timestamp) -> DateTime {
    OFFSET.to_datetime(at)
}

/// The instant at which `day` begins in China. Days beyond what an instant can hold give the last instant.
pub fn midnight(day: Date) -> Timestamp {
    OFFSET.to_timestamp(day.to_datetime(Time::midnight())).unwrap_or(if day.year() < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// A span in working days (工作日): how long a promise or a statutory limit is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkingDays(pub u32);

impl fmt::Display for WorkingDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
