//! `journal verify`: the events of an order, an article or a key, replayed, must give the row that is stored.

use store::{Entry, Error, Event as _, Read, Replay};

use crate::{ArticleEvent, ArticleId, Event, KeyEvent, OrderNumber, desk, rules, table};

/// Replays orders, articles and keys.
pub struct Orders;

impl Replay for Orders {
    fn room(&self) -> &'static str {
        Event::ROOM
    }

    fn check(&self, read: &mut dyn Read, stream: &str, entries: &[Entry]) -> Result<Option<String>, Error> {
        if let Some(number) = OrderNumber::of_stream(stream) {
            return order(read, &number, entries);
        }
        if let Some(id) = ArticleId::of_stream(stream) {
            return article(read, &id, entries);
        }
        match stream.strip_prefix(desk::KEY_STREAM) {
            Some(id) => key(read, id, entries),
            None => Ok(Some(format!("{stream} is no stream of this room"))),
        }
    }
}

fn differs(version: i64) -> Option<String> {
    Some(format!("the stored row differs from its events: version {version}"))
}

fn order(read: &mut dyn Read, number: &OrderNumber, entries: &[Entry]) -> Result<Option<String>, Error> {
    let events = entries.iter().map(Entry::event).collect::<Result<Vec<Event>, _>>()?;
    let Some(replayed) = rules::replay(*number, &events) else {
        return Ok(Some("the stream does not begin with a registration".to_owned()));
    };
    let Some(stored) = table::order::load(read, number)? else {
        return Ok(Some("there is no row for this stream".to_owned()));
    };
    if replayed != stored {
        return Ok(differs(stored.version));
    }
    let is_right = table::order::is_listed_right(read, &stored)?;
    Ok((!is_right).then(|| "lists find the row otherwise than its events say".to_owned()))
}

fn article(read: &mut dyn Read, id: &ArticleId, entries: &[Entry]) -> Result<Option<String>, Error> {
    let events = entries.iter().map(Entry::event).collect::<Result<Vec<ArticleEvent>, _>>()?;
    let Some(replayed) = rules::replay_article(*id, &events) else {
        return Ok(Some("the stream does not begin with an article".to_owned()));
    };
    let Some(stored) = table::article::load(read, id)? else {
        return Ok(Some("there is no row for this stream".to_owned()));
    };
    if replayed != stored {
        return Ok(differs(stored.version));
    }
    let is_right = table::article::listed(read, id)? == Some((stored.version, stored.state as i64));
    Ok((!is_right).then(|| "lists find the row otherwise than its events say".to_owned()))
}

fn key(read: &mut dyn Read, id: &str, entries: &[Entry]) -> Result<Option<String>, Error> {
    let events = entries.iter().map(Entry::event).collect::<Result<Vec<KeyEvent>, _>>()?;
    let Some(KeyEvent::KeyIssued { name, .. }) = events.first() else {
        return Ok(Some("the stream does not begin with a key".to_owned()));
    };
    let is_revoked = events.iter().any(|event| matches!(event, KeyEvent::KeyRevoked { .. }));
    let stored = table::article::key_row(read, id)?;
    Ok((stored.as_ref() != Some(&(name.clone(), is_revoked)))
        .then(|| "the stored key differs from its events".to_owned()))
}
