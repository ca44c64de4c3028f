//! The only SQL of this room, and row ↔ value.

pub(crate) mod exposure;
pub(crate) mod figure;
pub(crate) mod service;

/// What of a list an actor may see: counties from `low` to `high`, and two patterns that the department must match.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Part {
    pub low: i64,
    pub high: i64,
    pub place: String,
    pub kind: String,
}

/// A day as a number that sorts like it; 0 for no day.
pub(crate) fn day_number(day: Option<kernel::Date>) -> i64 {
    day.map_or(0, |day| i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day()))
}
