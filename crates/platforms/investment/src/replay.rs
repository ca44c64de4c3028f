//! `journal verify`: the events of a project, replayed, must give the row that is stored.

use store::{Entry, Error, Read, Replay};

use crate::model::code_of;
use crate::{Event, desk, rules, table};

/// Replays projects.
pub struct Projects;

impl Replay for Projects {
    fn room(&self) -> &'static str {
        "investment"
    }

    fn check(&self, read: &mut dyn Read, stream: &str, entries: &[Entry]) -> Result<Option<String>, Error> {
        let Some(code) = code_of(stream) else { return Ok(Some(format!("{stream} is no stream of this room"))) };
        let events = entries.iter().map(Entry::event).collect::<Result<Vec<Event>, _>>()?;
        let (replayed, stored) = (rules::replay(code, &events), table::load(read, &code)?);
        let Some(stored) = stored.filter(|stored| Some(stored) == replayed.as_ref()) else {
            return Ok(Some("the stored project differs from its events".to_owned()));
        };
        for case in &stored.cases {
            if table::linked(read, &case.number)? != Some(code) {
                return Ok(Some(format!("case {} does not lead back to its project", case.number)));
            }
        }
        let due = desk::due(read, &stored)?;
        let is_right = table::is_listed_right(read, &stored, due)?;
        Ok((!is_right).then(|| "lists find the project otherwise than its events say".to_owned()))
    }
}
