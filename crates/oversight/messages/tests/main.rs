//! Tests of messages: the rules as tables, the routing as data, the teller and the wheels on both databases.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod asking;
mod house;
mod operator;
mod routing;
mod rules;
mod telling;
