//! The machine in the hall: large buttons, one per service, and a field for the code of an appointment.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use halls::{
    Hall, Refusal, Source, TicketId,
    desk::{self, Draw},
    query, rulebook,
};
use kernel::{Actor, Refuse};
use serde::Deserialize;
use store::{Failure, Read};
use web::{Fault, Fields, Frame, House, Query, Visitor, Wrong};

use super::{hall::ground, hall_of, ticket, words};

/// Who draws at the machine, for the journal.
const KIOSK: Actor = Actor::System("kiosk");

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    key: String,
    #[serde(default)]
    ticket: String,
}

/// A button.
struct Button {
    letter: String,
    name: String,
    say: String,
}

/// A ticket that was just drawn.
struct Slip {
    number: String,
    service: String,
    say: String,
    address: String,
    qr: String,
}

#[derive(Template)]
#[template(path = "halls/kiosk.html")]
struct KioskPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    id: String,
    key: String,
    name: String,
    open: bool,
    say: String,
    buttons: Vec<Button>,
    grounds: Vec<(String, String)>,
    slip: Option<Slip>,
}

pub(super) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let hall = hall_of(&house, &id)?;
    may(&house, &hall, &asked.key)?;
    let slip = match asked.ticket.parse::<TicketId>() {
        Ok(ticket) => Some(slip(&house, &hall, &ticket)?),
        Err(_) => None,
    };
    page(&house, &visitor, &hall, asked.key, slip, vec![])
}

/// The machine proves itself by the key in its address; without it there is no such page.
fn may(house: &House, hall: &Hall, key: &str) -> Result<(), Fault> {
    let own = house.read(|read| Ok(query::kiosk_key(read, &hall.id)))?;
    if own == key { Ok(()) } else { Err(Fault::refused(&Refusal::NotTheKiosk)) }
}

fn page(
    house: &House,
    visitor: &Visitor,
    hall: &Hall,
    key: String,
    slip: Option<Slip>,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let (board, calendar, now) =
        house.read(|read| Ok((query::board(read, hall)?, organisation::calendar(read)?, read.now())))?;
    let openness = words::openness(hall, &calendar, now);
    let button = |queue: &query::Waiting| Button {
        letter: queue.service.to_string(),
        name: words::service(queue.service),
        say: format!("{} 人在等", queue.people),
    };
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = KioskPage {
        frame: visitor.frame(house, format!("{}取号", hall.name)).with_errors(!wrongs.is_empty()),
        wrongs,
        id: hall.id.to_string(),
        key,
        name: hall.name.clone(),
        open: openness.open,
        say: openness.say,
        buttons: board.waiting.iter().map(button).collect(),
        grounds: rulebook().grounds.iter().map(|ground| (ground.code.clone(), ground.name.clone())).collect(),
        slip,
    };
    Ok(web::page_with(status, &page))
}

fn slip(house: &House, hall: &Hall, id: &TicketId) -> Result<Slip, Fault> {
    let (ticket, place) = house.ask(|read| {
        let ticket = query::ticket(read, id)?;
        let place = query::place(read, hall, &ticket)?;
        Ok::<_, Failure<Refusal>>((ticket, place))
    })?;
    let address = house.address(&format!("/queue/{id}"));
    let code = fast_qr::QRBuilder::new(&*address).build().map_err(|error| Fault::broken(error.to_string()))?;
    Ok(Slip {
        number: ticket.number.to_string(),
        service: words::service(ticket.service),
        say: place.map_or_else(|| "请看大屏幕".to_owned(), |place| ticket::ahead(&place)),
        address,
        qr: fast_qr::convert::svg::SvgBuilder::default().to_str(&code),
    })
}

/// Draws a ticket, or checks an appointment in by its code.
pub(super) async fn draw(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let hall = hall_of(&house, &id)?;
    let key = sent.get("key").unwrap_or_default().to_owned();
    may(&house, &hall, &key)?;
    let (at, ground) = (hall.id, ground(&sent));
    let code = sent.get("code").unwrap_or_default().to_owned();
    let service = sent.get("service").and_then(|letter| letter.parse().ok());
    let field = if service.is_some() { "service" } else { "code" };
    let drawn = house
        .db
        .write_async(move |tx| match service {
            Some(_) => {
                let draw = Draw { hall: at, service, item: None, ground: ground.clone(), source: Source::Kiosk };
                desk::draw(tx, &KIOSK, &draw)
            }
            None => desk::check_in_by_code(tx, &KIOSK, &at, &code, ground.as_deref()),
        })
        .await;
    match drawn {
        Ok(ticket) => Ok(web::redirect(&format!("/hall/{}/kiosk?key={key}&ticket={}", hall.id, ticket.id))),
        Err(Failure::Refused(refusal)) => {
            let words = format!("{refusal}{}", refusal.remedy().unwrap_or_default());
            page(&house, &visitor, &hall, key, None, vec![Wrong::new(field, words)])
        }
        Err(failure) => Err(failure.into()),
    }
}
