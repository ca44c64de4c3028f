//! Supervision orders: for the supervisor who issued them and for the department that answers.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use identity::Session;
use kernel::{Date, Duty, Refuse as _};
use serde::Deserialize;
use store::{Error, Failure, Read};
use supervision::{Order, OrderCommand, OrderNumber, OrderState, Refusal, query};
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Query, Visitor, Wrong, redirect, words};

use super::{MONITOR, Tab, nav, say, session};
use crate::deck::{self, Desk};

/// Lines of one page.
const PAGE: usize = 30;

#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    open: Option<String>,
    cursor: Option<String>,
}

/// An order in the list.
pub struct Line {
    href: String,
    number: String,
    item: String,
    department: String,
    level: &'static str,
    state: &'static str,
    late: bool,
    by: String,
    issued: String,
}

fn line(read: &mut dyn Read, order: &Order, today: Date) -> Result<Line, Error> {
    let department = organisation::department(read, &order.department)?;
    Ok(Line {
        href: format!("/monitor/orders/{}", order.number),
        number: order.number.to_string(),
        item: order.item.clone(),
        department: department.map_or_else(|| order.department.to_string(), |found| found.name),
        level: say::level(order.level),
        state: say::order_state(&order.state),
        late: order.overdue,
        by: format!("{}前反馈", words::day(order.reply_by, today)),
        issued: words::moment(order.at, today),
    })
}

#[derive(Template)]
#[template(path = "console/monitor/orders.html")]
struct List {
    frame: Frame,
    nav: Vec<Tab>,
    tabs: Vec<Tab>,
    lines: Vec<Line>,
    next: Option<String>,
}

/// Orders that are open, or closed ones.
pub async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = session(&visitor)?;
    let open = asked.open.as_deref() != Some("no");
    let today = house.db.today();
    let (lines, next) = house.read(|read| {
        let page = query::orders(read, &session.actor, open, PAGE, asked.cursor.as_deref())?;
        let lines = page.lines.iter().map(|order| line(read, order, today)).collect::<Result<Vec<_>, Error>>()?;
        Ok((lines, page.next))
    })?;
    let tab = |name, href: &str, current| Tab { name, href: href.to_owned(), current };
    let tabs = vec![tab("办理中", "/monitor/orders", open), tab("已办结", "/monitor/orders?open=no", !open)];
    let base = if open { "/monitor/orders?" } else { "/monitor/orders?open=no&" };
    let next = next.map(|cursor| format!("{base}cursor={}", words::percent(&cursor)));
    let frame = deck::frame(&visitor, &house, session, "督办单", Desk::Monitor);
    Ok(web::page(&List { frame, nav: nav("/monitor/orders"), tabs, lines, next }))
}

/// One thing that can be done now.
struct StepForm {
    name: &'static str,
    heading: &'static str,
    fields: Vec<Field>,
    button: &'static str,
}

#[derive(Template)]
#[template(path = "console/monitor/order.html")]
struct One {
    frame: Frame,
    wrongs: Vec<Wrong>,
    line: Line,
    flag: String,
    case: String,
    demand: String,
    story: Vec<(String, String)>,
    forms: Vec<StepForm>,
}

fn number(text: &str) -> Result<OrderNumber, Fault> {
    text.parse().map_err(|_| Fault::refused(&Refusal::NotFound))
}

/// One order with its steps.
pub async fn one(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    session(&visitor)?;
    shown(&house, &visitor, number(&text)?, &Fields::default(), vec![], StatusCode::OK)
}

fn shown(
    house: &House,
    visitor: &Visitor,
    number: OrderNumber,
    sent: &Fields,
    wrongs: Vec<Wrong>,
    status: StatusCode,
) -> Result<Response, Fault> {
    let session = session(visitor)?;
    let today = house.db.today();
    let (order, line, story) = house.ask(|read| {
        let order = query::order_for(read, &session.actor, &number)?;
        let story = query::order_story(read, &order)?;
        let line = line(read, &order, today)?;
        Ok::<_, Failure<Refusal>>((order, line, story))
    })?;
    let forms = forms(&order, session, sent, &wrongs);
    let frame = deck::frame(visitor, house, session, "督办单", Desk::Monitor).with_errors(!wrongs.is_empty());
    let page = One {
        frame,
        wrongs,
        line,
        flag: order.flag.to_string(),
        case: order.flag.case.to_string(),
        demand: order.demand.clone(),
        story: story.iter().map(|(_, at, event)| (words::moment(*at, today), say::order_event(event, today))).collect(),
        forms,
    };
    Ok(web::page_with(status, &page))
}

