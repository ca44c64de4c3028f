//! Supervision: flags and orders for those who watch and those who answer, and the national record.

use crate::{
    Result,
    bearer::Caller,
    cursor, link_next, parameters,
    parameters::Params,
    problem::{Errors, SignedErrors},
};
use ::supervision::{
    Flag, Order, Refusal,
    query::{self, Asked, Record},
};
use axum::{
    Json,
    extract::{OriginalUri, Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use store::Failure;
use utoipa::{IntoParams, ToSchema};
use web::{Fault, House};

/// A flag (预警、黄牌、红牌).
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "3201020003102026030200017-T3-2", "case": "3201020003102026030200017", "rule": "T3", "grade": "yellow",
    "state": "open", "department": "320102000000-310", "item": "食品经营许可", "since": "2026-03-17T16:00:00Z",
    "cause": {"over": {"due": "2026-03-17", "beyond": 0}}, "evidence": [42], "rules": "2026.1", "order": null
}))]
pub struct FlagView {
    /// Its id: case, rule and breach.
    pub id: String,
    /// The case.
    pub case: String,
    /// The rule.
    pub rule: String,
    /// warning, yellow or red.
    pub grade: &'static str,
    /// open, ordered, lifted, upheld or withdrawn.
    pub state: &'static str,
    /// Who answers for the case.
    pub department: String,
    /// The item's name.
    pub item: String,
    /// Since when it is as grave (RFC 3339).
    pub since: String,
    /// What was found.
    #[schema(value_type = Object)]
    pub cause: Value,
    /// Numbers of the journal entries it rests on; `tongban journal prove` proves each.
    pub evidence: Vec<i64>,
    /// The version of the rules.
    pub rules: String,
    /// The supervision order under way for it.
    pub order: Option<String>,
}

impl From<&Flag> for FlagView {
    fn from(flag: &Flag) -> FlagView {
        let order = match &flag.state {
            ::supervision::FlagState::Ordered { order } => Some(order.to_string()),
            _ => None,
        };
        FlagView {
            id: flag.id.to_string(),
            case: flag.id.case.to_string(),
            rule: flag.id.rule.to_string(),
            grade: flag.grade.name(),
            state: flag.state.name(),
            department: flag.raised.department.to_string(),
            item: flag.raised.item.clone(),
            since: flag.since().to_string(),
            cause: serde_json::to_value(&flag.cause).unwrap_or_default(),
            evidence: flag.raised.evidence.clone(),
            rules: flag.raised.rules.clone(),
            order,
        }
    }
}

/// A page of flags.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlagList {
    /// The flags, latest first.
    pub flags: Vec<FlagView>,
    /// Cursor of the next page, if there is one.
    pub next: Option<String>,
}

/// A supervision order (督办单).
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderView {
    /// Its number.
    pub number: String,
    /// What it is about.
    pub flag: String,
    /// ordinary, important or listed.
    pub level: &'static str,
    /// issued, signed, appealed, answered or closed.
    pub state: &'static str,
    /// Whether a closed one was lifted.
    pub lifted: Option<bool>,
    /// Who must answer.
    pub department: String,
    /// What is demanded.
    pub demand: String,
    /// When it was issued (RFC 3339).
    pub issued: String,
    /// Last day to answer.
    pub reply_by: String,
    /// That day passed without an answer.
    pub overdue: bool,
}

impl From<&Order> for OrderView {
    fn from(order: &Order) -> OrderView {
        let lifted = match &order.state {
            ::supervision::OrderState::Closed { lifted } => Some(*lifted),
            _ => None,
        };
        OrderView {
            number: order.number.to_string(),
            flag: order.flag.to_string(),
            level: order.level.name(),
            state: order.state.name(),
            lifted,
            department: order.department.to_string(),
            demand: order.demand.clone(),
            issued: order.at.to_string(),
            reply_by: order.reply_by.to_string(),
            overdue: order.overdue,
        }
    }
}

/// A page of orders.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderList {
    /// The orders, latest first.
    pub orders: Vec<OrderView>,
    /// Cursor of the next page, if there is one.
    pub next: Option<String>,
}

/// Which flags.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FlagQuery {
    /// warning, yellow or red.
    pub grade: Option<String>,
    /// open, ordered, lifted, upheld or withdrawn.
    pub state: Option<String>,
    /// Of this rule.
    pub rule: Option<String>,
    /// How many, at most 100; 20 by default.
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Which orders.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OrderQuery {
    /// Closed ones instead of those under way.
    #[serde(default)]
    pub closed: bool,
    /// How many, at most 100; 20 by default.
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Flags that the caller watches or answers for.
#[utoipa::path(get, path = "/api/v1/supervision/flags", tag = "supervision", operation_id = "listFlags",
    security(("bearer" = [])), params(FlagQuery),
    responses((status = 200, description = "监察记录", body = FlagList, headers(("Link" = String, description = "下一页的地址"))),
        SignedErrors, Errors))]
