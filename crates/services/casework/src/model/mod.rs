//! States and values of a case.

mod material;
mod progress;
mod terms;
mod way;

use std::collections::BTreeMap;
use std::fmt;

use catalogue::Answers;
use clock::{Ground, StatutoryClock};
use kernel::{
    BasicCode, CaseNumber, Date, DepartmentId, LicenceId, PartyId, ProjectCode, RegionCode, Sealed, StaffId, Timestamp,
};
use serde::{Deserialize, Serialize};

pub use material::{Listed, Material, Missing, Provision, Subject, Tier};
pub use progress::{Progress, Stage};
pub use terms::{Terms, is_form};
pub use way::{Prepared, Way, ways};

/// One application and all that happened to it (办件).
///
/// What holds in one state only stands in [`State`]; what stays true once it happened (acceptance, opinions, decision)
/// stands beside it. The value is exactly what replaying the events of its stream gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// The public number, 22 digits.
    pub number: CaseNumber,
    /// How many events made it; the version of its journal stream.
    pub version: i64,
    /// The base item applied for.
    pub item: BasicCode,
    /// What the item demanded and promised on the day of submission. A running case keeps the version it began under.
    pub terms: Terms,
    /// The place whose implementation handles it.
    pub region: RegionCode,
    /// The department that answers for it.
    pub department: DepartmentId,
    /// Whose case it is.
    pub applicant: PartyId,
    /// Who filed it: the applicant, or the person acting for it.
    pub filed_by: PartyId,
    /// By which way it came in.
    pub channel: crate::Channel,
    /// When the complete application first entered the system.
    pub submitted: Timestamp,
    /// Who took it in, when it was brought to a window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter: Option<Counter>,
    /// The investment project that it is an approval of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectCode>,
    /// The answers, sealed with the applicant's key. Kept in its own column.
    #[serde(skip, default = "nothing_sealed")]
    pub form: Sealed,
    /// Keyed hash of the query password.
    pub lookup: String,
    /// Until when look-up by password is locked after too many wrong guesses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lookup_locked: Option<Timestamp>,
    /// What was handed in. Kept in its own column.
    #[serde(skip)]
    pub materials: Vec<Material>,
    /// Where it stands.
    pub state: State,
    /// How and when it was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceptance: Option<Acceptance>,
    /// The handling clock, running from the day of acceptance, with its pauses and its extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<StatutoryClock>,
    /// The day by which it must be decided, as last reckoned by an event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decide_by: Option<Date>,
    /// How often the applicant was asked to correct.
    #[serde(default)]
    pub corrections: u32,
    /// What the reviewers said, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opinions: Vec<Opinion>,
    /// What was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// The licence the case produced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<LicenceId>,
    /// How the applicant wants the result. Where to is in the papers.
    #[serde(default = "electronic", skip_serializing_if = "is_electronic")]
    pub way: Service,
    /// The result, ready and waiting to be handed over on paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prepared: Option<Prepared>,
}

pub(crate) fn electronic() -> Service {
    Service::Electronic
}

pub(crate) fn is_electronic(way: &Service) -> bool {
    *way == Service::Electronic
}

/// How an application was taken in at a window (窗口收件).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// The clerk, who saw the originals.
    pub by: StaffId,
    /// How sure it is who applies: the clerk held the original of the identity paper in hand.
    pub identity: Tier,
    /// The queue ticket with which the applicant came to the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<halls::TicketId>,
}

fn nothing_sealed() -> Sealed {
    Sealed(String::new())
}

impl Case {
    /// The journal stream of this case.
    pub fn stream(&self) -> String {
        stream(&self.number)
    }

    /// Where staff find it.
    pub fn stage(&self) -> Stage {
        Stage::from(&self.state)
    }

    /// What its applicant is shown.
    pub fn progress(&self) -> Progress {
        Progress::from(&self.state)
    }

    /// The day by which somebody must act next: the office, or the applicant while correcting.
    pub fn next_by(&self) -> Option<Date> {
        match &self.state {
            State::Submitted { answer_by, .. } => Some(*answer_by),
            State::Correcting { until, .. } => Some(*until),
            State::Accepted | State::Reviewed => self.decide_by,
            State::Suspended { special, .. } => Some(special.expected),
            State::Granted { serve_by } | State::Denied { serve_by } | State::Declined { serve_by } => Some(*serve_by),
            State::Served { .. } | State::Closed { .. } | State::Withdrawn { .. } => None,
        }
    }
}

/// The journal stream of the case with this number.
pub fn stream(number: &CaseNumber) -> String {
    format!("{STREAM}{number}")
}

/// The case that a journal stream tells of; `None` if it tells of something else.
pub fn case_of(stream: &str) -> Option<CaseNumber> {
    stream.strip_prefix(STREAM)?.parse().ok()
}

