//! What the register allows: pure functions over its values. No clock, no randomness, no rows.

pub mod account;
pub mod delegation;
pub mod look;
pub mod refusal;
pub mod staff;
pub mod throttle;

pub use refusal::Refusal;

/// The longest reason or purpose kept, in characters.
pub const REASON_MAX: usize = 200;

/// Every act on somebody else's account or data has a reason that another person can read.
pub(crate) fn reason(text: &str) -> Result<(), Refusal> {
    let length = text.trim().chars().count();
    if (1..=REASON_MAX).contains(&length) { Ok(()) } else { Err(Refusal::ReasonMissing) }
}
