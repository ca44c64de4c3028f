//! 我的缴费: every bill of the party, latest first.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use kernel::local_date;
use payment::query;
use serde::Deserialize;
use web::{Fault, Frame, House, Query, Section, Visitor, page, words};

use super::view;
use crate::citizen::me::Side;

/// Lines of one page.
const PAGE: usize = 20;

/// A bill in the list.
struct Line {
    code: String,
    title: String,
    amount: String,
    opened: String,
    word: &'static str,
    tone: &'static str,
    action: &'static str,
    receipt: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Place {
    #[serde(default)]
    before: String,
}

#[derive(Template)]
#[template(path = "citizen/pay/list.html")]
struct ListPage {
    frame: Frame,
    side: Side,
    lines: Vec<Line>,
    more: Option<String>,
}

pub(super) async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(place): Query<Place>,
) -> Result<Response, Fault> {
    let (_, party) = visitor.citizen()?;
    let before = (!place.before.is_empty()).then_some(place.before.as_str());
    let found = house.read(|read| query::bills_of(read, &party, PAGE, before))?;
    let today = house.db.today();
    let line = |bill: &payment::Bill| {
        let (word, tone) = view::word(bill);
        Line {
            code: bill.code.to_string(),
            title: bill.title.clone(),
            amount: if bill.lines.is_empty() { "待核定".to_owned() } else { format!("{} 元", bill.payable()) },
            opened: words::short_day(local_date(bill.opened), today),
            word,
            tone,
            action: if bill.is_payable() { "去缴费" } else { "看详情" },
            receipt: bill.receipt.as_ref().map(|receipt| receipt.number.to_string()),
        }
    };
    Ok(page(&ListPage {
        frame: visitor.frame(&house, "我的缴费").in_section(Section::Mine),
        side: Side::of(&house, &visitor, "/me/payments")?,
        lines: found.lines.iter().map(line).collect(),
        more: found.next.map(|next| format!("/me/payments?before={next}")),
    }))
}
