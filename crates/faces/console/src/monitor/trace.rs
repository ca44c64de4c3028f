//! The trace of a case, and a score with its sum.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::CaseNumber;
use serde::Deserialize;
use store::{Error, Failure};
use supervision::query::{self, Period, Whose};
use supervision::{ClockName, Refusal};
use web::{Fault, Frame, House, Query, Visitor, words};

use super::{Tab, flags, nav, say, session};
use crate::deck::{self, Desk};

/// One entry.
struct Step {
    seq: i64,
    when: String,
    what: String,
    clocks: Vec<String>,
    looked: Vec<(String, bool)>,
}

#[derive(Template)]
#[template(path = "console/monitor/case.html")]
struct Page {
    frame: Frame,
    nav: Vec<Tab>,
    number: CaseNumber,
    item: String,
    steps: Vec<Step>,
    flags: Vec<flags::Line>,
    next: Option<String>,
}

/// Each entry with its clocks and the rules that looked at it.
pub async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    let session = session(&visitor)?;
    let number: CaseNumber = text.parse().map_err(|_| Fault::refused(&Refusal::NotFound))?;
    let today = house.db.today();
    let (trace, lines) = house.ask(|read| {
        let (trace, flags) = query::trace(read, &session.actor, &number)?;
        let lines = flags.iter().map(|flag| flags::line(read, flag, today)).collect::<Result<Vec<_>, Error>>()?;
        Ok::<_, Failure<Refusal>>((trace, lines))
    })?;
    let clock = |(name, due): &(ClockName, kernel::Date)| format!("{}到{}", say::clock(*name), words::day(*due, today));
    let steps = trace.steps.iter().map(|step| Step {
        seq: step.sign.seq,
        when: words::moment(step.sign.at, today),
        what: say::seen(&step.sign.saw, today),
        clocks: step.clocks.iter().map(clock).collect(),
        looked: step.looked.iter().map(|looked| (looked.rule.to_string(), looked.found)).collect(),
    });
    let page = Page {
        frame: deck::frame(&visitor, &house, session, "办件全程", Desk::Monitor),
        nav: nav("/monitor/case"),
        number,
        item: trace.watch.item.clone(),
        steps: steps.collect(),
        flags: lines,
        next: trace.next.map(|at| words::moment(at, today)),
    };
    Ok(web::page(&page))
}

/// Whose score, and of which days.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    region: Option<String>,
    department: Option<String>,
    staff: Option<String>,
    period: Option<String>,
}

#[derive(Template)]
#[template(path = "console/monitor/score.html")]
struct ScorePage {
    frame: Frame,
    nav: Vec<Tab>,
    name: String,
    score: String,
    periods: Vec<Tab>,
    lines: Vec<(String, String)>,
    flags: String,
}

/// A score, line by line.
pub async fn score(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = session(&visitor)?;
    let own = super::region_of(&session.actor).ok_or_else(Fault::not_found)?;
    let (whose, key) = if let Some(department) = asked.department.as_deref().and_then(|text| text.parse().ok()) {
        (Whose::Department(department), format!("department={department}"))
    } else if let Some(staff) = asked.staff.as_deref().and_then(|text| text.parse().ok()) {
        (Whose::Person(staff), format!("staff={staff}"))
    } else {
        let region = asked.region.as_deref().and_then(|text| text.parse().ok()).unwrap_or(own);
        (Whose::Region(region), format!("region={region}"))
    };
    let today = house.db.today();
    let is_day = asked.period.as_deref() == Some("day");
    let period = if is_day { Period::day(today) } else { Period::month_to(today) };
    let (name, score) = house.ask(|read| {
        let name = match &whose {
            Whose::Region(region) => {
                let regions = store::ReadExt::cached::<organisation::Regions>(read)?;
                regions.get(region).map(|region| region.name.clone())
            }
            Whose::Department(department) => organisation::department(read, department)?.map(|found| found.name),
            Whose::Person(staff) => identity::staff(read, staff)?
                .filter(|staff| query::may_see(&session.actor, &staff.department))
                .map(|staff| staff.name.to_string()),
        };
        let name = name.ok_or(Refusal::NotFound)?;
        Ok::<_, Failure<Refusal>>((name, query::score(read, &whose, period)?))
    })?;
    let word = |line: &supervision::rules::Line| match line.what {
        "start" => "起始分".to_owned(),
        "warning" => format!("预警 {} 个", line.count),
        "yellow" => format!("黄牌 {} 张", line.count),
        "red" => format!("红牌 {} 张", line.count),
        "poor" => format!("差评 {} 条", line.count),
        _ => format!("比承诺提前 {}%", say::tenths(line.count)),
    };
    let tab = |name, code: &str, current| Tab { name, href: format!("/monitor/score?{key}&period={code}"), current };
    let page = ScorePage {
        frame: deck::frame(&visitor, &house, session, "效能得分", Desk::Monitor),
        nav: nav("/monitor/score"),
        name,
        score: say::tenths(score.tenths),
        periods: vec![tab("今天", "day", is_day), tab("本月", "month", !is_day)],
        lines: score.lines.iter().map(|line| (word(line), say::tenths(line.tenths))).collect(),
        flags: format!("/monitor/flags?{key}&from={}", period.from),
    };
    Ok(web::page(&page))
}
