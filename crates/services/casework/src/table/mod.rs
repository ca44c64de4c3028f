//! The only SQL of this room, and row ↔ value.

pub(crate) mod case;
pub(crate) mod draft;
pub(crate) mod file;
pub(crate) mod list;
pub(crate) mod tally;
