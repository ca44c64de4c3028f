//! Flags by their grade now, cards among them, and supervision orders. What was withdrawn or lifted does not count.

use store::{Entry, Error};
use supervision::{FlagEvent, Grade};

use super::{Common, Source, Thread, less};
use crate::model::Fact;

pub(super) const SOURCE: Source = Source {
    room: "supervision",
    kinds: &[
        "supervision.flag-raised",
        "supervision.flag-escalated",
        "supervision.flag-ordered",
        "supervision.flag-settled",
        "supervision.flag-withdrawn",
    ],
    see,
};

/// What is remembered of a flag.
#[derive(Debug)]
pub struct Flag {
    common: Common,
    raised: kernel::Timestamp,
    /// What it counts as.
    counted: Vec<Fact>,
}

fn see(thread: &mut Thread, entry: &Entry, facts: &mut Vec<Fact>) -> Result<(), Error> {
    if supervision::FlagId::of_stream(&entry.stream).is_none() || !SOURCE.kinds.contains(&&*entry.kind) {
        return Ok(());
    }
    let event = entry.event()?;
    if let FlagEvent::Raised(new) = &event {
        let common = Common::of(new.department, None, new.grade.name());
        let mut flag = Flag { common, raised: entry.at, counted: vec![] };
        flag.count(new.grade);
        facts.extend(flag.counted.iter().cloned());
        *thread = Thread::Flag(flag);
        return Ok(());
    }
    let Thread::Flag(flag) = thread else { return Ok(()) };
    match event {
        FlagEvent::Escalated { grade, .. } => {
            facts.extend(flag.counted.drain(..).map(|fact| less(&fact)));
            flag.common.way = grade.name().to_owned();
            flag.count(grade);
            facts.extend(flag.counted.iter().cloned());
        }
        FlagEvent::Ordered { .. } => facts.extend(flag.common.fact("orders", entry.at, 0)),
        FlagEvent::Settled { lifted: true } | FlagEvent::Withdrawn { .. } => {
            facts.extend(flag.counted.drain(..).map(|fact| less(&fact)));
        }
        FlagEvent::Settled { lifted: false } | FlagEvent::Raised(_) => {}
    }
    Ok(())
}

impl Flag {
    fn count(&mut self, grade: Grade) {
        self.counted.extend(self.common.fact("flags", self.raised, 0));
        if grade >= Grade::Yellow {
            self.counted.extend(self.common.fact("cards", self.raised, 0));
        }
    }
}
