//! Materials, grouped by whose turn they are; each has a page with every way to bring it.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use casework::{Attachment, Brought, DraftView, MaterialTask, Offer, Refusal, TaskState, Turn, drafts};
use catalogue::{MaterialForm, Source};
use kernel::{Date, Digest, local_date};
use store::Failure;
use web::{
    Choice, Fault, Field, FieldKind, Fields, Frame, House, Section, TriedUpload, Visitor, Wrong, page, page_with,
    redirect,
};

use super::{Open, Sheet, open};
use crate::citizen::{
    case::{
        correction::{file_field, keep, said},
        told,
    },
    words,
};

#[derive(Template)]
#[template(path = "citizen/apply/materials.html")]
struct MaterialsPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    sheet: Sheet,
    total: usize,
    ready: usize,
    waiting: usize,
    groups: Vec<Group>,
    onward: String,
}

struct Group {
    title: &'static str,
    /// Class of the heading.
    heading: &'static str,
    /// Class of the rule above the rows.
    rule: &'static str,
    rows: Vec<Row>,
}

struct Row {
    /// Place on the item's list, from 0.
    place: usize,
    name: String,
    facts: Vec<String>,
    word: &'static str,
    /// Whether the badge says that the government sees to it.
    ours: bool,
    /// The words of the link; empty for none.
    action: &'static str,
}

pub(super) async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let Open { view, sheet, .. } = open(&house, &visitor, &id)?;
    let today = house.db.today();
    let group = |turn: Turn, title, heading, rule| Group {
        title,
        heading,
        rule,
        rows: view
            .materials
            .iter()
            .enumerate()
            .filter(|(_, material)| material.turn == turn)
            .map(|(place, material)| row(place, material, today))
            .collect(),
    };
    let groups = vec![
        group(Turn::Yours, "轮到您", "h-plum", "plum"),
        group(Turn::Ready, "已备好", "h-bamboo", "bamboo"),
        group(Turn::Later, "以后再说", "", "ink"),
    ];
    Ok(page(&MaterialsPage {
        frame: visitor.frame(&house, "材料").in_section(Section::Apply),
        wrongs: vec![],
        total: view.materials.len(),
        ready: view.count(Turn::Ready),
        waiting: view.count(Turn::Yours),
        groups,
        onward: if view.materials_state == TaskState::Done {
            super::onward(&view)
        } else {
            format!("/apply/{}", sheet.id)
        },
        sheet,
    }))
}

fn row(place: usize, material: &MaterialTask, today: Date) -> Row {
    let held = material.offers.iter().find(|offer| !matches!(offer, Offer::Earlier { .. }));
    let mut facts: Vec<String> = material.given.iter().map(|given| brought(given, today)).collect();
    let (word, ours, action) = match (material.turn, facts.is_empty(), held) {
        (Turn::Ready, false, _) => ("已交", false, "换一份"),
        (Turn::Ready, true, Some(Offer::Government)) => {
            facts.push("由我们向别的部门核实，不用您交".to_owned());
            ("已为您备好", true, "")
        }
        (Turn::Ready, true, Some(Offer::Answers)) => {
            facts.push("用您前面填的内容自动生成，不用再写一遍".to_owned());
            ("已为您备好", false, "")
        }
        (Turn::Ready, true, _) => {
            if let Some(Offer::Licence { name, .. }) = held {
                facts.push(format!("来自 电子证照库 · {name}，现在有效"));
            }
            ("已为您备好", false, "不用这份")
        }
        (Turn::Yours, ..) => {
            facts.push(wanted(material).to_owned());
            ("未开始", false, "拍照或上传")
        }
        (Turn::Later, ..) => {
            facts.push(match &material.spared {
                Some(say) => say.clone(),
                None => "名称里说的情况才要交，没有就不用".to_owned(),
            });
            (
                if material.source == Source::Government { "政府安排" } else { "您来提供" },
                material.source == Source::Government,
                "我要交",
            )
        }
    };
    Row { place, name: material.name.clone(), facts, word, ours, action }
}

