//! What figures say, pure: quantiles, comparisons, suppression, forecasts, risks, and who may see what.

pub mod forecast;
mod refusal;
pub mod risk;
mod sight;
mod spread;
mod suppress;

pub use refusal::Refusal;
pub use sight::{ANALYSING, EXPORTING, Sight, sight};
pub use spread::{Spread, spread};
pub use suppress::{Hidden, suppress};
