//! Work orders of 12345: for those who write in, for the centre, and for departments' own systems that sign and report.

use crate::{
    Refusal as Unread, Result,
    bearer::Caller,
    body::Body,
    cursor, link_next, parameters,
    parameters::Params,
    problem::{BodyErrors, CommandErrors, Errors, SignedErrors},
};
use ::hotline::{
    Call, Channel, Command, Intake, Kind, Next, OrderNumber, Outcome, Refusal, Satisfaction, Stage, WorkOrder,
    query::{self, View},
};
use axum::{
    Json,
    extract::{OriginalUri, Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use kernel::{Actor, DepartmentId, Duty};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Failure, Read};
use utoipa::{IntoParams, ToSchema};
use web::{Fault, House};

/// A work order (工单). Who called is never in it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkOrder, example = json!({
    "number": "2609280000083", "kind": "complaint", "category": "noise-business", "region": "320102000000", "stage": "handling",
    "title": "楼下小酒馆夜里音响扰民", "place": "双塔街 126 号", "text": "天天放到十一点多。", "lead": "320102000000-160", "assisting": [],
    "registered": "2026-09-28T06:42:00Z", "next": "handle", "by": "2026-10-13", "supervised": [], "public": true
}))]
pub struct WorkOrderView {
    /// Its number.
    pub number: String,
    /// enquiry, request, complaint, tip-off, suggestion or praise.
    pub kind: &'static str,
    /// Category of the list of responsibility.
    pub category: String,
    /// Where.
    pub region: String,
    /// waiting, dispatched, disputed, handling, fed-back or closed.
    pub stage: &'static str,
    /// In a sentence.
    pub title: String,
    /// The place.
    pub place: String,
    /// What was said; of a protected caller without numbers.
    pub text: String,
    /// Who answers for it.
    pub lead: Option<String>,
    /// Who helps.
    pub assisting: Vec<String>,
    /// When it came in (RFC 3339).
    pub registered: String,
    /// The clock that runs: dispatch, sign, contact, handle or follow-up.
    pub next: Option<&'static str>,
    /// Its last day.
    pub by: Option<String>,
    /// Why it is supervised: overdue, repeat, unsatisfied or ordered.
    pub supervised: Vec<&'static str>,
    /// Whether the public may know that it exists.
    pub public: bool,
}

fn clock(clock: ::hotline::Clock) -> &'static str {
    match clock {
        ::hotline::Clock::Dispatch => "dispatch",
        ::hotline::Clock::Sign => "sign",
        ::hotline::Clock::Contact => "contact",
        ::hotline::Clock::Handle => "handle",
        ::hotline::Clock::FollowUp => "follow-up",
    }
}

fn ground(ground: &::hotline::Supervised) -> &'static str {
    match ground {
        ::hotline::Supervised::Overdue => "overdue",
        ::hotline::Supervised::Repeat => "repeat",
        ::hotline::Supervised::Unsatisfied => "unsatisfied",
        ::hotline::Supervised::Ordered => "ordered",
    }
}

impl WorkOrderView {
    fn of(read: &mut dyn Read, order: &WorkOrder, view: View) -> std::result::Result<WorkOrderView, store::Error> {
        let shown = query::shown(read, order, view)?;
        let next = ::hotline::rules::next(order);
        let round = order.round();
        Ok(WorkOrderView {
            number: order.number.to_string(),
            kind: order.kind.name(),
            category: order.category.clone(),
            region: order.region.to_string(),
            stage: order.stage().name(),
            title: shown.call.title,
            place: shown.call.place,
            text: shown.call.text,
            lead: round.map(|round| round.lead.to_string()),
            assisting: round.map_or_else(Vec::new, |round| round.assisting.iter().map(ToString::to_string).collect()),
            registered: order.at.to_string(),
            next: next.map(|next| clock(next.clock)),
            by: next.map(|next| next.day.to_string()),
            supervised: order.supervised.iter().map(ground).collect(),
            public: order.is_public(),
        })
    }
}

/// A page of work orders.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkOrderList {
    /// The orders: the most pressing first; of a citizen the latest first.
    pub orders: Vec<WorkOrderView>,
    /// Cursor of the next page, if there is one.
    pub next: Option<String>,
}

