//! 竞价: the course of the quotes for everybody, and the room where a company registers, pays the deposit and gives quotes.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode},
    response::Response,
};
use kernel::{Date, Fen, Timestamp, local_date};
use store::Failure;
use trading::{Bid, Command, Lot, LotCode, LotState, Refusal, book, query};
use web::{
    Fault, Field, FieldKind, Fields, Frame, House, Section, Visitor, Wrong, chart, page_with, redirect, trade, words,
};

use super::lot::Step;

/// Seconds after which the room is read anew, for who asked for that: sooner when the end is near.
const AGAIN: u32 = 30;
const AGAIN_NEAR: u32 = 10;
/// Quotes of the table, latest first; the drawing has all.
const SHOWN: usize = 50;

/// A line of the table of quotes.
pub(super) struct Line {
    pub who: String,
    pub price: String,
    pub when: String,
}

/// The course of the quotes, without names.
pub(super) struct Quotes {
    pub drawing: String,
    pub lines: Vec<Line>,
    pub count: usize,
    pub bidders: usize,
}

/// The course of the quotes; none where something else finds the winner.
pub(super) fn course(lot: &Lot, today: Date) -> Option<Quotes> {
    lot.rounds()?;
    let numbers: Vec<usize> = lot.numbers();
    let lines = lot.quotes.iter().zip(&numbers).rev().take(SHOWN).map(|(quote, number)| Line {
        who: format!("{number} 号"),
        price: trade::yuan(quote.price),
        when: words::moment(quote.at, today),
    });
    Some(Quotes {
        drawing: drawing(lot, today),
        lines: lines.collect(),
        count: lot.quotes.len(),
        bidders: numbers.iter().copied().max().unwrap_or(0),
    })
}

/// By how much the prices pass the start price, as a line in ten thousands of yuan: from zero, so that each step shows.
fn drawing(lot: &Lot, today: Date) -> String {
    let (Some(first), Some(last)) = (lot.quotes.first(), lot.quotes.last()) else { return String::new() };
    let start = lot.rounds().map_or(Fen::ZERO, |rounds| rounds.start);
    let above = |price: Fen| price.0.saturating_sub(start.0) as f64 / 1_000_000.0;
    let finding =
        format!("从 {} 到 {}，报了 {} 次", trade::yuan(first.price), trade::yuan(last.price), lot.quotes.len());
    let caption = chart::Caption { id: "quotes", title: "比起始价高出，万元".to_owned(), finding };
    let labels: Vec<String> = lot.quotes.iter().map(|quote| words::moment(quote.at, today)).collect();
    let values = lot.quotes.iter().map(|quote| Some(above(quote.price))).collect();
    chart::course(&caption, &labels, &chart::Course { values, band: vec![], level: None })
}

/// What the notice says of quotes.
pub(super) fn facts(lot: &Lot, today: Date) -> Vec<(&'static str, String)> {
    let Some(rounds) = lot.rounds() else { return vec![] };
    let prolong = book().procedure(&lot.procedure).and_then(|procedure| procedure.rounds());
    let prolong = prolong.map_or(0, |terms| terms.prolong_minutes);
    let mut facts = vec![
        ("起始价", trade::yuan(rounds.start)),
        ("增价幅度", trade::yuan(rounds.step)),
        ("开始报价", words::moment(rounds.begins, today)),
        (
            "结束报价",
            format!(
                "{}；最后 {prolong} 分钟里有人报价，就再延长 {prolong} 分钟",
                words::moment(lot.ends.unwrap_or(rounds.ends), today)
            ),
        ),
    ];
    if rounds.reserve.is_some() {
        facts.push(("底价", "有，加密保存，到结束也不公开".to_owned()));
    }
    if let Some(approval) = &rounds.approval {
        facts.push(("低于评估值的批准", approval.clone()));
    }
    facts
}

