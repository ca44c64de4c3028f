//! Tests of evaluation: rules as tables and properties, the desk on both databases, figures against a recount.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod desk;
mod exposures;
mod figures;
mod given;
mod house;
mod properties;
mod rules;
mod settings;
