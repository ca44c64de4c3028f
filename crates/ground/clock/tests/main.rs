//! What the calendar and the clock promise.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod arranged;
mod calendar;
mod explanation;
mod extension;
mod limits;
mod properties;