/// The whole way where quotes find the winner.
pub(super) fn steps(lot: &Lot, now: Timestamp, today: Date) -> Vec<Step> {
    let at = |at: Timestamp| words::short_day(local_date(at), today);
    let (begins, ends) = match lot.rounds() {
        Some(rounds) => (Some(rounds.begins), Some(lot.ends.unwrap_or(rounds.ends))),
        None => (None, None),
    };
    let reached = match &lot.state {
        LotState::Tendering if begins.is_some_and(|begins| now < begins) => 1,
        LotState::Tendering => 2,
        LotState::Assessed { .. } => 3,
        LotState::Publicised { .. } => 4,
        LotState::Awarded { .. } => 5,
        LotState::Contracted { amount, .. } if lot.settled_sum() < *amount => 6,
        LotState::Contracted { .. } => 7,
        LotState::Failed { .. } => 3,
        _ => 0,
    };
    let has_publicity = book().procedure(&lot.procedure).is_some_and(|procedure| procedure.publicity.is_some());
    let names = [
        ("发布公告", lot.published.map_or_else(String::new, at)),
        ("报名、交保证金", lot.notice.as_ref().map_or_else(String::new, |notice| format!("到{}", at(notice.deadline)))),
        ("报价", begins.map_or_else(String::new, at)),
        ("报价结束", ends.map_or_else(String::new, at)),
        ("结果公示", String::new()),
        ("成交确认", String::new()),
        ("签合同", String::new()),
        ("付清价款", String::new()),
    ];
    let line = |(place, (name, when))| Step { name, when, class: if place > reached { "ahead" } else { "" } };
    names.into_iter().enumerate().filter(|(place, _)| *place != 4 || has_publicity).map(line).collect()
}

#[derive(Template)]
#[template(path = "trade/quotes.html")]
struct Room {
    frame: Frame,
    wrongs: Vec<Wrong>,
    code: LotCode,
    title: String,
    say: String,
    room: &'static str,
    deposit_word: &'static str,
    joined: bool,
    may_join: Option<String>,
    account: String,
    deposit: String,
    paid: String,
    is_paid: bool,
    pays_until: Option<String>,
    money: Vec<String>,
    demo: bool,
    own: Option<String>,
    leads: Option<String>,
    price: Option<Field>,
    quotes: Option<Quotes>,
    /// Seconds between one reading and the next, where waiting makes sense.
    again: Option<u32>,
    auto: bool,
}

/// The room of a company: what it must do, and where the price stands.
pub(super) fn room(
    house: &House,
    visitor: &Visitor,
    lot: &Lot,
    bid: Option<&Bid>,
    sent: &Fields,
    auto: bool,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let (now, today) = (house.db.now(), house.db.today());
    let terms = trade::terms(lot);
    let notice = lot.notice.as_ref().ok_or_else(Fault::not_found)?;
    let rounds = lot.rounds().ok_or_else(Fault::not_found)?;
    let ends = lot.ends.unwrap_or(rounds.ends);
    let is_listed = lot.state == LotState::Tendering;
    let deposit = bid.map(|bid| bid.deposit.clone()).unwrap_or_default();
    let is_paid = deposit.sum_until(notice.deadline) >= notice.deposit;
    let leads = lot.quotes.last().filter(|top| bid.is_some_and(|bid| bid.id == top.bid));
    let may_quote = is_listed && is_paid && bid.is_some() && now >= rounds.begins && now < ends && leads.is_none();
    let price = lot.next_price().filter(|_| may_quote).map(|least| {
        let mut field = Field::new(FieldKind::Number, "price", "您的报价").width("w-11");
        field.unit = Some("元".to_owned());
        let value = sent.get("price").map_or_else(|| least.to_string(), str::to_owned);
        field.hint(format!("至少 {}", trade::yuan(least))).value(value).wrong(&wrongs)
    });
    let is_near = ends.as_second() - now.as_second() < 600;
    // Nobody wants a page to be read anew while they write a price.
    let waits = price.is_none() && is_listed && bid.is_some() && now >= rounds.begins;
    let again = waits.then_some(if is_near { AGAIN_NEAR } else { AGAIN });
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Room {
        frame: visitor.frame(house, terms.room).in_section(Section::Mine).with_errors(!wrongs.is_empty()),
        code: lot.code,
        title: format!("{} {}", lot.project_name, lot.name),
        say: trade::next(lot, now, today),
        room: terms.room,
        deposit_word: terms.deposit,
        joined: bid.is_some(),
        may_join: (is_listed && today <= notice.documents_until && now < notice.deadline)
            .then(|| words::day(notice.documents_until, today)),
        account: bid.map_or_else(String::new, |bid| bid.account.clone()),
        deposit: trade::yuan(notice.deposit),
        paid: trade::yuan(deposit.sum()),
        is_paid,
        pays_until: (is_listed && now < notice.deadline).then(|| words::moment(notice.deadline, today)),
        money: super::room::money(&deposit, today),
        demo: house.config.demo && is_listed && now < notice.deadline,
        own: bid.and_then(|bid| lot.number_of(&bid.id)).map(|number| format!("{number} 号")),
        leads: leads.map(|top| trade::yuan(top.price)),
        again,
        auto: auto && again.is_some(),
        price,
        quotes: course(lot, today),
        wrongs,
    };
    let mut response = page_with(status, &page);
    if let Some(seconds) = again.filter(|_| auto) {
        response.headers_mut().insert("refresh", HeaderValue::from(seconds));
    }
    Ok(response)
}

