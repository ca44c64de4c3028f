//! Applications: what came in, what became of it, and how much of the limit it took.

use casework::{Channel, Event};
use kernel::{Date, local_date};
use store::{Entry, Error};

use super::{Common, Source, Thread};
use crate::model::{Fact, days_between};
use crate::rules::risk::used;

pub(super) const SOURCE: Source = Source {
    room: "casework",
    kinds: &[
        "casework.submitted",
        "casework.accepted",
        "casework.deemed-accepted",
        "casework.correction-requested",
        "casework.declined",
        "casework.granted",
        "casework.denied",
        "casework.closed",
        "casework.withdrawn",
    ],
    see,
};

/// What is remembered of a case.
#[derive(Debug)]
pub struct Case {
    common: Common,
    came: Date,
    accepted: Option<Date>,
    due: Option<Date>,
}

fn see(thread: &mut Thread, entry: &Entry, facts: &mut Vec<Fact>) -> Result<(), Error> {
    if casework::case_of(&entry.stream).is_none() {
        return Ok(());
    }
    if entry.kind == "casework.submitted" {
        if let Event::Submitted(new) = entry.event()? {
            let common = Common::of(new.department, Some(new.item), way(new.channel));
            facts.extend(common.fact("submitted", entry.at, 0));
            *thread = Thread::Case(Case { common, came: local_date(entry.at), accepted: None, due: None });
        }
        return Ok(());
    }
    let Thread::Case(case) = thread else { return Ok(()) };
    let is_looked_at = matches!(entry.kind.as_str(), "casework.resumed" | "casework.extended");
    if is_looked_at || SOURCE.kinds.contains(&&*entry.kind) {
        step(case, &entry.event()?, entry, facts);
    }
    Ok(())
}

fn step(case: &mut Case, event: &Event, entry: &Entry, facts: &mut Vec<Fact>) {
    let common = &case.common;
    let mut tell = |name: &str, value: i64| facts.extend(common.fact(name, entry.at, value));
    match event {
        Event::Accepted { on, due, .. } => {
            tell("accepted", 0);
            (case.accepted, case.due) = (Some(*on), Some(*due));
        }
        Event::DeemedAccepted { since, due } => {
            tell("accepted", 0);
            tell("accepted-by-silence", 0);
            (case.accepted, case.due) = (Some(*since), Some(*due));
        }
        Event::Resumed { due, .. } | Event::Extended { due, .. } => case.due = Some(*due),
        Event::CorrectionRequested { .. } => tell("correction-asked", 0),
        Event::Declined { .. } => tell("declined", 0),
        Event::Granted { on, .. } | Event::Denied { on, .. } => {
            tell("decided", 0);
            if case.due.is_none_or(|due| *on <= due) {
                tell("decided-in-time", 0);
            }
            if let (Some(accepted), Some(due)) = (case.accepted, case.due) {
                tell("limit-used", used(accepted, due, *on));
            }
            if matches!(event, Event::Granted { .. }) {
                tell("granted", 0);
            }
        }
        Event::Closed { .. } => {
            tell("closed", 0);
            tell("whole-days", days_between(case.came, local_date(entry.at)));
        }
        Event::Withdrawn { .. } => tell("withdrawn", 0),
        _ => {}
    }
}

fn way(channel: Channel) -> &'static str {
    match channel {
        Channel::Online => "online",
        Channel::Mobile => "mobile",
        Channel::Window => "window",
        Channel::Terminal => "terminal",
    }
}
