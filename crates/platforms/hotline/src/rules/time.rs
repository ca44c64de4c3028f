//! What time alone does to an order: clocks that ran out are noted, once each, and the order is supervised.

use kernel::{Date, Timestamp, local_date, midnight};

use super::{Facts, supervised};
use crate::{Clock, Event, Round, State, Supervised, WorkOrder};

/// A clock that runs: until when, and the day to tell.
struct Running {
    clock: Clock,
    until: Timestamp,
    day: Date,
}

pub(super) fn by_time(order: &WorkOrder, facts: &Facts) -> Vec<Event> {
    let mut events: Vec<Event> = running(order)
        .into_iter()
        .filter(|running| facts.now >= running.until)
        .map(|running| Event::Overdue { clock: running.clock, at: facts.now, due: running.day })
        .collect();
    if !events.is_empty() {
        events.extend(supervised(order, Supervised::Overdue, facts.now));
    }
    events
}

/// When [`crate::Command::Tick`] must be sent.
pub fn due(order: &WorkOrder) -> Option<Timestamp> {
    running(order).into_iter().map(|running| running.until).min()
}

fn running(order: &WorkOrder) -> Vec<Running> {
    match (&order.state, order.round()) {
        (State::Waiting { by }, _) if !order.late_dispatch => vec![instant(Clock::Dispatch, *by)],
        (State::Dispatched, Some(round)) => {
            let sign = (!round.late.contains(&Clock::Sign)).then(|| instant(Clock::Sign, round.sign_by));
            sign.into_iter().chain(of_unit(round)).collect()
        }
        (State::Handling, Some(round)) => of_unit(round).collect(),
        (State::FedBack, Some(round)) if !round.late.contains(&Clock::FollowUp) => {
            round.follow_up_by.map(|by| day(Clock::FollowUp, by)).into_iter().collect()
        }
        _ => vec![],
    }
}

fn of_unit(round: &Round) -> impl Iterator<Item = Running> {
    let contact = round.contact_by.filter(|_| round.contacted.is_none() && !round.late.contains(&Clock::Contact));
    let handle = (round.paused.is_none() && !round.late.contains(&Clock::Handle)).then_some(round.handle_by);
    contact.map(|by| day(Clock::Contact, by)).into_iter().chain(handle.map(|by| day(Clock::Handle, by)))
}

/// The clock has run out after this instant.
fn instant(clock: Clock, by: Timestamp) -> Running {
    let next = Timestamp::from_microsecond(by.as_microsecond().saturating_add(1)).unwrap_or(Timestamp::MAX);
    Running { clock, until: next, day: local_date(by) }
}

/// The clock has run out when this day is over.
fn day(clock: Clock, by: Date) -> Running {
    Running { clock, until: by.tomorrow().map_or(Timestamp::MAX, midnight), day: by }
}

/// What must be done next, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextStep {
    /// Which clock.
    pub clock: Clock,
    /// From this instant on it is late.
    pub until: Timestamp,
    /// The last day.
    pub day: Date,
}

/// What must be done next, whether it is late already or not; nothing while a clock rests, a dispute is settled or all is done.
pub fn next(order: &WorkOrder) -> Option<NextStep> {
    let running = match (&order.state, order.round()) {
        (State::Waiting { by }, _) => instant(Clock::Dispatch, *by),
        (State::Dispatched, Some(round)) => instant(Clock::Sign, round.sign_by),
        (State::Handling, Some(round)) => {
            let contact = round.contact_by.filter(|by| round.contacted.is_none() && *by <= round.handle_by);
            match contact {
                Some(by) => day(Clock::Contact, by),
                None if round.paused.is_some() => return None,
                None => day(Clock::Handle, round.handle_by),
            }
        }
        (State::FedBack, Some(round)) => day(Clock::FollowUp, round.follow_up_by?),
        _ => return None,
    };
    Some(NextStep { clock: running.clock, until: running.until, day: running.day })
}
