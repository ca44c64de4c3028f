//! Persons and organisations, and what a page or a form may know of them.

use std::{fmt, str::FromStr};

use kernel::{CreditCode, DepartmentId, Mobile, PartyId, PersonName, RegionCode, ResidentId, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::rules::Refusal;

/// What a party is: a natural person (自然人) or an organisation (法人、其他组织).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartyKind {
    /// 自然人; its only key is the resident ID number.
    Person,
    /// 法人或其他组织; its only key is the unified social credit code.
    Organisation,
}

impl PartyKind {
    /// The word stored in a row and used by programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organisation => "organisation",
        }
    }
}

impl FromStr for PartyKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        match text {
            "person" => Ok(Self::Person),
            "organisation" => Ok(Self::Organisation),
            _ => Err(UnknownKind),
        }
    }
}

impl store::AsParam for PartyKind {
    fn as_param(&self) -> store::Param<'_> {
        store::Param::Text(self.as_str())
    }
}

/// The text names neither a person nor an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a kind of party: expected \"person\" or \"organisation\"")]
pub struct UnknownKind;

/// A natural person (自然人) as entered in the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Name as on the ID card.
    pub name: PersonName,
    /// Resident ID number (公民身份号码).
    pub id: ResidentId,
    /// Mobile number for notices.
    pub phone: Option<Mobile>,
    /// Where the person lives or usually applies.
    pub region: Option<RegionCode>,
}

/// A legal person or other organisation (法人、其他组织) as entered in the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Full registered name.
    pub name: OrganisationName,
    /// Unified social credit code (统一社会信用代码).
    pub code: CreditCode,
    /// Legal representative (法定代表人) or person in charge (负责人).
    pub representative: Representative,
    /// Mobile number for notices.
    pub phone: Option<Mobile>,
    /// Where it is registered.
    pub region: Option<RegionCode>,
    /// Registered address (住所).
    #[serde(default)]
    pub address: Option<String>,
}

/// Who acts for an organisation without being asked for a mandate (民法典 第六十一条).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Representative {
    /// Name of the legal representative.
    pub name: PersonName,
    /// Their ID number; without it nobody acts automatically.
    pub id: Option<ResidentId>,
}

/// The registered name of an organisation: 2 to 100 characters, no control characters.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganisationName(String);

impl OrganisationName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OrganisationName {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        let length = text.chars().count();
        if !(2..=100).contains(&length) || text.chars().any(char::is_control) {
            return Err(Refusal::BadOrganisationName);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for OrganisationName {
    type Error = Refusal;

    fn try_from(text: String) -> Result<Self, Refusal> {
        text.parse()
    }
}

impl From<OrganisationName> for String {
    fn from(name: OrganisationName) -> Self {
        name.0
    }
}

impl fmt::Display for OrganisationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for OrganisationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OrganisationName").field(&self.0).finish()
    }
}

/// Everything the register holds of a party, unsealed. Leaves the room only for the party's own use or after a
/// journalled [`crate::reveal`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Particulars {
    /// A natural person.
    Person(Person),
    /// An organisation.
    Organisation(Organisation),
}

impl Particulars {
    /// Person or organisation.
    #[must_use]
    pub fn kind(&self) -> PartyKind {
        match self {
            Self::Person(_) => PartyKind::Person,
            Self::Organisation(_) => PartyKind::Organisation,
        }
    }

    /// The name in full.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Person(person) => person.name.to_string(),
            Self::Organisation(organisation) => organisation.name.to_string(),
        }
    }

    /// The only key of the party (一码): resident ID number or credit code, in full.
    #[must_use]
    pub fn identifier(&self) -> String {
        match self {
            Self::Person(person) => person.id.to_string(),
            Self::Organisation(organisation) => organisation.code.to_string(),
        }
    }

    /// Mobile number for notices, in full.
    #[must_use]
    pub fn phone(&self) -> Option<&Mobile> {
        match self {
            Self::Person(person) => person.phone.as_ref(),
            Self::Organisation(organisation) => organisation.phone.as_ref(),
        }
    }

    /// Where the party lives or is registered.
    #[must_use]
    pub fn region(&self) -> Option<RegionCode> {
        match self {
            Self::Person(person) => person.region,
            Self::Organisation(organisation) => organisation.region,
        }
    }
}

/// A party as pages show it: names whole, numbers masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The opaque id that events and other rooms use.
    pub id: PartyId,
    /// Person or organisation.
    pub kind: PartyKind,
    /// Name in full, for the party and for those who handle its case.
    pub name: String,
    /// Name for the public: a person's is masked (张*), an organisation's is not.
    pub name_masked: String,
    /// `320102********999X` for a person; an organisation's credit code is public and whole.
    pub identifier_masked: String,
    /// `138****1234`.
    pub phone_masked: Option<String>,
    /// Where the party lives or is registered.
    pub region: Option<RegionCode>,
    /// Name of an organisation's legal representative.
    pub representative: Option<String>,
    /// When it was entered.
    pub since: Timestamp,
    /// Version of the row; grows with each change.
    pub version: i64,
}

/// One value offered for prefilling a form, with where it comes from ("来自 个人账户, 今天 10:21").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The prefill key of a form question, such as `person.name` or `organisation.credit_code`.
    pub key: &'static str,
    /// The value in full: for the party's own use only.
    pub value: String,
    /// Where the value comes from.
    pub source: Source,
    /// When it was last confirmed there.
    pub at: Timestamp,
}

/// Where a prefilled value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The party's own account: told at registration or changed since.
    Account,
    /// Worked out from the resident ID number (birth date, sex).
    IdNumber,
    /// The register of organisations.
    OrganisationRegister,
}

impl Source {
    /// The source in the reader's words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Account => "实名账户",
            Self::IdNumber => "公民身份号码",
            Self::OrganisationRegister => "法人登记信息",
        }
    }
}

/// One look at a party's unmasked data, as the party sees it under 谁看过我的数据 (个人信息保护法 第四十四条).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Place in the list; pass the last one on to continue.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// Who looked.
    pub by: LookedBy,
    /// What for: a case number and step, or another lawful ground.
    pub purpose: String,
    /// What was shown, such as `姓名`, `证件号码`.
    pub fields: Vec<String>,
}

/// Who looked at somebody's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LookedBy {
    /// The platform itself, by the named part.
    System(String),
    /// A member of staff.
    Staff {
        /// Who.
        staff: StaffId,
        /// Their department at that time, when the register knows it.
        department: Option<DepartmentId>,
        /// The post they held.
        post: String,
    },
    /// Somebody signed in as a citizen: the party itself, an agent, or one to whom a licence was presented.
    Citizen(PartyId),
    /// Somebody not signed in, to whom a licence was presented.
    Anyone,
}
