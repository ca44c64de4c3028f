//! What supervision knows of one case: the fold of what it saw.

use std::collections::{BTreeMap, BTreeSet};

use clock::{Limit, StatutoryClock};
use kernel::{CaseNumber, Date, DepartmentId, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use super::Grade;

/// Where something began: the place in the stream names the breach, the journal number is the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Place in the case's stream.
    pub version: i64,
    /// Journal number.
    pub seq: i64,
}

/// The five days in which an application is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The day of receipt.
    pub from: Date,
    /// The last day.
    pub by: Date,
    /// Where it began.
    pub mark: Mark,
}

/// What was accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Handling {
    /// The promised clock, with its pauses and its extension.
    pub clock: StatutoryClock,
    /// Who accepted it; nobody if by silence.
    pub by: Option<StaffId>,
    /// The instant.
    pub at: Timestamp,
    /// Where it began.
    pub mark: Mark,
}

/// A special procedure under way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Special {
    /// By when it should be over.
    pub expected: Date,
    /// Who ordered it.
    pub by: StaffId,
    /// Where it began.
    pub mark: Mark,
}

/// A decision that waits to be served.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// The day.
    pub on: Date,
    /// The last day to serve it.
    pub serve_by: Date,
    /// It was granted or denied; else not accepted.
    pub judged: bool,
    /// Where it began.
    pub mark: Mark,
}

/// What supervision knows of one case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    /// The case.
    pub number: CaseNumber,
    /// How many entries of its stream were seen.
    pub version: i64,
    /// Who answers for it.
    pub department: DepartmentId,
    /// The item's name.
    pub item: String,
    /// Done on the spot.
    pub instant: bool,
    /// Came in over the network.
    pub online: bool,
    /// The promised limit.
    pub limit: Limit,
    /// The statutory limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statutory: Option<Limit>,
    /// What may be asked for; empty once nothing can be asked any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listed: Vec<String>,
    /// The answer that is waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// Since it was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
    /// The first opinion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<(Date, Mark)>,
    /// Who gave opinions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviewers: Vec<StaffId>,
    /// The decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
    /// The result reached the applicant; whether they had to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served: Option<bool>,
    /// The special procedure under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub special: Option<Special>,
    /// How often corrections were asked for.
    #[serde(default)]
    pub corrections: u32,
    /// How many special procedures began.
    #[serde(default)]
    pub specials: u32,
    /// How often it was extended.
    #[serde(default)]
    pub extensions: u32,
    /// Refunds that are owed: since when, and the entry.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub refunds: BTreeMap<String, (Date, i64)>,
    /// Over.
    #[serde(default)]
    pub closed: bool,
    /// What was found, by rule and breach, and how grave it is now.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub raised: BTreeMap<String, Grade>,
    /// Of these, what was withdrawn: it is never raised again, and does not make another graver.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub withdrawn: BTreeSet<String>,
}