pub async fn flags(
    State(house): State<Arc<House>>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    Params(asked): Params<FlagQuery>,
) -> Result<Response> {
    let limit = parameters::limit(asked.limit)? as usize;
    let actor = caller.session.actor;
    let narrow = Asked {
        grade: asked.grade.as_deref().and_then(::supervision::Grade::from_name),
        state: asked.state,
        rule: asked.rule.as_deref().and_then(|rule| rule.parse().ok()),
        ..Asked::default()
    };
    let question = format!("flags {} {narrow:?}", actor.label());
    let vault = house.read(|read| Ok(store::Read::vault(read)))?;
    let place = asked.cursor.map(|text| cursor::open(&vault, &question, &text)).transpose()?;
    let page = house.read(|read| query::flags(read, &actor, &narrow, limit, place.as_deref()))?;
    let next = page.next.map(|place| cursor::sign(&vault, &question, &place));
    let link = next.as_ref().map(|next| link_next(&uri, next));
    let flags = page.lines.iter().map(FlagView::from).collect();
    Ok((link, Json(FlagList { flags, next })).into_response())
}

/// One flag.
#[utoipa::path(get, path = "/api/v1/supervision/flags/{id}", tag = "supervision", operation_id = "getFlag",
    security(("bearer" = [])), params(("id" = String, Path, description = "监察记录编号")),
    responses((status = 200, description = "监察记录", body = FlagView), SignedErrors, Errors))]
pub async fn flag(State(house): State<Arc<House>>, caller: Caller, Path(id): Path<String>) -> Result<Json<FlagView>> {
    let id = id.parse().map_err(|_| Fault::refused(&Refusal::NotFound))?;
    let flag = house.ask(|read| query::flag_for(read, &caller.session.actor, &id))?;
    Ok(Json(FlagView::from(&flag)))
}

/// Supervision orders that the caller watches or answers.
#[utoipa::path(get, path = "/api/v1/supervision/orders", tag = "supervision", operation_id = "listSupervisionOrders",
    security(("bearer" = [])), params(OrderQuery),
    responses((status = 200, description = "督办单", body = OrderList, headers(("Link" = String, description = "下一页的地址"))),
        SignedErrors, Errors))]
pub async fn orders(
    State(house): State<Arc<House>>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    Params(asked): Params<OrderQuery>,
) -> Result<Response> {
    let limit = parameters::limit(asked.limit)? as usize;
    let actor = caller.session.actor;
    let question = format!("orders {} {}", actor.label(), asked.closed);
    let vault = house.read(|read| Ok(store::Read::vault(read)))?;
    let place = asked.cursor.map(|text| cursor::open(&vault, &question, &text)).transpose()?;
    let page = house.read(|read| query::orders(read, &actor, !asked.closed, limit, place.as_deref()))?;
    let next = page.next.map(|place| cursor::sign(&vault, &question, &place));
    let link = next.as_ref().map(|next| link_next(&uri, next));
    let orders = page.lines.iter().map(OrderView::from).collect();
    Ok((link, Json(OrderList { orders, next })).into_response())
}

/// One supervision order.
#[utoipa::path(get, path = "/api/v1/supervision/orders/{number}", tag = "supervision", operation_id = "getSupervisionOrder",
    security(("bearer" = [])), params(("number" = String, Path, description = "督办单编号")),
    responses((status = 200, description = "督办单", body = OrderView), SignedErrors, Errors))]
pub async fn order(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Json<OrderView>> {
    let number = number.parse().map_err(|_| Fault::refused(&Refusal::NotFound))?;
    let order = house.ask(|read| query::order_for(read, &caller.session.actor, &number))?;
    Ok(Json(OrderView::from(&order)))
}

/// Orders as records of GB/T 39046-2020 table 11, one JSON object a line.
#[utoipa::path(get, path = "/api/v1/supervision/records", tag = "supervision", operation_id = "exportSupervision",
    security(("bearer" = [])), params(OrderQuery),
    responses((status = 200, description = "督办信息，每行一条", body = String, content_type = "application/jsonl",
        headers(("Link" = String, description = "下一页的地址"))), SignedErrors, Errors))]
pub async fn records(
    State(house): State<Arc<House>>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    Params(asked): Params<OrderQuery>,
) -> Result<Response> {
    let limit = parameters::limit(asked.limit)? as usize;
    let actor = caller.session.actor;
    let question = format!("records {} {}", actor.label(), asked.closed);
    let vault = house.read(|read| Ok(store::Read::vault(read)))?;
    let place = asked.cursor.map(|text| cursor::open(&vault, &question, &text)).transpose()?;
    let page = house.ask(|read| {
        let page = query::records(read, &actor, !asked.closed, limit, place.as_deref())?;
        let lines = page.lines.iter().map(line).collect::<std::result::Result<String, _>>()?;
        Ok::<_, Failure<Refusal>>((lines, page.next))
    });
    let (lines, next) = page?;
    let next = next.map(|place| cursor::sign(&vault, &question, &place));
    let link = next.as_ref().map(|next| link_next(&uri, next));
    Ok((link, [(header::CONTENT_TYPE, "application/jsonl; charset=utf-8")], lines).into_response())
}

fn line(record: &Record) -> std::result::Result<String, store::Error> {
    Ok(serde_json::to_string(record)? + "\n")
}
