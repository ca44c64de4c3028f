//! Whether the SMS of a message goes out.

use kernel::Timestamp;

use crate::{Quiet, Urgency};

/// What is known when it is decided.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// The instant it is.
    pub now: Timestamp,
    /// When that happened which is told.
    pub happened: Timestamp,
    /// An event told later than so many hours after it happened is stale.
    pub stale_hours: u32,
    /// The quiet hours.
    pub quiet: Quiet,
    /// How urgent it is.
    pub urgency: Urgency,
    /// Whether an SMS channel is set up at all.
    pub has_channel: bool,
    /// Whether the recipient wants SMS of this group, or the law gives no choice.
    pub wanted: bool,
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// Into the outbox now.
    Send,
    /// Not before this instant: the quiet hours run.
    Hold(Timestamp),
    /// Not at all.
    Not(Why),
}

/// Why no SMS was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The recipient switched it off.
    SwitchedOff,
    /// No mobile number is known: found when it is sent, because numbers change.
    NoNumber,
    /// The operator set up no SMS channel.
    NoChannel,
    /// It happened too long ago to be news.
    Stale,
    /// Its cause was gone before it was sent.
    Settled,
}

impl Why {
    /// The word for it in rows and for programs.
    pub fn name(self) -> &'static str {
        match self {
            Why::SwitchedOff => "switched-off",
            Why::NoNumber => "no-number",
            Why::NoChannel => "no-channel",
            Why::Stale => "stale",
            Why::Settled => "settled",
        }
    }
}

/// Decides on one SMS. The first reason against it counts; of those, the recipient's own will comes first.
pub fn plan(asked: &Asked) -> Plan {
    let age = asked.now.as_second().saturating_sub(asked.happened.as_second());
    let against = [
        (!asked.wanted, Why::SwitchedOff),
        (!asked.has_channel, Why::NoChannel),
        (age > i64::from(asked.stale_hours) * 3_600, Why::Stale),
    ];
    if let Some((_, why)) = against.into_iter().find(|(holds, _)| *holds) {
        return Plan::Not(why);
    }
    match asked.urgency {
        Urgency::Urgent => Plan::Send,
        Urgency::Normal => asked.quiet.release(asked.now).map_or(Plan::Send, Plan::Hold),
    }
}
