//! 曝光纠错: the work list of reports. Who reported is shown to nobody.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use evaluation::{Exposure, ExposureCommand, ExposureId, ExposureState, Refusal, query, settings};
use kernel::{Refuse, local_date};
use serde::Deserialize;
use store::Failure;
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Query, Visitor, Wrong, redirect, words};

use crate::{
    deck::{self, Desk},
    quality::{Tab, tabs_of},
};

/// Lines of one page.
const PAGE: usize = 30;

/// What the list is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    state: Option<String>,
    cursor: Option<String>,
}

struct Line {
    href: String,
    kind: String,
    department: String,
    said: String,
    by: String,
    overdue: bool,
}

#[derive(Template)]
#[template(path = "console/quality/exposures.html")]
struct List {
    frame: Frame,
    tabs: Vec<Tab>,
    states: Vec<Tab>,
    lines: Vec<Line>,
    next: Option<String>,
}

fn kind(code: &str) -> String {
    settings().kind(code).map_or_else(|| code.to_owned(), |kind| kind.name.clone())
}

/// Reports of one state, the most pressing first.
pub async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let state = asked.state.as_deref().and_then(ExposureState::from_name).unwrap_or(ExposureState::Reported);
    let (lines, next) = house.ask(|read| {
        let page = query::exposure_queue(read, &session.actor, state, PAGE, asked.cursor.as_deref())?;
        let today = local_date(store::Read::now(read));
        let mut lines = vec![];
        for exposure in &page.exposures {
            let department = organisation::department(read, &exposure.department)?;
            let said: String = query::exposure_words(read, exposure)?.chars().take(40).collect();
            lines.push(Line {
                href: format!("/quality/exposures/{}", exposure.id),
                kind: kind(&exposure.kind),
                department: department.map_or_else(String::new, |department| department.name),
                said,
                by: exposure.next_by().map_or_else(String::new, |by| format!("{}前", words::short_day(by, today))),
                overdue: exposure.overdue && exposure.next_by().is_some(),
            });
        }
        Ok::<_, Failure<Refusal>>((lines, page.next))
    })?;
    let states = ExposureState::ALL.map(|of| Tab {
        name: of.word().to_owned(),
        href: format!("/quality/exposures?state={}", of.name()),
        current: of == state,
    });
    Ok(web::page(&List {
        frame: deck::frame(&visitor, &house, session, "曝光纠错", Desk::Quality),
        tabs: tabs_of(&house, session, "exposures")?,
        states: states.into(),
        lines,
        next: next
            .map(|cursor| format!("/quality/exposures?state={}&cursor={}", state.name(), words::percent(&cursor))),
    }))
}

#[derive(Template)]
#[template(path = "console/quality/exposure.html")]
struct OnePage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    id: String,
    kind: String,
    department: String,
    state: &'static str,
    overdue: bool,
    by: String,
    said: String,
    past: Vec<(&'static str, String)>,
    step: &'static str,
    fields: Vec<Field>,
    button: &'static str,
}

fn id(text: &str) -> Result<ExposureId, Fault> {
    text.parse().map_err(|_| Fault::refused(&Refusal::NotFound))
}

/// One report with what can be done about it.
pub async fn one(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    shown(&house, &visitor, id(&text)?, &Fields::default(), vec![])
}

fn shown(
    house: &House,
    visitor: &Visitor,
    id: ExposureId,
    sent: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let (exposure, said, department) = house.ask(|read| {
        let exposure = query::exposure_for(read, &session.actor, &id)?;
        let said = query::exposure_words(read, &exposure)?;
        let department = organisation::department(read, &exposure.department)?;
        Ok::<_, Failure<Refusal>>((exposure, said, department))
    })?;
    let today = house.db.today();
    let (step, fields, button) = form(&exposure, &said, sent, &wrongs);
    let (title, text) = exposure.published.clone().unwrap_or_default();
    let mut past = vec![
        ("核实", exposure.conclusion.clone().unwrap_or_default()),
        ("公开的题目", title),
        ("公开的内容", text),
        ("整改", exposure.measures.clone().unwrap_or_default()),
    ];
    past.retain(|(_, text)| !text.is_empty());
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = OnePage {
        frame: deck::frame(visitor, house, session, "曝光纠错", Desk::Quality).with_errors(!wrongs.is_empty()),
        wrongs,
        id: id.to_string(),
        kind: kind(&exposure.kind),
        department: department.map_or_else(String::new, |department| department.name),
        state: exposure.state.word(),
        overdue: exposure.overdue && exposure.next_by().is_some(),
        by: exposure.next_by().map_or_else(String::new, |by| format!("{}前", words::day(by, today))),
        said,
        past,
        step,
        fields,
        button,
    };
    Ok(web::page_with(status, &page))
}

fn form(exposure: &Exposure, said: &str, sent: &Fields, wrongs: &[Wrong]) -> (&'static str, Vec<Field>, &'static str) {
    let area = |key: &str, label: &str| {
        Field::new(FieldKind::Area, key, label).value(sent.get(key).unwrap_or_default()).wrong(wrongs)
    };
    match exposure.state {
        ExposureState::Reported => {
            let mut finding = Field::new(FieldKind::Radio, "finding", "核实的结果");
            finding.choices = vec![Choice::new("founded", "属实"), Choice::new("unfounded", "不属实")];
            let finding = finding.value(sent.get("finding").unwrap_or_default()).wrong(wrongs);
            ("verify", vec![finding, area("reason", "查到了什么（会给反映人看）")], "提交核实")
        }
        ExposureState::Verified => {
            let title = Field::new(FieldKind::Text, "title", "题目").value(sent.get("title").unwrap_or_default());
            let text = sent.get("text").map_or_else(|| evaluation::mask(said), str::to_owned);
            let text =
                Field::new(FieldKind::Area, "text", "公开的内容").hint("点名到单位；个人的信息要去掉").value(text);
            ("publish", vec![title.wrong(wrongs), text.wrong(wrongs)], "点名公开")
        }
        ExposureState::Published => ("rectify", vec![area("measures", "改了什么")], "登记整改"),
        ExposureState::Rectified => ("close", vec![area("reason", "结论")], "办结"),
        ExposureState::Closed | ExposureState::Unfounded => ("", vec![], ""),
    }
}

/// Carries out one step.
pub async fn step(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((text, step)): Path<(String, String)>,
    sent: Fields,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let id = id(&text)?;
    let words = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let command = match step.as_str() {
        "verify" => {
            let Some(finding) = sent.get("finding").filter(|finding| !finding.is_empty()) else {
                let wrongs = vec![Wrong::new("finding", "选一个结果")];
                return shown(&house, &visitor, id, &sent, wrongs);
            };
            ExposureCommand::Verify { founded: finding == "founded", reason: words("reason") }
        }
        "publish" => ExposureCommand::Publish { title: words("title"), text: words("text") },
        "rectify" => ExposureCommand::Rectify { measures: words("measures") },
        "close" => ExposureCommand::Close { reason: words("reason") },
        _ => return Err(Fault::not_found()),
    };
    let actor = session.actor.clone();
    match house.db.write_async(move |tx| evaluation::handle_exposure(tx, &actor, &id, &command)).await {
        Ok(_) => Ok(redirect(&format!("/quality/exposures/{id}"))),
        Err(Failure::Refused(refusal)) if !refusal.fields().is_empty() => {
            let wrongs = Wrong::of(&refusal.fields());
            shown(&house, &visitor, id, &sent, wrongs)
        }
        Err(failure) => Err(failure.into()),
    }
}