/// In which form it is wanted.
fn wanted(material: &MaterialTask) -> &'static str {
    match material.form {
        MaterialForm::Original => "要原件：先拍照上传，需要核对时窗口会请您出示",
        MaterialForm::Copy => "复印件就行，拍照或扫描上传",
        MaterialForm::Electronic => "电子件或者照片都行",
    }
}

/// One thing that was put in, as its owner recognises it.
fn brought(given: &casework::Given, today: Date) -> String {
    match &given.attachment.brought {
        Brought::File { name, .. } => {
            let name = name.clone().unwrap_or_else(|| "上传的文件".to_owned());
            let facts = given.media.as_deref().zip(given.size).map(|(media, size)| words::file(media, size));
            format!("{name}{}", facts.map(|facts| format!("，{facts}")).unwrap_or_default())
        }
        Brought::Licence { .. } => "用电子证照".to_owned(),
        Brought::Earlier { case, .. } => format!("用{}那次交过的", words::short_day(case.date(), today)),
        Brought::AtWindow => "提交后拿到窗口给工作人员看".to_owned(),
    }
}

#[derive(Template)]
#[template(path = "citizen/apply/material.html")]
struct MaterialPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    sheet: Sheet,
    place: usize,
    count: usize,
    name: String,
    wanted: &'static str,
    given: Vec<Given>,
    offers: Option<Field>,
    file: Field,
}

/// Something that was put in.
struct Given {
    say: String,
    /// Digest of a file; empty for anything else.
    digest: String,
}

fn material_page(
    house: &House,
    visitor: &Visitor,
    opened: Open,
    place: usize,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let Open { view, sheet, .. } = opened;
    let today = house.db.today();
    let material = view.materials.get(place).ok_or_else(Fault::not_found)?;
    let given = |given: &casework::Given| Given {
        say: brought(given, today),
        digest: given.attachment.brought.digest().map(Digest::to_string).unwrap_or_default(),
    };
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = visitor.frame(house, material.name.clone()).in_section(Section::Apply).with_errors(!wrongs.is_empty());
    Ok(page_with(
        status,
        &MaterialPage {
            frame,
            place,
            count: view.materials.len(),
            name: material.name.clone(),
            wanted: wanted(material),
            given: material.given.iter().map(given).collect(),
            offers: offers(material, today).map(|field| field.wrong(&wrongs)),
            file: file_field(house, "file", "选文件").wrong(&wrongs),
            wrongs,
            sheet,
        },
    ))
}

/// What could stand for it, to choose from; in the address of a choice stands what it is.
fn offers(material: &MaterialTask, today: Date) -> Option<Field> {
    let choice = |offer: &Offer| match offer {
        Offer::Licence { id, name } => Some(Choice {
            hint: "电子证照，现在有效".to_owned(),
            ..Choice::new(format!("licence/{id}"), name.as_str())
        }),
        Offer::Earlier { case, digest, size, submitted, .. } => Some(Choice {
            hint: words::bytes(*size),
            ..Choice::new(
                format!("earlier/{case}/{digest}"),
                format!("{}交过的一份", words::short_day(local_date(*submitted), today)),
            )
        }),
        Offer::Government | Offer::Answers => None,
    };
    let choices: Vec<Choice> = material.offers.iter().filter_map(choice).collect();
    let first = choices.first()?.value.clone();
    let mut field = Field::new(FieldKind::Radio, "offer", "用哪一份");
    field.choices = choices;
    Some(field.value(first))
}

pub(super) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((id, place)): Path<(String, usize)>,
) -> Result<Response, Fault> {
    let opened = open(&house, &visitor, &id)?;
    material_page(&house, &visitor, opened, place, vec![])
}

