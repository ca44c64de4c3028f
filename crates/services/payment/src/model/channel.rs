//! Channels of payment, and orders placed with them.

use std::{fmt, str::FromStr};

use kernel::{Fen, PaymentCode, Timestamp};
use serde::{Deserialize, Serialize};

/// By which way money comes (收款渠道).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// WeChat Pay.
    Wechat,
    /// The counter of a collecting bank or of a hall (柜台).
    Counter,
}

impl Channel {
    /// All channels.
    pub const ALL: [Channel; 2] = [Channel::Wechat, Channel::Counter];

    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Channel::Wechat => "wechat",
            Channel::Counter => "counter",
        }
    }

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Channel::Wechat => "微信支付",
            Channel::Counter => "柜台",
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Channel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Channel::ALL.into_iter().find(|channel| channel.name() == text);
        found.ok_or_else(|| format!("there is no channel of payment {text}"))
    }
}

/// How a person pays by a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// By scanning a code on the screen.
    Scan,
    /// In the browser of the phone on which the page is open.
    Phone,
}

/// One attempt to pay by a channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Our number for it (商户订单号).
    pub no: String,
    /// The channel.
    pub channel: Channel,
    /// How it is paid.
    pub way: Way,
    /// What was asked for.
    pub amount: Fen,
    /// When it was placed.
    pub at: Timestamp,
    /// Where the payer goes: the text of the QR code, or the link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Closed without payment, as the channel told.
    #[serde(default)]
    pub closed: bool,
}

/// Our number for the `n`-th order of a bill: the code and two digits, 22 in all (the channel takes 6 to 32).
pub fn order_no(bill: &PaymentCode, n: usize) -> String {
    format!("{bill}{n:02}")
}

/// Our number for the `n`-th refund of a bill.
pub fn refund_no(bill: &PaymentCode, n: usize) -> String {
    format!("{bill}R{n:02}")
}

/// The bill of one of our numbers.
pub fn reference_bill(own_no: &str) -> Option<PaymentCode> {
    own_no.get(..20)?.parse().ok()
}
