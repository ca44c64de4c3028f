//! States and values of this room.

mod article;
mod chat;
mod command;
mod event;
mod number;
mod order;
mod value;

pub use article::{Article, ArticleCommand, ArticleEvent, ArticleId, ArticleState, NewArticle};
pub use chat::{Chat, Reply, Said, Step};
pub use command::{Command, Next};
pub use event::{Event, KeyEvent, Registered};
pub use number::OrderNumber;
pub use order::{Ending, Round, Stage, State, Supervised, WorkOrder};
pub use value::{Call, Channel, Clock, Contact, Kind, Outcome, Rated, Satisfaction};

/// A county (or city, or province) as a number that sorts like its code.
pub(crate) fn county_number(region: &kernel::RegionCode) -> i64 {
    region.county6().bytes().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'))
}

/// A month as a number: 202611.
pub(crate) fn month_number(day: kernel::Date) -> i64 {
    i64::from(day.year()) * 100 + i64::from(day.month())
}
