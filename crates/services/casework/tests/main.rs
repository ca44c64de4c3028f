//! Tests of casework: the law as tables and properties, the desk on both databases, a simulated year.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod allowed;
mod counter;
mod desk;
mod drafts;
mod fee;
mod given;
mod handing_over;
mod house;
mod lists;
mod lookup;
mod picture;
mod replay;
mod rules;
mod year;
