//! A conversation by WeChat: what was said so far until an order can be registered.

use kernel::{Mobile, RegionCode};
use serde::{Deserialize, Serialize};

use super::{Kind, OrderNumber, Stage};

/// What the account waits for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Nothing in particular.
    #[default]
    Idle,
    /// What happened.
    Text,
    /// Where.
    Place,
    /// A number to call, or none.
    Phone,
    /// That everything is right.
    Sure,
}

/// Where a conversation stands. Kept sealed, and forgotten when nobody wrote for a while.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chat {
    /// What the account waits for.
    pub step: Step,
    /// What is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// What happened.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<RegionCode>,
    /// The number to call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Mobile>,
}

/// What somebody sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// They began to follow the account.
    Followed,
    /// Words.
    Words(String),
    /// A picture, a voice, a place: nothing that can be read here.
    Other,
}

/// What the account says to that. The words are the face's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "say")]
pub enum Reply {
    /// What can be done here.
    Menu,
    /// What happened?
    AskText {
        /// For what.
        kind: Kind,
    },
    /// That is too short to act upon.
    TooShort,
    /// That is too long for one order.
    TooLong {
        /// Characters at most.
        most: usize,
    },
    /// Where?
    AskPlace,
    /// No such place.
    UnknownPlace,
    /// Several places are called so.
    WhichPlace {
        /// They.
        regions: Vec<RegionCode>,
    },
    /// Which number may be called?
    AskPhone,
    /// That is no mobile number.
    NoPhone,
    /// Everything once more, to be confirmed.
    AskSure {
        /// What is wanted.
        kind: Kind,
        /// Where.
        region: RegionCode,
        /// What happened.
        text: String,
        /// Whether a number was left.
        has_phone: bool,
    },
    /// Registered.
    Registered {
        /// Under this number.
        number: OrderNumber,
        /// Whether who wrote is protected.
        is_protected: bool,
    },
    /// Where an own order stands.
    Where {
        /// Which.
        number: OrderNumber,
        /// How far it is.
        stage: Stage,
    },
    /// There is no such order of theirs.
    NotYours,
    /// What was said is forgotten.
    Dropped,
    /// Only words can be read.
    WordsOnly,
    /// The room refused, in its own words.
    Refused {
        /// Why.
        why: String,
    },
}
