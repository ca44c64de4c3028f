//! Tickets and windows: drawing, looking, and what a window does with whoever is called.

use super::{Key, appointments::PageQuery, done_before, hall_id, look::minutes};
use crate::{
    Refusal, Result,
    bearer::Caller,
    body::Body,
    cases::submit::refused,
    cursor, parameters,
    parameters::Params,
    problem::{BodyErrors, CommandErrors, Errors, SignedErrors},
};
use axum::{
    Json,
    extract::{OriginalUri, Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use halls::{
    HallId, Source, Ticket, TicketId,
    desk::{self, Draw},
    query,
    rules::{ticket, window},
};
use kernel::Actor;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Failure, Tx};
use utoipa::ToSchema;
use web::{Fault, House};

/// What somebody queues for: a service, or an item.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"hall": "320102000000", "service": "A"}))]
pub struct DrawBody {
    /// The hall.
    pub hall: String,
    /// The letter of the service.
    pub service: Option<String>,
    /// Basic code of the item, by which the service is found.
    pub item: Option<String>,
    /// The ground of precedence: elder, disabled, pregnant, soldier.
    pub ground: Option<String>,
}

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketView {
    /// Its id.
    pub id: String,
    /// What is called out.
    pub number: String,
    /// The hall.
    pub hall: String,
    /// The day on which it holds.
    pub day: String,
    /// The letter of the service in whose queue it stands.
    pub service: String,
    /// `booked`, `priority` or `ordinary`.
    pub lane: &'static str,
    /// `waiting`, `called`, `held`, `missed`, `done`, `left` or `lapsed`.
    pub state: &'static str,
    /// The window to which it is called or which holds it.
    pub window: Option<u16>,
    /// How many are called before it, if nobody else comes.
    pub ahead: Option<usize>,
    /// How long that may take, in minutes; nothing when unknown.
    pub wait_minutes: Option<[u32; 2]>,
    /// The appointment that was checked in with it.
    pub appointment: Option<String>,
    /// The cases that were opened at the window.
    pub cases: Vec<String>,
}

/// A list of tickets.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketList {
    /// The latest first.
    pub tickets: Vec<TicketView>,
    /// Hand this in to go on.
    pub next: Option<String>,
}

/// The words of a command on a ticket or a window.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"service": "A", "window": 3}))]
pub struct ActBody {
    /// transfer: to this service.
    pub service: Option<String>,
    /// transfer: to this window only.
    pub window: Option<u16>,
    /// pause: why.
    pub reason: Option<String>,
}

/// A window after a command, and whom it called.
#[derive(Debug, Serialize, ToSchema)]
pub struct WindowView {
    /// Its number.
    pub window: u16,
    /// Whom it serves now.
    pub ticket: Option<TicketView>,
}

fn view(ticket: &Ticket, place: Option<query::Place>) -> TicketView {
    TicketView {
        id: ticket.id.to_string(),
        number: ticket.number.to_string(),
        hall: ticket.hall.to_string(),
        day: ticket.day.to_string(),
        service: ticket.service.to_string(),
        lane: ticket.lane.name(),
        state: ticket.state.name(),
        window: ticket.state.window(),
        ahead: place.map(|place| place.ahead),
        wait_minutes: place.and_then(|place| minutes(place.wait)),
        appointment: ticket.appointment.map(|id| id.to_string()),
        cases: ticket.cases.iter().map(ToString::to_string).collect(),
    }
}

/// Draw a ticket: citizens for themselves while the hall is open, staff of the hall for whoever stands before them.
#[utoipa::path(post, path = "/api/v1/tickets", tag = "halls", operation_id = "drawTicket", security(("bearer" = [])),
    request_body = DrawBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "同一键、同一内容只发生一次")),
    responses((status = 201, description = "已取号", body = TicketView), SignedErrors, CommandErrors, BodyErrors, Errors))]
pub async fn draw(
    State(house): State<Arc<House>>,
    caller: Caller,
    headers: HeaderMap,
    body: Body<DrawBody>,
) -> Result<Response> {
    let actor = caller.session.actor;
    let key = parameters::idempotency_key(&headers)?;
    let key = key.map(|key| Key { client: actor.label(), key: key.to_owned(), request: body.bytes.to_vec() });
    let DrawBody { hall, service, item, ground } = body.value;
    let wish = Draw {
        hall: parameters::field("/hall", &hall)?,
        service: service.map(|letter| parameters::field("/service", &letter)).transpose()?,
        item: item.map(|item| parameters::field("/item", &item)).transpose()?,
        ground,
        source: if actor.staff().is_some() { Source::Staff } else { Source::Phone },
    };
    let work = move |tx: &mut Tx<'_>| {
        let before = done_before(tx, key.as_ref()).map_err(refused)?;
        let drawn = match before.and_then(|id| id.parse::<TicketId>().ok()) {
            Some(id) => query::ticket_for(tx, &actor, &id),
            None => desk::draw(tx, &actor, &wish),
        };
        let drawn = drawn.map_err(Fault::from)?;
        tx.remember(&drawn.id.to_string()).map_err(Fault::from)?;
        Ok::<_, Fault>(drawn)
    };
    let drawn = house.db.write_async(work).await?;
    Ok((StatusCode::CREATED, Json(view(&drawn, None))).into_response())
}

