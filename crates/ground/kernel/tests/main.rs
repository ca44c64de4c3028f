//! What the kernel promises.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod actor;
mod properties;
mod refusals;
mod samples;
mod values;
mod vectors;
