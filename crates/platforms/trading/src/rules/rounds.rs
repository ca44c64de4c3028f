//! Quotes (竞价): how land, mining rights and state property find who gives most.
//!
//! Whoever has registered and paid the deposit may give quotes, each higher than the one before by the step at least, and bound by it
//! (国土资源部令第39号 第十八条、第十九条; 国务院国资委财政部令第32号 第二十二条). A quote in the last minutes lets the rounds run
//! on. One quote at the start price is enough, unless it stays below the sealed reserve.

use kernel::{Date, Fen, Timestamp, local_date};

use super::{Facts, Refusal, written};
use crate::book::RoundTerms;
use crate::model::{Instalments, Rounds};
use crate::{Command, FailGround, Late, Lot, LotEvent, LotState, Notice, OpenBid, Ranked};

/// What the desk brings when quotes have ended.
#[derive(Debug, Clone)]
pub struct Ended {
    /// Those who gave quotes, each with the highest one.
    pub bids: Vec<OpenBid>,
    /// The reserve, unsealed.
    pub reserve: Option<Fen>,
}

/// What a notice says of quotes, if it may go out today.
pub(super) fn check(lot: &Lot, notice: &Notice, terms: &'static RoundTerms, facts: &Facts) -> Result<Rounds, Refusal> {
    let rounds = notice.rounds.as_ref().ok_or(Refusal::Words { pointer: "/rounds" })?;
    for (amount, pointer) in [(rounds.start, "/rounds/start"), (rounds.step, "/rounds/step")] {
        if amount <= Fen::ZERO || amount.0 > i64::MAX / 4 {
            return Err(Refusal::Amount { pointer });
        }
    }
    let notice_period = facts.procedure.bidding(lot.estimate);
    let least = notice_period.least(facts.today, &facts.calendar);
    let begins = local_date(rounds.begins);
    if begins < least {
        return Err(Refusal::TooShort { pointer: "/rounds/begins", least, article: notice_period.article.as_str() });
    }
    let least = terms.listing.least(begins, &facts.calendar);
    if local_date(rounds.ends) < least || rounds.ends <= rounds.begins {
        return Err(Refusal::TooShort { pointer: "/rounds/ends", least, article: terms.listing.article.as_str() });
    }
    let last = if terms.registers_before { rounds.begins } else { rounds.ends };
    if notice.deadline > last {
        return Err(Refusal::AfterRounds { last });
    }
    let approval = rounds.approval.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if let Some(share) = &terms.valuation
        && rounds.start < share.of(lot.estimate)
        && approval.is_none()
    {
        return Err(Refusal::BelowValuation { least: share.of(lot.estimate), article: share.article.as_str() });
    }
    let approval = approval.map(|text| written(text, "/rounds/approval")).transpose()?;
    Ok(Rounds { approval, ..rounds.clone() })
}

/// The reserve that somebody gives with a notice: only where the law knows one, and not below the start.
pub(super) fn check_reserve(notice: &Notice, reserve: Option<Fen>, facts: &Facts) -> Result<(), Refusal> {
    let Some(reserve) = reserve else { return Ok(()) };
    let may = facts.procedure.rounds().is_some_and(|terms| terms.reserve);
    let start = notice.rounds.as_ref().map_or(Fen::ZERO, |rounds| rounds.start);
    if may && reserve >= start { Ok(()) } else { Err(Refusal::Amount { pointer: "/rounds/reserve" }) }
}

/// A quote. The one that stands, told twice, is told once; nobody outbids themselves.
pub(super) fn quote(lot: &Lot, price: Fen, command: &Command, facts: &Facts) -> Result<Vec<LotEvent>, Refusal> {
    facts.company(lot)?;
    let (Some(rounds), Some(terms)) = (lot.rounds(), facts.procedure.rounds()) else {
        return Err(super::lot::not_now(lot, command));
    };
    let bid = facts.own.ok_or(Refusal::NotBidder)?;
    if let Some(top) = lot.quotes.last().filter(|top| top.bid == bid) {
        return if top.price == price { Ok(vec![]) } else { Err(Refusal::OwnQuote { price: top.price }) };
    }
    let ends = lot.ends.unwrap_or(rounds.ends);
    match lot.state {
        LotState::Tendering if facts.now < rounds.begins => return Err(Refusal::BeforeRounds { at: rounds.begins }),
        LotState::Tendering if facts.now < ends => {}
        _ if lot.published.is_some() => return Err(Refusal::RoundsOver { at: ends }),
        _ => return Err(super::lot::not_now(lot, command)),
    }
    if !facts.admitted {
        return Err(Refusal::NotAdmitted { deposit: lot.notice.as_ref().map_or(Fen::ZERO, |notice| notice.deposit) });
    }
    let least = lot.next_price().ok_or(Refusal::Amount { pointer: "/price" })?;
    if price < least {
        return Err(Refusal::TooLow { least });
    }
    // A slip of the finger must not bind anybody to a hundred times of what they meant.
    let most = Fen(least.0.saturating_mul(10));
    if price > most {
        return Err(Refusal::TooHigh { most });
    }
    Ok(vec![LotEvent::Quoted { bid, price, at: facts.now, ends: prolonged(facts.now, ends, terms) }])
}

