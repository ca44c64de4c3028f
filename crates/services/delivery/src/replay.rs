//! `journal verify`: the events of a parcel, replayed, must give the row that is stored.

use store::{Entry, Error, Event as _, Read, Replay};

use crate::{Event, model, rules, table};

/// Replays parcels.
pub struct ParcelReplay;

impl Replay for ParcelReplay {
    fn room(&self) -> &'static str {
        Event::ROOM
    }

    fn check(&self, read: &mut dyn Read, stream: &str, entries: &[Entry]) -> Result<Option<String>, Error> {
        let Some(id) = model::parcel_of(stream) else {
            return Ok(Some(format!("{stream} is no stream of a parcel")));
        };
        let events = entries.iter().map(Entry::event).collect::<Result<Vec<Event>, _>>()?;
        let Some(replayed) = rules::replay(id, &events) else {
            return Ok(Some("the stream does not begin with an opening".to_owned()));
        };
        let Some(stored) = table::load(read, &id)? else {
            return Ok(Some("there is no row for this stream".to_owned()));
        };
        if replayed != stored {
            return Ok(Some(difference(&replayed, &stored)));
        }
        let trouble = rules::trouble(&stored).map_or(0, |trouble| trouble.number());
        let want = (rules::place(&stored).number(), trouble, rules::due(&stored));
        let is_right = table::columns(read, &id)? == Some(want);
        Ok((!is_right).then(|| "lists find the row otherwise than its events say".to_owned()))
    }
}

/// Names what differs, not the values: they may be personal.
fn difference(replayed: &model::Parcel, stored: &model::Parcel) -> String {
    let parts = [
        ("version", replayed.version != stored.version),
        ("ends", replayed.ends != stored.ends),
        ("booking", replayed.booking != stored.booking || replayed.attempt != stored.attempt),
        ("state", replayed.state != stored.state || replayed.since != stored.since),
        ("reports", replayed.traces != stored.traces),
        ("custody", replayed.custody != stored.custody || replayed.acts != stored.acts),
    ];
    let differing: Vec<&str> = parts.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect();
    let named = if differing.is_empty() { "something else".to_owned() } else { differing.join(", ") };
    format!("the stored row differs from its events in: {named}")
}
