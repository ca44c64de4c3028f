//! A licence in the register, and the states it can be in.

use std::{fmt, str::FromStr};

use kernel::{Date, LicenceId, LicenceTypeCode, PartyId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Content, Seal};

/// A type of licence (证照类型).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenceType {
    /// Type code: the defining body's credit code and three digits.
    pub code: LicenceTypeCode,
    /// Name (证照名称).
    pub name: String,
}

/// A licence (证照) as stored: one version of it; a new version is a licence with an identifier of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Licence {
    /// Its identifier.
    pub id: LicenceId,
    /// The party that holds it.
    pub holder: PartyId,
    /// What it says.
    pub content: Content,
    /// The seal over what it says.
    pub seal: Seal,
    /// What has become of it; ask [`Licence::state`] for the state today.
    pub standing: Standing,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Where it stands in its holder's list.
    pub place: Place,
    /// Version of the row; not of the licence.
    pub version: i64,
}

impl Licence {
    /// The state on `today`. That a licence is over follows from its last day and is never stored.
    #[must_use]
    pub fn state(&self, today: Date) -> State {
        self.standing.state(&self.content, today)
    }
}

/// What authorities have done to a licence since its issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Nothing.
    InForce,
    /// Suspended (暂扣).
    Suspended {
        /// Since when.
        since: Date,
        /// Why.
        reason: String,
    },
    /// Revoked (撤销).
    Revoked {
        /// Since when.
        since: Date,
        /// Under which clause.
        ground: RevokeGround,
        /// Why.
        reason: String,
    },
    /// Cancelled (注销).
    Cancelled {
        /// Since when.
        since: Date,
        /// Under which clause.
        ground: CancelGround,
        /// Why.
        reason: String,
    },
    /// A new version took its place (换发).
    Replaced {
        /// Since when.
        since: Date,
        /// By which.
        by: LicenceId,
    },
}

impl Standing {
    /// The state on `today` of a licence of this standing and content.
    #[must_use]
    pub fn state(&self, content: &Content, today: Date) -> State {
        match self {
            Self::InForce if content.is_over(today) => State::Expired,
            Self::InForce if today < content.valid_from => State::NotYet,
            Self::InForce => State::Valid,
            Self::Suspended { .. } => State::Suspended,
            Self::Revoked { .. } => State::Revoked,
            Self::Cancelled { .. } => State::Cancelled,
            Self::Replaced { .. } => State::Replaced,
        }
    }
}

/// The state of a licence on a given day (证照状态).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// 有效.
    Valid,
    /// Issued, but its first day is still to come (未生效).
    NotYet,
    /// 暂扣.
    Suspended,
    /// 撤销.
    Revoked,
    /// 注销.
    Cancelled,
    /// 失效: the last day is over.
    Expired,
    /// 已换发: a new version took its place.
    Replaced,
}

impl State {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Valid => "有效",
            Self::NotYet => "未生效",
            Self::Suspended => "暂扣",
            Self::Revoked => "撤销",
            Self::Cancelled => "注销",
            Self::Expired => "失效",
            Self::Replaced => "已换发",
        }
    }

    /// The word for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::NotYet => "not-yet",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
            Self::Replaced => "replaced",
        }
    }

    /// The number that directories exchange: 01 有效, 02 暂扣, 03 撤销, 04 注销, 05 失效, 99 其他.
    #[must_use]
    pub fn number(self) -> &'static str {
        match self {
            Self::Valid => "01",
            Self::Suspended => "02",
            Self::Revoked => "03",
            Self::Cancelled => "04",
            Self::Expired | Self::Replaced => "05",
            Self::NotYet => "99",
        }
    }
}

/// On what ground a licence is revoked (撤销).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevokeGround {
    /// Officials abused their power or neglected their duty.
    AbuseOfPower,
    /// Decided beyond the authority's powers.
    BeyondPowers,
    /// Decided against the procedure laid down by law.
    WrongProcedure,
    /// The applicant was not qualified or did not meet the conditions.
    Unqualified,
    /// Another case in which the law allows revocation.
    OtherLawful,
    /// Obtained by deceit, bribery or other improper means.
    Deceit,
}

impl RevokeGround {
    /// All of them, for a list to choose from.
    pub const ALL: [Self; 6] = [
        Self::AbuseOfPower,
        Self::BeyondPowers,
        Self::WrongProcedure,
        Self::Unqualified,
        Self::OtherLawful,
        Self::Deceit,
    ];

    /// The clause it rests on.
    #[must_use]
    pub fn article(self) -> &'static str {
        match self {
            Self::AbuseOfPower => "行政许可法 第六十九条第一款第一项",
            Self::BeyondPowers => "行政许可法 第六十九条第一款第二项",
            Self::WrongProcedure => "行政许可法 第六十九条第一款第三项",
            Self::Unqualified => "行政许可法 第六十九条第一款第四项",
            Self::OtherLawful => "行政许可法 第六十九条第一款第五项",
            Self::Deceit => "行政许可法 第六十九条第二款",
        }
    }
}

/// On what ground a licence is cancelled (注销).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CancelGround {
    /// Its last day is over and it was not renewed.
    NotRenewed,
    /// The person died or lost the capacity to act.
    HolderGone,
    /// The organisation came to an end.
    OrganisationEnded,
    /// The permit was revoked or withdrawn, or the licence taken away.
    PermitWithdrawn,
    /// What was permitted cannot be done because of force majeure.
    ForceMajeure,
    /// Another case in which the law demands it, the holder's own request among them.
    OtherLawful,
}

impl CancelGround {
    /// All of them, for a list to choose from.
    pub const ALL: [Self; 6] = [
        Self::NotRenewed,
        Self::HolderGone,
        Self::OrganisationEnded,
        Self::PermitWithdrawn,
        Self::ForceMajeure,
        Self::OtherLawful,
    ];

    /// The clause it rests on.
    #[must_use]
    pub fn article(self) -> &'static str {
        match self {
            Self::NotRenewed => "行政许可法 第七十条第一项",
            Self::HolderGone => "行政许可法 第七十条第二项",
            Self::OrganisationEnded => "行政许可法 第七十条第三项",
            Self::PermitWithdrawn => "行政许可法 第七十条第四项",
            Self::ForceMajeure => "行政许可法 第七十条第五项",
            Self::OtherLawful => "行政许可法 第七十条第六项",
        }
    }
}

kernel::id! {
    /// Where a licence stands in its holder's list: the cursor to go on from.
    pub Place
}

impl store::AsParam for Place {
    fn as_param(&self) -> store::Param<'_> {
        store::Param::display(self)
    }
}

/// Which licences of a holder a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filter {
    /// All but those that a new version replaced.
    #[default]
    Current,
    /// Old versions too.
    Everything,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for State {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, UnknownState> {
        let all =
            [Self::Valid, Self::NotYet, Self::Suspended, Self::Revoked, Self::Cancelled, Self::Expired, Self::Replaced];
        all.into_iter().find(|state| state.as_str() == text).ok_or(UnknownState)
    }
}

/// The text names no state of a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a state of a licence")]
pub struct UnknownState;
