//! The money desk (收费): looking a bill up by its code or its case, what waits for a person, and every act on one bill.

pub mod accounts;
pub mod bill;
pub mod ledger;

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use kernel::{Actor, CaseNumber, Duty, PaymentCode};
use payment::{Work, WorkKind, query};
use serde::Deserialize;
use web::{Fault, Frame, House, Query, Visitor, Wrong, words};

use crate::deck::{self, Desk};

/// Who works at the money desk.
pub const MONEY: [Duty; 2] = [Duty::Collect, Duty::Settle];
/// Who settles accounts.
pub const SETTLING: [Duty; 1] = [Duty::Settle];
/// Lines of one page.
pub const PAGE: usize = 30;

/// What the list is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    cursor: Option<String>,
    code: Option<String>,
}

struct Line {
    kind: &'static str,
    tone: &'static str,
    title: String,
    amount: String,
    since: String,
    department: String,
    href: String,
}

#[derive(Template)]
#[template(path = "console/cashier.html")]
struct List {
    frame: Frame,
    code: String,
    wrongs: Vec<Wrong>,
    lines: Vec<Line>,
    next: Option<String>,
    settles: bool,
}

/// What waits, and the door to one bill: a payment code or a case number, typed or scanned.
pub async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    guard(&session.actor)?;
    let typed = asked.code.unwrap_or_default();
    let mut wrongs = vec![];
    if !typed.trim().is_empty() {
        match look_up(&house, &session.actor, &typed)? {
            Found::Bill(code) => return Ok(web::redirect(&format!("/cashier/{code}"))),
            Found::Nothing(words) => wrongs.push(Wrong::new("code", words)),
        }
    }
    let today = house.db.today();
    let found = house.read(|read| {
        let page = query::work(read, &session.actor, PAGE, asked.cursor.as_deref())?;
        let mut lines = vec![];
        for work in &page.lines {
            let department = match &work.department {
                Some(department) => {
                    organisation::department(read, department)?.map_or_else(String::new, |one| one.name)
                }
                None => String::new(),
            };
            lines.push(line(work, department, today));
        }
        Ok((lines, page.next))
    })?;
    let frame = deck::frame(&visitor, &house, session, "收费", Desk::Cashier).with_errors(!wrongs.is_empty());
    let next = found.1.map(|cursor| format!("/cashier?cursor={}", words::percent(&cursor)));
    let settles = deck::holds(&session.actor, &SETTLING);
    Ok(web::page(&List { frame, code: typed, wrongs, lines: found.0, next, settles }))
}

fn line(work: &Work, department: String, today: kernel::Date) -> Line {
    let href = match (work.kind, &work.bill) {
        (WorkKind::Difference, _) | (_, None) => "/accounts".to_owned(),
        (_, Some(code)) => format!("/cashier/{code}"),
    };
    Line {
        kind: work.kind.word(),
        tone: match work.kind {
            WorkKind::Parked | WorkKind::Failed | WorkKind::Difference => "plum",
            WorkKind::Assess | WorkKind::HandBack => "water",
            WorkKind::Refund => "osmanthus",
        },
        title: work.title.clone(),
        amount: if work.kind == WorkKind::Assess { "待核定".to_owned() } else { format!("{} 元", work.amount) },
        since: words::moment(work.since, today),
        department,
        href,
    }
}

enum Found {
    Bill(PaymentCode),
    Nothing(String),
}

/// The bill that a typed number means.
fn look_up(house: &House, actor: &Actor, typed: &str) -> Result<Found, Fault> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if let Ok(number) = digits.parse::<CaseNumber>() {
        let bill = house.read(|read| query::bill_of_subject(read, actor, &casework::stream(&number)))?;
        let none = || Found::Nothing("这件办件没有缴款单，或者不归您的岗位收费".to_owned());
        return Ok(bill.map_or_else(none, |bill| Found::Bill(bill.code)));
    }
    match digits.parse::<PaymentCode>() {
        Ok(code) => Ok(Found::Bill(code)),
        Err(bad) => Ok(Found::Nothing(format!("缴款识别码是 20 位数字，办件编号是 22 位。{bad}"))),
    }
}

/// The money desk is for those who collect or settle.
pub fn guard(actor: &Actor) -> Result<(), Fault> {
    if deck::holds(actor, &MONEY) {
        Ok(())
    } else {
        let duties = MONEY.to_vec();
        Err(Fault::refused(&payment::Refusal::NotEmpowered { duties }))
    }
}

/// Accounts and books are for those who settle.
pub fn guard_settling(actor: &Actor) -> Result<(), Fault> {
    if deck::holds(actor, &SETTLING) {
        Ok(())
    } else {
        Err(Fault::refused(&payment::Refusal::NotEmpowered { duties: SETTLING.to_vec() }))
    }
}
