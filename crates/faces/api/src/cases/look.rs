//! Looking at cases: a citizen's own, an office's queue, one case, what happened to it and why its dates are what they are.

use super::{
    story::{self, ClockView, EventList},
    view::{CaseLine, CaseList, CaseView, Viewer},
};
use crate::{
    Refusal, Result,
    bearer::Caller,
    cursor, parameters,
    parameters::Params,
    problem::{Errors, SignedErrors},
};
use axum::{
    Json,
    extract::{OriginalUri, Path, State},
    response::{IntoResponse, Response},
};
use casework::{Progress, Stage, query};
use kernel::Actor;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;
use web::House;

/// Which cases.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseQuery {
    /// Staff: the stage whose queue is wanted (submitted by default). Citizens: only cases in this stage or with this progress.
    pub state: Option<String>,
    /// How many, at most 200; 20 by default.
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Cases of the caller.
///
/// A citizen gets the cases of the party acted for, latest first. Staff get the queue of a stage within their powers, the most
/// pressing first.
#[utoipa::path(get, path = "/api/v1/cases", tag = "cases", operation_id = "listCases", security(("bearer" = [])), params(CaseQuery),
    responses((status = 200, description = "办件列表", body = CaseList, headers(("Link" = String, description = "下一页的地址"))),
        SignedErrors, Errors))]
pub async fn list(
    State(house): State<Arc<House>>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    Params(asked): Params<CaseQuery>,
) -> Result<Response> {
    let limit = parameters::limit(asked.limit)? as usize;
    let actor = caller.session.actor;
    let wanted = Wanted::of(&actor, asked.state.as_deref())?;
    let question = format!("cases {} {:?}", actor.label(), asked.state);
    let vault = house.read(|read| Ok(store::Read::vault(read)))?;
    let mut place = asked.cursor.map(|text| cursor::open(&vault, &question, &text)).transpose()?;
    let mut lines = Vec::new();
    // The room gives pages of its own size; they are joined up to the number asked for.
    loop {
        let want = limit - lines.len();
        let page = house.ask(|read| wanted.page(read, &actor, want, place.as_deref()))?;
        lines.extend(page.lines);
        place = page.next;
        if place.is_none() || lines.len() >= limit {
            break;
        }
    }
    let regions = house.regions()?;
    let next = place.map(|place| cursor::sign(&vault, &question, &place));
    let cases = lines.iter().map(|line| CaseLine::listed(line, &regions)).collect();
    let link = next.as_ref().map(|next| crate::link_next(&uri, next));
    Ok((link, Json(CaseList { cases, next })).into_response())
}

/// What a list is made of.
enum Wanted {
    /// The party's own cases, in these stages of progress.
    Own(Vec<Progress>),
    /// A queue.
    Queue(Stage),
}

impl Wanted {
    fn of(actor: &Actor, state: Option<&str>) -> std::result::Result<Self, Refusal> {
        let unknown = || Refusal::Parameter { name: "state", reason: "没有这种状态".to_owned() };
        if actor.party().is_none() {
            let stage = state.map_or(Some(Stage::Submitted), Stage::from_name);
            return stage.map(Self::Queue).ok_or_else(unknown);
        }
        let Some(state) = state else { return Ok(Self::Own(vec![])) };
        let progress = match state {
            "received" | "submitted" => vec![Progress::Received],
            "your-turn" | "correcting" => vec![Progress::YourTurn],
            "handling" | "accepted" | "reviewed" => vec![Progress::Handling],
            "resting" | "suspended" => vec![Progress::Resting],
            "granted" => vec![Progress::Granted],
            "denied" => vec![Progress::Denied],
            "declined" => vec![Progress::Declined],
            "returned" => vec![Progress::Returned],
            "withdrawn" => vec![Progress::Withdrawn],
            "open" => vec![Progress::Received, Progress::YourTurn, Progress::Handling, Progress::Resting],
            "closed" => {
                vec![Progress::Granted, Progress::Denied, Progress::Declined, Progress::Returned, Progress::Withdrawn]
            }
            _ => return Err(unknown()),
        };
        Ok(Self::Own(progress))
    }

    fn page(
        &self,
        read: &mut dyn store::Read,
        actor: &Actor,
        limit: usize,
        place: Option<&str>,
    ) -> std::result::Result<query::Page<query::CaseLine>, store::Failure<casework::Refusal>> {
        match (self, actor.party()) {
            (Self::Own(wanted), Some(party)) => Ok(query::cases_of(read, &party, wanted, limit, place)?),
            (Self::Queue(stage), _) => query::queue(read, actor, *stage, limit, place),
            (Self::Own(_), None) => Ok(query::Page { lines: vec![], next: None }),
        }
    }
}

/// One case.
#[utoipa::path(get, path = "/api/v1/cases/{number}", tag = "cases", operation_id = "getCase", security(("bearer" = [])),
    params(("number" = String, Path, description = "办件编号，22 位")),
    responses((status = 200, description = "办件", body = CaseView), SignedErrors, Errors))]
pub async fn one(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Json<CaseView>> {
    let number = parameters::case_number(&number)?;
    let actor = caller.session.actor;
    let case = house.ask(|read| query::case_for(read, &actor, &number))?;
    let regions = house.regions()?;
    Ok(Json(CaseView::of(&case, Viewer::of(&actor), &regions)))
}

/// What happened to a case, in order.
#[utoipa::path(get, path = "/api/v1/cases/{number}/events", tag = "cases", operation_id = "listCaseEvents", security(("bearer" = [])),
    params(("number" = String, Path, description = "办件编号，22 位")),
    responses((status = 200, description = "经过", body = EventList), SignedErrors, Errors))]
pub async fn events(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Json<EventList>> {
    let number = parameters::case_number(&number)?;
    let actor = caller.session.actor;
    let viewer = Viewer::of(&actor);
    let events = house.ask(|read| {
        let steps = query::events_of(read, &actor, &number)?;
        story::events(read, &steps, viewer).map_err(store::Failure::from)
    })?;
    Ok(Json(events))
}

/// Why the case is due when it is due: every working day, rest day, festival and pause.
#[utoipa::path(get, path = "/api/v1/cases/{number}/clock", tag = "cases", operation_id = "explainCaseClock", security(("bearer" = [])),
    params(("number" = String, Path, description = "办件编号，22 位")),
    responses((status = 200, description = "期限的逐日说明", body = ClockView), SignedErrors, Errors))]
pub async fn clock(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Json<ClockView>> {
    let number = parameters::case_number(&number)?;
    let actor = caller.session.actor;
    let (case, reckoning) = house.ask(|read| {
        let case = query::case_for(read, &actor, &number)?;
        let reckoning = query::explanation(read, &case)?;
        Ok::<_, store::Failure<casework::Refusal>>((case, reckoning))
    })?;
    Ok(Json(story::clock(&case, reckoning)))
}
