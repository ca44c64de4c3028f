//! What happened to a project: the promise to everybody who follows.

use kernel::{BasicCode, CaseNumber, Date, DepartmentId, PartyId, StaffId};
use serde::{Deserialize, Serialize};

use super::{Certificate, Ground, Particulars, Report, Route, Stage};

/// What happened to a project. Fields may be added with a default; none is renamed or reused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// It got its code (赋码).
    Registered(Box<Registered>),
    /// Its filing was certified (备案).
    Certified(Certificate),
    /// The approvals of a stage were filed together (并联申报).
    StageSubmitted {
        /// Which stage.
        stage: Stage,
        /// The cases.
        cases: Vec<Joined>,
        /// The day.
        on: Date,
    },
    /// Something happened to one of its cases.
    CaseMoved {
        /// Which.
        number: CaseNumber,
        /// The item.
        item: BasicCode,
        /// What.
        to: Move,
        /// The day.
        on: Date,
    },
    /// The unit reported (开工、进度、竣工).
    Reported {
        /// What.
        report: Report,
        /// Whose project it is, for who tells them.
        unit: PartyId,
    },
    /// Something is wrong, and the unit is told before it is listed (拟列入异常名录告知).
    Noticed {
        /// For what.
        ground: Ground,
        /// The day.
        on: Date,
        /// The last day to mend or answer.
        until: Date,
        /// Who found it; nobody if the rule did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        /// Whose project it is.
        unit: PartyId,
        /// Its name.
        name: String,
    },
    /// The unit says how it was, or what it put right.
    Explained {
        /// In words.
        words: String,
        /// The day.
        on: Date,
    },
    /// Put on the abnormal list (列入).
    Listed {
        /// The day.
        on: Date,
        /// Who; nobody if the rule did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        /// Why, where somebody decided it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Whose project it is.
        unit: PartyId,
        /// Its name.
        name: String,
    },
    /// Mended: no longer found wrong, and off the list (移出).
    Lifted {
        /// The day.
        on: Date,
        /// It had been on the list.
        was_listed: bool,
        /// Who; nobody if the missing reports came in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Whose project it is.
        unit: PartyId,
        /// Its name.
        name: String,
    },
}

/// All that a project begins with but its code, which is that of the stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Registered {
    /// Whose it is.
    pub unit: PartyId,
    /// By which procedure.
    pub route: Route,
    /// The line of the ratification catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// Who leads.
    pub lead: DepartmentId,
    /// What it is.
    pub particulars: Particulars,
    /// The day.
    pub on: Date,
}

/// A case of a stage, as it was filed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Joined {
    /// The case.
    pub number: CaseNumber,
    /// The item.
    pub item: BasicCode,
    /// Its name.
    pub name: String,
    /// Who handles it.
    pub department: DepartmentId,
}

/// What happened to a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Move {
    /// Accepted; by silence, from the day of receipt.
    Accepted {
        /// The day from which it counts.
        since: Date,
    },
    /// The unit is asked to correct.
    Correcting,
    /// Corrected.
    Resubmitted,
    /// Reviewed.
    Reviewed {
        /// Against granting.
        against: bool,
        /// In words.
        opinion: String,
    },
    /// Its clock rests.
    Suspended,
    /// Its clock runs again.
    Resumed,
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

impl store::Event for Event {
    const ROOM: &'static str = "investment";

    fn kind(&self) -> &'static str {
        match self {
            Event::Registered(_) => "registered",
            Event::Certified(_) => "certified",
            Event::StageSubmitted { .. } => "stage-submitted",
            Event::CaseMoved { .. } => "case-moved",
            Event::Reported { .. } => "reported",
            Event::Noticed { .. } => "noticed",
            Event::Explained { .. } => "explained",
            Event::Listed { .. } => "listed",
            Event::Lifted { .. } => "lifted",
        }
    }
}
