//! Tests of casework: the law as tables and properties, the desk on both databases, a simulated year.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod given;
mod picture;
mod replay;
mod rules;
