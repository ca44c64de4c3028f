//! Ratings (好差评): what people say of an item, rating one's own case, and putting a poor rating right.

use crate::{
    Refusal, Result,
    bearer::Caller,
    body::Body,
    cursor, parameters,
    parameters::Params,
    problem::{BodyErrors, CommandErrors, Errors, SignedErrors},
};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use casework::Key;
use evaluation::{Command, Dismissal, Level, NewRating, Rate, Service, Subject, Turn, Way, query};
use kernel::BasicCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Failure, Read};
use utoipa::{IntoParams, ToSchema};
use web::{Fault, House};

/// Where, and which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RatingQuery {
    /// The region whose ratings are asked for (and all below it), 12 digits; without it, the whole site.
    pub region: Option<String>,
    /// Published comments on one page, at most 200; 20 by default.
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// What people say of an item: figures of the last twelve months and published comments.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ItemRatings, example = json!({
    "item": "320709904000", "region": "320102000000", "ratings": 6, "levels": [4, 1, 0, 1, 0], "score": "4.3",
    "satisfied": {"part": 5, "whole": 6, "percent": "83.3"}, "response": {"part": 6, "whole": 20, "percent": "30.0"},
    "comments": [], "next": null
}))]
pub struct RatingsView {
    /// The item.
    pub item: String,
    /// The region.
    pub region: String,
    /// Ratings that count.
    pub ratings: i64,
    /// By level, the best first (非常满意 … 非常不满意).
    pub levels: Vec<i64>,
    /// The mean, out of 5; null while too few have rated.
    pub score: Option<String>,
    /// 好评率. Services that nobody rated are in neither part.
    pub satisfied: RateView,
    /// 主动评价率.
    pub response: RateView,
    /// Published comments, latest first.
    pub comments: Vec<CommentView>,
    /// Hand this in as `cursor` for the next page.
    pub next: Option<String>,
}

/// A part of a whole.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rate, example = json!({"part": 5, "whole": 6, "percent": "83.3"}))]
pub struct RateView {
    /// The part.
    pub part: i64,
    /// The whole.
    pub whole: i64,
    /// In per cent; null where the whole is too small to say anything.
    pub percent: Option<String>,
}

impl From<Rate> for RateView {
    fn from(rate: Rate) -> RateView {
        let percent = rate.fair().map(|permille| format!("{}.{}", permille / 10, permille % 10));
        RateView { part: rate.part, whole: rate.whole, percent }
    }
}

/// One published comment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Comment, example = json!({
    "level": 4, "text": "等了一上午。", "reply": "增开了一个窗口。", "published_at": "2026-11-26T02:00:00Z"
}))]
pub struct CommentView {
    /// 1 非常满意 to 5 非常不满意.
    pub level: u8,
    /// The words, with nothing personal in them.
    pub text: String,
    /// The office's answer.
    pub reply: Option<String>,
    /// When it was published.
    pub published_at: String,
}

/// What people say of an item.
#[utoipa::path(get, path = "/api/v1/items/{code}/ratings", tag = "ratings", operation_id = "getItemRatings",
    params(("code" = String, Path, description = "事项基本编码，12 位"), RatingQuery),
    responses((status = 200, description = "评价汇总与公开的评语", body = RatingsView),
        (status = 404, description = "没有这个事项", body = crate::problem::ProblemView, content_type = "application/problem+json"), Errors))]
pub async fn of_item(
    State(house): State<Arc<House>>,
    Path(code): Path<String>,
    Params(asked): Params<RatingQuery>,
) -> Result<Json<RatingsView>> {
    let item: BasicCode = code.parse().map_err(|_| Refusal::NotFound)?;
    let items = house.read(|read| store::ReadExt::cached::<catalogue::Items>(read))?;
    items.get(&item).ok_or(Refusal::NotFound)?;
    let region = match asked.region.as_deref() {
        Some(region) => parameters::region("region", region)?,
        None => house.site.root.ok_or(Refusal::NotFound)?,
    };
    let limit = parameters::limit(asked.limit)?.min(100) as usize;
    let question = format!("ratings {item} {region}");
    let vault = house.read(|read| Ok(read.vault()))?;
    let place = asked.cursor.map(|text| cursor::open(&vault, &question, &text)).transpose()?;
    let (sums, page) = house.read(|read| {
        let sums = query::item_sums(read, &item, &region)?;
        Ok((sums, query::comments(read, &item, &region, limit, place.as_deref())?))
    })?;
    let comment = |service: &Service| {
        let (published, first) = (service.published.as_ref()?, service.first.as_ref()?);
        Some(CommentView {
            level: first.level.number(),
            text: published.text.clone(),
            reply: Some(published.reply.clone()).filter(|reply| !reply.is_empty()),
            published_at: published.at.to_string(),
        })
    };
    Ok(Json(RatingsView {
        item: item.to_string(),
        region: region.to_string(),
        ratings: sums.ratings(),
        levels: sums.levels().to_vec(),
        score: sums.score_tenths().map(|tenths| format!("{}.{}", tenths / 10, tenths % 10)),
        satisfied: sums.satisfied().into(),
        response: sums.response().into(),
        comments: page.services.iter().filter_map(comment).collect(),
        next: page.next.map(|place| cursor::sign(&vault, &question, &place)),
    }))
}

