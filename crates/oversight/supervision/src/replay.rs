//! `journal verify`: the events of a flag or an order, replayed, must give the row that is stored.

use store::{Entry, Error, Read, Replay};

use crate::{BookEvent, FlagEvent, FlagId, OrderEvent, OrderNumber, rules, table};

/// The stream of the rules.
pub(crate) const RULES: &str = "monitor-rules";

/// Replays flags, orders and the import of rules.
pub struct Supervisions;

impl Replay for Supervisions {
    fn room(&self) -> &'static str {
        "supervision"
    }

    fn check(&self, read: &mut dyn Read, stream: &str, entries: &[Entry]) -> Result<Option<String>, Error> {
        if let Some(id) = FlagId::of_stream(stream) {
            return flag(read, &id, entries);
        }
        if let Some(number) = OrderNumber::of_stream(stream) {
            return order(read, &number, entries);
        }
        if stream == RULES {
            return book(read, entries);
        }
        Ok(Some(format!("{stream} is no stream of this room")))
    }
}

fn flag(read: &mut dyn Read, id: &FlagId, entries: &[Entry]) -> Result<Option<String>, Error> {
    let events = entries.iter().map(Entry::event).collect::<Result<Vec<FlagEvent>, _>>()?;
    let (replayed, stored) = (rules::replay_flag(id, &events), table::flag::load(read, id)?);
    let Some(stored) = stored.filter(|stored| Some(stored) == replayed.as_ref()) else {
        return Ok(Some("the stored flag differs from its events".to_owned()));
    };
    let is_right = table::flag::is_listed_right(read, &stored)?;
    Ok((!is_right).then(|| "lists find the flag otherwise than its events say".to_owned()))
}

fn order(read: &mut dyn Read, number: &OrderNumber, entries: &[Entry]) -> Result<Option<String>, Error> {
    let events = entries.iter().map(Entry::event).collect::<Result<Vec<OrderEvent>, _>>()?;
    let (replayed, stored) = (rules::replay_order(*number, &events), table::order::load(read, number)?);
    let Some(stored) = stored.filter(|stored| Some(stored) == replayed.as_ref()) else {
        return Ok(Some("the stored order differs from its events".to_owned()));
    };
    let is_right = table::order::is_listed_right(read, &stored)?;
    Ok((!is_right).then(|| "lists find the order otherwise than its events say".to_owned()))
}

fn book(read: &mut dyn Read, entries: &[Entry]) -> Result<Option<String>, Error> {
    let events = entries.iter().map(Entry::event).collect::<Result<Vec<BookEvent>, _>>()?;
    let told = events.last().map(|BookEvent::Imported { digest, .. }| digest.clone());
    let stored = table::book::load(read)?.map(|(digest, text)| (digest, store::sm3(text.as_bytes()).to_string()));
    let is_right =
        stored.as_ref().is_some_and(|(digest, sum)| digest == sum) && told == stored.map(|(digest, _)| digest);
    Ok((!is_right).then(|| "the stored rules differ from what was imported".to_owned()))
}
