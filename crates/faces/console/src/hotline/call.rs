//! The agent's desk: who calls, the work order, what may be the same, who should handle it, and the knowledge base beside.

mod fields;

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use hotline::query::{self, Duplicate, Found, Known};
use hotline::{Call, Channel, Command, Intake, Kind, OrderNumber, Refusal, book};
use identity::Session;
use kernel::{Actor, DepartmentId, Mobile, Refuse, RegionCode, Timestamp};
use serde::Deserialize;
use store::{Failure, Read, Tx};
use web::{Fault, Field, Fields, Frame, House, Query, Visitor, Wrong, redirect, words};

use super::{Tab, nav, place, say, session, unit_name};
use crate::deck::{self, Desk};

/// Articles shown beside the form.
const ARTICLES: usize = 4;

/// The call that the desk is open for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    call: Option<String>,
}

/// Who calls.
struct Card {
    phone: String,
    began: String,
    name: String,
    orders: Vec<(String, String, String)>,
    cases: Vec<(String, String)>,
}

/// An order that may be the same matter.
struct Same {
    number: OrderNumber,
    shown: String,
    title: String,
    why: &'static str,
    unit: String,
}

/// An article that may be read out.
struct Article {
    id: String,
    title: String,
    text: String,
    source: String,
    until: String,
    expiring: bool,
}

/// Who should handle it.
struct Suggested {
    unit: String,
    line: String,
    basis: String,
    level: String,
}

#[derive(Template)]
#[template(path = "console/hotline/call.html")]
struct Page {
    frame: Frame,
    nav: Vec<Tab>,
    wrongs: Vec<Wrong>,
    call: String,
    key: String,
    card: Option<Card>,
    head: Vec<Field>,
    body: Vec<Field>,
    urgent: bool,
    confidential: bool,
    same: Vec<Same>,
    suggested: Option<Suggested>,
    dispatch: Vec<Field>,
    answer: Field,
    kb: String,
    articles: Vec<Article>,
    clocks: Vec<(&'static str, String)>,
}

/// The desk, for a call or without one.
pub async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    session(&visitor)?;
    let sent = Fields(vec![("call".to_owned(), asked.call.unwrap_or_default())]);
    shown(&house, &visitor, &sent, vec![], StatusCode::OK)
}

/// Takes a call: its number never stands in an address in the clear.
pub async fn open(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let actor = session(&visitor)?.actor.clone();
    let given = sent.get("phone").unwrap_or_default();
    let phone: Option<Mobile> = match given {
        "" => None,
        text => match text.parse() {
            Ok(phone) => Some(phone),
            Err(_) => {
                let wrongs = vec![Wrong::new("phone", Refusal::PhoneWrong.to_string())];
                return shown(&house, &visitor, &Fields::default(), wrongs, StatusCode::UNPROCESSABLE_ENTITY);
            }
        },
    };
    let token = house.write(move |tx| hotline::open_call(tx, &actor, phone)).await?;
    Ok(redirect(&format!("/hotline/desk?call={token}")))
}

/// What stands in the form, as values.
struct Given {
    kind: Option<Kind>,
    region: RegionCode,
    category: String,
    phone: Option<Mobile>,
}

fn given(session: &Session, sent: &Fields, from_call: Option<Mobile>) -> Result<Given, Fault> {
    let own = place(session).ok_or_else(Fault::not_found)?;
    let text = |key: &str| sent.get(key).unwrap_or_default();
    let guessed = book().guess(&format!("{} {}", text("title"), text("text")));
    let category = match text("category") {
        "" => guessed.map_or_else(String::new, |line| line.category.clone()),
        chosen => chosen.to_owned(),
    };
    Ok(Given {
        kind: Kind::from_name(text("kind")),
        region: text("region").parse().unwrap_or(own),
        category,
        phone: from_call.or_else(|| text("phone").parse().ok()),
    })
}

