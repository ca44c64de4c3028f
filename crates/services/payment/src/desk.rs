//! Commands on bills, each carried out inside one transaction: all of it happens, or none.

use std::time::Duration;

use catalogue::Tariff;
use kernel::{Actor, DepartmentId, Level, PartyId, PaymentCode, Timestamp, local_date};
use store::{Effect, Error, Failure, Read, Tx};

use crate::courier::{self, Errand};
use crate::rules::{self, Facts, Flow, FlowKind};
use crate::table;
use crate::{
    Bill, Channel, Command, Event, Opened, ReceiptNumber, RefundOf, Refusal, State, Told, reference_bill, stream,
};

/// The house itself, when it carries out what channels and other rooms report.
pub(crate) const HOUSE: Actor = Actor::System("payment");

/// What is owed, as another room says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// Who owes it.
    pub payer: PartyId,
    /// That room's stream.
    pub subject: String,
    /// What it is for, in words.
    pub title: String,
    /// Who collects it.
    pub department: DepartmentId,
    /// The charge.
    pub tariff: Tariff,
}

/// Opens a bill (开具缴款单). Asked again for the same subject, it is the bill that is there, unless that one is void.
pub fn open(tx: &mut Tx, actor: &Actor, opening: &Opening) -> Result<Bill, Error> {
    if let Some(bill) = table::bill::of_subject(tx, &opening.subject)?
        && !matches!(bill.state, State::Void { .. })
    {
        return Ok(bill);
    }
    let now = tx.now();
    let today = local_date(now);
    let region = opening.department.region;
    let series = format!("bill:{}{:02}", region.county6(), today.year() % 100);
    let serial = tx.number(&series)?;
    let code = PaymentCode::new(region, today.year(), serial.unsigned_abs())
        .map_err(|error| Error::Busy(format!("payment codes of {series} are used up: {error}")))?;
    let opened = rules::opening(Opened {
        payer: opening.payer,
        subject: opening.subject.clone(),
        title: opening.title.clone(),
        department: opening.department,
        tariff: opening.tariff.clone(),
        lines: vec![],
        at: now,
        pay_by: today,
    });
    let bill = rules::open(code, &opened);
    let event = Event::Opened(Box::new(opened));
    table::bill::insert(tx, &bill)?;
    table::ledger::write(tx, &code, 1, now, &rules::postings(&bill, &event))?;
    table::work::put(tx, &bill.stream(), &bill.work(), false)?;
    tx.journal(actor, &bill.stream(), 1, &[event])?;
    Ok(bill)
}

/// Carries out `command` on one bill inside the caller's transaction.
///
/// Whoever may not know of the bill is told that there is none.
pub fn handle(tx: &mut Tx, actor: &Actor, code: &PaymentCode, command: &Command) -> Result<Bill, Failure<Refusal>> {
    let bill = crate::query::bill_for(tx, actor, code)?;
    carry_out(tx, actor, bill, command)
}

/// What a bill is for does not come about: an unpaid bill is void, of a paid one the money goes back once somebody approves it.
/// Nothing happens where there is no bill.
pub fn cancel(tx: &mut Tx, subject: &str, reason: &str) -> Result<(), Error> {
    let Some(bill) = table::bill::of_subject(tx, subject)? else { return Ok(()) };
    let command = Command::Cancel { reason: reason.to_owned() };
    match carry_out(tx, &HOUSE, bill, &command) {
        Ok(_) => Ok(()),
        Err(Failure::Broken(error)) => Err(error),
        Err(Failure::Refused(refusal)) => Err(Error::Corrupt(format!("the bill of {subject}: {refusal}"))),
    }
}

/// What a channel told, by notice or by answer. Told again, nothing changes.
pub fn told(tx: &mut Tx, told: &Told) -> Result<(), Failure<Refusal>> {
    match told {
        Told::Charge(charge) => {
            if let Some(bill) = table::flow::used(tx, charge.channel, &charge.transaction)?
                && reference_bill(&charge.order) != Some(bill)
            {
                return Err(Refusal::FlowUsed.into());
            }
            by_house(tx, &charge.order, &Command::Charge(charge.clone()))
        }
        Told::Refund { no, outcome } => {
            by_house(tx, no, &Command::EndRefund { no: no.clone(), outcome: outcome.clone() })
        }
        Told::Nothing => Ok(()),
    }
}

