//! The console: where staff receive, accept, review and decide.
//!
//! Two desks so far: the window (`/desk`) answers applications, the approver's (`/review`) gives opinions and decides. Both show
//! queues by time left and a case with all its papers; both only hand commands to casework and show what it answers.

mod act;
mod deck;
mod desk;
mod file;
mod notice;
mod order;
mod review;
mod sheet;
mod words;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use web::House;

/// The routes of the console.
pub fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/console", get(deck::front))
        .route("/desk", get(desk::list))
        .route("/desk/{number}", get(desk::case))
        .route("/desk/{number}/accept", post(desk::accept))
        .route("/desk/{number}/grant", post(desk::grant))
        .route("/desk/{number}/notice", post(notice::preview))
        .route("/desk/{number}/correct", post(notice::send))
        .route("/desk/{number}/decline", get(order::decline_form).post(order::decline))
        .route("/desk/{number}/reveal", post(sheet::reveal))
        .route("/desk/{number}/file/{digest}", get(file::show))
        .route("/review", get(review::list))
        .route("/review/{number}", get(review::case))
        .route("/review/{number}/opinion", post(review::opinion))
        .route("/review/{number}/grant", post(review::grant))
        .route("/review/{number}/resume", post(review::resume))
        .route("/review/{number}/deny", get(order::deny_form).post(order::deny))
        .route("/review/{number}/suspend", get(order::suspend_form).post(order::suspend))
        .route("/review/{number}/extend", get(order::extend_form).post(order::extend))
}