fn shown(
    house: &House,
    visitor: &Visitor,
    sent: &Fields,
    wrongs: Vec<Wrong>,
    status: StatusCode,
) -> Result<Response, Fault> {
    let session = session(visitor)?;
    let own = place(session).ok_or_else(Fault::not_found)?;
    let text = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let token = text("call");
    let page = house.ask(|read| {
        let call = match token.as_str() {
            "" => None,
            token => Some(query::call(read, &session.actor, token)?),
        };
        let phone = call.as_ref().and_then(|call| call.phone);
        let given = match given(session, sent, phone) {
            Ok(given) => given,
            Err(_) => return Err(Refusal::UnknownRegion.into()),
        };
        let card = match (&call, phone) {
            (Some(call), Some(phone)) => {
                let known = query::known(read, &session.actor, &phone)?;
                Some(card(read, &known, Some(phone), call.at)?)
            }
            (Some(call), None) => Some(card(read, &Known::default(), None, call.at)?),
            (None, _) => None,
        };
        let has_words = !text("title").is_empty() || !text("text").is_empty();
        let same = match has_words && !given.category.is_empty() {
            true => query::duplicates(
                read,
                &session.actor,
                given.phone.as_ref(),
                &given.region,
                &text("place"),
                &given.category,
            )?,
            false => vec![],
        };
        let same = same.iter().map(|one| same_of(read, one)).collect::<Result<Vec<_>, _>>()?;
        let kb = if text("kb").is_empty() { text("title") } else { text("kb") };
        let articles = query::search(read, &kb, &given.category, ARTICLES)?;
        let suggested = book().suggest(&given.category, &given.region).filter(|_| !given.category.is_empty());
        let suggested = suggested.map(|found| suggestion(read, &found)).transpose()?;
        let clocks = clocks(read, &given, text("urgent") == "yes")?;
        let head = fields::head(read, sent, &given, &own, &wrongs)?;
        let dispatch = fields::dispatch(read, sent, &given, &wrongs)?;
        Ok::<_, Failure<Refusal>>(Page {
            frame: deck::frame(visitor, house, session, "接听", Desk::Hotline).with_errors(!wrongs.is_empty()),
            nav: nav(&session.actor, "/hotline/desk"),
            call: token.clone(),
            key: sent.get("key").map_or_else(|| store::fresh_uuid().simple().to_string(), str::to_owned),
            card,
            head,
            body: fields::body(sent, phone.is_none() && call.is_none(), &wrongs),
            urgent: text("urgent") == "yes",
            confidential: text("confidential") == "yes",
            same,
            suggested,
            dispatch,
            answer: fields::area("words", "当场答复的话", sent, &wrongs).optional(),
            kb: text("kb"),
            articles: articles.iter().map(article).collect(),
            clocks,
            wrongs: vec![],
        })
    })?;
    Ok(web::page_with(status, &Page { wrongs, ..page }))
}

fn card(read: &mut dyn Read, known: &Known, phone: Option<Mobile>, at: Timestamp) -> Result<Card, store::Error> {
    let today = kernel::local_date(read.now());
    let orders = known.orders.iter().map(|(order, title)| {
        let when = words::short_day(kernel::local_date(order.at), today);
        let say = format!("{when} {}，{}", order.kind.word(), say::state(order));
        (format!("/hotline/orders/{}", order.number), title.clone(), say)
    });
    let cases = known.cases.iter().map(|case| (case.item_name.clone(), case.stage.word().to_owned()));
    Ok(Card {
        phone: phone.map_or_else(|| "没有号码".to_owned(), |phone| phone.masked()),
        began: words::moment(at, today),
        name: known.name.clone(),
        orders: orders.collect(),
        cases: cases.collect(),
    })
}

fn same_of(read: &mut dyn Read, one: &Duplicate) -> Result<Same, store::Error> {
    let unit = match one.order.round() {
        Some(round) => format!("{}，{}", unit_name(read, &round.lead)?, one.order.stage().word()),
        None => one.order.stage().word().to_owned(),
    };
    let why = match (one.same_caller, one.same_place) {
        (true, true) => "同一来电人，同一地址",
        (true, false) => "同一来电人",
        (false, true) => "同一地址",
        (false, false) => "同一地区，同一类别",
    };
    let number = one.order.number;
    Ok(Same { number, shown: number.grouped(), title: one.title.clone(), why, unit })
}

fn article(found: &Found) -> Article {
    let content = &found.article.content;
    Article {
        id: found.article.id.to_string(),
        title: content.title.clone(),
        text: content.text.clone(),
        source: content.source.clone(),
        until: words::long_day(content.valid_until),
        expiring: found.expiring,
    }
}

fn suggestion(read: &mut dyn Read, found: &hotline::Suggestion) -> Result<Suggested, store::Error> {
    let level = match found.line.level {
        kernel::Level::Province => "省级",
        kernel::Level::City => "市级",
        kernel::Level::County => "区县级",
        _ => "乡镇街道",
    };
    Ok(Suggested {
        unit: unit_name(read, &found.unit)?,
        line: found.line.name.clone(),
        basis: found.line.basis.clone(),
        level: level.to_owned(),
    })
}

/// The clocks that will run, as they stand now.
fn clocks(read: &mut dyn Read, given: &Given, urgent: bool) -> Result<Vec<(&'static str, String)>, store::Error> {
    let (now, book) = (read.now(), book());
    let (today, calendar) = (kernel::local_date(now), organisation::calendar(read)?);
    let Some(kind) = given.kind else { return Ok(vec![]) };
    let sign = match urgent {
        true => format!("派单后 {} 分钟", book.urgent_sign_minutes),
        false => words::moment(book.after_working_minutes(&calendar, now, book.sign_minutes), today),
    };
    let day = |days| words::short_day(calendar.after(today, kernel::WorkingDays(days)), today);
    Ok(vec![
        ("派单", words::moment(hotline::rules::dispatch_by(book, urgent, now), today)),
        ("签收", sign),
        ("联系市民", day(book.contact_days)),
        ("办理", day(book.days(kind))),
        ("回访", format!("反馈后 {} 个工作日", book.follow_up_days)),
    ])
}

