//! What faces and casework ask. Each answer has a bound.

mod board;
mod lists;
mod register;

pub use board::{AtWindow, Board, Call, Place, Post as OpenPost, Waiting, at_window, board, missed, place};
pub use lists::{
    Agenda, Counts, Page, Tally, agenda, appointment_for, appointments_of, counts, ticket, ticket_for, tickets_of,
};
pub use register::{
    FreeDay, FreeSlot, free, hall, halls_below, halls_for, kiosk_key, may_act, record, seat_of, seats_of, service_for,
    takes_appointments, windows,
};
