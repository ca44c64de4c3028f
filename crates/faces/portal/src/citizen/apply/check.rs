//! Check, declare, submit, receipt. The button may be pressed twice; the case is filed once.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use casework::{Brought, Channel, DraftView, Offer, Refusal, Submission, TaskState};
use catalogue::form::Question;
use kernel::DraftId;
use store::Failure;
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Section, Visitor, Wrong, page, page_with, redirect};

use super::{Open, Sheet, delivery, field, open};
use crate::citizen::{
    apart,
    case::{
        self, told,
        view::{View, Viewer},
    },
};

#[derive(Template)]
#[template(path = "citizen/apply/check.html")]
struct CheckPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    sheet: Sheet,
    groups: Vec<Group>,
    declaration: Field,
}

struct Group {
    title: String,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    label: String,
    value: String,
    href: String,
}

pub(super) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let opened = open(&house, &visitor, &id)?;
    if opened.view.submit_state == TaskState::NotYet {
        return Ok(redirect(&format!("/apply/{}", opened.view.draft.id)));
    }
    check_page(&house, &visitor, opened, vec![])
}

fn check_page(house: &House, visitor: &Visitor, opened: Open, wrongs: Vec<Wrong>) -> Result<Response, Fault> {
    let Open { view, sheet, .. } = opened;
    let regions = house.regions()?;
    let answer = |question: &Question| {
        let known = view.prefilled.get(&question.key).map(|known| &known.answer);
        view.draft.answers.get(&question.key).or(known)
    };
    let is_asked = |question: &&Question| match &question.when {
        Some(when) => {
            view.form.question(&when.key).and_then(answer).is_some_and(|earlier| earlier.equals(&when.equals))
        }
        None => true,
    };
    let id = sheet.id;
    let section = |(place, section): (usize, &catalogue::form::Section)| Group {
        title: section.title.clone(),
        rows: section
            .questions
            .iter()
            .filter(is_asked)
            .map(|question| Row {
                id: question.key.clone(),
                label: question.noun.clone(),
                value: answer(question).map_or_else(String::new, |one| field::shown(question, one, &regions)),
                href: change(&view, id, place, &question.key),
            })
            .collect(),
    };
    let mut groups: Vec<Group> = view.form.sections.iter().enumerate().map(section).collect();
    groups.retain(|group| !group.rows.is_empty());
    groups.extend(materials(&view, id));
    if view.ways.len() > 1 {
        let row = Row {
            id: String::new(),
            label: "领取方式".to_owned(),
            value: delivery::fact(&view),
            href: format!("/apply/{id}/delivery"),
        };
        groups.push(Group { title: "结果怎么给您".to_owned(), rows: vec![row] });
    }
    let mut declaration = Field::new(FieldKind::Checkbox, "declared", "提交前请确认");
    declaration.choices = vec![Choice {
        hint: "申请人对材料的真实性负责（行政许可法 第三十一条）".to_owned(),
        ..Choice::new("yes", "上面填的和交的都是真的")
    }];
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = visitor.frame(house, "检查一遍再提交").in_section(Section::Apply).with_errors(!wrongs.is_empty());
    Ok(page_with(status, &CheckPage { frame, declaration: declaration.wrong(&wrongs), wrongs, groups, sheet }))
}

/// The page on which an answer is changed; a known value is opened for changing.
fn change(view: &DraftView, id: DraftId, place: usize, key: &str) -> String {
    let wrong = if view.prefilled.contains_key(key) { format!("&wrong={key}") } else { String::new() };
    format!("/apply/{id}/q/{}?from=check{wrong}#{key}", place + 1)
}

