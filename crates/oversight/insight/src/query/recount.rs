//! Counts everything anew from the journal and compares it with what is kept, cell by cell.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use store::{Error, Position, Read};

use crate::model::{Key, Sums};
use crate::source::{ROOMS, Thread};
use crate::table::cell;
use crate::{SOURCES, follow};

/// Entries read at a time.
const PAGE: usize = 2_000;

/// A cell that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which.
    pub key: Key,
    /// What is kept.
    pub kept: Sums,
    /// What the journal gives.
    pub counted: Sums,
}

/// What a recount gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recounted {
    /// Entries of the journal that were read.
    pub entries: usize,
    /// Cells that were compared.
    pub cells: usize,
    /// Those that differ, at most as many as were asked for.
    pub differences: Vec<Difference>,
    /// How many differ.
    pub differ: usize,
}

/// Counts the journal anew as far as it is in the roll-ups, and compares every cell. Ask it of a snapshot: the two must be of one moment.
pub fn recount(read: &mut dyn Read, most: usize) -> Result<Recounted, Error> {
    debug_assert!(ROOMS.iter().zip(&SOURCES).all(|(room, source)| *room == source.room), "rooms are those of sources");
    let goal = cell::reached(read)?.map_or_else(Position::default, |reached| reached.position);
    let mut counted: BTreeMap<Key, Sums> = BTreeMap::new();
    let mut threads: HashMap<String, Thread> = HashMap::new();
    let (mut position, mut entries) = (Position::default(), 0);
    while position < goal {
        let batch = store::follow::after(read, position, &ROOMS, PAGE)?;
        for entry in batch.entries.iter().filter(|one| Position { epoch: one.epoch, seq: one.seq } <= goal) {
            let thread = threads.entry(entry.stream.clone()).or_default();
            follow::add(&mut counted, thread, entry)?;
            entries += 1;
        }
        if !batch.more && batch.position <= position {
            break;
        }
        position = batch.position;
    }
    let mut kept: BTreeMap<Key, Sums> = BTreeMap::new();
    cell::each(read, |key, sums| {
        kept.insert(key, sums);
    })?;
    let keys: BTreeSet<&Key> = kept.keys().chain(counted.keys()).collect();
    let sums = |of: &BTreeMap<Key, Sums>, key: &Key| of.get(key).copied().unwrap_or_default();
    let mut differences: Vec<Difference> = keys
        .iter()
        .map(|key| Difference { key: (*key).clone(), kept: sums(&kept, key), counted: sums(&counted, key) })
        .filter(|one| one.kept != one.counted)
        .collect();
    let (cells, differ) = (keys.len(), differences.len());
    differences.truncate(most);
    Ok(Recounted { entries, cells, differences, differ })
}
