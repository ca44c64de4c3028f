//! What may be done to a bid and its deposit.

use kernel::{Fen, Timestamp, local_date};

use super::{Facts, Refusal, lot::deposits_free, lot::gave_up, lot::holds_on, written};
use crate::envelope::Plain;
use crate::model::Envelope;
use crate::{Bid, BidEvent, BidId, BidState, Deposit, Lot, LotState, OpenBid};

/// A company takes the documents, and with them its sub-account for the deposit.
pub fn joined(lot: &Lot, account: String, facts: &Facts) -> Result<BidEvent, Refusal> {
    let party = facts.company(lot)?;
    let (LotState::Tendering, Some(notice)) = (&lot.state, &lot.notice) else {
        return Err(Refusal::NotNow { state: lot.state.name(), command: "join" });
    };
    if facts.today > notice.documents_until {
        return Err(Refusal::DocumentsOver { until: notice.documents_until });
    }
    Ok(BidEvent::Joined { lot: lot.code, party, account, at: facts.now })
}

fn deadline(lot: &Lot, command: &'static str, facts: &Facts) -> Result<(), Refusal> {
    match (&lot.state, &lot.notice) {
        // Where quotes find the winner nothing is sealed.
        (_, Some(notice)) if notice.rounds.is_some() => Err(Refusal::NotNow { state: lot.state.name(), command }),
        (LotState::Planned | LotState::Checking | LotState::Returned { .. }, _) | (_, None) => {
            Err(Refusal::NotNow { state: lot.state.name(), command })
        }
        (LotState::Tendering, Some(notice)) if facts.now < notice.deadline => Ok(()),
        (_, Some(notice)) => Err(Refusal::TooLate { at: notice.deadline }),
    }
}

/// An envelope comes, before the instant; it takes the place of an earlier one. The same one twice is one.
pub fn received(lot: &Lot, bid: &Bid, envelope: Envelope, facts: &Facts) -> Result<Vec<BidEvent>, Refusal> {
    deadline(lot, "submit", facts)?;
    if bid.envelope().is_some_and(|there| there.digest == envelope.digest) {
        return Ok(vec![]);
    }
    Ok(vec![BidEvent::Received { envelope }])
}

/// The envelope is taken back before the instant; the deposit goes back at once (条例 35).
pub fn withdrawn(lot: &Lot, bid: &Bid, interest: u32, facts: &Facts) -> Result<Vec<BidEvent>, Refusal> {
    deadline(lot, "withdraw", facts)?;
    if !matches!(bid.state, BidState::Received { .. }) {
        return Err(Refusal::NotNow { state: bid.state.name(), command: "withdraw" });
    }
    let mut events = vec![BidEvent::Withdrawn { at: facts.now }];
    events.extend(back(bid, interest, facts.now));
    Ok(events)
}

/// The bank tells of money on the sub-account. The same flow twice is one.
pub fn paid(bid: &Bid, flow: &str, amount: Fen, facts: &Facts) -> Result<Vec<BidEvent>, Refusal> {
    if !matches!(facts.actor, kernel::Actor::System(_)) {
        return Err(Refusal::NotHouse);
    }
    let flow = written(flow, "/flow")?;
    if bid.deposit.paid.iter().any(|(known, ..)| *known == flow) {
        return Ok(vec![]);
    }
    let fits = bid.deposit.sum().checked_add(amount).is_some_and(|sum| sum.0 < i64::MAX);
    if amount <= Fen::ZERO || !fits {
        return Err(Refusal::Amount { pointer: "/amount" });
    }
    Ok(vec![BidEvent::Paid { flow, amount, at: facts.now, party: bid.party }])
}

/// Whether the house may use its half for this bid now: in the opening, for an envelope that was there.
pub fn may_unseal(lot: &Lot, bid: &BidId, now: Timestamp) -> Result<(), Refusal> {
    match lot.state {
        LotState::Opening { until } if now < until && lot.envelopes.contains(bid) => Ok(()),
        LotState::Tendering => {
            let at = lot.notice.as_ref().map_or(now, |notice| notice.deadline);
            Err(Refusal::BeforeDue { at })
        }
        _ => Err(Refusal::WindowOver),
    }
}

/// A bid comes to light. Twice is once.
pub fn opened(
    lot: &Lot,
    bid: &Bid,
    plain: &Plain,
    digest: kernel::Digest,
    company: (String, kernel::CreditCode),
    facts: &Facts,
) -> Result<Option<OpenBid>, Refusal> {
    if facts.actor.party() != Some(bid.party) {
        return Err(Refusal::NotFound);
    }
    if lot.bid(&bid.id).is_some() {
        return Ok(None);
    }
    may_unseal(lot, &bid.id, facts.now)?;
    let notice = lot.notice.as_ref().ok_or(Refusal::NotFound)?;
    Ok(Some(OpenBid {
        bid: bid.id,
        party: bid.party,
        name: company.0,
        code: company.1,
        price: plain.price,
        days: plain.days,
        file: plain.name.clone(),
        digest,
        has_deposit: bid.deposit.sum_until(notice.deadline) >= notice.deposit,
        at: facts.now,
    }))
}

