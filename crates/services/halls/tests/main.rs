//! Tests of halls: the rules as tables and properties, the desk on both databases, booking and calling from many threads at once.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod desk;
mod fairness;
mod house;
mod parallel;
mod place;
mod refusals;
mod rules;
