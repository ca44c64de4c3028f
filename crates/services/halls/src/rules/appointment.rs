//! Appointments: booking, changing, giving up, checking in, and what absence means.

use clock::Calendar;
use kernel::{Actor, Date, Duty, PartyId, Timestamp, local_date};

use super::{Facts, Refusal, WORKING, written};
use crate::{
    Appointment, AppointmentEvent as Event, AppointmentId, Attendance, Hall, Lane, Letter, Rulebook, Slot, TicketId,
};

/// What can be asked of an appointment that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Another time, or another number of persons.
    Change {
        /// When.
        slot: Slot,
        /// How many.
        persons: u16,
        /// The code that it will have.
        code: String,
    },
    /// Give it up.
    Cancel,
    /// Check in: it becomes this ticket.
    Arrive {
        /// Which.
        ticket: TicketId,
    },
    /// Decide that nobody came.
    Absent {
        /// Why; the party reads it.
        reason: String,
    },
    /// Take that decision back.
    Excuse {
        /// Why.
        reason: String,
    },
}

/// What is known of a party before it books.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Appointments that are still expected.
    pub open: usize,
    /// One of them for the very same slot and item.
    pub same: Option<AppointmentId>,
    /// When absences were decided, within the time that the rulebook looks back.
    pub absences: Vec<Timestamp>,
}

/// Whether the party may book at all now.
pub fn may_book(record: &Record, book: &Rulebook, now: Timestamp) -> Result<(), Refusal> {
    if let Some(until) = blocked_until(&record.absences, book, now) {
        return Err(Refusal::Blocked { until });
    }
    if record.open >= book.open_most {
        return Err(Refusal::TooManyOpen { most: book.open_most });
    }
    record.same.map_or(Ok(()), |id| Err(Refusal::AlreadyBooked { id }))
}

/// The day until which repeated absence closes the booking, if it does.
fn blocked_until(absences: &[Timestamp], book: &Rulebook, now: Timestamp) -> Option<Date> {
    let rule = book.no_show;
    let since = days_later(now, -rule.within_days);
    let counted = absences.iter().filter(|at| **at >= since);
    let last = counted.clone().max()?;
    let until = days_later(*last, rule.blocked_days);
    (counted.count() >= rule.most && now < until).then(|| local_date(until))
}

fn days_later(from: Timestamp, days: i64) -> Timestamp {
    minutes_later(from, days * 24 * 60)
}

