//! Supervision orders (督办单).

use std::fmt;
use std::str::FromStr;

use kernel::{BadCode, Date, DepartmentId, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use super::FlagId;

/// The number of an order: `DB` and ten digits, the first four of them the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrderNumber(u64);

impl OrderNumber {
    /// The `serial`-th of a year.
    pub fn new(year: i16, serial: i64) -> OrderNumber {
        let year = u64::try_from(year).unwrap_or_default();
        OrderNumber(year * 1_000_000 + u64::try_from(serial).unwrap_or_default() % 1_000_000)
    }

    /// The journal stream.
    pub fn stream(&self) -> String {
        format!("order:{self}")
    }

    /// The order that a stream tells of.
    pub fn of_stream(stream: &str) -> Option<OrderNumber> {
        stream.strip_prefix("order:")?.parse().ok()
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DB{:010}", self.0)
    }
}

impl FromStr for OrderNumber {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<OrderNumber, BadCode> {
        let wrong = BadCode::Length { want: 12 };
        let digits = text.strip_prefix("DB").filter(|digits| digits.len() == 10).ok_or(wrong)?;
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        digits.parse().ok().filter(|_| is_number).map(OrderNumber).ok_or(BadCode::Length { want: 12 })
    }
}

impl Serialize for OrderNumber {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for OrderNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<OrderNumber, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

store::text_column!(OrderNumber);

/// How urgent (督办级别).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// 一般
    Ordinary,
    /// 重点
    Important,
    /// 挂牌
    Listed,
}

impl Level {
    /// All.
    pub const ALL: [Level; 3] = [Level::Ordinary, Level::Important, Level::Listed];

    /// For programs.
    pub fn name(self) -> &'static str {
        match self {
            Level::Ordinary => "ordinary",
            Level::Important => "important",
            Level::Listed => "listed",
        }
    }

    /// The level of this name.
    pub fn from_name(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// Where an order stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "at")]
pub enum OrderState {
    /// Waits to be signed for (待签收).
    Issued {
        /// Last day to sign.
        sign_by: Date,
    },
    /// Signed: the department puts it right or appeals (整改中).
    Signed {
        /// Last day to appeal; none once an appeal was decided.
        appeal_by: Option<Date>,
    },
    /// The department appealed (申诉中).
    Appealed {
        /// Why.
        reason: String,
    },
    /// The department told what it did (待核查).
    Answered {
        /// What.
        measures: String,
    },
    /// Closed (办结).
    Closed {
        /// Lifted (消牌); else upheld (维持).
        lifted: bool,
    },
}

impl OrderState {
    /// For programs.
    pub fn name(&self) -> &'static str {
        match self {
            OrderState::Issued { .. } => "issued",
            OrderState::Signed { .. } => "signed",
            OrderState::Appealed { .. } => "appealed",
            OrderState::Answered { .. } => "answered",
            OrderState::Closed { .. } => "closed",
        }
    }
}

/// A supervision order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Its number.
    pub number: OrderNumber,
    /// How many events made it.
    pub version: i64,
    /// What it is about.
    pub flag: FlagId,
    /// Who must answer.
    pub department: DepartmentId,
    /// The item's name.
    pub item: String,
    /// Whose act it was: they do not handle it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<StaffId>,
    /// How urgent.
    pub level: Level,
    /// What is demanded (督办内容).
    pub demand: String,
    /// Who issued it.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
    /// Last day to answer.
    pub reply_by: Date,
    /// The last day to answer passed without one.
    #[serde(default)]
    pub overdue: bool,
    /// It was not signed for in time.
    #[serde(default)]
    pub unsigned: bool,
    /// Where it stands.
    pub state: OrderState,
}

/// What can be asked of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderCommand {
    /// Sign for it (签收).
    Sign,
    /// Contest it (申诉).
    Appeal {
        /// Why.
        reason: String,
    },
    /// Decide the appeal.
    DecideAppeal {
        /// Allowed: the flag is lifted.
        allow: bool,
        /// Why.
        reason: String,
    },
    /// Tell what was done (整改反馈).
    Answer {
        /// What.
        measures: String,
    },
    /// Check it (核查).
    Check {
        /// Lifted (消牌); else upheld (维持).
        lift: bool,
        /// Why.
        reason: String,
    },
    /// Time has passed.
    Tick,
}

impl OrderCommand {
    /// Stable name.
    pub fn name(&self) -> &'static str {
        match self {
            OrderCommand::Sign => "sign",
            OrderCommand::Appeal { .. } => "appeal",
            OrderCommand::DecideAppeal { .. } => "decide-appeal",
            OrderCommand::Answer { .. } => "answer",
            OrderCommand::Check { .. } => "check",
            OrderCommand::Tick => "tick",
        }
    }
}

/// What happened to an order. Fields may be added with a default; none is renamed or reused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderEvent {
    /// Issued (发出).
    Issued {
        /// For what.
        flag: FlagId,
        /// Who must answer.
        department: DepartmentId,
        /// The item's name.
        item: String,
        /// Whose act it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<StaffId>,
        /// How urgent.
        level: Level,
        /// What is demanded.
        demand: String,
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// Last day to sign.
        sign_by: Date,
        /// Last day to answer.
        reply_by: Date,
    },
    /// Not signed for in time.
    SignOverdue {
        /// The last day.
        due: Date,
    },
    /// Signed for (签收).
    Signed {
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// Last day to appeal.
        appeal_by: Date,
    },
    /// Contested (申诉).
    Appealed {
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// Why.
        reason: String,
    },
    /// The appeal was decided.
    AppealDecided {
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// Allowed.
        allowed: bool,
        /// Why.
        reason: String,
        /// The new last day to answer.
        reply_by: Date,
    },
    /// No answer in time.
    ReplyOverdue {
        /// The last day.
        due: Date,
    },
    /// Put right, as the department says (整改反馈).
    Answered {
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// What was done.
        measures: String,
    },
    /// Checked and closed (核查).
    Closed {
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// Lifted; else upheld.
        lifted: bool,
        /// Why.
        reason: String,
    },
}

impl store::Event for OrderEvent {
    const ROOM: &'static str = "supervision";

    fn kind(&self) -> &'static str {
        match self {
            OrderEvent::Issued { .. } => "order-issued",
            OrderEvent::SignOverdue { .. } => "order-sign-overdue",
            OrderEvent::Signed { .. } => "order-signed",
            OrderEvent::Appealed { .. } => "order-appealed",
            OrderEvent::AppealDecided { .. } => "order-appeal-decided",
            OrderEvent::ReplyOverdue { .. } => "order-reply-overdue",
            OrderEvent::Answered { .. } => "order-answered",
            OrderEvent::Closed { .. } => "order-closed",
        }
    }
}
