//! What couriers tell, and the state that follows from it.

use kernel::{Sealed, Timestamp};
use serde::{Deserialize, Serialize};

/// Where a parcel is (one set of states for all couriers).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Opened; no courier has it.
    Created,
    /// The courier has it.
    PickedUp,
    /// On its way.
    InTransit,
    /// With the courier at the door.
    OutForDelivery,
    /// Signed for.
    Delivered,
    /// The courier was there and could not hand it over.
    NotDelivered,
    /// Back at the sender's.
    Returned,
    /// The courier says that it is lost.
    Lost,
    /// Taken back before a courier had it.
    Cancelled,
}

impl State {
    /// Every state.
    pub const ALL: [State; 9] = [
        State::Created,
        State::PickedUp,
        State::InTransit,
        State::OutForDelivery,
        State::Delivered,
        State::NotDelivered,
        State::Returned,
        State::Lost,
        State::Cancelled,
    ];

    /// Stable name, for programs.
    pub fn name(self) -> &'static str {
        match self {
            State::Created => "created",
            State::PickedUp => "picked-up",
            State::InTransit => "in-transit",
            State::OutForDelivery => "out-for-delivery",
            State::Delivered => "delivered",
            State::NotDelivered => "not-delivered",
            State::Returned => "returned",
            State::Lost => "lost",
            State::Cancelled => "cancelled",
        }
    }

    /// The state of this name.
    pub fn from_name(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.name() == name)
    }

    /// In the middle of a Chinese sentence.
    pub fn word(self) -> &'static str {
        match self {
            State::Created => "待寄出",
            State::PickedUp => "快递已揽收",
            State::InTransit => "运输中",
            State::OutForDelivery => "正在派送",
            State::Delivered => "已签收",
            State::NotDelivered => "没有投递成功",
            State::Returned => "已退回",
            State::Lost => "遗失",
            State::Cancelled => "已取消",
        }
    }

    /// Whether only a correction leads on from here.
    pub fn is_final(self) -> bool {
        matches!(self, State::Delivered | State::Returned | State::Cancelled)
    }

    /// Whether the courier has it now, as far as is known.
    pub fn is_under_way(self) -> bool {
        matches!(self, State::PickedUp | State::InTransit | State::OutForDelivery | State::NotDelivered)
    }
}

/// What a courier's code means. The data file maps each courier's codes to these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// The order was taken in.
    Accepted,
    /// Taken from the sender.
    PickedUp,
    /// On its way.
    InTransit,
    /// On its way to the door.
    OutForDelivery,
    /// Signed for.
    Delivered,
    /// Nobody there, address unclear, and the like.
    NotDelivered,
    /// The receiver would not take it.
    Refused,
    /// Back at the sender's.
    Returned,
    /// Lost.
    Lost,
    /// The courier takes back what it told before.
    Corrected,
}

impl Meaning {
    /// Every meaning.
    pub const ALL: [Meaning; 10] = [
        Meaning::Accepted,
        Meaning::PickedUp,
        Meaning::InTransit,
        Meaning::OutForDelivery,
        Meaning::Delivered,
        Meaning::NotDelivered,
        Meaning::Refused,
        Meaning::Returned,
        Meaning::Lost,
        Meaning::Corrected,
    ];

    /// Its name in the data file and the table.
    pub fn name(self) -> &'static str {
        match self {
            Meaning::Accepted => "accepted",
            Meaning::PickedUp => "picked-up",
            Meaning::InTransit => "in-transit",
            Meaning::OutForDelivery => "out-for-delivery",
            Meaning::Delivered => "delivered",
            Meaning::NotDelivered => "not-delivered",
            Meaning::Refused => "refused",
            Meaning::Returned => "returned",
            Meaning::Lost => "lost",
            Meaning::Corrected => "corrected",
        }
    }

    /// The meaning of this name.
    pub fn from_name(name: &str) -> Option<Meaning> {
        Meaning::ALL.into_iter().find(|meaning| meaning.name() == name)
    }

    /// The state it leads to, from one that is not final.
    pub fn state(self) -> State {
        match self {
            Meaning::Accepted => State::Created,
            Meaning::PickedUp => State::PickedUp,
            Meaning::InTransit | Meaning::Corrected => State::InTransit,
            Meaning::OutForDelivery => State::OutForDelivery,
            Meaning::Delivered => State::Delivered,
            Meaning::NotDelivered | Meaning::Refused => State::NotDelivered,
            Meaning::Returned => State::Returned,
            Meaning::Lost => State::Lost,
        }
    }
}

/// One thing a courier told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The courier's own name for it; told twice, it counts once.
    pub key: String,
    /// Of which attempt.
    pub attempt: u32,
    /// When it happened, by the courier, but never before the parcel was opened nor after it was told.
    pub at: Timestamp,
    /// The courier's code.
    pub code: String,
    /// What that means; nothing if the data file does not know the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meaning: Option<Meaning>,
    /// All of it as it was told, sealed: it names streets and people.
    pub raw: Sealed,
}
