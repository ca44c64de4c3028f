//! The only SQL of this room, and row ↔ value.

pub(crate) mod book;
pub(crate) mod cell;
pub(crate) mod past;
