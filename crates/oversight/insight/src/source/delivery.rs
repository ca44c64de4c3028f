//! Parcels, and how many days they took. The way is the courier.

use delivery::{Event, State};
use kernel::{Date, local_date};
use store::{Entry, Error};

use super::{Common, Source, Thread, less};
use crate::model::{Fact, days_between};

pub(super) const SOURCE: Source = Source {
    room: "delivery",
    kinds: &[
        "delivery.created",
        "delivery.delivered",
        "delivery.lost",
        "delivery.moved",
        "delivery.returned",
        "delivery.not-delivered",
    ],
    see,
};

/// What is remembered of a parcel.
#[derive(Debug)]
pub struct Parcel {
    common: Common,
    made: Date,
    /// What its end told; taken back when the courier or staff take the end back.
    end: Vec<Fact>,
}

fn see(thread: &mut Thread, entry: &Entry, facts: &mut Vec<Fact>) -> Result<(), Error> {
    if delivery::parcel_of(&entry.stream).is_none() {
        return Ok(());
    }
    if entry.kind == "delivery.created" {
        if let Event::Created(new) = entry.event()? {
            let common = Common::of(new.department, None, new.courier.clone());
            facts.extend(common.fact("parcels", entry.at, 0));
            *thread = Thread::Parcel(Parcel { common, made: local_date(entry.at), end: vec![] });
        }
        return Ok(());
    }
    let Thread::Parcel(parcel) = thread else { return Ok(()) };
    if !SOURCE.kinds.contains(&&*entry.kind) {
        return Ok(());
    }
    if let Event::Moved { state, .. } = entry.event()? {
        facts.extend(parcel.end.drain(..).map(|fact| less(&fact)));
        match state {
            State::Delivered => {
                parcel.end.extend(parcel.common.fact("parcels-delivered", entry.at, 0));
                let took = days_between(parcel.made, local_date(entry.at));
                parcel.end.extend(parcel.common.fact("parcel-days", entry.at, took));
            }
            State::Lost => parcel.end.extend(parcel.common.fact("parcels-lost", entry.at, 0)),
            _ => {}
        }
        facts.extend(parcel.end.iter().cloned());
    }
    Ok(())
}
