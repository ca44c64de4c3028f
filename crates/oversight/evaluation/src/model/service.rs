//! One ended service: its invitation, its rating and what was done about a poor one.

use std::fmt;
use std::str::FromStr;

use kernel::{BadCode, BasicCode, CaseNumber, Date, DepartmentId, PartyId, Sealed, StaffId, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Redress;

/// What was served. As text it is its key everywhere: `case-3201…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A case (办件).
    Case(CaseNumber),
}

impl Subject {
    /// The case.
    pub fn case(&self) -> CaseNumber {
        let Subject::Case(number) = self;
        *number
    }

    /// The journal stream of this service.
    pub(crate) fn stream(&self) -> String {
        format!("{STREAM}{self}")
    }

    /// The service that a journal stream tells of.
    pub(crate) fn of_stream(stream: &str) -> Option<Subject> {
        stream.strip_prefix(STREAM)?.parse().ok()
    }
}

const STREAM: &str = "service:";

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Subject::Case(number) = self;
        write!(f, "case-{number}")
    }
}

impl FromStr for Subject {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<Self, BadCode> {
        text.strip_prefix("case-").ok_or(BadCode::Length { want: 27 })?.parse().map(Subject::Case)
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|error: BadCode| de::Error::custom(format!("{error:?}")))
    }
}

store::text_column!(Subject);

/// How satisfied somebody is: GB/T 39046-2020 A.8, where 1 is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum Level {
    /// 非常满意
    Very = 1,
    /// 满意
    Well = 2,
    /// 基本满意
    Fairly = 3,
    /// 不满意
    Poor = 4,
    /// 非常不满意
    Bad = 5,
}

impl Level {
    /// The best first.
    pub const ALL: [Level; 5] = [Level::Very, Level::Well, Level::Fairly, Level::Poor, Level::Bad];

    /// 1, the best, to 5.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The number that the national interface uses, where 5 is the best. Only at the border.
    pub fn national(self) -> u8 {
        6 - self.number()
    }

    /// Whether it is a poor rating (差评), which opens a redress (国办发〔2019〕51号).
    pub fn is_poor(self) -> bool {
        self >= Level::Poor
    }

    /// Its name in the standard.
    pub fn word(self) -> &'static str {
        match self {
            Level::Very => "非常满意",
            Level::Well => "满意",
            Level::Fairly => "基本满意",
            Level::Poor => "不满意",
            Level::Bad => "非常不满意",
        }
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> u8 {
        level.number()
    }
}

impl TryFrom<u8> for Level {
    type Error = String;

    fn try_from(number: u8) -> Result<Level, String> {
        Level::ALL.into_iter().find(|level| level.number() == number).ok_or(format!("there is no level {number}"))
    }
}

/// By which way a rating came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// The page of the result.
    Page,
    /// A program through the API.
    Program,
    /// A code or link that works once.
    Link,
    /// The tablet at the window.
    Tablet,
}

impl Way {
    /// The channel of the national interface (pf): 1 web, 2 mobile, 3 code, 4 tablet in a hall.
    pub fn national(self) -> u8 {
        match self {
            Way::Page => 1,
            Way::Program => 2,
            Way::Link => 3,
            Way::Tablet => 4,
        }
    }

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Way::Page => "网上",
            Way::Program => "应用",
            Way::Link => "扫码",
            Way::Tablet => "窗口",
        }
    }
}

/// How a service ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Granted.
    Granted,
    /// Denied.
    Denied,
    /// Not accepted.
    Declined,
    /// Sent back.
    Returned,
    /// Taken back by the applicant.
    Withdrawn,
}

/// When it came in, was accepted and decided, and what the clock says of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// The day of acceptance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Date>,
    /// The day of the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Date>,
    /// The last day of the promise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Working days used, pauses not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<i64>,
    /// Working days that the law allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statutory: Option<i64>,
}

/// What a service begins with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Invited {
    /// The base item.
    pub item: BasicCode,
    /// Its name then.
    pub item_name: String,
    /// The department that served.
    pub department: DepartmentId,
    /// Who was served.
    pub party: PartyId,
    /// Whether it was handed in online; else at a window.
    pub online: bool,
    /// Who handled it: they are what is rated, and see nothing of it.
    pub staff: Vec<StaffId>,
    /// Whoever was at the window, if it was handed in there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clerk: Option<StaffId>,
    /// When it ended.
    pub ended: Timestamp,
    /// How.
    pub ending: Ending,
    /// Its days.
    pub course: Course,
    /// Last day of the invitation.
    pub answer_until: Date,
    /// Last day on which somebody may still rate.
    pub late_until: Date,
}

/// An ended service. The value is exactly what replaying the events of its stream gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// What was served.
    pub subject: Subject,
    /// How many events made it.
    pub version: i64,
    /// What it begins with.
    pub invited: Invited,
    /// Since when it counts as "not rated".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lapsed: Option<Date>,
    /// The rating.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Rating>,
    /// The one follow-up (追评).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<Rating>,
    /// What a poor rating opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redress: Option<Redress>,
    /// What the public reads of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Published>,
    /// Why its words are not published, once somebody decided so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<String>,
}

/// One rating.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rating {
    /// How satisfied.
    pub level: Level,
    /// By which way.
    pub way: Way,
    /// Codes of the aspects chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aspects: Vec<String>,
    /// In their words, sealed with their key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Sealed>,
    /// When.
    pub at: Timestamp,
}

/// A rating on its way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRating {
    /// How satisfied.
    pub level: Level,
    /// By which way.
    pub way: Way,
    /// Codes of the aspects chosen.
    pub aspects: Vec<String>,
    /// In their words; empty for none.
    pub text: String,
}

/// Which of the two ratings of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Turn {
    /// The first (首次).
    First = 1,
    /// The follow-up (追评).
    FollowUp = 2,
}

/// What the public reads, after somebody looked through it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The words, with nothing personal in them.
    pub text: String,
    /// The office's answer; empty for none.
    pub reply: String,
    /// When.
    pub at: Timestamp,
}

impl Service {
    /// What is to be read of it, if there are words that nobody looked through yet.
    pub fn waits_for_review(&self) -> bool {
        let has_words = self.first.as_ref().is_some_and(|first| first.text.is_some());
        let is_settled = self.redress.as_ref().is_none_or(|redress| !redress.stage().is_open());
        has_words && is_settled && self.published.is_none() && self.withheld.is_none()
    }

    /// Whether this member of staff is among those who are rated.
    pub fn is_about(&self, staff: &StaffId) -> bool {
        self.invited.staff.contains(staff)
    }
}
