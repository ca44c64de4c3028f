//! Finding a service item by everyday words.
//!
//! People do not know what the law calls a thing. The index knows each item by its name, by what people call it, by
//! what comes out of it and by one sentence of plain words; it forgives filler words, other words for the same thing,
//! Pinyin, initials and slips of the pen. It is built in memory from the published catalogue within a second, follows
//! the catalogue by its register, and decides nothing.

mod facets;
mod follow;
mod index;
mod jieba;
mod phrase;
mod pinyin;
mod query;
mod rank;
mod snapshot;
mod suggest;
mod words;

pub use facets::{Facets, Where};
pub use follow::Following;
pub use index::Index;
pub use query::{Hit, Hits, Query};
pub use suggest::Suggestion;
pub use words::Words;
