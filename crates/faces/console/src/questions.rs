//! 申请人的提问: what waits for an answer within the clerk's powers, and the answer.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{CaseNumber, Refuse as _};
use messages::{
    QuestionId, Refusal, desk,
    query::{self, Asked},
};
use serde::Deserialize;
use store::{Failure, Read, ReadExt as _};
use web::{Fault, Field, FieldKind, Fields, Frame, House, Query, Visitor, Wrong};

use crate::{
    deck::{self, Desk},
    words,
};

/// Questions of one page.
const PAGE: usize = 30;

#[derive(Debug, Default, Deserialize)]
pub struct Place {
    cursor: Option<String>,
}

/// A question in the list.
pub struct Line {
    href: String,
    text: String,
    item: String,
    number: CaseNumber,
    asked: String,
    left: String,
    urgency: &'static str,
    by: String,
}

#[derive(Template)]
#[template(path = "console/questions.html")]
struct List {
    frame: Frame,
    lines: Vec<Line>,
    next: Option<String>,
}

/// What waits, the most pressing first.
pub async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(place): Query<Place>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let (lines, next) = house.ask(|read| {
        let page = query::waiting(read, &session.actor, place.cursor.as_deref(), PAGE)?;
        let lines = page.lines.iter().map(|asked| line(read, asked)).collect::<Result<Vec<_>, store::Error>>()?;
        Ok::<_, Failure<Refusal>>((lines, page.next))
    })?;
    let frame = deck::frame(&visitor, &house, session, "提问", Desk::Questions);
    let next = next.map(|cursor| format!("/console/questions?cursor={cursor}"));
    Ok(web::page(&List { frame, lines, next }))
}

fn line(read: &mut dyn Read, asked: &Asked) -> Result<Line, store::Error> {
    let (calendar, items) = (organisation::calendar(read)?, read.cached::<catalogue::Items>()?);
    let today = kernel::local_date(read.now());
    let question = &asked.question;
    let (left, urgency) = words::left(calendar.working_days_between(today, question.answer_by));
    Ok(Line {
        href: format!("/console/questions/{}", question.id),
        text: asked.text.clone(),
        item: items.get(&question.item).map_or_else(|| question.item.to_string(), |item| item.name.clone()),
        number: question.case,
        asked: web::words::moment(question.at, today),
        left,
        urgency,
        by: words::by(question.answer_by, today),
    })
}

#[derive(Template)]
#[template(path = "console/question.html")]
struct One {
    frame: Frame,
    wrongs: Vec<Wrong>,
    id: QuestionId,
    line: Line,
    answer: Option<String>,
    field: Field,
}

fn id(text: &str) -> Result<QuestionId, Fault> {
    text.parse().map_err(|_| Fault::not_found())
}

/// One question with the field for the answer.
pub async fn one(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    shown(&house, &visitor, id(&text)?, "", vec![], StatusCode::OK)
}

fn shown(
    house: &House,
    visitor: &Visitor,
    id: QuestionId,
    text: &str,
    wrongs: Vec<Wrong>,
    status: StatusCode,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let (line, answer) = house.ask(|read| {
        let asked = query::question(read, &session.actor, &id)?;
        Ok::<_, Failure<Refusal>>((line(read, &asked)?, asked.answer))
    })?;
    let field = Field::new(FieldKind::Area, "text", "答复")
        .hint("直接发到申请人的消息里，署部门的名字。最多 500 个字。")
        .value(text)
        .wrong(&wrongs);
    let frame = deck::frame(visitor, house, session, "答复提问", Desk::Questions).with_errors(!wrongs.is_empty());
    Ok(web::page_with(status, &One { frame, wrongs, id, line, answer, field }))
}

/// Sends the answer into the applicant's dialogue.
pub async fn answer(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let actor = visitor.staff()?.actor.clone();
    let id = id(&text)?;
    let text = sent.get("text").unwrap_or_default().to_owned();
    let words = text.clone();
    match house.db.write_async(move |tx| desk::answer(tx, &actor, &id, &words).map(drop)).await {
        Ok(()) => Ok(web::redirect("/console/questions")),
        Err(Failure::Broken(error)) => Err(error.into()),
        Err(Failure::Refused(Refusal::NotFound)) => Err(Fault::not_found()),
        Err(Failure::Refused(refusal)) => {
            let status = StatusCode::from_u16(refusal.class().status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            let wrongs = vec![Wrong::new("text", format!("{refusal}{}", refusal.remedy().unwrap_or_default()))];
            shown(&house, &visitor, id, &text, wrongs, status)
        }
    }
}

/// How many questions wait, counted up to a page, for the front page.
pub fn count(read: &mut dyn Read, actor: &kernel::Actor) -> Result<(usize, bool), Failure<Refusal>> {
    let page = query::waiting(read, actor, None, PAGE)?;
    Ok((page.lines.len(), page.next.is_some()))
}
