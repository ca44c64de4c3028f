//! States and values of a bill.

mod channel;
mod money;
mod receipt;
mod work;

use catalogue::Tariff;
use kernel::{Date, DepartmentId, Fen, PartyId, PaymentCode, Timestamp};
use serde::{Deserialize, Serialize};

pub use channel::{Channel, Order, Way, order_no, reference_bill, refund_no};
pub use money::{Exemption, Line, Parked, Parking, Payment, Refund, RefundOf, RefundState};
pub use receipt::{Receipt, ReceiptNumber};
pub use work::{Difference, Finding, Reconciliation, Resolution, Settling, Work, WorkKind, day_of, day_stream};

/// What somebody owes for one service (缴款单).
///
/// The value is exactly what replaying the events of its stream gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bill {
    /// The code by which it is paid (缴款识别码); it is also what the bill is known by.
    pub code: PaymentCode,
    /// How many events made it; the version of its journal stream.
    pub version: i64,
    /// Who owes it.
    pub payer: PartyId,
    /// What it is for: the journal stream of another room's thing, which this room never opens.
    pub subject: String,
    /// What it is for, in words.
    pub title: String,
    /// Who collects it (执收单位).
    pub department: DepartmentId,
    /// The charge: its name, what it rests on, its standard.
    pub tariff: Tariff,
    /// What is charged; empty until a fee that must be reckoned is assessed.
    pub lines: Vec<Line>,
    /// When it was opened.
    pub opened: Timestamp,
    /// The last day to pay; after it the bill is late, and can still be paid.
    pub pay_by: Date,
    /// Where it stands.
    pub state: State,
    /// Orders placed with channels, in order; at most one is open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<Order>,
    /// The payment that settled what was due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<Payment>,
    /// The receipt that was given for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// What was remitted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exemptions: Vec<Exemption>,
    /// Money that came and is not what was due.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parked: Vec<Parked>,
    /// Refunds, in the order in which they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<Refund>,
}

/// Where a bill stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "at")]
pub enum State {
    /// The amount must be reckoned by a clerk first (待核定).
    Assessing,
    /// To be paid (待缴).
    Due,
    /// Locked to one order of one channel (缴费中).
    Paying {
        /// The order.
        order: String,
        /// When the lock ends.
        expires: Timestamp,
    },
    /// Not paid in time (逾期); it can still be paid.
    Overdue,
    /// Paid (已缴).
    Paid,
    /// Paid, and the channel's account of the day agrees (已结算).
    Settled {
        /// The day of that account.
        on: Date,
    },
    /// Remitted as a whole (已减免).
    Exempted,
    /// No longer owed (已作废).
    Void {
        /// Why.
        reason: String,
    },
}

/// A state as lists and programs name it. The number is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(i64)]
pub enum Stage {
    /// 待核定
    Assessing = 10,
    /// 待缴
    Due = 20,
    /// 逾期
    Overdue = 25,
    /// 缴费中
    Paying = 30,
    /// 已缴
    Paid = 40,
    /// 已结算
    Settled = 50,
    /// 已减免
    Exempted = 60,
    /// 已作废
    Void = 90,
}

impl Stage {
    /// Every stage, in the order of a bill's life.
    pub const ALL: [Stage; 8] = [
        Stage::Assessing,
        Stage::Due,
        Stage::Overdue,
        Stage::Paying,
        Stage::Paid,
        Stage::Settled,
        Stage::Exempted,
        Stage::Void,
    ];

    /// The stored number.
    pub fn number(self) -> i64 {
        self as i64
    }

    /// Stable name, for programs and addresses.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Assessing => "assessing",
            Stage::Due => "due",
            Stage::Overdue => "overdue",
            Stage::Paying => "paying",
            Stage::Paid => "paid",
            Stage::Settled => "settled",
            Stage::Exempted => "exempted",
            Stage::Void => "void",
        }
    }

    /// The word of the field.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Assessing => "待核定",
            Stage::Due => "待缴",
            Stage::Overdue => "逾期",
            Stage::Paying => "缴费中",
            Stage::Paid => "已缴",
            Stage::Settled => "已结算",
            Stage::Exempted => "已减免",
            Stage::Void => "已作废",
        }
    }
}

