//! Rows as departmental systems send them, and what became of each.

use kernel::{DepartmentId, Digest, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Origin, named};

named! {
    /// The kinds of record (GB/T 39046-2020).
    Kind {
        /// 受理信息
        Basic = "basic",
        /// 过程信息
        Process = "process",
        /// 特别程序信息
        Special = "special",
        /// 补正信息
        Correction = "correction",
        /// 结果信息
        Result = "result",
    }
}

named! {
    /// What a row asks for (cd_operation).
    Operation {
        /// A new record.
        Insert = "I",
        /// The record as it is now.
        Update = "U",
        /// The record was wrong and goes away.
        Delete = "D",
    }
}

named! {
    /// What became of a row.
    Outcome {
        /// Taken.
        Accepted = "accepted",
        /// It took the place of what was told before, or took it away.
        Replaced = "replaced",
        /// All of it was known.
        Unchanged = "unchanged",
        /// Not taken: see the faults.
        Quarantined = "quarantined",
    }
}

named! {
    /// What supervision should know of a row (体外循环 leaves such traces).
    Mark {
        /// Told more than 24 hours after it happened (迟报).
        Late = "late",
        /// A step told after the result, or moved back in time (补录、倒填).
        BackDated = "back-dated",
        /// A result without any step before it.
        NoProcess = "no-process",
    }
}

named! {
    /// Where a quarantined row stands.
    QuarantineState {
        /// Waits for the sender or a person.
        Open = "open",
        /// Sent again, right this time.
        Mended = "mended",
        /// Let go by a person, with a reason.
        Resolved = "resolved",
    }
}

/// What is wrong with one field of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The field.
    pub field: String,
    /// For programs; never changes.
    pub code: String,
    /// For people: what is wrong and what to send instead.
    pub detail: String,
}

/// The answer to one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowAnswer {
    /// The row's id, as it was sent.
    pub row_guid: String,
    /// What became of it.
    pub outcome: Outcome,
    /// What is wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
    /// What was noticed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Mark>,
}

/// The answer to a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchAnswer {
    /// Its number.
    pub cd_batch: String,
    /// When it was received.
    pub received: Timestamp,
    /// How many rows were accepted, replaced, unchanged and quarantined.
    pub counts: [usize; 4],
    /// Each row, in the order in which they were sent.
    pub rows: Vec<RowAnswer>,
}

/// What is stored of a row that was told before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Of which kind it is.
    pub kind: Kind,
    /// Of which case.
    pub project_no: String,
    /// When its sender last changed it.
    pub cd_time: Timestamp,
    /// When it happened.
    pub event_at: Timestamp,
    /// It was taken away.
    pub removed: bool,
    /// Digest of its content.
    pub digest: Digest,
    /// The batch that told it last.
    pub batch: String,
}

/// What is stored of a case that another system handles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCase {
    /// Who handles it.
    pub department: DepartmentId,
    /// The item's code.
    pub item: String,
    /// The item's name.
    pub name: String,
    /// The applicant, sealed.
    pub applicant: String,
    /// Blind index of the applicant's code.
    pub blind: String,
    /// Handled on the spot.
    pub instant: bool,
    /// When it was applied for.
    pub applied: Timestamp,
    /// When it was accepted.
    pub accepted: Option<Timestamp>,
    /// How many steps are known.
    pub processes: i64,
    /// How it ended.
    pub result: Option<String>,
    /// When.
    pub result_at: Option<Timestamp>,
}

/// A case that another system handles, for those who may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalCase {
    /// From where it was told.
    pub origin: Origin,
    /// Its number there.
    pub project_no: String,
    /// What is known.
    pub case: KnownCase,
    /// The applicant's name, masked.
    pub applicant: String,
    /// The applicant's code, masked.
    pub code: String,
}

/// A row of a batch in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The row's id.
    #[serde(rename = "g")]
    pub guid: String,
    /// What became of it.
    #[serde(rename = "o")]
    pub outcome: Outcome,
    /// Digest of its content, where it was taken.
    #[serde(default, rename = "d", skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
}

/// A mark in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// The row's id.
    pub guid: String,
    /// The case.
    pub project_no: String,
    /// Who handles it.
    pub department: DepartmentId,
    /// What was noticed.
    pub mark: Mark,
    /// When it happened, as the row says.
    pub event_at: Timestamp,
}

/// What happened to a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BatchEvent {
    /// Received, checked and answered.
    Received {
        /// From whom.
        origin: Origin,
        /// Its number.
        batch: String,
        /// Digest of its body.
        digest: Digest,
        /// How many rows were accepted, replaced, unchanged and quarantined.
        counts: [usize; 4],
        /// Each row.
        rows: Vec<Line>,
    },
    /// Some of its rows tell of what happened beside the system: supervision should look.
    Noticed {
        /// From whom.
        origin: Origin,
        /// Which.
        marks: Vec<Noted>,
    },
}

impl store::Event for BatchEvent {
    const ROOM: &'static str = "exchange";

    fn kind(&self) -> &'static str {
        match self {
            BatchEvent::Received { .. } => "batch-received",
            BatchEvent::Noticed { .. } => "rows-noticed",
        }
    }
}

kernel::id! {
    /// One quarantined row.
    pub QuarantineId
}
store::text_column!(QuarantineId);

/// A row that was not taken (隔离).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantine {
    /// Its id.
    pub id: QuarantineId,
    /// How many acts of people it saw.
    pub version: i64,
    /// From whom.
    pub origin: Origin,
    /// The row's id.
    pub guid: String,
    /// The batch it came in last.
    pub batch: String,
    /// Whose it is.
    pub department: DepartmentId,
    /// When.
    pub received: Timestamp,
    /// Where it stands.
    pub state: QuarantineState,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// The row as it was sent, sealed.
    pub body: String,
}

/// What people did about a quarantined row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuarantineEvent {
    /// Checked once more.
    Requeued {
        /// By whom.
        by: StaffId,
        /// Whether it was taken this time.
        mended: bool,
    },
    /// Let go.
    Resolved {
        /// By whom.
        by: StaffId,
        /// Why.
        reason: String,
    },
}

impl store::Event for QuarantineEvent {
    const ROOM: &'static str = "exchange";

    fn kind(&self) -> &'static str {
        match self {
            QuarantineEvent::Requeued { .. } => "row-requeued",
            QuarantineEvent::Resolved { .. } => "row-resolved",
        }
    }
}
