//! What can be asked of a bill. Who asks comes with [`crate::Facts`].

use std::time::Duration;

use kernel::{Date, Fen, Sealed, Timestamp};

use crate::{Channel, RefundOf, Way};

/// What can be asked of a bill.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Reckon what is due (核定), by a clerk.
    Assess(Assessment),
    /// Begin to pay by a channel, by the payer.
    Order {
        /// The channel.
        channel: Channel,
        /// How.
        way: Way,
        /// How long the lock lasts by the house's clock.
        lasts: Duration,
        /// The payer's address on the network, sealed with the payer's key; channels ask for it when somebody pays in a phone's browser.
        client: Option<Sealed>,
    },
    /// The channel took an order.
    Place {
        /// The order.
        order: String,
        /// Where the payer goes.
        link: String,
    },
    /// The channel says that an order is closed, or never was, and is not paid.
    Release {
        /// The order.
        order: String,
    },
    /// The channel says that money came.
    Charge(Charge),
    /// Money was taken in at a counter, by a clerk.
    TakeIn {
        /// The counter's number for it.
        flow: String,
        /// How much.
        amount: Fen,
    },
    /// Remit (减免), by whoever settles.
    Exempt {
        /// How much.
        amount: Fen,
        /// Why.
        reason: String,
        /// What it rests on.
        basis: String,
    },
    /// Ask for a refund (退付申请).
    AskRefund {
        /// Of what.
        of: RefundOf,
        /// How much.
        amount: Fen,
        /// Why.
        reason: String,
    },
    /// Approve a refund, or send one that failed once more.
    ApproveRefund {
        /// Which.
        no: String,
    },
    /// Refuse a refund.
    RefuseRefund {
        /// Which.
        no: String,
        /// Why.
        reason: String,
    },
    /// The channel says how a refund ended.
    EndRefund {
        /// Which.
        no: String,
        /// How.
        outcome: RefundOutcome,
    },
    /// A refund was handed back at a counter.
    HandBack {
        /// Which.
        no: String,
        /// The counter's number for it.
        flow: String,
    },
    /// What it is for does not come about: an unpaid bill is void, of a paid one the money goes back.
    Cancel {
        /// Why.
        reason: String,
    },
    /// The channel's account of a day agrees.
    Settle {
        /// That day.
        on: Date,
    },
    /// Time has passed.
    Tick,
}

/// How a clerk reckons what is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// Which rate of the standard, where it names any.
    pub rate: Option<usize>,
    /// How many units.
    pub quantity: u32,
    /// The amount, where it is not simply rate times quantity.
    pub amount: Option<Fen>,
    /// How it was reckoned; needed whenever an amount is given.
    pub reckoning: String,
}

/// Money that came by a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// The channel.
    pub channel: Channel,
    /// Our order.
    pub order: String,
    /// The channel's number.
    pub transaction: String,
    /// How much came.
    pub amount: Fen,
    /// When, as the channel says.
    pub at: Timestamp,
    /// Told by a simulator.
    pub simulated: bool,
}

/// How a refund ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundOutcome {
    /// The money is back.
    Back {
        /// The channel's number.
        reference: String,
        /// When.
        when: Timestamp,
    },
    /// It could not be given back.
    Failed {
        /// What the channel says.
        reason: String,
    },
}

impl Command {
    /// Stable name.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Assess(_) => "assess",
            Command::Order { .. } => "order",
            Command::Place { .. } => "place",
            Command::Release { .. } => "release",
            Command::Charge(_) => "charge",
            Command::TakeIn { .. } => "take-in",
            Command::Exempt { .. } => "exempt",
            Command::AskRefund { .. } => "ask-refund",
            Command::ApproveRefund { .. } => "approve-refund",
            Command::RefuseRefund { .. } => "refuse-refund",
            Command::EndRefund { .. } => "end-refund",
            Command::HandBack { .. } => "hand-back",
            Command::Cancel { .. } => "cancel",
            Command::Settle { .. } => "settle",
            Command::Tick => "tick",
        }
    }
}
