//! The console: where staff receive, accept, review and decide.
//!
//! Desks: the counter (`/desk/window`) calls people and takes their applications in (`/desk/new`), the window (`/desk`) answers what came
//! in, the approver's (`/review`) gives opinions and decides; both show queues by time left and a case with all its papers. The hall
//! (`/desk/hall`) is kept in order; the money desk (`/cashier`, `/accounts`, `/ledger`) takes in, assesses, remits, refunds and
//! reconciles. Supervision (`/monitor`) has put right what its rules found. Lead departments look after investment projects (`/invest`). The security officer (`/console/second-factor`) gives back the way in to staff who lost their authenticator. At the
//! quality desk (`/quality`) poor ratings and reports are put right. Figures (`/insight`) are compared, split and forecast. The hotline (`/hotline`) takes calls, dispatches work orders to units and asks callers afterwards. All of them only hand commands to rooms and show what they answer.

mod act;
mod cashier;
mod deck;
mod desk;
mod exchange;
mod exposure;
mod file;
mod hotline;
mod inbox;
mod insight;
mod intake;
mod invest;
mod lobby;
mod monitor;
mod notice;
mod order;
mod parcel;
mod quality;
mod questions;
mod reveal;
mod review;
mod second;
mod sheet;
mod slip;
mod sure;
mod tablet;
mod trading;
mod window;
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
        .route("/console/second-factor", get(second::ask).post(second::remove))
        .route("/console/questions", get(questions::list))
        .route("/console/questions/{id}", get(questions::one).post(questions::answer))
        .route("/console/inbox", get(inbox::list))
        .route("/console/inbox/{thread}", get(inbox::thread))
        .route("/console/routing", get(inbox::routing))
        .route("/console/routing/resend", post(inbox::resend))
        .route("/desk", get(desk::list))
        .route("/desk/window", get(window::show).post(window::open))
        .route("/desk/window/{act}", post(window::act))
        .route("/desk/hall", get(lobby::show))
        .route("/desk/hall/{act}", post(lobby::act))
        .route("/desk/new", get(intake::show).post(intake::sent))
        .route("/desk/tablet", get(tablet::show))
        .route("/desk/{number}", get(desk::case))
        .route("/desk/{number}/slip", get(slip::show))
        .route("/desk/{number}/accept", post(desk::accept))
        .route("/desk/{number}/grant", post(desk::grant))
        .route("/desk/{number}/notice", post(notice::send))
        .route("/desk/{number}/decline", get(order::decline_form).post(order::decline))
        .route("/desk/{number}/reveal", post(reveal::reveal))
        .route("/desk/{number}/file/{digest}", get(file::show))
        .route("/cashier", get(cashier::list))
        .route("/cashier/{bill}", get(cashier::bill::show))
        .route("/cashier/{bill}/take-in", post(cashier::bill::take_in))
        .route("/cashier/{bill}/assess", post(cashier::bill::assess))
        .route("/cashier/{bill}/exempt", post(cashier::bill::exempt))
        .route("/cashier/{bill}/refund", post(cashier::bill::ask_refund))
        .route("/cashier/{bill}/approve", post(cashier::bill::approve))
        .route("/cashier/{bill}/refuse", post(cashier::bill::refuse))
        .route("/cashier/{bill}/hand-back", post(cashier::bill::hand_back))
        .route("/cashier/{bill}/receipt", get(cashier::bill::receipt))
        .route("/cashier/{bill}/ask", post(cashier::bill::ask))
        .route("/accounts", get(cashier::accounts::list).post(cashier::accounts::take_in))
        .route("/accounts/{channel}/{day}", get(cashier::accounts::show).post(cashier::accounts::resolve))
        .route("/ledger", get(cashier::ledger::show))
        .route("/desk/{number}/hand-over", post(desk::hand_over))
        .merge(parcel::routes())
        .route("/quality", get(quality::list))
        .route("/quality/comments", get(quality::comments))
        .route("/quality/exposures", get(exposure::list))
        .route("/quality/exposures/{id}", get(exposure::one))
        .route("/quality/exposures/{id}/{step}", post(exposure::step))
        .route("/quality/{subject}", get(quality::one))
        .route("/quality/{subject}/reveal", post(quality::reveal))
        .route("/quality/{subject}/{step}", post(quality::step))
        .merge(monitor::routes())
        .merge(crate::insight::routes())
        .merge(crate::hotline::routes())
        .merge(trading::routes())
        .merge(invest::routes())
        .merge(exchange::routes())
        .route("/review", get(review::list))
        .route("/review/{number}", get(review::case))
        .route("/review/{number}/opinion", post(review::opinion))
        .route("/review/{number}/grant", get(order::grant_form).post(order::grant))
        .route("/review/{number}/resume", post(review::resume))
        .route("/review/{number}/deny", get(order::deny_form).post(order::deny))
        .route("/review/{number}/suspend", get(order::suspend_form).post(order::suspend))
        .route("/review/{number}/extend", get(order::extend_form).post(order::extend))
}
