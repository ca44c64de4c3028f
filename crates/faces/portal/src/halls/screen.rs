//! The big screen of a hall: numbers and windows, never a name. It loads itself anew.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use halls::query;
use kernel::local_date;
use store::Read;
use web::{Fault, Frame, House, Visitor};

use super::{hall_of, words};

#[derive(Template)]
#[template(path = "halls/screen.html")]
struct ScreenPage {
    frame: Frame,
    name: String,
    clock: String,
    day: String,
    calls: Vec<(String, u16)>,
    queues: Vec<(String, String, usize)>,
    missed: Vec<String>,
    say: String,
    open: bool,
}

/// Calls that fit on the screen.
const SHOWN: usize = 6;

pub(super) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let hall = hall_of(&house, &id)?;
    let (board, calendar, now) =
        house.read(|read| Ok((query::board(read, &hall)?, organisation::calendar(read)?, read.now())))?;
    let today = local_date(now);
    let openness = words::openness(&hall, &calendar, now);
    let page = ScreenPage {
        name: hall.name.clone(),
        clock: crate::citizen::words::hour(now),
        day: web::words::day(today, today),
        calls: board.calls.iter().take(SHOWN).map(|call| (call.number.to_string(), call.window)).collect(),
        queues: board
            .waiting
            .iter()
            .map(|queue| (queue.service.to_string(), words::service(queue.service), queue.people))
            .collect(),
        missed: board.missed.iter().take(12).map(ToString::to_string).collect(),
        say: openness.say,
        open: openness.open,
        frame: visitor.frame(&house, format!("{}叫号", hall.name)),
    };
    Ok(web::page(&page))
}
