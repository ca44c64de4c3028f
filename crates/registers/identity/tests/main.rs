//! One binary: rules as tables, desks on real databases.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod account;
mod delegation;
mod refusal;
mod staff;
mod values;
