//! What events did. Cannot fail, and names every event: a new one does not compile until it is handled.

use kernel::{Date, PaymentCode};

use crate::{Bill, Channel, Event, Opened, Reconciliation, RefundState, State};

/// The bill that an opening begins.
pub fn open(code: PaymentCode, opened: &Opened) -> Bill {
    Bill {
        code,
        version: 1,
        payer: opened.payer,
        subject: opened.subject.clone(),
        title: opened.title.clone(),
        department: opened.department,
        tariff: opened.tariff.clone(),
        state: if opened.lines.is_empty() { State::Assessing } else { State::Due },
        lines: opened.lines.clone(),
        opened: opened.at,
        pay_by: opened.pay_by,
        orders: vec![],
        payment: None,
        receipt: None,
        exemptions: vec![],
        parked: vec![],
        refunds: vec![],
    }
}

/// The bill that a whole stream gives; `None` if it does not begin with an opening.
pub fn replay<'a>(code: PaymentCode, events: impl IntoIterator<Item = &'a Event>) -> Option<Bill> {
    let mut events = events.into_iter();
    let Some(Event::Opened(opened)) = events.next() else { return None };
    let mut bill = open(code, opened);
    events.for_each(|event| apply(&mut bill, event));
    Some(bill)
}

/// What `event` did to `bill`.
pub fn apply(bill: &mut Bill, event: &Event) {
    bill.version += 1;
    match event {
        Event::Opened(opened) => *bill = open(bill.code, opened),
        Event::Assessed { line, .. } => {
            bill.lines = vec![line.clone()];
            bill.state = State::Due;
        }
        Event::Ordered { order, expires } => {
            bill.state = State::Paying { order: order.no.clone(), expires: *expires };
            bill.orders.push(order.clone());
        }
        Event::Placed { order, link } => {
            if let Some(known) = bill.orders.iter_mut().find(|known| known.no == *order) {
                known.link = Some(link.clone());
            }
        }
        Event::Released { order, late } => {
            if let Some(known) = bill.orders.iter_mut().find(|known| known.no == *order) {
                known.closed = true;
            }
            if matches!(&bill.state, State::Paying { order: open, .. } if open == order) {
                bill.state = if *late { State::Overdue } else { State::Due };
            }
        }
        Event::Paid { payment } => {
            bill.payment = Some(payment.clone());
            bill.state = State::Paid;
        }
        Event::Receipted { receipt } => bill.receipt = Some(receipt.clone()),
        Event::Parked { parked } => bill.parked.push(parked.clone()),
        Event::Exempted { exemption } => {
            bill.exemptions.push(exemption.clone());
            if bill.payable().0 == 0 {
                bill.state = State::Exempted;
            }
        }
        Event::Lapsed { .. } => bill.state = State::Overdue,
        Event::Voided { reason } => bill.state = State::Void { reason: reason.clone() },
        Event::RefundAsked { refund } => bill.refunds.push(refund.clone()),
        Event::RefundApproved { no, by } => refund(bill, no, RefundState::Approved { by: *by }),
        Event::RefundRefused { no, by, reason } => {
            refund(bill, no, RefundState::Refused { by: *by, reason: reason.clone() });
        }
        Event::RefundFailed { no, reason } => refund(bill, no, RefundState::Failed { reason: reason.clone() }),
        Event::Refunded { no, reference, when, .. } => {
            refund(bill, no, RefundState::Done { reference: reference.clone(), when: *when });
        }
        Event::Settled { on } => bill.state = State::Settled { on: *on },
        // These tell of a channel's day, not of a bill.
        Event::Reconciled(_) | Event::AccountSettled | Event::Resolved { .. } => {}
    }
}

fn refund(bill: &mut Bill, no: &str, state: RefundState) {
    if let Some(refund) = bill.refunds.iter_mut().find(|refund| refund.no == no) {
        refund.state = state;
    }
}

/// The account of a day that a whole stream gives.
pub fn replay_account<'a>(
    channel: Channel,
    day: Date,
    events: impl IntoIterator<Item = &'a Event>,
) -> Option<Reconciliation> {
    let mut events = events.into_iter();
    let Some(Event::Reconciled(first)) = events.next() else { return None };
    let mut account = (**first).clone();
    events.for_each(|event| apply_account(&mut account, event));
    (account.channel == channel && account.day == day).then_some(account)
}

/// What `event` did to the account of a day.
pub fn apply_account(account: &mut Reconciliation, event: &Event) {
    let version = account.version + 1;
    match event {
        Event::Reconciled(compared) => *account = (**compared).clone(),
        Event::AccountSettled => account.settled = true,
        Event::Resolved { reference, resolution } => {
            if let Some(found) = account.differences.iter_mut().find(|found| found.reference == *reference) {
                found.resolution = Some(resolution.clone());
            }
        }
        _ => {}
    }
    account.version = version;
}
