//! Service items: what can be applied for, on which terms, where, and by which form.
//!
//! The base item (基本目录) holds what is the same everywhere — name, code, type, legal basis — and the bounds that no
//! place may exceed. A local implementation (实施清单) is not stored but follows from item, region and department;
//! only what a place makes better for people is kept. Published versions stay, because a running case keeps the
//! version under which it began. This room follows nobody.

mod adjust;
pub mod builtin;
pub mod desk;
mod diff;
mod event;
pub mod form;
mod item;
mod items;
pub mod parse;
mod place;
pub mod query;
mod refusal;
mod replay;
pub mod rules;
mod table;
mod tariff;

pub use adjust::{Adjustment, Adjustments};
pub use diff::{Change, diff};
pub use event::Event;
pub use form::{Answer, Answers, Checked, Form, Forms, Must, Prefill, Question, Section, Spare};
pub use item::{
    BaseItem, Basis, Certainty, CodeSource, Depth, Fee, Handling, ItemType, Material, MaterialForm, Reach, ResultKind,
    Source, Special, Step, Subject, Theme, Validity,
};
pub use items::{Items, Published};
pub use organisation::BadLine;
pub use place::{NotHere, place};
pub use query::{Guide, Implementation, form, guide, implementation};
pub use refusal::Refusal;
pub use replay::Catalogue;
pub use tariff::{Rate, Tariff};

/// The tables of this room, in the order in which they are made.
pub const MIGRATIONS: &[store::Migration] = &[store::Migration {
    room: "catalogue",
    number: 1,
    name: "catalogue",
    sql: include_str!("../migrations/0001_catalogue.sql"),
}];
