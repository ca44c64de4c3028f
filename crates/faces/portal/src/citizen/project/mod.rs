//! Investment projects: what anybody may ask, and what a project's unit does with its own.

mod own;
mod public;
mod register;
mod report;
mod stage;

use std::sync::Arc;

use axum::{Router, routing::get};
use web::House;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/projects", get(public::home))
        .route("/projects/route", get(public::route))
        .route("/projects/find", get(public::find))
        .route("/projects/new", get(register::ask).post(register::send))
        .route("/me/projects", get(own::list))
        .route("/me/projects/{code}", get(own::show))
        .route("/me/projects/{code}/report", get(report::ask).post(report::send))
        .route("/me/projects/{code}/explain", get(report::ask_explain).post(report::explain))
        .route("/me/projects/{code}/stage/{stage}", get(stage::ask).post(stage::send))
}
