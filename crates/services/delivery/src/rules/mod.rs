//! The rules of a parcel, pure: what a command does, what an event did, when time speaks next.

mod apply;
mod custody;
mod refusal;
mod trace;

use std::collections::HashSet;
use std::sync::Arc;

use clock::Calendar;
use kernel::{Actor, Date, Duty, StaffId, Timestamp, WorkingDays, midnight};

use crate::{
    Command, Event,
    model::{Act, Booking, Correction, Direction, Handover, Holder, Parcel, Place, State, Step, Trace},
};

pub use apply::{apply, opened, replay};
pub use custody::{gaps, holder, place, scan, trouble};
pub use refusal::Refusal;
pub use trace::{derived, is_contradicted, was_refused};

/// Reports of one parcel that are kept. A courier that tells more than this tells nothing new.
pub const TRACES_MOST: usize = 300;
/// Characters of a reason.
const REASON_MOST: usize = 500;

/// What rules need to know and cannot see in the parcel.
#[derive(Clone)]
pub struct Facts<'a> {
    /// This instant.
    pub now: Timestamp,
    /// Its day in China.
    pub today: Date,
    /// The working days.
    pub calendar: Arc<Calendar>,
    /// Silence of this courier that is no trouble.
    pub quiet: WorkingDays,
    /// Who asks, with the powers that they bring.
    pub actor: &'a Actor,
}

impl Facts<'_> {
    fn quiet_by(&self) -> Date {
        self.calendar.after(self.today, self.quiet)
    }

    /// The member of staff who asks, if they receive for the parcel's department.
    fn staff(&self, parcel: &Parcel) -> Result<StaffId, Refusal> {
        match self.actor {
            Actor::Staff { staff, .. } if self.actor.may(Duty::Receive, &parcel.department) => Ok(*staff),
            _ => Err(Refusal::NotEmpowered),
        }
    }

    fn house(&self) -> Result<(), Refusal> {
        if matches!(self.actor, Actor::System(_)) { Ok(()) } else { Err(Refusal::NotEmpowered) }
    }
}

/// What happens if `command` reaches `parcel` now.
pub fn decide(parcel: &Parcel, command: &Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Booked { attempt, number } => {
            facts.house()?;
            let is_due = *attempt == parcel.attempt && parcel.state != State::Cancelled;
            let waits = matches!(parcel.booking, Booking::Asked | Booking::Refused { .. });
            Ok(if is_due && waits { vec![Event::Booked { number: *number }] } else { vec![] })
        }
        Command::NotBooked { attempt, reason } => {
            facts.house()?;
            let waits = *attempt == parcel.attempt && parcel.booking == Booking::Asked;
            let reason = reason.chars().take(REASON_MOST).collect();
            Ok(if waits { vec![Event::NotBooked { reason }] } else { vec![] })
        }
        Command::Report { traces } => {
            facts.house()?;
            Ok(report(parcel, traces, facts))
        }
        Command::Scan { step } => scanned(parcel, *step, facts),
        Command::Act { act, note } => acted(parcel, *act, note.clone(), facts),
        Command::Correct { state, reason } => correct(parcel, *state, reason, facts),
        Command::Cancel => cancel(parcel, facts),
        Command::Tick => {
            facts.house()?;
            let is_silent = !parcel.silent && facts.today > parcel.quiet_by && listens(parcel);
            Ok(if is_silent { vec![Event::Silent { heard: parcel.heard }] } else { vec![] })
        }
    }
}

/// Reports that are new, and where they bring the parcel.
fn report(parcel: &Parcel, traces: &[Trace], facts: &Facts) -> Vec<Event> {
    let mut known: HashSet<&str> = parcel.traces.iter().map(|trace| trace.key.as_str()).collect();
    let room = TRACES_MOST.saturating_sub(parcel.traces.len());
    let fresh = traces.iter().filter(|trace| trace.attempt <= parcel.attempt && known.insert(&trace.key));
    // A clock that goes wrong at the courier's cannot put an arrival before the parcel was opened, nor into the future.
    let new: Vec<Trace> = fresh
        .take(room)
        .map(|trace| Trace { at: trace.at.clamp(parcel.made, facts.now.max(parcel.made)), ..trace.clone() })
        .collect();
    if new.is_empty() {
        return vec![];
    }
    let (state, at) = trace::settled(parcel, &new);
    let traced = Event::Traced { traces: new, quiet_by: facts.quiet_by() };
    let is_cancelled = parcel.state == State::Cancelled;
    if state == parcel.state || is_cancelled { vec![traced] } else { vec![traced, moved(parcel, state, at)] }
}

