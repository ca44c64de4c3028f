//! The citizen's way through the site, as a browser walks it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod door;
mod job;
mod own;
mod pay;
mod stage;