/// When quotes end after one at `now`, if that moves.
fn prolonged(now: Timestamp, ends: Timestamp, terms: &RoundTerms) -> Option<Timestamp> {
    let after = now.as_microsecond().saturating_add(terms.prolong_minutes.saturating_mul(60_000_000));
    let after = Timestamp::from_microsecond(after).unwrap_or(Timestamp::MAX);
    (after > ends).then_some(after)
}

/// When quotes end, if they have not yet been counted.
pub(crate) fn ending(lot: &Lot) -> Option<Timestamp> {
    let rounds = lot.rounds().filter(|_| lot.state == LotState::Tendering)?;
    Some(lot.ends.unwrap_or(rounds.ends))
}

/// What the end of the quotes makes of a lot.
pub(super) fn ended(lot: &Lot, facts: &Facts) -> Vec<LotEvent> {
    let (Some(ends), Some(ended)) = (ending(lot), &facts.ended) else { return vec![] };
    if facts.now < ends {
        return vec![];
    }
    let on = local_date(ends);
    let mut bids = ended.bids.clone();
    bids.sort_by_key(|bid| std::cmp::Reverse(bid.price));
    let Some(top) = bids.first() else {
        return vec![LotEvent::Failed { ground: FailGround::NoQuote, on }];
    };
    let is_below = ended.reserve.is_some_and(|reserve| top.price < reserve);
    let ranking = bids.iter().map(|bid| Ranked { bid: bid.bid, hundredths: 0 }).collect();
    let publish_by = facts.procedure.publish_within.last(on, &facts.calendar);
    let mut events: Vec<LotEvent> = bids.into_iter().map(|bid| LotEvent::BidOpened(Box::new(bid))).collect();
    events.push(LotEvent::Assessed { ranking, rejected: vec![], on, publish_by });
    if is_below {
        events.push(LotEvent::Failed { ground: FailGround::BelowReserve, on });
    }
    events
}

/// How the price is to be paid.
pub(super) fn instalments(price: Fen, on: Date, facts: &Facts) -> Option<Instalments> {
    let payment = &facts.procedure.rounds()?.payment;
    Some(Instalments {
        first: payment.first.of(price),
        first_by: payment.first_within.last(on, &facts.calendar),
        rest_by: payment.rest_within.last(on, &facts.calendar),
    })
}

/// Money of the price, never more than is open. The same flow twice is one.
pub(super) fn settle(
    lot: &Lot,
    flow: &str,
    amount: Fen,
    command: &Command,
    facts: &Facts,
) -> Result<Vec<LotEvent>, Refusal> {
    facts.centre(lot)?;
    let (LotState::Contracted { amount: price, .. }, Some(_)) = (&lot.state, &lot.instalments) else {
        return Err(super::lot::not_now(lot, command));
    };
    let flow = written(flow, "/flow")?;
    if lot.settled.iter().any(|known| known.flow == flow) {
        return Ok(vec![]);
    }
    let open = price.0.saturating_sub(lot.settled_sum().0);
    if amount <= Fen::ZERO || amount.0 > open {
        return Err(Refusal::Amount { pointer: "/amount" });
    }
    Ok(vec![LotEvent::Settled { flow, amount, on: facts.today }])
}

/// The winner did not sign in time: nothing comes of it, whoever was outbid is not held to a quote.
pub(super) fn give_up(lot: &Lot, command: &Command, facts: &Facts) -> Result<Vec<LotEvent>, Refusal> {
    facts.tenderer(lot)?;
    let is_late = lot.late.contains(&Late::Contract);
    match lot.state {
        LotState::Awarded { .. } if lot.rounds().is_some() && is_late => {
            Ok(vec![LotEvent::Failed { ground: FailGround::WinnerLeft, on: facts.today }])
        }
        _ => Err(super::lot::not_now(lot, command)),
    }
}

/// Last days that run after quotes.
pub(super) fn clocks(lot: &Lot) -> Vec<(Late, Date)> {
    let mut clocks = vec![];
    if let (LotState::Awarded { .. } | LotState::Contracted { .. }, Some(back_by), false) =
        (&lot.state, lot.back_by, lot.returned)
    {
        clocks.push((Late::Deposits, back_by));
    }
    if let (LotState::Contracted { amount, .. }, Some(instalments)) = (&lot.state, &lot.instalments) {
        let settled = lot.settled_sum();
        if settled < instalments.first {
            clocks.push((Late::FirstPayment, instalments.first_by));
        }
        if settled < *amount {
            clocks.push((Late::Payment, instalments.rest_by));
        }
    }
    clocks
}
