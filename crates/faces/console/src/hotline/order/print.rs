//! A work order as paper. What its reader may not know is not on it.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use hotline::Refusal;
use hotline::query::{self, View};
use store::{Failure, Read};
use web::{Fault, Frame, House, Visitor, words};

use super::{Page, number, page, session};
use crate::deck::{self, Desk};

#[derive(Template)]
#[template(path = "console/hotline/print.html")]
struct Paper {
    frame: Frame,
    order: Page,
    printed: String,
}

/// The order as this member of staff may see it, to be printed.
pub async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let session = session(&visitor)?;
    let number = number(&text)?;
    let (order, printed) = house.ask(|read| {
        let order = query::order_for(read, &session.actor, &number)?;
        let view = query::view_of(read, &session.actor, &order)?.unwrap_or(View::Unit);
        let now = read.now();
        let page = page(read, &house, &visitor, session, (&order, view), vec![])?;
        Ok::<_, Failure<Refusal>>((page, words::moment(now, kernel::local_date(now))))
    })?;
    let frame = deck::frame(&visitor, &house, session, &format!("工单 {}", order.shown), Desk::Hotline);
    Ok(web::page(&Paper { frame, order, printed }))
}
