//! `journal verify`: the events of a case, replayed, must give the row that is stored.

use store::{Entry, Error, Event as _, Read, Replay};

use crate::{Event, model, rules, table};

/// Replays cases.
pub struct CaseReplay;

impl Replay for CaseReplay {
    fn room(&self) -> &'static str {
        Event::ROOM
    }

    fn check(&self, read: &mut dyn Read, stream: &str, entries: &[Entry]) -> Result<Option<String>, Error> {
        let Some(number) = model::case_of(stream) else {
            return Ok(Some(format!("{stream} is no stream of a case")));
        };
        let events = entries.iter().map(Entry::event).collect::<Result<Vec<Event>, _>>()?;
        let Some(replayed) = rules::replay(number, &events) else {
            return Ok(Some("the stream does not begin with a submission".to_owned()));
        };
        let Some(stored) = table::case::load(read, &number)? else {
            return Ok(Some("there is no row for this stream".to_owned()));
        };
        if replayed != stored {
            return Ok(Some(difference(&replayed, &stored)));
        }
        let is_right = table::case::is_listed_right(read, &stored)?;
        Ok((!is_right).then(|| "lists find the row otherwise than its events say".to_owned()))
    }
}

/// Names what differs, not the values: they may be personal.
fn difference(replayed: &crate::Case, stored: &crate::Case) -> String {
    let parts = [
        ("version", replayed.version != stored.version),
        ("state", replayed.state != stored.state),
        ("form", replayed.form != stored.form),
        ("materials", replayed.materials != stored.materials),
        ("clock", replayed.clock != stored.clock || replayed.decide_by != stored.decide_by),
        ("decision", replayed.decision != stored.decision || replayed.licence != stored.licence),
    ];
    let differing: Vec<&str> = parts.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect();
    let named = if differing.is_empty() { "something else".to_owned() } else { differing.join(", ") };
    format!("the stored row differs from its events in: {named}")
}
