//! Messages: the dialogues of a party or of a post, and what SMS operators report.

use crate::{
    Refusal, Result,
    bearer::Caller,
    cursor, link_next, parameters,
    parameters::Params,
    problem::{Errors, SignedErrors},
};
use axum::{
    Json,
    body::Bytes,
    extract::{OriginalUri, Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::Actor;
use messages::{
    Message, Side, ThreadId, desk,
    query::{self, ThreadLine},
    sms,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use web::{Fault, House};

/// A dialogue: everything that was told about one case, licence or other matter.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "018f22e279b07cc298c4dc0c0c07398f", "about": "case", "title": "居民身份证换领", "latest": "2026-11-26T01:15:00Z",
    "unread": 2, "last": "已经受理"
}))]
pub struct ThreadView {
    /// Its id.
    pub id: String,
    /// case, licence, delegation, account or party.
    pub about: &'static str,
    /// Its heading.
    pub title: String,
    /// When the latest message came (RFC 3339).
    pub latest: String,
    /// Messages not read yet.
    pub unread: i64,
    /// Title of the latest message.
    pub last: Option<String>,
}

/// A page of dialogues.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThreadList {
    /// The dialogues, latest first.
    pub threads: Vec<ThreadView>,
    /// Cursor of the next page, if there is one.
    pub next: Option<String>,
}

/// One message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "018f22e279b07cc298c4dc0c0c07398f", "at": "2026-11-26T01:15:00Z", "from": "office", "by": "南京市公安局玄武分局",
    "title": "已经受理", "text": "南京市公安局玄武分局受理了您的“居民身份证换领”，最迟12月10日（周四）决定。",
    "link": "/case/3201020902611260000017", "your_turn": false, "until": null, "read": false, "sms": "delivered"
}))]
pub struct MessageView {
    /// Its id.
    pub id: String,
    /// When (RFC 3339).
    pub at: String,
    /// office, or asker for what the recipient wrote.
    pub from: &'static str,
    /// Who speaks.
    pub by: String,
    /// In few words.
    pub title: String,
    /// In full.
    pub text: String,
    /// Where to go on, on this site.
    pub link: Option<String>,
    /// It is the recipient's turn, still.
    pub your_turn: bool,
    /// Last day to act.
    pub until: Option<String>,
    /// Whether it was read before this answer.
    pub read: bool,
    /// What became of its SMS: held, queued, sent, delivered, failed or not-wanted; null where none belongs to it.
    pub sms: Option<&'static str>,
}

/// A dialogue with a page of its messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct DialogueView {
    /// The dialogue.
    pub thread: ThreadView,
    /// The case it is about.
    pub case: Option<String>,
    /// Its messages, oldest first.
    pub messages: Vec<MessageView>,
    /// Cursor of earlier messages, if there are any.
    pub earlier: Option<String>,
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many, at most 100; 20 by default.
    pub limit: Option<u32>,
    /// `next` or `earlier` of the page before.
    pub cursor: Option<String>,
}

/// Dialogues of the party acted for; of the own posts, for staff (without further pages).
#[utoipa::path(get, path = "/api/v1/messages", tag = "messages", operation_id = "listMessages", security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "对话列表", body = ThreadList, headers(("Link" = String, description = "下一页的地址"))),
        SignedErrors, Errors))]
pub async fn list(
    State(house): State<Arc<House>>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    Params(asked): Params<PageQuery>,
) -> Result<Response> {
    let limit = (parameters::limit(asked.limit)? as usize).min(query::LIST_MAX);
    let actor = caller.session.actor;
    if matches!(actor, Actor::Staff { .. }) {
        let found = house.ask(|read| query::post_threads(read, &actor, limit))?;
        let threads = found.iter().map(thread_view).collect();
        return Ok(Json(ThreadList { threads, next: None }).into_response());
    }
    let question = format!("messages {}", actor.label());
    let vault = house.read(|read| Ok(store::Read::vault(read)))?;
    let place = asked.cursor.map(|text| cursor::open(&vault, &question, &text)).transpose()?;
    let found = house.ask(|read| query::threads(read, &actor, place.as_deref(), limit))?;
    let next = found.next.map(|place| cursor::sign(&vault, &question, &place));
    let link = next.as_ref().map(|next| link_next(&uri, next));
    let threads = found.lines.iter().map(thread_view).collect();
    Ok((link, Json(ThreadList { threads, next })).into_response())
}

