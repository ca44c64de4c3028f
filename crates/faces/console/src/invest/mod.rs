//! 投资项目: the projects of one's place by stage, the reports that are due, the abnormal list, and all of one project. Approvals are made
//! at the review desk.

mod project;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    response::Response,
    routing::{get, post},
};
use identity::Session;
use investment::query::{self, Asked};
use investment::rules;
use investment::{Project, Stage, rulebook};
use kernel::Date;
use serde::Deserialize;
use web::invest::{self, Clock};
use web::{Fault, Frame, House, Query, Visitor, words};

use crate::deck::{self, Desk};

/// Projects on one page of a list.
const SHOWN: usize = 30;

/// The routes of investment.
pub fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/invest", get(list))
        .route("/invest/reports", get(reports))
        .route("/invest/abnormal", get(abnormal))
        .route("/invest/{code}", get(project::show))
        .route("/invest/{code}/{step}", post(project::step))
}

/// The session of somebody who works with projects.
fn session(visitor: &Visitor) -> Result<&Session, Fault> {
    let session = visitor.staff()?;
    if query::works_here(&session.actor) { Ok(session) } else { Err(Fault::refused(&investment::Refusal::NotLead)) }
}

/// A tab of a page.
pub struct Tab {
    name: String,
    href: String,
    current: bool,
}

#[derive(Debug, Default, Deserialize)]
struct Wish {
    #[serde(default)]
    stage: String,
    #[serde(default)]
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "console/invest/list.html")]
struct ListPage {
    frame: Frame,
    title: &'static str,
    say: &'static str,
    nav: Vec<Tab>,
    tabs: Vec<Tab>,
    lines: Vec<Line>,
    none: &'static str,
    next: Option<String>,
}

/// A project in a list.
struct Line {
    code: String,
    name: String,
    route: &'static str,
    stage: String,
    clock: Clock,
    running: usize,
    owed: String,
    late: bool,
    finding: Option<(&'static str, &'static str)>,
    registered: String,
}

/// The pages of investment as tabs.
fn nav(current: &str) -> Vec<Tab> {
    let tab =
        |(name, href): (&str, &str)| Tab { name: name.to_owned(), href: href.to_owned(), current: href == current };
    [("项目", "/invest"), ("该报的报告", "/invest/reports"), ("异常名录", "/invest/abnormal")].map(tab).into()
}

fn line(project: &Project, calendar: &clock::Calendar, today: Date) -> Line {
    let book = rulebook();
    let stage = rules::current(project, book);
    let owed = invest::owed(project, book, calendar);
    Line {
        code: project.code.to_string(),
        name: project.particulars.name.clone(),
        route: project.route.word(),
        stage: stage.map_or_else(|| "已办完".to_owned(), |stage| invest::stage_name(book, stage)),
        clock: Clock::of(rules::used(project, calendar, today), book.limit_days),
        running: project.cases.iter().filter(|case| case.state.is_open()).count(),
        late: owed.is_some_and(|(_, due)| due < today),
        owed: owed.map_or_else(String::new, |(kind, due)| format!("{kind}，{}", words::short_day(due, today))),
        finding: project.finding.as_ref().map(|finding| match finding.listed {
            Some(_) => ("plum-t", "异常名录"),
            None => ("osmanthus", "已告知"),
        }),
        registered: words::short_day(project.registered, today),
    }
}

/// One list, with what stands above it.
struct Shown {
    title: &'static str,
    say: &'static str,
    here: &'static str,
    none: &'static str,
    asked: Asked,
}

fn shown(house: &House, visitor: &Visitor, wish: &Wish, shown: &Shown) -> Result<Response, Fault> {
    let session = session(visitor)?;
    let (page, calendar, counts) = house.read(|read| {
        let page = query::list(read, &session.actor, shown.asked, SHOWN, wish.after.as_deref())?;
        Ok((page, organisation::calendar(read)?, query::by_stage(read, &session.actor)?))
    })?;
    let today = house.db.today();
    let stage = match shown.asked {
        Asked::InStage(stage) => Some(stage),
        _ => None,
    };
    let mut tabs = vec![];
    if let Some(stage) = stage {
        let all: i64 = counts.iter().sum();
        tabs.push(Tab { name: format!("全部 {all}"), href: "/invest".to_owned(), current: stage.is_none() });
        for (one, n) in Stage::ALL.iter().zip(counts) {
            let name = format!("{} {n}", invest::stage_name(rulebook(), *one));
            tabs.push(Tab { name, href: format!("/invest?stage={}", one.name()), current: stage == Some(*one) });
        }
    }
    let kept = if wish.stage.is_empty() { String::new() } else { format!("&stage={}", words::percent(&wish.stage)) };
    Ok(web::page(&ListPage {
        frame: deck::frame(visitor, house, session, shown.title, Desk::Invest),
        title: shown.title,
        say: shown.say,
        nav: nav(shown.here),
        tabs,
        lines: page.lines.iter().map(|project| line(project, &calendar, today)).collect(),
        none: shown.none,
        next: page.next.map(|next| format!("{}?after={next}{kept}", shown.here)),
    }))
}

/// The projects of one's place, by stage.
async fn list(State(house): State<Arc<House>>, visitor: Visitor, Query(wish): Query<Wish>) -> Result<Response, Fault> {
    let stage = Stage::from_name(&wish.stage);
    let what = Shown {
        title: "投资项目",
        say: "四个阶段，各部门同时办，全程不超过 120 个工作日",
        here: "/invest",
        none: "这里还没有项目。",
        asked: Asked::InStage(stage),
    };
    shown(&house, &visitor, &wish, &what)
}

/// The reports that are due, the most urgent first.
async fn reports(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(wish): Query<Wish>,
) -> Result<Response, Fault> {
    let what = Shown {
        title: "该报的报告",
        say: "逾期不报的，系统先告知，再不报就列入异常名录",
        here: "/invest/reports",
        none: "现在没有要报的报告。",
        asked: Asked::Owing,
    };
    shown(&house, &visitor, &wish, &what)
}

/// The abnormal list.
async fn abnormal(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(wish): Query<Wish>,
) -> Result<Response, Fault> {
    let what = Shown {
        title: "异常名录",
        say: "补报、改正以后移出",
        here: "/invest/abnormal",
        none: "异常名录里没有项目。",
        asked: Asked::Listed,
    };
    shown(&house, &visitor, &wish, &what)
}
