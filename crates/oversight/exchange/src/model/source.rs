//! Departmental systems and their credentials.

use std::fmt;

use kernel::{CreditCode, DepartmentId, Digest, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{NodeName, short_name};

short_name! {
    /// Names a departmental system, as its department chose it: `xuanwu-scjg`.
    SourceId, "/id"
}

/// From where rows came: a departmental system, or another node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Origin(String);

const NODE: &str = "node.";

impl Origin {
    /// What another node handed up.
    pub fn node(name: &NodeName) -> Origin {
        Origin(format!("{NODE}{name}"))
    }

    /// As it stands in tables.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether another node handed it up.
    pub fn is_node(&self) -> bool {
        self.0.starts_with(NODE)
    }
}

impl From<&SourceId> for Origin {
    fn from(id: &SourceId) -> Origin {
        Origin(id.as_str().to_owned())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A departmental system (部门业务系统) that sends records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its name.
    pub id: SourceId,
    /// How many events made it.
    pub version: i64,
    /// What people call it.
    pub name: String,
    /// Whose system it is.
    pub department: DepartmentId,
    /// That department's credit code: it stands in every row.
    pub org_code: CreditCode,
    /// Digest of the secret; none once revoked.
    pub key: Option<Digest>,
    /// When the credential was issued.
    pub issued: Timestamp,
    /// By whom.
    pub by: StaffId,
    /// Why it was revoked, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<String>,
}

impl Source {
    /// Its journal stream.
    pub fn stream(&self) -> String {
        stream(&self.id)
    }
}

/// The journal stream of a source.
pub(crate) fn stream(id: &SourceId) -> String {
    format!("exchange-source:{id}")
}

/// What happened to a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceEvent {
    /// Registered, with its first credential.
    Registered {
        /// What people call it.
        name: String,
        /// Whose it is.
        department: DepartmentId,
        /// The department's code.
        org_code: CreditCode,
        /// Digest of the secret.
        key: Digest,
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
    },
    /// Another credential took the place of the one before.
    Reissued {
        /// Digest of the secret.
        key: Digest,
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
    },
    /// The credential was taken back.
    Revoked {
        /// Why.
        reason: String,
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
    },
}

impl store::Event for SourceEvent {
    const ROOM: &'static str = "exchange";

    fn kind(&self) -> &'static str {
        match self {
            SourceEvent::Registered { .. } => "source-registered",
            SourceEvent::Reissued { .. } => "source-reissued",
            SourceEvent::Revoked { .. } => "source-revoked",
        }
    }
}

/// A secret as its holder writes it: `tbx_` and 64 hex digits. Only its digest is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

const PREFIX: &str = "tbx_";

impl Secret {
    /// A fresh one.
    pub fn fresh() -> Secret {
        Secret(format!("{PREFIX}{}", Digest(store::random_bytes())))
    }

    /// Reads one; `None` if the text has not its form.
    pub fn parse(text: &str) -> Option<Secret> {
        let digits = text.strip_prefix(PREFIX)?;
        digits.parse::<Digest>().ok().map(|digest| Secret(format!("{PREFIX}{digest}")))
    }

    /// Whether the text claims to be one.
    pub fn is_meant(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// What is kept of it. The secret has 256 random bits, so no salt and no slow hash is needed.
    pub fn key(&self) -> Digest {
        store::sm3(self.0.as_bytes())
    }

    /// To show it, once.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
