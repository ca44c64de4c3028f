//! Appointments: booking, looking, changing, giving up, checking in; for staff, who did not come.

use super::{Key, done_before};
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
    Appointment, AppointmentId, Slot,
    desk::{self, Wish},
    query,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Failure, Tx};
use utoipa::{IntoParams, ToSchema};
use web::{Fault, House};

/// What is to be booked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"hall": "320102000000", "item": "320709902000", "at": "2026-11-27T09:30", "persons": 1}))]
pub struct BookBody {
    /// The hall.
    pub hall: String,
    /// Basic code of the item.
    pub item: String,
    /// The beginning of the slot.
    pub at: String,
    /// For how many persons; one by default.
    pub persons: Option<u16>,
}

/// An appointment.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppointmentView {
    /// Its id.
    pub id: String,
    /// The hall.
    pub hall: String,
    /// The item.
    pub item: String,
    /// The beginning of the slot, Beijing time.
    pub at: String,
    /// For how many persons.
    pub persons: u16,
    /// Six digits for the machine in the hall.
    pub code: String,
    /// `expected`, `arrived`, `cancelled` or `absent`.
    pub state: &'static str,
    /// Grows with each change (RFC 5545 SEQUENCE).
    pub sequence: u32,
    /// The ticket that it became.
    pub ticket: Option<String>,
}

impl From<&Appointment> for AppointmentView {
    fn from(one: &Appointment) -> Self {
        let ticket = match &one.attendance {
            halls::Attendance::Arrived { ticket, .. } => Some(ticket.to_string()),
            _ => None,
        };
        Self {
            id: one.id.to_string(),
            hall: one.hall.to_string(),
            item: one.item.to_string(),
            at: format!("{}T{}", one.slot.day, one.slot.clock()),
            persons: one.persons,
            code: one.code.clone(),
            state: one.attendance.name(),
            sequence: one.sequence,
            ticket,
        }
    }
}

/// A list of appointments.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppointmentList {
    /// The latest booking first.
    pub appointments: Vec<AppointmentView>,
    /// Hand this in to go on.
    pub next: Option<String>,
}

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many, at most 200; 20 by default.
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// The words of a command on an appointment.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"at": "2026-11-27T10:00", "persons": 2}))]
pub struct ChangeBody {
    /// change: the beginning of the new slot.
    pub at: Option<String>,
    /// change: for how many persons; as before by default.
    pub persons: Option<u16>,
    /// absent, excuse: why.
    pub reason: Option<String>,
    /// check-in: the ground of precedence, if there is one.
    pub ground: Option<String>,
}

/// A slot as 2026-11-27T09:30.
fn slot(pointer: &str, text: &str) -> std::result::Result<Slot, Refusal> {
    let wrong = || Refusal::WrongValue { pointer: pointer.to_owned(), reason: "写成 2026-11-27T09:30".to_owned() };
    let (day, clock) = text.split_once('T').ok_or_else(wrong)?;
    let (hour, minute) = clock.split_once(':').ok_or_else(wrong)?;
    let (hour, minute): (u16, u16) = (hour.parse().map_err(|_| wrong())?, minute.parse().map_err(|_| wrong())?);
    if hour > 23 || minute > 59 {
        return Err(wrong());
    }
    Ok(Slot { day: day.parse().map_err(|_| wrong())?, minute: hour * 60 + minute })
}

/// Book a slot.
#[utoipa::path(post, path = "/api/v1/appointments", tag = "halls", operation_id = "bookAppointment",
    security(("bearer" = [])), request_body = BookBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "同一键、同一内容只发生一次")),
    responses((status = 201, description = "已预约", body = AppointmentView), SignedErrors, CommandErrors, BodyErrors, Errors))]
pub async fn book(
    State(house): State<Arc<House>>,
    caller: Caller,
    headers: HeaderMap,
    body: Body<BookBody>,
) -> Result<Response> {
    let actor = caller.session.actor;
    let key = parameters::idempotency_key(&headers)?;
    let key = key.map(|key| Key { client: actor.label(), key: key.to_owned(), request: body.bytes.to_vec() });
    let BookBody { hall, item, at, persons } = body.value;
    let wish = Wish {
        hall: parameters::field("/hall", &hall)?,
        item: parameters::field("/item", &item)?,
        slot: slot("/at", &at)?,
        persons: persons.unwrap_or(1),
    };
    let work = move |tx: &mut Tx<'_>| {
        let before = done_before(tx, key.as_ref()).map_err(refused)?;
        let booked = match before.and_then(|id| id.parse::<AppointmentId>().ok()) {
            Some(id) => query::appointment_for(tx, &actor, &id),
            None => desk::book(tx, &actor, &wish),
        };
        let booked = booked.map_err(Fault::from)?;
        tx.remember(&booked.id.to_string()).map_err(Fault::from)?;
        Ok::<_, Fault>(booked)
    };
    let booked = house.db.write_async(work).await?;
    Ok((StatusCode::CREATED, Json(AppointmentView::from(&booked))).into_response())
}

