//! The approver's desk: the queue by time left, one case with its papers, an opinion, a decision.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use casework::{Command, Stage, Stance, Verdict, query};
use identity::Session;
use kernel::{CaseNumber, Duty};
use store::ReadExt;
use web::{Fault, Fields, Frame, House, Visitor, Wrong};

use crate::{
    act,
    deck::{self, Desk},
    desk::{self, Line},
    sheet::{self, AnswerLine, Fact, Head, MaterialLine, Past, Sheet, Whole},
    words,
};

/// Lines of the queue beside the case.
const QUEUE: usize = 30;

#[derive(Template)]
#[template(path = "console/review.html")]
struct Page {
    frame: Frame,
    wrongs: Vec<Wrong>,
    heading: &'static str,
    queue: Vec<Line>,
    queue_count: String,
    case: Option<CaseView>,
}

/// The opened case.
struct CaseView {
    head: Head,
    person: Vec<Fact>,
    shown: bool,
    answers: Vec<AnswerLine>,
    materials: Vec<MaterialLine>,
    past: Vec<Past>,
    number: CaseNumber,
    version: i64,
    code: String,
    task: &'static str,
    points: Vec<String>,
    law: String,
    opinions: Vec<OpinionView>,
    draft: String,
    may_review: bool,
    may_decide: bool,
    may_suspend: bool,
    may_extend: bool,
    may_resume: bool,
    waiting: String,
}

/// An opinion given.
struct OpinionView {
    stance: &'static str,
    text: String,
    by: String,
    on: String,
}

/// The desk without a case.
pub async fn list(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let (queue, queue_count) = queue(&house, session, None)?;
    let frame = deck::frame(&visitor, &house, session, "审查和决定", Desk::Review);
    Ok(web::page(&Page { frame, wrongs: vec![], heading: "审查和决定", queue, queue_count, case: None }))
}

