//! The two ways to look at a state: staff see a stage of work, a citizen sees few words.

use serde::{Deserialize, Serialize};

use super::{Outcome, State};

/// A stage of work: what a staff queue is made of. The number is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(i64)]
pub enum Stage {
    /// To be accepted, corrected or declined.
    Submitted = 10,
    /// With the applicant.
    Correcting = 20,
    /// To be reviewed.
    Accepted = 30,
    /// In a special procedure.
    Suspended = 35,
    /// To be decided.
    Reviewed = 40,
    /// Granted, to be served.
    Granted = 50,
    /// Denied, to be served.
    Denied = 51,
    /// Not accepted, to be served.
    Declined = 52,
    /// Served, to be closed.
    Served = 60,
    /// Over. From here on a case stands in no queue.
    Closed = 90,
    /// Taken back.
    Withdrawn = 91,
}

impl Stage {
    /// Every stage, in the order of a case's life.
    pub const ALL: [Stage; 11] = [
        Stage::Submitted,
        Stage::Correcting,
        Stage::Accepted,
        Stage::Suspended,
        Stage::Reviewed,
        Stage::Granted,
        Stage::Denied,
        Stage::Declined,
        Stage::Served,
        Stage::Closed,
        Stage::Withdrawn,
    ];

    /// The stored number.
    pub fn number(self) -> i64 {
        self as i64
    }

    /// The stage with this stored number.
    pub fn from_number(number: i64) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.number() == number)
    }

    /// Stable name, for programs and addresses.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Submitted => "submitted",
            Stage::Correcting => "correcting",
            Stage::Accepted => "accepted",
            Stage::Suspended => "suspended",
            Stage::Reviewed => "reviewed",
            Stage::Granted => "granted",
            Stage::Denied => "denied",
            Stage::Declined => "declined",
            Stage::Served => "served",
            Stage::Closed => "closed",
            Stage::Withdrawn => "withdrawn",
        }
    }

    /// The stage with this name.
    pub fn from_name(name: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// The word for it in the middle of a Chinese sentence.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Submitted => "已提交、待受理",
            Stage::Correcting => "待申请人补正",
            Stage::Accepted => "已受理、待审查",
            Stage::Suspended => "特别程序中",
            Stage::Reviewed => "已审查、待决定",
            Stage::Granted => "准予、待送达",
            Stage::Denied => "不予、待送达",
            Stage::Declined => "不予受理、待送达",
            Stage::Served => "已送达",
            Stage::Closed => "已办结",
            Stage::Withdrawn => "已撤回",
        }
    }

    /// Whether something is still to be done.
    pub fn is_open(self) -> bool {
        self < Stage::Closed
    }
}

impl From<&State> for Stage {
    fn from(state: &State) -> Stage {
        match state {
            State::Submitted { .. } => Stage::Submitted,
            State::Correcting { .. } => Stage::Correcting,
            State::Accepted => Stage::Accepted,
            State::Suspended { .. } => Stage::Suspended,
            State::Reviewed => Stage::Reviewed,
            State::Granted { .. } => Stage::Granted,
            State::Denied { .. } => Stage::Denied,
            State::Declined { .. } => Stage::Declined,
            State::Served { .. } => Stage::Served,
            State::Closed { .. } => Stage::Closed,
            State::Withdrawn { .. } => Stage::Withdrawn,
        }
    }
}

/// What a citizen is shown of a state: whose turn it is, and how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// The office is looking whether the application is complete (等受理).
    Received,
    /// The applicant must correct something (轮到您).
    YourTurn,
    /// The office is working on it (办理中).
    Handling,
    /// The clock rests for a special procedure (停表).
    Resting,
    /// Decided in the applicant's favour (准予).
    Granted,
    /// Decided against the applicant (不予).
    Denied,
    /// Not accepted (不予受理).
    Declined,
    /// Sent back because no correction came (退件).
    Returned,
    /// Taken back by the applicant (撤回).
    Withdrawn,
}

impl Progress {
    /// Whether nothing more will happen of itself.
    pub fn is_over(self) -> bool {
        !matches!(self, Progress::Received | Progress::YourTurn | Progress::Handling | Progress::Resting)
    }
}

impl From<&State> for Progress {
    fn from(state: &State) -> Progress {
        match state {
            State::Submitted { .. } => Progress::Received,
            State::Correcting { .. } => Progress::YourTurn,
            State::Accepted | State::Reviewed => Progress::Handling,
            State::Suspended { .. } => Progress::Resting,
            State::Granted { .. } => Progress::Granted,
            State::Denied { .. } => Progress::Denied,
            State::Declined { .. } => Progress::Declined,
            State::Served { outcome, .. } | State::Closed { outcome, .. } => match outcome {
                Outcome::Granted => Progress::Granted,
                Outcome::Denied => Progress::Denied,
                Outcome::Declined => Progress::Declined,
                Outcome::Returned => Progress::Returned,
            },
            State::Withdrawn { .. } => Progress::Withdrawn,
        }
    }
}
