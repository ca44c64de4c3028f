//! The window: what waits for an answer, and one case with its papers.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use casework::{Command, Refusal, Stage, Verdict, query};
use clock::Calendar;
use kernel::{CaseNumber, Date};
use serde::Deserialize;
use store::{Failure, Reader};
use web::{Fault, Fields, Frame, House, Query, Visitor, Wrong};

use crate::{
    act,
    deck::{self, Desk},
    sheet::{self, AnswerLine, Fact, Head, MaterialLine, Past, Whole},
};

/// Lines of one page of a queue.
const PAGE: usize = 30;

/// What the list is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    stage: Option<String>,
    cursor: Option<String>,
    number: Option<String>,
}

/// A tab of the list.
pub struct StageTab {
    name: &'static str,
    href: String,
    count: String,
    current: bool,
}

/// A line of a queue.
pub struct Line {
    pub number: CaseNumber,
    pub href: String,
    pub item: String,
    pub applicant: String,
    pub department: String,
    pub instant: bool,
    pub left: String,
    pub urgency: &'static str,
    pub by: String,
    pub received: String,
    pub current: bool,
}

#[derive(Template)]
#[template(path = "console/list.html")]
struct List {
    frame: Frame,
    heading: &'static str,
    base: &'static str,
    number: String,
    wrongs: Vec<Wrong>,
    stages: Vec<StageTab>,
    lines: Vec<Line>,
    next: Option<String>,
}

/// Stages of the window's list.
const STAGES: [(Stage, &str); 6] = [
    (Stage::Submitted, "待受理"),
    (Stage::Correcting, "补正中"),
    (Stage::Granted, "待送达"),
    (Stage::Denied, "不予待送达"),
    (Stage::Declined, "不受理待送达"),
    (Stage::Served, "已送达"),
];

/// The queue of one stage. A case number typed or scanned leads to the case.
pub async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let mut wrongs = vec![];
    let typed = asked.number.unwrap_or_default();
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    if !digits.is_empty() {
        match digits.parse::<CaseNumber>() {
            Ok(number) => return Ok(web::redirect(&format!("/desk/{number}"))),
            Err(_) => wrongs.push(Wrong::new("number", "办件编号是 22 位数字，请核对后再输一次")),
        }
    }
    let stage = asked.stage.as_deref().and_then(Stage::from_name).unwrap_or(Stage::Submitted);
    let (counts, page) = house.ask(|read| {
        let counts = query::counts(read, &session.actor)?;
        let page = query::queue(read, &session.actor, stage, PAGE, asked.cursor.as_deref())?;
        Ok((counts, lines(read, page, |line| format!("/desk/{}", line.number), None)?))
    })?;
    let stages = STAGES
        .into_iter()
        .filter_map(|(of, name)| {
            let count = counts.iter().find(|count| count.stage == of)?;
            let more = if count.or_more { "+" } else { "" };
            let href = format!("/desk?stage={}", of.name());
            Some(StageTab { name, href, count: format!("{}{more}", count.cases), current: of == stage })
        })
        .collect();
    let next = page.1.map(|cursor| format!("/desk?stage={}&cursor={cursor}", stage.name()));
    let frame = deck::frame(&visitor, &house, session, "受理", Desk::Window).with_errors(!wrongs.is_empty());
    let lines = page.0;
    Ok(web::page(&List { frame, heading: "窗口受理", base: "/desk", number: typed, wrongs, stages, lines, next }))
}

/// The lines of a queue with names and time left, and the cursor of the next page.
pub fn lines(
    read: &mut Reader,
    page: query::Page<query::CaseLine>,
    href: impl Fn(&query::CaseLine) -> String,
    current: Option<CaseNumber>,
) -> Result<(Vec<Line>, Option<String>), Failure<Refusal>> {
    let calendar: Arc<Calendar> = organisation::calendar(read)?;
    let today: Date = kernel::local_date(store::Read::now(read));
    let mut lines = Vec::with_capacity(page.lines.len());
    for line in &page.lines {
        let party = identity::party(read, &line.applicant)?;
        let department = organisation::department(read, &line.department)?;
        let (left, urgency, by) = sheet::time_left(line.stage, line.next_by, &calendar, today);
        lines.push(Line {
            number: line.number,
            href: href(line),
            item: line.item_name.clone(),
            applicant: party.map_or_else(String::new, |party| party.name),
            department: department.map_or_else(String::new, |department| department.name),
            instant: line.instant,
            left,
            urgency,
            by,
            received: web::words::moment(line.submitted, today),
            current: current == Some(line.number),
        });
    }
    Ok((lines, page.next))
}

#[derive(Template)]
#[template(path = "console/desk.html")]
struct CasePage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    head: Head,
    person: Vec<Fact>,
    shown: bool,
    answers: Vec<AnswerLine>,
    materials: Vec<MaterialLine>,
    past: Vec<Past>,
    number: CaseNumber,
    version: i64,
    instant: bool,
    may_judge: bool,
    second: bool,
    waiting: &'static str,
    back: String,
    field: String,
    field_why: String,
    supervisor_reason: String,
    desk: &'static str,
}

/// What a clerk has typed so far into the case page.
#[derive(Debug, Default)]
pub struct Given {
    /// Material index and what is wrong with it.
    pub missing: Vec<(usize, String)>,
    /// The answer to correct.
    pub field: String,
    /// How.
    pub field_why: String,
    /// Why a second time.
    pub supervisor_reason: String,
}

/// One case at the window.
pub async fn case(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Response, Fault> {
    shown(&house, &visitor, act::number(&number)?, None, &Given::default(), vec![])
}

/// The case page, with what was typed and what is wrong with it.
pub fn shown(
    house: &Arc<House>,
    visitor: &Visitor,
    number: CaseNumber,
    whole: Option<&Whole>,
    given: &Given,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let mut sheet = house.ask(|read| sheet::load(read, session, &number, whole))?;
    for (index, why) in &given.missing {
        if let Some(material) = sheet.materials.get_mut(*index) {
            material.missing = true;
            material.why.clone_from(why);
        }
    }
    let stage = sheet.case.stage();
    let title = format!("{} {}", sheet.head.item, sheet.head.applicant);
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = deck::frame(visitor, house, session, &title, Desk::Window).with_errors(!wrongs.is_empty());
    let page = CasePage {
        frame,
        wrongs,
        number,
        version: sheet.case.version,
        instant: sheet.head.instant,
        may_judge: stage == Stage::Submitted && deck::holds(&session.actor, &deck::WINDOW),
        second: sheet.case.corrections > 0,
        waiting: crate::words::waiting(stage),
        back: format!("/desk?stage={}", stage.name()),
        head: sheet.head,
        person: sheet.person,
        shown: sheet.shown,
        answers: sheet.answers,
        materials: sheet.materials,
        past: sheet.past,
        field: given.field.clone(),
        field_why: given.field_why.clone(),
        supervisor_reason: given.supervisor_reason.clone(),
        desk: "window",
    };
    Ok(web::page_with(status, &page))
}

/// Accepts (受理).
pub async fn accept(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let number = act::number(&number)?;
    let next = format!("/desk/{number}");
    act::carry_out(&house, session, number, act::version(&fields)?, Command::Accept, &next).await
}

/// Accepts and decides in one step what is done on the spot (即办件).
pub async fn grant(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let number = act::number(&number)?;
    let command = Command::Decide { verdict: Verdict::Grant };
    act::carry_out(&house, session, number, act::version(&fields)?, command, &format!("/desk/{number}")).await
}
