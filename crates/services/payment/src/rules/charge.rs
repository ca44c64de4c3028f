//! Paying by a channel: one open order at a time, and whatever the channel says about money is looked at once.

use std::time::Duration;

use kernel::{Fen, Timestamp};

use super::{Facts, Refusal, collect};
use crate::command::Charge;
use crate::{Bill, Channel, Event, Order, Parked, Parking, Payment, State, Way, order_no};

/// Orders of one bill at most: their number has two digits.
pub const ORDERS_MOST: usize = 99;

/// Locks the bill to an order. Asked again for the same way while the lock holds, nothing changes.
pub(super) fn order(
    bill: &Bill,
    channel: Channel,
    way: Way,
    lasts: Duration,
    facts: &Facts,
) -> Result<Vec<Event>, Refusal> {
    if facts.actor.party() != Some(bill.payer) {
        return Err(Refusal::OnlyThePayer);
    }
    if let (State::Paying { expires, .. }, Some(open)) = (&bill.state, bill.open_order()) {
        let is_same = open.channel == channel && open.way == way && *expires > facts.now;
        return if is_same { Ok(vec![]) } else { Err(Refusal::Locked { until: *expires }) };
    }
    collect::may_be_paid(bill, "order")?;
    if !bill.tariff.online || channel == Channel::Counter {
        return Err(Refusal::NotOnline);
    }
    if bill.orders.len() >= ORDERS_MOST {
        return Err(Refusal::TooManyOrders);
    }
    let order = Order {
        no: order_no(&bill.code, bill.orders.len() + 1),
        channel,
        way,
        amount: bill.payable(),
        at: facts.now,
        link: None,
        closed: false,
    };
    Ok(vec![Event::Ordered { order, expires: later(facts.now, lasts) }])
}

fn later(from: Timestamp, span: Duration) -> Timestamp {
    let micros = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_microsecond(from.as_microsecond().saturating_add(micros)).unwrap_or(Timestamp::MAX)
}

/// The channel took the order. What it says of an order that is open no more changes nothing.
pub(super) fn place(bill: &Bill, order: &str, link: &str, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    facts.house()?;
    let is_new = bill.open_order().is_some_and(|open| open.no == order && open.link.is_none());
    Ok(if is_new { vec![Event::Placed { order: order.to_owned(), link: link.to_owned() }] } else { vec![] })
}

/// The order ended unpaid.
pub(super) fn release(bill: &Bill, order: &str, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    facts.house()?;
    let known = bill.order(order).ok_or(Refusal::NoSuchOrder)?;
    if known.closed || is_told(bill, order) {
        return Ok(vec![]);
    }
    Ok(vec![Event::Released { order: order.to_owned(), late: facts.today > bill.pay_by }])
}

/// Whether money of this order has come already.
fn is_told(bill: &Bill, order: &str) -> bool {
    bill.payment.as_ref().is_some_and(|payment| payment.order.as_deref() == Some(order))
        || bill.parked.iter().any(|parked| parked.order == order)
}

/// Money came. It is the payment if it is exactly what is due and nothing else has been paid; otherwise it is parked for a person
/// and the bill is not paid by it. The same money told again changes nothing.
pub(super) fn charged(bill: &Bill, charge: &Charge, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    facts.house()?;
    let order =
        bill.order(&charge.order).filter(|order| order.channel == charge.channel).ok_or(Refusal::NoSuchOrder)?;
    let is_known = |transaction: &str| transaction == charge.transaction;
    let is_paid = bill.payment.as_ref().is_some_and(|payment| is_known(&payment.transaction));
    if is_paid || bill.parked.iter().any(|parked| is_known(&parked.transaction)) {
        return Ok(vec![]);
    }
    if charge.amount <= Fen::ZERO {
        return Err(Refusal::NoAmount);
    }
    let Some(why) = not_the_payment(bill, order, charge.amount) else {
        let payment = Payment {
            channel: charge.channel,
            order: Some(charge.order.clone()),
            transaction: charge.transaction.clone(),
            amount: charge.amount,
            at: charge.at,
            by: None,
            simulated: charge.simulated,
        };
        return Ok(vec![Event::Paid { payment }]);
    };
    let parked = Parked {
        channel: charge.channel,
        order: charge.order.clone(),
        transaction: charge.transaction.clone(),
        amount: charge.amount,
        asked: order.amount,
        at: charge.at,
        why,
    };
    let is_locked_to_it = bill.open_order().is_some_and(|open| open.no == charge.order);
    let release = Event::Released { order: charge.order.clone(), late: facts.today > bill.pay_by };
    Ok(std::iter::once(Event::Parked { parked }).chain(is_locked_to_it.then_some(release)).collect())
}

fn not_the_payment(bill: &Bill, order: &Order, amount: Fen) -> Option<Parking> {
    match bill.state {
        State::Void { .. } | State::Exempted => Some(Parking::NotOwed),
        _ if bill.payment.is_some() => Some(Parking::Double),
        _ if amount != order.amount || amount != bill.payable() => Some(Parking::Amount),
        _ => None,
    }
}
