//! What happened to a work order.

use kernel::{Date, DepartmentId, PartyId, RegionCode, Sealed, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Channel, Clock, Ending, Kind, OrderNumber, Outcome, Rated, Supervised};

/// With what an order begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Registered {
    /// What the caller wants.
    pub kind: Kind,
    /// The category.
    pub category: String,
    /// The category's name, for whoever is told.
    pub category_name: String,
    /// Where.
    pub region: RegionCode,
    /// By which way.
    pub channel: Channel,
    /// Whether it cannot wait.
    pub urgent: bool,
    /// Whether the caller wants to stay unknown.
    pub confidential: bool,
    /// Under whose key the personal values are.
    pub holder: PartyId,
    /// The party that is told how it goes; none if nobody was signed in, and never with a tip-off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<PartyId>,
    /// Who called, sealed.
    pub contact: Sealed,
    /// Whether there is a number to call.
    pub has_phone: bool,
    /// What was said, sealed.
    pub call: Sealed,
    /// Who took it down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_by: Option<StaffId>,
    /// When.
    pub at: Timestamp,
    /// Dispatched by then.
    pub dispatch_by: Timestamp,
}

/// What happened to a work order. Words that may name a person are sealed with its holder's key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// It came in.
    Registered(Box<Registered>),
    /// Answered at once.
    Answered {
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// The answer.
        words: Sealed,
    },
    /// Given to a unit.
    Dispatched {
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// Who answers for it.
        lead: DepartmentId,
        /// Who helps.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        assisting: Vec<DepartmentId>,
        /// Whom the list names.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        suggested: Option<DepartmentId>,
        /// The articles on which the list rests.
        basis: String,
        /// Why another unit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Sealed>,
        /// Whether the centre settled a dispute with it.
        #[serde(default)]
        coordinated: bool,
        /// Signed by then.
        sign_by: Timestamp,
        /// Last day to return it.
        return_by: Date,
        /// Last day to contact the caller.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact_by: Option<Date>,
        /// Last day to give feedback.
        handle_by: Date,
    },
    /// The same as another one.
    Merged {
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// That one.
        into: OrderNumber,
    },
    /// Another one says the same.
    Joined {
        /// When.
        at: Timestamp,
        /// That one.
        from: OrderNumber,
    },
    /// The order into which this one was merged was answered, and so was this one.
    Relayed {
        /// When.
        at: Timestamp,
        /// How it ended; none where it was answered at once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outcome: Option<Outcome>,
        /// What the caller is told.
        words: Sealed,
    },
    /// Signed.
    Signed {
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
    },
    /// Returned.
    Returned {
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// Code of the ground.
        ground: String,
        /// What it rests on.
        reason: Sealed,
        /// Dispatched anew by then.
        dispatch_by: Timestamp,
    },
    /// The unit disputes that it is responsible.
    Disputed {
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// What that rests on.
        reason: Sealed,
    },
    /// The caller was contacted.
    Contacted {
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// What was said.
        words: Sealed,
    },
    /// The clock rests.
    Paused {
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// Why.
        reason: Sealed,
    },
    /// The clock runs on.
    Resumed {
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// What is there now.
        reason: Sealed,
        /// The last day as it is now.
        handle_by: Date,
    },
    /// More time was given.
    Extended {
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// Why.
        reason: Sealed,
        /// The last day as it is now.
        handle_by: Date,
    },
    /// Reported as done.
    FedBack {
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// How it ended.
        outcome: Outcome,
        /// What the caller is told.
        words: Sealed,
        /// Last day to ask the caller.
        follow_up_by: Date,
    },
    /// Called in vain.
    Missed {
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
    },
    /// The caller said how it was.
    Rated {
        /// What.
        rated: Rated,
        /// When.
        at: Timestamp,
        /// In their words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<Sealed>,
    },
    /// To be done again.
    Redone {
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// Signed by then.
        sign_by: Timestamp,
        /// Last day to contact the caller.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact_by: Option<Date>,
        /// Last day to give feedback.
        handle_by: Date,
    },
    /// Over.
    Closed {
        /// When.
        at: Timestamp,
        /// How.
        ending: Ending,
    },
    /// It is supervised.
    Supervised {
        /// When.
        at: Timestamp,
        /// Why.
        ground: Supervised,
        /// What is demanded.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        demand: Option<Sealed>,
        /// The unit that handles it; none while nobody does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<DepartmentId>,
    },
    /// A clock ran out.
    Overdue {
        /// Which.
        clock: Clock,
        /// When it was noticed.
        at: Timestamp,
        /// The day on which it was due.
        due: Date,
    },
    /// Somebody saw who called.
    Seen {
        /// Who.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// What for.
        purpose: Sealed,
    },
}

impl store::Event for Event {
    const ROOM: &'static str = "hotline";

    fn kind(&self) -> &'static str {
        match self {
            Event::Registered(_) => "registered",
            Event::Answered { .. } => "answered",
            Event::Dispatched { .. } => "dispatched",
            Event::Merged { .. } => "merged",
            Event::Joined { .. } => "joined",
            Event::Relayed { .. } => "relayed",
            Event::Signed { .. } => "signed",
            Event::Returned { .. } => "returned",
            Event::Disputed { .. } => "disputed",
            Event::Contacted { .. } => "contacted",
            Event::Paused { .. } => "paused",
            Event::Resumed { .. } => "resumed",
            Event::Extended { .. } => "extended",
            Event::FedBack { .. } => "fed-back",
            Event::Missed { .. } => "missed",
            Event::Rated { .. } => "rated",
            Event::Redone { .. } => "redone",
            Event::Closed { .. } => "closed",
            Event::Supervised { .. } => "supervised",
            Event::Overdue { .. } => "overdue",
            Event::Seen { .. } => "seen",
        }
    }
}

impl Event {
    /// When it happened.
    pub fn at(&self) -> Timestamp {
        match self {
            Event::Registered(registered) => registered.at,
            Event::Answered { at, .. }
            | Event::Dispatched { at, .. }
            | Event::Merged { at, .. }
            | Event::Joined { at, .. }
            | Event::Relayed { at, .. }
            | Event::Signed { at, .. }
            | Event::Returned { at, .. }
            | Event::Disputed { at, .. }
            | Event::Contacted { at, .. }
            | Event::Paused { at, .. }
            | Event::Resumed { at, .. }
            | Event::Extended { at, .. }
            | Event::FedBack { at, .. }
            | Event::Missed { at, .. }
            | Event::Rated { at, .. }
            | Event::Redone { at, .. }
            | Event::Closed { at, .. }
            | Event::Supervised { at, .. }
            | Event::Overdue { at, .. }
            | Event::Seen { at, .. } => *at,
        }
    }
}

/// What happened to a program's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyEvent {
    /// It was given out.
    KeyIssued {
        /// By whom.
        by: StaffId,
        /// To whom.
        name: String,
    },
    /// It is good no more.
    KeyRevoked {
        /// By whom.
        by: StaffId,
    },
}

impl store::Event for KeyEvent {
    const ROOM: &'static str = "hotline";

    fn kind(&self) -> &'static str {
        match self {
            KeyEvent::KeyIssued { .. } => "key-issued",
            KeyEvent::KeyRevoked { .. } => "key-revoked",
        }
    }
}
