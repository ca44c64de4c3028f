//! A question page: one section of the form, what is known already shown with its source, mistakes said twice alike.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use casework::{DraftView, Refusal, TaskState};
use catalogue::{Answer, Answers, form::Question};
use kernel::{Actor, DraftId, FieldError, local_date};
use organisation::Regions;
use serde::Deserialize;
use store::Failure;
use web::{Fault, Field, Fields, Frame, House, Query, Section, Visitor, Wrong, page_with, redirect};

use super::{Open, Sheet, field, open};
use crate::citizen::words;

#[derive(Template)]
#[template(path = "citizen/apply/question.html")]
struct QuestionPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    sheet: Sheet,
    /// Number of the page, from 1.
    page: usize,
    place: String,
    title: String,
    hint: Option<String>,
    asked: Vec<Asked>,
    to_check: bool,
}

/// One question on the page.
struct Asked {
    field: Field,
    known: Option<Known>,
}

/// A value that the government holds.
struct Known {
    label: String,
    value: String,
    source: String,
    wrong: String,
}

#[derive(Deserialize, Default)]
pub(super) struct Way {
    /// The question whose known value is wrong.
    #[serde(default)]
    wrong: String,
    /// `check`: go back to the check page when done.
    #[serde(default)]
    from: String,
}

pub(super) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((id, number)): Path<(String, usize)>,
    Query(way): Query<Way>,
) -> Result<Response, Fault> {
    let opened = open(&house, &visitor, &id)?;
    // Who comes back to a page where something is to be changed is told at once what.
    let wrongs = wrongs_of(&opened.view, number, &opened.view.wrong);
    question_page(&house, &visitor, opened, number, &way, &Fields::default(), wrongs)
}

/// The mistakes in the questions of this page.
fn wrongs_of(view: &DraftView, number: usize, errors: &[FieldError]) -> Vec<Wrong> {
    let mut wrongs = Wrong::of(errors);
    wrongs.retain(|wrong| questions(view, number).iter().any(|question| question.key == wrong.key));
    wrongs
}

/// The questions of a page that are asked, given the answers so far.
fn questions(view: &DraftView, number: usize) -> Vec<&Question> {
    let Some(section) = number.checked_sub(1).and_then(|place| view.form.sections.get(place)) else { return vec![] };
    let is_asked = |question: &&Question| {
        question.when.as_ref().is_none_or(|when| answer_of(view, &when.key).is_some_and(|one| one.equals(&when.equals)))
    };
    section.questions.iter().filter(is_asked).collect()
}

/// What was answered, else what is known.
fn answer_of<'a>(view: &'a DraftView, key: &str) -> Option<&'a Answer> {
    view.draft.answers.get(key).or_else(|| view.prefilled.get(key).map(|known| &known.answer))
}

fn question_page(
    house: &House,
    visitor: &Visitor,
    opened: Open,
    number: usize,
    way: &Way,
    sent: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let Open { view, sheet, .. } = opened;
    let regions = house.regions()?;
    let section = number.checked_sub(1).and_then(|place| view.form.sections.get(place)).ok_or_else(Fault::not_found)?;
    let today = house.db.today();
    let asked = questions(&view, number)
        .into_iter()
        .map(|question| {
            let mut field = field::field(question, answer_of(&view, &question.key), &regions, &wrongs);
            if let Some(typed) = sent.get(&question.key) {
                keep(&mut field, typed, sent);
            }
            let known =
                view.prefilled.get(&question.key).filter(|_| way.wrong != question.key && field.error.is_none());
            let known = known.map(|known| Known {
                label: question.noun.clone(),
                value: field::shown(question, &known.answer, &regions),
                source: format!("来自{}，{}取得", known.source, words::moment(known.at, today)),
                wrong: format!("/apply/{}/q/{number}?wrong={}#{}", sheet.id, question.key, question.key),
            });
            Asked { field, known }
        })
        .collect();
    let status = if sent.0.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = visitor.frame(house, section.title.clone()).in_section(Section::Apply).with_errors(!wrongs.is_empty());
    Ok(page_with(
        status,
        &QuestionPage {
            frame,
            wrongs,
            page: number,
            place: format!("第 {number} 页，共 {} 页", view.form.sections.len()),
            title: section.title.clone(),
            hint: section.hint.clone(),
            asked,
            to_check: way.from == "check",
            sheet,
        },
    ))
}

