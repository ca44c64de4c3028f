//! The console over its routes: every page drawn, every button's refusal.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod approver;
mod pages;
mod stage;
mod window;
