//! Flags: the list narrowed by its address, one flag with its evidence, and what a supervisor does about it.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{Date, Duty, Refuse as _};
use serde::Deserialize;
use store::{Error, Failure, Read};
use supervision::{Flag, FlagId, FlagState, Grade, Level, Refusal, query};
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Query, Visitor, Wrong, redirect, words};

use super::{Tab, nav, say, session};
use crate::deck::{self, Desk};

/// Lines of one page.
const PAGE: usize = 30;

/// By what the list is narrowed.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    grade: Option<String>,
    state: Option<String>,
    rule: Option<String>,
    region: Option<String>,
    department: Option<String>,
    from: Option<String>,
    cursor: Option<String>,
}

/// A flag in a list.
pub struct Line {
    pub href: String,
    pub item: String,
    pub department: String,
    pub class: &'static str,
    pub word: &'static str,
    pub rule: String,
    pub cause: String,
    pub state: &'static str,
    pub when: String,
}

/// A flag as a line.
pub fn line(read: &mut dyn Read, flag: &Flag, today: Date) -> Result<Line, Error> {
    let (class, word) = say::grade(flag.grade);
    let department = organisation::department(read, &flag.raised.department)?;
    Ok(Line {
        href: format!("/monitor/flags/{}", flag.id),
        item: flag.raised.item.clone(),
        department: department.map_or_else(|| flag.raised.department.to_string(), |found| found.name),
        class,
        word,
        rule: flag.id.rule.to_string(),
        cause: say::cause(&flag.cause, today),
        state: say::flag_state(&flag.state),
        when: words::moment(flag.since(), today),
    })
}

#[derive(Template)]
#[template(path = "console/monitor/flags.html")]
struct List {
    frame: Frame,
    nav: Vec<Tab>,
    grades: Vec<Tab>,
    lines: Vec<Line>,
    next: Option<String>,
    narrowed: bool,
}

/// The flags of one's own place.
pub async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = session(&visitor)?;
    let narrow = query::Asked {
        grade: asked.grade.as_deref().and_then(Grade::from_name),
        state: asked.state.clone().filter(|state| !state.is_empty()),
        rule: asked.rule.as_deref().and_then(|rule| rule.parse().ok()),
        region: asked.region.as_deref().and_then(|region| region.parse().ok()),
        department: asked.department.as_deref().and_then(|department| department.parse().ok()),
        from: asked.from.as_deref().and_then(|day| day.parse().ok()),
        to: None,
    };
    let today = house.db.today();
    let (lines, next) = house.read(|read| {
        let page = query::flags(read, &session.actor, &narrow, PAGE, asked.cursor.as_deref())?;
        let lines = page.lines.iter().map(|flag| line(read, flag, today)).collect::<Result<Vec<_>, Error>>()?;
        Ok((lines, page.next))
    })?;
    let rest = address(&asked);
    let with = |more: &str| format!("/monitor/flags?{}", [rest.as_str(), more].concat().trim_end_matches('&'));
    let grade = |(name, code): (&'static str, &str)| Tab {
        name,
        href: with(&if code.is_empty() { String::new() } else { format!("grade={code}") }),
        current: asked.grade.as_deref().unwrap_or_default() == code,
    };
    let grades = [("全部", ""), ("红牌", "red"), ("黄牌", "yellow"), ("预警", "warning")].map(grade).into();
    let kept = asked.grade.as_ref().map_or_else(String::new, |grade| format!("grade={}&", words::percent(grade)));
    let next = next.map(|cursor| with(&format!("{kept}cursor={}", words::percent(&cursor))));
    let frame = deck::frame(&visitor, &house, session, "预警和红黄牌", Desk::Monitor);
    Ok(web::page(&List { frame, nav: nav("/monitor/flags"), grades, lines, next, narrowed: !rest.is_empty() }))
}

/// What narrows the list beside its grade, as the part of an address.
fn address(asked: &Asked) -> String {
    let parts = [
        ("state", &asked.state),
        ("rule", &asked.rule),
        ("region", &asked.region),
        ("department", &asked.department),
        ("from", &asked.from),
    ];
    let part = |(name, value): (&str, &Option<String>)| Some(format!("{name}={}&", words::percent(value.as_ref()?)));
    parts.into_iter().filter_map(part).collect()
}

/// A line of evidence.
struct Evidence {
    seq: i64,
    kind: String,
    when: String,
}