/// One dialogue with its latest messages. Reading it here does not mark it read.
#[utoipa::path(get, path = "/api/v1/messages/{thread}", tag = "messages", operation_id = "getMessages", security(("bearer" = [])),
    params(("thread" = String, Path, description = "对话编号"), PageQuery),
    responses((status = 200, description = "对话", body = DialogueView), SignedErrors, Errors))]
pub async fn one(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path(id): Path<String>,
    Params(asked): Params<PageQuery>,
) -> Result<Json<DialogueView>> {
    let limit = (parameters::limit(asked.limit)? as usize).min(query::LIST_MAX);
    let id: ThreadId = id.parse().map_err(|_| Refusal::NotFound)?;
    let actor = caller.session.actor;
    let question = format!("messages {id}");
    let vault = house.read(|read| Ok(store::Read::vault(read)))?;
    let place = asked.cursor.map(|text| cursor::open(&vault, &question, &text)).transpose()?;
    let found = house.ask(|read| query::thread(read, &actor, &id, place.as_deref(), limit))?;
    Ok(Json(DialogueView {
        thread: thread_view(&found.line),
        case: found.case.map(|case| case.to_string()),
        messages: found.messages.into_iter().map(message_view).collect(),
        earlier: found.earlier.map(|place| cursor::sign(&vault, &question, &place)),
    }))
}

/// Marks everything in a dialogue read.
#[utoipa::path(post, path = "/api/v1/messages/{thread}/read", tag = "messages", operation_id = "readMessages", security(("bearer" = [])),
    params(("thread" = String, Path, description = "对话编号")),
    responses((status = 204, description = "已读"), SignedErrors, Errors))]
pub async fn read(State(house): State<Arc<House>>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode> {
    let id: ThreadId = id.parse().map_err(|_| Refusal::NotFound)?;
    house.write(move |tx| desk::mark_read(tx, &caller.session.actor, &id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn thread_view(line: &ThreadLine) -> ThreadView {
    ThreadView {
        id: line.id.to_string(),
        about: line.kind.name(),
        title: line.title.clone(),
        latest: line.latest.to_string(),
        unread: line.unread,
        last: line.last.as_ref().map(|body| body.title.clone()).filter(|title| !title.is_empty()),
    }
}

fn message_view(message: Message) -> MessageView {
    MessageView {
        id: message.id.to_string(),
        at: message.at.to_string(),
        from: if message.side == Side::Asker { "asker" } else { "office" },
        by: message.body.by,
        title: message.body.title,
        text: message.body.text,
        link: message.body.link,
        your_turn: message.body.turn && !message.settled,
        until: message.body.until.map(|day| day.to_string()),
        read: message.read_at.is_some(),
        sms: message.sms.map(|(state, _)| state.name()),
    }
}

/// Takes delivery reports from the SMS operator, at an address that only the operator was told.
///
/// A wrong address is none; an unreadable push is told so, and comes again.
pub async fn reports(State(house): State<Arc<House>>, Path(token): Path<String>, body: Bytes) -> Result<Json<Value>> {
    let known = house.config.sms_report_token.as_deref().filter(|known| !known.is_empty());
    // Compared by digest, so that the time it takes tells nothing about the token.
    let is_known = known.is_some_and(|known| store::sm3(known.as_bytes()) == store::sm3(token.as_bytes()));
    if !is_known {
        return Err(Fault::not_found());
    }
    let Ok(reports) = sms::read_reports(&body) else {
        return Ok(Json(json!({"code": 1, "msg": "报告读不懂"})));
    };
    house
        .write::<_, messages::Refusal, _>(move |tx| {
            reports.iter().try_for_each(|one| desk::report(tx, one).map(drop)).map_err(Into::into)
        })
        .await?;
    Ok(Json(json!({"code": 0, "msg": "接收成功"})))
}
