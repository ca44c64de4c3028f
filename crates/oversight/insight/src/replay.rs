//! `journal verify`: the figures in force are those that were imported; what was taken out is one entry each. That the roll-ups are what the
//! journal says is proved by a recount.

use store::{Entry, Error, Read, Replay};

use crate::{BookEvent, table};

/// The stream of the figures.
pub(crate) const FIGURES: &str = "figures";
/// The streams of what was taken out.
pub(crate) const EXPORT: &str = "figure-export:";

/// Replays the import of figures, and what was taken out.
pub struct Insights;

impl Replay for Insights {
    fn room(&self) -> &'static str {
        "insight"
    }

    fn check(&self, read: &mut dyn Read, stream: &str, entries: &[Entry]) -> Result<Option<String>, Error> {
        let events = entries.iter().map(Entry::event).collect::<Result<Vec<BookEvent>, _>>()?;
        if stream.starts_with(EXPORT) {
            let is_one = matches!(events.as_slice(), [BookEvent::Exported { .. }]);
            return Ok((!is_one).then(|| "something was taken out more than once under one name".to_owned()));
        }
        if stream != FIGURES {
            return Ok(Some(format!("{stream} is no stream of this room")));
        }
        let told = events.iter().rev().find_map(|event| match event {
            BookEvent::Imported { digest, .. } => Some(digest.clone()),
            BookEvent::Exported { .. } => None,
        });
        let stored = table::book::load(read)?.map(|(digest, text)| (digest, store::sm3(text.as_bytes()).to_string()));
        let is_right =
            stored.as_ref().is_some_and(|(digest, sum)| digest == sum) && told == stored.map(|(digest, _)| digest);
        Ok((!is_right).then(|| "the stored figures differ from what was imported".to_owned()))
    }
}