pub(super) async fn upload(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((id, place)): Path<(String, usize)>,
    upload: Result<TriedUpload, Fault>,
) -> Result<Response, Fault> {
    let opened = open(&house, &visitor, &id)?;
    let again = |wrong: String| vec![Wrong::new("file", wrong)];
    let TriedUpload { upload, refused } = upload?;
    if let Some((_, fault)) = refused.first() {
        return material_page(&house, &visitor, opened, place, again(said(fault)));
    }
    let Some(file) = upload.files.into_iter().next() else {
        return material_page(&house, &visitor, opened, place, again("选一个文件，或者直接拍照".to_owned()));
    };
    let name = file.name.clone();
    match keep(&house, &visitor, file).await? {
        Ok(stored) => {
            put(&house, &visitor, opened, place, Brought::File { digest: stored.digest, name: Some(name) }).await
        }
        Err(refusal) => material_page(&house, &visitor, opened, place, again(told(&refusal))),
    }
}

pub(super) async fn take_offer(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((id, place)): Path<(String, usize)>,
    sent: Fields,
) -> Result<Response, Fault> {
    let opened = open(&house, &visitor, &id)?;
    match sent.get("offer").and_then(taken) {
        Some(brought) => put(&house, &visitor, opened, place, brought).await,
        None => material_page(&house, &visitor, opened, place, vec![Wrong::new("offer", "选一份")]),
    }
}

fn taken(offer: &str) -> Option<Brought> {
    let mut parts = offer.split('/');
    match (parts.next()?, parts.next()?, parts.next()) {
        ("licence", id, None) => Some(Brought::Licence { id: id.parse().ok()? }),
        ("earlier", case, Some(digest)) => {
            Some(Brought::Earlier { case: case.parse().ok()?, digest: digest.parse().ok()? })
        }
        _ => None,
    }
}

pub(super) async fn to_window(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((id, place)): Path<(String, usize)>,
    _: Fields,
) -> Result<Response, Fault> {
    let opened = open(&house, &visitor, &id)?;
    put(&house, &visitor, opened, place, Brought::AtWindow).await
}

/// Puts it into the draft and goes back to the list; what cannot be used is said on the page.
async fn put(
    house: &Arc<House>,
    visitor: &Visitor,
    opened: Open,
    place: usize,
    brought: Brought,
) -> Result<Response, Fault> {
    let material = name(&opened.view, place)?;
    let (actor, id, version) = (opened.actor.clone(), opened.view.draft.id, opened.view.draft.version);
    let key = if matches!(brought, Brought::File { .. }) { "file" } else { "offer" };
    let attachment = Attachment { material, brought };
    let saved =
        house.db.write_async(move |tx| drafts::attach(tx, &actor, &id, version, &attachment).map(std::mem::drop)).await;
    match saved {
        Ok(()) => Ok(redirect(&format!("/apply/{id}/materials"))),
        Err(Failure::Refused(refusal @ (Refusal::LicenceUnusable { .. } | Refusal::EarlierUnusable { .. }))) => {
            material_page(house, visitor, opened, place, vec![Wrong::new(key, told(&refusal))])
        }
        Err(failure) => Err(failure.into()),
    }
}

fn name(view: &DraftView, place: usize) -> Result<String, Fault> {
    Ok(view.materials.get(place).ok_or_else(Fault::not_found)?.name.clone())
}

pub(super) async fn drop(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((id, place)): Path<(String, usize)>,
    sent: Fields,
) -> Result<Response, Fault> {
    let Open { view, actor, .. } = open(&house, &visitor, &id)?;
    let material = name(&view, place)?;
    let only: Option<Digest> = sent.get("digest").and_then(|digest| digest.parse().ok());
    let (id, version) = (view.draft.id, view.draft.version);
    house
        .write(move |tx| drafts::detach(tx, &actor, &id, version, &material, only.as_ref()).map(std::mem::drop))
        .await?;
    Ok(redirect(&format!("/apply/{id}/materials/{place}")))
}
