//! The rules of a bill, pure: what a command does, what an event did, what the ledger writes, when time speaks next.

mod apply;
mod charge;
mod collect;
mod ledger;
mod reconcile;
mod refund;
mod refusal;

use kernel::{Actor, Date, Duty, StaffId, Timestamp, midnight};

use crate::{Bill, Command, Event, Opened, Receipt, ReceiptNumber, State};

pub use apply::{apply, apply_account, open, replay, replay_account};
pub use charge::ORDERS_MOST;
pub use collect::ASSESSED_MOST;
pub use ledger::{Account, Posting, postings};
pub use reconcile::{Compared, DIFFERENCES_MOST, Flow, FlowKind, Unlike, compare, resolve};
pub use refusal::Refusal;

/// Calendar days within which a bill is to be paid before it counts as late. Late bills can still be paid; local rules set other
/// numbers, none names a national one.
pub const PAY_DAYS: i32 = 30;

/// What rules need to know and cannot see in the bill.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// This instant.
    pub now: Timestamp,
    /// Its day in China.
    pub today: Date,
    /// Who asks, with the powers that they bring.
    pub actor: &'a Actor,
}

impl Facts<'_> {
    /// The member of staff who asks, if they hold one of `duties` for the department that collects.
    fn staff(&self, bill: &Bill, duties: &[Duty]) -> Result<StaffId, Refusal> {
        match self.actor {
            Actor::Staff { staff, .. } if duties.iter().any(|duty| self.actor.may(*duty, &bill.department)) => {
                Ok(*staff)
            }
            _ => Err(Refusal::NotEmpowered { duties: duties.to_vec() }),
        }
    }

    /// What the channels tell comes in through the house itself, never by somebody's hand.
    fn house(&self) -> Result<(), Refusal> {
        if matches!(self.actor, Actor::System(_)) { Ok(()) } else { Err(Refusal::OnlyTheHouse) }
    }
}

/// What a bill begins with. A fee of one fixed amount is charged at once; any other waits to be assessed.
pub fn opening(mut opened: Opened) -> Opened {
    opened.pay_by = days_on(kernel::local_date(opened.at), PAY_DAYS);
    opened.lines = opened.tariff.fixed().map(|rate| collect::whole(&opened.tariff, rate, 1)).into_iter().collect();
    opened
}

fn days_on(from: Date, days: i32) -> Date {
    (0..days).try_fold(from, |day, _| day.tomorrow()).unwrap_or(Date::MAX)
}

/// What happens if `command` reaches `bill` now.
pub fn decide(bill: &Bill, command: &Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    use Command as C;
    match command {
        C::Assess(assessment) => collect::assess(bill, assessment, facts),
        C::Order { channel, way, lasts, .. } => charge::order(bill, *channel, *way, *lasts, facts),
        C::Place { order, link } => charge::place(bill, order, link, facts),
        C::Release { order } => charge::release(bill, order, facts),
        C::Charge(charge) => charge::charged(bill, charge, facts),
        C::TakeIn { flow, amount } => collect::take_in(bill, flow, *amount, facts),
        C::Exempt { amount, reason, basis } => collect::exempt(bill, *amount, reason, basis, facts),
        C::AskRefund { of, amount, reason } => refund::ask(bill, of, *amount, reason, facts),
        C::ApproveRefund { no } => refund::approve(bill, no, facts),
        C::RefuseRefund { no, reason } => refund::refuse(bill, no, reason, facts),
        C::EndRefund { no, outcome } => refund::end(bill, no, outcome, facts),
        C::HandBack { no, flow } => refund::hand_back(bill, no, flow, facts),
        C::Cancel { reason } => cancel(bill, reason, facts),
        C::Settle { on } => settle(bill, *on, facts),
        C::Tick if bill.state == State::Due && facts.today > bill.pay_by => Ok(vec![Event::Lapsed { on: facts.today }]),
        C::Tick => Ok(vec![]),
    }
}

/// What a bill is for does not come about.
fn cancel(bill: &Bill, reason: &str, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    facts.house()?;
    match bill.state {
        State::Assessing | State::Due | State::Overdue | State::Paying { .. } => {
            Ok(vec![Event::Voided { reason: reason.to_owned() }])
        }
        State::Paid | State::Settled { .. } => refund::ask_all(bill, reason, facts),
        State::Exempted | State::Void { .. } => Ok(vec![]),
    }
}

fn settle(bill: &Bill, on: Date, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    facts.house()?;
    Ok(if bill.state == State::Paid { vec![Event::Settled { on }] } else { vec![] })
}

/// The receipt for a bill that was just paid.
pub fn receipt(bill: &Bill, number: ReceiptNumber, today: Date) -> Option<Event> {
    let payment = bill.payment.as_ref().filter(|_| bill.receipt.is_none())?;
    Some(Event::Receipted { receipt: Receipt::new(number, &bill.code, payment.amount, today) })
}

/// When [`Command::Tick`] must be sent.
pub fn due(bill: &Bill) -> Option<Timestamp> {
    match bill.state {
        State::Due => bill.pay_by.tomorrow().ok().map(midnight),
        _ => None,
    }
}

/// Words that must be there, of a length that a page can show.
fn written(text: &str, pointer: &'static str) -> Result<String, Refusal> {
    const MOST: usize = 500;
    let text = text.trim();
    let count = text.chars().count();
    match count {
        0 => Err(Refusal::WithoutWords { pointer }),
        1..=MOST => Ok(text.to_owned()),
        _ => Err(Refusal::TooLong { pointer, most: MOST }),
    }
}

/// A number of a counter's own: letters, digits and hyphens.
fn flow_number(flow: &str) -> Result<String, Refusal> {
    let flow = flow.trim();
    let is_plain = flow.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_plain && (4..=40).contains(&flow.len()) { Ok(flow.to_ascii_uppercase()) } else { Err(Refusal::FlowShape) }
}
