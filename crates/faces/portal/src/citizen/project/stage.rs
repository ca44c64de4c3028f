//! One form for all approvals of a stage, the materials once, sent together.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use casework::{Attachment, Brought};
use investment::rules::{self, Refusal};
use investment::{Joint, Needed, Project, Stage, StageForm, needed, rulebook};
use kernel::{BasicCode, Digest, Refuse};
use store::{Failure, Read};
use web::{
    Fault, Field, FieldKind, Fields, Frame, House, Query, Section, TriedUpload, Upload, Visitor, Wrong, invest, page,
    page_with, redirect,
};

use super::own::{names, own};
use crate::citizen::{
    apart,
    case::{
        correction::{Kept, file_field, keep, said},
        told,
    },
};

/// Approvals that the unit may say it needs, by item code; the key `go` says that the question was answered.
type Chosen = BTreeMap<String, String>;

#[derive(Template)]
#[template(path = "citizen/project/choose.html")]
struct ChoosePage {
    frame: Frame,
    code: String,
    stage: &'static str,
    stage_name: String,
    musts: Vec<String>,
    questions: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "citizen/project/stage.html")]
struct StagePage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    code: String,
    name: String,
    stage: &'static str,
    stage_name: String,
    items: Vec<String>,
    asked: Vec<String>,
    contacts: Vec<Field>,
    materials: Vec<Row>,
    note: Field,
}

/// One material to bring, or that is there.
struct Row {
    name: String,
    wanted_by: String,
    held: Option<String>,
    kept: Option<Kept>,
    field: Field,
}

fn stage_of(name: &str) -> Result<Stage, Fault> {
    Stage::from_name(name).ok_or_else(Fault::not_found)
}

