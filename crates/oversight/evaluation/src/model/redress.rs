//! What is done about a poor rating: called back, verified, put right, answered.

use kernel::{Date, Sealed, StaffId};
use serde::{Deserialize, Serialize};

/// What is done about a poor rating (差评整改).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Redress {
    /// The day of the rating.
    pub opened: Date,
    /// Last day to call back.
    pub contact_by: Date,
    /// Last day to put it right.
    pub rectify_by: Date,
    /// Where it stands.
    pub state: RedressState,
    /// The call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// Nobody called in time.
    #[serde(default)]
    pub contact_overdue: bool,
    /// It was not put right in time.
    #[serde(default)]
    pub rectify_overdue: bool,
    /// What was found, in words, sealed; the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Sealed>,
    /// What the citizen says against setting it aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objection: Option<Sealed>,
    /// The one extension was used.
    #[serde(default)]
    pub extended: bool,
    /// What was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
}

/// Where a redress stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "at")]
pub enum RedressState {
    /// Somebody must call back.
    ToContact,
    /// Somebody must find out what is true of it.
    ToVerify,
    /// One found it mistaken or malicious; another must agree.
    ToConfirm {
        /// What it was found to be.
        kind: Dismissal,
        /// By whom.
        by: StaffId,
    },
    /// Valid: it is being put right.
    Rectifying,
    /// Set aside.
    SetAside {
        /// As what.
        kind: Dismissal,
        /// By whom: the two.
        by: Vec<StaffId>,
        /// Until when the citizen may object; none once an objection was settled.
        object_until: Option<Date>,
    },
    /// The citizen objected: a third person settles it.
    Contested {
        /// As what it had been set aside.
        kind: Dismissal,
        /// By whom.
        by: Vec<StaffId>,
    },
    /// Put right and told to the citizen.
    Answered {
        /// The day.
        on: Date,
    },
}

/// Why a rating does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dismissal {
    /// Meant for something else, or given by a slip (误评).
    Mistaken,
    /// Against the facts and on purpose (恶意).
    Malicious,
}

impl Dismissal {
    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            Dismissal::Mistaken => "误评",
            Dismissal::Malicious => "恶意评价",
        }
    }
}

/// The call to whoever rated poorly (专人回访).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// Who called.
    pub by: StaffId,
    /// The day.
    pub on: Date,
    /// What was said, sealed.
    pub note: Sealed,
}

/// What was done and what the citizen was told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// Who answers for it.
    pub by: StaffId,
    /// The day.
    pub on: Date,
    /// What was changed, for the public.
    pub measures: String,
    /// What the citizen is told, sealed.
    pub words: Sealed,
}

/// A stage of the redress desk. The number is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// To be called back.
    Contact = 10,
    /// To be verified.
    Verify = 20,
    /// A second person is needed.
    Confirm = 30,
    /// Being put right.
    Rectify = 40,
    /// An objection waits for a third person.
    Contested = 50,
    /// Answered.
    Answered = 80,
    /// Set aside.
    SetAside = 90,
}

impl Stage {
    /// In the order of work.
    pub const ALL: [Stage; 7] = [
        Stage::Contact,
        Stage::Verify,
        Stage::Confirm,
        Stage::Rectify,
        Stage::Contested,
        Stage::Answered,
        Stage::SetAside,
    ];

    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Contact => "contact",
            Stage::Verify => "verify",
            Stage::Confirm => "confirm",
            Stage::Rectify => "rectify",
            Stage::Contested => "contested",
            Stage::Answered => "answered",
            Stage::SetAside => "set-aside",
        }
    }

    /// In words, for staff.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Contact => "待联系",
            Stage::Verify => "待核实",
            Stage::Confirm => "待复核",
            Stage::Rectify => "整改中",
            Stage::Contested => "有异议",
            Stage::Answered => "已答复",
            Stage::SetAside => "不计入",
        }
    }

    /// The stage of this name.
    pub fn from_name(name: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.name() == name)
    }

    /// Whether something is still to be done.
    pub fn is_open(self) -> bool {
        self < Stage::Answered
    }
}

impl Redress {
    /// Where staff find it.
    pub fn stage(&self) -> Stage {
        match self.state {
            RedressState::ToContact => Stage::Contact,
            RedressState::ToVerify => Stage::Verify,
            RedressState::ToConfirm { .. } => Stage::Confirm,
            RedressState::Rectifying => Stage::Rectify,
            RedressState::Contested { .. } => Stage::Contested,
            RedressState::Answered { .. } => Stage::Answered,
            RedressState::SetAside { .. } => Stage::SetAside,
        }
    }

    /// The day by which somebody must act next.
    pub fn next_by(&self) -> Option<Date> {
        match self.stage() {
            Stage::Contact => Some(self.contact_by),
            stage if stage.is_open() => Some(self.rectify_by),
            _ => None,
        }
    }

    /// Whether a clock ran out and it is still open.
    pub fn is_overdue(&self) -> bool {
        self.stage().is_open() && (self.rectify_overdue || (self.contact.is_none() && self.contact_overdue))
    }
}
