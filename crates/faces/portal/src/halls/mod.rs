//! 我要约: halls with their queues, appointments, tickets, the screen and the machine in the hall.

mod appointment;
mod calendar;
mod flow;
mod hall;
mod kiosk;
mod mine;
mod screen;
mod ticket;
pub(crate) mod words;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use web::{Fault, House};

pub(crate) use mine::links_of;

/// The routes around halls.
pub(crate) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/halls", get(hall::list))
        .route("/hall/{id}", get(hall::show))
        .route("/hall/{id}/ticket", post(hall::draw))
        .route("/hall/{id}/screen", get(screen::show))
        .route("/hall/{id}/kiosk", get(kiosk::show).post(kiosk::draw))
        .route("/queue/{id}", get(ticket::show))
        .route("/queue/{id}/leave", post(ticket::leave))
        .route("/queue/{id}/rejoin", post(ticket::rejoin))
        .route("/appoint", get(flow::show).post(flow::book))
        .route("/appoint/{id}", get(appointment::show))
        .route("/appoint/{id}/ics", get(appointment::ics))
        .route("/appoint/{id}/change", get(appointment::change_form).post(appointment::change))
        .route("/appoint/{id}/cancel", get(appointment::cancel_form).post(appointment::cancel))
        .route("/appoint/{id}/check-in", post(appointment::check_in))
        .route("/me/appointments", get(mine::list))
}

/// The hall that an address names; what names none is not found.
fn hall_of(house: &House, id: &str) -> Result<halls::Hall, Fault> {
    let none = || Fault::refused(&halls::Refusal::NoSuchHall);
    let id: halls::HallId = id.parse().map_err(|_| none())?;
    house.read(|read| halls::query::hall(read, &id))?.ok_or_else(none)
}