impl From<&State> for Stage {
    fn from(state: &State) -> Stage {
        match state {
            State::Assessing => Stage::Assessing,
            State::Due => Stage::Due,
            State::Paying { .. } => Stage::Paying,
            State::Overdue => Stage::Overdue,
            State::Paid => Stage::Paid,
            State::Settled { .. } => Stage::Settled,
            State::Exempted => Stage::Exempted,
            State::Void { .. } => Stage::Void,
        }
    }
}

impl Bill {
    /// The journal stream of this bill.
    pub fn stream(&self) -> String {
        stream(&self.code)
    }

    /// Where it stands, in one word.
    pub fn stage(&self) -> Stage {
        Stage::from(&self.state)
    }

    /// What was charged, before anything was remitted. Sums of lines are checked when lines are made.
    pub fn charged(&self) -> Fen {
        Fen(self.lines.iter().map(|line| line.amount.0).sum())
    }

    /// What was remitted.
    pub fn remitted(&self) -> Fen {
        Fen(self.exemptions.iter().map(|exemption| exemption.amount.0).sum())
    }

    /// What is to be paid: what was charged less what was remitted.
    pub fn payable(&self) -> Fen {
        Fen(self.charged().0 - self.remitted().0)
    }

    /// What is still to be paid; nothing once it is paid or no longer owed.
    pub fn outstanding(&self) -> Fen {
        match self.state {
            State::Due | State::Overdue | State::Paying { .. } => self.payable(),
            _ => Fen::ZERO,
        }
    }

    /// Whether nothing is owed any more, so that what the bill is for may go on.
    pub fn is_cleared(&self) -> bool {
        matches!(self.state, State::Paid | State::Settled { .. } | State::Exempted)
    }

    /// Whether somebody may pay it now.
    pub fn is_payable(&self) -> bool {
        matches!(self.state, State::Due | State::Overdue)
    }

    /// What may still go back of a sum that came in: less all refunds of it that were not refused or failed.
    pub fn refundable(&self, of: &RefundOf) -> Fen {
        let came = match of {
            RefundOf::Payment => self.payment.as_ref().map_or(Fen::ZERO, |payment| payment.amount),
            RefundOf::Parked { transaction } => self
                .parked
                .iter()
                .find(|parked| parked.transaction == *transaction)
                .map_or(Fen::ZERO, |parked| parked.amount),
        };
        let gone: i64 = self
            .refunds
            .iter()
            .filter(|refund| refund.of == *of && refund.is_alive())
            .map(|refund| refund.amount.0)
            .sum();
        Fen(came.0 - gone)
    }

    /// What went back of the payment.
    pub fn refunded(&self) -> Fen {
        let done =
            |refund: &&Refund| refund.of == RefundOf::Payment && matches!(refund.state, RefundState::Done { .. });
        Fen(self.refunds.iter().filter(done).map(|refund| refund.amount.0).sum())
    }

    /// The order of this number.
    pub fn order(&self, no: &str) -> Option<&Order> {
        self.orders.iter().find(|order| order.no == no)
    }

    /// The order to which the bill is locked.
    pub fn open_order(&self) -> Option<&Order> {
        let State::Paying { order, .. } = &self.state else { return None };
        self.order(order)
    }
}

/// The journal stream of the bill with this code.
pub fn stream(code: &PaymentCode) -> String {
    format!("{STREAM}{code}")
}

/// The bill that a journal stream tells of; `None` if it tells of something else.
pub fn bill_of(stream: &str) -> Option<PaymentCode> {
    stream.strip_prefix(STREAM)?.parse().ok()
}

const STREAM: &str = "bill:";
