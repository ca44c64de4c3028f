//! Delivery: the rules of a parcel, the couriers' formats, the desk on both databases.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod custody;
mod desk;
mod formats;
mod given;
mod traces;