/// Which orders.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WorkOrderQuery {
    /// waiting (by default), dispatched, disputed, handling, fed-back or closed; not asked of citizens.
    pub stage: Option<String>,
    /// How many, at most 100; 20 by default.
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A new work order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"kind": "complaint", "region": "320102000000", "title": "楼下小酒馆夜里音响扰民",
    "place": "双塔街 126 号", "text": "天天放到十一点多，请来管一管。"}))]
pub struct NewWorkOrder {
    /// enquiry, request, complaint, tip-off, suggestion or praise.
    pub kind: String,
    /// Where, 12 digits.
    pub region: String,
    /// Category; guessed from the words without it.
    #[serde(default)]
    pub category: String,
    /// In a sentence; the beginning of the text without it.
    #[serde(default)]
    pub title: String,
    /// The place.
    #[serde(default)]
    pub place: String,
    /// What happened and what is wanted.
    pub text: String,
    /// How the caller wants to be called.
    #[serde(default)]
    pub name: String,
    /// The caller's number; for an agent who writes down a call.
    pub phone: Option<String>,
    /// Whether it cannot wait; for agents.
    #[serde(default)]
    pub urgent: bool,
    /// Whether the handling unit must not learn who called.
    #[serde(default)]
    pub confidential: bool,
}

/// What a command needs.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"words": "已到现场测了声级，责令改正。", "outcome": "solved"}))]
pub struct WorkOrderStep {
    /// dispatch, coordinate: the unit that answers for it, such as `320102000000-160`.
    pub lead: Option<String>,
    /// dispatch, coordinate: units that help.
    #[serde(default)]
    pub assisting: Vec<String>,
    /// return: code of the ground.
    #[serde(default)]
    pub ground: String,
    /// dispatch, return, dispute, coordinate, pause, resume, extend: why.
    #[serde(default)]
    pub reason: String,
    /// answer, contact, feed-back, follow-up, rate: what was said.
    #[serde(default)]
    pub words: String,
    /// supervise: what is demanded.
    #[serde(default)]
    pub demand: String,
    /// extend: working days.
    pub days: Option<u32>,
    /// feed-back: solved, partly or explained.
    pub outcome: Option<String>,
    /// follow-up, rate: whether it is solved.
    pub solved: Option<bool>,
    /// follow-up, rate: satisfied, fairly or dissatisfied.
    pub satisfaction: Option<String>,
    /// follow-up: close or redo.
    pub next: Option<String>,
}

/// Work orders of whoever asks: a citizen's own, a unit's inbox, the centre's list.
#[utoipa::path(get, path = "/api/v1/work-orders", tag = "hotline", operation_id = "listWorkOrders", security(("bearer" = [])),
    params(WorkOrderQuery),
    responses((status = 200, description = "工单", body = WorkOrderList, headers(("Link" = String, description = "下一页的地址"))),
        SignedErrors, Errors))]
pub async fn list(
    State(house): State<Arc<House>>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    Params(asked): Params<WorkOrderQuery>,
) -> Result<Response> {
    let limit = parameters::limit(asked.limit)? as usize;
    let actor = caller.session.actor;
    let stage = match asked.stage.as_deref() {
        None => Stage::Waiting,
        Some(name) => Stage::from_name(name).ok_or_else(|| Unread::Parameter {
            name: "stage",
            reason: "须为 waiting、dispatched、disputed、handling、fed-back 或 closed".to_owned(),
        })?,
    };
    let question = format!("work-orders {} {}", actor.label(), stage.name());
    let vault = house.read(|read| Ok(Read::vault(read)))?;
    let place = asked.cursor.map(|text| cursor::open(&vault, &question, &text)).transpose()?;
    let (orders, next) = house.ask(|read| {
        let of_centre = [Duty::Dispatch, Duty::FollowUp, Duty::LeadHotline].iter().any(|duty| actor.holds(*duty));
        let page = match actor.party() {
            Some(party) => query::mine(read, &party, limit, place.as_deref())?,
            None if of_centre => query::queue(read, &actor, stage, limit, place.as_deref())?,
            None => query::inbox(read, &actor, stage, limit, place.as_deref())?,
        };
        let mut views = vec![];
        for line in &page.lines {
            // Everything that a citizen finds here is their own; of staff the duty decides, without a look at the tables.
            let view = match actor.party() {
                Some(_) => View::Caller,
                None => query::view_of(read, &actor, &line.order)?.unwrap_or(View::Unit),
            };
            views.push(WorkOrderView::of(read, &line.order, view)?);
        }
        Ok::<_, Failure<Refusal>>((views, page.next))
    })?;
    let next = next.map(|place| cursor::sign(&vault, &question, &place));
    let link = next.as_ref().map(|next| link_next(&uri, next));
    Ok((link, Json(WorkOrderList { orders, next })).into_response())
}

