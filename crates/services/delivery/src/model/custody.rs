//! The chain of custody: in whose hands the papers are, and who says so.

use kernel::{StaffId, Timestamp};
use serde::{Deserialize, Serialize};

/// A scan at the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Packed and sealed (封装).
    Packed,
    /// Given to the courier (交寄).
    Given,
    /// Received from the courier: originals that came, or a parcel that came back (收到).
    Received,
    /// Handed to the archive (归档).
    ToArchive,
    /// Handed to the applicant at the window (交还本人).
    ToApplicant,
}

impl Step {
    /// Every step.
    pub const ALL: [Step; 5] = [Step::Packed, Step::Given, Step::Received, Step::ToArchive, Step::ToApplicant];

    /// Stable name, for programs and forms.
    pub fn name(self) -> &'static str {
        match self {
            Step::Packed => "packed",
            Step::Given => "given",
            Step::Received => "received",
            Step::ToArchive => "to-archive",
            Step::ToApplicant => "to-applicant",
        }
    }

    /// The step of this name.
    pub fn from_name(name: &str) -> Option<Step> {
        Step::ALL.into_iter().find(|step| step.name() == name)
    }

    /// In the middle of a Chinese sentence.
    pub fn word(self) -> &'static str {
        match self {
            Step::Packed => "封装",
            Step::Given => "交给快递",
            Step::Received => "从快递收到",
            Step::ToArchive => "交档案",
            Step::ToApplicant => "交给本人",
        }
    }
}

/// One hand-over, as scanned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// What was scanned.
    pub step: Step,
    /// By whom.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
    /// What is missing before it, if something is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Gap>,
}

/// A link of the chain that nobody scanned or told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gap {
    /// The courier had it, and nobody scanned that it was given.
    NotScannedOut,
    /// It came in, and the courier never told that it was taken from the sender.
    NotToldPickedUp,
    /// It came in, and the courier has not told that it arrived or came back.
    NotToldArrived,
}

impl Gap {
    /// In the middle of a Chinese sentence.
    pub fn word(self) -> &'static str {
        match self {
            Gap::NotScannedOut => "快递说已经揽收，窗口没有扫描交寄",
            Gap::NotToldPickedUp => "快递没有报告揽收，邮件已经到了窗口",
            Gap::NotToldArrived => "快递没有报告送到或者退回，邮件已经到了窗口",
        }
    }
}

/// In whose hands the papers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    /// The citizen's.
    Citizen,
    /// The office's.
    Office,
    /// The courier's.
    Courier,
    /// The archive's.
    Archive,
}

impl Holder {
    /// In the middle of a Chinese sentence.
    pub fn word(self) -> &'static str {
        match self {
            Holder::Citizen => "申请人",
            Holder::Office => "窗口",
            Holder::Courier => "快递",
            Holder::Archive => "档案",
        }
    }
}
