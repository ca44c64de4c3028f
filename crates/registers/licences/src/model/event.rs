//! What the journal says happened to licences. A promise for years: fields are added with a default, never renamed.

use kernel::{CaseNumber, Date, DepartmentId, LicenceId, PartyId, Sealed};
use serde::{Deserialize, Serialize};

use super::{CancelGround, RevokeGround, Seal};

/// Everything that this room tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    clippy::large_enum_variant,
    reason = "an event lives for one transaction; a box would be in every follower's way"
)]
pub enum Event {
    /// A type of licence was defined. In a stream of its own.
    TypeDefined {
        /// Its code.
        code: kernel::LicenceTypeCode,
        /// Its name.
        name: String,
    },
    /// Issued to its holder, under seal.
    Issued {
        /// Its identifier.
        id: LicenceId,
        /// Whose it is.
        holder: PartyId,
        /// Name of the licence (证照名称).
        name: String,
        /// Who issued it.
        department: DepartmentId,
        /// The case that led to it.
        case: Option<CaseNumber>,
        /// First day.
        valid_from: Date,
        /// Last day.
        valid_until: Option<Date>,
        /// The canonical data, sealed with the holder's key.
        content: Sealed,
        /// The seal over the canonical data.
        seal: Seal,
        /// The version it replaces.
        replaces: Option<LicenceId>,
    },
    /// Suspended (暂扣).
    Suspended {
        /// Since when.
        on: Date,
        /// Why.
        reason: String,
    },
    /// Given back (恢复).
    Restored {
        /// Since when.
        on: Date,
        /// Why.
        reason: String,
    },
    /// Revoked (撤销).
    Revoked {
        /// Since when.
        on: Date,
        /// Under which clause.
        ground: RevokeGround,
        /// Why.
        reason: String,
    },
    /// Cancelled (注销).
    Cancelled {
        /// Since when.
        on: Date,
        /// Under which clause.
        ground: CancelGround,
        /// Why.
        reason: String,
    },
    /// A new version took its place.
    Replaced {
        /// Since when.
        on: Date,
        /// By which.
        by: LicenceId,
    },
    /// The holder made a code to show it (亮证). In a stream of its own.
    Presented {
        /// Which licence.
        licence: LicenceId,
        /// Whose.
        holder: PartyId,
    },
    /// Somebody read the code and saw the licence.
    Redeemed {
        /// Which licence.
        licence: LicenceId,
        /// Whose.
        holder: PartyId,
    },
}

impl store::Event for Event {
    const ROOM: &'static str = "licences";

    fn kind(&self) -> &'static str {
        match self {
            Self::TypeDefined { .. } => "type-defined",
            Self::Issued { .. } => "issued",
            Self::Suspended { .. } => "suspended",
            Self::Restored { .. } => "restored",
            Self::Revoked { .. } => "revoked",
            Self::Cancelled { .. } => "cancelled",
            Self::Replaced { .. } => "replaced",
            Self::Presented { .. } => "presented",
            Self::Redeemed { .. } => "redeemed",
        }
    }
}
