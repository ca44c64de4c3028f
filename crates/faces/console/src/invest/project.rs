//! One project: its stages side by side, with whom each approval is, what the reviewers say, and what is found wrong.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use catalogue::Items;
use investment::{Command, Ground, Project, query, rulebook, rules};
use kernel::{Duty, ProjectCode, Refuse};
use store::{Failure, ReadExt};
use web::invest::{self, Approval, Clock};
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Visitor, Wrong, page_with, redirect, words};

use super::session;
use crate::deck::{self, Desk};

#[derive(Template)]
#[template(path = "console/invest/project.html")]
struct ProjectPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    code: String,
    name: String,
    unit: String,
    facts: Vec<(&'static str, String)>,
    clock: Clock,
    stages: Vec<Block>,
    opinions: Vec<Said>,
    finding: Option<(String, String, Option<String>)>,
    form: Option<Form>,
    reports: Vec<(String, String)>,
    story: Vec<(String, String)>,
}

/// One stage.
struct Block {
    name: String,
    badge: (&'static str, &'static str),
    clock: Clock,
    lead: String,
    chart: Option<String>,
    rows: Vec<(Approval, String, String)>,
}

/// What a reviewer said of one approval.
struct Said {
    item: String,
    office: String,
    against: bool,
    text: String,
    on: String,
}

/// What the lead department can do.
struct Form {
    heading: &'static str,
    step: &'static str,
    button: &'static str,
    fields: Vec<Field>,
}

fn code_of(text: &str) -> Result<ProjectCode, Fault> {
    text.parse().map_err(|_| Fault::refused(&investment::Refusal::NotFound))
}

/// All of a project.
pub async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Result<Response, Fault> {
    session(&visitor)?;
    shown(&house, &visitor, code_of(&code)?, &Fields::default(), vec![])
}

fn shown(
    house: &House,
    visitor: &Visitor,
    code: ProjectCode,
    sent: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let session = session(visitor)?;
    let project = house.ask(|read| query::project_for(read, &session.actor, &code))?;
    let (today, book) = (house.db.today(), rulebook());
    let (calendar, items, story, unit, offices) = house.read(|read| {
        let unit = identity::party(read, &project.unit)?.map_or_else(String::new, |party| party.name);
        let mut offices = std::collections::BTreeMap::new();
        let leads =
            book.stages.iter().map(|terms| kernel::DepartmentId { region: project.lead.region, kind: terms.lead });
        for id in project.cases.iter().map(|case| case.department).chain(leads) {
            if let std::collections::btree_map::Entry::Vacant(free) = offices.entry(id) {
                free.insert(organisation::department(read, &id)?.map_or_else(String::new, |office| office.name));
            }
        }
        let story = query::story(read, &project)?;
        Ok((organisation::calendar(read)?, read.cached::<Items>()?, story, unit, offices))
    })?;
    let regions = house.regions()?;
    let office = |id: &kernel::DepartmentId| offices.get(id).cloned().unwrap_or_default();
    let name = |code: &kernel::BasicCode| items.get(code).map_or_else(|| code.to_string(), |item| item.name.clone());
    let stages = rules::states(&project, book).into_iter().map(|(terms, state)| Block {
        name: terms.name.clone(),
        badge: invest::stage_state(state),
        clock: Clock::of(rules::used_of(&project, terms.stage, &calendar, today), terms.days),
        lead: office(&kernel::DepartmentId { region: project.lead.region, kind: terms.lead }),
        chart: invest::chart(&project, book, terms.stage, terms.stage.name(), today),
        rows: invest::approvals(&project, terms, &name, today)
            .into_iter()
            .map(|row| {
                let case = project.cases.iter().find(|case| case.number.to_string() == row.number);
                let desk = case.map_or("", |case| desk(case.state));
                let office = case.map_or_else(String::new, |case| office(&case.department));
                let href = if desk.is_empty() { String::new() } else { format!("{desk}/{}", row.number) };
                (row, office, href)
            })
            .collect(),
    });
    let opinions = project.cases.iter().flat_map(|case| {
        case.opinions.iter().map(|opinion| Said {
            item: case.name.clone(),
            office: office(&case.department),
            against: opinion.against,
            text: opinion.text.clone(),
            on: words::short_day(opinion.on, today),
        })
    });
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let leads = session.actor.may(Duty::Decide, &project.lead);
    let frame = deck::frame(visitor, house, session, &project.particulars.name, Desk::Invest);
    Ok(page_with(
        status,
        &ProjectPage {
            frame: frame.with_errors(!wrongs.is_empty()),
            code: project.code.to_string(),
            name: project.particulars.name.clone(),
            unit,
            facts: facts(&project, &regions.full_name(&project.particulars.region)),
            clock: Clock::of(rules::used(&project, &calendar, today), book.limit_days),
            stages: stages.collect(),
            opinions: opinions.collect(),
            finding: project.finding.as_ref().map(|finding| {
                let explained = finding.explained.clone();
                (invest::ground(&finding.ground, today), invest::finding(finding, today), explained)
            }),
            form: if leads { form(&project, sent, &wrongs) } else { None },
            reports: project
                .reports
                .iter()
                .rev()
                .map(|report| {
                    (
                        format!(
                            "{} {}{}",
                            words::short_day(report.on, today),
                            report.kind,
                            if report.late { "，晚了" } else { "" }
                        ),
                        format!("累计完成投资 {}。{}", invest::ten_thousands(report.invested), report.say),
                    )
                })
                .collect(),
            story: story
                .iter()
                .rev()
                .map(|(_, at, event)| (words::moment(*at, today), invest::event(event, &project, book, today)))
                .collect(),
            wrongs,
        },
    ))
}

