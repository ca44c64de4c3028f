//! The unit's own projects: the list, and all of one.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use catalogue::Items;
use investment::rules::{self, StageState};
use investment::{Ground, Project, Stage, query, rulebook};
use kernel::{BasicCode, Date, ProjectCode};
use serde::Deserialize;
use store::{Failure, Read, ReadExt};
use web::invest::{self, Approval, Clock};
use web::{Fault, Frame, House, Query, Section, Visitor, page, words};

use crate::citizen::me::Side;

/// Projects on one page of the list.
const SHOWN: usize = 20;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    after: Option<String>,
    /// Just registered.
    #[serde(default)]
    new: String,
}

#[derive(Template)]
#[template(path = "citizen/project/list.html")]
struct ListPage {
    frame: Frame,
    side: Side,
    is_unit: bool,
    lines: Vec<Line>,
    next: Option<String>,
}

/// A project in the list.
struct Line {
    code: String,
    name: String,
    route: &'static str,
    stage: String,
    owed: String,
    found: bool,
}

pub(super) async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    let found = house.db.read(|read| {
        let page = query::own(read, &session.actor, SHOWN, asked.after.as_deref())?;
        Ok::<_, Failure<investment::Refusal>>((page, organisation::calendar(read)?))
    });
    let (is_unit, page_of, calendar) = match found {
        Ok((page, calendar)) => (true, page, Some(calendar)),
        Err(Failure::Refused(_)) => (false, query::Page { lines: vec![], next: None }, None),
        Err(Failure::Broken(error)) => return Err(error.into()),
    };
    let (today, book) = (house.db.today(), rulebook());
    let line = |project: &Project| Line {
        code: project.code.to_string(),
        name: project.particulars.name.clone(),
        route: project.route.word(),
        stage: rules::current(project, book)
            .map_or_else(|| "各阶段都已办完".to_owned(), |stage| invest::stage_name(book, stage)),
        owed: calendar
            .as_ref()
            .and_then(|calendar| invest::owed(project, book, calendar))
            .map_or_else(String::new, |(kind, due)| format!("{kind}，{}前报", words::short_day(due, today))),
        found: project.finding.is_some(),
    };
    Ok(page(&ListPage {
        frame: visitor.frame(&house, "投资项目").in_section(Section::Mine),
        side: Side::of(&house, &visitor, "/me/projects")?,
        is_unit,
        lines: page_of.lines.iter().map(line).collect(),
        next: page_of.next.map(|next| format!("/me/projects?after={next}")),
    }))
}

