//! The tests of the exchange.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod desk;
mod given;
mod nodes;
mod permits;
mod rows;
