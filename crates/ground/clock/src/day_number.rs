//! Days as numbers, so that spans are subtractions.

use jiff::SignedDuration;
use kernel::Date;

/// Days since 1970-01-01.
pub(crate) fn number(day: Date) -> i64 {
    day.duration_since(EPOCH).as_hours() / 24
}

/// The day with this number; beyond the years −9999 to 9999 the first or the last there is.
pub(crate) fn day(number: i64) -> Date {
    let hours = SignedDuration::from_hours(number.clamp(-BOUND, BOUND) * 24);
    EPOCH.checked_add(hours).unwrap_or(if number < 0 { Date::MIN } else { Date::MAX })
}

const EPOCH: Date = Date::constant(1970, 1, 1);

/// Further than any date lies from the epoch.
const BOUND: i64 = 12_000 * 366;