/// A command of the house on the bill of one of our numbers.
pub(crate) fn by_house(tx: &mut Tx, own_no: &str, command: &Command) -> Result<(), Failure<Refusal>> {
    let code = reference_bill(own_no).ok_or(Refusal::NoSuchOrder)?;
    let bill = table::bill::load(tx, &code)?.ok_or(Refusal::NoSuchOrder)?;
    carry_out(tx, &HOUSE, bill, command).map(drop)
}

/// Asks the channel at once what became of the order to which a bill is locked: the payer says that it is paid, or a clerk wants to
/// know. Nothing is decided by asking.
pub fn ask_channel(tx: &mut Tx, actor: &Actor, code: &PaymentCode) -> Result<Bill, Failure<Refusal>> {
    let bill = crate::query::bill_for(tx, actor, code)?;
    if let Some(order) = bill.open_order() {
        let errand = Errand::Query { order: order.no.clone() };
        // Once a second at most, however often somebody presses.
        let key = format!("ask {} {}", order.no, tx.now().as_second());
        send(tx, order.channel, key, &errand)?;
    }
    Ok(bill)
}

/// Closes the order to which a bill is locked, so that it can be paid another way. It is free once the channel says so; if it was
/// paid meanwhile, it is paid.
pub fn give_up(tx: &mut Tx, actor: &Actor, code: &PaymentCode) -> Result<Bill, Failure<Refusal>> {
    let bill = crate::query::bill_for(tx, actor, code)?;
    if let Some(order) = bill.open_order() {
        let key = format!("give up {} {}", order.no, tx.now().as_second());
        send(tx, order.channel, key, &Errand::Close { order: order.no.clone() })?;
    }
    Ok(bill)
}

pub(crate) fn carry_out(
    tx: &mut Tx,
    actor: &Actor,
    mut bill: Bill,
    command: &Command,
) -> Result<Bill, Failure<Refusal>> {
    let (now, today) = (tx.now(), local_date(tx.now()));
    let mut events = rules::decide(&bill, command, &Facts { now, today, actor })?;
    if events.is_empty() {
        return Ok(bill);
    }
    let before = bill.clone();
    let mut at = 0;
    while at < events.len() {
        let event = events[at].clone();
        let postings = rules::postings(&bill, &event);
        rules::apply(&mut bill, &event);
        table::ledger::write(tx, &bill.code, bill.version, now, &postings)?;
        keep_flow(tx, &bill, &event)?;
        if matches!(event, Event::Paid { .. }) {
            let number = next_receipt(tx, &bill)?;
            table::bill::keep_receipt(tx, &number, &bill.code)?;
            events.extend(rules::receipt(&bill, number, today));
        }
        at += 1;
    }
    for event in &events {
        follow_up(tx, &before, &bill, event, command)?;
    }
    table::bill::save(tx, &bill, before.version)?;
    let work = bill.work();
    let had = before.work();
    if work != had {
        table::work::put(tx, &bill.stream(), &work, !had.is_empty())?;
    }
    tx.journal(actor, &stream(&bill.code), before.version + 1, &events)?;
    Ok(bill)
}

/// The next receipt of the province and year.
fn next_receipt(tx: &mut Tx, bill: &Bill) -> Result<ReceiptNumber, Error> {
    let region = bill.department.region;
    let province = region.at(Level::Province).unwrap_or(region);
    let year = local_date(tx.now()).year();
    let serial = tx.number(&format!("receipt:{province}:{year}"))?;
    ReceiptNumber::new(province, year, serial)
        .map_err(|error| Error::Busy(format!("receipt numbers of {province} in {year} are used up: {error}")))
}

/// Money that moved is kept under the channel's number, so that it moves once.
fn keep_flow(tx: &mut Tx, bill: &Bill, event: &Event) -> Result<(), Failure<Refusal>> {
    let (channel, flow) = match event {
        Event::Paid { payment } => {
            let own_no = payment.order.clone().unwrap_or_else(|| bill.code.to_string());
            let (reference, amount, at) = (payment.transaction.clone(), payment.amount, payment.at);
            (payment.channel, Flow { kind: FlowKind::Pay, reference, own_no, amount, at })
        }
        Event::Parked { parked } => {
            let (reference, own_no) = (parked.transaction.clone(), parked.order.clone());
            (parked.channel, Flow { kind: FlowKind::Pay, reference, own_no, amount: parked.amount, at: parked.at })
        }
        Event::Refunded { no, reference, when, .. } => {
            let Some(refund) = bill.refunds.iter().find(|refund| refund.no == *no) else { return Ok(()) };
            let channel = bill.channel_of(&refund.of).unwrap_or(Channel::Counter);
            let flow = Flow {
                kind: FlowKind::Refund,
                reference: reference.clone(),
                own_no: no.clone(),
                amount: refund.amount,
                at: *when,
            };
            (channel, flow)
        }
        _ => return Ok(()),
    };
    if table::flow::used(tx, channel, &flow.reference)?.is_some() {
        return Err(Refusal::FlowUsed.into());
    }
    Ok(table::flow::insert(tx, channel, &flow, &bill.code)?)
}

