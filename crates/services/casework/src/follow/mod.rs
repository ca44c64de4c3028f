//! Casework follows itself: what is decided is served and closed; what happens is counted. And parcels: what arrives serves its case.

mod arrival;
mod completion;
mod tally;

pub use arrival::Arrival;
pub use completion::Completion;
pub use tally::Tally;
