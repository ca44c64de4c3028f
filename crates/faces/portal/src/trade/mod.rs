//! 公共资源交易: what everybody sees of lots, the bid room of a company, the desk of a tenderer.

mod lot;
mod mine;
mod notice;
mod quotes;
mod room;
mod tender;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use identity::Session;
use serde::Deserialize;
use store::Failure;
use trading::{Family, Lot, LotCode, Refusal, book, query};
use web::{Fault, Frame, House, Query, Visitor, trade, words};

/// Lots of one page.
const PAGE: usize = 20;

/// The routes of trading.
pub(crate) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/trade", get(list))
        .route("/trade/{lot}", get(lot::show))
        .route("/trade/{lot}/ask", post(lot::ask))
        .route("/trade/{lot}/object", post(lot::object))
        .route("/trade/{lot}/complain", post(lot::complain))
        .route("/trade/{lot}/bid", get(room::show).post(room::upload))
        .route("/trade/{lot}/bid/{step}", post(room::step))
        .route("/me/tenders", get(mine::tenders))
        .route("/me/tenders/new", get(tender::ask).post(tender::plan))
        .route("/me/tenders/{lot}", get(tender::show))
        .route("/me/tenders/{lot}/{step}", post(tender::step))
        .route("/me/bids", get(mine::bids))
}

/// A lot in a list.
pub struct Line {
    pub href: String,
    pub title: String,
    pub lot: String,
    pub tenderer: String,
    pub class: &'static str,
    pub word: &'static str,
    pub next: String,
    pub kind: String,
    pub estimate: String,
}

/// A lot as a list shows it, with the address where its line leads.
pub fn line(house: &House, lot: &Lot, base: &str) -> Line {
    let (class, word) = trade::state(lot);
    let (now, today) = (house.db.now(), house.db.today());
    Line {
        href: format!("{base}/{}", lot.code),
        title: lot.project_name.clone(),
        lot: lot.name.clone(),
        tenderer: lot.tenderer_name.clone(),
        class,
        word,
        next: trade::next(lot, now, today),
        kind: book().procedure(&lot.procedure).map_or_else(String::new, |procedure| procedure.name.clone()),
        estimate: trade::yuan(lot.estimate),
    }
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

/// The session of somebody who acts for a company.
pub fn company<'a>(house: &House, visitor: &'a Visitor) -> Result<&'a Session, Fault> {
    let (session, party) = visitor.citizen()?;
    let kind = house.read(|read| identity::kind(read, &party))?;
    if kind == Some(identity::PartyKind::Organisation) {
        Ok(session)
    } else {
        Err(Fault::refused(&Refusal::NotCompany).with_remedy("打开“我的 · 替谁办事”，选您的单位。"))
    }
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

#[derive(Debug, Default, Deserialize)]
struct Asked {
    family: Option<String>,
    stage: Option<String>,
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "trade/list.html")]
struct List {
    frame: Frame,
    families: Vec<Tab>,
    stages: Vec<Tab>,
    lines: Vec<Line>,
    next: Option<String>,
}

/// Notices by family and stage.
async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let family = asked.family.as_deref().and_then(Family::from_name);
    let stage = trade::STAGES.iter().map(|(name, _)| *name).find(|name| asked.stage.as_deref() == Some(name));
    let page = house.read(|read| query::lots(read, family, stage, PAGE, asked.cursor.as_deref()))?;
    let href = |family: Option<Family>, stage: Option<&str>| {
        let parts = [family.map(|one| format!("family={}", one.name())), stage.map(|one| format!("stage={one}"))];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() { "/trade".to_owned() } else { format!("/trade?{}", parts.join("&")) }
    };
    let mut families = vec![Tab { name: "全部", href: href(None, stage), current: family.is_none() }];
    families.extend(Family::ALL.map(|one| Tab {
        name: trade::family(one),
        href: href(Some(one), stage),
        current: family == Some(one),
    }));
    let mut stages = vec![Tab { name: "全部阶段", href: href(family, None), current: stage.is_none() }];
    stages.extend(trade::STAGES.map(|(name, word)| Tab {
        name: word,
        href: href(family, Some(name)),
        current: stage == Some(name),
    }));
    let base = href(family, stage);
    let join = if base.contains('?') { '&' } else { '?' };
    let page = List {
        frame: visitor.frame(&house, "公共资源交易"),
        families,
        stages,
        lines: page.lines.iter().map(|lot| line(&house, lot, "/trade")).collect(),
        next: page.next.map(|cursor| format!("{base}{join}cursor={}", words::percent(&cursor))),
    };
    Ok(web::shared_page(&visitor, &page))
}
