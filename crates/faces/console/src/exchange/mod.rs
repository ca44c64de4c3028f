//! 数据交换: the systems that send, what waits in quarantine, other nodes, the resource catalogue, cases of other systems. Rooms
//! decide; these pages show and hand over.

mod cases;
mod nodes;
mod quarantine;
mod resources;
mod sheet;
mod sources;

use std::sync::Arc;

use ::exchange::{Refusal, query};
use axum::{
    Router,
    routing::{get, post},
};
use identity::Session;
use kernel::{Actor, DepartmentId, Duty};
use store::{Error, Failure, Read};
use web::{Fault, House, Visitor};

use crate::deck;

/// The routes of the exchange.
pub fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/exchange", get(sources::list))
        .route("/exchange/sources", post(sources::register))
        .route("/exchange/sources/{id}", get(sources::one))
        .route("/exchange/sources/{id}/reissue", post(sources::reissue))
        .route("/exchange/sources/{id}/revoke", post(sources::revoke))
        .route("/exchange/quarantine", get(quarantine::list))
        .route("/exchange/quarantine/{id}", get(quarantine::one))
        .route("/exchange/quarantine/{id}/requeue", post(quarantine::requeue))
        .route("/exchange/quarantine/{id}/resolve", post(quarantine::resolve))
        .route("/exchange/nodes", get(nodes::list))
        .route("/exchange/nodes/{peer}/{day}", post(nodes::ask_day))
        .route("/exchange/resources", get(resources::list).post(resources::publish))
        .route("/exchange/resources/{id}", get(resources::one))
        .route("/exchange/resources/{id}/revise", post(resources::revise))
        .route("/exchange/resources/{id}/ask", post(resources::ask))
        .route("/exchange/requests/{id}/{step}", get(resources::reason).post(resources::step))
        .route("/exchange/cases", get(cases::ask).post(cases::found))
}

/// The session of somebody who may see these pages.
fn session(visitor: &Visitor) -> Result<&Session, Fault> {
    let session = visitor.staff()?;
    if deck::holds(&session.actor, &query::CARING) { Ok(session) } else { Err(Fault::refused(&Refusal::NotCaretaker)) }
}

/// Whether somebody cares for the exchange anywhere: for showing forms, not for allowing acts.
fn cares(actor: &Actor) -> bool {
    actor.holds(Duty::Exchange)
}

/// The name of a department.
fn office(read: &mut dyn Read, id: &DepartmentId) -> Result<String, Error> {
    Ok(organisation::department(read, id)?.map_or_else(|| id.to_string(), |found| found.name))
}

/// A refusal that names fields is shown at the form; everything else is a fault.
fn at_form(failure: Failure<Refusal>) -> Result<Vec<web::Wrong>, Fault> {
    match failure {
        Failure::Refused(refusal) if !kernel::Refuse::fields(&refusal).is_empty() => {
            Ok(web::Wrong::of(&kernel::Refuse::fields(&refusal)))
        }
        failure => Err(failure.into()),
    }
}
