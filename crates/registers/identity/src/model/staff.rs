//! Staff: who serves at which post, with which powers.

use std::{fmt, str::FromStr};

use kernel::{Actor, DepartmentId, PartyId, PersonName, Power, RegionCode, StaffId};
use serde::{Deserialize, Serialize};

use crate::rules::Refusal;

/// A member of staff (工作人员).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Opaque id for events.
    pub id: StaffId,
    /// Staff number (工号), unique in the house.
    pub number: StaffNumber,
    /// Name in full: staff act under their own name.
    pub name: PersonName,
    /// The person in the register of parties, if known; it keeps one person from holding two officers' posts.
    pub person: Option<PartyId>,
    /// Post (岗位), such as 综合窗口.
    pub post: String,
    /// Home department.
    pub department: DepartmentId,
    /// Powers in force.
    pub powers: Vec<Power>,
    /// Powers an administrator asked for and a security officer has not yet approved.
    pub pending: Option<PendingPowers>,
    /// Whether the person still serves.
    pub active: bool,
    /// Version of the row.
    pub version: i64,
}

impl Staff {
    /// The region served: that of the home department.
    #[must_use]
    pub fn region(&self) -> RegionCode {
        self.department.region
    }

    /// The actor under which this person's commands run.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::Staff { staff: self.id, region: self.region(), post: self.post.clone(), powers: self.powers.clone() }
    }
}

/// Powers waiting for the security officer's approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingPowers {
    /// What was asked for; replaces the powers in force.
    pub powers: Vec<Power>,
    /// Journal label of who asked.
    pub asked_by: String,
    /// Why.
    pub reason: String,
}

/// What an administrator fills in to enter a member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStaff {
    /// Staff number.
    pub number: StaffNumber,
    /// Name in full.
    pub name: PersonName,
    /// The person in the register of parties, if known.
    pub person: Option<PartyId>,
    /// Post.
    pub post: String,
    /// Home department.
    pub department: DepartmentId,
    /// Powers asked for.
    pub powers: Vec<Power>,
}

/// Staff number (工号): 2 to 32 letters, digits or `-`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StaffNumber(String);

impl StaffNumber {
    /// The number as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for StaffNumber {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        let fits = (2..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if fits { Ok(Self(text.to_uppercase())) } else { Err(Refusal::BadStaffNumber) }
    }
}

impl TryFrom<String> for StaffNumber {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        text.parse()
    }
}

impl From<StaffNumber> for String {
    fn from(number: StaffNumber) -> Self {
        number.0
    }
}

impl store::AsParam for StaffNumber {
    fn as_param(&self) -> store::Param<'_> {
        store::Param::Text(&self.0)
    }
}

impl fmt::Display for StaffNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
