//! 我的消息: one dialogue for each case, licence or other matter, and how somebody wants to be told.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{CaseNumber, Date, Refuse as _, Timestamp};
use messages::{
    Message, Question, QuestionId, Refusal, Side as Speaker, SmsState, ThreadId, desk,
    query::{self, Preference, ThreadLine},
};
use serde::Deserialize;
use store::Failure;
use web::{Fault, Fields, Frame, House, Query, Section, Visitor, Wrong, page, page_with, redirect};

use super::Side;
use crate::citizen::words;

/// Threads of one page.
const PAGE: usize = 20;
/// Messages shown of a thread at once.
const SHOWN: usize = 50;

#[derive(Deserialize)]
pub(super) struct Place {
    #[serde(default)]
    cursor: String,
    #[serde(default)]
    before: String,
}

/// A thread in the list.
struct Row {
    href: String,
    title: String,
    last: String,
    say: String,
    at: String,
    unread: i64,
    turn: bool,
}

#[derive(Template)]
#[template(path = "citizen/me/messages.html")]
struct ListPage {
    frame: Frame,
    side: Side,
    rows: Vec<Row>,
    more: Option<String>,
}

/// The threads, latest first.
pub(super) async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(place): Query<Place>,
) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    let cursor = (!place.cursor.is_empty()).then_some(place.cursor.as_str());
    let found = house.ask(|read| query::threads(read, &session.actor, cursor, PAGE))?;
    let today = house.db.today();
    Ok(page(&ListPage {
        frame: visitor.frame(&house, "我的消息").in_section(Section::Mine),
        side: Side::of(&house, &visitor, "/me/messages")?,
        rows: found.lines.into_iter().map(|line| row(line, today)).collect(),
        more: found.next.map(|cursor| format!("/me/messages?cursor={cursor}")),
    }))
}

fn row(line: ThreadLine, today: Date) -> Row {
    let last = line.last.unwrap_or_default();
    let say = if last.title.is_empty() { format!("您：{}", last.text) } else { last.text };
    Row {
        href: format!("/me/messages/{}", line.id),
        title: line.title,
        last: last.title,
        say: short(&say, 60),
        at: words::moment(line.latest, today),
        unread: line.unread,
        turn: last.turn && !line.settled,
    }
}

fn short(text: &str, most: usize) -> String {
    let line = text.replace('\n', " ");
    if line.chars().count() <= most { line } else { line.chars().take(most).chain(['…']).collect() }
}

/// A bubble.
struct Bubble {
    mine: bool,
    by: String,
    at: String,
    title: String,
    text: String,
    fresh: bool,
    /// 轮到您, and it still is.
    turn: bool,
    /// 轮到您 once, and no longer.
    settled: bool,
    until: String,
    link: String,
    action: String,
    sms: &'static str,
    /// The question to judge.
    judge: Option<QuestionId>,
    /// What the asker said about it.
    judged: &'static str,
    took: String,
}

#[derive(Template)]
#[template(path = "citizen/me/thread.html")]
struct ThreadPage {
    frame: Frame,
    side: Side,
    id: ThreadId,
    title: String,
    case: Option<CaseNumber>,
    bubbles: Vec<Bubble>,
    earlier: Option<String>,
}

/// One thread; opening it marks it read.
pub(super) async fn thread(
    State(house): State<Arc<House>>,
    mut visitor: Visitor,
    Path(id): Path<String>,
    Query(place): Query<Place>,
) -> Result<Response, Fault> {
    let actor = visitor.citizen()?.0.actor.clone();
    let id: ThreadId = id.parse().map_err(|_| Fault::not_found())?;
    let before = (!place.before.is_empty()).then_some(place.before.as_str());
    let found = house.ask(|read| query::thread(read, &actor, &id, before, SHOWN))?;
    if found.line.unread > 0 {
        let actor = actor.clone();
        house.write(move |tx| desk::mark_read(tx, &actor, &id)).await?;
        visitor.unread = visitor.unread.saturating_sub(found.line.unread.max(0).unsigned_abs());
    }
    let questions: BTreeMap<QuestionId, Question> = found.questions.into_iter().map(|one| (one.id, one)).collect();
    let today = house.db.today();
    let frame = visitor.frame(&house, found.line.title.clone()).in_section(Section::Mine);
    Ok(page(&ThreadPage {
        frame,
        side: Side::of(&house, &visitor, "/me/messages")?,
        id,
        title: found.line.title,
        case: found.case,
        bubbles: found.messages.into_iter().map(|message| bubble(message, &questions, today)).collect(),
        earlier: found.earlier.map(|before| format!("/me/messages/{id}?before={before}")),
    }))
}