/// The desk at which a case is worked on.
fn desk(state: investment::CaseState) -> &'static str {
    use investment::CaseState as S;
    match state {
        S::Submitted | S::Correcting => "/desk",
        _ => "/review",
    }
}

fn facts(project: &Project, place: &str) -> Vec<(&'static str, String)> {
    let found = &project.particulars;
    vec![
        ("办理方式", project.route.word().to_owned()),
        ("建设地点", format!("{place}{}", found.address)),
        ("行业和性质", format!("{} {}，{}", found.industry, found.industry.section(), found.nature.word())),
        ("规模和内容", found.scale.clone()),
        ("总投资", invest::ten_thousands(found.total)),
        ("计划", format!("{}开工，{}竣工", words::long_day(found.start), words::long_day(found.finish))),
        (
            "备案证号",
            project.certificate.as_ref().map_or_else(|| "没有".to_owned(), |certificate| certificate.number.clone()),
        ),
    ]
}

/// What whoever decides for the lead department can do about a finding.
fn form(project: &Project, sent: &Fields, wrongs: &[Wrong]) -> Option<Form> {
    let area = |key: &str, label: &str, hint: &str| {
        let field = Field::new(FieldKind::Area, key, label).hint(hint);
        field.value(sent.get(key).unwrap_or_default()).wrong(wrongs)
    };
    match &project.finding {
        None => Some(Form {
            heading: "发现填报不实",
            step: "challenge",
            button: "告知项目单位",
            fields: vec![area("what", "哪里与实际不符", "项目单位有 5 个工作日说明或者改正，过后才列入")],
        }),
        Some(finding) if matches!(finding.ground, Ground::FalseFacts { .. }) => {
            let mut result = Field::new(FieldKind::Radio, "result", "核实结果");
            result.choices = vec![Choice::new("lift", "已改正或者查无此事，了结")];
            if finding.listed.is_none() {
                result.choices.push(Choice::new("list", "属实，列入异常名录"));
            }
            let result = result.value(sent.get("result").unwrap_or_default()).wrong(wrongs);
            let fields = vec![result, area("reason", "核实情况", "查了什么，依据是什么")];
            Some(Form { heading: "核实", step: "settle", button: "提交", fields })
        }
        Some(_) => None,
    }
}

/// Carries out one step.
pub async fn step(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((code, step)): Path<(String, String)>,
    sent: Fields,
) -> Result<Response, Fault> {
    let (actor, code) = (session(&visitor)?.actor.clone(), code_of(&code)?);
    let text = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let command = match (step.as_str(), sent.get("result")) {
        ("challenge", _) => Command::Challenge { what: text("what") },
        ("settle", Some(result @ ("lift" | "list"))) => {
            Command::Settle { lift: result == "lift", reason: text("reason") }
        }
        ("settle", _) => {
            return shown(&house, &visitor, code, &sent, vec![Wrong::new("result", "选一个核实结果")]);
        }
        _ => return Err(Fault::not_found()),
    };
    match house.db.write_async(move |tx| investment::handle(tx, &actor, &code, &command)).await {
        Ok(_) => Ok(redirect(&format!("/invest/{code}"))),
        Err(Failure::Refused(refusal)) if !refusal.fields().is_empty() => {
            shown(&house, &visitor, code, &sent, Wrong::of(&refusal.fields()))
        }
        Err(failure) => Err(failure.into()),
    }
}
