//! The resource catalogue (数据资源目录): what may be used, who asked to, and each use.

use kernel::{DepartmentId, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Kind, SourceId, named};

kernel::id! {
    /// One resource.
    pub ResourceId,
    /// One request to use a resource.
    pub RequestId,
}
store::text_column!(ResourceId, RequestId);

named! {
    /// The share class (共享属性).
    Share {
        /// 无条件共享
        Unconditional = "unconditional",
        /// 有条件共享
        Conditional = "conditional",
        /// 不予共享
        Closed = "closed",
    }
}

/// Records of one kind of one department, offered to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// Its id.
    pub id: ResourceId,
    /// How many events made it.
    pub version: i64,
    /// What people call it.
    pub name: String,
    /// Who owns it.
    pub department: DepartmentId,
    /// The records it offers.
    pub kind: Kind,
    /// Who may have it.
    pub share: Share,
    /// On which terms, or why not.
    pub terms: String,
}

/// What happened to a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResourceEvent {
    /// Entered into the catalogue.
    Published {
        /// What people call it.
        name: String,
        /// Who owns it.
        department: DepartmentId,
        /// The records.
        records: Kind,
        /// The share class.
        share: Share,
        /// The terms.
        terms: String,
        /// By whom.
        by: StaffId,
    },
    /// Shared otherwise from now on.
    Revised {
        /// The share class.
        share: Share,
        /// The terms.
        terms: String,
        /// By whom.
        by: StaffId,
    },
}

impl store::Event for ResourceEvent {
    const ROOM: &'static str = "exchange";

    fn kind(&self) -> &'static str {
        match self {
            ResourceEvent::Published { .. } => "resource-published",
            ResourceEvent::Revised { .. } => "resource-revised",
        }
    }
}

/// Where a request stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "at")]
pub enum RequestState {
    /// Waits for the owner.
    Asked,
    /// The resource may be used.
    Approved,
    /// Refused.
    Refused {
        /// Why.
        reason: String,
    },
    /// Taken back.
    Revoked {
        /// Why.
        reason: String,
    },
}

impl RequestState {
    /// For programs.
    pub fn name(&self) -> &'static str {
        match self {
            RequestState::Asked => "asked",
            RequestState::Approved => "approved",
            RequestState::Refused { .. } => "refused",
            RequestState::Revoked { .. } => "revoked",
        }
    }
}

/// A request that a departmental system may use a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// How many events made it, uses included.
    pub version: i64,
    /// What is asked for.
    pub resource: ResourceId,
    /// Which system would use it.
    pub asker: SourceId,
    /// Who asked.
    pub by: StaffId,
    /// When.
    pub asked: Timestamp,
    /// For what.
    pub purpose: String,
    /// How often it was used.
    pub uses: i64,
    /// Where it stands.
    pub state: RequestState,
}

/// What happened to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestEvent {
    /// Asked.
    Asked {
        /// For what resource.
        resource: ResourceId,
        /// By which system.
        asker: SourceId,
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// For what.
        purpose: String,
    },
    /// Approved; by the class itself where nobody is named.
    Approved {
        /// By whom.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<StaffId>,
    },
    /// Refused.
    Refused {
        /// By whom.
        by: StaffId,
        /// Why.
        reason: String,
    },
    /// Taken back.
    Revoked {
        /// By whom.
        by: StaffId,
        /// Why.
        reason: String,
    },
    /// Used once.
    Used(Usage),
}

/// One use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// The case whose records were read.
    pub project_no: String,
    /// The user's own case for which they were needed.
    pub for_case: String,
    /// For what.
    pub purpose: String,
    /// How many records were given.
    pub rows: i64,
}

impl store::Event for RequestEvent {
    const ROOM: &'static str = "exchange";

    fn kind(&self) -> &'static str {
        match self {
            RequestEvent::Asked { .. } => "resource-asked",
            RequestEvent::Approved { .. } => "resource-approved",
            RequestEvent::Refused { .. } => "resource-refused",
            RequestEvent::Revoked { .. } => "resource-revoked",
            RequestEvent::Used(_) => "resource-used",
        }
    }
}
