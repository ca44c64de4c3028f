//! Dispatching, and what the unit does: sign, return, dispute, contact, rest, extend, feed back.

use kernel::{DepartmentId, Duty, StaffId, WorkingDays};

use super::{DISPATCHING, Facts, Refusal, dispatch_by, not_now, waiting};
use crate::{Command, Event, Round, State, WorkOrder, book::later};

/// Gives an order to a unit, by the list of responsibility or with a reason; or settles a dispute for good.
pub(super) fn dispatch(order: &WorkOrder, command: &Command, facts: &Facts) -> Result<Event, Refusal> {
    let (lead, assisting, reason, coordinated) = match command {
        Command::Coordinate { lead, assisting, reason } => (lead, assisting, reason, true),
        Command::Dispatch { lead, assisting, reason } => (lead, assisting, reason, false),
        _ => return Err(not_now(order, command)),
    };
    let by = match coordinated {
        true => facts.centre(order, &[Duty::LeadHotline])?,
        false => facts.centre(order, &DISPATCHING)?,
    };
    match (&order.state, coordinated) {
        (State::Disputed { .. }, true) => {}
        (_, true) => return Err(not_now(order, command)),
        (_, false) => waiting(order, command)?,
    }
    if !facts.units_exist {
        return Err(Refusal::UnknownUnit);
    }
    let suggestion = facts.book.suggest(&order.category, &order.region);
    let suggested = suggestion.as_ref().map(|suggestion| suggestion.unit);
    let was_returned_by = order.round().filter(|round| round.returned.is_some()).map(|round| round.lead);
    // The list speaks for itself; whoever departs from it, or gives an order back to who returned it, says why.
    let needs_reason = coordinated || suggested != Some(*lead) || was_returned_by == Some(*lead);
    let reason = match reason.trim().is_empty() {
        true if needs_reason && !coordinated => {
            return Err(Refusal::OtherUnit { returned: was_returned_by == Some(*lead) });
        }
        true if !coordinated => None,
        _ => Some(facts.sealed(reason, "/reason")?),
    };
    let mut assisting: Vec<DepartmentId> = assisting.iter().filter(|unit| *unit != lead).copied().collect();
    assisting.sort_unstable();
    assisting.dedup();
    let basis = suggestion.map(|suggestion| suggestion.line.basis).unwrap_or_default();
    let limits = Limits::of(order, facts);
    Ok(Event::Dispatched {
        by,
        at: facts.now,
        lead: *lead,
        assisting,
        suggested,
        basis,
        reason,
        coordinated,
        sign_by: limits.sign_by,
        return_by: facts.after(facts.book.return_days),
        contact_by: limits.contact_by,
        handle_by: limits.handle_by,
    })
}

/// The clocks of a round that begins now.
pub(super) struct Limits {
    pub sign_by: kernel::Timestamp,
    pub contact_by: Option<kernel::Date>,
    pub handle_by: kernel::Date,
}

impl Limits {
    pub fn of(order: &WorkOrder, facts: &Facts) -> Limits {
        let book = facts.book;
        let sign_by = match order.urgent {
            true => later(facts.now, book.urgent_sign_minutes),
            false => book.after_working_minutes(&facts.calendar, facts.now, book.sign_minutes),
        };
        // Where the unit must not know who called, the centre speaks with the caller.
        let can_contact = order.has_phone && !order.is_protected();
        Limits {
            sign_by,
            contact_by: can_contact.then(|| facts.after(book.contact_days)),
            handle_by: facts.after(book.days(order.kind)),
        }
    }
}

