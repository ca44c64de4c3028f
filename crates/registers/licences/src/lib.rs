//! Licences: what the government has granted, under seal, for the holder to show and anybody to verify.
//!
//! Nouns: a *licence type* (证照类型) is a kind of licence that some body defined; a *licence* (证照) is one version of
//! one document, with an identifier after GB/T 36904-2018 and an SM2 seal over its canonical data; its *standing* is
//! what authorities did to it since; a *presentation* (亮证) is a code that shows it once.
//!
//! Follows nobody. Never signs inside a transaction, never stores that a licence is over (its last day says so), never
//! shows a stranger a person's whole name or number.

mod desk;
pub mod document;
pub mod file;
mod model;
mod query;
mod replay;
mod rules;
mod table;

pub use desk::{
    Document, Grant, PRESENTATION, Presented, Sweeper, ensure_type, handle, issue, prepare, present, redeem,
};
pub use model::{
    BadContent, CancelGround, Content, Draft, Event, Filter, Finding, HolderName, Issuer, Keys, Licence, LicenceType,
    Place, PublicView, RevokeGround, Seal, SealedLicence, Standing, State, Verdict, last_day, mask, remind_at,
    renew_by,
};
pub use query::{LIST_MAX, Offer, get, held_by, licence_for, licence_type, licence_types, list, of_case, verify};
pub use replay::Register;
pub use rules::{
    Refusal,
    lifecycle::{self, Command},
    material::{normalise, serves},
};

/// The tables of this room.
pub const MIGRATIONS: &[store::Migration] = &[store::Migration {
    room: "licences",
    number: 1,
    name: "types, licences, presentations",
    sql: include_str!("../migrations/0001_licences.sql"),
}];