#[derive(Template)]
#[template(path = "citizen/project/show.html")]
struct ShowPage {
    frame: Frame,
    side: Side,
    is_new: bool,
    code: String,
    name: String,
    facts: Vec<(&'static str, String)>,
    certificate: Option<(String, String)>,
    clock: Clock,
    stages: Vec<Block>,
    finding: Option<Found>,
    owed: Option<(String, String, bool)>,
    reports: Vec<(String, String)>,
    story: Vec<(String, String)>,
}

/// One stage on the page.
struct Block {
    name: String,
    slug: &'static str,
    number: u8,
    badge: (&'static str, &'static str),
    clock: Clock,
    lead: String,
    approvals: Vec<Approval>,
    chart: Option<String>,
    /// What can be done: where, and in which words.
    action: Option<(String, &'static str)>,
    /// Why nothing can be done.
    why: String,
}

/// What is found wrong.
struct Found {
    what: String,
    stands: String,
    listed: bool,
    /// Whether the unit answers in words; missing reports are mended by reporting.
    answers: bool,
    explained: Option<String>,
}

/// The project under this code, if it is the visitor's.
pub(super) fn own(house: &House, visitor: &Visitor, code: &str) -> Result<Project, Fault> {
    let (session, _) = visitor.citizen()?;
    let code: ProjectCode = code.parse().map_err(|_| Fault::refused(&investment::Refusal::NotFound))?;
    house.ask(|read| query::project_for(read, &session.actor, &code))
}

/// Names of items.
pub(super) fn names(read: &mut dyn Read) -> Result<impl Fn(&BasicCode) -> String + use<>, store::Error> {
    let items = read.cached::<Items>()?;
    Ok(move |code: &BasicCode| items.get(code).map_or_else(|| code.to_string(), |item| item.name.clone()))
}

pub(super) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let project = own(&house, &visitor, &code)?;
    let (today, book) = (house.db.today(), rulebook());
    let (calendar, name, story, place, leads) = house.read(|read| {
        let regions = read.cached::<organisation::Regions>()?;
        let place = regions.full_name(&project.particulars.region);
        let leads = leads(read, &project)?;
        Ok((organisation::calendar(read)?, names(read)?, query::story(read, &project)?, place, leads))
    })?;
    let mut stages = vec![];
    for ((terms, state), lead) in rules::states(&project, book).into_iter().zip(leads) {
        let used = rules::used_of(&project, terms.stage, &calendar, today);
        stages.push(Block {
            name: terms.name.clone(),
            slug: terms.stage.name(),
            number: terms.stage.number(),
            badge: invest::stage_state(state),
            clock: Clock::of(used, terms.days),
            lead,
            approvals: invest::approvals(&project, terms, &name, today),
            chart: invest::chart(&project, book, terms.stage, terms.stage.name(), today),
            action: action(&project, terms.stage, state),
            why: why(&project, state, &name),
        });
    }
    let owed = invest::owed(&project, book, &calendar);
    Ok(page(&ShowPage {
        frame: visitor.frame(&house, project.particulars.name.clone()).in_section(Section::Mine),
        side: Side::of(&house, &visitor, "/me/projects")?,
        is_new: !asked.new.is_empty(),
        code: project.code.to_string(),
        name: project.particulars.name.clone(),
        facts: facts(&project, place, today),
        certificate: project.certificate.as_ref().map(|found| (found.licence.to_string(), found.number.clone())),
        clock: Clock::of(rules::used(&project, &calendar, today), book.limit_days),
        stages,
        finding: project.finding.as_ref().map(|found| Found {
            what: invest::ground(&found.ground, today),
            stands: invest::finding(found, today),
            listed: found.listed.is_some(),
            answers: matches!(found.ground, Ground::FalseFacts { .. }),
            explained: found.explained.clone(),
        }),
        owed: owed.map(|(kind, due)| (kind.to_string(), words::day(due, today), due < today)),
        reports: project
            .reports
            .iter()
            .rev()
            .map(|report| {
                let late = if report.late { "，晚了" } else { "" };
                let invested = invest::ten_thousands(report.invested);
                (
                    format!("{}报{}{late}", words::short_day(report.on, today), report.kind),
                    format!("累计完成投资 {invested}。{}", report.say),
                )
            })
            .collect(),
        story: story
            .iter()
            .rev()
            .map(|(_, at, event)| (words::moment(*at, today), invest::event(event, &project, book, today)))
            .collect(),
    }))
}

/// Who leads each stage, by name.
fn leads(read: &mut dyn Read, project: &Project) -> Result<Vec<String>, store::Error> {
    let of = |terms: &investment::StageTerms| kernel::DepartmentId { region: project.lead.region, kind: terms.lead };
    let lead = |id| Ok(organisation::department(read, &id)?.map_or_else(String::new, |lead| lead.name));
    rulebook().stages.iter().map(of).map(lead).collect()
}

fn facts(project: &Project, place: String, today: Date) -> Vec<(&'static str, String)> {
    let found = &project.particulars;
    vec![
        ("办理方式", project.route.word().to_owned()),
        ("建设地点", format!("{place}{}", found.address)),
        ("行业和性质", format!("{} {}，{}", found.industry, found.industry.section(), found.nature.word())),
        ("规模和内容", found.scale.clone()),
        ("总投资", invest::ten_thousands(found.total)),
        (
            "计划",
            format!("{}开工，{}竣工", words::short_day(found.start, today), words::short_day(found.finish, today)),
        ),
    ]
}

/// What the unit can do in a stage now.
fn action(project: &Project, stage: Stage, state: StageState) -> Option<(String, &'static str)> {
    let href = format!("/me/projects/{}/stage/{}", project.code, stage.name());
    let has_more = rules::to_submit(project, rulebook(), stage, &[]).is_ok();
    match state {
        StageState::Locked { .. } => None,
        _ if has_more && project.cases_of(stage).next().is_none() => Some((href, "一起申请这一阶段")),
        _ if has_more => Some((href, "再申请没有办成的")),
        _ => {
            let terms = rulebook().stage(stage)?;
            let is_free = rules::places(project, terms).iter().any(rules::Place::is_free);
            is_free.then_some((href, "还要办别的审批"))
        }
    }
}

/// Why nothing more can be done in a stage, in a sentence.
fn why(project: &Project, state: StageState, name: &dyn Fn(&BasicCode) -> String) -> String {
    match state {
        StageState::Locked { behind } => {
            let terms = rulebook().stage(behind);
            let waits = terms.and_then(|terms| rules::lacking(project, terms)).map(|item| name(&item));
            let behind = terms.map_or("", |terms| terms.name.as_str());
            format!("要先办完“{behind}”阶段，还差{}。", waits.unwrap_or_default())
        }
        StageState::Running => "各部门同时在办，都办成了进入下一阶段。".to_owned(),
        StageState::Open | StageState::Done => String::new(),
    }
}
