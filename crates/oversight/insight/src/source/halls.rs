//! Halls: who came, how long they waited and were served. The place is the hall's region, the way the letter of the service.

use halls::{AppointmentEvent, Event, TicketEvent};
use kernel::Timestamp;
use store::{Entry, Error};

use super::{Common, Source, Thread};
use crate::model::Fact;

pub(super) const SOURCE: Source = Source {
    room: "halls",
    kinds: &[
        "halls.ticket-drawn",
        "halls.ticket-called",
        "halls.ticket-finished",
        "halls.ticket-left",
        "halls.ticket-lapsed",
        "halls.booked",
        "halls.arrived",
        "halls.absent",
        "halls.excused",
    ],
    see,
};

/// What is remembered of a ticket.
#[derive(Debug)]
pub struct Ticket {
    common: Common,
    drawn: Timestamp,
    called: bool,
    since: Option<Timestamp>,
    served_seconds: i64,
}

/// What is remembered of an appointment.
#[derive(Debug)]
pub struct Appointment {
    common: Common,
    missed: Option<Fact>,
}

fn see(thread: &mut Thread, entry: &Entry, facts: &mut Vec<Fact>) -> Result<(), Error> {
    let is_ticket = entry.stream.starts_with("ticket:");
    if !is_ticket && !entry.stream.starts_with("appointment:") {
        return Ok(());
    }
    match entry.event()? {
        Event::Ticket(event) => ticket(thread, &event, entry.at, facts),
        Event::Appointment(event) => appointment(thread, &event, entry.at, facts),
        Event::Hall(_) | Event::Window(_) => {}
    }
    Ok(())
}

fn ticket(thread: &mut Thread, event: &TicketEvent, now: Timestamp, facts: &mut Vec<Fact>) {
    if let TicketEvent::Drawn { hall, number, item, .. } = event {
        let common = Common { place: hall.0, kind: None, item: *item, way: number.letter.to_string() };
        facts.extend(common.fact("tickets", now, 0));
        *thread = Thread::Ticket(Ticket { common, drawn: now, called: false, since: None, served_seconds: 0 });
        return;
    }
    let Thread::Ticket(ticket) = thread else { return };
    let pause = |ticket: &mut Ticket| {
        if let Some(since) = ticket.since.take() {
            ticket.served_seconds += seconds(since, now);
        }
    };
    match event {
        TicketEvent::Called { .. } => {
            if !ticket.called {
                let mut waited = ticket.common.fact("waiting-minutes", ticket.drawn, 0);
                if let Some(fact) = &mut waited {
                    fact.value = seconds(ticket.drawn, now) / 60;
                }
                facts.extend(waited);
            }
            // Called again because nobody came: only now somebody may be there.
            (ticket.called, ticket.since) = (true, Some(now));
        }
        TicketEvent::Held { .. } | TicketEvent::Transferred { .. } => pause(ticket),
        TicketEvent::Missed { .. } => ticket.since = None,
        TicketEvent::Finished { .. } => {
            pause(ticket);
            facts.extend(ticket.common.fact("serving-minutes", now, ticket.served_seconds / 60));
        }
        TicketEvent::Left { .. } | TicketEvent::Lapsed => facts.extend(ticket.common.fact("tickets-left", now, 0)),
        TicketEvent::Drawn { .. } | TicketEvent::Rejoined { .. } | TicketEvent::CaseOpened { .. } => {}
    }
}

fn appointment(thread: &mut Thread, event: &AppointmentEvent, now: Timestamp, facts: &mut Vec<Fact>) {
    if let AppointmentEvent::Booked { hall, service, item, .. } = event {
        let common = Common { place: hall.0, kind: None, item: Some(*item), way: service.to_string() };
        facts.extend(common.fact("appointments", now, 0));
        *thread = Thread::Appointment(Appointment { common, missed: None });
        return;
    }
    let Thread::Appointment(appointment) = thread else { return };
    match event {
        AppointmentEvent::Arrived { .. } => facts.extend(appointment.common.fact("appointments-kept", now, 0)),
        AppointmentEvent::Absent { .. } => {
            appointment.missed = appointment.common.fact("appointments-missed", now, 0);
            facts.extend(appointment.missed.clone());
        }
        AppointmentEvent::Excused { .. } => facts.extend(appointment.missed.take().as_ref().map(super::less)),
        AppointmentEvent::Booked { .. } | AppointmentEvent::Changed { .. } | AppointmentEvent::Cancelled { .. } => {}
    }
}

fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    ((to.as_microsecond() - from.as_microsecond()) / 1_000_000).max(0)
}
