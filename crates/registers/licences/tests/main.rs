//! One binary: rules as tables, files by property, desks on real databases.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod desk;
mod document;
mod file;
mod fixtures;
mod material;
mod presentation;
mod refusal;
mod rules;
mod validity;
mod verdict;
