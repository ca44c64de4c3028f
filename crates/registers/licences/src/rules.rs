//! What may be done to a licence, and which licence serves for which material. Pure: no clock, no randomness, no rows.

pub mod lifecycle;
pub mod material;
pub mod refusal;

pub use refusal::Refusal;
