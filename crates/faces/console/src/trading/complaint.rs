//! Complaints, for the supervisors who decide them.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{Date, Duty};
use serde::Deserialize;
use store::Failure;
use trading::{Complaint, ComplaintCommand, ComplaintId, ComplaintState, Refusal, query};
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Query, Visitor, Wrong, page_with, redirect, words};

use super::{PAGE, Tab, nav, session, wrongs};
use crate::deck::{self, Desk};

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    cursor: Option<String>,
}

/// A complaint in the list.
struct Line {
    href: String,
    lot: String,
    text: String,
    state: String,
    late: bool,
    on: String,
}

fn line(complaint: &Complaint, today: Date) -> Line {
    let state = match &complaint.state {
        ComplaintState::Filed { accept_by } => format!("{}前决定是否受理", words::day(*accept_by, today)),
        ComplaintState::Accepted { decide_by } => format!("{}前处理完", words::day(*decide_by, today)),
        ComplaintState::Declined { reason } => format!("不予受理：{reason}"),
        ComplaintState::Decided { upheld: true, reason } => format!("投诉成立，责令重新招标：{reason}"),
        ComplaintState::Decided { reason, .. } => format!("驳回：{reason}"),
    };
    Line {
        href: format!("/trading/complaints/{}", complaint.id),
        lot: complaint.lot.to_string(),
        text: complaint.text.clone(),
        state,
        late: complaint.late.is_some(),
        on: words::short_day(complaint.on, today),
    }
}

#[derive(Template)]
#[template(path = "console/trading/complaints.html")]
struct List {
    frame: Frame,
    nav: Vec<Tab>,
    lines: Vec<Line>,
    next: Option<String>,
}

/// Complaints that wait, oldest first.
pub(super) async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = session(&visitor, &[Duty::Supervise], Refusal::NotSupervisor)?;
    let page = house.ask(|read| query::open_complaints(read, &session.actor, PAGE, asked.cursor.as_deref()))?;
    let today = house.db.today();
    Ok(web::page(&List {
        frame: deck::frame(&visitor, &house, session, "交易投诉", Desk::Trading),
        nav: nav(session, "/trading/complaints"),
        lines: page.lines.iter().map(|one| line(one, today)).collect(),
        next: page.next.map(|cursor| format!("/trading/complaints?cursor={}", words::percent(&cursor))),
    }))
}

#[derive(Template)]
#[template(path = "console/trading/complaint.html")]
struct One {
    frame: Frame,
    wrongs: Vec<Wrong>,
    line: Line,
    title: String,
    objection: String,
    answer: String,
    suspends: bool,
    accept: Option<Field>,
    decline: Option<Field>,
    decide: Vec<Field>,
}

pub(super) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let id = id.parse().map_err(|_| Fault::refused(&Refusal::NotFound))?;
    shown(&house, &visitor, id, &Fields::default(), vec![])
}

fn shown(
    house: &House,
    visitor: &Visitor,
    id: ComplaintId,
    sent: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let session = session(visitor, &[Duty::Supervise], Refusal::NotSupervisor)?;
    let (complaint, lot) = house.ask(|read| {
        let complaint = query::complaint_for(read, &session.actor, &id)?;
        let lot = query::lot_for(read, &session.actor, &complaint.lot)?;
        Ok::<_, Failure<Refusal>>((complaint, lot))
    })?;
    let today = house.db.today();
    let area = |key: &str, label: &str| {
        Field::new(FieldKind::Area, key, label).value(sent.get(key).unwrap_or_default()).wrong(&wrongs)
    };
    let choose = |key: &str, label: &str, yes: &str, no: &str| {
        let mut field = Field::new(FieldKind::Radio, key, label);
        field.choices = vec![Choice::new("yes", yes), Choice::new("no", no)];
        field.value(sent.get(key).unwrap_or_default()).wrong(&wrongs)
    };
    let is_filed = matches!(complaint.state, ComplaintState::Filed { .. });
    let is_accepted = matches!(complaint.state, ComplaintState::Accepted { .. });
    let objection = lot.objections.get(complaint.objection);
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = One {
        frame: deck::frame(visitor, house, session, "交易投诉", Desk::Trading).with_errors(!wrongs.is_empty()),
        line: line(&complaint, today),
        title: format!("{} {}", lot.project_name, lot.name),
        objection: objection.map_or_else(String::new, |one| one.text.clone()),
        answer: objection
            .and_then(|one| one.answer.as_ref())
            .map_or_else(|| "没有答复".to_owned(), |(_, text)| text.clone()),
        suspends: complaint.suspends,
        accept: is_filed.then(|| choose("suspend", "处理期间要不要暂停", "责令暂停招标投标活动", "不暂停")),
        decline: is_filed.then(|| area("decline", "不予受理的理由")),
        decide: if is_accepted {
            vec![choose("uphold", "处理决定", "投诉成立，责令重新招标", "驳回投诉"), area("reason", "查明的事实和依据")]
        } else {
            vec![]
        },
        wrongs,
    };
    Ok(page_with(status, &page))
}

/// Carries out one step.
pub(super) async fn step(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((id, step)): Path<(String, String)>,
    sent: Fields,
) -> Result<Response, Fault> {
    let actor = session(&visitor, &[Duty::Supervise], Refusal::NotSupervisor)?.actor.clone();
    let id: ComplaintId = id.parse().map_err(|_| Fault::refused(&Refusal::NotFound))?;
    let chosen = |key: &str| match sent.get(key) {
        Some("yes") => Ok(true),
        Some("no") => Ok(false),
        _ => Err(vec![Wrong::new(key, "选一个")]),
    };
    let command = match step.as_str() {
        "accept" => chosen("suspend").map(|suspend| ComplaintCommand::Accept { suspend }),
        "decline" => Ok(ComplaintCommand::Decline { reason: sent.get("decline").unwrap_or_default().to_owned() }),
        "decide" => chosen("uphold").map(|uphold| ComplaintCommand::Decide {
            uphold,
            reason: sent.get("reason").unwrap_or_default().to_owned(),
        }),
        _ => return Err(Fault::not_found()),
    };
    let command = match command {
        Ok(command) => command,
        Err(wrongs) => return shown(&house, &visitor, id, &sent, wrongs),
    };
    let is_decline = matches!(command, ComplaintCommand::Decline { .. });
    match house.db.write_async(move |tx| trading::handle_complaint(tx, &actor, &id, &command)).await {
        Ok(_) => Ok(redirect(&format!("/trading/complaints/{id}"))),
        Err(failure) => {
            let mut wrongs = wrongs(failure)?;
            wrongs.iter_mut().filter(|_| is_decline).for_each(|wrong| wrong.key = "decline".to_owned());
            shown(&house, &visitor, id, &sent, wrongs)
        }
    }
}