/// A rating.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RatingBody, example = json!({"level": 4, "aspects": ["efficiency"], "text": "等了一上午。"}))]
pub struct RatingBody {
    /// 1 非常满意, 2 满意, 3 基本满意, 4 不满意, 5 非常不满意 (GB/T 39046-2020 A.8).
    pub level: u8,
    /// Codes of aspects: efficiency, guide, ease, platform (online); efficiency, skill, attitude (window).
    #[serde(default)]
    pub aspects: Vec<String>,
    /// In words, at most 500 characters.
    #[serde(default)]
    pub text: String,
    /// The one follow-up (追评) instead of the first rating.
    #[serde(default)]
    pub follow_up: bool,
}

/// What was said of a case and what came of it, for whoever was served and for those who look after ratings.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ServiceRating, example = json!({
    "case": "3201020902611200000017", "level": 4, "follow_up": null, "rate_until": "2027-02-24",
    "redress": {"stage": "contact", "contact_by": "2026-11-27", "rectify_by": "2026-12-17", "overdue": false, "measures": null}
}))]
pub struct RatingView {
    /// The case.
    pub case: String,
    /// The first rating's level.
    pub level: Option<u8>,
    /// The follow-up's level.
    pub follow_up: Option<u8>,
    /// Last day to rate; null while the case still runs.
    pub rate_until: Option<String>,
    /// What a poor rating opened.
    pub redress: Option<RedressView>,
}

/// Where a redress stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Redress, example = json!({
    "stage": "answered", "contact_by": "2026-11-27", "rectify_by": "2026-12-17", "overdue": false, "measures": "增开了一个窗口。"
}))]
pub struct RedressView {
    /// contact, verify, confirm, rectify, contested, answered or set-aside.
    pub stage: &'static str,
    /// Last day to call back.
    pub contact_by: String,
    /// Last day to put it right.
    pub rectify_by: String,
    /// Whether a clock ran out.
    pub overdue: bool,
    /// What was changed.
    pub measures: Option<String>,
}

impl RatingView {
    fn of(service: &Service) -> RatingView {
        RatingView {
            case: service.subject.case().to_string(),
            level: service.first.as_ref().map(|rating| rating.level.number()),
            follow_up: service.follow_up.as_ref().map(|rating| rating.level.number()),
            rate_until: Some(service.invited.late_until.to_string()),
            redress: service.redress.as_ref().map(|redress| RedressView {
                stage: redress.stage().name(),
                contact_by: redress.contact_by.to_string(),
                rectify_by: redress.rectify_by.to_string(),
                overdue: redress.is_overdue(),
                measures: redress.reply.as_ref().map(|reply| reply.measures.clone()),
            }),
        }
    }
}

/// What was said of a case.
#[utoipa::path(get, path = "/api/v1/cases/{number}/rating", tag = "ratings", operation_id = "getRating",
    security(("bearer" = [])),
    params(("number" = String, Path, description = "办件编号，22 位")),
    responses((status = 200, description = "这件办件的评价和整改", body = RatingView), SignedErrors, Errors))]
pub async fn of_case(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Json<RatingView>> {
    let number = parameters::case_number(&number)?;
    let actor = &caller.session.actor;
    if let Some(service) = house.read(|read| query::of_case(read, actor, &number))? {
        return Ok(Json(RatingView::of(&service)));
    }
    // Whose case it is may know that it still runs; nobody else learns anything here.
    if actor.party().is_none() {
        return Err(Fault::refused(&evaluation::Refusal::NotFound));
    }
    house.ask(|read| casework::query::case_for(read, actor, &number))?;
    let case = number.to_string();
    Ok(Json(RatingView { case, level: None, follow_up: None, rate_until: None, redress: None }))
}

/// Rate one's own case, once, and follow up once.
#[utoipa::path(post, path = "/api/v1/cases/{number}/rating", tag = "ratings", operation_id = "rateCase",
    security(("bearer" = [])),
    params(("number" = String, Path, description = "办件编号，22 位"),
        ("Idempotency-Key" = Option<String>, Header, description = "同一键、同一内容只发生一次")),
    request_body = RatingBody,
    responses((status = 201, description = "评价和它引起的整改", body = RatingView), SignedErrors, CommandErrors, BodyErrors, Errors))]
