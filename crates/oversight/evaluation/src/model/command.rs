//! What can be asked of a service.

use super::{Dismissal, NewRating, Turn};

/// What can be asked of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Rate it, for the first time or as follow-up.
    Rate(Turn, NewRating),
    /// Note the call to whoever rated poorly.
    Contact {
        /// What was said.
        note: String,
    },
    /// Find it valid (`None`), or mistaken or malicious.
    Verify {
        /// What it is, if it does not count.
        dismissal: Option<Dismissal>,
        /// Why.
        reason: String,
    },
    /// As a second person: agree that it does not count, or not.
    Confirm {
        /// Whether.
        agree: bool,
        /// Why.
        reason: String,
    },
    /// As the citizen: object to its being set aside.
    Object {
        /// Why.
        reason: String,
    },
    /// As a third person: settle the objection.
    Settle {
        /// Whether the rating counts after all.
        valid: bool,
        /// Why.
        reason: String,
    },
    /// Take longer, once.
    Extend {
        /// Working days.
        days: u32,
        /// Why.
        reason: String,
    },
    /// Tell what was put right.
    Reply {
        /// For the public.
        measures: String,
        /// For the citizen.
        words: String,
    },
    /// Publish what was said, and the answer.
    Publish {
        /// The words, with nothing personal in them.
        text: String,
        /// The answer; empty for none.
        reply: String,
    },
    /// Do not publish it.
    Withhold {
        /// Why.
        reason: String,
    },
    /// Time has passed.
    Tick,
}

impl Command {
    /// Stable name.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Rate(Turn::First, _) => "rate",
            Command::Rate(Turn::FollowUp, _) => "follow-up",
            Command::Contact { .. } => "contact",
            Command::Verify { .. } => "verify",
            Command::Confirm { .. } => "confirm",
            Command::Object { .. } => "object",
            Command::Settle { .. } => "settle",
            Command::Extend { .. } => "extend",
            Command::Reply { .. } => "reply",
            Command::Publish { .. } => "publish",
            Command::Withhold { .. } => "withhold",
            Command::Tick => "tick",
        }
    }

    /// The words that must be sealed before they are kept.
    pub(crate) fn personal_words(&self) -> Option<&str> {
        match self {
            Command::Rate(_, NewRating { text, .. }) => Some(text),
            Command::Contact { note } => Some(note),
            Command::Verify { reason, .. }
            | Command::Confirm { reason, .. }
            | Command::Object { reason }
            | Command::Settle { reason, .. }
            | Command::Extend { reason, .. } => Some(reason),
            Command::Reply { words, .. } => Some(words),
            Command::Publish { .. } | Command::Withhold { .. } | Command::Tick => None,
        }
    }
}
