//! Keeps the roll-ups: each batch of the journal becomes one addition to each cell it touches.

use std::collections::BTreeMap;

use store::{Db, Effectuation, Entry, Error, Follower, Position};

use crate::model::{Key, Sums, cells};
use crate::source::{ROOMS, Thread, observe, tells};
use crate::table::cell::{self, Reached};

/// Entries of one stream that are read again at a time; hardly any has more.
const PAGE: usize = 200;

/// Follows the rooms whose events are counted.
pub struct Follow;

impl Follower for Follow {
    fn name(&self) -> &'static str {
        "insight.follow"
    }

    fn rooms(&self) -> &'static [&'static str] {
        &ROOMS
    }

    fn prepare(&self, db: &Db, entries: &[Entry]) -> Result<Effectuation, Error> {
        let sums = counted(db, entries)?;
        let reached =
            entries.last().map(|last| Reached { position: Position { epoch: last.epoch, seq: last.seq }, at: last.at });
        let oldest = entries.first().map(|first| first.at);
        Ok(Box::new(move |tx| {
            cell::add(tx, &sums)?;
            reached.iter().try_for_each(|reached| cell::set_reached(tx, reached))?;
            if let Some(oldest) = oldest {
                let behind = store::Read::now(tx).as_microsecond() - oldest.as_microsecond();
                metrics::gauge!("tongban_insight_behind_microseconds").set(behind as f64);
            }
            Ok(())
        }))
    }
}

/// What these entries add to the cells. A stream that began earlier is read again from its beginning, and only if something of it is
/// counted now.
fn counted(db: &Db, entries: &[Entry]) -> Result<BTreeMap<Key, Sums>, Error> {
    let mut streams: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        streams.entry(&entry.stream).or_default().push(entry);
    }
    streams.retain(|_, entries| entries.iter().any(|entry| tells(entry)));
    let mut sums = BTreeMap::new();
    for (stream, entries) in streams {
        let mut thread = Thread::default();
        let first = entries.first().map_or(1, |entry| entry.version);
        let mut next = 1;
        while next < first {
            let before = db.read(|read| store::journal::stream(read, stream, next, PAGE))?;
            let Some(last) = before.last() else { break };
            next = last.version + 1;
            for entry in before.iter().filter(|entry| entry.version < first) {
                observe(&mut thread, entry)?;
            }
        }
        for entry in entries {
            add(&mut sums, &mut thread, entry)?;
        }
    }
    Ok(sums)
}

/// What one entry adds.
pub(crate) fn add(sums: &mut BTreeMap<Key, Sums>, thread: &mut Thread, entry: &Entry) -> Result<(), Error> {
    for fact in observe(thread, entry)? {
        for (key, more) in cells(&fact) {
            sums.entry(key).or_default().add(more);
        }
    }
    Ok(())
}
