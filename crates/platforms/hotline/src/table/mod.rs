//! The only SQL of this room, and row ↔ value.

pub(crate) mod article;
pub(crate) mod chat;
pub(crate) mod figure;
pub(crate) mod order;

/// What of a list an actor may see: counties from `low` to `high`, and two patterns that the place must match.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Part {
    pub low: i64,
    pub high: i64,
    pub place: String,
    pub kind: String,
}

/// A day as a number that sorts like it.
pub(crate) fn day_number(day: kernel::Date) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}
