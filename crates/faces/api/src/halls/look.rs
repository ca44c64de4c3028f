//! Halls by place, one hall with its queue, free slots.

use super::hall_id;
use crate::{
    Refusal, Result, parameters,
    parameters::Params,
    problem::{Errors, SignedErrors},
};
use axum::{
    Json,
    extract::{Path, State},
};
use halls::{Hall, Openness, query, rulebook, rules::estimate::Wait};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Failure, Read};
use utoipa::{IntoParams, ToSchema};
use web::House;

/// A hall (政务服务大厅).
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "320102000000", "name": "南京市玄武区政务服务中心", "address": "南京市玄武区示例路 1 号",
    "phone": "025-00000000", "hours": ["09:00-12:00", "13:30-17:00"], "open": true, "demonstration": true}))]
pub struct HallView {
    /// The code of its region, 12 digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub address: String,
    /// Telephone.
    pub phone: String,
    /// When it is open on working days.
    pub hours: Vec<String>,
    /// Whether it is open now.
    pub open: bool,
    /// When it opens next, if it is closed (RFC 3339).
    pub opens: Option<String>,
    /// `geo:` address, if it stands on the map.
    pub geo: Option<String>,
    /// Address and telephone are made up.
    pub demonstration: bool,
}

/// A list of halls.
#[derive(Debug, Serialize, ToSchema)]
pub struct HallList {
    /// The region's own hall first, then those of the regions below it.
    pub halls: Vec<HallView>,
}

/// Which halls.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HallQuery {
    /// The region whose halls are wanted.
    pub region: String,
}

/// The queue of one service.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueueView {
    /// The letter of its tickets.
    pub service: String,
    /// What it is called.
    pub name: String,
    /// How many wait.
    pub people: usize,
    /// How many windows call.
    pub windows: usize,
    /// Minutes that somebody who came now may wait, from the middle half of today's service times; nothing when unknown.
    pub wait_minutes: Option<[u32; 2]>,
}

/// A ticket that is called.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallView {
    /// Its number.
    pub number: String,
    /// The window.
    pub window: u16,
}

/// A hall with its queue.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardView {
    /// The hall.
    pub hall: HallView,
    /// By service.
    pub queues: Vec<QueueView>,
    /// Who is called now, the latest first; numbers only.
    pub calls: Vec<CallView>,
}

/// A slot with room.
#[derive(Debug, Serialize, ToSchema)]
pub struct SlotView {
    /// Its beginning: 2026-11-27T09:30.
    pub at: String,
    /// Persons that still fit.
    pub left: u16,
}

/// A day that can be booked.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayView {
    /// The day.
    pub day: String,
    /// Why it has no slots, if it is a day off or closed.
    pub closed: Option<String>,
    /// Its slots, past ones left out.
    pub slots: Vec<SlotView>,
}

/// The days that can be booked.
#[derive(Debug, Serialize, ToSchema)]
pub struct SlotList {
    /// From today on.
    pub days: Vec<DayView>,
}

/// For which item.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SlotQuery {
    /// Basic code of the item.
    pub item: String,
}

/// Halls of a region and below it.
#[utoipa::path(get, path = "/api/v1/halls", tag = "halls", operation_id = "listHalls", params(HallQuery),
    responses((status = 200, description = "大厅", body = HallList), Errors))]
pub async fn list(State(house): State<Arc<House>>, Params(asked): Params<HallQuery>) -> Result<Json<HallList>> {
    let region = parameters::region("region", &asked.region)?;
    let halls = house.read(|read| {
        let found = query::halls_below(read, &region)?;
        found.iter().map(|hall| view(read, hall)).collect::<std::result::Result<_, _>>()
    })?;
    Ok(Json(HallList { halls }))
}

fn view(read: &mut dyn Read, hall: &Hall) -> std::result::Result<HallView, store::Error> {
    let calendar = organisation::calendar(read)?;
    let openness = hall.openness(&calendar, read.now());
    let opens = match &openness {
        Openness::Shut { opens, .. } => opens.map(|at| at.to_string()),
        Openness::Open { .. } => None,
    };
    Ok(HallView {
        id: hall.id.to_string(),
        name: hall.name.clone(),
        address: hall.address.clone(),
        phone: hall.phone.clone(),
        hours: hall.hours.iter().map(ToString::to_string).collect(),
        open: matches!(openness, Openness::Open { .. }),
        opens,
        geo: hall.coordinates.map(|place| format!("geo:{place}")),
        demonstration: hall.demonstration,
    })
}

/// Minutes of a wait, if it can be told.
pub fn minutes(wait: Wait) -> Option<[u32; 2]> {
    match wait {
        Wait::Minutes { from, to } => Some([from, to]),
        Wait::TooFewTimed | Wait::NoWindow => None,
    }
}

/// One hall with its queue.
#[utoipa::path(get, path = "/api/v1/halls/{id}", tag = "halls", operation_id = "getHall",
    params(("id" = String, Path, description = "大厅所在地区的代码")),
    responses((status = 200, description = "大厅和排队情况", body = BoardView), SignedErrors, Errors))]
pub async fn one(State(house): State<Arc<House>>, Path(id): Path<String>) -> Result<Json<BoardView>> {
    let id = hall_id(&id)?;
    let found = house.read(|read| {
        let Some(hall) = query::hall(read, &id)? else { return Ok(None) };
        Ok(Some((view(read, &hall)?, query::board(read, &hall)?)))
    })?;
    let (hall, board) = found.ok_or(Refusal::NotFound)?;
    let queue = |queue: &query::Waiting| QueueView {
        service: queue.service.to_string(),
        name: rulebook().service(queue.service).map_or_else(String::new, |service| service.name.clone()),
        people: queue.people,
        windows: queue.windows,
        wait_minutes: minutes(queue.wait),
    };
    let call = |call: &query::Call| CallView { number: call.number.to_string(), window: call.window };
    Ok(Json(BoardView {
        hall,
        queues: board.waiting.iter().map(queue).collect(),
        calls: board.calls.iter().map(call).collect(),
    }))
}

/// Free slots of a hall for an item.
#[utoipa::path(get, path = "/api/v1/halls/{id}/slots", tag = "halls", operation_id = "listSlots",
    params(("id" = String, Path, description = "大厅所在地区的代码"), SlotQuery),
    responses((status = 200, description = "可以约的时间", body = SlotList), SignedErrors, Errors))]
pub async fn slots(
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Params(asked): Params<SlotQuery>,
) -> Result<Json<SlotList>> {
    let id = hall_id(&id)?;
    let item = parameters::value("item", &asked.item)?;
    let days = house.ask(|read| {
        let hall = query::hall(read, &id)?.ok_or(halls::Refusal::NoSuchHall)?;
        let service = query::service_for(read, &hall, &item)?;
        Ok::<_, Failure<halls::Refusal>>(query::free(read, &hall, service)?)
    })?;
    let slot =
        |free: &query::FreeSlot| SlotView { at: format!("{}T{}", free.slot.day, free.slot.clock()), left: free.left };
    let day = |day: &query::FreeDay| DayView {
        day: day.day.to_string(),
        closed: day.closed.clone(),
        slots: day.slots.iter().map(slot).collect(),
    };
    Ok(Json(SlotList { days: days.iter().map(day).collect() }))
}