/// What the channel must be told or asked because of an event.
fn follow_up(tx: &mut Tx, before: &Bill, bill: &Bill, event: &Event, command: &Command) -> Result<(), Error> {
    match event {
        Event::Ordered { order, expires } => {
            let (lasts, client) = match command {
                Command::Order { lasts, client, .. } => (*lasts, client.clone()),
                _ => (Duration::ZERO, None),
            };
            let errand = Errand::Order {
                order: order.no.clone(),
                title: bill.title.clone(),
                amount: order.amount,
                way: order.way,
                client,
            };
            send(tx, order.channel, format!("order {}", order.no), &errand)?;
            let first = courier::first_look(tx.now(), lasts).min(*expires);
            table::flow::watch(tx, &order.no, order.channel, &bill.code, first)
        }
        Event::Released { order, .. } => table::flow::rest(tx, order),
        Event::Paid { payment } => {
            if let Some(order) = &payment.order {
                table::flow::rest(tx, order)?;
            }
            let other = before.open_order().filter(|open| Some(&open.no) != payment.order.as_ref());
            other.map_or(Ok(()), |open| close(tx, open.channel, &open.no))
        }
        Event::Parked { parked } => table::flow::rest(tx, &parked.order),
        Event::Voided { .. } => before.open_order().map_or(Ok(()), |open| close(tx, open.channel, &open.no)),
        Event::RefundApproved { no, .. } => give_back(tx, bill, no),
        Event::Refunded { no, .. } | Event::RefundFailed { no, .. } => table::flow::rest(tx, no),
        _ => Ok(()),
    }
}

/// Nobody shall pay an order that is no longer wanted.
fn close(tx: &mut Tx, channel: Channel, order: &str) -> Result<(), Error> {
    send(tx, channel, format!("close {order}"), &Errand::Close { order: order.to_owned() })
}

/// Tells the channel to give a refund; what was taken in at a counter is handed back there.
fn give_back(tx: &mut Tx, bill: &Bill, no: &str) -> Result<(), Error> {
    let Some(refund) = bill.refunds.iter().find(|refund| refund.no == no) else { return Ok(()) };
    let (order, total) = match &refund.of {
        RefundOf::Payment => bill.payment.as_ref().map(|payment| (payment.order.clone(), payment.amount)),
        RefundOf::Parked { transaction } => {
            let parked = bill.parked.iter().find(|parked| parked.transaction == *transaction);
            parked.map(|parked| (Some(parked.order.clone()), parked.amount))
        }
    }
    .unwrap_or_default();
    let (Some(order), Some(channel)) = (order, bill.channel_of(&refund.of)) else { return Ok(()) };
    let errand =
        Errand::Refund { no: no.to_owned(), order, amount: refund.amount, total, reason: refund.reason.clone() };
    send(tx, channel, format!("refund {no} {}", bill.version), &errand)?;
    let next = courier::first_look(tx.now(), courier::ORDER_LASTS);
    table::flow::watch(tx, no, channel, &bill.code, next)
}

/// Into the outbox: sent after the commit, at least once.
pub(crate) fn send(tx: &mut Tx, channel: Channel, key: String, errand: &Errand) -> Result<(), Error> {
    let body = serde_json::to_string(errand)?;
    tx.outbox(&Effect { channel: courier::outbox(channel).to_owned(), key, party: None, body })
}

/// So many seconds later, at `pace` times the real pace.
pub(crate) fn later(from: Timestamp, seconds: i64, pace: u32) -> Timestamp {
    let micros = seconds.saturating_mul(1_000_000).saturating_mul(i64::from(pace.max(1)));
    Timestamp::from_microsecond(from.as_microsecond().saturating_add(micros)).unwrap_or(Timestamp::MAX)
}
