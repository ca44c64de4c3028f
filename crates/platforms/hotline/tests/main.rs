//! Tests of the hotline: rules as tables and properties, the desk on both databases, figures, what the public may know.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod book;
mod desk;
mod given;
mod house;
mod knowledge;
mod properties;
mod rules;
mod wechat;
