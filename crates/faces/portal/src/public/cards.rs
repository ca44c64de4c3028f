//! Yellow and red cards by department and month, for everybody: figures, and nothing of any person or case.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use kernel::{Date, RegionCode};
use serde::Deserialize;
use supervision::query::{self, Period};
use web::{Fault, Frame, House, Query, Visitor, words};

/// Which month, and where.
#[derive(Deserialize)]
pub(crate) struct Asked {
    /// `2026-11`; this month if it is none.
    month: Option<String>,
    region: Option<String>,
}

struct Line {
    department: String,
    yellow: i64,
    red: i64,
}

#[derive(Template)]
#[template(path = "public/cards.html")]
struct Page {
    frame: Frame,
    region: String,
    month: String,
    before: String,
    lines: Vec<Line>,
}

/// The departments with cards that stand.
pub(crate) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let regions = house.regions()?;
    let today = house.db.today();
    let first = asked.month.as_deref().and_then(first_of).unwrap_or_else(|| today.first_of_month());
    let root = || regions.roots().next().map(|region| region.code);
    let asked_for = asked.region.as_deref().and_then(|code| code.parse::<RegionCode>().ok());
    let region = asked_for.or_else(root).and_then(|code| regions.get(&code)).ok_or_else(Fault::not_found)?;
    let period = Period { from: first, to: first.last_of_month() };
    let lines = house.read(|read| {
        let mut lines = vec![];
        for carded in query::cards(read, &region.code, period)? {
            let department = organisation::department(read, &carded.department)?;
            let department = department.map_or_else(|| carded.department.to_string(), |found| found.name);
            lines.push(Line { department, yellow: carded.yellow, red: carded.red });
        }
        Ok(lines)
    })?;
    let before = first.yesterday().unwrap_or(first);
    let page = Page {
        frame: visitor.frame(&house, "红黄牌公示"),
        region: region.name.clone(),
        month: format!("{}年{}月", first.year(), first.month()),
        before: format!(
            "/cards?month={}-{:02}&region={}",
            before.year(),
            before.month(),
            words::percent(&region.code.to_string())
        ),
        lines,
    };
    Ok(web::page(&page))
}

/// The first day of a month written `2026-11`.
fn first_of(month: &str) -> Option<Date> {
    let (year, month) = month.split_once('-')?;
    Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()
}
