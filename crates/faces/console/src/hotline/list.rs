//! Lists: the centre's by stage, a unit's inbox, what is supervised.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use hotline::query::{self, Page};
use hotline::{Refusal, Stage};
use identity::Session;
use serde::Deserialize;
use store::{Failure, Read};
use web::{Fault, Frame, House, Query, Visitor, redirect, words};

use super::{CENTRE, Tab, category_name, nav, say, session, unit_name};
use crate::deck::{self, Desk};

/// Lines of one page.
const PAGE: usize = 30;

/// What a list is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    stage: Option<String>,
    open: Option<String>,
    number: Option<String>,
    cursor: Option<String>,
}

/// One order in a list.
struct Line {
    href: String,
    number: String,
    title: String,
    kind: &'static str,
    category: String,
    unit: String,
    until: String,
    late: bool,
    urgent: bool,
    badges: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "console/hotline/list.html")]
struct List {
    frame: Frame,
    nav: Vec<Tab>,
    heading: &'static str,
    say: &'static str,
    finds: bool,
    tabs: Vec<Tab>,
    lines: Vec<Line>,
    next: Option<String>,
}

fn lines(read: &mut dyn Read, page: &Page) -> Result<Vec<Line>, Failure<Refusal>> {
    let (now, today) = (read.now(), kernel::local_date(read.now()));
    let mut lines = vec![];
    for queued in &page.lines {
        let order = &queued.order;
        let unit = match order.round() {
            Some(round) => unit_name(read, &round.lead)?,
            None => String::new(),
        };
        let (until, late) = say::next(order, now, today);
        lines.push(Line {
            href: format!("/hotline/orders/{}", order.number),
            number: order.number.grouped(),
            title: queued.title.clone(),
            kind: order.kind.word(),
            category: category_name(&order.category),
            unit,
            until,
            late,
            urgent: order.urgent,
            badges: order.supervised.iter().map(|ground| ground.word()).collect(),
        });
    }
    Ok(lines)
}

fn staged(asked: &Asked, first: Stage) -> Stage {
    asked.stage.as_deref().and_then(Stage::from_name).unwrap_or(first)
}

fn more(base: &str, next: Option<String>) -> Option<String> {
    next.map(|cursor| format!("{base}&cursor={}", words::percent(&cursor)))
}

fn list(
    house: &House,
    visitor: &Visitor,
    session: &Session,
    heading: &'static str,
    here: &str,
    parts: (&'static str, Vec<Tab>, Vec<Line>, Option<String>),
) -> Response {
    let (say, tabs, lines, next) = parts;
    let frame = deck::frame(visitor, house, session, heading, Desk::Hotline);
    web::page(&List {
        frame,
        nav: nav(&session.actor, here),
        heading,
        say,
        finds: here == "/hotline",
        tabs,
        lines,
        next,
    })
}

/// The centre's orders by stage. Whoever only handles for a unit is led to the inbox.
pub async fn queue(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = session(&visitor)?;
    let of_centre = deck::holds(&session.actor, &CENTRE) || session.actor.holds(kernel::Duty::Supervise);
    if !of_centre {
        return Ok(redirect("/hotline/inbox"));
    }
    if let Some(number) = asked.number.as_deref().and_then(|text| text.parse::<hotline::OrderNumber>().ok()) {
        return Ok(redirect(&format!("/hotline/orders/{number}")));
    }
    let stage = staged(&asked, Stage::Waiting);
    let (counts, lines, next) = house.ask(|read| {
        let page = query::queue(read, &session.actor, stage, PAGE, asked.cursor.as_deref())?;
        let lines = lines(read, &page)?;
        Ok::<_, Failure<Refusal>>((query::counts(read, &session.actor)?, lines, page.next))
    })?;
    let count = |stage| counts.iter().find(|(of, _)| *of == stage).map_or(String::new(), |(_, n)| format!(" {n}"));
    let tabs = Stage::ALL.map(|of| {
        Tab::new(format!("{}{}", of.word(), count(of)), format!("/hotline?stage={}", of.name()), of == stage)
    });
    let say = "派单 30 分钟（紧急 10 分钟），反馈以后 3 个工作日内回访";
    let next = more(&format!("/hotline?stage={}", stage.name()), next);
    Ok(list(&house, &visitor, session, "工单", "/hotline", (say, tabs.into(), lines, next)))
}

/// A unit's inbox.
pub async fn inbox(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = session(&visitor)?;
    let stage = staged(&asked, Stage::Dispatched);
    let (counts, lines, next) = house.ask(|read| {
        let page = query::inbox(read, &session.actor, stage, PAGE, asked.cursor.as_deref())?;
        let lines = lines(read, &page)?;
        Ok::<_, Failure<Refusal>>((query::inbox_counts(read, &session.actor)?, lines, page.next))
    })?;
    let count = |stage| counts.iter().find(|(of, _)| *of == stage).map_or(String::new(), |(_, n)| format!(" {n}"));
    let stages = [Stage::Dispatched, Stage::Handling, Stage::FedBack, Stage::Closed];
    let tabs = stages.map(|of| {
        Tab::new(format!("{}{}", of.word(), count(of)), format!("/hotline/inbox?stage={}", of.name()), of == stage)
    });
    let say = "4 个工作小时内签收，1 个工作日内联系来电人，退单一次";
    let next = more(&format!("/hotline/inbox?stage={}", stage.name()), next);
    Ok(list(&house, &visitor, session, "承办收件箱", "/hotline/inbox", (say, tabs.into(), lines, next)))
}

/// What is supervised.
pub async fn supervised(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = session(&visitor)?;
    let open = asked.open.as_deref() != Some("no");
    let (lines, next) = house.ask(|read| {
        let page = query::supervised(read, &session.actor, open, PAGE, asked.cursor.as_deref())?;
        Ok::<_, Failure<Refusal>>((lines(read, &page)?, page.next))
    })?;
    let tabs = vec![
        Tab::new("办理中", "/hotline/supervised?open=yes", open),
        Tab::new("已办结", "/hotline/supervised?open=no", !open),
    ];
    let say = "超期、重复来电、不满意的自动列进来，也可以由热线管理人员督办";
    let next = more(if open { "/hotline/supervised?open=yes" } else { "/hotline/supervised?open=no" }, next);
    Ok(list(&house, &visitor, session, "督办", "/hotline/supervised", (say, tabs, lines, next)))
}
