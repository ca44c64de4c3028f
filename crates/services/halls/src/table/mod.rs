//! The only SQL of this room, and row ↔ value.

pub(crate) mod appointment;
pub(crate) mod hall;
pub(crate) mod slot;
pub(crate) mod ticket;
pub(crate) mod window;
