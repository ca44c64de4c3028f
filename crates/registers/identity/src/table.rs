//! The only SQL of this room, and rows to values and back.

pub mod account;
pub mod delegation;
pub mod look;
pub mod party;
pub mod second;
pub mod session;
pub mod staff;
pub mod tries;
