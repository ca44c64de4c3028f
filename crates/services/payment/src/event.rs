//! What happened to a bill, or to the account of a day: the promise to everybody who follows.

use catalogue::Tariff;
use kernel::{Date, DepartmentId, PartyId, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Exemption, Line, Order, Parked, Payment, Receipt, Reconciliation, Refund, Resolution};

/// What happened. Fields may be added with a default; none is renamed or reused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// Something became owed (开具缴款单).
    Opened(Box<Opened>),
    /// A clerk reckoned the amount (核定).
    Assessed {
        /// What is charged.
        line: Line,
        /// Who reckoned it.
        by: StaffId,
    },
    /// Locked to an order of a channel (缴费中).
    Ordered {
        /// The order.
        order: Order,
        /// When the lock ends.
        expires: Timestamp,
    },
    /// The channel took the order and said where the payer goes.
    Placed {
        /// The order.
        order: String,
        /// The text of the QR code, or the link.
        link: String,
    },
    /// The channel closed the order unpaid; the lock is off.
    Released {
        /// The order.
        order: String,
        /// The last day to pay has passed meanwhile.
        #[serde(default)]
        late: bool,
    },
    /// Paid (已缴).
    Paid {
        /// The payment.
        payment: Payment,
    },
    /// A fiscal receipt was given for the payment (开票).
    Receipted {
        /// The receipt.
        receipt: Receipt,
    },
    /// Money came that is not what was due.
    Parked {
        /// The money.
        parked: Parked,
    },
    /// Something was remitted (减免).
    Exempted {
        /// The decision.
        exemption: Exemption,
    },
    /// The last day to pay passed (逾期).
    Lapsed {
        /// The day after it.
        on: Date,
    },
    /// No longer owed (作废).
    Voided {
        /// Why.
        reason: String,
    },
    /// A refund was asked for (退付申请).
    RefundAsked {
        /// The refund.
        refund: Refund,
    },
    /// A refund was approved; the channel is told.
    RefundApproved {
        /// Which.
        no: String,
        /// By whom.
        by: StaffId,
    },
    /// A refund was refused.
    RefundRefused {
        /// Which.
        no: String,
        /// By whom.
        by: StaffId,
        /// Why.
        reason: String,
    },
    /// The channel could not give it back.
    RefundFailed {
        /// Which.
        no: String,
        /// What the channel says.
        reason: String,
    },
    /// The money is back (已退付).
    Refunded {
        /// Which.
        no: String,
        /// The channel's number for it.
        reference: String,
        /// When.
        when: Timestamp,
        /// Who handed it back at a counter.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
    },
    /// The channel's account of the day agrees (已结算).
    Settled {
        /// That day.
        on: Date,
    },
    /// The account of a channel's day was compared with our books (对账).
    Reconciled(Box<Reconciliation>),
    /// The payments of that day that agree are settled.
    AccountSettled,
    /// A difference was resolved.
    Resolved {
        /// The channel's number of the line.
        reference: String,
        /// How.
        resolution: Resolution,
    },
}

/// What a bill begins with: all but its code, which is that of the stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// Who owes it.
    pub payer: PartyId,
    /// What it is for: another room's stream.
    pub subject: String,
    /// In words.
    pub title: String,
    /// Who collects it.
    pub department: DepartmentId,
    /// The charge.
    pub tariff: Tariff,
    /// What is charged; empty while it must be assessed.
    pub lines: Vec<Line>,
    /// When.
    pub at: Timestamp,
    /// The last day to pay.
    pub pay_by: Date,
}

impl store::Event for Event {
    const ROOM: &'static str = "payment";

    fn kind(&self) -> &'static str {
        match self {
            Event::Opened(_) => "opened",
            Event::Assessed { .. } => "assessed",
            Event::Ordered { .. } => "ordered",
            Event::Placed { .. } => "placed",
            Event::Released { .. } => "released",
            Event::Paid { .. } => "paid",
            Event::Receipted { .. } => "receipted",
            Event::Parked { .. } => "parked",
            Event::Exempted { .. } => "exempted",
            Event::Lapsed { .. } => "lapsed",
            Event::Voided { .. } => "voided",
            Event::RefundAsked { .. } => "refund-asked",
            Event::RefundApproved { .. } => "refund-approved",
            Event::RefundRefused { .. } => "refund-refused",
            Event::RefundFailed { .. } => "refund-failed",
            Event::Refunded { .. } => "refunded",
            Event::Settled { .. } => "settled",
            Event::Reconciled(_) => "reconciled",
            Event::AccountSettled => "account-settled",
            Event::Resolved { .. } => "resolved",
        }
    }
}
