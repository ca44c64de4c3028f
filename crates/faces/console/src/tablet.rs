//! The window's tablet: the clerk gets one address for the day and turns the tablet round; what it shows is not the clerk's to choose.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use web::{Fault, Frame, House, Visitor};

use crate::deck::{self, Desk};

#[derive(Template)]
#[template(path = "console/quality/tablet.html")]
struct Page {
    frame: Frame,
    address: String,
    href: String,
}

/// The address for today.
pub async fn show(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let token = house.ask(|read| evaluation::tablet_link(read, &session.actor))?;
    let href = format!("/tablet/{token}");
    let frame = deck::frame(&visitor, &house, session, "评价平板", Desk::Window);
    Ok(web::page(&Page { frame, address: house.address(&href), href }))
}