/// One work order, for whoever wrote it, the units that handle it, and the centre.
#[utoipa::path(get, path = "/api/v1/work-orders/{order}", tag = "hotline", operation_id = "getWorkOrder", security(("bearer" = [])),
    params(("order" = String, Path, description = "工单编号，13 位")),
    responses((status = 200, description = "工单", body = WorkOrderView), SignedErrors, Errors))]
pub async fn one(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Json<WorkOrderView>> {
    let number: OrderNumber = number.parse().map_err(|_| Fault::refused(&Refusal::NotFound))?;
    shown(&house, &caller.session.actor, &number)
}

fn shown(house: &House, actor: &Actor, number: &OrderNumber) -> Result<Json<WorkOrderView>> {
    let view = house.ask(|read| {
        let order = query::order_for(read, actor, number)?;
        let view = query::view_of(read, actor, &order)?.unwrap_or(View::Unit);
        Ok::<_, Failure<Refusal>>(WorkOrderView::of(read, &order, view)?)
    })?;
    Ok(Json(view))
}

/// Write a work order: a citizen for themselves, an agent for whoever calls.
#[utoipa::path(post, path = "/api/v1/work-orders", tag = "hotline", operation_id = "writeWorkOrder", security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "同一个键只办一次")), request_body = NewWorkOrder,
    responses((status = 201, description = "登记好的工单", body = WorkOrderView), SignedErrors, CommandErrors, BodyErrors, Errors))]
pub async fn register(
    State(house): State<Arc<House>>,
    caller: Caller,
    headers: HeaderMap,
    body: Body<NewWorkOrder>,
) -> Result<Response> {
    let actor = caller.session.actor;
    let new = body.value;
    let key = parameters::idempotency_key(&headers)?.map(|key| format!("{} {key}", actor.label()));
    let is_staff = actor.staff().is_some();
    let intake = Intake {
        kind: Kind::from_name(&new.kind).ok_or_else(|| Fault::refused(&Refusal::UnknownKind))?,
        category: new.category,
        region: parameters::field("/region", &new.region)?,
        channel: if is_staff { Channel::Call } else { Channel::Web },
        urgent: new.urgent && is_staff,
        confidential: new.confidential,
        name: new.name,
        phone: new.phone.map(|text| parameters::field("/phone", &text)).transpose()?,
        openid: None,
        call: Call { title: new.title, place: new.place, text: new.text },
        source: String::new(),
        key: key.unwrap_or_default(),
    };
    let by = actor.clone();
    let order = house.write(move |tx| ::hotline::register(tx, &by, &intake)).await?;
    let view = shown(&house, &actor, &order.number)?;
    let location = [(axum::http::header::LOCATION, format!("/api/v1/work-orders/{}", order.number))];
    Ok((StatusCode::CREATED, location, view).into_response())
}

/// Carry out one step.
///
/// `command` is one of: `answer` {words} · `dispatch` {lead?, assisting?, reason?} · `sign` · `return` {ground, reason} ·
/// `dispute` {reason} · `coordinate` {lead, assisting?, reason} · `contact` {words} · `pause` {reason} · `resume` {reason} ·
/// `extend` {days, reason} · `feed-back` {outcome, words} · `missed` · `follow-up` {solved, satisfaction?, words?, next} ·
/// `rate` {solved, satisfaction?, words?} · `supervise` {demand}. Without `lead`, `dispatch` goes to the unit of the list.
#[utoipa::path(post, path = "/api/v1/work-orders/{order}/{command}", tag = "hotline", operation_id = "handleWorkOrder",
    security(("bearer" = [])),
    params(("order" = String, Path, description = "工单编号，13 位"), ("command" = String, Path, description = "操作")),
    request_body = WorkOrderStep,
    responses((status = 200, description = "操作后的工单", body = WorkOrderView), SignedErrors, CommandErrors, BodyErrors, Errors))]
