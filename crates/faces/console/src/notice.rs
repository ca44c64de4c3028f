//! The one notice that tells everything that is missing (一次性告知): first shown as the applicant will read it, then sent.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use casework::{Command, Missing, Subject, query};
use kernel::CaseNumber;
use web::{Fault, Fields, Frame, House, Visitor, Wrong};

use crate::{
    act,
    deck::{self, Desk},
    desk::{self, Given},
    sheet,
};

/// One thing to correct, on the preview.
struct Point {
    /// `material` or `field`: the name under which the preview sends it on.
    kind: &'static str,
    key: String,
    name: String,
    why: String,
}

#[derive(Template)]
#[template(path = "console/notice.html")]
struct Preview {
    frame: Frame,
    number: CaseNumber,
    version: i64,
    applicant: String,
    item: String,
    until: String,
    points: Vec<Point>,
    supervisor_reason: String,
}

/// Shows the notice before it goes out.
pub async fn preview(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let number = act::number(&number)?;
    let version = act::version(&fields)?;
    let sheet = house.ask(|read| sheet::load(read, session, &number, None))?;
    let text = |key: &str| fields.get(key).unwrap_or_default().to_owned();
    let given = Given {
        missing: (0..sheet.materials.len())
            .filter(|index| fields.get(&format!("m{index}")) == Some("no"))
            .map(|index| (index, text(&format!("why{index}"))))
            .collect(),
        field: text("field"),
        field_why: text("field_why"),
        supervisor_reason: text("supervisor_reason"),
    };
    let mut wrongs: Vec<Wrong> = given
        .missing
        .iter()
        .filter(|(_, why)| why.is_empty())
        .filter_map(|(index, _)| Some((index, sheet.materials.get(*index)?)))
        .map(|(index, material)| Wrong::new(format!("why{index}"), format!("写清“{}”要怎么补", material.name)))
        .collect();
    if !given.field.is_empty() && given.field_why.is_empty() {
        wrongs.push(Wrong::new("field_why", "写清填的内容要怎么改"));
    }
    let materials = given.missing.iter().filter_map(|(index, why)| {
        let name = sheet.materials.get(*index)?.name.clone();
        Some(Point { kind: "material", key: name.clone(), name, why: why.clone() })
    });
    let answer = sheet.answers.iter().find(|answer| answer.key == given.field);
    let answers = answer.map(|answer| Point {
        kind: "field",
        key: answer.key.clone(),
        name: answer.label.clone(),
        why: given.field_why.clone(),
    });
    let points: Vec<Point> = materials.chain(answers).collect();
    if points.is_empty() {
        wrongs.push(Wrong::new("field", "先标出缺哪份材料，或者选要改的内容，再告知"));
    }
    if !wrongs.is_empty() {
        return desk::shown(&house, &visitor, number, None, &given, wrongs);
    }
    let today = house.db.today();
    let until = sheet.case.terms.correct_until(today);
    let preview = Preview {
        frame: deck::frame(&visitor, &house, session, "一次性告知", Desk::Window),
        number,
        version,
        applicant: sheet.head.applicant,
        item: sheet.head.item,
        until: web::words::day(until, today),
        points,
        supervisor_reason: given.supervisor_reason,
    };
    Ok(web::page(&preview))
}

/// Sends the notice: the clock of acceptance stops, it is the applicant's turn.
pub async fn send(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let number = act::number(&number)?;
    // Each point is a pair of fields in order: what, and then why.
    let mut missing = vec![];
    let mut what = None;
    for (key, value) in fields.iter() {
        match (key, what.take()) {
            ("material", _) => what = Some(Subject::Material(value.to_owned())),
            ("field", _) => what = Some(Subject::Field(value.to_owned())),
            ("why", Some(what)) => missing.push(Missing { what, why: value.trim().to_owned() }),
            _ => {}
        }
    }
    let supervisor_reason = fields.get("supervisor_reason").filter(|text| !text.is_empty()).map(str::to_owned);
    house.ask(|read| query::case_for(read, &session.actor, &number))?;
    let command = Command::Correct { missing, supervisor_reason };
    act::carry_out(&house, session, number, act::version(&fields)?, command, &format!("/desk/{number}")).await
}
