//! `journal verify`: the events of a service or a report, replayed, must give the row that is stored.

use store::{Entry, Error, Event as _, Read, Replay};

use crate::{ExposureEvent, ExposureId, ServiceEvent, Subject, rules, table};

/// Replays services and reports.
pub struct Evaluations;

impl Replay for Evaluations {
    fn room(&self) -> &'static str {
        ServiceEvent::ROOM
    }

    fn check(&self, read: &mut dyn Read, stream: &str, entries: &[Entry]) -> Result<Option<String>, Error> {
        if let Some(subject) = Subject::of_stream(stream) {
            return service(read, &subject, entries);
        }
        match ExposureId::of_stream(stream) {
            Some(id) => exposure(read, &id, entries),
            None => Ok(Some(format!("{stream} is no stream of this room"))),
        }
    }
}

fn service(read: &mut dyn Read, subject: &Subject, entries: &[Entry]) -> Result<Option<String>, Error> {
    let events = entries.iter().map(Entry::event).collect::<Result<Vec<ServiceEvent>, _>>()?;
    let Some(replayed) = rules::replay(*subject, &events) else {
        return Ok(Some("the stream does not begin with an invitation".to_owned()));
    };
    let Some(stored) = table::service::load(read, subject)? else {
        return Ok(Some("there is no row for this stream".to_owned()));
    };
    if replayed != stored {
        return Ok(Some(format!("the stored row differs from its events: version {}", stored.version)));
    }
    let is_right = table::service::is_listed_right(read, &stored)?;
    Ok((!is_right).then(|| "lists find the row otherwise than its events say".to_owned()))
}

fn exposure(read: &mut dyn Read, id: &ExposureId, entries: &[Entry]) -> Result<Option<String>, Error> {
    let events = entries.iter().map(Entry::event).collect::<Result<Vec<ExposureEvent>, _>>()?;
    let Some(replayed) = rules::replay_exposure(*id, &events) else {
        return Ok(Some("the stream does not begin with a report".to_owned()));
    };
    let Some(stored) = table::exposure::load(read, id)? else {
        return Ok(Some("there is no row for this stream".to_owned()));
    };
    if replayed != stored {
        return Ok(Some(format!("the stored row differs from its events: version {}", stored.version)));
    }
    let is_right = table::exposure::is_listed_right(read, &stored)?;
    Ok((!is_right).then(|| "lists find the row otherwise than its events say".to_owned()))
}
