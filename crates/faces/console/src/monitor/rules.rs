//! The rules: text, article, parameters, when each last fired, and its test case.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use supervision::query;
use web::{Fault, Frame, House, Visitor, words};

use super::{Tab, nav, say, session};
use crate::deck::{self, Desk};

/// A rule.
struct Line {
    id: String,
    name: String,
    kind: &'static str,
    article: String,
    says: String,
    parameters: String,
    last: String,
    month: i64,
    history: Vec<(String, String)>,
    expect: Vec<(String, &'static str, String)>,
}

#[derive(Template)]
#[template(path = "console/monitor/rules.html")]
struct Page {
    frame: Frame,
    nav: Vec<Tab>,
    version: String,
    rules: Vec<Line>,
}

/// All rules in force.
pub async fn show(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let session = session(&visitor)?;
    let today = house.db.today();
    let (version, fired) = house.read(|read| query::fired(read))?;
    let line = |fired: query::Fired| {
        let rule = &fired.rule;
        let test = &rule.test;
        Line {
            id: rule.id.to_string(),
            name: rule.name.clone(),
            kind: say::kind(rule.kind),
            article: rule.article.clone(),
            says: rule.says.clone(),
            parameters: serde_json::to_string(&rule.check).unwrap_or_default(),
            last: fired.last.map_or_else(|| "还没有触发过".to_owned(), |at| words::moment(at, today)),
            month: fired.month,
            history: test
                .history
                .iter()
                .map(|told| (words::moment(told.at, today), say::seen(&told.saw, today)))
                .collect(),
            expect: test
                .expect
                .iter()
                .map(|one| (words::moment(one.since, today), say::grade(one.grade).1, say::cause(&one.cause, today)))
                .collect(),
        }
    };
    let rules = fired.into_iter().map(line).collect();
    let frame = deck::frame(&visitor, &house, session, "监察规则", Desk::Monitor);
    Ok(web::page(&Page { frame, nav: nav("/monitor/rules"), version, rules }))
}
