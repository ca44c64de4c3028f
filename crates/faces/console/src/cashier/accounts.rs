//! Accounts of channels' days (对账): the file in, the differences, how each was resolved.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Multipart, Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::Date;
use payment::{Channel, Reconciliation, Refusal, Settling, query};
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Visitor, Wrong, words};

use super::guard_settling;
use crate::deck::{self, Desk};

/// Days that the list shows.
const DAYS: usize = 60;
/// The largest account of a day that is taken here; larger ones go through the command line.
const FILE_MOST: usize = 16 * 1024 * 1024;

struct Line {
    href: String,
    day: String,
    channel: &'static str,
    lines: u32,
    paid: String,
    refunded: String,
    even: u32,
    open: usize,
}

#[derive(Template)]
#[template(path = "console/accounts.html")]
struct List {
    frame: Frame,
    wrongs: Vec<Wrong>,
    lines: Vec<Line>,
}

/// The days that were compared, and the form for another one.
pub async fn list(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    listed(&house, &visitor, vec![])
}

fn listed(house: &Arc<House>, visitor: &Visitor, wrongs: Vec<Wrong>) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    guard_settling(&session.actor)?;
    let today = house.db.today();
    let accounts = house.ask(|read| query::accounts(read, &session.actor, DAYS))?;
    let line = |account: &Reconciliation| Line {
        href: format!("/accounts/{}/{}", account.channel, account.day),
        day: words::day(account.day, today),
        channel: account.channel.words(),
        lines: account.lines,
        paid: account.paid.to_string(),
        refunded: account.refunded.to_string(),
        even: account.even,
        open: account.differences.iter().filter(|one| one.resolution.is_none()).count(),
    };
    let lines = accounts.iter().map(line).collect();
    let frame = deck::frame(visitor, house, session, "对账", Desk::Accounts).with_errors(!wrongs.is_empty());
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(web::page_with(status, &List { frame, wrongs, lines }))
}

/// Takes a file in and compares it.
pub async fn take_in(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    multipart: Multipart,
) -> Result<Response, Fault> {
    guard_settling(&visitor.staff()?.actor)?;
    let bytes = file(&visitor, multipart).await?;
    let wrong = |words: String| vec![Wrong::new("file", words)];
    if bytes.is_empty() {
        return listed(&house, &visitor, wrong("选一个对账文件".to_owned()));
    }
    let statement = match payment::statement::parse(&bytes) {
        Ok(statement) => statement,
        Err(bad) => return listed(&house, &visitor, wrong(bad.to_string())),
    };
    let own = Arc::clone(&house);
    let compared = tokio::task::spawn_blocking(move || payment::reconcile(&own.db, &statement)).await;
    match compared.map_err(|error| Fault::broken(error.to_string()))? {
        Ok(account) => Ok(web::redirect(&format!("/accounts/{}/{}", account.channel, account.day))),
        Err(store::Failure::Refused(refusal)) => listed(&house, &visitor, wrong(refusal.to_string())),
        Err(broken) => Err(broken.into()),
    }
}

/// The one file of a form whose token comes first.
async fn file(visitor: &Visitor, mut multipart: Multipart) -> Result<Vec<u8>, Fault> {
    let broken = |_| Fault::bad_request("console.bad-form", "文件没有传完，或者传来的内容不完整。");
    let mut is_trusted = false;
    while let Some(mut field) = multipart.next_field().await.map_err(broken)? {
        if field.name() == Some("_csrf") {
            visitor.check(&field.text().await.map_err(broken)?)?;
            is_trusted = true;
        } else if is_trusted && field.name() == Some("file") {
            let mut bytes = vec![];
            while let Some(chunk) = field.chunk().await.map_err(broken)? {
                if bytes.len() + chunk.len() > FILE_MOST {
                    return Err(Fault::too_large(FILE_MOST));
                }
                bytes.extend_from_slice(&chunk);
            }
            return Ok(bytes);
        }
    }
    if is_trusted { Ok(vec![]) } else { Err(Fault::forged()) }
}

struct Difference {
    reference: String,
    own_no: String,
    finding: &'static str,
    ours: String,
    theirs: String,
    step: &'static str,
    bill: Option<String>,
    resolution: Option<String>,
}

