//! The person's cases and drafts.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use casework::{
    Progress, Refusal,
    query::{self, CaseLine},
};
use kernel::{Actor, local_date};
use serde::Deserialize;
use store::{Failure, Read};
use web::{Fault, Frame, House, Query, Section, Visitor, page};

use super::{DraftLine, Side};
use crate::citizen::{case::head, words};

/// Lines of one page.
const PAGE: usize = 20;

/// A case in a list.
pub struct Row {
    /// Its number.
    pub number: String,
    /// The item's name.
    pub item: String,
    /// The office.
    pub department: String,
    /// Where it stands, in a word.
    pub word: &'static str,
    /// By when, while it runs.
    pub due: Option<Due>,
    /// What became of it and when it came in.
    pub ended: String,
}

/// By when, and how far.
pub struct Due {
    /// Before the date.
    pub before: &'static str,
    /// The date.
    pub date: String,
    /// After it.
    pub after: String,
    /// Days in all; 0 draws no bar.
    pub max: i64,
    /// Days used.
    pub value: i64,
    /// How the bar is drawn: nothing, `near`, `over`, `stopped`.
    pub tone: &'static str,
}

/// The lines with their clocks.
pub fn rows<'a>(
    read: &mut dyn Read,
    actor: &Actor,
    lines: impl Iterator<Item = &'a CaseLine>,
) -> Result<Vec<Row>, Failure<Refusal>> {
    let today = local_date(read.now());
    let mut rows = vec![];
    for line in lines {
        let case = query::case_for(read, actor, &line.number)?;
        let reckoning = if line.progress.is_over() { None } else { query::explanation(read, &case)? };
        let due = match (&reckoning, line.progress, line.next_by) {
            (None, _, _) if line.progress.is_over() => None,
            (_, Progress::YourTurn, Some(until)) => Some(Due {
                before: "",
                date: words::day(until, today),
                after: "前要补齐".to_owned(),
                max: 0,
                value: 0,
                tone: "",
            }),
            (Some(reckoning), progress, _) => {
                let told = &reckoning.explanation;
                let stopped = progress == Progress::Resting;
                let (before, date, after) = if stopped {
                    ("停表中，恢复后", String::new(), format!("还有 {} 个工作日", told.left.max(0)))
                } else {
                    ("最迟", words::short_day(told.due.projected, today), format!("，{}", words::left(told.left)))
                };
                let tone = match told.left {
                    _ if stopped => "stopped",
                    left if left < 0 => "over",
                    0..=1 => "near",
                    _ => "",
                };
                Some(Due { before, date, after, max: told.total, value: told.used.min(told.total), tone })
            }
            _ => None,
        };
        rows.push(Row {
            number: line.number.to_string(),
            item: line.item_name.clone(),
            department: super::office(read, &line.department)?,
            word: head::word(&case.state),
            due,
            ended: format!("{}提交", words::short_day(local_date(line.submitted), today)),
        });
    }
    Ok(rows)
}

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    state: String,
    #[serde(default)]
    cursor: String,
}

#[derive(Template)]
#[template(path = "citizen/me/cases.html")]
struct CasesPage {
    frame: Frame,
    side: Side,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    more: Option<String>,
}

/// A state to filter by.
struct Tab {
    name: &'static str,
    href: String,
    current: bool,
}

/// The filters: word in the address, name, and what they let through.
const FILTERS: [(&str, &str, &[Progress]); 4] = [
    ("", "全部", &[]),
    ("running", "正在办", &[Progress::Received, Progress::YourTurn, Progress::Handling, Progress::Resting]),
    ("yours", "轮到您", &[Progress::YourTurn]),
    (
        "over",
        "已办结",
        &[Progress::Granted, Progress::Denied, Progress::Declined, Progress::Returned, Progress::Withdrawn],
    ),
];

pub(super) async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(which): Query<Which>,
) -> Result<Response, Fault> {
    let (session, party) = visitor.citizen()?;
    let (state, _, wanted) = FILTERS.iter().find(|(word, ..)| *word == which.state).unwrap_or(&FILTERS[0]);
    let cursor = (!which.cursor.is_empty()).then_some(which.cursor.as_str());
    let (rows, next) = house.ask(|read| {
        let found = query::cases_of(read, &party, wanted, PAGE, cursor)?;
        Ok::<_, Failure<Refusal>>((rows(read, &session.actor, found.lines.iter())?, found.next))
    })?;
    let tab = |(word, name, _): &(&str, &'static str, &[Progress])| Tab {
        name,
        href: if word.is_empty() { "/me/cases".to_owned() } else { format!("/me/cases?state={word}") },
        current: word == state,
    };
    Ok(page(&CasesPage {
        frame: visitor.frame(&house, "我的办件").in_section(Section::Mine),
        side: Side::of(&house, &visitor, "/me/cases")?,
        tabs: FILTERS.iter().map(tab).collect(),
        rows,
        more: next.map(|next| format!("/me/cases?state={state}&cursor={}", web::words::percent(&next))),
    }))
}

#[derive(Template)]
#[template(path = "citizen/me/drafts.html")]
struct DraftsPage {
    frame: Frame,
    side: Side,
    drafts: Vec<DraftLine>,
}

pub(super) async fn drafts(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    let drafts = house.ask(|read| super::drafts(read, &session.actor))?;
    Ok(page(&DraftsPage {
        frame: visitor.frame(&house, "草稿").in_section(Section::Mine),
        side: Side::of(&house, &visitor, "/me/drafts")?,
        drafts,
    }))
}
