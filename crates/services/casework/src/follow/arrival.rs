//! A parcel arrived: the case whose result it held is served on that day, and closed.

use delivery::{Direction, Event as Told, State, Step};
use kernel::{CaseNumber, Date, local_date};
use store::{Db, Effectuation, Entry, Error, Event as _, Follower, Tx};

use crate::{Command, Service, Stage, handover, model, table};

/// Follows parcels with results: signed for at the door, or handed over at the window after they came back.
pub struct Arrival;

impl Follower for Arrival {
    fn name(&self) -> &'static str {
        "casework.arrival"
    }

    fn rooms(&self) -> &'static [&'static str] {
        &[Told::ROOM]
    }

    fn prepare(&self, _: &Db, entries: &[Entry]) -> Result<Effectuation, Error> {
        let mut arrived = vec![];
        for entry in entries.iter().filter(|entry| is_of_interest(&entry.kind)) {
            arrived.extend(arrival(entry.event()?));
        }
        Ok(Box::new(move |tx| arrived.iter().try_for_each(|(number, how, on)| serve(tx, number, *how, *on))))
    }
}

fn is_of_interest(kind: &str) -> bool {
    matches!(kind, "delivery.delivered" | "delivery.scanned")
}

/// Which case was served by this, how and on what day.
fn arrival(told: Told) -> Option<(CaseNumber, Service, Date)> {
    match told {
        Told::Moved { state: State::Delivered, at, direction: Direction::Deliver, bound } => {
            Some((model::case_of(&bound)?, Service::Post, local_date(at)))
        }
        Told::Scanned { handover, direction: Direction::Deliver, bound } if handover.step == Step::ToApplicant => {
            Some((model::case_of(&bound)?, Service::Window, local_date(handover.at)))
        }
        _ => None,
    }
}

/// Serves and closes, unless that happened another way. A courier that takes its word back later undoes nothing: the parcel then stands
/// among the exceptions, and the paper is brought without a new decision.
fn serve(tx: &mut Tx, number: &CaseNumber, how: Service, on: Date) -> Result<(), Error> {
    let waits = |case: &crate::Case| case.stage() == Stage::Granted && case.prepared.is_some();
    if !table::case::load(tx, number)?.is_some_and(|case| waits(&case)) {
        return Ok(());
    }
    handover::carry_out(tx, number, &[Command::Arrived { how, on }, Command::Close])
}
