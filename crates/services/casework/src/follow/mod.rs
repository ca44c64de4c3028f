//! Casework follows itself: what is decided is served and closed; what happens is counted.

mod completion;
mod tally;

pub use completion::Completion;
pub use tally::Tally;
