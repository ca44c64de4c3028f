//! What happened to a parcel, as the journal tells it to other rooms. Promises for years: fields are added with a default.

use kernel::{Date, DepartmentId, PartyId, Sealed, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::model::{Act, Content, Correction, Direction, Handover, Number, Payer, State, Trace};

/// What happened to a parcel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// It was opened.
    Created(Box<Created>),
    /// A courier was asked to carry it.
    Ordered {
        /// How often now.
        attempt: u32,
        /// The last working day on which silence is no trouble.
        quiet_by: Date,
    },
    /// The courier took the order.
    Booked {
        /// Its number.
        number: Number,
    },
    /// The courier would not take the order.
    NotBooked {
        /// What it said.
        reason: String,
    },
    /// The courier told something.
    Traced {
        /// What.
        traces: Vec<Trace>,
        /// The last working day on which silence is no trouble, from now on.
        quiet_by: Date,
    },
    /// It is somewhere else now.
    Moved {
        /// Where.
        state: State,
        /// Since when, by the courier.
        at: Timestamp,
        /// Which way it goes.
        direction: Direction,
        /// What it belongs to.
        bound: String,
    },
    /// A hand-over was scanned.
    Scanned {
        /// Which.
        handover: Handover,
        /// Which way it goes.
        direction: Direction,
        /// What it belongs to.
        bound: String,
    },
    /// Something was done about trouble.
    Acted {
        /// What.
        act: Act,
        /// Who.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// What was said, sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Sealed>,
    },
    /// The state was put right by hand.
    Corrected {
        /// How, why, by whom.
        correction: Correction,
    },
    /// No news for longer than is usual.
    Silent {
        /// The last news.
        heard: Timestamp,
    },
    /// It is not sent after all.
    Cancelled {
        /// When.
        at: Timestamp,
    },
}

/// What a parcel begins with: all but its id, which is that of the stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Created {
    /// What it belongs to.
    pub bound: String,
    /// Whose it is.
    pub party: PartyId,
    /// The department on the office's end.
    pub department: DepartmentId,
    /// Which way it goes.
    pub direction: Direction,
    /// Who pays.
    pub payer: Payer,
    /// The courier's code.
    pub courier: String,
    /// Sender and receiver, sealed.
    pub ends: Sealed,
    /// What is inside.
    pub contents: Vec<Content>,
    /// When.
    pub at: Timestamp,
    /// The last working day on which silence is no trouble.
    pub quiet_by: Date,
}

impl store::Event for Event {
    const ROOM: &'static str = "delivery";

    fn kind(&self) -> &'static str {
        match self {
            Event::Created(_) => "created",
            Event::Ordered { .. } => "ordered",
            Event::Booked { .. } => "booked",
            Event::NotBooked { .. } => "not-booked",
            Event::Traced { .. } => "traced",
            Event::Moved { state: State::Delivered, .. } => "delivered",
            Event::Moved { state: State::NotDelivered, .. } => "not-delivered",
            Event::Moved { state: State::Returned, .. } => "returned",
            Event::Moved { state: State::Lost, .. } => "lost",
            Event::Moved { .. } => "moved",
            Event::Scanned { .. } => "scanned",
            Event::Acted { .. } => "acted",
            Event::Corrected { .. } => "corrected",
            Event::Silent { .. } => "silent",
            Event::Cancelled { .. } => "cancelled",
        }
    }
}
