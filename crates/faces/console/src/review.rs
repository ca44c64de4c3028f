//! The approver's desk: the queue by time left, one case with its papers, an opinion, a decision.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use casework::{Act, Command, Stage, Stance, query};
use identity::Session;
use kernel::{CaseNumber, Duty};
use store::ReadExt;
use web::{Fault, Fields, Frame, House, Visitor, Wrong};

use crate::{
    act::{At, Sent},
    deck::{self, Desk},
    desk::{self, Line},
    sheet::Sheet,
    sure::{self, Question},
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
    sheet: Sheet,
    task: &'static str,
    points: Vec<String>,
    law: String,
    opinions: Vec<OpinionView>,
    /// What was typed so far.
    opinion: String,
    result: String,
    may_review: bool,
    may_grant: bool,
    may_deny: bool,
    may_suspend: bool,
    may_extend: bool,
    may_resume: bool,
    /// Whether the last reviewer was against it: then a grant needs words.
    is_against: bool,
    waiting: &'static str,
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
pub async fn case(at: At) -> Result<Response, Fault> {
    let sheet = at.sheet(None)?;
    shown(&at, sheet, &Fields::default(), vec![])
}

/// The case page, with what was typed and what is wrong with it.
pub fn shown(at: &At, sheet: Sheet, typed: &Fields, wrongs: Vec<Wrong>) -> Result<Response, Fault> {
    let item = at.house.read(|read| Ok(read.cached::<catalogue::Items>()?.get(&sheet.case.item).cloned()))?;
    let (queue, queue_count) = queue(&at.house, &at.session, Some(at.number))?;
    let frame = deck::frame(&at.visitor, &at.house, &at.session, &sheet.head.item, Desk::Review)
        .with_errors(!wrongs.is_empty());
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let case = Some(view(at, sheet, item.as_deref(), typed));
    Ok(web::page_with(status, &Page { frame, wrongs, heading: "审查和决定", queue, queue_count, case }))
}

fn view(at: &At, sheet: Sheet, item: Option<&catalogue::BaseItem>, typed: &Fields) -> CaseView {
    let today = at.house.db.today();
    let opinions = sheet.case.opinions.iter().map(|opinion| OpinionView {
        stance: words::stance(opinion.stance),
        text: opinion.text.clone(),
        by: sheet.staff.get(&opinion.by).cloned().unwrap_or_default(),
        on: web::words::day(opinion.on, today),
    });
    let law = |basis: &catalogue::Basis| format!("{} {}", basis.law, basis.articles.join("、"));
    let text = |key: &str| typed.get(key).unwrap_or_default().to_owned();
    let may = |act| sheet.may(act);
    let (may_review, may_grant, may_resume) = (may(Act::Review), may(Act::Grant), may(Act::Resume));
    CaseView {
        task: if may_grant { "决定" } else { "审查" },
        points: item.map_or_else(Vec::new, |item| item.conditions.clone()),
        law: item.map_or_else(String::new, |item| item.basis.iter().map(law).collect::<Vec<_>>().join("；")),
        opinions: opinions.collect(),
        opinion: text("opinion"),
        result: text("result"),
        may_review,
        may_grant,
        may_deny: may(Act::Deny),
        may_suspend: may(Act::Suspend),
        may_extend: may(Act::Extend),
        may_resume,
        is_against: sheet.case.opinions.last().is_some_and(casework::Opinion::is_against),
        waiting: if may_review || may_grant || may_resume { "" } else { words::waiting(sheet.case.stage()) },
        sheet,
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

/// Gives an opinion; one that is against is shown once more before it goes to the decider.
pub async fn opinion(sent: Sent) -> Result<Response, Fault> {
    let opinion = sent.text("opinion");
    let stance = match (sent.fields.get("sure"), sent.fields.get("stance")) {
        (Some("no"), _) => return shown(&sent.at, sent.at.sheet(None)?, &sent.fields, vec![]),
        (_, Some("for")) => Stance::For,
        (_, Some("against")) => Stance::Against,
        _ => {
            let wrongs = vec![Wrong::new("opinion", "选“同意”或者“不同意”")];
            return shown(&sent.at, sent.at.sheet(None)?, &sent.fields, wrongs);
        }
    };
    let command = Command::Review { stance, opinion: opinion.clone() };
    if stance == Stance::For || sent.fields.get("sure") == Some("yes") {
        return give(sent, command).await;
    }
    let events = match sent.foresee(&command) {
        Ok(events) => events,
        Err(fault) => return told(&sent, fault),
    };
    let question = Question {
        heading: "审查意见：不同意",
        caution: ("决定人会看到。", "意见记入案卷，不能删改。决定不予的，申请人会在决定书里看到理由、依据和救济途径。"),
        button: "提交不同意的意见",
        desk: Desk::Review,
        action: format!("/review/{}/opinion", sent.at.number),
    };
    sure::ask(&sent, question, &sent.at.case()?, &events, vec![opinion])
}

/// Lets the clock run on.
pub async fn resume(sent: Sent) -> Result<Response, Fault> {
    let result = sent.text("result");
    give(sent, Command::Resume { result }).await
}

/// Carries out a command of this desk; what the rules find wrong with its words is shown on the case page.
async fn give(sent: Sent, command: Command) -> Result<Response, Fault> {
    let next = format!("/review/{}", sent.at.number);
    match sent.carry_out(command, &next).await {
        Err(fault) => told(&sent, fault),
        answer => answer,
    }
}

/// What is wrong with the words stands on the case page with them; everything else on a page of its own.
fn told(sent: &Sent, fault: Fault) -> Result<Response, Fault> {
    if fault.errors.is_empty() {
        return Err(fault);
    }
    shown(&sent.at, sent.at.sheet(None)?, &sent.fields, Wrong::of(&fault.errors))
}