pub(super) async fn ask(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((code, stage)): Path<(String, String)>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Fault> {
    visitor.citizen()?;
    let stage = stage_of(&stage)?;
    let project = own(&house, &visitor, &code)?;
    let terms = rulebook().stage(stage).ok_or_else(Fault::not_found)?;
    let name = house.read(|read| names(read))?;
    let places = rules::places(&project, terms);
    let questions: Vec<(String, String, String)> = places
        .iter()
        .filter(|place| place.is_free())
        .filter_map(|place| {
            let question = place.approval.question.clone()?;
            Some((place.approval.item.to_string(), name(&place.approval.item), question))
        })
        .collect();
    if chosen.contains_key("go") || questions.is_empty() {
        let asked: Vec<BasicCode> = chosen.keys().filter_map(|key| key.parse().ok()).collect();
        return stage_page(&house, &visitor, &project, stage, &asked, &Fields::default(), vec![]);
    }
    // What is locked is refused before anything is asked.
    match rules::to_submit(&project, rulebook(), stage, &[]) {
        Ok(_) | Err(Refusal::NothingToSubmit) => {}
        Err(refusal) => return Err(Fault::refused(&refusal)),
    }
    let due = rules::to_submit(&project, rulebook(), stage, &[]).unwrap_or_default();
    Ok(page(&ChoosePage {
        frame: visitor.frame(&house, terms.name.clone()).in_section(Section::Mine),
        code: project.code.to_string(),
        stage: stage.name(),
        stage_name: terms.name.clone(),
        musts: due.iter().map(&name).collect(),
        questions,
    }))
}

/// Key of a material's field: a material's name is no good key.
fn key(place: usize) -> String {
    format!("m{place}")
}

fn stage_page(
    house: &House,
    visitor: &Visitor,
    project: &Project,
    stage: Stage,
    asked: &[BasicCode],
    sent: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let (session, party) = visitor.citizen()?;
    let wanted = house.ask(|read| needed(read, &session.actor, &project.code, stage, asked))?;
    let due = rules::to_submit(project, rulebook(), stage, asked).unwrap_or_default();
    let (name, contact, files) = house.read(|read| {
        let tokens = (0..wanted.len()).map(|place| sent.get(&format!("{}-kept", key(place))));
        let files = tokens.map(|token| kept(read, &party, token)).collect::<Result<Vec<_>, _>>()?;
        Ok((names(read)?, contact(read, visitor)?, files))
    })?;
    let typed = |key: &str, known: &str| sent.get(key).unwrap_or(known).to_owned();
    let mut rows = vec![];
    for ((place, one), kept) in wanted.iter().enumerate().zip(files) {
        let mut field = file_field(house, &key(place), if kept.is_some() { "换一份" } else { "选文件" });
        field.required = one.required && one.held.is_none();
        rows.push(Row {
            name: one.name.clone(),
            wanted_by: one.wanted_by.join("、"),
            held: one.held.clone(),
            kept,
            field: field.wrong(&wrongs),
        });
    }
    let contacts = [
        Field::new(FieldKind::Text, "contact_name", "项目上找谁联系？")
            .width("w-18")
            .autocomplete("name")
            .value(typed("contact_name", &contact)),
        Field::new(FieldKind::Phone, "contact_phone", "用哪个手机号联系？")
            .hint("各部门有事要问，都打这个号码")
            .width("w-11")
            .autocomplete("tel")
            .value(typed("contact_phone", "")),
    ];
    let note = Field::new(FieldKind::Area, "note", "有没有要说明的情况？").optional().value(typed("note", ""));
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let stage_name = invest::stage_name(rulebook(), stage);
    Ok(page_with(
        status,
        &StagePage {
            frame: visitor.frame(house, stage_name.clone()).in_section(Section::Mine).with_errors(!wrongs.is_empty()),
            code: project.code.to_string(),
            name: project.particulars.name.clone(),
            stage: stage.name(),
            stage_name,
            items: due.iter().map(&name).collect(),
            asked: asked.iter().map(BasicCode::to_string).collect(),
            contacts: contacts.map(|field| field.wrong(&wrongs)).into(),
            materials: rows,
            note: note.wrong(&wrongs),
            wrongs,
        },
    ))
}

/// The name of whoever sits in front of the page.
fn contact(read: &mut dyn Read, visitor: &Visitor) -> Result<String, store::Error> {
    let person = match visitor.citizen() {
        Ok((session, _)) => match session.actor {
            kernel::Actor::Citizen { person, .. } => Some(person),
            _ => None,
        },
        Err(_) => None,
    };
    Ok(match person {
        Some(person) => identity::party(read, &person)?.map_or_else(String::new, |party| party.name),
        None => String::new(),
    })
}

/// A file that arrived before, if the page sends one back.
fn kept(read: &mut dyn Read, party: &kernel::PartyId, token: Option<&str>) -> Result<Option<Kept>, store::Error> {
    let Some((digest, name)) = token.and_then(Kept::parts) else { return Ok(None) };
    Ok(casework::kept_file(read, party, &digest)?.map(|file| Kept::of(&file, &name)))
}

pub(super) async fn send(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((code, stage)): Path<(String, String)>,
    upload: Result<TriedUpload, Fault>,
) -> Result<Response, Fault> {
    visitor.citizen()?;
    let stage = stage_of(&stage)?;
    let project = own(&house, &visitor, &code)?;
    let (session, party) = visitor.citizen()?;
    let actor = session.actor.clone();
    let TriedUpload { upload: Upload { fields: mut sent, files }, refused } = upload?;
    let mut wrongs: Vec<Wrong> = refused.iter().map(|(key, fault)| Wrong::new(key.as_str(), said(fault))).collect();
    for file in files {
        let (field, name) = (file.field.clone(), file.name.clone());
        match keep(&house, &visitor, file).await? {
            Ok(stored) => {
                let token = format!("{field}-kept");
                sent.0.retain(|(key, _)| *key != token);
                sent.0.push((token, Kept::of(&stored, &name).token));
            }
            Err(refusal) => wrongs.push(Wrong::new(field, told(&refusal))),
        }
    }
    let asked: Vec<BasicCode> = sent.all("asked").filter_map(|code| code.parse().ok()).collect();
    let wanted = house.ask(|read| needed(read, &actor, &project.code, stage, &asked))?;
    let materials = house.read(|read| materials(read, &party, &wanted, &sent))?;
    let again = |wrongs| stage_page(&house, &visitor, &project, stage, &asked, &sent, wrongs);
    if !wrongs.is_empty() {
        return again(wrongs);
    }
    let typed = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let form = StageForm {
        contact_name: typed("contact_name"),
        contact_phone: typed("contact_phone"),
        note: typed("note"),
        asked: asked.clone(),
        materials,
    };
    let code = project.code;
    let prepared = apart(&house, move |house| Joint::prepare(&house.db, &actor, &code, stage, &form)).await?;
    let filed = match prepared {
        Ok(joint) => house.db.write_async(move |tx| investment::submit(tx, &joint)).await,
        Err(failure) => Err(failure),
    };
    match filed {
        Ok(_) => Ok(redirect(&format!("/me/projects/{code}#{}", stage.name()))),
        Err(Failure::Refused(refusal)) => match mistakes(&refusal, &wanted) {
            wrongs if wrongs.is_empty() => Err(Fault::refused(&refusal)),
            wrongs => again(wrongs),
        },
        Err(Failure::Broken(error)) => Err(error.into()),
    }
}

/// The files that are there, as materials.
fn materials(
    read: &mut dyn Read,
    party: &kernel::PartyId,
    wanted: &[Needed],
    sent: &Fields,
) -> Result<Vec<Attachment>, store::Error> {
    let mut all = vec![];
    for (place, one) in wanted.iter().enumerate() {
        let Some((digest, name)): Option<(Digest, String)> =
            sent.get(&format!("{}-kept", key(place))).and_then(Kept::parts)
        else {
            continue;
        };
        if casework::kept_file(read, party, &digest)?.is_some() {
            let brought = Brought::File { digest, name: Some(name) };
            all.push(Attachment { material: one.name.clone(), brought });
        }
    }
    Ok(all)
}

/// What is to be put right on this page: materials that are missing, answers that will not do.
fn mistakes(refusal: &Refusal, wanted: &[Needed]) -> Vec<Wrong> {
    let Refusal::Case { refusal, .. } = refusal else { return vec![] };
    match &**refusal {
        casework::Refusal::MaterialsMissing(names) => {
            let missing = wanted.iter().enumerate().filter(|(_, one)| names.contains(&one.name));
            missing.map(|(place, one)| Wrong::new(key(place), format!("上传{}", one.name))).collect()
        }
        other => {
            let on_page = ["contact_name", "contact_phone", "note"];
            Wrong::of(&other.fields()).into_iter().filter(|wrong| on_page.contains(&wrong.key.as_str())).collect()
        }
    }
}
