//! The window: what waits for an answer, and one case with its papers.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use casework::{Command, Refusal, Stage, Verdict, query};
use clock::Calendar;
use kernel::{CaseNumber, Date, PartyId};
use serde::Deserialize;
use store::{Failure, Reader};
use web::{Fault, Fields, Frame, House, Query, Visitor, Wrong};

use crate::{
    act::{At, Sent},
    deck::{self, Desk},
    sheet::{self, Sheet},
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

/// The lines of a queue with names and time left, and the cursor of the next page. Names are asked for the whole page at once.
pub fn lines(
    read: &mut Reader,
    page: query::Page<query::CaseLine>,
    href: impl Fn(&query::CaseLine) -> String,
    current: Option<CaseNumber>,
) -> Result<(Vec<Line>, Option<String>), Failure<Refusal>> {
    let calendar: Arc<Calendar> = organisation::calendar(read)?;
    let today: Date = kernel::local_date(store::Read::now(read));
    let applicants: Vec<PartyId> = page.lines.iter().map(|line| line.applicant).collect();
    let names: HashMap<PartyId, identity::Party> = identity::parties(read, &applicants)?;
    let mut lines = Vec::with_capacity(page.lines.len());
    for line in &page.lines {
        let department = organisation::department(read, &line.department)?;
        let (left, urgency, by) = sheet::time_left(line.stage, line.next_by, &calendar, today);
        lines.push(Line {
            number: line.number,
            href: href(line),
            item: line.item_name.clone(),
            applicant: names.get(&line.applicant).map_or_else(|| sheet::NOBODY.to_owned(), |party| party.name.clone()),
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
    sheet: Sheet,
    waiting: &'static str,
    hands_over: bool,
    parcel: Option<String>,
    back: String,
    field: String,
    field_why: String,
    supervisor_reason: String,
    desk: &'static str,
}

/// One case at the window.
pub async fn case(at: At) -> Result<Response, Fault> {
    let sheet = at.sheet(None)?;
    shown(&at, sheet, &Fields::default(), vec![])
}

/// The case page, with what was typed so far and what is wrong with it.
pub fn shown(at: &At, mut sheet: Sheet, typed: &Fields, wrongs: Vec<Wrong>) -> Result<Response, Fault> {
    sheet.mark(typed);
    let stage = sheet.case.stage();
    let title = format!("{} {}", sheet.head.item, sheet.head.applicant);
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = deck::frame(&at.visitor, &at.house, &at.session, &title, Desk::Window).with_errors(!wrongs.is_empty());
    let text = |key: &str| typed.get(key).unwrap_or_default().to_owned();
    let page = CasePage {
        frame,
        wrongs,
        waiting: crate::words::waiting(stage),
        hands_over: casework::waits_at_window(&sheet.case)
            && at.session.actor.may(kernel::Duty::Receive, &sheet.case.department),
        parcel: sheet.case.prepared.and_then(|prepared| prepared.parcel).map(|id| format!("/desk/parcels/{id}")),
        back: format!("/desk?stage={}", stage.name()),
        field: text("field"),
        field_why: text("field_why"),
        supervisor_reason: text("supervisor_reason"),
        desk: "window",
        sheet,
    };
    Ok(web::page_with(status, &page))
}

/// Accepts (受理).
pub async fn accept(sent: Sent) -> Result<Response, Fault> {
    settle(sent, Command::Accept).await
}

/// Hands the paper of a result over at the window, and closes.
pub async fn hand_over(sent: Sent) -> Result<Response, Fault> {
    let (actor, number, version) = (sent.at.session.actor.clone(), sent.at.number, sent.version);
    sent.at
        .house
        .write(move |tx| {
            let case = query::case_for(tx, &actor, &number)?;
            if case.version != version {
                return Err(Failure::<Refusal>::Broken(store::Error::Lost));
            }
            let how = casework::Service::Window;
            casework::handle(tx, &actor, &number, &Command::Serve { how, licence: case.licence })?;
            casework::handle(tx, &actor, &number, &Command::Close)
        })
        .await?;
    Ok(web::redirect(&format!("/desk/{number}")))
}

/// Accepts and decides in one step what is done on the spot (即办件).
pub async fn grant(sent: Sent) -> Result<Response, Fault> {
    settle(sent, Command::Decide { verdict: Verdict::Grant { reason: None } }).await
}

/// Carries out an acceptance once everything that came was looked at and nothing is marked as missing.
async fn settle(sent: Sent, command: Command) -> Result<Response, Fault> {
    let mut sheet = sent.at.sheet(None)?;
    sheet.mark(&sent.fields);
    let wrongs: Vec<Wrong> = sheet.unseen().into_iter().chain(sheet.lacking()).collect();
    // A case that somebody else changed meanwhile is told so first.
    if sheet.case.version == sent.version && !wrongs.is_empty() {
        return shown(&sent.at, sheet, &sent.fields, wrongs);
    }
    sent.carry_out(command, &format!("/desk/{}", sent.at.number)).await
}
