//! 投标室: where a company takes part — deposit, sealed envelope, and its key at the opening. The plain bid never comes here.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Multipart, Path, Request, State},
    http::StatusCode,
    response::Response,
};
use kernel::{Actor, Fen};
use serde::Deserialize;
use store::Failure;
use trading::{BidState, LotCode, LotState, Refusal, query};
use web::{
    Fault, Field, FieldKind, Fields, Frame, House, Query, Section, Visitor, Wrong, page_with, redirect, trade, words,
};

/// Who tells of simulated money; only in the demonstration.
const SIMULATOR: Actor = Actor::System("bank-simulator");

/// What is told of an envelope: when it came, its size, its digest.
struct Came {
    when: String,
    size: String,
    digest: String,
}

#[derive(Template)]
#[template(path = "trade/room.html")]
struct Room {
    frame: Frame,
    wrongs: Vec<Wrong>,
    code: LotCode,
    title: String,
    say: String,
    point: String,
    joined: bool,
    may_join: Option<String>,
    account: String,
    deposit: String,
    paid: String,
    is_paid: bool,
    held: String,
    money: Vec<String>,
    demo: bool,
    may_bid: bool,
    came: Option<Came>,
    withdrawn: bool,
    file: Field,
    window: Option<String>,
    is_open: bool,
    key: Field,
}

/// How the room is asked for: `auto` reads the price anew by itself.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    auto: Option<String>,
}

pub(super) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    room(&house, &visitor, super::code(&text)?, asked.auto.is_some(), vec![])
}

fn room(house: &House, visitor: &Visitor, code: LotCode, auto: bool, wrongs: Vec<Wrong>) -> Result<Response, Fault> {
    let session = super::company(house, visitor)?;
    let (lot, bid) = house.ask(|read| {
        let lot = query::public(read, &code)?;
        Ok::<_, Failure<Refusal>>((lot, query::own_bid(read, &session.actor, &code)?))
    })?;
    if session.actor.party() == Some(lot.tenderer) {
        return Err(Fault::refused(&Refusal::OwnTender));
    }
    if trade::by_quotes(&lot) {
        return super::quotes::room(house, visitor, &lot, bid.as_ref(), &Fields::default(), auto, wrongs);
    }
    let (now, today) = (house.db.now(), house.db.today());
    let notice = lot.notice.as_ref().ok_or_else(Fault::not_found)?;
    let tendering = lot.state == LotState::Tendering && now < notice.deadline;
    let deposit = bid.as_ref().map(|bid| bid.deposit.clone()).unwrap_or_default();
    let came = bid.as_ref().and_then(|bid| bid.envelope()).map(|envelope| Came {
        when: words::moment(envelope.at, today),
        size: words::bytes(envelope.size),
        digest: envelope.digest.to_string(),
    });
    let is_open = bid.as_ref().is_some_and(|bid| lot.bid(&bid.id).is_some());
    let window = match (&lot.state, &bid) {
        (LotState::Opening { until }, Some(bid)) if lot.envelopes.contains(&bid.id) => {
            Some(words::moment(*until, today))
        }
        _ => None,
    };
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut file = Field::new(FieldKind::File, "file", "加密投标文件").hint("扩展名是 .tbbid，没有加密的文件收不了");
    file.accept = Some(".tbbid");
    let page = Room {
        frame: visitor.frame(house, "投标室").in_section(Section::Mine).with_errors(!wrongs.is_empty()),
        code,
        title: format!("{} {}", lot.project_name, lot.name),
        say: trade::next(&lot, now, today),
        point: lot.point.clone().unwrap_or_default(),
        joined: bid.is_some(),
        may_join: (tendering && today <= notice.documents_until).then(|| words::day(notice.documents_until, today)),
        account: bid.as_ref().map_or_else(String::new, |bid| bid.account.clone()),
        deposit: trade::yuan(notice.deposit),
        paid: trade::yuan(deposit.sum()),
        is_paid: deposit.sum() >= notice.deposit,
        held: trade::yuan(deposit.held()),
        money: money(&deposit, today),
        demo: house.config.demo && tendering,
        may_bid: bid.is_some() && tendering,
        withdrawn: bid.as_ref().is_some_and(|bid| bid.state == BidState::Withdrawn),
        came,
        file: file.wrong(&wrongs),
        window,
        is_open,
        key: Field::new(FieldKind::Text, "key", "解密码")
            .hint("以 TB1. 开头，加密的时候存下的那一行")
            .autocomplete("off")
            .wrong(&wrongs),
        wrongs,
    };
    Ok(page_with(status, &page))
}

/// What happened to a deposit, a sentence each.
pub(super) fn money(deposit: &trading::Deposit, today: kernel::Date) -> Vec<String> {
    let mut money: Vec<String> = deposit
        .paid
        .iter()
        .map(|(_, amount, at)| format!("{}到账 {}", words::moment(*at, today), trade::yuan(*amount)))
        .collect();
    if deposit.interest > Fen::ZERO {
        money.push(format!("已退 {}，另付利息 {}", trade::yuan(deposit.returned), trade::yuan(deposit.interest)));
    } else if deposit.returned > Fen::ZERO {
        money.push(format!("已退 {}", trade::yuan(deposit.returned)));
    }
    if deposit.set_off > Fen::ZERO {
        money.push(format!("抵作价款 {}", trade::yuan(deposit.set_off)));
    }
    if deposit.forfeited > Fen::ZERO {
        money.push(format!("不予退还 {}", trade::yuan(deposit.forfeited)));
    }
    money
}

