//! What is charged, paid, remitted, parked and given back.

use kernel::{Fen, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use super::Channel;

/// One line of a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// For what: the charge, or the kind that was chosen of the standard.
    pub name: String,
    /// The amount of the standard for one unit; none where it was reckoned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Fen>,
    /// How many units.
    pub quantity: u32,
    /// The unit.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// Rate times quantity, or less where a clerk assessed less.
    pub amount: Fen,
    /// How a clerk reckoned it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reckoning: String,
}

/// The payment that settled what was due.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Payment {
    /// By which channel.
    pub channel: Channel,
    /// Our order; none at a counter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// The channel's number for it (渠道流水).
    pub transaction: String,
    /// How much.
    pub amount: Fen,
    /// When, as the channel says.
    pub at: Timestamp,
    /// Who took it in at a counter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    /// Paid through a simulator: no money moved.
    #[serde(default)]
    pub simulated: bool,
}

/// Something that was remitted (减免): a decision with its reason and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exemption {
    /// How much.
    pub amount: Fen,
    /// Why.
    pub reason: String,
    /// What it rests on.
    pub basis: String,
    /// Who decided.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
}

/// Money that came and is not what was due; it waits for a person and is never taken as payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parked {
    /// By which channel.
    pub channel: Channel,
    /// Our order.
    pub order: String,
    /// The channel's number for it.
    pub transaction: String,
    /// How much came.
    pub amount: Fen,
    /// How much had been asked for.
    pub asked: Fen,
    /// When, as the channel says.
    pub at: Timestamp,
    /// Why it is not the payment.
    pub why: Parking,
}

/// Why money is parked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Parking {
    /// Not the amount that was asked for.
    Amount,
    /// The bill had been paid already.
    Double,
    /// The bill was no longer owed.
    NotOwed,
}

impl Parking {
    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Parking::Amount => "到账金额与应缴金额不符",
            Parking::Double => "这张缴款单已经缴过，重复到账",
            Parking::NotOwed => "缴款单已作废或已减免，款项仍到账",
        }
    }
}

/// Of what a refund is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "of")]
pub enum RefundOf {
    /// Of the payment.
    Payment,
    /// Of money that was parked.
    Parked {
        /// The channel's number for it.
        transaction: String,
    },
}

/// A refund (退付).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refund {
    /// Our number for it (商户退款单号).
    pub no: String,
    /// Of what.
    pub of: RefundOf,
    /// How much.
    pub amount: Fen,
    /// Why.
    pub reason: String,
    /// Who asked; none if the house did, because what was paid for did not come about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<StaffId>,
    /// When it was asked for.
    pub asked: Timestamp,
    /// Where it stands.
    pub state: RefundState,
}

/// Where a refund stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "at")]
pub enum RefundState {
    /// Asked for (退付申请).
    Asked,
    /// Approved, on its way back (已审核).
    Approved {
        /// Who approved.
        by: StaffId,
    },
    /// Refused.
    Refused {
        /// Who.
        by: StaffId,
        /// Why.
        reason: String,
    },
    /// The channel could not give it back; a person must look.
    Failed {
        /// What the channel says.
        reason: String,
    },
    /// The money is back (已退付).
    Done {
        /// The channel's number for it.
        reference: String,
        /// When.
        when: Timestamp,
    },
}

impl Refund {
    /// Whether its amount is spoken for.
    pub fn is_alive(&self) -> bool {
        matches!(self.state, RefundState::Asked | RefundState::Approved { .. } | RefundState::Done { .. })
    }
}