pub(super) fn decide(order: &WorkOrder, command: &Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    use {Command as C, State as S};
    let at = facts.now;
    let Some(round) = order.round() else {
        facts.centre(order, &DISPATCHING)?;
        return Err(not_now(order, command));
    };
    let event = match (&order.state, command) {
        (S::Handling, C::Pause { reason }) => {
            let by = facts.centre(order, &[Duty::LeadHotline])?;
            in_time(round, facts)?;
            if round.paused.is_some() {
                return Err(Refusal::Paused);
            }
            Event::Paused { by, at, reason: facts.sealed(reason, "/reason")? }
        }
        (S::Handling, C::Resume { reason }) => {
            let by = facts.centre(order, &[Duty::LeadHotline])?;
            let Some(since) = round.paused else { return Err(Refusal::NotPaused) };
            // The working days that were left when it began to rest are left now.
            let left = facts.calendar.working_days_between(since, round.handle_by).max(0);
            let left = WorkingDays(u32::try_from(left).unwrap_or(0));
            Event::Resumed {
                by,
                at,
                reason: facts.sealed(reason, "/reason")?,
                handle_by: facts.calendar.after(facts.today, left),
            }
        }
        (_, C::Pause { .. } | C::Resume { .. }) => {
            facts.centre(order, &[Duty::LeadHotline])?;
            return Err(not_now(order, command));
        }
        (state, command) => {
            let by = facts.unit(&round.lead)?;
            match (state, command) {
                (S::Dispatched, C::Sign) => Event::Signed { by, at },
                (S::Dispatched | S::Handling, C::Return { ground, reason }) => {
                    give_back(order, round, (by, ground, reason), facts)?
                }
                (S::Dispatched | S::Handling, C::Dispute { reason }) => dispute(order, round, (by, reason), facts)?,
                (S::Handling, C::Contact { words }) => match round.contact_by {
                    Some(_) => Event::Contacted { by, at, words: facts.sealed(words, "/words")? },
                    None if order.is_protected() => return Err(Refusal::Protected),
                    None => return Err(Refusal::NoPhone),
                },
                (S::Handling, C::Extend { days, reason }) => extend(round, (by, *days, reason), facts)?,
                (S::Handling, C::FeedBack { outcome, words }) => {
                    if round.contact_by.is_some() && round.contacted.is_none() {
                        return Err(Refusal::NotContacted);
                    }
                    let words = facts.sealed(words, "/words")?;
                    let follow_up_by = facts.after(facts.book.follow_up_days);
                    Event::FedBack { by, at, outcome: *outcome, words, follow_up_by }
                }
                _ => return Err(not_now(order, command)),
            }
        }
    };
    Ok(vec![event])
}

/// Once, in time, with a ground: a second time it is a dispute that the centre settles.
fn give_back(order: &WorkOrder, round: &Round, asked: (StaffId, &str, &str), facts: &Facts) -> Result<Event, Refusal> {
    let (by, ground, reason) = asked;
    if order.settled {
        return Err(Refusal::CoordinationFinal);
    }
    if order.returned {
        return Err(Refusal::ReturnedAlready);
    }
    if round.redo {
        return Err(Refusal::RedoIsYours);
    }
    if facts.today > round.return_by {
        return Err(Refusal::ReturnLate { until: round.return_by });
    }
    if facts.book.ground(ground).is_none() {
        return Err(Refusal::UnknownGround);
    }
    let dispatch_by = dispatch_by(facts.book, order.urgent, facts.now);
    Ok(Event::Returned {
        by,
        at: facts.now,
        ground: ground.to_owned(),
        reason: facts.sealed(reason, "/reason")?,
        dispatch_by,
    })
}

fn dispute(order: &WorkOrder, round: &Round, asked: (StaffId, &str), facts: &Facts) -> Result<Event, Refusal> {
    let (by, reason) = asked;
    if order.settled {
        return Err(Refusal::CoordinationFinal);
    }
    if !order.returned {
        return Err(Refusal::ReturnFirst);
    }
    if round.redo {
        return Err(Refusal::RedoIsYours);
    }
    if facts.today > round.return_by {
        return Err(Refusal::ReturnLate { until: round.return_by });
    }
    Ok(Event::Disputed { by, at: facts.now, reason: facts.sealed(reason, "/reason")? })
}

fn extend(round: &Round, asked: (StaffId, u32, &str), facts: &Facts) -> Result<Event, Refusal> {
    let (by, days, reason) = asked;
    let most = facts.book.extend_days_most;
    if round.extended {
        return Err(Refusal::ExtendedAlready);
    }
    if round.paused.is_some() {
        return Err(Refusal::Paused);
    }
    in_time(round, facts)?;
    if days == 0 || days > most {
        return Err(Refusal::ExtensionLength { most });
    }
    let handle_by = facts.calendar.after(round.handle_by, WorkingDays(days));
    Ok(Event::Extended { by, at: facts.now, reason: facts.sealed(reason, "/reason")?, handle_by })
}

/// Time that has run out cannot be stopped or made longer.
fn in_time(round: &Round, facts: &Facts) -> Result<(), Refusal> {
    let is_over = round.paused.is_none() && facts.today > round.handle_by;
    if is_over { Err(Refusal::Overdue { due: round.handle_by }) } else { Ok(()) }
}
