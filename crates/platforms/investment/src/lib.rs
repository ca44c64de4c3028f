//! Investment projects (投资项目): one code for life, filing certified at once, ratification as joint casework in four stages.
//!
//! Its nouns: a [`Project`] under its code, the [`Route`] it takes (审批、核准、备案), a [`Stage`] with its approvals, a [`Report`] of its
//! unit (开工、进度、竣工), a [`Finding`] for which it may come on the abnormal list (异常名录), the [`Rulebook`] (data).
//!
//! It stands on casework: the approvals of a stage are filed through casework's own desk, all in one transaction or none, and what becomes
//! of them it learns by following. It never writes casework's tables and keeps nothing personal: the unit is an opaque party.

mod book;
mod desk;
mod follow;
mod joint;
mod model;
pub mod query;
mod registration;
mod replay;
pub mod rules;
mod table;
mod wheel;

pub use book::{
    AbnormalTerms, Approval, BadBook, Barred, CodeParts, Line, Need, ReportTerms, Rulebook, StageTerms, rulebook,
};
pub use desk::{handle, register, submit};
pub use follow::Follow;
pub use joint::{Joint, Needed, StageForm, needed};
pub use model::{
    CaseState, Certificate, Element, Event, Finding, Ground, Industry, Investor, Joined, Move, Nature, Notice, Opinion,
    Owed, Particulars, Pause, Period, Project, ProjectCase, Registered, Report, ReportKind, Route, Stage,
};
pub use registration::Registration;
pub use replay::Projects;
pub use rules::{Command, Facts, Refusal};
pub use wheel::ProjectWheel;

/// The tables of this room.
pub const MIGRATIONS: &[store::Migration] = &[store::Migration {
    room: "investment",
    number: 1,
    name: "investment",
    sql: include_str!("../migrations/0001_investment.sql"),
}];
