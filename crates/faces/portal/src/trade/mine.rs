//! 我的招标、我的投标.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use serde::Deserialize;
use trading::{BidState, query};
use web::{Fault, Frame, House, Query, Section, Visitor, page, words};

use super::{Line, PAGE, company, line};
use crate::citizen::Side;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "trade/tenders.html")]
struct Tenders {
    frame: Frame,
    side: Side,
    lines: Vec<Line>,
    next: Option<String>,
}

/// The lots that the company tenders.
pub(super) async fn tenders(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = company(&house, &visitor)?;
    let found = house.ask(|read| query::tenders(read, &session.actor, PAGE, asked.cursor.as_deref()))?;
    Ok(page(&Tenders {
        frame: visitor.frame(&house, "我的招标、出让").in_section(Section::Mine),
        side: Side::of(&house, &visitor, "/me/tenders")?,
        lines: found.lines.iter().map(|lot| line(&house, lot, "/me/tenders")).collect(),
        next: found.next.map(|cursor| format!("/me/tenders?cursor={}", words::percent(&cursor))),
    }))
}

/// A bid in the list.
struct Own {
    line: Line,
    bid: &'static str,
}

#[derive(Template)]
#[template(path = "trade/bids.html")]
struct Bids {
    frame: Frame,
    side: Side,
    lines: Vec<Own>,
    next: Option<String>,
}

/// The lots that the company bids for.
pub(super) async fn bids(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = company(&house, &visitor)?;
    let found = house.ask(|read| query::bids(read, &session.actor, PAGE, asked.cursor.as_deref()))?;
    let word = |state: &BidState, by_quotes: bool| match state {
        BidState::Joined if by_quotes => "已报名",
        BidState::Joined => "已参加，还没有递交",
        BidState::Received { .. } => "已递交",
        BidState::Withdrawn => "已撤回",
        BidState::Opened { .. } => "已开标",
    };
    let lines = found.lines.iter().map(|(bid, lot)| {
        let mut line = line(&house, lot, "/trade");
        line.href.push_str("/bid");
        Own { line, bid: word(&bid.state, web::trade::by_quotes(lot)) }
    });
    Ok(page(&Bids {
        frame: visitor.frame(&house, "我的投标").in_section(Section::Mine),
        side: Side::of(&house, &visitor, "/me/bids")?,
        lines: lines.collect(),
        next: found.next.map(|cursor| format!("/me/bids?cursor={}", words::percent(&cursor))),
    }))
}
