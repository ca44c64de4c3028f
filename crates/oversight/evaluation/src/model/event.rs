//! What happened to a service: the promise to everybody who follows.

use kernel::{Date, Sealed, StaffId};
use serde::{Deserialize, Serialize};

use super::{Contact, Dismissal, Invited, Published, Rating, Reply};

/// What happened to a service. Fields may be added with a default; none is renamed or reused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceEvent {
    /// A service ended; whoever was served is asked what they say of it.
    Invited(Box<Invited>),
    /// Nobody answered: it counts as "not rated", apart from satisfaction.
    Lapsed {
        /// The day.
        on: Date,
    },
    /// Rated.
    Rated(Rating),
    /// Rated again, once.
    FollowedUp(Rating),
    /// A poor rating opened a redress.
    RedressOpened {
        /// The day.
        on: Date,
        /// Last day to call back.
        contact_by: Date,
        /// Last day to put it right.
        rectify_by: Date,
    },
    /// Nobody called in time.
    ContactOverdue {
        /// The day it should have been.
        due: Date,
    },
    /// It was not put right in time.
    RectifyOverdue {
        /// The day it should have been.
        due: Date,
    },
    /// Somebody called.
    Contacted(Contact),
    /// Found valid.
    FoundValid {
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// Why.
        reason: Sealed,
    },
    /// Found mistaken or malicious by one person.
    DismissalProposed {
        /// As what.
        kind: Dismissal,
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// Why.
        reason: Sealed,
    },
    /// A second person agreed.
    SetAside {
        /// As what.
        kind: Dismissal,
        /// By both.
        by: Vec<StaffId>,
        /// The day.
        on: Date,
        /// Why.
        reason: Sealed,
        /// Until when the citizen may object.
        object_until: Date,
    },
    /// The citizen objected.
    Objected {
        /// The day.
        on: Date,
        /// Why.
        reason: Sealed,
    },
    /// A third person settled the objection.
    Settled {
        /// Whether the rating counts after all.
        valid: bool,
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// Why.
        reason: Sealed,
        /// The new last day to put it right, if it counts.
        rectify_by: Date,
    },
    /// It may take longer.
    Extended {
        /// Working days.
        days: u32,
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// Why.
        reason: Sealed,
        /// The new last day.
        rectify_by: Date,
    },
    /// Put right, and told.
    Replied(Reply),
    /// Published.
    Published {
        /// By whom.
        by: StaffId,
        /// What.
        what: Published,
    },
    /// Not to be published.
    Withheld {
        /// By whom.
        by: StaffId,
        /// Why.
        reason: String,
    },
}

impl store::Event for ServiceEvent {
    const ROOM: &'static str = "evaluation";

    fn kind(&self) -> &'static str {
        match self {
            ServiceEvent::Invited(_) => "invited",
            ServiceEvent::Lapsed { .. } => "lapsed",
            ServiceEvent::Rated(_) => "rated",
            ServiceEvent::FollowedUp(_) => "followed-up",
            ServiceEvent::RedressOpened { .. } => "redress-opened",
            ServiceEvent::ContactOverdue { .. } => "contact-overdue",
            ServiceEvent::RectifyOverdue { .. } => "rectify-overdue",
            ServiceEvent::Contacted(_) => "contacted",
            ServiceEvent::FoundValid { .. } => "found-valid",
            ServiceEvent::DismissalProposed { .. } => "dismissal-proposed",
            ServiceEvent::SetAside { .. } => "set-aside",
            ServiceEvent::Objected { .. } => "objected",
            ServiceEvent::Settled { .. } => "settled",
            ServiceEvent::Extended { .. } => "extended",
            ServiceEvent::Replied(_) => "replied",
            ServiceEvent::Published { .. } => "published",
            ServiceEvent::Withheld { .. } => "withheld",
        }
    }
}
