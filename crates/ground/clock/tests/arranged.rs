//! The State Council's arrangement of days off for 2024 to 2026, and shorthands.

use clock::{Calendar, CalendarDay, DayKind, Ground, Limit, Pause, StatutoryClock};
use kernel::Date;

/// First day, how many days, festival.
const OFF: [(&str, i64, &str); 22] = [
    ("2024-01-01", 1, "元旦"),
    ("2024-02-10", 8, "春节"),
    ("2024-04-04", 3, "清明节"),
    ("2024-05-01", 5, "劳动节"),
    ("2024-06-10", 1, "端午节"),
    ("2024-09-15", 3, "中秋节"),
    ("2024-10-01", 7, "国庆节"),
    ("2025-01-01", 1, "元旦"),
    ("2025-01-28", 8, "春节"),
    ("2025-04-04", 3, "清明节"),
    ("2025-05-01", 5, "劳动节"),
    ("2025-05-31", 3, "端午节"),
    ("2025-10-01", 5, "国庆节"),
    ("2025-10-06", 1, "中秋节"),
    ("2025-10-07", 2, "国庆节"),
    ("2026-01-01", 3, "元旦"),
    ("2026-02-15", 9, "春节"),
    ("2026-04-04", 3, "清明节"),
    ("2026-05-01", 5, "劳动节"),
    ("2026-06-19", 3, "端午节"),
    ("2026-09-25", 3, "中秋节"),
    ("2026-10-01", 7, "国庆节"),
];

const WORKED: [(&str, &str); 19] = [
    ("2024-02-04", "春节"),
    ("2024-02-18", "春节"),
    ("2024-04-07", "清明节"),
    ("2024-04-28", "劳动节"),
    ("2024-05-11", "劳动节"),
    ("2024-09-14", "中秋节"),
    ("2024-09-29", "国庆节"),
    ("2024-10-12", "国庆节"),
    ("2025-01-26", "春节"),
    ("2025-02-08", "春节"),
    ("2025-04-27", "劳动节"),
    ("2025-09-28", "国庆节"),
    ("2025-10-11", "国庆节"),
    ("2026-01-04", "元旦"),
    ("2026-02-14", "春节"),
    ("2026-02-28", "春节"),
    ("2026-05-09", "劳动节"),
    ("2026-09-20", "国庆节"),
    ("2026-10-10", "国庆节"),
];

pub fn calendar() -> Calendar {
    let off = OFF.iter().flat_map(|(first, days, name)| {
        (0..*days).map(|later| special(later_than(day(first), later), DayKind::Holiday, name))
    });
    let worked = WORKED.iter().map(|(date, name)| special(day(date), DayKind::Workday, name));
    Calendar::new(off.chain(worked))
}

pub fn special(date: Date, kind: DayKind, name: &str) -> CalendarDay {
    CalendarDay { date, kind, name: name.to_owned() }
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn later_than(date: Date, days: i64) -> Date {
    date.checked_add(jiff::Span::new().days(days)).unwrap()
}

pub fn running(started: &str, limit: Limit) -> StatutoryClock {
    StatutoryClock::start(day(started), limit)
}

/// A clock that stood still from the first day up to, and not on, the second.
pub fn stopped(mut clock: StatutoryClock, from: &str, until: Option<&str>) -> StatutoryClock {
    clock.pauses.push(Pause { from: day(from), until: until.map(day), ground: Ground::Testing });
    clock
}