/// What this member of staff may do now. The room decides; the page only leaves out what cannot be.
fn forms(order: &Order, session: &Session, sent: &Fields, wrongs: &[Wrong]) -> Vec<StepForm> {
    let may = |duty: &Duty| session.actor.may(*duty, &order.department);
    let (watches, handles) = (may(&Duty::Supervise), MONITOR[1..].iter().any(may));
    let area = |key: &str, label: &str| {
        Field::new(FieldKind::Area, key, label).value(sent.get(key).unwrap_or_default()).wrong(wrongs)
    };
    let finding = |label: &str, yes: &str, no: &str| {
        let mut field = Field::new(FieldKind::Radio, "finding", label);
        field.choices = vec![Choice::new("yes", yes), Choice::new("no", no)];
        field.value(sent.get("finding").unwrap_or_default()).wrong(wrongs)
    };
    let mut forms = vec![];
    let mut add = |is: bool, name, heading, fields, button| {
        if is {
            forms.push(StepForm { name, heading, fields, button });
        }
    };
    match &order.state {
        OrderState::Issued { .. } => add(handles, "sign", "签收", vec![], "签收"),
        OrderState::Signed { appeal_by } => {
            add(handles, "answer", "整改反馈", vec![area("measures", "查明了什么，改了什么")], "提交反馈");
            let appeals = handles && appeal_by.is_some();
            add(appeals, "appeal", "申诉", vec![area("reason", "为什么不该督办")], "提出申诉");
        }
        OrderState::Appealed { .. } => {
            let fields = vec![finding("申诉是否成立", "成立，消牌", "不成立，继续整改"), area("reason", "依据")];
            add(watches, "decide-appeal", "裁定申诉（发单人以外的监督人员）", fields, "裁定");
        }
        OrderState::Answered { .. } => {
            let fields = vec![finding("核查结果", "整改到位，消牌", "维持"), area("reason", "核查情况")];
            add(watches, "check", "核查", fields, "提交核查");
        }
        OrderState::Closed { .. } => {}
    }
    forms
}

/// Carries out one step.
pub async fn step(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((text, step)): Path<(String, String)>,
    sent: Fields,
) -> Result<Response, Fault> {
    let (number, actor) = (number(&text)?, session(&visitor)?.actor.clone());
    let text = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let finding = match sent.get("finding") {
        Some("yes") => Some(true),
        Some("no") => Some(false),
        _ => None,
    };
    let command = match (step.as_str(), finding) {
        ("sign", _) => OrderCommand::Sign,
        ("appeal", _) => OrderCommand::Appeal { reason: text("reason") },
        ("answer", _) => OrderCommand::Answer { measures: text("measures") },
        ("decide-appeal", Some(allow)) => OrderCommand::DecideAppeal { allow, reason: text("reason") },
        ("check", Some(lift)) => OrderCommand::Check { lift, reason: text("reason") },
        ("decide-appeal" | "check", None) => {
            let wrongs = vec![Wrong::new("finding", "选一个结果")];
            return shown(&house, &visitor, number, &sent, wrongs, StatusCode::UNPROCESSABLE_ENTITY);
        }
        _ => return Err(Fault::not_found()),
    };
    match house.db.write_async(move |tx| supervision::handle(tx, &actor, &number, &command)).await {
        Ok(_) => Ok(redirect(&format!("/monitor/orders/{number}"))),
        Err(Failure::Refused(refusal)) if !refusal.fields().is_empty() => {
            let wrongs = Wrong::of(&refusal.fields());
            shown(&house, &visitor, number, &sent, wrongs, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(failure) => Err(failure.into()),
    }
}
