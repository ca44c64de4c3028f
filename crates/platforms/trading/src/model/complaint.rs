//! Complaints to the supervision department (投诉).

use kernel::{Date, DepartmentId, PartyId, StaffId};
use serde::{Deserialize, Serialize};

use super::{ComplaintId, LotCode};

/// Where a complaint stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "at")]
pub enum ComplaintState {
    /// It came: is it taken up?
    Filed {
        /// Told by then.
        accept_by: Date,
    },
    /// Not taken up.
    Declined {
        /// Why.
        reason: String,
    },
    /// Taken up.
    Accepted {
        /// Decided by then.
        decide_by: Date,
    },
    /// Decided.
    Decided {
        /// It was right: the lot is void.
        upheld: bool,
        /// Why.
        reason: String,
    },
}

impl ComplaintState {
    /// For programs.
    pub fn name(&self) -> &'static str {
        match self {
            ComplaintState::Filed { .. } => "filed",
            ComplaintState::Declined { .. } => "declined",
            ComplaintState::Accepted { .. } => "accepted",
            ComplaintState::Decided { .. } => "decided",
        }
    }
}

/// A complaint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// Which.
    pub id: ComplaintId,
    /// How many events made it.
    pub version: i64,
    /// About which lot.
    pub lot: LotCode,
    /// The department whose supervisors decide.
    pub centre: DepartmentId,
    /// Whose.
    pub party: PartyId,
    /// The objection that went before, by its place.
    pub objection: usize,
    /// What it says.
    pub text: String,
    /// The day.
    pub on: Date,
    /// It suspends the lot.
    pub suspends: bool,
    /// The first day that was missed.
    pub late: Option<Date>,
    /// Where it stands.
    pub state: ComplaintState,
}

/// What can be asked of a complaint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComplaintCommand {
    /// Take it up.
    Accept {
        /// And suspend the lot (条例 62).
        suspend: bool,
    },
    /// Do not take it up.
    Decline {
        /// Why.
        reason: String,
    },
    /// Decide.
    Decide {
        /// It is right.
        uphold: bool,
        /// Why.
        reason: String,
    },
    /// Time has passed.
    Tick,
}

/// What happened to a complaint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ComplaintEvent {
    /// It came.
    Filed {
        /// About which lot.
        lot: LotCode,
        /// The department whose supervisors decide.
        centre: DepartmentId,
        /// Whose.
        party: PartyId,
        /// The objection that went before.
        objection: usize,
        /// What it says.
        text: String,
        /// The day.
        on: Date,
        /// Answered by then.
        accept_by: Date,
    },
    /// Taken up.
    Accepted {
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// It suspends the lot.
        suspends: bool,
        /// Decided by then.
        decide_by: Date,
        /// Whose: for those who tell the company.
        party: PartyId,
    },
    /// Not taken up.
    Declined {
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// Why.
        reason: String,
        /// Whose.
        party: PartyId,
    },
    /// Decided.
    Decided {
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// It was right.
        upheld: bool,
        /// Why.
        reason: String,
        /// Whose.
        party: PartyId,
    },
    /// A day was missed.
    Overdue {
        /// Which.
        due: Date,
    },
}

impl store::Event for ComplaintEvent {
    const ROOM: &'static str = "trading";

    fn kind(&self) -> &'static str {
        match self {
            ComplaintEvent::Filed { .. } => "complaint-filed",
            ComplaintEvent::Accepted { .. } => "complaint-accepted",
            ComplaintEvent::Declined { .. } => "complaint-declined",
            ComplaintEvent::Decided { .. } => "complaint-decided",
            ComplaintEvent::Overdue { .. } => "complaint-overdue",
        }
    }
}

impl ComplaintId {
    /// The journal stream.
    pub fn stream(&self) -> String {
        format!("complaint:{self}")
    }

    /// The complaint that a stream tells of.
    pub fn of_stream(stream: &str) -> Option<ComplaintId> {
        stream.strip_prefix("complaint:")?.parse().ok()
    }
}
