//! What happened in halls: the promise to everybody who follows.

use kernel::{BasicCode, CaseNumber, Date, PartyId, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{AppointmentId, Closure, Coordinates, HallId, Lane, Letter, Slot, Source, Span, TicketId, TicketNumber};

/// Everything that this room tells. Fields may be added with a default; none is renamed or reused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "about", content = "what")]
pub enum Event {
    /// In a stream `hall:…`.
    Hall(HallEvent),
    /// In a stream `window:…`.
    Window(WindowEvent),
    /// In a stream `appointment:…`.
    Appointment(AppointmentEvent),
    /// In a stream `ticket:…`.
    Ticket(TicketEvent),
}

/// What a hall set for itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HallEvent {
    /// It will be closed on these days.
    ClosureAdded(Closure),
    /// It will be open after all.
    ClosureDropped {
        /// First day of the closure that is dropped.
        from: Date,
    },
    /// What a window handles.
    WindowSet {
        /// The window.
        number: u16,
        /// The services; none when the window is given up.
        services: Vec<Letter>,
    },
    /// Persons that may book one slot.
    CapacitySet {
        /// Of which service.
        service: Letter,
        /// How many; 0 takes no appointments.
        persons: u16,
    },
    /// When it is open.
    HoursSet {
        /// In the order of the day.
        hours: Vec<Span>,
    },
    /// Where it is.
    PlaceSet {
        /// Address.
        address: Option<String>,
        /// Telephone.
        phone: Option<String>,
        /// On the map.
        coordinates: Option<Coordinates>,
    },
}

/// What happened at a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WindowEvent {
    /// It was given to a clerk, or to nobody.
    Seated {
        /// The clerk.
        clerk: Option<StaffId>,
    },
    /// It opened.
    Opened {
        /// The clerk.
        by: StaffId,
        /// The day.
        day: Date,
        /// When.
        at: Timestamp,
    },
    /// The clerk went away for a while.
    Paused {
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// The clerk is back.
    Resumed {
        /// When.
        at: Timestamp,
    },
    /// It closed.
    Closed,
}

/// What happened to an appointment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AppointmentEvent {
    /// Booked.
    Booked {
        /// Where.
        hall: HallId,
        /// For which service.
        service: Letter,
        /// For which item.
        item: BasicCode,
        /// For whom.
        party: PartyId,
        /// Who booked.
        booked_by: PartyId,
        /// For how many persons.
        persons: u16,
        /// When.
        slot: Slot,
        /// The code for checking in.
        code: String,
        /// When it was booked.
        at: Timestamp,
    },
    /// Moved to another time.
    Changed {
        /// The new time.
        slot: Slot,
        /// The new number of persons.
        persons: u16,
        /// The new code; the same where hall and day are.
        code: String,
    },
    /// Given up.
    Cancelled {
        /// When.
        at: Timestamp,
    },
    /// Checked in.
    Arrived {
        /// The ticket it became.
        ticket: TicketId,
        /// When.
        at: Timestamp,
    },
    /// A member of staff decided, after the grace time, that nobody came.
    Absent {
        /// Who.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// Why.
        reason: String,
    },
    /// That decision was taken back.
    Excused {
        /// Who.
        by: StaffId,
        /// Why.
        reason: String,
    },
}

/// What happened to a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TicketEvent {
    /// Drawn.
    Drawn {
        /// Where.
        hall: HallId,
        /// The day.
        day: Date,
        /// What is called out.
        number: TicketNumber,
        /// The lane.
        lane: Lane,
        /// The ground of precedence.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ground: Option<String>,
        /// How.
        source: Source,
        /// Whose.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        party: Option<PartyId>,
        /// For which item.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<BasicCode>,
        /// The appointment that was checked in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        appointment: Option<AppointmentId>,
        /// When.
        at: Timestamp,
        /// Its turn in the lane.
        turn: Timestamp,
    },
    /// Called to a window.
    Called {
        /// Which.
        window: u16,
        /// The clerk.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// The how-manieth call in a row.
        calls: u8,
    },
    /// Held back.
    Held {
        /// When.
        at: Timestamp,
    },
    /// Handed on.
    Transferred {
        /// To this service,
        service: Letter,
        /// to this window only, if one was named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<u16>,
        /// When.
        at: Timestamp,
    },
    /// Passed over.
    Missed {
        /// When.
        at: Timestamp,
    },
    /// Back in the queue after having been passed over.
    Rejoined {
        /// When; its new turn.
        at: Timestamp,
    },
    /// Done.
    Finished {
        /// When.
        at: Timestamp,
    },
    /// Given back.
    Left {
        /// When.
        at: Timestamp,
    },
    /// The day was over.
    Lapsed,
    /// A case was opened at the window.
    CaseOpened {
        /// Its number.
        case: CaseNumber,
        /// Whose case it is: a ticket that was nobody's is theirs from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        party: Option<PartyId>,
    },
}

impl store::Event for Event {
    const ROOM: &'static str = "halls";

    fn kind(&self) -> &'static str {
        match self {
            Event::Hall(event) => match event {
                HallEvent::ClosureAdded(_) => "closure-added",
                HallEvent::ClosureDropped { .. } => "closure-dropped",
                HallEvent::WindowSet { .. } => "window-set",
                HallEvent::CapacitySet { .. } => "capacity-set",
                HallEvent::HoursSet { .. } => "hours-set",
                HallEvent::PlaceSet { .. } => "place-set",
            },
            Event::Window(event) => match event {
                WindowEvent::Seated { .. } => "window-seated",
                WindowEvent::Opened { .. } => "window-opened",
                WindowEvent::Paused { .. } => "window-paused",
                WindowEvent::Resumed { .. } => "window-resumed",
                WindowEvent::Closed => "window-closed",
            },
            Event::Appointment(event) => match event {
                AppointmentEvent::Booked { .. } => "booked",
                AppointmentEvent::Changed { .. } => "changed",
                AppointmentEvent::Cancelled { .. } => "cancelled",
                AppointmentEvent::Arrived { .. } => "arrived",
                AppointmentEvent::Absent { .. } => "absent",
                AppointmentEvent::Excused { .. } => "excused",
            },
            Event::Ticket(event) => match event {
                TicketEvent::Drawn { .. } => "ticket-drawn",
                TicketEvent::Called { .. } => "ticket-called",
                TicketEvent::Held { .. } => "ticket-held",
                TicketEvent::Transferred { .. } => "ticket-transferred",
                TicketEvent::Missed { .. } => "ticket-missed",
                TicketEvent::Rejoined { .. } => "ticket-rejoined",
                TicketEvent::Finished { .. } => "ticket-finished",
                TicketEvent::Left { .. } => "ticket-left",
                TicketEvent::Lapsed => "ticket-lapsed",
                TicketEvent::CaseOpened { .. } => "ticket-case-opened",
            },
        }
    }
}
