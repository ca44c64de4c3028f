//! The citizen's way through the site, as a browser walks it.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod door;
mod job;
mod pay;
mod stage;
