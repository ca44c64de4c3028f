//! A question about a case (问这件办件).

use kernel::{BasicCode, CaseNumber, Date, DepartmentId, PartyId, Sealed, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

kernel::id! {
    /// One question.
    pub QuestionId
}
store::text_column!(QuestionId);

/// One question and what became of it: exactly what replaying its stream gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its id.
    pub id: QuestionId,
    /// The case.
    pub case: CaseNumber,
    /// Its item.
    pub item: BasicCode,
    /// The applicant of the case.
    pub party: PartyId,
    /// The person who wrote.
    pub by: PartyId,
    /// Who answers.
    pub department: DepartmentId,
    /// When it was asked.
    pub at: Timestamp,
    /// The words, sealed with the party's key.
    pub text: Sealed,
    /// Last day to answer.
    pub answer_by: Date,
    /// Where it stands.
    pub state: QuestionState,
    /// Whether the answer helped, once the asker said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helpful: Option<bool>,
    /// Version of its stream.
    pub version: i64,
}

/// Where a question stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "at")]
pub enum QuestionState {
    /// Nobody answered yet.
    Waiting,
    /// The office answered.
    Answered {
        /// Who.
        by: StaffId,
        /// The day.
        on: Date,
        /// The words, sealed with the party's key.
        text: Sealed,
    },
}

impl Question {
    /// Its journal stream.
    pub fn stream(&self) -> String {
        stream(&self.id)
    }

    /// Whether it waits for an answer.
    pub fn waits(&self) -> bool {
        self.state == QuestionState::Waiting
    }
}

/// The journal stream of a question.
pub(crate) fn stream(id: &QuestionId) -> String {
    format!("{STREAM}{id}")
}

/// The question that a stream tells of.
pub(crate) fn of_stream(stream: &str) -> Option<QuestionId> {
    stream.strip_prefix(STREAM)?.parse().ok()
}

const STREAM: &str = "question:";
