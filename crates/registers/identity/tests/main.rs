//! One binary: rules as tables, desks on real databases.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod account;
mod delegation;
mod desk;
mod house;
mod refusal;
mod second;
mod sessions;
mod staff;
mod staff_desk;
mod throttle;
mod values;
