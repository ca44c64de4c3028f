//! What it does when the catalogue reports something: it is ready before the next question comes.

use std::sync::Arc;

use store::follow::{Effectuation, Follower, nothing};
use store::{Db, Entry, Error};

use crate::index::Index;

/// Builds the index anew when something was published. Processes without this follower see it at the next question.
pub struct Following(pub Arc<Index>);

impl Follower for Following {
    fn name(&self) -> &'static str {
        "search.index"
    }

    fn rooms(&self) -> &'static [&'static str] {
        &["catalogue", "organisation"]
    }

    fn prepare(&self, _: &Db, _: &[Entry]) -> Result<Effectuation, Error> {
        self.0.keep_up()?;
        Ok(nothing())
    }
}
