//! What can be asked of a work order.

use kernel::DepartmentId;

use super::{OrderNumber, Outcome, Satisfaction};

/// What follows from a follow-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Close it.
    Close,
    /// Have it done again (重办).
    Redo,
}

/// A command to a work order.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Answer at once and close (直接答复).
    Answer {
        /// What was answered.
        words: String,
    },
    /// Dispatch (派单); the reason is needed where it is not the unit that the list names.
    Dispatch {
        /// Who answers for it.
        lead: DepartmentId,
        /// Who helps.
        assisting: Vec<DepartmentId>,
        /// Why this unit.
        reason: String,
    },
    /// It is the same as another one (并案).
    Merge {
        /// That one.
        into: OrderNumber,
    },
    /// Another one says the same: the other side of [`Command::Merge`].
    Join {
        /// That one.
        from: OrderNumber,
        /// Whether the same person called.
        same_caller: bool,
        /// Whether that one is a tip-off.
        tip_off: bool,
    },
    /// What the order was answered with into which this one was merged; the house itself passes it on.
    Relay {
        /// How it ended; none where it was answered at once.
        outcome: Option<Outcome>,
        /// The answer.
        words: String,
    },
    /// Sign (签收).
    Sign,
    /// Return it (退单).
    Return {
        /// Code of the ground.
        ground: String,
        /// What it rests on.
        reason: String,
    },
    /// Dispute being responsible, after it was returned once already.
    Dispute {
        /// What that rests on.
        reason: String,
    },
    /// Settle who is responsible (疑难协调).
    Coordinate {
        /// Who answers for it.
        lead: DepartmentId,
        /// Who helps.
        assisting: Vec<DepartmentId>,
        /// Why.
        reason: String,
    },
    /// Note that the caller was contacted.
    Contact {
        /// What was said.
        words: String,
    },
    /// Let the clock rest.
    Pause {
        /// Why.
        reason: String,
    },
    /// Let the clock run on.
    Resume {
        /// What is there now.
        reason: String,
    },
    /// Give more time, once.
    Extend {
        /// Working days.
        days: u32,
        /// Why.
        reason: String,
    },
    /// Report what was done (反馈).
    FeedBack {
        /// How it ended.
        outcome: Outcome,
        /// What the caller is told.
        words: String,
    },
    /// Called in vain.
    Missed,
    /// Asked the caller (回访).
    FollowUp {
        /// Whether it is solved.
        solved: bool,
        /// How satisfied.
        satisfaction: Option<Satisfaction>,
        /// What they said; where it is closed against their will, why.
        words: String,
        /// What follows.
        next: Next,
    },
    /// The caller says so themselves.
    Rate {
        /// Whether it is solved.
        solved: bool,
        /// How satisfied.
        satisfaction: Option<Satisfaction>,
        /// What they say.
        words: String,
    },
    /// Supervise it (督办).
    Supervise {
        /// What is demanded.
        demand: String,
    },
    /// Somebody of the centre, or of the handling unit, saw who called.
    See {
        /// What for.
        purpose: String,
    },
    /// Time has passed.
    Tick,
}

impl Command {
    /// Stable name.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Answer { .. } => "answer",
            Command::Dispatch { .. } => "dispatch",
            Command::Merge { .. } => "merge",
            Command::Join { .. } => "join",
            Command::Relay { .. } => "relay",
            Command::Sign => "sign",
            Command::Return { .. } => "return",
            Command::Dispute { .. } => "dispute",
            Command::Coordinate { .. } => "coordinate",
            Command::Contact { .. } => "contact",
            Command::Pause { .. } => "pause",
            Command::Resume { .. } => "resume",
            Command::Extend { .. } => "extend",
            Command::FeedBack { .. } => "feed-back",
            Command::Missed => "missed",
            Command::FollowUp { .. } => "follow-up",
            Command::Rate { .. } => "rate",
            Command::Supervise { .. } => "supervise",
            Command::See { .. } => "see",
            Command::Tick => "tick",
        }
    }

    /// What may name a person and is sealed with the holder's key; and where it stands in the form.
    pub fn personal_words(&self) -> Option<&str> {
        match self {
            Command::Answer { words }
            | Command::Contact { words }
            | Command::Relay { words, .. }
            | Command::FeedBack { words, .. }
            | Command::FollowUp { words, .. }
            | Command::Rate { words, .. } => Some(words),
            Command::Return { reason, .. }
            | Command::Dispute { reason }
            | Command::Coordinate { reason, .. }
            | Command::Pause { reason }
            | Command::Resume { reason }
            | Command::Extend { reason, .. }
            | Command::Dispatch { reason, .. } => Some(reason),
            Command::Supervise { demand } => Some(demand),
            Command::See { purpose } => Some(purpose),
            Command::Merge { .. } | Command::Join { .. } | Command::Sign | Command::Missed | Command::Tick => None,
        }
    }
}