#[derive(Template)]
#[template(path = "trade/quote_sure.html")]
struct Sure {
    frame: Frame,
    code: LotCode,
    title: String,
    price: String,
    amount: Fen,
    rise: Option<String>,
    deposit_word: &'static str,
}

/// First the price is shown once more in full; only the second press gives it, and it binds.
pub(super) async fn quote(
    house: &House,
    visitor: &Visitor,
    code: LotCode,
    is_sure: bool,
    sent: &Fields,
) -> Result<Response, Fault> {
    let actor = super::company(house, visitor)?.actor.clone();
    let found = || {
        house.ask(|read| Ok::<_, Failure<Refusal>>((query::public(read, &code)?, query::own_bid(read, &actor, &code)?)))
    };
    let again = |wrong: Wrong| {
        let (lot, bid) = found()?;
        room(house, visitor, &lot, bid.as_ref(), sent, false, vec![wrong])
    };
    let price: Fen = match sent.get("price").unwrap_or_default().parse() {
        Ok(price) => price,
        Err(error) => return again(Wrong::new("price", kernel::BadAmount::to_string(&error))),
    };
    if is_sure {
        let by = actor.clone();
        let done = house.db.write_async(move |tx| trading::handle(tx, &by, &code, &Command::Quote { price })).await;
        return match done {
            Ok(_) => Ok(redirect(&format!("/trade/{code}/bid#quotes"))),
            Err(Failure::Refused(
                refusal @ (Refusal::TooLow { .. } | Refusal::TooHigh { .. } | Refusal::OwnQuote { .. }),
            )) => again(Wrong::new("price", refusal.to_string())),
            Err(failure) => Err(failure.into()),
        };
    }
    let (lot, _) = found()?;
    if let Some(least) = lot.next_price().filter(|least| price < *least) {
        return again(Wrong::new("price", Refusal::TooLow { least }.to_string()));
    }
    let rise = lot.quotes.last().map(|top| Fen(price.0.saturating_sub(top.price.0))).filter(|rise| *rise > Fen::ZERO);
    let page = Sure {
        frame: visitor.frame(house, "确认报价").in_section(Section::Mine),
        code,
        title: format!("{} {}", lot.project_name, lot.name),
        price: trade::yuan(price),
        amount: price,
        rise: rise.map(trade::yuan),
        deposit_word: trade::terms(&lot).deposit,
    };
    Ok(web::page(&page))
}
