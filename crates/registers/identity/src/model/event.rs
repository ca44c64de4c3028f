//! What the journal says happened here. A promise for years: fields are added with a default, never renamed.

use kernel::{DepartmentId, PartyId, Power, RegionCode, Sealed, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Extent, PartyKind, StaffNumber, party::LookedBy};

/// Everything that this room tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "about", content = "what")]
pub enum Event {
    /// In a stream `party:…`.
    Party(PartyEvent),
    /// In a stream `account:…`.
    Account(AccountEvent),
    /// In a stream `staff:…`.
    Staff(StaffEvent),
    /// In a stream `delegation:…`.
    Delegation(DelegationEvent),
    /// Somebody looked at a party's unmasked data; alone in its stream `look:…`.
    Looked {
        /// Whose data.
        party: PartyId,
        /// Who looked.
        by: LookedBy,
        /// What was shown.
        fields: Vec<String>,
        /// What for, sealed for the party: it may name a case.
        purpose: Sealed,
    },
}

/// What happened to a party's entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartyEvent {
    /// Entered in the register.
    Registered {
        /// Person or organisation.
        kind: PartyKind,
        /// The particulars, sealed with the party's key.
        particulars: Sealed,
        /// Where the party lives or is registered.
        region: Option<RegionCode>,
    },
    /// Phone, place, name or representative changed.
    Changed {
        /// The new particulars, sealed with the party's key.
        particulars: Sealed,
        /// Where the party lives or is registered now.
        region: Option<RegionCode>,
    },
}

/// What happened to an account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountEvent {
    /// Opened, for a person or a member of staff.
    Opened {
        /// The holder if a person.
        person: Option<PartyId>,
        /// The holder if a member of staff.
        staff: Option<kernel::StaffId>,
    },
    /// Signed in with the right password.
    SignedIn,
    /// A wrong password was given.
    SignInFailed,
    /// Too many wrong passwords: locked. Told by earlier versions; since then a place waits, not the account.
    Locked {
        /// Open again from then.
        until: Timestamp,
    },
    /// Unlocked before its time by a member of staff.
    Unlocked {
        /// Why.
        reason: String,
    },
    /// The holder signed out.
    SignedOut {
        /// All sessions, not just one.
        everywhere: bool,
    },
    /// The session acts for another party from here on.
    ActedFor {
        /// Which.
        party: PartyId,
    },
    /// The password was changed; every other session has ended.
    PasswordChanged,
    /// A member of staff gave a new password to somebody who forgot theirs; every session has ended.
    PasswordReset {
        /// Why, and how the person was recognised.
        reason: String,
    },
    /// A password was stored: this keyed digest of its hash tells a row that was changed by another hand.
    PasswordStored {
        /// Of account and hash.
        mark: String,
    },
    /// A second factor was set up.
    SecondFactorSet {
        /// Keyed digest of account and secret.
        mark: String,
    },
    /// A wrong code of the second factor was given after a right password.
    CodeFailed,
    /// The second factor was taken away by a security officer: the holder lost it and showed who they are.
    SecondFactorRemoved {
        /// Why, and how the holder was recognised.
        reason: String,
    },
    /// Closed by a member of staff.
    Disabled {
        /// Why.
        reason: String,
    },
    /// Opened again.
    Enabled {
        /// Why.
        reason: String,
    },
}

/// What happened to a member of staff.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StaffEvent {
    /// Entered by an administrator, without powers yet.
    Appointed {
        /// Staff number.
        number: StaffNumber,
        /// Name, sealed.
        name: Sealed,
        /// The person in the register of parties, if known.
        person: Option<PartyId>,
        /// Post.
        post: String,
        /// Home department.
        department: DepartmentId,
    },
    /// Moved to another post or department; loses all powers.
    Moved {
        /// Post.
        post: String,
        /// Home department.
        department: DepartmentId,
    },
    /// An administrator asked for powers.
    PowersRequested {
        /// All powers wanted.
        powers: Vec<Power>,
        /// Journal label of who asked.
        asked_by: String,
        /// Why.
        reason: String,
    },
    /// A security officer approved; the powers are in force.
    PowersGranted {
        /// All powers from now on.
        powers: Vec<Power>,
    },
    /// A security officer refused.
    PowersRefused {
        /// Why.
        reason: String,
    },
    /// No longer serves.
    Dismissed {
        /// Why.
        reason: String,
    },
}

/// What happened to a delegation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DelegationEvent {
    /// Given.
    Granted {
        /// Who is acted for.
        principal: PartyId,
        /// Who acts.
        agent: PartyId,
        /// For which items.
        extent: Extent,
        /// First day.
        from: kernel::Date,
        /// Last day.
        until: kernel::Date,
    },
    /// Taken back.
    Revoked {
        /// When.
        at: Timestamp,
    },
}

impl store::Event for Event {
    const ROOM: &'static str = "identity";

    fn kind(&self) -> &'static str {
        match self {
            Self::Party(PartyEvent::Registered { .. }) => "party-registered",
            Self::Party(PartyEvent::Changed { .. }) => "party-changed",
            Self::Account(event) => match event {
                AccountEvent::Opened { .. } => "account-opened",
                AccountEvent::SignedIn => "signed-in",
                AccountEvent::SignInFailed => "sign-in-failed",
                AccountEvent::Locked { .. } => "account-locked",
                AccountEvent::Unlocked { .. } => "account-unlocked",
                AccountEvent::SignedOut { .. } => "signed-out",
                AccountEvent::ActedFor { .. } => "acted-for",
                AccountEvent::PasswordChanged => "password-changed",
                AccountEvent::PasswordReset { .. } => "password-reset",
                AccountEvent::PasswordStored { .. } => "password-stored",
                AccountEvent::SecondFactorSet { .. } => "second-factor-set",
                AccountEvent::CodeFailed => "code-failed",
                AccountEvent::SecondFactorRemoved { .. } => "second-factor-removed",
                AccountEvent::Disabled { .. } => "account-disabled",
                AccountEvent::Enabled { .. } => "account-enabled",
            },
            Self::Staff(event) => match event {
                StaffEvent::Appointed { .. } => "staff-appointed",
                StaffEvent::Moved { .. } => "staff-moved",
                StaffEvent::PowersRequested { .. } => "powers-requested",
                StaffEvent::PowersGranted { .. } => "powers-granted",
                StaffEvent::PowersRefused { .. } => "powers-refused",
                StaffEvent::Dismissed { .. } => "staff-dismissed",
            },
            Self::Delegation(DelegationEvent::Granted { .. }) => "delegation-granted",
            Self::Delegation(DelegationEvent::Revoked { .. }) => "delegation-revoked",
            Self::Looked { .. } => "looked",
        }
    }
}
