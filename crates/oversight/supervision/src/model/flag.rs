//! Flags: what was found, how grave it is, and what became of it.

use std::fmt;
use std::str::FromStr;

use kernel::{BadCode, CaseNumber, Date, DepartmentId, Fen, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use super::OrderNumber;
use crate::RuleId;

/// How grave (预警类型). In the order of gravity; the number is that of GB/T 39046 table 11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// 预警
    Warning = 1,
    /// 黄牌
    Yellow = 2,
    /// 红牌
    Red = 3,
}

impl Grade {
    /// All, the least grave first.
    pub const ALL: [Grade; 3] = [Grade::Warning, Grade::Yellow, Grade::Red];

    /// For programs.
    pub fn name(self) -> &'static str {
        match self {
            Grade::Warning => "warning",
            Grade::Yellow => "yellow",
            Grade::Red => "red",
        }
    }

    /// The grade of this name.
    pub fn from_name(name: &str) -> Option<Grade> {
        Grade::ALL.into_iter().find(|grade| grade.name() == name)
    }

    pub(crate) fn number(self) -> i64 {
        self as i64
    }
}

/// One breach of one rule in one case: `3201…17-T3-2`. The same breach always has the same id, so it is raised once.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FlagId {
    /// The case.
    pub case: CaseNumber,
    /// The rule.
    pub rule: RuleId,
    /// Which breach of it: the place in the stream of the case, or the journal number of another stream's entry.
    pub breach: String,
}

impl FlagId {
    /// The journal stream of this flag.
    pub fn stream(&self) -> String {
        format!("flag:{self}")
    }

    /// The flag that a stream tells of.
    pub fn of_stream(stream: &str) -> Option<FlagId> {
        stream.strip_prefix("flag:")?.parse().ok()
    }

    /// Rule and breach: the name within its case.
    pub(crate) fn key(&self) -> String {
        format!("{}-{}", self.rule, self.breach)
    }
}

impl fmt::Display for FlagId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.case, self.rule, self.breach)
    }
}

impl FromStr for FlagId {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<FlagId, BadCode> {
        let mut parts = text.splitn(3, '-');
        let mut next = || parts.next().ok_or(BadCode::Length { want: 27 });
        let (case, rule, breach) = (next()?.parse()?, next()?, next()?);
        let rule = rule.parse().map_err(|()| BadCode::Length { want: 2 })?;
        let is_right = (1..=24).contains(&breach.len()) && breach.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_right {
            return Err(BadCode::Length { want: 1 });
        }
        Ok(FlagId { case, rule, breach: breach.to_owned() })
    }
}

impl Serialize for FlagId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FlagId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<FlagId, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

store::text_column!(FlagId);

/// What exactly was found. Faces put it into words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A clock is about to run out.
    Near {
        /// Its last day.
        due: Date,
    },
    /// A clock ran out.
    Over {
        /// Its last day.
        due: Date,
        /// Working days beyond it from which this grade holds.
        beyond: u32,
    },
    /// Corrections were asked for once more.
    CorrectedAgain {
        /// How often now.
        times: u32,
        /// Whether a reason was given.
        reasoned: bool,
    },
    /// Who accepted or reviewed also decided.
    SamePerson,
    /// Decided without an opinion.
    StepSkipped,
    /// A special procedure without a reason.
    SpecialWithoutReason,
    /// A second special procedure.
    SpecialAgain,
    /// A special procedure that began after the limit had run out.
    SpecialTooLate {
        /// The last day of the limit.
        due: Date,
    },
    /// A second extension.
    ExtendedAgain,
    /// An extension that is too long.
    ExtendedTooLong {
        /// Working days.
        days: u32,
        /// At most.
        most: u32,
    },
    /// An extension without a reason.
    ExtendedWithoutReason,
    /// Asked for what is not on the list.
    OffList {
        /// What.
        material: String,
    },
    /// A no without reason, basis or remedy.
    Unreasoned,
    /// Entered later than the day it bears.
    BackDated {
        /// The day it bears.
        on: Date,
        /// The day it was entered.
        entered: Date,
    },
    /// Accepted and decided with nothing in between.
    TooQuick {
        /// Minutes in between.
        minutes: i64,
    },
    /// More was charged than the standard gives.
    AboveStandard {
        /// In fen.
        amount: Fen,
        /// In fen.
        standard: Fen,
    },
    /// A refund is late.
    RefundLate {
        /// The last day.
        due: Date,
    },
    /// Nobody called whoever rated poorly, or it was not put right.
    RedressLate {
        /// It was to be put right; else to be called.
        rectify: bool,
        /// The day it should have been.
        due: Date,
    },
    /// The department did not reply to a supervision order.
    NoReply {
        /// The last day.
        due: Date,
    },
}