fn bubble(message: Message, questions: &BTreeMap<QuestionId, Question>, today: Date) -> Bubble {
    let mine = message.side == Speaker::Asker;
    let body = message.body;
    let question = body.question.and_then(|id| questions.get(&id)).filter(|_| !mine);
    let by =
        if mine { "您".to_owned() } else { Some(body.by).filter(|by| !by.is_empty()).unwrap_or("通办".to_owned()) };
    Bubble {
        mine,
        by,
        at: words::moment(message.at, today),
        title: body.title,
        text: body.text,
        fresh: message.read_at.is_none() && !mine,
        turn: body.turn && !message.settled,
        settled: body.turn && message.settled,
        until: body.until.map_or_else(String::new, |day| words::day(day, today)),
        link: body.link.unwrap_or_default(),
        action: body.action.unwrap_or_default(),
        sms: message.sms.map_or("", |(state, why)| sms(state, why.as_deref())),
        judge: question.filter(|question| question.helpful.is_none() && !question.waits()).map(|question| question.id),
        judged: match question.and_then(|question| question.helpful) {
            Some(true) => "您说有帮助",
            Some(false) => "您说没解决",
            None => "",
        },
        took: question.map_or_else(String::new, |question| took(question.at, message.at)),
    }
}

/// How long an answer took.
fn took(from: Timestamp, to: Timestamp) -> String {
    match (to.as_second() - from.as_second()).max(0) / 60 {
        0 => "用了不到 1 分钟".to_owned(),
        minutes @ 1..60 => format!("用了 {minutes} 分钟"),
        minutes @ 60..2_880 => format!("用了 {} 小时", minutes / 60),
        minutes => format!("用了 {} 天", minutes / 1_440),
    }
}

/// What became of the SMS, in words.
fn sms(state: SmsState, why: Option<&str>) -> &'static str {
    match (state, why) {
        (SmsState::Held, _) => "短信等早上再发，不打扰您休息",
        (SmsState::Queued, _) => "短信正在发",
        (SmsState::Sent, _) => "短信已发出",
        (SmsState::Delivered, _) => "短信已送达",
        (SmsState::Failed, _) => "短信没有发到",
        (SmsState::NotWanted, Some("switched-off")) => "按您的设置没有发短信",
        (SmsState::NotWanted, Some("no-number")) => "没有登记手机号，没发短信",
        (SmsState::NotWanted, _) => "",
    }
}

/// Says whether an answer helped.
pub(super) async fn judge(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(thread): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let actor = visitor.citizen()?.0.actor.clone();
    let thread: ThreadId = thread.parse().map_err(|_| Fault::not_found())?;
    let id: Option<QuestionId> = sent.get("question").and_then(|id| id.parse().ok());
    let id = id.ok_or_else(Fault::not_found)?;
    let helpful = sent.get("helpful") == Some("yes");
    let question = house.write(move |tx| desk::judge(tx, &actor, &id, helpful)).await?;
    let next = if helpful { format!("/me/messages/{thread}") } else { format!("/case/{}/ask", question.case) };
    Ok(redirect(&next))
}

#[derive(Template)]
#[template(path = "citizen/me/settings.html")]
struct SettingsPage {
    frame: Frame,
    side: Side,
    wrongs: Vec<Wrong>,
    groups: Vec<Preference>,
    phone: Option<String>,
    saved: bool,
}

#[derive(Deserialize)]
pub(super) struct Saved {
    #[serde(default)]
    saved: String,
}

/// Which messages also come by SMS.
pub(super) async fn settings(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(saved): Query<Saved>,
) -> Result<Response, Fault> {
    Ok(page(&settings_page(&house, &visitor, vec![], !saved.saved.is_empty())?))
}

fn settings_page(house: &House, visitor: &Visitor, wrongs: Vec<Wrong>, saved: bool) -> Result<SettingsPage, Fault> {
    let (session, party) = visitor.citizen()?;
    let (groups, phone) = house.ask(|read| {
        let phone = identity::party(read, &party)?.and_then(|party| party.phone_masked);
        Ok::<_, Failure<Refusal>>((query::preferences(read, &session.actor)?, phone))
    })?;
    Ok(SettingsPage {
        frame: visitor.frame(house, "接收方式").in_section(Section::Mine).with_errors(!wrongs.is_empty()),
        side: Side::of(house, visitor, "/me/messages/settings")?,
        wrongs,
        groups,
        phone,
        saved,
    })
}

/// Switches the SMS of every group as ticked.
pub(super) async fn set(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    let groups = house.ask(|read| query::preferences(read, &session.actor))?;
    let wanted: Vec<(String, bool)> = groups
        .into_iter()
        .filter(|one| one.group.law.is_empty())
        .map(|one| (one.group.code.clone(), sent.all("sms").any(|code| code == one.group.code)))
        .collect();
    let actor = session.actor.clone();
    let set = house
        .db
        .write_async(move |tx| {
            wanted.iter().try_for_each(|(group, wanted)| desk::prefer(tx, &actor, group, "sms", *wanted))
        })
        .await;
    match set {
        Ok(()) => Ok(redirect("/me/messages/settings?saved=1")),
        Err(Failure::Broken(error)) => Err(error.into()),
        Err(Failure::Refused(refusal)) => {
            let status = StatusCode::from_u16(refusal.class().status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            let wrongs = vec![Wrong::new("sms", format!("{refusal}{}", refusal.remedy().unwrap_or_default()))];
            Ok(page_with(status, &settings_page(&house, &visitor, wrongs, false)?))
        }
    }
}
