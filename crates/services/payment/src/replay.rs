//! `journal verify`: the events of a bill, or of a channel's day, replayed, must give the row that is stored; and the ledger must hold
//! exactly what they write.

use store::{Entry, Error, Event as _, Read, Replay};

use crate::{Event, model, rules, table};

/// Replays bills and accounts.
pub struct BillReplay;

impl Replay for BillReplay {
    fn room(&self) -> &'static str {
        Event::ROOM
    }

    fn check(&self, read: &mut dyn Read, stream: &str, entries: &[Entry]) -> Result<Option<String>, Error> {
        let events = entries.iter().map(Entry::event).collect::<Result<Vec<Event>, _>>()?;
        if let Some((channel, day)) = model::day_of(stream) {
            let replayed = rules::replay_account(channel, day, &events);
            let stored = table::account::load(read, channel, day)?;
            let is_right = replayed.is_some() && replayed == stored;
            return Ok((!is_right).then(|| "the stored account differs from its events".to_owned()));
        }
        let Some(code) = model::bill_of(stream) else {
            return Ok(Some(format!("{stream} is no stream of a bill")));
        };
        let Some(replayed) = rules::replay(code, &events) else {
            return Ok(Some("the stream does not begin with an opening".to_owned()));
        };
        let Some(stored) = table::bill::load(read, &code)? else {
            return Ok(Some("there is no row for this stream".to_owned()));
        };
        if replayed != stored {
            return Ok(Some("the stored bill differs from its events".to_owned()));
        }
        if table::work::of(read, stream)? != sorted(stored.work()) {
            return Ok(Some("what waits for a person is not what the bill says".to_owned()));
        }
        if !table::bill::is_listed_right(read, &stored)? {
            return Ok(Some("lists find the row otherwise than its events say".to_owned()));
        }
        ledger(read, &stored.code, &events)
    }
}

fn sorted(mut work: Vec<crate::Work>) -> Vec<crate::Work> {
    work.sort_by(|one, other| one.id.cmp(&other.id));
    work
}

/// The ledger of a bill, written anew from its events.
fn ledger(read: &mut dyn Read, code: &kernel::PaymentCode, events: &[Event]) -> Result<Option<String>, Error> {
    let mut wanted = vec![];
    let mut bill = None;
    for event in events {
        let postings = match (&bill, event) {
            (Some(bill), event) => rules::postings(bill, event),
            (None, Event::Opened(opened)) => rules::postings(&rules::open(*code, opened), event),
            (None, _) => vec![],
        };
        match (&mut bill, event) {
            (Some(bill), event) => rules::apply(bill, event),
            (None, Event::Opened(opened)) => bill = Some(rules::open(*code, opened)),
            (None, _) => {}
        }
        let version = bill.as_ref().map_or(0, |bill| bill.version);
        wanted.extend(postings.into_iter().map(|(account, amount)| (version, account.name().to_owned(), amount)));
    }
    let found: Vec<_> = table::ledger::of(read, code)?
        .into_iter()
        .map(|(version, account, amount, _)| (version, account, amount))
        .collect();
    Ok((found != wanted).then(|| "the ledger is not what the events write".to_owned()))
}