pub async fn handle(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path((number, command)): Path<(String, String)>,
    body: Body<WorkOrderStep>,
) -> Result<Response> {
    let number: OrderNumber = number.parse().map_err(|_| Fault::refused(&Refusal::NotFound))?;
    let actor = caller.session.actor;
    let order = house.ask(|read| query::order_for(read, &actor, &number))?;
    let command = read_command(&command, body.value, &order)?;
    let by = actor.clone();
    let after = house.write(move |tx| ::hotline::handle(tx, &by, &number, &command)).await?;
    match house.ask(|read| query::order_for(read, &actor, &number)) {
        Ok(_) => Ok(shown(&house, &actor, &number)?.into_response()),
        // What was returned has left the unit's hands: it is told where the order stands, and nothing more.
        Err(_) => Ok(Json(serde_json::json!({"number": number, "stage": after.stage().name()})).into_response()),
    }
}

fn wrong(name: &str, reason: &str) -> Unread {
    Unread::WrongValue { pointer: format!("/{name}"), reason: reason.to_owned() }
}

fn read_command(name: &str, body: WorkOrderStep, order: &WorkOrder) -> std::result::Result<Command, Unread> {
    let needed = |name: &'static str| move || wrong(name, "此操作需要这个字段");
    let unit = |pointer: &str, text: &str| parameters::field::<DepartmentId>(pointer, text);
    let WorkOrderStep { lead, assisting, ground, reason, words, demand, days, outcome, solved, satisfaction, next } =
        body;
    let lead = lead.map(|text| unit("/lead", &text)).transpose()?;
    let assisting =
        assisting.iter().map(|text| unit("/assisting", text)).collect::<std::result::Result<Vec<_>, _>>()?;
    let satisfaction = match satisfaction {
        None => None,
        Some(name) => Some(
            Satisfaction::from_name(&name)
                .ok_or_else(|| wrong("satisfaction", "须为 satisfied、fairly 或 dissatisfied"))?,
        ),
    };
    Ok(match name {
        "answer" => Command::Answer { words },
        "dispatch" => {
            let suggested = ::hotline::book().suggest(&order.category, &order.region).map(|found| found.unit);
            Command::Dispatch { lead: lead.or(suggested).ok_or_else(needed("lead"))?, assisting, reason }
        }
        "coordinate" => Command::Coordinate { lead: lead.ok_or_else(needed("lead"))?, assisting, reason },
        "sign" => Command::Sign,
        "return" => Command::Return { ground, reason },
        "dispute" => Command::Dispute { reason },
        "contact" => Command::Contact { words },
        "pause" => Command::Pause { reason },
        "resume" => Command::Resume { reason },
        "extend" => Command::Extend { days: days.ok_or_else(needed("days"))?, reason },
        "feed-back" => {
            let outcome = outcome.as_deref().and_then(Outcome::from_name);
            let outcome = outcome.ok_or_else(|| wrong("outcome", "须为 solved、partly 或 explained"))?;
            Command::FeedBack { outcome, words }
        }
        "missed" => Command::Missed,
        "follow-up" => {
            let next = match next.as_deref() {
                Some("close") => Next::Close,
                Some("redo") => Next::Redo,
                _ => return Err(wrong("next", "须为 close 或 redo")),
            };
            Command::FollowUp { solved: solved.ok_or_else(needed("solved"))?, satisfaction, words, next }
        }
        "rate" => Command::Rate { solved: solved.ok_or_else(needed("solved"))?, satisfaction, words },
        "supervise" => Command::Supervise { demand },
        _ => return Err(Unread::UnknownCommand),
    })
}
