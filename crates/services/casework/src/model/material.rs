//! What an application must bring, and what it did bring.

use catalogue::Source;
use kernel::{CaseNumber, Digest, LicenceId};
use serde::{Deserialize, Serialize};

/// One material of the item's published list (材料清单, 行政许可法 art. 30), as it stood at submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its name on the list.
    #[serde(rename = "n")]
    pub name: String,
    /// Who brings it.
    #[serde(rename = "s")]
    pub source: Source,
    /// Whether the application is incomplete without it.
    #[serde(rename = "r")]
    pub required: bool,
}

/// A material of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Material {
    /// Its name on the item's list.
    pub name: String,
    /// How it was provided.
    pub provision: Provision,
    /// How far it can be trusted.
    pub tier: Tier,
}

impl Material {
    /// A material with the trust that its provision earns by itself.
    pub fn new(name: impl Into<String>, provision: Provision) -> Material {
        let tier = provision.tier();
        Material { name: name.into(), provision, tier }
    }
}

/// How a material was provided.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "by")]
pub enum Provision {
    /// A file of the applicant.
    Upload {
        /// SM3 digest under which it is stored.
        digest: Digest,
        /// Bytes.
        size: u64,
        /// Media type as found in its content.
        media: String,
    },
    /// An electronic licence of the applicant (凭照免交).
    Licence {
        /// Which.
        id: LicenceId,
    },
    /// A material of an earlier case of the same applicant (免重复提交).
    Earlier {
        /// Which case.
        case: CaseNumber,
        /// The file.
        digest: Digest,
        /// Bytes.
        size: u64,
        /// Media type.
        media: String,
        /// The trust it had there.
        tier: Tier,
    },
    /// The government asks itself for it (数据共享).
    Government,
    /// The answers to the online form are the application form (在线填写的申请表).
    Answers,
    /// The original is shown at the window.
    AtWindow,
}

impl Provision {
    /// The trust it earns by itself.
    pub fn tier(&self) -> Tier {
        match self {
            Provision::Licence { .. } | Provision::Government => Tier::A,
            Provision::AtWindow => Tier::B,
            Provision::Upload { .. } => Tier::C,
            Provision::Answers => Tier::D,
            Provision::Earlier { tier, .. } => *tier,
        }
    }

    /// Media type of the stored file, where there is one.
    pub fn media(&self) -> Option<&str> {
        match self {
            Provision::Upload { media, .. } | Provision::Earlier { media, .. } => Some(media),
            Provision::Licence { .. } | Provision::Government | Provision::Answers | Provision::AtWindow => None,
        }
    }

    /// The stored file, where there is one.
    pub fn digest(&self) -> Option<&Digest> {
        match self {
            Provision::Upload { digest, .. } | Provision::Earlier { digest, .. } => Some(digest),
            Provision::Licence { .. } | Provision::Government | Provision::Answers | Provision::AtWindow => None,
        }
    }
}

/// How far a material can be trusted; it decides whether the original must still be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tier {
    /// Made by its issuer.
    A,
    /// Checked at a window.
    B,
    /// Uploaded by the applicant.
    C,
    /// Declared by the applicant.
    D,
}

/// One thing an applicant must still bring or put right (补正内容).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// What is meant.
    pub what: Subject,
    /// What is wrong with it and how to put it right.
    pub why: String,
}

/// What a correction notice speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A material, by its name on the item's list.
    Material(String),
    /// An answer, by its question's key.
    Field(String),
}
