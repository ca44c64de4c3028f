//! Lists: a person's appointments and tickets, a hall's day.

use kernel::{Actor, Date, PartyId, Timestamp, local_date};
use store::{Error, Failure, Read};

use crate::rules::{WORKING, works_at};
use crate::{Appointment, AppointmentId, Hall, HallId, Letter, Refusal, Ticket, TicketId, table};

/// Lines of one page at most.
const PAGE_MOST: usize = 100;

/// One page of a list, and where the next begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The lines.
    pub lines: Vec<T>,
    /// Hand this in to go on; none at the end.
    pub next: Option<String>,
}

/// An appointment, for those who may know of it: its party, the house, and staff of the hall.
pub fn appointment_for(
    read: &mut dyn Read,
    actor: &Actor,
    id: &AppointmentId,
) -> Result<Appointment, Failure<Refusal>> {
    let found = table::appointment::load(read, id)?.ok_or(Refusal::NoSuchAppointment)?;
    let may = match actor {
        Actor::System(_) => true,
        Actor::Citizen { acting_for, .. } => *acting_for == found.party,
        Actor::Staff { .. } => works_at(actor, &found.hall, &WORKING).is_some(),
    };
    if !may {
        return Err(Refusal::NoSuchAppointment.into());
    }
    // An agent whose mandate names other items does not learn of this one.
    match super::may_act(read, actor, &found.item) {
        Err(Failure::Refused(_)) => Err(Refusal::NoSuchAppointment.into()),
        other => other.map(|()| found),
    }
}

/// A ticket by its id: whoever has the id holds the slip of paper. It names nobody.
pub fn ticket(read: &mut dyn Read, id: &TicketId) -> Result<Ticket, Failure<Refusal>> {
    table::ticket::load(read, id)?.ok_or(Failure::Refused(Refusal::NoSuchTicket))
}

/// A ticket for whom it belongs to, or for staff of its hall.
pub fn ticket_for(read: &mut dyn Read, actor: &Actor, id: &TicketId) -> Result<Ticket, Failure<Refusal>> {
    let found = ticket(read, id)?;
    let may = match actor {
        Actor::System(_) => true,
        Actor::Citizen { acting_for, .. } => found.party == Some(*acting_for),
        Actor::Staff { .. } => works_at(actor, &found.hall, &WORKING).is_some(),
    };
    if may { Ok(found) } else { Err(Refusal::NoSuchTicket.into()) }
}

/// The appointments of a party, the latest booking first.
pub fn appointments_of(
    read: &mut dyn Read,
    party: &PartyId,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page<Appointment>, Error> {
    let limit = limit.clamp(1, PAGE_MOST);
    let found = table::appointment::of(read, party, cursor.and_then(from_cursor), limit + 1)?;
    Ok(paged(found, limit, |one| (one.at, one.id.to_string())))
}

/// The tickets of a party, the latest first.
pub fn tickets_of(
    read: &mut dyn Read,
    party: &PartyId,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page<Ticket>, Error> {
    let limit = limit.clamp(1, PAGE_MOST);
    let found = table::ticket::of(read, party, cursor.and_then(from_cursor), limit + 1)?;
    Ok(paged(found, limit, |one| (one.at, one.id.to_string())))
}

fn paged<T>(mut found: Vec<T>, limit: usize, place: impl Fn(&T) -> (Timestamp, String)) -> Page<T> {
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| {
        let (at, id) = place(last);
        format!("{}.{id}", at.as_microsecond())
    });
    Page { lines: found, next }
}

fn from_cursor<T: std::str::FromStr>(cursor: &str) -> Option<(Timestamp, T)> {
    let (at, id) = cursor.split_once('.')?;
    Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, id.parse().ok()?))
}

/// The appointments of a hall on one day, for its staff.
#[derive(Debug, Clone, PartialEq)]
pub struct Agenda {
    /// In the order of their slots.
    pub lines: Vec<Appointment>,
    /// Hand this in to go on.
    pub next: Option<String>,
}

/// The appointments of a hall on one day.
pub fn agenda(
    read: &mut dyn Read,
    actor: &Actor,
    hall: &HallId,
    day: Date,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Agenda, Failure<Refusal>> {
    works_at(actor, hall, &WORKING).ok_or_else(|| Refusal::NotEmpowered { duties: WORKING.to_vec() })?;
    let limit = limit.clamp(1, PAGE_MOST);
    let after = cursor.and_then(|cursor| {
        let (minute, id) = cursor.split_once('.')?;
        Some((minute.parse().ok()?, id.parse().ok()?))
    });
    let mut lines = table::appointment::of_day(read, hall, day, after, limit + 1)?;
    let more = lines.len() > limit;
    lines.truncate(limit);
    let next = lines.last().filter(|_| more).map(|last| format!("{}.{}", last.slot.minute, last.id));
    Ok(Agenda { lines, next })
}

/// A hall's day in figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tickets by service: drawn, waiting, done, passed over.
    pub tickets: Vec<(Letter, Tally)>,
    /// Appointments of the day by what became of them.
    pub appointments: Vec<(String, u32)>,
    /// Expected appointments on days on which the hall will be closed.
    pub on_closed_days: u32,
}

/// How many tickets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Drawn.
    pub drawn: u32,
    /// Waiting now.
    pub waiting: u32,
    /// Done.
    pub done: u32,
    /// Passed over.
    pub missed: u32,
    /// The middle service time in seconds.
    pub median: Option<u32>,
}

/// Today's figures of a hall, for its staff.
pub fn counts(read: &mut dyn Read, actor: &Actor, hall: &Hall) -> Result<Counts, Failure<Refusal>> {
    works_at(actor, &hall.id, &WORKING).ok_or_else(|| Refusal::NotEmpowered { duties: WORKING.to_vec() })?;
    let today = local_date(read.now());
    let counted = table::ticket::count(read, &hall.id, today)?;
    let mut tickets = vec![];
    for service in hall.services() {
        let of = |state: &str| {
            let these = counted.iter().filter(|(letter, is_now, _)| *letter == service && is_now == state);
            these.map(|(_, _, count)| *count).sum()
        };
        let drawn = counted.iter().filter(|(letter, ..)| *letter == service).map(|(_, _, count)| *count).sum();
        let seconds = table::ticket::times_of_day(read, &hall.id, today, service, 500)?;
        let median = crate::rules::estimate::median(&seconds);
        let tally = Tally { drawn, waiting: of("waiting"), done: of("done"), missed: of("missed"), median };
        tickets.push((service, tally));
    }
    let appointments = table::appointment::count(read, &hall.id, (today, today))?;
    let mut on_closed_days = 0;
    for closure in hall.closures.iter().filter(|closure| closure.to >= today).take(20) {
        let states = table::appointment::count(read, &hall.id, (closure.from.max(today), closure.to))?;
        on_closed_days += states.iter().filter(|(is_now, _)| is_now == "expected").map(|(_, count)| count).sum::<u32>();
    }
    Ok(Counts { tickets, appointments, on_closed_days })
}
