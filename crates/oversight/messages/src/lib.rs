//! Messages: what a person is told, and where.
//!
//! Its nouns: a [`Routing`] (versioned data: which event becomes which text for whom), a *thread* (everything one
//! recipient was told about one subject), a [`Message`] in it, the *SMS* of a message, a *reminder* that waits for its
//! day, a *preference*, and a [`Question`] (问这件办件) that the office answers in the same thread.
//!
//! It follows every room by the kinds of their events: [`Teller`] writes each message exactly once, keyed by recipient
//! and journal entry. A message is a projection of the entry that it names and has no event of its own; what people
//! do here has. It never sends anything itself: an SMS is an outbox row, held back in quiet hours by [`HoldWheel`].
//! Texts live in the routing data; personal values are sealed with the recipient's key in rows and outbox.

mod compose;
pub mod desk;
mod event;
mod facts;
mod follow;
mod model;
pub mod query;
mod replay;
mod routing;
pub mod rules;
pub mod sms;
mod table;
mod tell;
mod wheel;

pub use event::Event;
pub use follow::Teller;
pub use model::{
    Body, CodeId, Message, MessageId, Question, QuestionId, QuestionState, Recipient, Side, SmsState, ThreadId,
    ThreadKind,
};
pub use replay::Told;
pub use routing::{BUILTIN, BadRouting, Group, Quiet, RouteLine, Routing, Urgency, builtin, pieces};
pub use rules::Refusal;
pub use wheel::{HoldWheel, ReminderWheel};

/// The tables of this room.
pub const MIGRATIONS: &[store::Migration] = &[store::Migration {
    room: "messages",
    number: 1,
    name: "messages",
    sql: include_str!("../migrations/0001_messages.sql"),
}];
