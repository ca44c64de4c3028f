//! 好差评: poor ratings to be put right, words to be looked through before they are published. Whoever was rated finds nothing here.

mod forms;
mod rating;

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use evaluation::{Redress, Refusal, Service, Stage, query};
use identity::Session;
use kernel::{Actor, Date, local_date};
use serde::Deserialize;
use store::Failure;
use web::{Fault, Frame, House, Query, Visitor, words};

pub use rating::{one, reveal, step};

use crate::deck::{self, Desk};

/// Lines of one page.
const PAGE: usize = 30;

/// What the list is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    stage: Option<String>,
    cursor: Option<String>,
}

/// A tab of a list.
pub struct Tab {
    pub name: String,
    pub href: String,
    pub current: bool,
}

/// A line of the list.
pub struct Line {
    pub href: String,
    pub item: String,
    pub word: &'static str,
    pub aspects: String,
    pub department: String,
    pub left: String,
    pub urgency: &'static str,
    pub by: String,
}

#[derive(Template)]
#[template(path = "console/quality/list.html")]
struct List {
    frame: Frame,
    heading: &'static str,
    say: &'static str,
    tabs: Vec<Tab>,
    lines: Vec<Line>,
    next: Option<String>,
}

/// The tabs of the quality desk, with how many wait at each stage.
fn tabs(counts: &[(Stage, i64)], current: &str) -> Vec<Tab> {
    let stage = |(stage, n): &(Stage, i64)| Tab {
        name: format!("{} {n}", stage.word()),
        href: format!("/quality?stage={}", stage.name()),
        current: current == stage.name(),
    };
    let fixed = |name: &str, href: &str, code: &str| Tab {
        name: name.to_owned(),
        href: href.to_owned(),
        current: current == code,
    };
    let mut all: Vec<Tab> = counts.iter().map(stage).collect();
    all.push(fixed("待公开的评语", "/quality/comments", "comments"));
    all.push(fixed("曝光纠错", "/quality/exposures", "exposures"));
    all
}

/// The tabs without a list of redresses behind them.
pub fn tabs_of(house: &House, session: &Session, current: &str) -> Result<Vec<Tab>, Fault> {
    let counts = house.ask(|read| query::counts(read, &session.actor))?;
    Ok(tabs(&counts, current))
}

/// Poor ratings of one stage, the most pressing first.
pub async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let stage = asked.stage.as_deref().and_then(Stage::from_name).unwrap_or(Stage::Contact);
    let (counts, lines, next) = house.ask(|read| {
        let counts = query::counts(read, &session.actor)?;
        let page = query::queue(read, &session.actor, stage, PAGE, asked.cursor.as_deref())?;
        Ok::<_, Failure<Refusal>>((counts, lines(read, &page.services)?, page.next))
    })?;
    Ok(web::page(&List {
        frame: deck::frame(&visitor, &house, session, "差评整改", Desk::Quality),
        heading: "差评整改",
        say: "1 个工作日内联系，15 个工作日内整改；自己办的件不会出现在这里",
        tabs: tabs(&counts, stage.name()),
        lines,
        next: next.map(|cursor| format!("/quality?stage={}&cursor={}", stage.name(), words::percent(&cursor))),
    }))
}

/// The stages at which something waits: word, address, how much.
pub type Waiting = Vec<(&'static str, String, i64)>;

/// What of poor ratings presses most, for who may see the list, and how many wait at each stage.
pub fn pressing(read: &mut dyn store::Read, actor: &Actor, most: usize) -> Result<(Vec<Line>, Waiting), store::Error> {
    let counts = match query::counts(read, actor) {
        Ok(counts) => counts,
        Err(Failure::Refused(_)) => return Ok((vec![], vec![])),
        Err(Failure::Broken(error)) => return Err(error),
    };
    let mut found = vec![];
    for (stage, _) in counts.iter().filter(|(_, n)| *n > 0) {
        match query::queue(read, actor, *stage, most - found.len(), None) {
            Ok(page) => found.extend(page.services),
            Err(Failure::Refused(_)) => {}
            Err(Failure::Broken(error)) => return Err(error),
        }
        if found.len() >= most {
            break;
        }
    }
    found.truncate(most);
    let stages = counts.iter().filter(|(_, n)| *n > 0);
    let stages = stages.map(|(stage, n)| (stage.word(), format!("/quality?stage={}", stage.name()), *n)).collect();
    Ok((lines(read, &found)?, stages))
}

/// Words that wait to be looked through.
pub async fn comments(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let (counts, lines, next) = house.ask(|read| {
        let counts = query::counts(read, &session.actor)?;
        let page = query::to_review(read, &session.actor, PAGE, asked.cursor.as_deref())?;
        Ok::<_, Failure<Refusal>>((counts, lines(read, &page.services)?, page.next))
    })?;
    Ok(web::page(&List {
        frame: deck::frame(&visitor, &house, session, "待公开的评语", Desk::Quality),
        heading: "待公开的评语",
        say: "先去掉号码和姓名，再公开；差评等整改完再公开",
        tabs: tabs(&counts, "comments"),
        lines,
        next: next.map(|cursor| format!("/quality/comments?cursor={}", words::percent(&cursor))),
    }))
}

fn lines(read: &mut dyn store::Read, services: &[Service]) -> Result<Vec<Line>, store::Error> {
    let calendar = organisation::calendar(read)?;
    let today = local_date(read.now());
    let mut lines = vec![];
    for service in services {
        let department = organisation::department(read, &service.invited.department)?;
        let first = service.first.as_ref();
        let (left, urgency, by) = left(service.redress.as_ref(), &calendar, today);
        lines.push(Line {
            href: format!("/quality/{}", service.subject),
            item: service.invited.item_name.clone(),
            word: first.map_or("", |rating| rating.level.word()),
            aspects: first.map_or_else(String::new, |rating| {
                query::aspects(service.invited.online, rating.level, &rating.aspects).join("、")
            }),
            department: department.map_or_else(String::new, |department| department.name),
            left,
            urgency,
            by,
        });
    }
    Ok(lines)
}

/// How long is left, how pressing that is, and until when.
fn left(redress: Option<&Redress>, calendar: &clock::Calendar, today: Date) -> (String, &'static str, String) {
    let Some(by) = redress.and_then(Redress::next_by) else { return (String::new(), "", String::new()) };
    let days = calendar.working_days_between(today, by);
    let (left, urgency) = match days {
        days if days < 0 => (format!("超过 {} 个工作日", -days), "over"),
        0 => ("今天到期".to_owned(), "near"),
        days if days <= 2 => (format!("还有 {days} 个工作日"), "near"),
        days => (format!("还有 {days} 个工作日"), ""),
    };
    (left, urgency, format!("{}前", words::short_day(by, today)))
}