/// One case at the desk.
pub async fn case(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Response, Fault> {
    shown(&house, &visitor, act::number(&number)?, None, vec![])
}

/// The case page, with what is wrong with what was typed.
pub fn shown(
    house: &Arc<House>,
    visitor: &Visitor,
    number: CaseNumber,
    whole: Option<&Whole>,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let (sheet, item) = house.ask(|read| {
        let sheet = sheet::load(read, session, &number, whole)?;
        let item = read.cached::<catalogue::Items>()?.get(&sheet.case.item).cloned();
        Ok((sheet, item))
    })?;
    let points = item.as_ref().map_or_else(Vec::new, |item| item.conditions.clone());
    let law = item.as_ref().map_or_else(String::new, |item| {
        item.basis
            .iter()
            .map(|basis| format!("{} {}", basis.law, basis.articles.join("、")))
            .collect::<Vec<_>>()
            .join("；")
    });
    let (queue, queue_count) = queue(house, session, Some(number))?;
    let frame =
        deck::frame(visitor, house, session, &sheet.head.item.clone(), Desk::Review).with_errors(!wrongs.is_empty());
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let case = Some(view(house, session, sheet, points, law));
    Ok(web::page_with(status, &Page { frame, wrongs, heading: "审查和决定", queue, queue_count, case }))
}

fn view(house: &House, session: &Session, sheet: Sheet, points: Vec<String>, law: String) -> CaseView {
    let today = house.db.today();
    let stage = sheet.case.stage();
    let department = sheet.case.department;
    let may = |duty| session.actor.may(duty, &department);
    let may_review = stage == Stage::Accepted && !sheet.head.instant && may(Duty::Review);
    let ready = stage == Stage::Reviewed || (stage == Stage::Accepted && sheet.head.instant);
    let may_decide = ready && may(Duty::Decide);
    let is_running = matches!(stage, Stage::Accepted | Stage::Reviewed);
    let may_resume = stage == Stage::Suspended && (may(Duty::Review) || may(Duty::Decide));
    let opinions = sheet.case.opinions.iter().map(|opinion| OpinionView {
        stance: words::stance(opinion.stance),
        text: opinion.text.clone(),
        by: sheet.staff.get(&opinion.by).cloned().unwrap_or_default(),
        on: web::words::day(opinion.on, today),
    });
    CaseView {
        number: sheet.case.number,
        version: sheet.case.version,
        code: sheet.case.item.to_string(),
        task: if may_decide { "决定" } else { "审查" },
        points,
        law,
        opinions: opinions.collect(),
        draft: String::new(),
        may_review,
        may_decide,
        may_suspend: is_running && (may(Duty::Review) || may(Duty::Decide)),
        may_extend: is_running && may(Duty::Decide),
        may_resume,
        waiting: if may_review || may_decide || may_resume { String::new() } else { words::waiting(stage).to_owned() },
        head: sheet.head,
        person: sheet.person,
        shown: sheet.shown,
        answers: sheet.answers,
        materials: sheet.materials,
        past: sheet.past,
    }
}

/// What waits for this person, of all stages, by time left.
fn queue(house: &House, session: &Session, current: Option<CaseNumber>) -> Result<(Vec<Line>, String), Fault> {
    let actor = &session.actor;
    let stages: Vec<Stage> =
        [(Stage::Accepted, Duty::Review), (Stage::Reviewed, Duty::Decide), (Stage::Suspended, Duty::Review)]
            .into_iter()
            .filter(|(_, duty)| actor.holds(*duty) || actor.holds(Duty::Supervise))
            .map(|(stage, _)| stage)
            .collect();
    house.ask(|read| {
        let mut all = vec![];
        for stage in &stages {
            all.extend(query::queue(read, actor, *stage, QUEUE, None)?.lines);
        }
        all.sort_by_key(|line| (line.next_by.is_none(), line.next_by, line.number));
        let counts = query::counts(read, actor)?;
        let mine = counts.iter().filter(|count| stages.contains(&count.stage));
        let (cases, or_more) =
            mine.fold((0, false), |(cases, more), count| (cases + count.cases, more || count.or_more));
        all.truncate(QUEUE);
        let page = query::Page { lines: all, next: None };
        let (lines, _) = desk::lines(read, page, |line| format!("/review/{}", line.number), current)?;
        Ok((lines, format!("{cases}{}", if or_more { "+" } else { "" })))
    })
}

/// Gives an opinion.
pub async fn opinion(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let number = act::number(&number)?;
    let stance = match fields.get("stance") {
        Some("for") => Stance::For,
        Some("against") => Stance::Against,
        _ => return shown(&house, &visitor, number, None, vec![Wrong::new("opinion", "选“同意”或者“不同意”")]),
    };
    let opinion = fields.get("opinion").unwrap_or_default().to_owned();
    give(&house, &visitor, session, number, &fields, Command::Review { stance, opinion }, "opinion").await
}

/// Grants.
pub async fn grant(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let command = Command::Decide { verdict: Verdict::Grant };
    give(&house, &visitor, session, act::number(&number)?, &fields, command, "opinion").await
}

/// Lets the clock run on.
pub async fn resume(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let result = fields.get("result").unwrap_or_default().to_owned();
    give(&house, &visitor, session, act::number(&number)?, &fields, Command::Resume { result }, "result").await
}

/// Carries out a command of this desk; what the rules find wrong with its words is shown on the case page.
async fn give(
    house: &Arc<House>,
    visitor: &Visitor,
    session: &Session,
    number: CaseNumber,
    fields: &Fields,
    command: Command,
    field: &str,
) -> Result<Response, Fault> {
    let next = format!("/review/{number}");
    match act::carry_out(house, session, number, act::version(fields)?, command, &next).await {
        Err(fault) if !fault.errors.is_empty() => {
            let wrongs = fault.errors.iter().map(|error| Wrong::new(field, error.detail.clone())).collect();
            shown(house, visitor, number, None, wrongs)
        }
        answer => answer,
    }
}
