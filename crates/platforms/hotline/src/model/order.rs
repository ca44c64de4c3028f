//! Work orders (工单) and the rounds in which they are handled.

use std::collections::BTreeSet;

use kernel::{Date, DepartmentId, PartyId, RegionCode, Sealed, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Channel, Clock, Kind, OrderNumber, Outcome, Rated};

/// One unit's turn at an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Round {
    /// The unit that answers for it (主办).
    pub lead: DepartmentId,
    /// Units that help (协办).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assisting: Vec<DepartmentId>,
    /// When it was dispatched.
    pub at: Timestamp,
    /// Whether it is a redo (重办).
    #[serde(default)]
    pub redo: bool,
    /// Signed by then.
    pub sign_by: Timestamp,
    /// Last day to return it.
    pub return_by: Date,
    /// Last day to contact the caller; none where the caller is protected or left no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_by: Option<Date>,
    /// Last day to give feedback; while it rests, the day as it stood.
    pub handle_by: Date,
    /// When it was signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Timestamp>,
    /// The day on which the caller was contacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contacted: Option<Date>,
    /// The day of the feedback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fed_back: Option<Date>,
    /// Who gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler: Option<StaffId>,
    /// What it says, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback: Option<(Outcome, Sealed)>,
    /// The day on which it was returned, and the ground.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<(Date, String)>,
    /// Since when the clock rests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<Date>,
    /// It was extended.
    #[serde(default)]
    pub extended: bool,
    /// Clocks that ran out.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub late: BTreeSet<Clock>,
    /// Last day to ask the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up_by: Option<Date>,
    /// Calls in vain.
    #[serde(default)]
    pub tries: u32,
    /// What the caller says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rated: Option<Rated>,
}

/// How an order ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "how")]
pub enum Ending {
    /// Answered at once (直接答复).
    Answered,
    /// Handled, and the caller was asked or asked in vain.
    Handled,
    /// Handled; the caller is not content, and why nothing more is done was said.
    Settled,
    /// It is the same as another one.
    Merged {
        /// That one.
        into: OrderNumber,
    },
}

/// Where an order stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "at")]
pub enum State {
    /// To be dispatched (待派单).
    Waiting {
        /// By then.
        by: Timestamp,
    },
    /// To be signed (待签收).
    Dispatched,
    /// A unit disputes that it is responsible (争议协调).
    Disputed {
        /// When it said so.
        on: Date,
    },
    /// Being handled (办理中).
    Handling,
    /// Fed back; somebody asks the caller (待回访).
    FedBack,
    /// Over (已办结).
    Closed {
        /// How.
        ending: Ending,
        /// The day.
        on: Date,
    },
}

/// Where an order stands, without what is known only there. The numbers are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// 待派单
    Waiting = 10,
    /// 待签收
    Dispatched = 20,
    /// 争议协调
    Disputed = 30,
    /// 办理中
    Handling = 40,
    /// 待回访
    FedBack = 50,
    /// 已办结
    Closed = 90,
}

impl Stage {
    /// In the order of an order's life.
    pub const ALL: [Stage; 6] =
        [Stage::Waiting, Stage::Dispatched, Stage::Disputed, Stage::Handling, Stage::FedBack, Stage::Closed];

    /// For programs.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Waiting => "waiting",
            Stage::Dispatched => "dispatched",
            Stage::Disputed => "disputed",
            Stage::Handling => "handling",
            Stage::FedBack => "fed-back",
            Stage::Closed => "closed",
        }
    }

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Waiting => "待派单",
            Stage::Dispatched => "待签收",
            Stage::Disputed => "争议协调",
            Stage::Handling => "办理中",
            Stage::FedBack => "待回访",
            Stage::Closed => "已办结",
        }
    }

    /// The stage of this name.
    pub fn from_name(name: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.name() == name)
    }
}

/// Why an order is supervised (督办).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Supervised {
    /// A clock ran out.
    Overdue,
    /// The same caller comes with the same matter again.
    Repeat,
    /// The caller is not content.
    Unsatisfied,
    /// The centre says so.
    Ordered,
}

impl Supervised {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Supervised::Overdue => "超期",
            Supervised::Repeat => "重复来电",
            Supervised::Unsatisfied => "不满意",
            Supervised::Ordered => "中心督办",
        }
    }
}

/// A work order (工单). The value is exactly what replaying its events gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkOrder {
    /// Its number.
    pub number: OrderNumber,
    /// How many events made it.
    pub version: i64,
    /// What the caller wants.
    pub kind: Kind,
    /// The category of the list of responsibility.
    pub category: String,
    /// Where.
    pub region: RegionCode,
    /// By which way it came.
    pub channel: Channel,
    /// Whether it cannot wait.
    pub urgent: bool,
    /// Whether the caller wants to stay unknown to the handling unit.
    pub confidential: bool,
    /// Under whose key its personal values are: the party that was signed in, or one of its own.
    pub holder: PartyId,
    /// Who called, sealed.
    pub contact: Sealed,
    /// Whether there is a number to call.
    pub has_phone: bool,
    /// What was said, sealed.
    pub call: Sealed,
    /// Who took it down; none if the caller wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_by: Option<StaffId>,
    /// When it came in.
    pub at: Timestamp,
    /// When something happened last.
    pub updated: Timestamp,
    /// Where it stands.
    pub state: State,
    /// Turns of units, the latest last.
    #[serde(default)]
    pub rounds: Vec<Round>,
    /// It was returned once; a second time it is a dispute.
    #[serde(default)]
    pub returned: bool,
    /// The centre settled who is responsible; nobody returns it any more.
    #[serde(default)]
    pub settled: bool,
    /// Dispatching came too late.
    #[serde(default)]
    pub late_dispatch: bool,
    /// Why it is supervised.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub supervised: BTreeSet<Supervised>,
    /// What was answered at once, or with the order into which this one was merged; sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Sealed>,
    /// Orders that say the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joined: Vec<OrderNumber>,
    /// What the caller says of an answer that was given at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rated: Option<Rated>,
}

impl WorkOrder {
    /// Where it stands.
    pub fn stage(&self) -> Stage {
        match self.state {
            State::Waiting { .. } => Stage::Waiting,
            State::Dispatched => Stage::Dispatched,
            State::Disputed { .. } => Stage::Disputed,
            State::Handling => Stage::Handling,
            State::FedBack => Stage::FedBack,
            State::Closed { .. } => Stage::Closed,
        }
    }

    /// The unit whose turn it is or was last.
    pub fn round(&self) -> Option<&Round> {
        self.rounds.last()
    }

    /// Whether the handling unit must not learn who called: always with a tip-off (举报人保护).
    pub fn is_protected(&self) -> bool {
        self.kind == Kind::TipOff || self.confidential
    }

    /// Whether the public may know that it exists. A tip-off never, nor what is confidential or the same as another one.
    pub fn is_public(&self) -> bool {
        let merged = matches!(self.state, State::Closed { ending: Ending::Merged { .. }, .. });
        !self.is_protected() && !merged
    }

    /// The centre that answers for it.
    pub fn centre(&self) -> DepartmentId {
        DepartmentId::new(self.region, crate::book().centre)
    }
}
