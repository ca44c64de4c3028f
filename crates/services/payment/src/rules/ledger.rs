//! The ledger: every event that moves money, or the right to it, is written on both sides. Debits are positive, credits negative,
//! and the lines of one event sum to zero.

use std::fmt;

use kernel::Fen;

use crate::{Bill, Channel, Event, RefundOf, RefundState, State};

/// An account of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// 应收: what is owed and not yet paid.
    Receivable,
    /// 应缴收入: what was charged, as a credit.
    Levied,
    /// 减免: what was remitted.
    Exemption,
    /// 渠道待清算: what a channel holds for the treasury.
    Clearing(Channel),
    /// 国库: what a channel's account has confirmed.
    Treasury,
    /// 待查: money that came and is not what was due, as a credit.
    Suspense,
    /// 应退: refunds that are approved and not yet back, as a credit.
    RefundPayable,
}

impl Account {
    /// All accounts.
    pub const ALL: [Account; 8] = [
        Account::Receivable,
        Account::Levied,
        Account::Exemption,
        Account::Clearing(Channel::Wechat),
        Account::Clearing(Channel::Counter),
        Account::Treasury,
        Account::Suspense,
        Account::RefundPayable,
    ];

    /// Stable name, as it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Account::Receivable => "receivable",
            Account::Levied => "levied",
            Account::Exemption => "exemption",
            Account::Clearing(Channel::Wechat) => "clearing.wechat",
            Account::Clearing(Channel::Counter) => "clearing.counter",
            Account::Treasury => "treasury",
            Account::Suspense => "suspense",
            Account::RefundPayable => "refund-payable",
        }
    }

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Account::Receivable => "应收",
            Account::Levied => "应缴收入",
            Account::Exemption => "减免",
            Account::Clearing(Channel::Wechat) => "微信支付待清算",
            Account::Clearing(Channel::Counter) => "柜台待清算",
            Account::Treasury => "国库",
            Account::Suspense => "待查款项",
            Account::RefundPayable => "应退款",
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One line: an account and what is added to it.
pub type Posting = (Account, Fen);

/// What `event` writes, `bill` being as it was before.
pub fn postings(bill: &Bill, event: &Event) -> Vec<Posting> {
    use Account as A;
    match event {
        Event::Opened(opened) => {
            moved(A::Levied, A::Receivable, Fen(opened.lines.iter().map(|line| line.amount.0).sum()))
        }
        Event::Assessed { line, .. } => moved(A::Levied, A::Receivable, line.amount),
        Event::Paid { payment } => moved(A::Receivable, A::Clearing(payment.channel), payment.amount),
        Event::Parked { parked } => moved(A::Suspense, A::Clearing(parked.channel), parked.amount),
        Event::Exempted { exemption } => moved(A::Receivable, A::Exemption, exemption.amount),
        Event::Voided { .. } => moved(A::Receivable, A::Levied, bill.outstanding()),
        Event::RefundApproved { no, .. } => {
            refund(bill, no, |of, amount, _| moved(A::RefundPayable, source(of), amount))
        }
        Event::RefundFailed { no, .. } => refund(bill, no, |of, amount, _| moved(source(of), A::RefundPayable, amount)),
        Event::Refunded { no, .. } => refund(bill, no, |of, amount, state| {
            // What failed had been taken back from the refunds to be paid.
            let from = if matches!(state, RefundState::Failed { .. }) { source(of) } else { A::RefundPayable };
            moved(holder(bill, of), from, amount)
        }),
        Event::Settled { .. } => bill.payment.as_ref().map_or_else(Vec::new, |payment| {
            moved(A::Clearing(payment.channel), A::Treasury, Fen(payment.amount.0 - bill.refunded().0))
        }),
        Event::Ordered { .. }
        | Event::Placed { .. }
        | Event::Released { .. }
        | Event::Receipted { .. }
        | Event::Lapsed { .. }
        | Event::RefundAsked { .. }
        | Event::RefundRefused { .. }
        | Event::Reconciled(_)
        | Event::AccountSettled
        | Event::Resolved { .. } => vec![],
    }
}

/// So much from one account to another.
fn moved(from: Account, to: Account, amount: Fen) -> Vec<Posting> {
    if amount == Fen::ZERO { vec![] } else { vec![(to, amount), (from, Fen(-amount.0))] }
}

/// Against which account a refund is approved.
fn source(of: &RefundOf) -> Account {
    match of {
        RefundOf::Payment => Account::Levied,
        RefundOf::Parked { .. } => Account::Suspense,
    }
}

/// Who has the money that goes back.
fn holder(bill: &Bill, of: &RefundOf) -> Account {
    match (of, &bill.state) {
        (RefundOf::Payment, State::Settled { .. }) => Account::Treasury,
        _ => bill.channel_of(of).map_or(Account::Treasury, Account::Clearing),
    }
}

fn refund(bill: &Bill, no: &str, write: impl FnOnce(&RefundOf, Fen, &RefundState) -> Vec<Posting>) -> Vec<Posting> {
    let found = bill.refunds.iter().find(|refund| refund.no == no);
    found.map_or_else(Vec::new, |refund| write(&refund.of, refund.amount, &refund.state))
}
