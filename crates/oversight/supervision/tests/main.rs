//! The tests of supervision.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod book;
mod desk;
mod given;
mod house;
mod orders;
mod properties;
