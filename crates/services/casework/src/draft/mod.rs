//! Drafts (草稿): an application while it is still being filled in. Private scratch of its owner: sealed, not journalled, continued on
//! any device, gone after thirty days.

pub mod desk;
pub mod prefill;
pub mod view;

use catalogue::Answers;
use kernel::{BasicCode, DraftId, PartyId, RegionCode, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Attachment, Channel, Filing, Key, Way};

/// Days that a draft is kept after it was last changed.
pub const KEPT_DAYS: i64 = 30;
/// Drafts that one owner may have at a time.
pub const DRAFTS_MOST: usize = 50;

/// An application that is still being filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// Whose application it will be.
    pub owner: PartyId,
    /// The base item.
    pub item: BasicCode,
    /// The applicant's place.
    pub region: RegionCode,
    /// Counts its changes; a change made on an older version is refused.
    pub version: i64,
    /// When it was last saved.
    pub updated: Timestamp,
    /// When it goes.
    pub expires: Timestamp,
    /// Answers so far, as they were given.
    pub answers: Answers,
    /// Materials so far.
    pub materials: Vec<Attachment>,
    /// How the result is to be received, once that was chosen.
    pub way: Option<Way>,
}

impl Draft {
    /// What is filed when the owner submits it: once, however often the button is pressed.
    pub fn filing(&self, channel: Channel) -> Filing {
        Filing {
            applicant: self.owner,
            item: self.item,
            region: self.region,
            answers: self.answers.clone(),
            materials: self.materials.clone(),
            channel,
            way: self.way.clone().unwrap_or_default(),
            ticket: None,
            draft: Some((self.id, self.version)),
            key: Some(key(self.owner, self.id)),
        }
    }
}

/// The key under which a draft is filed: its owner's, one for each draft.
fn key(owner: PartyId, id: DraftId) -> Key {
    Key { client: format!("draft:{owner}"), key: id.to_string(), request: id.to_string().into_bytes() }
}

/// A draft as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftLine {
    /// Its id.
    pub id: DraftId,
    /// The base item.
    pub item: BasicCode,
    /// The applicant's place.
    pub region: RegionCode,
    /// Its version.
    pub version: i64,
    /// When it was last saved.
    pub updated: Timestamp,
    /// When it goes.
    pub expires: Timestamp,
}

/// What is sealed in a draft's row.
#[derive(Default, Serialize, Deserialize)]
struct Scratch {
    answers: Answers,
    materials: Vec<Attachment>,
    #[serde(default)]
    way: Option<Way>,
}
