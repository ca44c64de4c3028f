//! Tests of payment: its rules as tables and properties, its desk on both databases, its adapter against the simulator.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod channel;
mod desk;
mod given;
mod house;
mod property;
mod rules;
mod statement;
mod values;
