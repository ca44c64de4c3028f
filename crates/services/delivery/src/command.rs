//! What can be asked of a parcel. Who asks comes with [`crate::Facts`].

use kernel::Sealed;

use crate::model::{Act, Number, State, Step, Trace};

/// What can be asked of a parcel.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// The courier took the order.
    Booked {
        /// Which attempt.
        attempt: u32,
        /// Its number.
        number: Number,
    },
    /// The courier would not take the order.
    NotBooked {
        /// Which attempt.
        attempt: u32,
        /// What it said.
        reason: String,
    },
    /// The courier told something.
    Report {
        /// What, in the order it came; what was told before is left out.
        traces: Vec<Trace>,
    },
    /// A hand-over was scanned.
    Scan {
        /// Which.
        step: Step,
    },
    /// Something was done about trouble.
    Act {
        /// What.
        act: Act,
        /// What was said, sealed.
        note: Option<Sealed>,
    },
    /// The state is put right by hand.
    Correct {
        /// The right one.
        state: State,
        /// Why.
        reason: String,
    },
    /// It is not sent after all.
    Cancel,
    /// Time has passed.
    Tick,
}
