//! Trading: the law by table and property, envelopes and draws, the desk on both databases.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod desk;
mod draws;
mod envelopes;
mod given;
mod house;
mod money;
mod published;
mod quotes;
mod refusals;
mod rules;
