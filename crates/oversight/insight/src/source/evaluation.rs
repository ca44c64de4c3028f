//! Ended services and what people say of them. A rating that was set aside does not count, and counts again when an objection is upheld.

use evaluation::{Level, ServiceEvent};
use store::{Entry, Error};

use super::{Common, Source, Thread, less};
use crate::model::Fact;

pub(super) const SOURCE: Source = Source {
    room: "evaluation",
    kinds: &[
        "evaluation.invited",
        "evaluation.lapsed",
        "evaluation.rated",
        "evaluation.set-aside",
        "evaluation.settled",
    ],
    see,
};

/// What is remembered of a service.
#[derive(Debug)]
pub struct Service {
    common: Common,
    /// What the rating told.
    rating: Vec<Fact>,
    set_aside: bool,
    /// That nobody rated, until somebody does after all.
    silent: Option<Fact>,
}

fn see(thread: &mut Thread, entry: &Entry, facts: &mut Vec<Fact>) -> Result<(), Error> {
    if !entry.stream.starts_with("service:") || !SOURCE.kinds.contains(&&*entry.kind) {
        return Ok(());
    }
    let event = entry.event()?;
    if let ServiceEvent::Invited(new) = &event {
        let common = Common::of(new.department, Some(new.item), if new.online { "online" } else { "window" });
        facts.extend(common.fact("ended", entry.at, 0));
        facts.extend(new.course.used.and_then(|days| common.fact("working-days", entry.at, days)));
        *thread = Thread::Service(Service { common, rating: vec![], set_aside: false, silent: None });
        return Ok(());
    }
    let Thread::Service(service) = thread else { return Ok(()) };
    match event {
        ServiceEvent::Lapsed { .. } => {
            service.silent = service.common.fact("not-rated", entry.at, 0);
            facts.extend(service.silent.clone());
        }
        ServiceEvent::Rated(rating) => {
            facts.extend(service.silent.take().as_ref().map(less));
            service.rating.extend(service.common.fact("rated", entry.at, i64::from(rating.level.number())));
            if rating.level <= Level::Fairly {
                service.rating.extend(service.common.fact("satisfied", entry.at, 0));
            }
            facts.extend(service.rating.iter().cloned());
        }
        ServiceEvent::SetAside { .. } if !service.set_aside => {
            service.set_aside = true;
            facts.extend(service.rating.iter().map(less));
        }
        ServiceEvent::Settled { valid: true, .. } if service.set_aside => {
            service.set_aside = false;
            facts.extend(service.rating.iter().cloned());
        }
        _ => {}
    }
    Ok(())
}
