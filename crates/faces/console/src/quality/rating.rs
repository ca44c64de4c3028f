//! One rating: what was said of what, until when it must be put right, and what can be done now.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use evaluation::{Redress, Refusal, Service, Subject, query};
use kernel::{Date, Refuse};
use store::Failure;
use web::{Fault, Fields, Frame, House, Visitor, Wrong, redirect, words};

use super::forms::{StepForm, command, forms};
use super::left;
use crate::deck::{self, Desk};

#[derive(Template)]
#[template(path = "console/quality/one.html")]
struct OnePage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    subject: String,
    item: String,
    department: String,
    stage: &'static str,
    overdue: bool,
    left: String,
    urgency: &'static str,
    by: String,
    facts: Vec<(&'static str, String)>,
    said: Vec<(&'static str, String)>,
    contact: Option<String>,
    may_call: bool,
    forms: Vec<StepForm>,
}

fn subject(text: &str) -> Result<Subject, Fault> {
    text.parse().map_err(|_| Fault::refused(&Refusal::NotFound))
}

/// One rating with what can be done about it.
pub async fn one(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    shown(&house, &visitor, subject(&text)?, None, &Fields::default(), vec![])
}

fn shown(
    house: &House,
    visitor: &Visitor,
    subject: Subject,
    contact: Option<String>,
    sent: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let (service, said, department, calendar) = house.ask(|read| {
        let service = query::service_for(read, &session.actor, &subject)?;
        let said = query::words(read, &service)?;
        let department = organisation::department(read, &service.invited.department)?;
        Ok::<_, Failure<Refusal>>((service, said, department, organisation::calendar(read)?))
    })?;
    let today = house.db.today();
    let redress = service.redress.as_ref();
    let (left, urgency, by) = left(redress, &calendar, today);
    let is_open = redress.is_some_and(|redress| redress.stage().is_open());
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = format!("{} 评价", service.invited.item_name);
    let page = OnePage {
        frame: deck::frame(visitor, house, session, &title, Desk::Quality).with_errors(!wrongs.is_empty()),
        subject: subject.to_string(),
        item: service.invited.item_name.clone(),
        department: department.map_or_else(String::new, |department| department.name),
        stage: redress.map_or("评价", |redress| redress.stage().word()),
        overdue: redress.is_some_and(Redress::is_overdue),
        left,
        urgency,
        by,
        facts: facts(&service, today),
        said: said_lines(&service, &said),
        contact,
        may_call: is_open && deck::holds(&session.actor, &[kernel::Duty::Redress]),
        forms: forms(&service, &said, session, sent, &wrongs),
        wrongs,
    };
    Ok(web::page_with(status, &page))
}

fn facts(service: &Service, today: Date) -> Vec<(&'static str, String)> {
    let mut facts = vec![("办件", service.subject.case().to_string())];
    for (name, rating) in [("评价", &service.first), ("追评", &service.follow_up)] {
        if let Some(rating) = rating {
            let aspects = query::aspects(service.invited.online, rating.level, &rating.aspects).join("、");
            let when = words::moment(rating.at, today);
            facts.push((name, format!("{} {} {when} {}", rating.level.word(), aspects, rating.way.word())));
        }
    }
    if let Some(redress) = &service.redress {
        facts.push(("联系期限", words::day(redress.contact_by, today)));
        facts.push(("整改期限", words::day(redress.rectify_by, today)));
        if redress.extended {
            facts.push(("延期", "已延期一次".to_owned()));
        }
    }
    facts
}

fn said_lines(service: &Service, said: &query::Words) -> Vec<(&'static str, String)> {
    let mut lines = vec![("办事人说", said.first.clone()), ("联系记录", said.note.clone())];
    lines.extend(said.findings.iter().map(|finding| ("核实", finding.clone())));
    lines.push(("办事人的异议", said.objection.clone()));
    if let Some(reply) = service.redress.as_ref().and_then(|redress| redress.reply.as_ref()) {
        lines.push(("整改措施", reply.measures.clone()));
    }
    lines.push(("给办事人的答复", said.reply.clone()));
    lines.push(("办事人追评", said.follow_up.clone()));
    if let Some(published) = &service.published {
        lines.push(("已公开", published.text.clone()));
    }
    if let Some(reason) = &service.withheld {
        lines.push(("不公开", reason.clone()));
    }
    lines.retain(|(_, text)| !text.is_empty());
    lines
}

/// Carries out one step.
pub async fn step(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((text, step)): Path<(String, String)>,
    sent: Fields,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let subject = subject(&text)?;
    let command = match command(&step, &sent) {
        Ok(command) => command,
        Err(wrongs) if wrongs.is_empty() => return Err(Fault::not_found()),
        Err(wrongs) => return shown(&house, &visitor, subject, None, &sent, wrongs),
    };
    let actor = session.actor.clone();
    match house.db.write_async(move |tx| evaluation::handle(tx, &actor, &subject, &command)).await {
        Ok(_) => Ok(redirect(&format!("/quality/{subject}"))),
        Err(Failure::Refused(refusal)) if !refusal.fields().is_empty() => {
            let wrongs = Wrong::of(&refusal.fields());
            shown(&house, &visitor, subject, None, &sent, wrongs)
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Whom to call. The look is kept, and its subject can see it.
pub async fn reveal(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
    _: Fields,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let subject = subject(&text)?;
    let actor = session.actor.clone();
    let whom = house.write(move |tx| evaluation::reveal_contact(tx, &actor, &subject)).await?;
    let phone = whom.phone().map_or_else(|| "没有留电话".to_owned(), ToString::to_string);
    shown(&house, &visitor, subject, Some(format!("{} {phone}", whom.name())), &Fields::default(), vec![])
}
