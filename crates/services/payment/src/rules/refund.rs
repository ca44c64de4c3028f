//! Refunds (退付): several, whole or in part, never above what remains; who asks does not approve.

use kernel::{Actor, Duty, Fen};

use super::{Facts, Refusal, flow_number, written};
use crate::command::RefundOutcome;
use crate::{Bill, Channel, Event, Refund, RefundOf, RefundState, refund_no};

/// Refunds of one bill at most: their number has two digits.
const MOST: usize = 99;

/// Asks for a refund.
pub(super) fn ask(bill: &Bill, of: &RefundOf, amount: Fen, reason: &str, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let asked_by = match facts.actor {
        Actor::System(_) => None,
        _ => Some(facts.staff(bill, &[Duty::Collect, Duty::Settle])?),
    };
    let reason = written(reason, "/reason")?;
    let left = bill.refundable(of);
    if amount <= Fen::ZERO || amount > left {
        return Err(Refusal::MoreThanRemains { left });
    }
    if bill.refunds.len() >= MOST {
        return Err(Refusal::TooManyRefunds);
    }
    let no = refund_no(&bill.code, bill.refunds.len() + 1);
    let refund = Refund { no, of: of.clone(), amount, reason, asked_by, asked: facts.now, state: RefundState::Asked };
    Ok(vec![Event::RefundAsked { refund }])
}

/// Asks for all that remains of the payment.
pub(super) fn ask_all(bill: &Bill, reason: &str, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    match bill.refundable(&RefundOf::Payment) {
        Fen(0) => Ok(vec![]),
        left => ask(bill, &RefundOf::Payment, left, reason, facts),
    }
}

fn find<'a>(bill: &'a Bill, no: &str) -> Result<&'a Refund, Refusal> {
    bill.refunds.iter().find(|refund| refund.no == no).ok_or(Refusal::NoSuchRefund)
}

/// Approves a refund, or sends one that failed once more.
pub(super) fn approve(bill: &Bill, no: &str, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let by = facts.staff(bill, &[Duty::Settle])?;
    let refund = find(bill, no)?;
    if refund.asked_by == Some(by) {
        return Err(Refusal::SamePerson);
    }
    match refund.state {
        RefundState::Asked => {}
        // What failed is spoken for no more: something else may have gone back meanwhile.
        RefundState::Failed { .. } if refund.amount <= bill.refundable(&refund.of) => {}
        RefundState::Failed { .. } => return Err(Refusal::MoreThanRemains { left: bill.refundable(&refund.of) }),
        _ => return Err(Refusal::RefundNotNow),
    }
    Ok(vec![Event::RefundApproved { no: no.to_owned(), by }])
}

/// Refuses a refund.
pub(super) fn refuse(bill: &Bill, no: &str, reason: &str, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let by = facts.staff(bill, &[Duty::Settle])?;
    let refund = find(bill, no)?;
    if refund.asked_by == Some(by) {
        return Err(Refusal::SamePerson);
    }
    if !matches!(refund.state, RefundState::Asked) {
        return Err(Refusal::RefundNotNow);
    }
    Ok(vec![Event::RefundRefused { no: no.to_owned(), by, reason: written(reason, "/reason")? }])
}

/// What the channel says of a refund, in whatever order it says it.
pub(super) fn end(bill: &Bill, no: &str, outcome: &RefundOutcome, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    facts.house()?;
    let refund = find(bill, no)?;
    let no = no.to_owned();
    match (&refund.state, outcome) {
        (RefundState::Done { .. }, _) | (RefundState::Failed { .. }, RefundOutcome::Failed { .. }) => Ok(vec![]),
        (RefundState::Approved { .. }, RefundOutcome::Back { reference, when }) => {
            Ok(vec![Event::Refunded { no, reference: reference.clone(), when: *when, by: None }])
        }
        (RefundState::Approved { .. }, RefundOutcome::Failed { reason }) => {
            Ok(vec![Event::RefundFailed { no, reason: reason.clone() }])
        }
        (RefundState::Failed { .. }, RefundOutcome::Back { reference, when }) => {
            let left = bill.refundable(&refund.of);
            if refund.amount > left {
                return Err(Refusal::MoreThanRemains { left });
            }
            Ok(vec![Event::Refunded { no, reference: reference.clone(), when: *when, by: None }])
        }
        (RefundState::Asked | RefundState::Refused { .. }, _) => Err(Refusal::RefundNotNow),
    }
}

/// Handed back where it was taken in.
pub(super) fn hand_back(bill: &Bill, no: &str, flow: &str, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let by = facts.staff(bill, &[Duty::Collect])?;
    let refund = find(bill, no)?;
    let reference = flow_number(flow)?;
    match &refund.state {
        RefundState::Done { reference: known, .. } if *known == reference => Ok(vec![]),
        RefundState::Approved { .. } if bill.channel_of(&refund.of) == Some(Channel::Counter) => {
            Ok(vec![Event::Refunded { no: no.to_owned(), reference, when: facts.now, by: Some(by) }])
        }
        _ => Err(Refusal::RefundNotNow),
    }
}
