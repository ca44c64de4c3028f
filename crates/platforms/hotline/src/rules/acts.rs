//! What somebody may do now, found by asking the rules beforehand.

use kernel::Sealed;

use super::{Facts, decide};
use crate::{Command, Next, Outcome, WorkOrder};

/// A thing that can be done to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Answer at once.
    Answer,
    /// Dispatch.
    Dispatch,
    /// Merge.
    Merge,
    /// Sign.
    Sign,
    /// Return.
    Return,
    /// Dispute.
    Dispute,
    /// Settle a dispute.
    Coordinate,
    /// Note a contact.
    Contact,
    /// Stop the clock.
    Pause,
    /// Let it run.
    Resume,
    /// Give more time.
    Extend,
    /// Report what was done.
    FeedBack,
    /// Ask the caller.
    FollowUp,
    /// Say how it was.
    Rate,
    /// Supervise.
    Supervise,
    /// See who called.
    See,
}

/// What may be done to `order` now.
pub fn allowed(order: &WorkOrder, facts: &Facts) -> Vec<Act> {
    let facts = Facts { sealed: Some(Sealed(String::new())), units_exist: true, ..facts.clone() };
    let words = || "—".to_owned();
    let unit = order.centre();
    let other = crate::OrderNumber::new(facts.today, 0);
    let ground = facts.book.grounds.first().map(|ground| ground.code.clone()).unwrap_or_default();
    let rated = order.round().and_then(|round| round.rated.as_ref());
    let well = rated.is_none_or(crate::Rated::is_well);
    let samples = [
        (Act::Answer, Command::Answer { words: words() }),
        (Act::Dispatch, Command::Dispatch { lead: unit, assisting: vec![], reason: words() }),
        (Act::Merge, Command::Merge { into: other }),
        (Act::Sign, Command::Sign),
        (Act::Return, Command::Return { ground, reason: words() }),
        (Act::Dispute, Command::Dispute { reason: words() }),
        (Act::Coordinate, Command::Coordinate { lead: unit, assisting: vec![], reason: words() }),
        (Act::Contact, Command::Contact { words: words() }),
        (Act::Pause, Command::Pause { reason: words() }),
        (Act::Resume, Command::Resume { reason: words() }),
        (Act::Extend, Command::Extend { days: 1, reason: words() }),
        (Act::FeedBack, Command::FeedBack { outcome: Outcome::Solved, words: words() }),
        (Act::FollowUp, Command::FollowUp { solved: well, satisfaction: None, words: words(), next: Next::Close }),
        (Act::Rate, Command::Rate { solved: true, satisfaction: None, words: String::new() }),
        (Act::Supervise, Command::Supervise { demand: words() }),
        (Act::See, Command::See { purpose: words() }),
    ];
    samples.into_iter().filter(|(_, command)| decide(order, command, &facts).is_ok()).map(|(act, _)| act).collect()
}