fn moved(parcel: &Parcel, state: State, at: Timestamp) -> Event {
    Event::Moved { state, at, direction: parcel.direction, bound: parcel.bound.clone() }
}

/// A hand-over at the window. Packing a result asks the courier to come.
fn scanned(parcel: &Parcel, step: Step, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let by = facts.staff(parcel)?;
    let gap = custody::scan(parcel, step)?;
    let handover = Handover { step, by, at: facts.now, gap };
    let scanned = Event::Scanned { handover, direction: parcel.direction, bound: parcel.bound.clone() };
    let is_unasked = matches!(parcel.booking, Booking::None | Booking::Refused { .. });
    if step == Step::Packed && is_unasked {
        let attempt = if parcel.booking == Booking::None { parcel.attempt } else { parcel.attempt + 1 };
        return Ok(vec![scanned, Event::Ordered { attempt, quiet_by: facts.quiet_by() }]);
    }
    Ok(vec![scanned])
}

/// What staff do about trouble: call; send again what is back, or what the courier would not take; keep it for the window.
fn acted(parcel: &Parcel, act: Act, note: Option<kernel::Sealed>, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let by = facts.staff(parcel)?;
    let is_here = custody::holder(parcel) == Holder::Office;
    let not_taken = matches!(parcel.booking, Booking::Refused { .. });
    let done = Event::Acted { act, by, at: facts.now, note };
    let refused = Refusal::NotNow { state: parcel.state, what: act.name() };
    match act {
        Act::Called if parcel.state != State::Cancelled => Ok(vec![done]),
        Act::SentAgain if not_taken && custody::place(parcel) != Place::Done => {
            Ok(vec![done, Event::Ordered { attempt: parcel.attempt + 1, quiet_by: facts.quiet_by() }])
        }
        Act::SentAgain if parcel.direction == Direction::Deliver && is_here && parcel.state == State::Returned => {
            Ok(vec![done, Event::Ordered { attempt: parcel.attempt + 1, quiet_by: facts.quiet_by() }])
        }
        Act::AtWindow if parcel.direction == Direction::Deliver && (is_here || parcel.state == State::Returned) => {
            Ok(vec![done])
        }
        Act::SentAgain | Act::AtWindow if custody::holder(parcel) == Holder::Courier => Err(Refusal::WithCourier),
        _ => Err(refused),
    }
}

/// Puts the state right: the courier was wrong, and somebody answers for knowing better.
fn correct(parcel: &Parcel, state: State, reason: &str, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let by = facts.staff(parcel)?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_MOST {
        return Err(Refusal::NoReason);
    }
    let is_tellable = !matches!(state, State::Created | State::Cancelled);
    if parcel.state == State::Cancelled || !is_tellable || state == parcel.state || parcel.number().is_none() {
        return Err(Refusal::NotNow { state: parcel.state, what: "correct" });
    }
    let correction = Correction { state, at: facts.now, reason: reason.to_owned(), by };
    Ok(vec![Event::Corrected { correction }, moved(parcel, state, facts.now)])
}

/// Taken back, as long as no courier has it: by whose parcel it is, by the house for another room, or by the window.
fn cancel(parcel: &Parcel, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    if facts.actor.party() != Some(parcel.party) && facts.house().is_err() {
        facts.staff(parcel)?;
    }
    let is_untouched = parcel.state == State::Created && custody::holder(parcel) != Holder::Courier;
    match parcel.state {
        State::Cancelled => Ok(vec![]),
        _ if is_untouched => Ok(vec![Event::Cancelled { at: facts.now }]),
        _ => Err(Refusal::WithCourier),
    }
}

/// Whether news of the courier's is still waited for.
pub fn listens(parcel: &Parcel) -> bool {
    let asked = matches!(parcel.booking, Booking::Booked { .. });
    asked && custody::place(parcel) == Place::UnderWay && !matches!(parcel.state, State::Delivered | State::Returned)
}

/// When [`Command::Tick`] must be sent: the first instant at which silence is trouble.
pub fn due(parcel: &Parcel) -> Option<Timestamp> {
    let waits = listens(parcel) && !parcel.silent;
    parcel.quiet_by.tomorrow().ok().filter(|_| waits).map(midnight)
}
