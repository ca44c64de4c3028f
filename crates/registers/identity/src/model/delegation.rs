//! Acting for somebody else (代办): who may, for what, until when.

use kernel::{BasicCode, Date, PartyId, Timestamp};
use serde::{Deserialize, Serialize};

kernel::id! {
    /// One delegation.
    pub DelegationId
}

impl store::AsParam for DelegationId {
    fn as_param(&self) -> store::Param<'_> {
        store::Param::display(self)
    }
}

/// How far a mandate goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    /// Every item (全部事项).
    Everything,
    /// Only these base items.
    Items(Vec<BasicCode>),
}

impl Extent {
    /// Whether the mandate covers `item`.
    #[must_use]
    pub fn covers(&self, item: &BasicCode) -> bool {
        match self {
            Self::Everything => true,
            Self::Items(items) => items.contains(item),
        }
    }
}

/// A delegation (委托): `principal` lets `agent` act for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// Its id.
    pub id: DelegationId,
    /// Who is acted for: an organisation or a person.
    pub principal: PartyId,
    /// Who acts: always a person.
    pub agent: PartyId,
    /// For which items.
    pub extent: Extent,
    /// First day.
    pub from: Date,
    /// Last day; there is always one.
    pub until: Date,
    /// When it was taken back, if it was.
    pub revoked: Option<Timestamp>,
    /// Version of the row.
    pub version: i64,
}

impl Delegation {
    /// Whether it holds on `today`.
    #[must_use]
    pub fn holds(&self, today: Date) -> bool {
        self.revoked.is_none() && self.from <= today && today <= self.until
    }
}

/// What a principal fills in to give a mandate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelegation {
    /// Who shall act.
    pub agent: PartyId,
    /// For which items.
    pub extent: Extent,
    /// Last day, at most three years from today.
    pub until: Date,
}

/// On what ground somebody acts for a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// The party itself (本人).
    Own,
    /// Its legal representative (法定代表人).
    Representative,
    /// A delegation that holds today (受托人).
    Delegation,
}

/// The right to act for a party, found by [`crate::mandate`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    /// On what ground.
    pub via: Via,
    /// For which items.
    pub extent: Extent,
    /// Last day, if it ends.
    pub until: Option<Date>,
}

/// A party the signed-in person may act for, for the list 切换办事身份.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The party.
    pub party: crate::Party,
    /// On what ground and how far.
    pub mandate: Mandate,
}
