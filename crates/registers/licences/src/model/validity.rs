//! How long a licence is valid, and when its holder must think of it.

use kernel::{Date, Timestamp, midnight};

/// Calendar days before the last day by which renewal must be asked for. Source: 行政许可法 art. 50.
const RENEW_DAYS: usize = 30;
/// Calendar days before the last day on which a reminder is due: a month is left to get ready.
const REMIND_DAYS: usize = 60;

/// The last day of a licence that is valid for so many years from `first` on: the day before the same day. Where that year has no such
/// day, the month's last (民法典 art. 202).
pub fn last_day(first: Date, years: u32) -> Option<Date> {
    let year = first.year().checked_add(i16::try_from(years).ok()?)?;
    match Date::new(year, first.month(), first.day()) {
        Ok(same) => same.yesterday().ok(),
        Err(_) => Date::new(year, first.month(), 28).ok(),
    }
}

/// The last day on which renewal (延续) can be asked for in time.
pub fn renew_by(last: Date) -> Date {
    before(last, RENEW_DAYS)
}

/// When the holder of a licence with this last day should be told that it ends.
pub fn remind_at(last: Date) -> Timestamp {
    midnight(before(last, REMIND_DAYS))
}

fn before(day: Date, days: usize) -> Date {
    (0..days).fold(day, |day, _| day.yesterday().unwrap_or(day))
}
