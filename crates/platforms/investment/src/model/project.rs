//! A project and all that happened to it.

use kernel::{BasicCode, CaseNumber, Date, DepartmentId, LicenceId, PartyId, ProjectCode};
use serde::{Deserialize, Serialize};

use super::{Particulars, Report, Route};

/// The four stages of approval (国办发〔2018〕33号).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// 立项用地规划许可
    Land,
    /// 工程建设许可
    Works,
    /// 施工许可
    Construction,
    /// 竣工验收
    Completion,
}

impl Stage {
    /// All, in order.
    pub const ALL: [Stage; 4] = [Stage::Land, Stage::Works, Stage::Construction, Stage::Completion];

    /// For programs and addresses.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Land => "land",
            Stage::Works => "works",
            Stage::Construction => "construction",
            Stage::Completion => "completion",
        }
    }

    /// The stage of this name.
    pub fn from_name(name: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// 1 to 4.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }
}

/// An investment project. The value is exactly what replaying the events of its stream gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Project {
    /// Its code.
    pub code: ProjectCode,
    /// How many events made it.
    pub version: i64,
    /// Whose it is (项目单位).
    pub unit: PartyId,
    /// By which procedure.
    pub route: Route,
    /// The line of the ratification catalogue, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// The department that leads investment there.
    pub lead: DepartmentId,
    /// What it is.
    pub particulars: Particulars,
    /// The day on which it got its code.
    pub registered: Date,
    /// The certificate of its filing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<Certificate>,
    /// Its cases, in the order in which they were filed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<ProjectCase>,
    /// What its unit reported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<Report>,
    /// What is found wrong, until it is mended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<Finding>,
}

/// The certificate of a filing (备案证).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    /// The electronic licence that it is.
    pub licence: LicenceId,
    /// Its number.
    pub number: String,
    /// The day.
    pub on: Date,
}

/// One approval on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProjectCase {
    /// The case.
    pub number: CaseNumber,
    /// The item.
    pub item: BasicCode,
    /// Its name.
    pub name: String,
    /// Of which stage.
    pub stage: Stage,
    /// Who handles it.
    pub department: DepartmentId,
    /// The day it came in.
    pub submitted: Date,
    /// The day from which it counts as accepted: the office's clock runs from the day after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Date>,
    /// When that clock stood still.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// The day of the decision, or the day on which it ended otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Date>,
    /// What the reviewers said, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opinions: Vec<Opinion>,
    /// Where it stands.
    pub state: CaseState,
}

/// A span in which the clock stood still: from a day on, until the day on which it ran again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The first day that does not count.
    pub from: Date,
    /// The day that counts again; none while nobody knows.
    pub until: Option<Date>,
}

impl Pause {
    /// Whether the clock stands still on `day`.
    pub fn covers(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }
}

/// What a reviewer said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opinion {
    /// Against granting.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub against: bool,
    /// In words.
    pub text: String,
    /// The day.
    pub on: Date,
}

/// Where an approval stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseState {
    /// Waits to be accepted.
    Submitted,
    /// The unit has something to correct.
    Correcting,
    /// Accepted.
    Accepted,
    /// In a special procedure.
    Suspended,
    /// Reviewed.
    Reviewed,
    /// Granted.
    Granted,
    /// Denied.
    Denied,
    /// Not accepted.
    Declined,
    /// Sent back.
    Returned,
    /// Taken back.
    Withdrawn,
}

impl CaseState {
    /// Whether somebody still works on it, or the unit has to.
    pub fn is_open(self) -> bool {
        use CaseState as S;
        matches!(self, S::Submitted | S::Correcting | S::Accepted | S::Suspended | S::Reviewed)
    }

    /// For programs.
    pub fn name(self) -> &'static str {
        match self {
            CaseState::Submitted => "submitted",
            CaseState::Correcting => "correcting",
            CaseState::Accepted => "accepted",
            CaseState::Suspended => "suspended",
            CaseState::Reviewed => "reviewed",
            CaseState::Granted => "granted",
            CaseState::Denied => "denied",
            CaseState::Declined => "declined",
            CaseState::Returned => "returned",
            CaseState::Withdrawn => "withdrawn",
        }
    }
}

/// Why a project is, or is about to be, on the abnormal list (异常名录).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// For what.
    pub ground: Ground,
    /// The day of the notice.
    pub noticed: Date,
    /// The last day to mend or answer before it is listed.
    pub until: Date,
    /// The day on which it was listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<Date>,
    /// What the unit says to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explained: Option<String>,
}

/// For what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// A report did not come in time (条例 第十七条).
    NoReport {
        /// Which report.
        report: super::ReportKind,
        /// Its last day.
        due: Date,
    },
    /// What the unit told is not true (条例 第六条、第十三条).
    FalseFacts {
        /// What, in words.
        what: String,
    },
}

impl Project {
    /// The journal stream.
    pub fn stream(&self) -> String {
        stream(&self.code)
    }

    /// Whether it is on the abnormal list.
    pub fn is_listed(&self) -> bool {
        self.finding.as_ref().is_some_and(|finding| finding.listed.is_some())
    }

    /// The latest case for an item.
    pub fn case_for(&self, item: &BasicCode) -> Option<&ProjectCase> {
        self.cases.iter().rev().find(|case| case.item == *item)
    }

    /// The cases of a stage.
    pub fn cases_of(&self, stage: Stage) -> impl Iterator<Item = &ProjectCase> {
        self.cases.iter().filter(move |case| case.stage == stage)
    }
}

const STREAM: &str = "project:";

/// The journal stream of the project with this code.
pub(crate) fn stream(code: &ProjectCode) -> String {
    format!("{STREAM}{code}")
}

/// The project that a stream tells of.
pub(crate) fn code_of(stream: &str) -> Option<ProjectCode> {
    stream.strip_prefix(STREAM)?.parse().ok()
}
