//! 岗位消息: what the posts of a member of staff were told, and the routing with its SMS for who runs the system.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{Date, Refuse as _};
use messages::{
    Message, SmsState, ThreadId, Urgency, desk,
    query::{self, Fired, Stuck, ThreadLine},
};
use store::Failure;
use web::{Fault, Fields, Frame, House, Visitor, Wrong};

use crate::deck::{self, Desk};

/// Threads shown at once.
const PAGE: usize = 50;

/// A thread of a post.
struct Line {
    href: String,
    title: String,
    last: String,
    say: String,
    unread: i64,
    at: String,
    settled: bool,
}

#[derive(Template)]
#[template(path = "console/inbox.html")]
struct Inbox {
    frame: Frame,
    lines: Vec<Line>,
}

/// What the posts were told, latest first.
pub async fn list(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let found = house.ask(|read| query::post_threads(read, &session.actor, PAGE))?;
    let today = house.db.today();
    let lines = found.into_iter().map(|thread| line(thread, today)).collect();
    let frame = deck::frame(&visitor, &house, session, "岗位消息", Desk::Inbox);
    Ok(web::page(&Inbox { frame, lines }))
}

fn line(thread: ThreadLine, today: Date) -> Line {
    let last = thread.last.unwrap_or_default();
    Line {
        href: format!("/console/inbox/{}", thread.id),
        title: thread.title,
        last: last.title,
        say: last.text,
        unread: thread.unread,
        at: web::words::moment(thread.latest, today),
        settled: thread.settled,
    }
}

/// A message of a post.
struct Told {
    title: String,
    text: String,
    at: String,
    link: String,
    action: String,
    settled: bool,
}

#[derive(Template)]
#[template(path = "console/told.html")]
struct Thread {
    frame: Frame,
    title: String,
    told: Vec<Told>,
}

/// One thread; opening it marks it read for everybody at the post.
pub async fn thread(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let id: ThreadId = id.parse().map_err(|_| Fault::not_found())?;
    let found = house.ask(|read| query::thread(read, &session.actor, &id, None, PAGE))?;
    if found.line.unread > 0 {
        let actor = session.actor.clone();
        house.write(move |tx| desk::mark_read(tx, &actor, &id)).await?;
    }
    let today = house.db.today();
    let told = |message: Message| Told {
        title: message.body.title,
        text: message.body.text,
        at: web::words::moment(message.at, today),
        link: message.body.link.unwrap_or_default(),
        action: message.body.action.unwrap_or_default(),
        settled: message.settled,
    };
    let told = found.messages.into_iter().rev().map(told).collect();
    let frame = deck::frame(&visitor, &house, session, &found.line.title, Desk::Inbox);
    Ok(web::page(&Thread { frame, title: found.line.title, told }))
}

/// A route of the routing.
struct Route {
    id: String,
    on: String,
    to: String,
    group: String,
    kind: &'static str,
    sms: &'static str,
    fired: String,
    count: String,
    lacking: i64,
}

/// SMS in one state.
struct Tally {
    name: &'static str,
    count: String,
}

/// A parked SMS.
struct Parked {
    id: String,
    at: String,
    attempts: u32,
    reason: String,
}

#[derive(Template)]
#[template(path = "console/routing.html")]
struct Routing {
    frame: Frame,
    wrongs: Vec<Wrong>,
    version: i64,
    routes: Vec<Route>,
    sms: Vec<Tally>,
    parked: Vec<Parked>,
}

/// The routing, rule by rule, with when each last did something; what SMS are parked.
pub async fn routing(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    operator_page(&house, &visitor, vec![], StatusCode::OK)
}

fn operator_page(house: &House, visitor: &Visitor, wrongs: Vec<Wrong>, status: StatusCode) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let running = house.ask(|read| query::running(read, &session.actor))?;
    let today = house.db.today();
    let route = |(route, fired): (messages::RouteLine, Fired)| Route {
        kind: if route.reminder { "提醒" } else { "消息" },
        sms: match (route.sms.is_some(), route.urgency) {
            (false, _) => "不发",
            (true, Urgency::Urgent) => "随时发",
            (true, Urgency::Normal) => "白天发",
        },
        fired: fired.last.map_or_else(|| "还没有用过".to_owned(), |at| web::words::moment(at, today)),
        count: web::words::thousands(fired.n.unsigned_abs()),
        lacking: fired.lacking,
        id: route.id,
        on: route.on,
        to: route.to,
        group: route.group,
    };
    let tally = |(state, count): (SmsState, i64)| Tally {
        name: match state {
            SmsState::Held => "等天亮",
            SmsState::Queued => "待发",
            SmsState::Sent => "已发出",
            SmsState::Delivered => "已送达",
            SmsState::Failed => "没发到",
            SmsState::NotWanted => "没有发",
        },
        count: if count >= 1_000 { "1,000 以上".to_owned() } else { count.to_string() },
    };
    let parked = |stuck: Stuck| Parked {
        at: web::words::moment(stuck.at, today),
        id: stuck.id,
        attempts: stuck.attempts,
        reason: stuck.reason,
    };
    let page = Routing {
        frame: deck::frame(visitor, house, session, "消息规则", Desk::Routing).with_errors(!wrongs.is_empty()),
        wrongs,
        version: running.version,
        routes: running.routes.into_iter().map(route).collect(),
        sms: running.sms.into_iter().map(tally).collect(),
        parked: running.parked.into_iter().map(parked).collect(),
    };
    Ok(web::page_with(status, &page))
}

/// Sends a parked SMS again, with a reason.
pub async fn resend(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let actor = visitor.staff()?.actor.clone();
    let message = sent.get("message").unwrap_or_default().to_owned();
    let reason = sent.get("reason").unwrap_or_default().to_owned();
    match house.db.write_async(move |tx| desk::resend(tx, &actor, &message, &reason)).await {
        Ok(()) => Ok(web::redirect("/console/routing")),
        Err(Failure::Broken(error)) => Err(error.into()),
        Err(Failure::Refused(messages::Refusal::NotAllowed)) => {
            Err(Fault::forbidden("messages.not-allowed", "只有系统管理员能重发短信。"))
        }
        Err(Failure::Refused(refusal)) => {
            let status = StatusCode::from_u16(refusal.class().status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            let wrongs = vec![Wrong::new("parked", format!("{refusal}{}", refusal.remedy().unwrap_or_default()))];
            operator_page(&house, &visitor, wrongs, status)
        }
    }
}
