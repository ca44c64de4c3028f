//! Hotline: 12345, the one number that people call when they do not know whom to ask.
//!
//! Its nouns: a [`WorkOrder`] (工单) is what a caller wants, from the call to the follow-up; a [`Round`] is one unit's turn at it,
//! with its clocks; an [`Article`] of the knowledge base answers at once; the [`Book`] holds limits and who is responsible for what.
//!
//! It follows only itself, to keep the figures and to tell those who wrote by WeChat ([`wechat`]) how it goes. It never shows a handling unit who tipped off, never offers knowledge that expired,
//! never counts silence as satisfaction, and never publishes what a caller wrote.

mod book;
mod desk;
mod follow;
mod model;
pub mod query;
mod replay;
pub mod rules;
mod table;
pub mod wechat;
mod wheel;

pub use book::{Book, Ground, Line, Suggestion, book};
pub use desk::{
    Intake, chat, handle, handle_article, import_knowledge, issue_key, look_up, merge, open_call, rate_with_code,
    register, register_by_key, reveal, revoke_key, write_article,
};
pub use follow::{ByWechat, Figures};
pub use model::{
    Article, ArticleCommand, ArticleEvent, ArticleId, ArticleState, Call, Channel, Chat, Clock, Command, Contact,
    Ending, Event, KeyEvent, Kind, NewArticle, Next, OrderNumber, Outcome, Rated, Registered, Reply, Round, Said,
    Satisfaction, Stage, State, Step, Supervised, WorkOrder,
};
pub use replay::Orders;
pub use rules::{Act, Refusal};
pub use wheel::OrderWheel;

/// The tables of this room.
pub const MIGRATIONS: &[store::Migration] = &[store::Migration {
    room: "hotline",
    number: 1,
    name: "hotline",
    sql: include_str!("../migrations/0001_hotline.sql"),
}];
