//! What happened in this room.

use kernel::{BasicCode, Date, RegionCode};
use serde::{Deserialize, Serialize};

use crate::adjust::Adjustment;

/// What happened in this room, for those who follow it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A new version of an item holds; the one before ended.
    ItemPublished {
        /// The item.
        code: BasicCode,
        /// Its version, counted from 1.
        version: u32,
        /// First day of the version.
        from: Date,
        /// SM3 of its body.
        digest: String,
        /// Names of the elements that changed; empty for a first version.
        #[serde(default)]
        changed: Vec<String>,
    },
    /// An item is no longer handled.
    ItemWithdrawn {
        /// The item.
        code: BasicCode,
        /// First day without it.
        from: Date,
        /// Why.
        reason: String,
    },
    /// A place made an item better than the base item asks.
    ImplementationAdjusted {
        /// The item.
        code: BasicCode,
        /// The place.
        region: RegionCode,
        /// All that differs now.
        adjustment: Adjustment,
    },
    /// A new version of a form holds.
    FormPublished {
        /// `person`, `organisation`, or the basic code of an item.
        name: String,
        /// Its version, counted from 1.
        version: u32,
        /// SM3 of its body.
        digest: String,
    },
}

impl store::Event for Event {
    const ROOM: &'static str = "catalogue";

    fn kind(&self) -> &'static str {
        match self {
            Self::ItemPublished { .. } => "item-published",
            Self::ItemWithdrawn { .. } => "item-withdrawn",
            Self::ImplementationAdjusted { .. } => "implementation-adjusted",
            Self::FormPublished { .. } => "form-published",
        }
    }
}
