//! The parcels desk: what is to be packed, scanned out and in, what is in trouble, and one parcel with its chain of custody.

mod list;
mod page;
mod print;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use delivery::{ParcelId, Place, State, Step};
use web::{Fault, House};

/// The routes of this desk.
pub fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/desk/parcels", get(list::show))
        .route("/desk/parcels/scan", post(list::scan))
        .route("/desk/parcels/print", get(print::list))
        .route("/desk/parcels/{id}", get(page::show))
        .route("/desk/parcels/{id}/scan", post(page::scan))
        .route("/desk/parcels/{id}/act", post(page::act))
        .route("/desk/parcels/{id}/correct", post(page::correct))
        .route("/desk/parcels/{id}/cancel", post(page::cancel))
        .route("/desk/parcels/{id}/label", get(print::label))
}

/// Reads a parcel's id from an address.
fn id(text: &str) -> Result<ParcelId, Fault> {
    text.parse().map_err(|_| Fault::refused(&delivery::Refusal::NotFound))
}

/// A list of the desk, as its tab is called.
fn place(place: Place) -> &'static str {
    match place {
        Place::ToPack => "待封装",
        Place::ToGive => "待交寄",
        Place::UnderWay => "在途",
        Place::ToReceive => "待收",
        Place::Held => "在手",
        Place::Done => "完成",
    }
}

/// A scan, as its button is called.
fn step(step: Step) -> &'static str {
    match step {
        Step::Packed => "封装",
        Step::Given => "交快递",
        Step::Received => "收到",
        Step::ToArchive => "交档案",
        Step::ToApplicant => "交给本人",
    }
}

/// States that staff may put a parcel right to.
const CORRECTIONS: [State; 6] =
    [State::Delivered, State::NotDelivered, State::Returned, State::Lost, State::InTransit, State::OutForDelivery];
