//! Supervision (电子监察): watches that every clock, step and fee is lawful, warns, and has what went wrong put right.
//!
//! Its nouns: a [`Rulebook`] of [`Rule`]s (data, each with its own test case), a [`Watch`] a case (what the rules look at), a
//! [`Flag`] (预警、黄牌、红牌) with the journal entries it rests on, a supervision [`Order`] (督办单), a [`Score`].
//!
//! It follows casework, payment and evaluation, and knocks by the due wheel at the instant at which a rule becomes true. What it
//! finds is a pure recount of what the journal tells ([`rules::recount`]). It never changes a case, and keeps nothing personal.

mod book;
mod desk;
mod follow;
mod model;
pub mod query;
mod replay;
pub mod rules;
mod scenario;
mod table;
mod wheel;

pub use book::{
    BUILT_IN, BadBook, Check, ClockName, Escalation, OrderTerms, Rule, RuleId, RuleKind, Rulebook, ScoreTerms,
};
pub use desk::{handle, import, issue, observe, withdraw};
pub use follow::Follow;
pub use model::{
    BookEvent, Cause, Finding, Flag, FlagEvent, FlagId, FlagState, Grade, Level, Mark, Order, OrderCommand, OrderEvent,
    OrderNumber, OrderState, Raised, Seen, Sign, Watch,
};
pub use replay::Supervisions;
pub use rules::{Facts, Refusal};
pub use scenario::{Expected, Scenario, Told};
pub use wheel::{OrderWheel, WatchWheel};

/// The tables of this room.
pub const MIGRATIONS: &[store::Migration] = &[store::Migration {
    room: "supervision",
    number: 1,
    name: "supervision",
    sql: include_str!("../migrations/0001_supervision.sql"),
}];
