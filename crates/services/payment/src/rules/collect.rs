//! What a person at the money desk decides: assessing, taking in at a counter, remitting.

use catalogue::{Rate, Tariff};
use kernel::{Duty, Fen};

use super::{Facts, Refusal, flow_number, written};
use crate::command::Assessment;
use crate::{Bill, Channel, Event, Exemption, Line, Payment, State};

/// The most that may be assessed where the standard names no amount: a hundred million yuan, against a slip of the keyboard.
pub const ASSESSED_MOST: Fen = Fen(10_000_000_000);
const QUANTITY_MOST: u32 = 10_000;

/// A rate times a quantity, charged whole.
pub(super) fn whole(tariff: &Tariff, rate: &Rate, quantity: u32) -> Line {
    Line {
        name: if rate.what.is_empty() { tariff.name.clone() } else { format!("{}（{}）", tariff.name, rate.what) },
        rate: Some(rate.amount),
        quantity,
        unit: rate.unit.clone(),
        amount: rate.amount.checked_mul(quantity).unwrap_or(rate.amount),
        reckoning: String::new(),
    }
}

/// Reckons what is due: never above the standard, and with the reckoning written down wherever it is not plain.
pub(super) fn assess(bill: &Bill, given: &Assessment, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let by = facts.staff(bill, &[Duty::Collect])?;
    if bill.state != State::Assessing {
        return Err(Refusal::NotNow { stage: bill.stage(), command: "assess" });
    }
    let line =
        if bill.tariff.rates.is_empty() { reckoned(&bill.tariff, given)? } else { by_rate(&bill.tariff, given)? };
    Ok(vec![Event::Assessed { line, by }])
}

fn by_rate(tariff: &Tariff, given: &Assessment) -> Result<Line, Refusal> {
    let rate = given.rate.and_then(|at| tariff.rates.get(at)).ok_or(Refusal::NoRate)?;
    if given.quantity == 0 || given.quantity > QUANTITY_MOST {
        return Err(Refusal::Quantity { most: QUANTITY_MOST });
    }
    let most = rate.amount.checked_mul(given.quantity).ok_or(Refusal::Quantity { most: QUANTITY_MOST })?;
    let line = whole(tariff, rate, given.quantity);
    match given.amount {
        None => Ok(line),
        Some(amount) if amount > most => Err(Refusal::AboveStandard { most }),
        Some(amount) if amount <= Fen::ZERO => Err(Refusal::NoAmount),
        Some(amount) if amount == most => Ok(line),
        Some(amount) => Ok(Line { amount, reckoning: written(&given.reckoning, "/reckoning")?, ..line }),
    }
}

/// The standard names no amount (计税价格10%): the clerk writes down how it was reckoned.
fn reckoned(tariff: &Tariff, given: &Assessment) -> Result<Line, Refusal> {
    let amount = given.amount.filter(|amount| *amount > Fen::ZERO).ok_or(Refusal::NoAmount)?;
    if amount > ASSESSED_MOST {
        return Err(Refusal::AboveStandard { most: ASSESSED_MOST });
    }
    let reckoning = written(&given.reckoning, "/reckoning")?;
    Ok(Line { name: tariff.name.clone(), rate: None, quantity: 1, unit: String::new(), amount, reckoning })
}

/// Takes money in at a counter. The same number of the counter for the same bill happens once.
pub(super) fn take_in(bill: &Bill, flow: &str, amount: Fen, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let by = facts.staff(bill, &[Duty::Collect])?;
    let flow = flow_number(flow)?;
    if let Some(payment) = &bill.payment {
        let is_same = payment.channel == Channel::Counter && payment.transaction == flow && payment.amount == amount;
        return if is_same { Ok(vec![]) } else { Err(Refusal::NotNow { stage: bill.stage(), command: "take-in" }) };
    }
    may_be_paid(bill, "take-in")?;
    let due = bill.payable();
    if amount != due {
        return Err(Refusal::WrongAmount { due });
    }
    let payment = Payment {
        channel: Channel::Counter,
        order: None,
        transaction: flow,
        amount,
        at: facts.now,
        by: Some(by),
        simulated: false,
    };
    Ok(vec![Event::Paid { payment }])
}

/// Whether the bill may begin to be paid now.
pub(super) fn may_be_paid(bill: &Bill, command: &'static str) -> Result<(), Refusal> {
    match &bill.state {
        State::Due | State::Overdue if bill.is_held() => Err(Refusal::Held),
        State::Due | State::Overdue => Ok(()),
        State::Paying { expires, .. } => Err(Refusal::Locked { until: *expires }),
        State::Assessing => Err(Refusal::NotAssessed),
        _ => Err(Refusal::NotNow { stage: bill.stage(), command }),
    }
}

/// Remits all or a part (减免): a decision of whoever settles, with its reason and what it rests on.
pub(super) fn exempt(
    bill: &Bill,
    amount: Fen,
    reason: &str,
    basis: &str,
    facts: &Facts,
) -> Result<Vec<Event>, Refusal> {
    let by = facts.staff(bill, &[Duty::Settle])?;
    may_be_paid(bill, "exempt")?;
    let reason = written(reason, "/reason")?;
    let basis = written(basis, "/basis")?;
    let most = bill.payable();
    if amount <= Fen::ZERO || amount > most {
        return Err(Refusal::MoreThanRemains { left: most });
    }
    Ok(vec![Event::Exempted { exemption: Exemption { amount, reason, basis, by, at: facts.now } }])
}