/// Appointments of the party that the caller acts for.
#[utoipa::path(get, path = "/api/v1/appointments", tag = "halls", operation_id = "listAppointments",
    security(("bearer" = [])), params(PageQuery),
    responses((status = 200, description = "预约", body = AppointmentList), SignedErrors, Errors))]
pub async fn list(
    State(house): State<Arc<House>>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    Params(asked): Params<PageQuery>,
) -> Result<Response> {
    let limit = parameters::limit(asked.limit)? as usize;
    let party = caller.session.actor.party().ok_or(Refusal::WrongRole { want: "办事人" })?;
    let vault = house.read(|read| Ok(store::Read::vault(read)))?;
    let question = format!("appointments {party}");
    let place = asked.cursor.map(|text| cursor::open(&vault, &question, &text)).transpose()?;
    let page = house.read(|read| query::appointments_of(read, &party, limit, place.as_deref()))?;
    let next = page.next.map(|place| cursor::sign(&vault, &question, &place));
    let link = next.as_ref().map(|next| crate::link_next(&uri, next));
    let appointments = page.lines.iter().map(AppointmentView::from).collect();
    Ok((link, Json(AppointmentList { appointments, next })).into_response())
}

/// One appointment.
#[utoipa::path(get, path = "/api/v1/appointments/{id}", tag = "halls", operation_id = "getAppointment",
    security(("bearer" = [])), params(("id" = String, Path, description = "预约的编号")),
    responses((status = 200, description = "预约", body = AppointmentView), SignedErrors, Errors))]
pub async fn one(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<AppointmentView>> {
    let id: AppointmentId = id.parse().map_err(|_| Refusal::NotFound)?;
    let found = house.ask(|read| query::appointment_for(read, &caller.session.actor, &id))?;
    Ok(Json(AppointmentView::from(&found)))
}

/// A command on an appointment: `change` (at, persons), `cancel`, `check-in` (ground; answers with the ticket in `ticket`), and for
/// staff of the hall `absent` and `excuse` (reason).
#[utoipa::path(post, path = "/api/v1/appointments/{id}/{command}", tag = "halls", operation_id = "handleAppointment",
    security(("bearer" = [])), request_body = ChangeBody,
    params(("id" = String, Path, description = "预约的编号"), ("command" = String, Path, description = "操作")),
    responses((status = 200, description = "预约现在的情况", body = AppointmentView),
        SignedErrors, CommandErrors, BodyErrors, Errors))]
pub async fn handle(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path((id, command)): Path<(String, String)>,
    body: Body<ChangeBody>,
) -> Result<Json<AppointmentView>> {
    let id: AppointmentId = id.parse().map_err(|_| Refusal::NotFound)?;
    let (actor, words) = (caller.session.actor, body.value);
    // Whoever may not know of it is told so before anything is read of what they sent.
    let before = house.ask(|read| query::appointment_for(read, &actor, &id))?;
    let order = match command.as_str() {
        "change" => {
            let at = words
                .at
                .ok_or(Refusal::WrongValue { pointer: "/at".to_owned(), reason: "缺少这个字段".to_owned() })?;
            Order::Change(slot("/at", &at)?, words.persons.unwrap_or(before.persons))
        }
        "cancel" => Order::Cancel,
        "check-in" => Order::CheckIn(words.ground),
        "absent" => Order::Absent(words.reason.unwrap_or_default()),
        "excuse" => Order::Excuse(words.reason.unwrap_or_default()),
        _ => return Err(Refusal::UnknownCommand.into()),
    };
    let done = house.db.write_async(move |tx| order.carry_out(tx, &actor, &id)).await.map_err(Fault::from)?;
    Ok(Json(AppointmentView::from(&done)))
}

enum Order {
    Change(Slot, u16),
    Cancel,
    CheckIn(Option<String>),
    Absent(String),
    Excuse(String),
}

impl Order {
    fn carry_out(
        &self,
        tx: &mut Tx<'_>,
        actor: &kernel::Actor,
        id: &AppointmentId,
    ) -> std::result::Result<Appointment, Failure<halls::Refusal>> {
        match self {
            Order::Change(slot, persons) => desk::change(tx, actor, id, slot, *persons),
            Order::Cancel => desk::cancel(tx, actor, id),
            Order::CheckIn(ground) => {
                desk::check_in(tx, actor, id, ground.as_deref())?;
                query::appointment_for(tx, actor, id)
            }
            Order::Absent(reason) => desk::absent(tx, actor, id, reason),
            Order::Excuse(reason) => desk::excuse(tx, actor, id, reason),
        }
    }
}
