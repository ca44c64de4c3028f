//! The pool of experts (评标专家库).

use kernel::{CreditCode, Sealed, StaffId};
use serde::{Deserialize, Serialize};

use super::ExpertId;

/// An expert who can be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expert {
    /// Which.
    pub id: ExpertId,
    /// How many events made it.
    pub version: i64,
    /// Under which account they sign in.
    pub staff: StaffId,
    /// Their name, sealed.
    pub name: Sealed,
    /// Whom they work for.
    pub employer: CreditCode,
    /// What they can judge.
    pub specialties: Vec<String>,
}

/// An expert to be enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExpert {
    /// Under which account they sign in.
    pub staff: StaffId,
    /// Their name.
    pub name: String,
    /// Whom they work for.
    pub employer: CreditCode,
    /// What they can judge.
    pub specialties: Vec<String>,
}

/// What happened to an expert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExpertEvent {
    /// Entered into the pool, or entered anew.
    Enrolled {
        /// Under which account they sign in.
        staff: StaffId,
        /// Their name, sealed.
        name: Sealed,
        /// Whom they work for.
        employer: CreditCode,
        /// What they can judge.
        specialties: Vec<String>,
    },
}

impl store::Event for ExpertEvent {
    const ROOM: &'static str = "trading";

    fn kind(&self) -> &'static str {
        match self {
            ExpertEvent::Enrolled { .. } => "expert-enrolled",
        }
    }
}

impl ExpertId {
    /// The journal stream.
    pub fn stream(&self) -> String {
        format!("expert:{self}")
    }

    /// The expert that a stream tells of.
    pub fn of_stream(stream: &str) -> Option<ExpertId> {
        stream.strip_prefix("expert:")?.parse().ok()
    }
}
