//! The only SQL of this room, and row ↔ value.

pub(crate) mod book;
pub(crate) mod flag;
pub(crate) mod order;
pub(crate) mod tally;
pub(crate) mod watch;

/// What of a list an actor may see: counties from `low` to `high`, and two patterns that the department must match.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Part {
    pub low: i64,
    pub high: i64,
    pub place: String,
    pub kind: String,
}