pub async fn rate(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path(number): Path<String>,
    headers: HeaderMap,
    body: Body<RatingBody>,
) -> Result<Response> {
    let number = parameters::case_number(&number)?;
    let actor = caller.session.actor;
    let key = parameters::idempotency_key(&headers)?.map(|key| {
        let request = [number.to_string().as_bytes(), b"rating", &body.bytes].join(&b'\n');
        Key { client: actor.label(), key: key.to_owned(), request }
    });
    let RatingBody { level, aspects, text, follow_up } = body.value;
    let level = Level::try_from(level).map_err(|_| wrong("level", "须为 1 至 5"))?;
    let turn = if follow_up { Turn::FollowUp } else { Turn::First };
    let new = NewRating { level, way: Way::Program, aspects, text };
    let service = house.write(move |tx| evaluation::rate(tx, &actor, &number, turn, &new, key.as_ref())).await?;
    Ok((StatusCode::CREATED, Json(RatingView::of(&service))).into_response())
}

/// The words of a step; which are needed depends on the step.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RedressBody, example = json!({"note": "已电话联系，说明了情况。"}))]
pub struct RedressBody {
    /// contact: what was said.
    #[serde(default)]
    pub note: String,
    /// verify: valid, mistaken or malicious.
    pub finding: Option<String>,
    /// verify, confirm, settle, extend, object, withhold: why.
    #[serde(default)]
    pub reason: String,
    /// confirm: whether the second person agrees. settle: whether the rating counts after all.
    pub agree: Option<bool>,
    /// extend: working days.
    pub days: Option<u32>,
    /// reply: what was changed, for the public.
    #[serde(default)]
    pub measures: String,
    /// reply: what the citizen is told.
    #[serde(default)]
    pub words: String,
    /// publish: the words, with nothing personal in them.
    #[serde(default)]
    pub text: String,
    /// publish: the answer beside them.
    #[serde(default)]
    pub reply: String,
}

/// Put a poor rating right, or object to its being set aside.
///
/// `step` is one of: `contact` {note} · `verify` {finding, reason} · `confirm` {agree, reason} · `object` {reason} ·
/// `settle` {agree, reason} · `extend` {days, reason} · `reply` {measures, words} · `publish` {text, reply?} · `withhold` {reason}.
#[utoipa::path(post, path = "/api/v1/cases/{number}/redress/{step}", tag = "ratings", operation_id = "redress",
    security(("bearer" = [])),
    params(("number" = String, Path, description = "办件编号，22 位"), ("step" = String, Path, description = "操作")),
    request_body = RedressBody,
    responses((status = 200, description = "操作后的评价和整改", body = RatingView), SignedErrors, CommandErrors, BodyErrors, Errors))]
pub async fn redress(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path((number, step)): Path<(String, String)>,
    body: Body<RedressBody>,
) -> Result<Json<RatingView>> {
    let subject = Subject::Case(parameters::case_number(&number)?);
    let actor = caller.session.actor;
    let command = command(&step, body.value)?;
    let handled = house.db.write_async(move |tx| evaluation::handle(tx, &actor, &subject, &command)).await;
    match handled {
        Ok(service) => Ok(Json(RatingView::of(&service))),
        Err(Failure::Refused(refusal)) => Err(Fault::refused(&refusal)),
        Err(Failure::Broken(error)) => Err(error.into()),
    }
}

fn command(step: &str, body: RedressBody) -> std::result::Result<Command, Refusal> {
    let agree = body.agree.ok_or_else(|| wrong("agree", "此操作需要这个字段"));
    Ok(match step {
        "contact" => Command::Contact { note: body.note },
        "verify" => Command::Verify {
            dismissal: match body.finding.as_deref() {
                Some("valid") => None,
                Some("mistaken") => Some(Dismissal::Mistaken),
                Some("malicious") => Some(Dismissal::Malicious),
                _ => return Err(wrong("finding", "须为 valid、mistaken 或 malicious")),
            },
            reason: body.reason,
        },
        "confirm" => Command::Confirm { agree: agree?, reason: body.reason },
        "object" => Command::Object { reason: body.reason },
        "settle" => Command::Settle { valid: agree?, reason: body.reason },
        "extend" => Command::Extend {
            days: body.days.ok_or_else(|| wrong("days", "此操作需要这个字段"))?,
            reason: body.reason,
        },
        "reply" => Command::Reply { measures: body.measures, words: body.words },
        "publish" => Command::Publish { text: body.text, reply: body.reply },
        "withhold" => Command::Withhold { reason: body.reason },
        _ => return Err(Refusal::UnknownCommand),
    })
}

fn wrong(name: &str, reason: &str) -> Refusal {
    Refusal::WrongValue { pointer: format!("/{name}"), reason: reason.to_owned() }
}
