//! Evaluation: what people say of how they were served (好差评), what is done about it, and what it all adds up to.
//!
//! Its nouns: a [`Service`] is one ended piece of work that may be rated once and followed up once (一次一评, GB/T 39734-2020);
//! a poor [`Rating`] opens a [`Redress`] (差评整改) with its two clocks; an [`Exposure`] (曝光纠错) is something wrong that
//! anybody reports; [`Sums`] are the figures from which rates, run reports and the index come.
//!
//! It follows casework: an ended case becomes a service that may be rated, an application is counted. It follows itself to
//! keep the figures. It never counts silence as satisfaction, never shows the people who were rated who rated them, and
//! never lets them handle their own redress.

mod desk;
mod follow;
mod mask;
mod model;
pub mod query;
mod replay;
pub mod rules;
mod settings;
mod table;
mod wheel;

pub use desk::{
    Report, expose, handle, handle_exposure, rate, rate_at_tablet, rate_by_link, reveal_contact, tablet_link,
};
pub use follow::{FIGURES, Figures, Services};
pub use mask::{is_masked, mask};
pub use model::{
    Command, Contact, Course, Dismissal, Ending, Exposure, ExposureCommand, ExposureEvent, ExposureId, ExposureState,
    Invited, Level, NewRating, Published, Rate, Rating, Redress, RedressState, Reply, Service, ServiceEvent, Stage,
    Subject, Sums, Turn, Way,
};
pub use replay::Evaluations;
pub use rules::Refusal;
pub use settings::{Aspect, Dimension, Indicator, Kind, Settings, settings};
pub use wheel::{ExposureWheel, ServiceWheel};

/// The tables of this room.
pub const MIGRATIONS: &[store::Migration] = &[store::Migration {
    room: "evaluation",
    number: 1,
    name: "evaluation",
    sql: include_str!("../migrations/0001_evaluation.sql"),
}];
