//! The port to a channel of payment. What stands behind it speaks the channel's own wire format; this room sees only what it means.

use std::{fmt, time::Duration};

use kernel::{Date, Fen, Timestamp};

use crate::{Channel, Charge, RefundOutcome, Way, statement::Line};

/// A channel by which people pay online.
pub trait Gateway: Send + Sync {
    /// Which channel it is.
    fn channel(&self) -> Channel;
    /// Whether a simulator stands at the other end: then no money moves, receipts say so, and a house in production refuses it.
    fn is_simulator(&self) -> bool;
    /// Places an order; where the payer goes. The same number placed again is the same order.
    fn order(&self, ask: &OrderAsk) -> Result<String, Trouble>;
    /// Asks what became of an order.
    fn query(&self, order: &str) -> Result<OrderState, Trouble>;
    /// Closes an order; what became of it.
    fn close(&self, order: &str) -> Result<OrderState, Trouble>;
    /// Gives money back. The same number asked for again is the same refund.
    fn refund(&self, ask: &RefundAsk) -> Result<RefundNow, Trouble>;
    /// Asks what became of a refund.
    fn query_refund(&self, no: &str) -> Result<RefundNow, Trouble>;
    /// What moved on a day.
    fn statement(&self, day: Date) -> Result<Vec<Line>, Trouble>;
    /// Reads a notice: its signature over the bytes as they came, its freshness, and whether it is for this merchant.
    fn notice(&self, headers: &dyn Fn(&str) -> Option<String>, body: &[u8], now: Timestamp) -> Result<Told, BadNotice>;
}

/// The channels by which people pay online in this house.
#[derive(Clone, Default)]
pub struct Gateways(pub Vec<std::sync::Arc<dyn Gateway>>);

impl Gateways {
    /// The gateway to a channel, if there is one.
    pub fn get(&self, channel: Channel) -> Option<&std::sync::Arc<dyn Gateway>> {
        self.0.iter().find(|gateway| gateway.channel() == channel)
    }
}

impl fmt::Debug for Gateways {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|gateway| gateway.channel())).finish()
    }
}

/// An order to be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderAsk {
    /// Our number.
    pub no: String,
    /// What the payer reads.
    pub title: String,
    /// How much.
    pub amount: Fen,
    /// How it is paid.
    pub way: Way,
    /// How long it stays open.
    pub lasts: Duration,
    /// The payer's address on the network, where it is known.
    pub client: Option<String>,
}

/// A refund to be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundAsk {
    /// Our number.
    pub no: String,
    /// The order it goes back from.
    pub order: String,
    /// How much of it.
    pub amount: Fen,
    /// What came by the order.
    pub total: Fen,
    /// Why, in a few words without anything personal.
    pub reason: String,
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderState {
    /// Nobody has paid yet.
    Open,
    /// Closed, or never placed: nobody can pay it any more.
    Closed,
    /// Paid.
    Paid(Charge),
}

/// What became of a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundNow {
    /// On its way.
    Underway,
    /// Unknown to the channel: it was never asked.
    Unknown,
    /// Over.
    Ended(RefundOutcome),
}

/// What a notice says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Money came.
    Charge(Charge),
    /// A refund ended.
    Refund {
        /// Our number.
        no: String,
        /// How.
        outcome: RefundOutcome,
    },
    /// Something else that concerns nobody here.
    Nothing,
}

/// Why a channel did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// For the operator; nothing personal.
    pub reason: String,
    /// Whether asking again may help. If not, the channel has refused for good.
    pub passes: bool,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

/// Why a notice is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadNotice {
    /// A header is missing, or the body is not what such a notice holds.
    Shape,
    /// Too old, or from the future: perhaps played back.
    Stale,
    /// Signed by a key that is not the channel's.
    UnknownKey,
    /// The signature does not hold over the bytes that came. The channel's own probes are among these.
    Signature,
    /// What is inside cannot be opened with our key.
    Sealed,
    /// For another merchant or application.
    NotOurs,
}

impl BadNotice {
    /// For the channel's log and ours.
    pub fn words(self) -> &'static str {
        match self {
            BadNotice::Shape => "通知的格式不对",
            BadNotice::Stale => "通知的时间戳过期",
            BadNotice::UnknownKey => "通知的公钥序列号不认识",
            BadNotice::Signature => "通知的签名不对",
            BadNotice::Sealed => "通知的密文解不开",
            BadNotice::NotOurs => "通知不是给这个商户的",
        }
    }

    /// Whether the sender is not who it should be, rather than that it wrote nonsense.
    pub fn is_forged(self) -> bool {
        matches!(self, BadNotice::Stale | BadNotice::UnknownKey | BadNotice::Signature)
    }
}