/// So many minutes later.
pub fn minutes_later(from: Timestamp, minutes: i64) -> Timestamp {
    let micros = from.as_microsecond().saturating_add(minutes.saturating_mul(60_000_000));
    Timestamp::from_microsecond(micros).unwrap_or(if minutes < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// Whether a slot of a service can be asked for: it exists, lies ahead and not too far. Whether it is full, the desk finds out.
pub fn check_slot(
    hall: &Hall,
    service: Letter,
    slot: &Slot,
    persons: u16,
    calendar: &Calendar,
    (book, now): (&Rulebook, Timestamp),
) -> Result<(), Refusal> {
    if !(1..=book.persons_most).contains(&persons) {
        return Err(Refusal::TooManyPersons { most: book.persons_most });
    }
    let last = local_date(days_later(now, i64::from(book.days_ahead)));
    if slot.day > last {
        return Err(Refusal::TooFar { last });
    }
    if !hall.slots(book, calendar, slot.day).contains(&slot.minute) || !hall.services().contains(&service) {
        return Err(Refusal::NoSuchSlot);
    }
    if slot.begins() <= now { Err(Refusal::SlotPast) } else { Ok(()) }
}

/// Whether `actor` acts for `party`.
pub fn is_party(actor: &Actor, party: PartyId) -> bool {
    actor.party() == Some(party)
}

/// What happens if `command` reaches the appointment now.
pub fn decide(appointment: &Appointment, command: &Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    use {Attendance as A, Command as C};
    let (now, book, hall) = (facts.now, facts.book, &appointment.hall);
    let own = is_party(facts.actor, appointment.party);
    let begins = appointment.slot.begins();
    let event = match (&appointment.attendance, command) {
        (A::Expected, C::Change { slot, persons, code }) => {
            own.then_some(()).ok_or(Refusal::OnlyTheParty)?;
            in_time(begins, facts)?;
            Event::Changed { slot: *slot, persons: *persons, code: code.clone() }
        }
        (A::Expected, C::Cancel) => {
            own.then_some(()).ok_or(Refusal::OnlyTheParty)?;
            in_time(begins, facts)?;
            Event::Cancelled { at: now }
        }
        (A::Expected, C::Arrive { ticket }) => {
            // The machine in the hall knows the code; a phone is signed in; staff look at the list.
            if !own && !matches!(facts.actor, Actor::System(_)) {
                facts.staff(hall, &WORKING)?;
            }
            let from = minutes_later(begins, -book.early_minutes);
            if facts.today > appointment.slot.day {
                return Err(Refusal::DayOver);
            }
            if now < from {
                return Err(Refusal::TooEarly { from });
            }
            Event::Arrived { ticket: *ticket, at: now }
        }
        (A::Expected, C::Absent { reason }) => {
            let by = facts.staff(hall, &WORKING)?;
            let until = minutes_later(begins, book.grace_minutes);
            if now < until {
                return Err(Refusal::GraceNotOver { until });
            }
            Event::Absent { by, at: now, reason: written(reason, "reason")? }
        }
        (A::Absent { .. }, C::Excuse { reason }) => {
            let by = facts.staff(hall, &[Duty::Host])?;
            Event::Excused { by, reason: written(reason, "reason")? }
        }
        (attendance, _) => return Err(Refusal::AppointmentNotNow { is: attendance.word() }),
    };
    Ok(vec![event])
}

/// Until when an appointment can be changed or given up.
fn in_time(begins: Timestamp, facts: &Facts) -> Result<(), Refusal> {
    let until = minutes_later(begins, -facts.book.change_until_minutes);
    if facts.now <= until { Ok(()) } else { Err(Refusal::TooLate { minutes: facts.book.change_until_minutes }) }
}

/// The lane and the turn of an appointment that checks in now. Within the grace time it keeps its slot; later it stands in line
/// like everybody else, or by its ground of precedence.
pub fn place(slot: &Slot, has_ground: bool, book: &Rulebook, now: Timestamp) -> (Lane, Timestamp) {
    let late = now > minutes_later(slot.begins(), book.grace_minutes);
    match (late, has_ground) {
        (false, _) => (Lane::Booked, now.max(slot.begins())),
        (true, true) => (Lane::Priority, now),
        (true, false) => (Lane::Ordinary, now),
    }
}

/// The appointment that a booking makes.
pub fn open(id: AppointmentId, event: &Event) -> Option<Appointment> {
    let Event::Booked { hall, service, item, party, booked_by, persons, slot, code, at } = event else { return None };
    Some(Appointment {
        id,
        version: 1,
        hall: *hall,
        service: *service,
        item: *item,
        party: *party,
        booked_by: *booked_by,
        persons: *persons,
        slot: *slot,
        code: code.clone(),
        sequence: 0,
        at: *at,
        attendance: Attendance::Expected,
    })
}

/// What `event` did to the appointment.
pub fn apply(appointment: &mut Appointment, event: &Event) {
    appointment.version += 1;
    match event {
        Event::Booked { .. } => {}
        Event::Changed { slot, persons, code } => {
            (appointment.slot, appointment.persons) = (*slot, *persons);
            appointment.code.clone_from(code);
            appointment.sequence += 1;
        }
        Event::Cancelled { at } => {
            appointment.sequence += 1;
            appointment.attendance = Attendance::Cancelled { at: *at };
        }
        Event::Arrived { ticket, at } => {
            appointment.attendance = Attendance::Arrived { ticket: *ticket, at: *at };
        }
        Event::Absent { by, at, reason } => {
            appointment.attendance = Attendance::Absent { by: *by, at: *at, reason: reason.clone() };
        }
        Event::Excused { .. } => appointment.attendance = Attendance::Expected,
    }
}