/// What was typed stands again, right or wrong.
fn keep(field: &mut Field, typed: &str, sent: &Fields) {
    if field.choices.is_empty() {
        typed.clone_into(&mut field.value);
    } else {
        let all: Vec<&str> = sent.all(&field.key).collect();
        field.choices.iter_mut().for_each(|choice| choice.chosen = all.contains(&choice.value.as_str()));
    }
}

/// Carries the keys of the questions that stood on the page as fields, so that an empty answer is told from none.
const ASKED: &str = "_asked";

pub(super) async fn save(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((id, number)): Path<(String, usize)>,
    Query(way): Query<Way>,
    sent: Fields,
) -> Result<Response, Fault> {
    let before = open(&house, &visitor, &id)?;
    let regions = house.regions()?;
    let asked: Vec<&Question> = questions(&before.view, number)
        .into_iter()
        .filter(|question| sent.all(ASKED).any(|key| key == question.key))
        .collect();
    let keys: Vec<String> = asked.iter().map(|question| question.key.clone()).collect();
    let answers = read(&asked, &sent, &regions);
    keep_answers(&house, &before.actor, before.view.draft.id, before.view.draft.version, answers).await?;

    let after = open(&house, &visitor, &id)?;
    if sent.get("_later").is_some() {
        return Ok(redirect(&format!("/apply/{id}")));
    }
    let errors = house.ask(|read| {
        let draft = casework::drafts::filled(read, &after.actor, &after.view.draft.id)?;
        let today = local_date(store::Read::now(read));
        Ok::<_, Failure<Refusal>>(after.view.form.check(&draft.answers, today, &regions).err().unwrap_or_default())
    })?;
    let mut wrongs = wrongs_of(&after.view, number, &errors);
    // A question that only this answer brought up is asked next, not called a mistake.
    let fresh = wrongs.iter().any(|wrong| !keys.contains(&wrong.key));
    wrongs.retain(|wrong| keys.contains(&wrong.key));
    if !wrongs.is_empty() {
        return question_page(&house, &visitor, after, number, &way, &sent, wrongs);
    }
    Ok(redirect(&next(&after.view, number, fresh, &way)))
}

/// Where to go on: on this page if it asks more now, back to the check, or to the next thing undone.
fn next(view: &DraftView, number: usize, fresh: bool, way: &Way) -> String {
    let id = view.draft.id;
    let undone = |place: &usize| view.sections.get(*place).is_some_and(|section| section.state != TaskState::Done);
    if fresh {
        return format!("/apply/{id}/q/{number}");
    }
    if way.from == "check" && view.is_ready() {
        return format!("/apply/{id}/check");
    }
    match (number..view.sections.len()).find(undone) {
        Some(place) => format!("/apply/{id}/q/{}", place + 1),
        None => super::onward(view),
    }
}

/// The answers as sent; an empty one takes away what was there.
fn read(asked: &[&Question], sent: &Fields, regions: &Regions) -> Answers {
    let one = |question: &&Question| {
        let answer = field::answer(question, sent, regions).unwrap_or_else(|| Answer::Text(String::new()));
        (question.key.clone(), answer)
    };
    asked.iter().map(one).collect()
}

/// Saves on the newest version: each page writes its own questions only, so another device's pages stay as they are.
async fn keep_answers(house: &House, actor: &Actor, id: DraftId, version: i64, answers: Answers) -> Result<(), Fault> {
    let mut version = version;
    loop {
        let (actor, answers) = (actor.clone(), answers.clone());
        let saved = house
            .db
            .write_async(move |tx| casework::drafts::answer(tx, &actor, &id, version, &answers).map(drop))
            .await;
        match saved {
            Ok(()) => return Ok(()),
            Err(Failure::Refused(Refusal::DraftStale { version: newest })) if newest > version => version = newest,
            Err(failure) => return Err(failure.into()),
        }
    }
}