/// What goes back of a bid's deposit now; nothing if nothing is held.
pub fn returned(lot: &Lot, bid: &Bid, interest: u32, now: Timestamp) -> Result<Option<BidEvent>, Refusal> {
    let may = deposits_free(lot) || matches!(bid.state, BidState::Withdrawn);
    if may { Ok(back(bid, interest, now)) } else { Err(Refusal::NothingHeld) }
}

fn back(bid: &Bid, rate: u32, now: Timestamp) -> Option<BidEvent> {
    let amount = bid.deposit.held();
    let interest = interest(&bid.deposit, rate, now);
    (amount > Fen::ZERO).then_some(BidEvent::Returned { amount, interest, at: now, party: bid.party })
}

/// Simple interest on what is held, by days of a year of 360, rounded down: payments that were forfeited or went back earn none.
pub fn interest(deposit: &Deposit, per_million: u32, now: Timestamp) -> Fen {
    let mut gone = i128::from(deposit.returned.0) + i128::from(deposit.forfeited.0) + i128::from(deposit.set_off.0);
    let mut sum = 0i128;
    for (_, amount, at) in &deposit.paid {
        let amount = i128::from(amount.0);
        let used = gone.min(amount);
        gone -= used;
        let days = (local_date(now) - local_date(*at)).get_days().max(0);
        sum += (amount - used) * i128::from(per_million) * i128::from(days);
    }
    Fen(i64::try_from(sum / 360_000_000).unwrap_or(0))
}

/// The tenderer keeps the deposit of who won and would not sign (条例 74).
pub fn forfeited(lot: &Lot, bid: &Bid, reason: &str, facts: &Facts) -> Result<BidEvent, Refusal> {
    facts.tenderer(lot)?;
    let amount = bid.deposit.held();
    if !gave_up(lot, &bid.id) || amount <= Fen::ZERO {
        return Err(Refusal::NoForfeit);
    }
    Ok(BidEvent::Forfeited { amount, reason: written(reason, "/reason")?, at: facts.now, party: bid.party })
}

/// The winner's deposit becomes a part of the price when the contract is signed (国土资源部令第39号 第二十一条).
pub fn set_off(lot: &Lot, bid: &Bid, price: Fen, now: Timestamp) -> Option<BidEvent> {
    let amount = bid.deposit.held().min(price);
    (holds_on(lot, &bid.id) && amount > Fen::ZERO).then_some(BidEvent::SetOff { amount, at: now, party: bid.party })
}

/// What an event did to a bid.
pub fn apply_bid(bid: &mut Bid, event: &BidEvent) {
    bid.version += 1;
    let add = |sum: &mut Fen, amount: &Fen| *sum = Fen(sum.0.saturating_add(amount.0));
    match event {
        BidEvent::Joined { .. } => {}
        BidEvent::Paid { flow, amount, at, .. } => bid.deposit.paid.push((flow.clone(), *amount, *at)),
        BidEvent::Received { envelope } => bid.state = BidState::Received { envelope: envelope.clone() },
        BidEvent::Withdrawn { .. } => bid.state = BidState::Withdrawn,
        BidEvent::Opened { .. } => {
            if let BidState::Received { envelope } = &bid.state {
                bid.state = BidState::Opened { envelope: envelope.clone() };
            }
        }
        BidEvent::Returned { amount, interest, .. } => {
            add(&mut bid.deposit.returned, amount);
            add(&mut bid.deposit.interest, interest);
        }
        BidEvent::Forfeited { amount, .. } => add(&mut bid.deposit.forfeited, amount),
        BidEvent::SetOff { amount, .. } => add(&mut bid.deposit.set_off, amount),
    }
}

/// The bid that a stream gives.
pub fn replay_bid<'a>(id: BidId, events: impl IntoIterator<Item = &'a BidEvent>) -> Option<Bid> {
    let mut events = events.into_iter();
    let BidEvent::Joined { lot, party, account, at } = events.next()? else { return None };
    let mut bid = Bid {
        id,
        lot: *lot,
        party: *party,
        version: 1,
        made: *at,
        account: account.clone(),
        deposit: Deposit::default(),
        state: BidState::Joined,
    };
    events.for_each(|event| apply_bid(&mut bid, event));
    Some(bid)
}