/// What a rule finds in a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule.
    pub rule: RuleId,
    /// Which breach of it.
    pub breach: String,
    /// How grave.
    pub grade: Grade,
    /// Since when it is true.
    pub since: Timestamp,
    /// What.
    pub cause: Cause,
    /// Whose act it is, if it is one person's.
    pub person: Option<StaffId>,
    /// The journal entries it rests on.
    pub evidence: Vec<i64>,
}

impl Finding {
    pub(crate) fn key(&self) -> String {
        format!("{}-{}", self.rule, self.breach)
    }
}

/// What a flag begins with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Raised {
    /// How grave.
    pub grade: Grade,
    /// Since when the rule is true.
    pub since: Timestamp,
    /// When it was noticed.
    pub at: Timestamp,
    /// Who answers for the case.
    pub department: DepartmentId,
    /// The item's name.
    pub item: String,
    /// What was found.
    pub cause: Cause,
    /// Whose act it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<StaffId>,
    /// Journal entries.
    pub evidence: Vec<i64>,
    /// The version of the rules.
    pub rules: String,
}

/// What became of a flag.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "at")]
pub enum FlagState {
    /// Nobody has dealt with it.
    Open,
    /// A supervision order was issued.
    Ordered {
        /// Which.
        order: OrderNumber,
    },
    /// Put right and lifted (消牌).
    Lifted,
    /// Upheld (维持).
    Upheld,
    /// It rested on something that was corrected (撤销).
    Withdrawn {
        /// By whom.
        by: StaffId,
        /// Why.
        reason: String,
    },
}

impl FlagState {
    /// For programs.
    pub fn name(&self) -> &'static str {
        match self {
            FlagState::Open => "open",
            FlagState::Ordered { .. } => "ordered",
            FlagState::Lifted => "lifted",
            FlagState::Upheld => "upheld",
            FlagState::Withdrawn { .. } => "withdrawn",
        }
    }

    /// Whether it counts in the score.
    pub fn counts(&self) -> bool {
        matches!(self, FlagState::Open | FlagState::Ordered { .. } | FlagState::Upheld)
    }
}

/// A flag (预警、黄牌、红牌).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Flag {
    /// Which.
    pub id: FlagId,
    /// How many events made it.
    pub version: i64,
    /// How it began.
    pub raised: Raised,
    /// How grave it is now.
    pub grade: Grade,
    /// What it is for now.
    pub cause: Cause,
    /// Graver since: each step and its instant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<(Grade, Timestamp)>,
    /// What became of it.
    pub state: FlagState,
}

impl Flag {
    /// Since when it is as grave as it is.
    pub fn since(&self) -> Timestamp {
        self.steps.last().map_or(self.raised.since, |(_, since)| *since)
    }
}

/// What happened to a flag. Fields may be added with a default; none is renamed or reused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlagEvent {
    /// Raised.
    Raised(Box<Raised>),
    /// Graver.
    Escalated {
        /// Now.
        grade: Grade,
        /// Since when.
        since: Timestamp,
        /// What for.
        cause: Cause,
    },
    /// An order was issued for it.
    Ordered {
        /// Which.
        order: OrderNumber,
    },
    /// The order was closed.
    Settled {
        /// Lifted; else upheld.
        lifted: bool,
    },
    /// It rested on something that was corrected.
    Withdrawn {
        /// By whom.
        by: StaffId,
        /// Why.
        reason: String,
    },
}

impl store::Event for FlagEvent {
    const ROOM: &'static str = "supervision";

    fn kind(&self) -> &'static str {
        match self {
            FlagEvent::Raised(_) => "flag-raised",
            FlagEvent::Escalated { .. } => "flag-escalated",
            FlagEvent::Ordered { .. } => "flag-ordered",
            FlagEvent::Settled { .. } => "flag-settled",
            FlagEvent::Withdrawn { .. } => "flag-withdrawn",
        }
    }
}
