//! The public site and what citizens do in it: finding an item, applying, following a case, showing a licence.
//!
//! `public` is the same for everybody; `citizen` is for whoever is signed in; `halls` is both, around the counters where people come in person. Both decide nothing: they ask rooms and
//! give them commands.

use std::sync::Arc;

use axum::Router;
use web::House;

mod citizen;
mod halls;
mod public;
mod trade;

/// All routes of the portal, to be dressed by [`web::dress`].
pub fn router() -> Router<Arc<House>> {
    public::routes().merge(citizen::routes()).merge(halls::routes()).merge(trade::routes())
}
