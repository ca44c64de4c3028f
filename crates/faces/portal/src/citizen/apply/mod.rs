//! 申办: from the first click to the receipt, one thing a page, saved at each step.

mod check;
mod delivery;
mod materials;
mod question;
mod start;
mod tasks;

pub use web::question as field;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use casework::{DraftView, Refusal, TaskState};
use kernel::{Actor, DraftId, local_date};
use store::{Failure, Read, ReadExt};
use web::{Fault, House, Visitor};

use super::words;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/apply", get(start::ask).post(start::begin))
        .route("/apply/{draft}", get(tasks::show))
        .route("/apply/{draft}/discard", get(tasks::ask_discard).post(tasks::discard))
        .route("/apply/{draft}/q/{page}", get(question::show).post(question::save))
        .route("/apply/{draft}/materials", get(materials::list))
        .route("/apply/{draft}/materials/{place}", get(materials::show).post(materials::upload))
        .route("/apply/{draft}/materials/{place}/offer", post(materials::take_offer))
        .route("/apply/{draft}/materials/{place}/window", post(materials::to_window))
        .route("/apply/{draft}/materials/{place}/drop", post(materials::drop))
        .route("/apply/{draft}/delivery", get(delivery::show).post(delivery::save))
        .route("/apply/{draft}/check", get(check::show))
        .route("/apply/{draft}/submit", post(check::submit))
        .route("/apply/done/{number}", get(check::done))
}

/// What the bar under the head says of the draft.
pub struct Sheet {
    /// The draft.
    pub id: DraftId,
    /// The item's name.
    pub item: String,
    /// The place.
    pub region: String,
    /// When it was last saved.
    pub saved: String,
    /// Until when it is kept.
    pub kept_until: String,
    /// The item's guide.
    pub guide: String,
}

impl Sheet {
    fn of(read: &mut dyn Read, view: &DraftView) -> Result<Sheet, store::Error> {
        let today = local_date(read.now());
        let regions = read.cached::<organisation::Regions>()?;
        let draft = &view.draft;
        Ok(Sheet {
            id: draft.id,
            item: view.implementation.base.name.clone(),
            region: regions.full_name(&view.implementation.region),
            saved: words::moment(draft.updated, today),
            kept_until: words::short_day(local_date(draft.expires), today),
            guide: format!("/item/{}?region={}", draft.item, draft.region),
        })
    }
}

/// An opened draft: what its pages show, and whose it is.
struct Open {
    actor: Actor,
    view: DraftView,
    sheet: Sheet,
}

/// The visitor's own draft. One that is gone and somebody else's are the same: there is none.
fn open(house: &House, visitor: &Visitor, id: &str) -> Result<Open, Fault> {
    let (session, _) = visitor.citizen()?;
    let id: DraftId = id.parse().map_err(|_| Fault::refused(&Refusal::DraftGone))?;
    let (view, sheet) = house.ask(|read| {
        let view = casework::drafts::view(read, &session.actor, &id)?;
        let sheet = Sheet::of(read, &view)?;
        Ok::<_, Failure<Refusal>>((view, sheet))
    })?;
    Ok(Open { actor: session.actor.clone(), view, sheet })
}

/// Where to go on: the first section that needs something, then the materials, then how the result comes, then the check.
fn onward(view: &DraftView) -> String {
    let id = view.draft.id;
    let undone = view.sections.iter().position(|section| section.state != TaskState::Done);
    match undone {
        Some(place) => format!("/apply/{id}/q/{}", place + 1),
        None if view.materials_state != TaskState::Done => format!("/apply/{id}/materials"),
        None if view.way_state != TaskState::Done => format!("/apply/{id}/delivery"),
        None => format!("/apply/{id}/check"),
    }
}