const STREAM: &str = "case:";

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "at")]
pub enum State {
    /// Received (已提交): the five working days of 行政许可法 art. 32 run.
    Submitted {
        /// Day of receipt; after a correction, the day the corrections came in.
        received: Date,
        /// The fifth working day. After it, silence counts as acceptance.
        answer_by: Date,
    },
    /// Sent back once for correction (补正): the applicant's turn.
    Correcting {
        /// All that is missing.
        missing: Vec<Missing>,
        /// The day it was asked.
        asked: Date,
        /// Last day to answer.
        until: Date,
    },
    /// Accepted (受理): the handling clock runs.
    Accepted,
    /// In a special procedure (特别程序): the handling clock rests, art. 45.
    Suspended {
        /// Which, since when and how long it is expected to take.
        special: Special,
        /// Whether a review had been given before.
        reviewed: bool,
    },
    /// A reviewer has given an opinion (审查): waits for the decision.
    Reviewed,
    /// Granted (准予): to be served.
    Granted {
        /// Tenth working day after the decision, art. 44.
        serve_by: Date,
    },
    /// Denied (不予): to be served.
    Denied {
        /// Tenth working day after the decision, art. 44.
        serve_by: Date,
    },
    /// Not accepted (不予受理): the notice is to be served.
    Declined {
        /// Tenth working day after the notice.
        serve_by: Date,
    },
    /// The result reached the applicant (送达).
    Served {
        /// The way it went.
        how: Service,
        /// The day.
        on: Date,
        /// What the result is.
        outcome: Outcome,
    },
    /// Done (办结).
    Closed {
        /// How it ended.
        outcome: Outcome,
        /// The day.
        on: Date,
    },
    /// Taken back by the applicant before the decision (撤回).
    Withdrawn {
        /// The day.
        on: Date,
        /// Why.
        ground: WithdrawGround,
    },
}

impl State {
    /// Stable name, for programs.
    pub fn name(&self) -> &'static str {
        Stage::from(self).name()
    }
}

/// How a case was accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Acceptance {
    /// The day from which it counts as accepted; by silence, the day of receipt.
    pub on: Date,
    /// The clerk; nobody if it was accepted by silence.
    pub by: Option<StaffId>,
}

impl Acceptance {
    /// Accepted because nobody answered in five working days (视为受理, 行政许可法 art. 32).
    pub fn by_silence(&self) -> bool {
        self.by.is_none()
    }
}

/// What a reviewer thinks (审查意见).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opinion {
    /// For or against.
    pub stance: Stance,
    /// In words.
    pub text: String,
    /// Whose.
    pub by: StaffId,
    /// The day.
    pub on: Date,
}

impl Opinion {
    /// Whether it advises against granting (建议不予).
    pub fn is_against(&self) -> bool {
        self.stance == Stance::Against
    }
}

/// For or against granting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stance {
    /// Fit to be granted (建议准予).
    For,
    /// Not fit (建议不予).
    Against,
}

/// What was decided, by whom, and what can be done against it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Granted, denied, or not accepted.
    pub outcome: Outcome,
    /// The decider.
    pub by: StaffId,
    /// The day.
    pub on: Date,
    /// Facts and reasons. Always given when the answer is no (行政许可法 art. 38), and when it is yes against the reviewer's opinion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The article it rests on. Always given when the answer is no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// The body that is competent instead (行政许可法 art. 32 (2)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elsewhere: Option<String>,
    /// Ways to contest it. Always given when the answer is no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Remedy>,
}

/// How a no can be contested (救济途径).
///
/// Source: 行政复议法 art. 20 (60 days) and 24 (the people's government of the department's own level; of a town or village
/// office, the county's); 行政诉讼法 art. 46 (six months).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedy {
    /// The region whose people's government reviews.
    pub review_body: RegionCode,
    /// Calendar days to ask for review.
    pub review_days: u32,
    /// Months to sue.
    pub suit_months: u32,
}

impl Remedy {
    /// The remedy against what `department` decided.
    pub fn against(department: &DepartmentId) -> Remedy {
        use kernel::Level;
        let review_body = department
            .region
            .ancestors()
            .find(|region| !matches!(region.level(), Level::Town | Level::Village))
            .unwrap_or(department.region);
        Remedy { review_body, review_days: 60, suit_months: 6 }
    }

    /// The sentence of the notice, `government` being the full name of [`Remedy::review_body`].
    pub fn words(&self, government: &str) -> String {
        format!(
            "如不服，可自收到之日起{}日内向{government}人民政府申请行政复议，或者在{}个月内依法向人民法院提起行政诉讼。",
            self.review_days, self.suit_months
        )
    }
}

/// A special procedure under way (特别程序).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Special {
    /// The legal ground that stops the clock.
    pub ground: Ground,
    /// Why, in words.
    pub reason: String,
    /// First day not counted.
    pub since: Date,
    /// Working days the applicant was told it needs (行政许可法 art. 45).
    pub days: u32,
    /// The day by which it should be over.
    pub expected: Date,
}

/// How a case can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Granted (准予).
    Granted,
    /// Denied (不予).
    Denied,
    /// Not accepted (不予受理).
    Declined,
    /// Sent back because no correction came in time (退件).
    Returned,
}

/// The way a result reaches a person (送达方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    /// Into the applicant's own space on the platform (电子送达).
    Electronic,
    /// Handed over at a window (窗口领取).
    Window,
    /// By parcel (邮寄送达).
    Post,
    /// By public notice (公告送达).
    PublicNotice,
}

/// Why an applicant takes a case back. A list, not free text: what is typed there is personal and nobody needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WithdrawGround {
    /// No longer needed.
    NotNeeded,
    /// The papers are not ready.
    NotReady,
    /// Applied for the wrong item or at the wrong place.
    WrongItem,
    /// Another reason.
    Other,
}

/// What is sealed with a case: everything personal that the applicant gave.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Papers {
    /// Answers by question key, as the form found them right.
    pub answers: Answers,
    /// The names that the applicant's files had, by digest (file names tell of people too).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, String>,
    /// The query password, so that its owner can see it again.
    #[serde(default)]
    pub password: String,
    /// How the result is to be received, with the address.
    #[serde(default)]
    pub way: Way,
}

impl Papers {
    /// The text that is sealed.
    pub(crate) fn to_json(&self) -> Result<String, store::Error> {
        Ok(serde_json::to_string(self)?)
    }
}

impl fmt::Debug for Papers {
    /// Says how much there is, not what: a debug print may end in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Papers({} answers, {} files)", self.answers.len(), self.files.len())
    }
}