#[derive(Template)]
#[template(path = "console/account.html")]
struct Page {
    frame: Frame,
    wrongs: Vec<Wrong>,
    heading: String,
    action: String,
    line: Line,
    differences: Vec<Difference>,
    which: Field,
    how: Field,
    words: Field,
}

/// One day.
pub async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((channel, day)): Path<(String, String)>,
) -> Result<Response, Fault> {
    guard_settling(&visitor.staff()?.actor)?;
    shown(&house, &visitor, place(&channel, &day)?, &Fields::default(), vec![])
}

fn place(channel: &str, day: &str) -> Result<(Channel, Date), Fault> {
    let none = || Fault::refused(&Refusal::NoSuchDifference);
    Ok((channel.parse().map_err(|_| none())?, day.parse().map_err(|_| none())?))
}

fn shown(
    house: &Arc<House>,
    visitor: &Visitor,
    (channel, day): (Channel, Date),
    typed: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    guard_settling(&session.actor)?;
    let today = house.db.today();
    let account = house.ask(|read| query::account(read, &session.actor, channel, day))?;
    let account = account.ok_or_else(|| Fault::refused(&Refusal::NoSuchDifference))?;
    let money = |amount: Option<kernel::Fen>| amount.map_or_else(|| "没有".to_owned(), |amount| amount.to_string());
    let difference = |one: &payment::Difference| Difference {
        reference: one.reference.clone(),
        own_no: one.own_no.clone(),
        finding: one.finding.word(),
        ours: money(one.ours),
        theirs: money(one.theirs),
        step: one.finding.step(),
        bill: payment::reference_bill(&one.own_no).map(|code| code.to_string()),
        resolution: one
            .resolution
            .as_ref()
            .map(|done| format!("{}，{}：{}", words::moment(done.at, today), done.how.word(), done.words)),
    };
    let mut which = Field::new(FieldKind::Select, "reference", "哪一笔");
    let open = account.differences.iter().filter(|one| one.resolution.is_none());
    which.choices = open
        .map(|one| Choice::new(one.reference.clone(), format!("{} {}", one.finding.word(), one.reference)))
        .collect();
    let mut how = Field::new(FieldKind::Select, "how", "怎么处理的");
    how.choices = Settling::ALL.iter().map(|one| Choice::new(one.name(), one.word())).collect();
    let said = Field::new(FieldKind::Text, "words", "说明").hint("查到了什么、怎么办的");
    let fill = |field: Field| {
        let value = typed.get(&field.key).unwrap_or_default().to_owned();
        field.value(value).wrong(&wrongs)
    };
    let heading = format!("{} {} 对账", account.channel.words(), words::day(account.day, today));
    let page = Page {
        action: format!("/accounts/{channel}/{day}"),
        line: Line {
            href: String::new(),
            day: words::day(account.day, today),
            channel: account.channel.words(),
            lines: account.lines,
            paid: account.paid.to_string(),
            refunded: account.refunded.to_string(),
            even: account.even,
            open: account.differences.iter().filter(|one| one.resolution.is_none()).count(),
        },
        differences: account.differences.iter().map(difference).collect(),
        which: fill(which),
        how: fill(how),
        words: fill(said),
        frame: deck::frame(visitor, house, session, &heading, Desk::Accounts).with_errors(!wrongs.is_empty()),
        heading,
        wrongs,
    };
    let status = if page.wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(web::page_with(status, &page))
}

/// Resolves a difference.
pub async fn resolve(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((channel, day)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let actor = visitor.staff()?.actor.clone();
    let (channel, day) = place(&channel, &day)?;
    let reference = fields.get("reference").unwrap_or_default().to_owned();
    let Some(how) = Settling::ALL.into_iter().find(|one| fields.get("how") == Some(one.name())) else {
        let wrongs = vec![Wrong::new("how", "选一种处理方式")];
        return shown(&house, &visitor, (channel, day), &fields, wrongs);
    };
    let said = fields.get("words").unwrap_or_default().to_owned();
    let done = house.write(move |tx| payment::resolve(tx, &actor, channel, day, &reference, how, &said)).await;
    match done {
        Ok(_) => Ok(web::redirect(&format!("/accounts/{channel}/{day}"))),
        Err(fault) if !fault.errors.is_empty() => {
            shown(&house, &visitor, (channel, day), &fields, Wrong::of(&fault.errors))
        }
        Err(fault) => Err(fault),
    }
}
