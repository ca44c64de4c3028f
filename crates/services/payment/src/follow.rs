//! Payment follows itself: what the ledger writes is added up by day and account.

use std::collections::BTreeMap;

use kernel::{Date, Fen, local_date};
use store::{Db, Effectuation, Entry, Error, Event as _, Follower};

use crate::{Event, model, table};

/// Keeps the figures of [`crate::query::books`].
pub struct Bookkeeping;

impl Follower for Bookkeeping {
    fn name(&self) -> &'static str {
        "payment.books"
    }

    fn rooms(&self) -> &'static [&'static str] {
        &[Event::ROOM]
    }

    fn prepare(&self, db: &Db, entries: &[Entry]) -> Result<Effectuation, Error> {
        let mut sums: BTreeMap<(Date, String), i64> = BTreeMap::new();
        for entry in entries {
            let Some(code) = model::bill_of(&entry.stream) else { continue };
            let lines = db.read(|read| table::ledger::of_event(read, &code, entry.version))?;
            for (account, amount) in lines {
                *sums.entry((local_date(entry.at), account)).or_default() += amount.0;
            }
        }
        Ok(Box::new(move |tx| {
            sums.iter().try_for_each(|((day, account), amount)| table::ledger::add(tx, *day, account, Fen(*amount)))
        }))
    }
}
