//! The expert's desk: where one sits, the bids, and the sheet.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use kernel::Duty;
use store::Failure;
use trading::{Command, Ground, LotCode, LotState, Mark, OpenBid, Procedure, Refusal, Sheet, book, query};
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Visitor, Wrong, page_with, redirect, trade};

use super::{Line, Tab, line, nav, session};
use crate::deck::{self, Desk};

/// A seat in the list.
struct SeatLine {
    line: Line,
    seat: u32,
    is_in: bool,
}

#[derive(Template)]
#[template(path = "console/trading/seats.html")]
struct Seats {
    frame: Frame,
    nav: Vec<Tab>,
    lines: Vec<SeatLine>,
}

/// Where the expert sits.
pub(super) async fn list(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    const SHOWN: usize = 30;
    let session = session(&visitor, &[Duty::Assess], Refusal::NotDrawn)?;
    let found = house.ask(|read| {
        let seats = query::seats(read, &session.actor)?;
        let mut found = vec![];
        for (code, _) in seats.into_iter().take(SHOWN) {
            found.push(query::assessment(read, &session.actor, &code)?);
        }
        Ok::<_, Failure<Refusal>>(found)
    })?;
    let seat = |(lot, seat, is_in): &(trading::Lot, u32, bool)| {
        let mut line = line(&house, lot);
        line.href.push_str("/assess");
        SeatLine { line, seat: *seat, is_in: *is_in }
    };
    Ok(web::page(&Seats {
        frame: deck::frame(&visitor, &house, session, "我的评审", Desk::Trading),
        nav: nav(session, "/trading/seats"),
        lines: found.iter().map(seat).collect(),
    }))
}

/// A bid with its fields.
struct Judged {
    id: String,
    name: String,
    price: String,
    days: u32,
    file: String,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "console/trading/assess.html")]
struct Page {
    frame: Frame,
    wrongs: Vec<Wrong>,
    line: Line,
    seat: u32,
    is_in: bool,
    is_open: bool,
    bids: Vec<Judged>,
}

pub(super) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    shown(&house, &visitor, super::code(&text)?, &Fields::default(), vec![])
}

fn shown(
    house: &House,
    visitor: &Visitor,
    code: LotCode,
    sent: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let session = session(visitor, &[Duty::Assess], Refusal::NotDrawn)?;
    let (lot, seat, is_in) = house.ask(|read| query::assessment(read, &session.actor, &code))?;
    let procedure = book().procedure(&lot.procedure).ok_or_else(Fault::not_found)?;
    let judged = |(place, bid): (usize, &OpenBid)| Judged {
        id: bid.bid.to_string(),
        name: bid.name.clone(),
        price: trade::yuan(bid.price),
        days: bid.days,
        file: bid.file.clone(),
        fields: fields(procedure, place, sent, &wrongs),
    };
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page {
        frame: deck::frame(visitor, house, session, "评审", Desk::Trading).with_errors(!wrongs.is_empty()),
        line: line(house, &lot),
        seat,
        is_in,
        is_open: lot.state == LotState::Assessing && !is_in,
        bids: lot.bids.iter().filter(|bid| bid.has_deposit).enumerate().map(judged).collect(),
        wrongs,
    };
    Ok(page_with(status, &page))
}

fn fields(procedure: &Procedure, place: usize, sent: &Fields, wrongs: &[Wrong]) -> Vec<Field> {
    let value = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let points = procedure.judged().map(|one| {
        let key = format!("{}-{place}", one.code);
        let label = format!("{}（满分 {}）", one.name, one.points);
        Field::new(FieldKind::Number, &key, label).width("w-4").value(value(&key)).wrong(wrongs)
    });
    let mut fields: Vec<Field> = points.collect();
    let (ground, reason) = (format!("ground-{place}"), format!("reason-{place}"));
    let mut choose = Field::new(FieldKind::Select, &ground, "否决").hint("不否决就不选").optional();
    choose.choices = vec![Choice::new("", "不否决")];
    choose.choices.extend(Ground::CHOSEN.map(|ground| Choice::new(ground.name(), ground.word())));
    fields.push(choose.value(value(&ground)).wrong(wrongs));
    fields.push(Field::new(FieldKind::Text, &reason, "否决的理由").optional().value(value(&reason)).wrong(wrongs));
    fields
}

/// Tenths of a point: `25`, `25.5`.
fn tenths(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digit: u32 = part.parse().ok().filter(|_| part.len() == 1)?;
    whole.parse::<u32>().ok()?.checked_mul(10)?.checked_add(digit)
}

fn mark(procedure: &Procedure, place: usize, sent: &Fields, wrongs: &mut Vec<Wrong>) -> Option<Mark> {
    if let Some(ground) = sent.get(&format!("ground-{place}")).and_then(Ground::from_name) {
        let key = format!("reason-{place}");
        let reason = sent.get(&key).unwrap_or_default().to_owned();
        if reason.is_empty() {
            wrongs.push(Wrong::new(key, "写清楚否决的理由"));
        }
        return Some(Mark::Reject { ground, reason });
    }
    let mut points = BTreeMap::new();
    for one in procedure.judged() {
        let key = format!("{}-{place}", one.code);
        match sent.get(&key).and_then(tenths).filter(|given| *given <= one.points * 10) {
            Some(given) => drop(points.insert(one.code.clone(), given)),
            None => wrongs.push(Wrong::new(key, format!("{}填 0 到 {}，最多一位小数", one.name, one.points))),
        }
    }
    Some(Mark::Points(points))
}

/// The sheet is handed in, once.
pub(super) async fn score(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let code = super::code(&text)?;
    let session = session(&visitor, &[Duty::Assess], Refusal::NotDrawn)?;
    let (lot, seat, _) = house.ask(|read| query::assessment(read, &session.actor, &code))?;
    let procedure = book().procedure(&lot.procedure).ok_or_else(Fault::not_found)?;
    let (mut sheet, mut wrongs) = (Sheet::default(), vec![]);
    for (place, bid) in lot.bids.iter().filter(|bid| bid.has_deposit).enumerate() {
        if let Some(mark) = mark(procedure, place, &sent, &mut wrongs) {
            sheet.marks.insert(bid.bid, mark);
        }
    }
    if !wrongs.is_empty() {
        return shown(&house, &visitor, code, &sent, wrongs);
    }
    let (actor, command) = (session.actor.clone(), Command::Score { seat, sheet });
    house.write(move |tx| trading::handle(tx, &actor, &code, &command)).await?;
    Ok(redirect(&format!("/trading/{code}/assess")))
}

/// The file of an opened bid, for the centre and the experts who were drawn.
pub(super) async fn file(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((text, bid)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let code = super::code(&text)?;
    let session = session(&visitor, &super::TRADING, Refusal::NotDrawn)?;
    let bid = bid.parse().map_err(|_| Fault::refused(&Refusal::NotFound))?;
    let (digest, _) = house.ask(|read| query::file(read, &session.actor, &code, &bid))?;
    let files = house.db.clone();
    let bytes = tokio::task::spawn_blocking(move || files.files().get(&digest)).await;
    let bytes = bytes.map_err(|error| Fault::broken(error.to_string()))??;
    let is_pdf = bytes.starts_with(b"%PDF-");
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    // Only what a browser draws by itself is shown in place; everything else is saved.
    let (kind, place) = if is_pdf { ("application/pdf", "inline") } else { ("application/octet-stream", "attachment") };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(place));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    Ok(response)
}
