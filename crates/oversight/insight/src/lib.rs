//! Insight: figures as data, kept up to date by following the journal; comparisons, distributions, forecasts, open data.
//!
//! Its nouns: a [`Measure`] is what can be counted of the journal, a [`Fact`] one more of it, a [`Key`] and its [`Sums`] the cell of the
//! roll-ups where facts add up; a [`Figure`] (指标) says in a data file what is made of measures, how it may be split, and who may see it;
//! the [`Book`] holds all figures of one version.
//!
//! It follows casework, halls, evaluation, payment, delivery and supervision, and reads nothing but their events: what is kept is
//! exactly what a recount of the journal gives ([`query::recount`]). It keeps nothing personal, and publishes no small number.

mod book;
mod desk;
mod follow;
mod model;
pub mod query;
mod replay;
pub mod rules;
mod source;
mod table;

pub use book::{Audience, BUILT_IN, BadBook, Better, Book, Figure, Grain, Made, OpenTerms};
pub use desk::{export, import};
pub use follow::Follow;
pub use model::{BookEvent, Cube, Dimension, Fact, Key, MEASURES, Measure, Sums, Worth, cells, measure};
pub use replay::Insights;
pub use rules::Refusal;
pub use source::{SOURCES, Source, Thread, observe};

/// The tables of this room.
pub const MIGRATIONS: &[store::Migration] = &[store::Migration {
    room: "insight",
    number: 1,
    name: "insight",
    sql: include_str!("../migrations/0001_insight.sql"),
}];