/// What the pressed button asks for.
enum Act {
    Answer(String),
    Register,
    Dispatch(Command),
    Merge(OrderNumber),
}

/// Looks again, or takes the order in and does what the button says, in one transaction.
pub async fn sent(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let session = session(&visitor)?;
    let act = sent.get("act").unwrap_or_default().to_owned();
    if let Some(id) = act.strip_prefix("copy:") {
        let sent = copied(&house, session, &sent, id)?;
        return shown(&house, &visitor, &sent, vec![], StatusCode::OK);
    }
    let token = sent.get("call").unwrap_or_default().to_owned();
    let phone = match token.as_str() {
        "" => None,
        token => house.ask(|read| query::call(read, &session.actor, token))?.phone,
    };
    let given = given(session, &sent, phone)?;
    let text = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let again = |wrongs: Vec<Wrong>| {
        let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        shown(&house, &visitor, &sent, wrongs, status)
    };
    if !matches!(act.as_str(), "answer" | "register" | "dispatch") && !act.starts_with("merge:") {
        return again(vec![]);
    }
    let Some(kind) = given.kind else { return again(vec![Wrong::new("kind", Refusal::UnknownKind.to_string())]) };
    if !text("phone").is_empty() && given.phone.is_none() {
        return again(vec![Wrong::new("phone", Refusal::PhoneWrong.to_string())]);
    }
    let act = match act.as_str() {
        "answer" => Act::Answer(text("words")),
        "register" => Act::Register,
        "dispatch" => match chosen(&given, &sent) {
            Some(command) => Act::Dispatch(command),
            None => return again(vec![Wrong::new("category", Refusal::UnknownCategory.to_string())]),
        },
        merge => match merge.trim_start_matches("merge:").parse() {
            Ok(into) => Act::Merge(into),
            Err(_) => return Err(Fault::refused(&Refusal::NotFound)),
        },
    };
    let intake = Intake {
        kind,
        category: given.category.clone(),
        region: given.region,
        channel: Channel::Call,
        urgent: text("urgent") == "yes",
        confidential: text("confidential") == "yes",
        name: text("name"),
        phone: given.phone,
        openid: None,
        call: Call { title: text("title"), place: text("place"), text: text("text") },
        source: String::new(),
        key: text("key"),
    };
    let actor = session.actor.clone();
    match house.db.write_async(move |tx| take(tx, &actor, &intake, &act)).await {
        Ok(number) => Ok(redirect(&format!("/hotline/orders/{number}"))),
        Err(Failure::Refused(refusal)) if !refusal.fields().is_empty() => again(Wrong::of(&refusal.fields())),
        Err(failure) => Err(failure.into()),
    }
}

fn take(tx: &mut Tx<'_>, actor: &Actor, intake: &Intake, act: &Act) -> Result<OrderNumber, Failure<Refusal>> {
    let number = hotline::register(tx, actor, intake)?.number;
    match act {
        Act::Register => Ok(number),
        Act::Answer(words) => {
            hotline::handle(tx, actor, &number, &Command::Answer { words: words.clone() }).map(|order| order.number)
        }
        Act::Dispatch(command) => hotline::handle(tx, actor, &number, command).map(|order| order.number),
        Act::Merge(into) => hotline::merge(tx, actor, &number, into).map(|_| *into),
    }
}

/// The dispatch that the form asks for: to the unit of the list, or to the one that was chosen.
fn chosen(given: &Given, sent: &Fields) -> Option<Command> {
    let unit = |key: &str| sent.get(key).and_then(|text| text.parse::<DepartmentId>().ok());
    let suggested = book().suggest(&given.category, &given.region).map(|found| found.unit);
    let lead = unit("lead").or(suggested)?;
    let reason = sent.get("reason").unwrap_or_default().to_owned();
    Some(Command::Dispatch { lead, assisting: unit("assisting").into_iter().collect(), reason })
}

/// The form with an article copied into the answer.
fn copied(house: &House, session: &Session, sent: &Fields, id: &str) -> Result<Fields, Fault> {
    let id = id.parse().map_err(|error: kernel::BadId| Fault::refused(&error))?;
    let article = house.ask(|read| query::article_for(read, &session.actor, &id))?;
    let mut fields: Vec<(String, String)> =
        sent.iter().filter(|(key, _)| *key != "words").map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    fields.push(("words".to_owned(), article.content.text));
    Ok(Fields(fields))
}