/// The materials as they go in; what is not brought and not needed is left out.
fn materials(view: &DraftView, id: DraftId) -> Option<Group> {
    let row = |(place, material): (usize, &casework::MaterialTask)| {
        let value = match (material.given.len(), material.offers.first()) {
            (0, Some(Offer::Licence { name, .. })) => format!("电子证照库带出（{name}）"),
            (0, Some(Offer::Government)) => "由我们向别的部门核实".to_owned(),
            (0, Some(Offer::Answers)) => "用上面填的内容自动生成".to_owned(),
            (0, _) => return None,
            (1, _) => match &material.given[0].attachment.brought {
                Brought::File { name, .. } => name.clone().unwrap_or_else(|| "上传的文件".to_owned()),
                Brought::Licence { .. } => "用电子证照".to_owned(),
                Brought::Earlier { .. } => "用以前交过的".to_owned(),
                Brought::AtWindow => "拿到窗口去交".to_owned(),
            },
            (count, _) => format!("{count} 个文件"),
        };
        let is_ours = matches!(material.offers.first(), Some(Offer::Government | Offer::Answers));
        let href =
            if material.given.is_empty() && is_ours { String::new() } else { format!("/apply/{id}/materials/{place}") };
        Some(Row { id: String::new(), label: material.name.clone(), value, href })
    };
    let rows: Vec<Row> = view.materials.iter().enumerate().filter_map(row).collect();
    (!rows.is_empty()).then(|| Group { title: "材料".to_owned(), rows })
}

pub(super) async fn submit(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let opened = match open(&house, &visitor, &id) {
        Err(fault) if fault.status == StatusCode::GONE || fault.status == StatusCode::NOT_FOUND => {
            return filed_before(&house, &visitor, &id, fault).await;
        }
        other => other?,
    };
    if sent.get("declared") != Some("yes") {
        return check_page(&house, &visitor, opened, vec![Wrong::new("declared", "勾选“上面填的和交的都是真的”")]);
    }
    let (actor, draft) = (opened.actor.clone(), opened.view.draft.id);
    let prepared = apart(&house, move |house| {
        let draft = house.db.read(|read| casework::drafts::filled(read, &actor, &draft))?;
        Submission::prepare(&house.db, &actor, draft.filing(Channel::Online))
    })
    .await?;
    let filed = match prepared {
        Ok(submission) => house.db.write_async(move |tx| casework::submit(tx, &submission)).await,
        Err(failure) => Err(failure),
    };
    match filed {
        Ok(receipt) => Ok(redirect(&format!("/apply/done/{}", receipt.number))),
        Err(Failure::Refused(Refusal::Form(errors))) => check_page(&house, &visitor, opened, Wrong::of(&errors)),
        Err(Failure::Refused(refusal @ (Refusal::MaterialsMissing(_) | Refusal::LicenceUnusable { .. }))) => {
            check_page(&house, &visitor, opened, vec![Wrong::new("declared", told(&refusal))])
        }
        Err(Failure::Refused(refusal @ Refusal::DraftGone)) => {
            filed_before(&house, &visitor, &id, Fault::refused(&refusal)).await
        }
        Err(failure) => Err(failure.into()),
    }
}

/// A draft that is gone because it was filed a moment ago: the second click lands where the first did.
async fn filed_before(house: &House, visitor: &Visitor, id: &str, fault: Fault) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    let Ok(draft) = id.parse::<DraftId>() else { return Err(fault) };
    let actor = session.actor.clone();
    match house.write(move |tx| casework::drafts::filed(tx, &actor, &draft)).await? {
        Some(number) => Ok(redirect(&format!("/apply/done/{number}"))),
        None => Err(fault),
    }
}

#[derive(Template)]
#[template(path = "citizen/apply/done.html")]
struct DonePage {
    frame: Frame,
    view: View,
    next: String,
}

pub(super) async fn done(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Response, Fault> {
    let (case, papers) = case::own(&house, &visitor, &number)?;
    let (session, _) = visitor.citizen()?;
    let view = house.ask(|read| View::gather(read, &case, Viewer::Applicant(&session.actor, &papers.password)))?;
    let next = format!("{}{}{}", view.before, view.date, view.after);
    let frame = visitor.frame(&house, "提交好了").in_section(Section::Apply);
    Ok(page(&DonePage { frame, view, next }))
}