#[derive(Template)]
#[template(path = "console/monitor/flag.html")]
struct One {
    frame: Frame,
    wrongs: Vec<Wrong>,
    id: FlagId,
    line: Line,
    rule_name: String,
    article: String,
    evidence: Vec<Evidence>,
    story: Vec<(String, String)>,
    order: Option<String>,
    fields: Vec<Field>,
    withdraw: Option<Field>,
}

fn id(text: &str) -> Result<FlagId, Fault> {
    text.parse().map_err(|_| Fault::refused(&Refusal::NotFound))
}

/// One flag.
pub async fn one(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    session(&visitor)?;
    shown(&house, &visitor, id(&text)?, &Fields::default(), vec![], StatusCode::OK)
}

fn shown(
    house: &House,
    visitor: &Visitor,
    id: FlagId,
    sent: &Fields,
    wrongs: Vec<Wrong>,
    status: StatusCode,
) -> Result<Response, Fault> {
    let session = session(visitor)?;
    let today = house.db.today();
    let (flag, line, evidence, story, book) = house.ask(|read| {
        let flag = query::flag_for(read, &session.actor, &id)?;
        let mut evidence = vec![];
        for seq in &flag.raised.evidence {
            if let Some(entry) = store::journal::entry(read, *seq)? {
                evidence.push(Evidence { seq: *seq, kind: entry.kind, when: words::moment(entry.at, today) });
            }
        }
        let story = query::flag_story(read, &flag)?;
        let line = line(read, &flag, today)?;
        Ok::<_, Failure<Refusal>>((flag, line, evidence, story, query::rulebook(read)?))
    })?;
    let rule = book.rule(&flag.id.rule);
    let may = flag.state == FlagState::Open && session.actor.may(Duty::Supervise, &flag.raised.department);
    let given = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let mut fields = vec![];
    if may && flag.grade > Grade::Warning {
        let mut level = Field::new(FieldKind::Radio, "level", "督办级别");
        level.choices = Level::ALL.map(|level| Choice::new(level.name(), say::level(level))).into();
        let chosen = sent.get("level").unwrap_or("ordinary").to_owned();
        fields.push(level.value(chosen).wrong(&wrongs));
        fields.push(Field::new(FieldKind::Area, "demand", "督办要求").value(given("demand")).wrong(&wrongs));
    }
    let withdraw =
        may.then(|| Field::new(FieldKind::Area, "reason", "依据的记录错在哪里").value(given("reason")).wrong(&wrongs));
    let frame = deck::frame(visitor, house, session, "监察记录", Desk::Monitor).with_errors(!wrongs.is_empty());
    let page = One {
        frame,
        wrongs,
        id,
        line,
        rule_name: rule.map_or_else(String::new, |rule| rule.name.clone()),
        article: rule.map_or_else(String::new, |rule| rule.article.clone()),
        evidence,
        story: story.iter().map(|(_, at, event)| (words::moment(*at, today), say::flag_event(event, today))).collect(),
        order: match &flag.state {
            FlagState::Ordered { order } => Some(order.to_string()),
            _ => None,
        },
        fields,
        withdraw,
    };
    Ok(web::page_with(status, &page))
}

/// Issues an order.
pub async fn order(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let (id, actor) = (id(&text)?, session(&visitor)?.actor.clone());
    let level = sent.get("level").and_then(Level::from_name).unwrap_or(Level::Ordinary);
    let (flag, demand) = (id.clone(), sent.get("demand").unwrap_or_default().to_owned());
    match house.db.write_async(move |tx| supervision::issue(tx, &actor, &flag, level, &demand)).await {
        Ok(order) => Ok(redirect(&format!("/monitor/orders/{}", order.number))),
        Err(failure) => again(&house, &visitor, id, &sent, failure),
    }
}

/// Withdraws a flag.
pub async fn withdraw(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let (id, actor) = (id(&text)?, session(&visitor)?.actor.clone());
    let (flag, reason) = (id.clone(), sent.get("reason").unwrap_or_default().to_owned());
    match house.db.write_async(move |tx| supervision::withdraw(tx, &actor, &flag, &reason)).await {
        Ok(_) => Ok(redirect(&format!("/monitor/flags/{id}"))),
        Err(failure) => again(&house, &visitor, id, &sent, failure),
    }
}

fn again(
    house: &House,
    visitor: &Visitor,
    id: FlagId,
    sent: &Fields,
    failure: Failure<Refusal>,
) -> Result<Response, Fault> {
    match failure {
        Failure::Refused(refusal) if !refusal.fields().is_empty() => {
            shown(house, visitor, id, sent, Wrong::of(&refusal.fields()), StatusCode::UNPROCESSABLE_ENTITY)
        }
        failure => Err(failure.into()),
    }
}
