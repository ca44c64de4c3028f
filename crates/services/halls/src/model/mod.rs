//! Values of this room.

pub mod appointment;
pub mod hall;
pub mod rulebook;
pub mod ticket;
pub mod window;
