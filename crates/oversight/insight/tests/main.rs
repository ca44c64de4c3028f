//! The tests of insight.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod book;
mod desk;
mod figures;
mod given;
mod property;
mod risks;
mod rules;
mod sight;
