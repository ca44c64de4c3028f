//! 公共资源交易: the centre hosts, experts assess, supervisors decide complaints. Rooms decide; these pages show and hand over.

mod assess;
mod complaint;
mod lot;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use identity::Session;
use kernel::Duty;
use serde::Deserialize;
use store::Failure;
use trading::{Lot, LotCode, Refusal, query};
use web::{Fault, Frame, House, Query, Visitor, trade, words};

use crate::deck::{self, Desk};

/// Who has something to do here.
pub const TRADING: [Duty; 2] = [Duty::Trade, Duty::Assess];
/// Lots of one page.
const PAGE: usize = 30;

/// The routes of trading.
pub fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/trading", get(list))
        .route("/trading/seats", get(assess::list))
        .route("/trading/complaints", get(complaint::list))
        .route("/trading/complaints/{id}", get(complaint::show))
        .route("/trading/complaints/{id}/{step}", post(complaint::step))
        .route("/trading/{lot}", get(lot::show))
        .route("/trading/{lot}/{step}", post(lot::step))
        .route("/trading/{lot}/assess", get(assess::show).post(assess::score))
        .route("/trading/{lot}/file/{bid}", get(assess::file))
}

/// A link of a row of tabs.
pub struct Tab {
    pub name: &'static str,
    pub href: String,
    pub current: bool,
}

/// The code in an address; one that cannot be is nobody's.
pub fn code(text: &str) -> Result<LotCode, Fault> {
    text.parse().map_err(|_| Fault::refused(&Refusal::NotFound))
}

/// The session of somebody with one of these duties.
pub fn session<'a>(visitor: &'a Visitor, duties: &[Duty], refusal: Refusal) -> Result<&'a Session, Fault> {
    let session = visitor.staff()?;
    if deck::holds(&session.actor, duties) { Ok(session) } else { Err(Fault::refused(&refusal)) }
}

/// What the rules said about single fields, or the fault that it is.
pub fn wrongs(failure: Failure<Refusal>) -> Result<Vec<web::Wrong>, Fault> {
    use kernel::Refuse as _;
    match failure {
        Failure::Broken(error) => Err(error.into()),
        Failure::Refused(refusal) if refusal.fields().is_empty() => Err(Fault::refused(&refusal)),
        Failure::Refused(refusal) => Ok(web::Wrong::of(&refusal.fields())),
    }
}

/// The pages as tabs, of those that the session may see.
pub fn nav(session: &Session, current: &str) -> Vec<Tab> {
    let all = [
        ("标段", "/trading", Duty::Trade),
        ("我的评审", "/trading/seats", Duty::Assess),
        ("投诉", "/trading/complaints", Duty::Supervise),
    ];
    let mine = all.into_iter().filter(|(.., duty)| session.actor.holds(*duty));
    mine.map(|(name, href, _)| Tab { name, href: href.to_owned(), current: href == current }).collect()
}

/// A lot in a list.
pub struct Line {
    pub href: String,
    pub title: String,
    pub code: String,
    pub tenderer: String,
    pub class: &'static str,
    pub word: &'static str,
    pub next: String,
}

/// A lot as a list shows it.
pub fn line(house: &House, lot: &Lot) -> Line {
    let (class, word) = trade::state(lot);
    Line {
        href: format!("/trading/{}", lot.code),
        title: format!("{} {}", lot.project_name, lot.name),
        code: lot.code.to_string(),
        tenderer: lot.tenderer_name.clone(),
        class,
        word,
        next: trade::next(lot, house.db.now(), house.db.today()),
    }
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    stage: Option<String>,
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "console/trading/list.html")]
struct List {
    frame: Frame,
    nav: Vec<Tab>,
    stages: Vec<Tab>,
    lines: Vec<Line>,
    next: Option<String>,
}

/// Lots that the centre looks after, by stage.
async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    if visitor.staff().is_ok_and(|session| !session.actor.holds(Duty::Trade) && session.actor.holds(Duty::Assess)) {
        return Ok(web::redirect("/trading/seats"));
    }
    let session = session(&visitor, &[Duty::Trade], Refusal::NotCentre)?;
    let stages = [("checking", "待核对")].into_iter().chain(trade::STAGES).chain([("planning", "计划")]);
    let names: Vec<(&'static str, &'static str)> = stages.collect();
    let stage = names.iter().map(|(name, _)| *name).find(|name| asked.stage.as_deref() == Some(name));
    let stage = stage.unwrap_or("checking");
    let page = house.ask(|read| query::work(read, &session.actor, stage, PAGE, asked.cursor.as_deref()))?;
    let tab = |(name, word): &(&'static str, &'static str)| Tab {
        name: word,
        href: format!("/trading?stage={name}"),
        current: *name == stage,
    };
    Ok(web::page(&List {
        frame: deck::frame(&visitor, &house, session, "公共资源交易", Desk::Trading),
        nav: nav(session, "/trading"),
        stages: names.iter().map(tab).collect(),
        lines: page.lines.iter().map(|lot| line(&house, lot)).collect(),
        next: page.next.map(|cursor| format!("/trading?stage={stage}&cursor={}", words::percent(&cursor))),
    }))
}