/// The envelope of the form; its token was checked.
pub(super) struct Envelope(Vec<u8>);

impl FromRequest<Arc<House>> for Envelope {
    type Rejection = Fault;

    async fn from_request(request: Request, house: &Arc<House>) -> Result<Self, Fault> {
        let max = house.config.file_bytes_max;
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, house).await?;
        let mut request = Request::from_parts(parts, body);
        DefaultBodyLimit::max(max + 64 * 1024).apply(&mut request);
        let broken = |_| Fault::bad_request("face.bad-form", "文件没有传完，请重新选一次。");
        let mut form = Multipart::from_request(request, house)
            .await
            .map_err(|_| Fault::unsupported("face.not-a-form", "这里只收带文件的网页表单。"))?;
        let mut is_trusted = false;
        while let Some(field) = form.next_field().await.map_err(broken)? {
            match field.name() {
                Some("_csrf") => {
                    visitor.check(&field.text().await.map_err(broken)?)?;
                    is_trusted = true;
                }
                Some("file") if is_trusted => {
                    let bytes = field.bytes().await.map_err(|_| Fault::too_large(max))?;
                    return Ok(Envelope(bytes.to_vec()));
                }
                _ => {}
            }
        }
        if is_trusted { Ok(Envelope(vec![])) } else { Err(Fault::forged()) }
    }
}

/// The sealed envelope comes.
pub(super) async fn upload(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
    envelope: Envelope,
) -> Result<Response, Fault> {
    let code = super::code(&text)?;
    let actor = super::company(&house, &visitor)?.actor.clone();
    let again = |words: String| room(&house, &visitor, code, false, vec![Wrong::new("file", words)]);
    if envelope.0.is_empty() {
        return again("选加密好的投标文件".to_owned());
    }
    let db = house.db.clone();
    let prepared = tokio::task::spawn_blocking(move || trading::prepare(&db, &code, &envelope.0)).await;
    let prepared = match prepared.map_err(|error| Fault::broken(error.to_string()))? {
        Ok(prepared) => prepared,
        Err(Failure::Refused(refusal @ Refusal::Envelope(_))) => return again(refusal.to_string()),
        Err(failure) => return Err(failure.into()),
    };
    house.write(move |tx| trading::submit(tx, &actor, &prepared)).await?;
    Ok(redirect(&format!("/trade/{code}/bid#envelope")))
}

/// Joining, taking back, the key, and simulated money in the demonstration.
pub(super) async fn step(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((text, step)): Path<(String, String)>,
    sent: Fields,
) -> Result<Response, Fault> {
    let code = super::code(&text)?;
    let actor = super::company(&house, &visitor)?.actor.clone();
    let here = format!("/trade/{code}/bid");
    match step.as_str() {
        "join" => drop(house.write(move |tx| trading::join(tx, &actor, &code)).await?),
        "withdraw" => drop(house.write(move |tx| trading::withdraw(tx, &actor, &code)).await?),
        "deposit" if house.config.demo => {
            let (lot, bid) = house.ask(|read| {
                Ok::<_, Failure<Refusal>>((query::public(read, &code)?, query::own_bid(read, &actor, &code)?))
            })?;
            let bid = bid.ok_or_else(|| Fault::refused(&Refusal::NotBidder))?;
            let wanted = lot.notice.map_or(Fen::ZERO, |notice| notice.deposit);
            let flow = format!("DEMO{}", store::fresh_uuid().simple());
            house.write(move |tx| trading::pay(tx, &SIMULATOR, &bid.account, &flow, wanted)).await?;
        }
        "check" | "quote" => return super::quotes::quote(&house, &visitor, code, step == "quote", &sent).await,
        "key" => {
            let again = |words: String| room(&house, &visitor, code, false, vec![Wrong::new("key", words)]);
            let key = match sent.get("key").unwrap_or_default().parse() {
                Ok(key) => key,
                Err(flaw) => return again(Refusal::Envelope(flaw).to_string()),
            };
            let (db, opener) = (house.db.clone(), actor.clone());
            let unsealed = tokio::task::spawn_blocking(move || trading::unseal(&db, &opener, &code, &key)).await;
            let unsealed = match unsealed.map_err(|error| Fault::broken(error.to_string()))? {
                Ok(unsealed) => unsealed,
                Err(Failure::Refused(refusal @ Refusal::Envelope(_))) => return again(refusal.to_string()),
                Err(failure) => return Err(failure.into()),
            };
            house.write(move |tx| trading::give_key(tx, &actor, &code, &unsealed)).await?;
        }
        _ => return Err(Fault::not_found()),
    }
    Ok(redirect(&here))
}