/// Tickets of the party that the caller acts for.
#[utoipa::path(get, path = "/api/v1/tickets", tag = "halls", operation_id = "listTickets", security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "排队号", body = TicketList), SignedErrors, Errors))]
pub async fn list(
    State(house): State<Arc<House>>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    Params(asked): Params<PageQuery>,
) -> Result<Response> {
    let limit = parameters::limit(asked.limit)? as usize;
    let party = caller.session.actor.party().ok_or(Refusal::WrongRole { want: "办事人" })?;
    let vault = house.read(|read| Ok(store::Read::vault(read)))?;
    let question = format!("tickets {party}");
    let place = asked.cursor.map(|text| cursor::open(&vault, &question, &text)).transpose()?;
    let page = house.read(|read| query::tickets_of(read, &party, limit, place.as_deref()))?;
    let next = page.next.map(|place| cursor::sign(&vault, &question, &place));
    let link = next.as_ref().map(|next| crate::link_next(&uri, next));
    let tickets = page.lines.iter().map(|ticket| view(ticket, None)).collect();
    Ok((link, Json(TicketList { tickets, next })).into_response())
}

/// One ticket with its place in the queue.
#[utoipa::path(get, path = "/api/v1/tickets/{id}", tag = "halls", operation_id = "getTicket", security(("bearer" = [])),
    params(("id" = String, Path, description = "排队号的编号")),
    responses((status = 200, description = "排队号", body = TicketView), SignedErrors, Errors))]
pub async fn one(State(house): State<Arc<House>>, caller: Caller, Path(id): Path<String>) -> Result<Json<TicketView>> {
    let id: TicketId = id.parse().map_err(|_| Refusal::NotFound)?;
    let found = house.ask(|read| {
        let ticket = query::ticket_for(read, &caller.session.actor, &id)?;
        let hall = query::hall(read, &ticket.hall)?.ok_or(halls::Refusal::NoSuchHall)?;
        let place = query::place(read, &hall, &ticket)?;
        Ok::<_, Failure<halls::Refusal>>(view(&ticket, place))
    })?;
    Ok(Json(found))
}

/// A command on a ticket: for whom it belongs to `leave` and `rejoin`; for the clerk at whose window it is `call`, `call-again`,
/// `hold`, `transfer` (service, window), `skip` (after three calls) and `finish`.
#[utoipa::path(post, path = "/api/v1/tickets/{id}/{command}", tag = "halls", operation_id = "handleTicket",
    security(("bearer" = [])), request_body = ActBody,
    params(("id" = String, Path, description = "排队号的编号"), ("command" = String, Path, description = "操作")),
    responses((status = 200, description = "排队号现在的情况", body = TicketView),
        SignedErrors, CommandErrors, BodyErrors, Errors))]
pub async fn handle(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path((id, command)): Path<(String, String)>,
    body: Body<ActBody>,
) -> Result<Json<TicketView>> {
    use ticket::Command as C;
    let id: TicketId = id.parse().map_err(|_| Refusal::NotFound)?;
    let actor = caller.session.actor;
    house.ask(|read| query::ticket_for(read, &actor, &id))?;
    let command = match command.as_str() {
        "call" => C::Call,
        "call-again" => C::CallAgain,
        "hold" => C::Hold,
        "skip" => C::Skip,
        "rejoin" => C::Rejoin,
        "finish" => C::Finish,
        "leave" => C::Leave,
        "transfer" => {
            let service = body.value.service.unwrap_or_default();
            C::Transfer { service: parameters::field("/service", &service)?, window: body.value.window }
        }
        _ => return Err(Refusal::UnknownCommand.into()),
    };
    let done = house.write(move |tx| desk::handle(tx, &actor, &id, &command)).await?;
    Ok(Json(view(&done, None)))
}

/// A command at a window of a hall: `open`, `pause` (reason), `resume`, `close`, and `next`: done with whoever is there, and the
/// next one is called.
#[utoipa::path(post, path = "/api/v1/halls/{id}/windows/{number}/{command}", tag = "halls", operation_id = "handleWindow",
    security(("bearer" = [])), request_body = ActBody,
    params(("id" = String, Path, description = "大厅所在地区的代码"), ("number" = u16, Path, description = "窗口号"),
        ("command" = String, Path, description = "操作")),
    responses((status = 200, description = "窗口现在的情况", body = WindowView),
        SignedErrors, CommandErrors, BodyErrors, Errors))]
pub async fn window(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path((id, number, command)): Path<(String, String, String)>,
    body: Body<ActBody>,
) -> Result<Json<WindowView>> {
    let id = hall_id(&id)?;
    let number: u16 = number.parse().map_err(|_| Refusal::NotFound)?;
    let actor = caller.session.actor;
    let order = match command.as_str() {
        "open" => Some(window::Command::Open),
        "pause" => Some(window::Command::Pause { reason: body.value.reason.unwrap_or_default() }),
        "resume" => Some(window::Command::Resume),
        "close" => Some(window::Command::Close),
        "next" => None,
        _ => return Err(Refusal::UnknownCommand.into()),
    };
    let called = house.write(move |tx| carry_out(tx, &actor, &id, number, order.as_ref())).await?;
    Ok(Json(WindowView { window: number, ticket: called.map(|ticket| view(&ticket, None)) }))
}

fn carry_out(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: &HallId,
    number: u16,
    order: Option<&window::Command>,
) -> std::result::Result<Option<Ticket>, Failure<halls::Refusal>> {
    match order {
        Some(order) => {
            desk::sit(tx, actor, id, number, order)?;
            Ok(query::at_window(tx, id, number)?.called)
        }
        None => {
            // The clerk calls to where they sit; another window is not theirs to call to.
            let sits = match actor.staff() {
                Some(clerk) => query::seat_of(tx, &clerk, id)?.map(|window| window.number),
                None => None,
            };
            match sits {
                Some(own) if own == number => desk::finish_and_call_next(tx, actor, id),
                _ => Err(halls::Refusal::WindowNotOpen.into()),
            }
        }
    }
}
