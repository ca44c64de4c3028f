//! The words that every room shares: codes, ids, names, money, days, the actor and the refusal.
//!
//! Everything here is a value that cannot be built wrong: text from outside is parsed once, by `FromStr`, and
//! is right from then on. Codes name their standard; personal values hide themselves from `{:?}`.
//!
//! This room never reads a clock, a file, a network or a source of randomness, and knows no domain.

mod actor;
mod bad_code;
pub mod check;
mod codes;
mod digest;
mod id;
mod money;
mod name;
mod refuse;
mod text;
mod time;

pub use actor::{Actor, Duty, Power, Scope};
pub use bad_code::BadCode;
pub use codes::bank_card::BankCard;
pub use codes::case_number::CaseNumber;
pub use codes::credit::{CreditCode, OrganisationCode};
pub use codes::department::{DepartmentId, KindCode};
pub use codes::item::{BasicCode, HandleItemCode, ImplementationCode};
pub use codes::licence::{LicenceId, LicenceTypeCode};
pub use codes::mobile::Mobile;
pub use codes::payment::PaymentCode;
pub use codes::project::ProjectCode;
pub use codes::region::{Level, RegionCode};
pub use codes::resident::{ResidentId, Sex};
pub use codes::waybill::Waybill;
pub use digest::{BadDigest, Digest, Sealed};
pub use id::{AccountId, BadId, DraftId, PartyId, StaffId};
pub use jiff::{Timestamp, civil::Date};
pub use money::{BadAmount, Fen};
pub use name::{BadName, PersonName};
pub use refuse::{Class, FieldError, Refuse};
pub use time::{WorkingDays, ZONE, local_date, local_time, midnight};
pub use uuid::Uuid;

/// What the exported macros need from other crates.
#[doc(hidden)]
pub mod macro_support {
    pub use crate::text::{deserialize, serialize};
    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};
}
