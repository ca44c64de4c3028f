//! Switches that make a simulated system fail as real ones do. Each counts how often it still acts; 0 is off.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One way to fail.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// A notice is delivered twice.
    Duplicate,
    /// A notice waits until the next one has gone; for a refund, the notice comes before the call is answered.
    Reorder,
    /// An answer or a notice comes two seconds late.
    Delay,
    /// A notice or an answer bears a signature that does not hold.
    BadSignature,
    /// A call is answered with a server error and has no effect.
    ServerError,
    /// What is told is not the amount that was asked for.
    WrongAmount,
    /// The deed is done, but neither the answer nor the notice arrives.
    TimeOutAfter,
    /// The receiver will not take the parcel.
    Refuse,
    /// The parcel is lost on its way.
    Lose,
    /// The parcel lies somewhere and does not move by itself.
    Stall,
}

impl Fault {
    /// All of them.
    pub const ALL: [Fault; 10] = [
        Fault::Duplicate,
        Fault::Reorder,
        Fault::Delay,
        Fault::BadSignature,
        Fault::ServerError,
        Fault::WrongAmount,
        Fault::TimeOutAfter,
        Fault::Refuse,
        Fault::Lose,
        Fault::Stall,
    ];

    /// Its name, as in the addresses and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Fault::Duplicate => "duplicate",
            Fault::Reorder => "reorder",
            Fault::Delay => "delay",
            Fault::BadSignature => "bad-signature",
            Fault::ServerError => "server-error",
            Fault::WrongAmount => "wrong-amount",
            Fault::TimeOutAfter => "time-out-after",
            Fault::Refuse => "refuse",
            Fault::Lose => "lose",
            Fault::Stall => "stall",
        }
    }

    /// For the page.
    pub fn words(self) -> &'static str {
        match self {
            Fault::Duplicate => "通知发两遍",
            Fault::Reorder => "通知乱序，退款通知先于应答",
            Fault::Delay => "晚两秒",
            Fault::BadSignature => "签名不对",
            Fault::ServerError => "应答 5xx",
            Fault::WrongAmount => "金额不对",
            Fault::TimeOutAfter => "做成了但没有回音",
            Fault::Refuse => "收件人拒收",
            Fault::Lose => "邮件遗失",
            Fault::Stall => "邮件停住不动",
        }
    }
}

/// The switches of one simulated system.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Faults(pub BTreeMap<Fault, u32>);

impl Faults {
    /// How often the fault will still happen.
    pub fn left(&self, fault: Fault) -> u32 {
        self.0.get(&fault).copied().unwrap_or_default()
    }

    /// Whether it happens now; then it will happen once less.
    pub fn take(&mut self, fault: Fault) -> bool {
        match self.0.get_mut(&fault) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }
}
