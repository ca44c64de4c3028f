//! Halls: the counters where people come in person — windows, appointments, and the queue in front of them.
//!
//! Its nouns: a [`Hall`] (政务服务大厅), derived from a region and what that region sets differently; a [`Window`] (窗口) with
//! the clerk who sits there; an [`Appointment`] (预约) for a [`Slot`] that is never oversold; a [`Ticket`] (排队号) and its place
//! in the queue. Who is called next is a written rule ([`rules::fairness`]), and so is everything else in [`rules`].
//!
//! It follows nobody. Casework, which stands to its right, tells it in its own transaction that a ticket became a case. It never
//! judges an absence by itself: that somebody did not come is decided by a person, after the grace time, with a reason.

pub mod desk;
mod event;
mod model;
pub mod query;
mod replay;
pub mod rules;
mod table;
mod wheel;

pub use event::{AppointmentEvent, Event, HallEvent, TicketEvent, WindowEvent};
pub use model::appointment::{Appointment, AppointmentId, Attendance, Slot};
pub use model::hall::{Closure, Coordinates, Day, Hall, HallId, LEVELS, Openness, Post, Settings, instant};
pub use model::rulebook::{Fairness, Ground, Letter, Rulebook, Service, Span, rulebook};
pub use model::ticket::{BadLane, Lane, Source, State, Ticket, TicketId, TicketNumber};
pub use model::window::{Occupation, Window};
pub use replay::HallReplay;
pub use rules::Refusal;
pub use wheel::TicketWheel;

/// The tables of this room.
pub const MIGRATIONS: &[store::Migration] = &[store::Migration {
    room: "halls",
    number: 1,
    name: "halls, windows, appointments, queue",
    sql: include_str!("../migrations/0001_halls.sql"),
}];
