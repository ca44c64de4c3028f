//! `journal verify`: everything that is stored is computed anew and compared.

use super::tiles::{self, Edge, Tile, WIDTH};
use super::{TreeHead, canonical, head_key, heads_above, kept, tree};
use crate::db::{Db, Dialect, Read, ReadExt};
use crate::follow::Position;
use crate::journal::{self, Entry};
use crate::signer::PublicKey;
use crate::{Error, params};
use kernel::Digest;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use tree::Frontier;

/// Problems reported at most.
const PROBLEMS_MAX: usize = 100;
const PAGE: usize = 1_000;
/// Entries of one stream that are replayed at most.
const STREAM_MAX: usize = 100_000;

/// A room's proof that its rows are what its events say.
pub trait Replay: Sync {
    /// The room.
    fn room(&self) -> &'static str;
    /// Applies the stream's entries and compares with the stored row; what differs, in words.
    fn check(&self, read: &mut dyn Read, stream: &str, entries: &[Entry]) -> Result<Option<String>, Error>;
}

/// What the check found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Entries in the journal.
    pub entries: u64,
    /// Of these, under a signed head.
    pub sealed: u64,
    /// Signed heads.
    pub heads: u64,
    /// Heads kept outside the database that were compared.
    pub kept: u64,
    /// Heads of witnesses that were compared.
    pub witnessed: u64,
    /// The keys that signed them; compare them with the keys you know.
    pub keys: BTreeSet<String>,
    /// Streams replayed.
    pub replayed: u64,
    /// What does not fit; empty when all is well.
    pub problems: Vec<Problem>,
}

/// One thing that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The entry, if it is about one.
    pub seq: Option<i64>,
    /// What is wrong.
    pub what: String,
}

impl Report {
    /// Whether nothing was found.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    fn add(&mut self, seq: Option<i64>, what: impl Into<String>) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(Problem { seq, what: what.into() });
        }
    }
}

/// Walks the whole journal: leaves, tiles, heads and signatures are computed anew; the heads kept beside the database, and `witnessed`
/// ones kept by somebody else, must be on the way; streams are replayed by their rooms.
pub fn verify_journal(db: &Db, replays: &[&dyn Replay], witnessed: &[TreeHead]) -> Result<Report, Error> {
    let own = db.signer().public_key();
    // Read first: a head is kept outside only after it stands in the database.
    let kept = kept::read(db.data())?;
    db.snapshot(|read| {
        let mut report = Report::default();
        let outside = [(Keeper::Folder, kept.as_slice()), (Keeper::Witness, witnessed)];
        let mut others: Others = BTreeMap::new();
        for (keeper, head) in
            outside.into_iter().flat_map(|(keeper, heads)| heads.iter().map(move |head| (keeper, head)))
        {
            check_signature(read, keeper, head, &own, &mut report)?;
            others.entry(head.size).or_default().push((keeper, head));
        }
        (report.kept, report.witnessed) = (kept.len() as u64, witnessed.len() as u64);
        let sealed_to = check_tree(read, &others, &mut report)?;
        check_entries_sealed(read, sealed_to, &mut report)?;
        check_replays(read, replays, &mut report)?;
        Ok(report)
    })
}

/// Leaves against entries, tiles against leaves, heads against both. How many leaves there are.
fn check_tree(read: &mut dyn Read, others: &Others, report: &mut Report) -> Result<u64, Error> {
    let mut frontier = Frontier::default();
    let mut edge = Edge::default();
    let mut heads = Heads::new(others);
    for position in 0.. {
        let tile = tiles::load(read, 0, position)?;
        if tile.hashes.len() != tile.entries.len() {
            report.add(None, format!("tile {position} of the leaves is damaged"));
        }
        let entries = entries_of(read, &tile)?;
        let mut full = Vec::new();
        for (&seq, stored) in tile.entries.iter().zip(&tile.hashes) {
            let entry = entries.iter().find(|entry| entry.seq == seq);
            match entry {
                None => report.add(Some(seq), "the entry was deleted"),
                Some(entry) if tree::leaf(&canonical(entry)) != *stored => {
                    report.add(Some(seq), "the entry was changed after it was sealed");
                }
                Some(_) => {}
            }
            let epoch = entry.map_or(0, |entry| entry.epoch);
            edge.push(*stored, Position { epoch, seq }, &mut full);
            frontier.push(*stored);
            heads.check(read, frontier.size(), &frontier, report)?;
        }
        check_tiles(read, full.iter().filter(|tile| tile.level > 0), report)?;
        if (tile.hashes.len() as u64) < WIDTH {
            break;
        }
    }
    check_tiles(read, edge.partial().filter(|tile| tile.level > 0), report)?;
    heads.finish(read, frontier.size(), report)?;
    Ok(frontier.size())
}

/// The entries that a tile's leaves stand for: read as a range, since they are neighbours.
fn entries_of(read: &mut dyn Read, tile: &Tile) -> Result<Vec<Entry>, Error> {
    const RANGE: &str = "SELECT seq, epoch, stream, version, kind, at, actor, body FROM store_journal
        WHERE seq BETWEEN $1 AND $2 ORDER BY seq LIMIT $3";
    let (Some(first), Some(last)) = (tile.entries.iter().min(), tile.entries.iter().max()) else { return Ok(vec![]) };
    let mut entries = read.query(RANGE, &params![first, last, 4 * WIDTH as i64], Entry::from_row)?;
    for seq in &tile.entries {
        if !entries.iter().any(|entry| entry.seq == *seq) {
            entries.extend(journal::entry(read, *seq)?);
        }
    }
    Ok(entries)
}

fn check_tiles<'a>(
    read: &mut dyn Read,
    computed: impl Iterator<Item = &'a Tile>,
    report: &mut Report,
) -> Result<(), Error> {
    for tile in computed {
        if tiles::load(read, tile.level, tile.position)?.hashes != tile.hashes {
            report.add(None, format!("tile {} of level {} was changed", tile.position, tile.level));
        }
    }
    Ok(())
}

/// Who keeps a head outside the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeper {
    /// The data folder.
    Folder,
    /// Somebody else.
    Witness,
}

/// Heads from outside the database, by size.
type Others<'a> = BTreeMap<u64, Vec<(Keeper, &'a TreeHead)>>;

/// Only what this house signed speaks against it.
fn check_signature(
    read: &mut dyn Read,
    keeper: Keeper,
    head: &TreeHead,
    own: &PublicKey,
    report: &mut Report,
) -> Result<(), Error> {
    let key = if own.key_id() == head.key_id { Some(*own) } else { head_key(read, &head.key_id)? };
    let size = head.size;
    if !key.is_some_and(|key| key.key_id() == head.key_id && head.is_signed_by(&key)) {
        report.add(
            None,
            match keeper {
                Keeper::Folder => format!("the signature of the head at {size} kept beside the database is wrong"),
                Keeper::Witness => format!("a witness's head at {size} is not signed by a key of this house"),
            },
        );
    }
    Ok(())
}

/// The heads on the way, the database's and those from outside, the former read a page at a time.
struct Heads<'a> {
    page: std::vec::IntoIter<TreeHead>,
    next: Option<TreeHead>,
    done: u64,
    others: &'a Others<'a>,
}

impl<'a> Heads<'a> {
    fn new(others: &'a Others<'a>) -> Self {
        Heads { page: Vec::new().into_iter(), next: None, done: 0, others }
    }

    fn peek(&mut self, read: &mut dyn Read) -> Result<Option<&TreeHead>, Error> {
        if self.next.is_none() {
            self.next = self.page.next();
            if self.next.is_none() && self.done != u64::MAX {
                self.page = heads_above(read, self.done, PAGE)?.into_iter();
                self.next = self.page.next();
            }
            self.done = self.next.as_ref().map_or(u64::MAX, |head| head.size);
        }
        Ok(self.next.as_ref())
    }

    fn check(&mut self, read: &mut dyn Read, size: u64, now: &Frontier, report: &mut Report) -> Result<(), Error> {
        let mut root: Option<Digest> = None;
        let mut has_own = false;
        if self.peek(read)?.is_some_and(|head| head.size == size)
            && let Some(head) = self.next.take()
        {
            report.heads += 1;
            has_own = true;
            report.sealed = size;
            report.keys.insert(head.key_id.clone());
            if head.root != *root.get_or_insert_with(|| now.root()) {
                report.add(None, format!("the tree head at {size} does not fit the entries"));
            }
            match head_key(read, &head.key_id)? {
                Some(key) if key.key_id() == head.key_id && head.is_signed_by(&key) => {}
                _ => report.add(None, format!("the signature of the tree head at {size} is wrong")),
            }
        }
        for (keeper, head) in self.others.get(&size).into_iter().flatten() {
            let fits = head.root == *root.get_or_insert_with(|| now.root());
            match keeper {
                Keeper::Witness if !fits => {
                    report.add(None, format!("a witness saw another journal at {size} entries"))
                }
                Keeper::Folder if !fits => {
                    report.add(None, format!("the head at {size} kept beside the database is of another journal"));
                }
                Keeper::Folder if !has_own => {
                    report.add(None, format!("the head at {size} is kept beside the database and missing in it"));
                }
                Keeper::Witness | Keeper::Folder => {}
            }
        }
        Ok(())
    }

    fn finish(mut self, read: &mut dyn Read, size: u64, report: &mut Report) -> Result<(), Error> {
        if let Some(head) = self.peek(read)? {
            let missing = head.size;
            report.add(None, format!("a tree head speaks of {missing} entries, {size} are left"));
        }
        for (keeper, head) in self.others.range(size + 1..).flat_map(|(_, heads)| heads) {
            let seen = head.size;
            report.add(
                None,
                match keeper {
                    Keeper::Witness => format!("a witness saw {seen} entries, {size} are left"),
                    Keeper::Folder => {
                        format!("a head kept beside the database speaks of {seen} entries, {size} are left")
                    }
                },
            );
        }
        Ok(())
    }
}

/// No entry stands before the sealer's cursor without a leaf: it would have been slipped in later.
fn check_entries_sealed(read: &mut dyn Read, leaves: u64, report: &mut Report) -> Result<(), Error> {
    const CURSOR: &str = "SELECT epoch, seq FROM store_worker WHERE name = $1";
    const COUNT: &str = "SELECT COUNT(*) FROM store_journal";
    const COUNT_TO: &str = "SELECT COUNT(*) FROM store_journal WHERE (epoch, seq) <= ($1, $2)";
    const COUNT_TO_SEQ: &str = "SELECT COUNT(*) FROM store_journal WHERE seq <= $1";
    let count = |row: &dyn crate::Row| row.get::<u64>(0);
    report.entries = read.query_one(COUNT, &[], count)?.unwrap_or_default();
    let cursor = read.query_one(CURSOR, &params![super::NAME], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)))?;
    let (epoch, seq) = cursor.unwrap_or_default();
    let passed = match read.dialect() {
        Dialect::Sqlite => read.query_one(COUNT_TO_SEQ, &params![seq], count)?,
        Dialect::Postgres => read.query_one(COUNT_TO, &params![epoch, seq], count)?,
    };
    let passed = passed.unwrap_or_default();
    if passed > leaves {
        report.add(None, format!("{} entries were slipped in behind the seal", passed - leaves));
    }
    Ok(())
}

/// Each stream against the row that it should give.
fn check_replays(read: &mut dyn Read, replays: &[&dyn Replay], report: &mut Report) -> Result<(), Error> {
    const STREAMS: &str = "SELECT stream FROM store_journal WHERE stream > $1
        GROUP BY stream ORDER BY stream LIMIT $2";
    if replays.is_empty() {
        return Ok(());
    }
    let mut from = String::new();
    loop {
        let streams = read.query(STREAMS, &params![from, PAGE], |row| row.get::<String>(0))?;
        for stream in &streams {
            let entries = journal::stream(read, stream, 1, STREAM_MAX)?;
            let Some(room) = entries.first().map(Entry::room) else { continue };
            let Some(replay) = replays.iter().find(|replay| replay.room() == room) else { continue };
            report.replayed += 1;
            let seq = entries.last().map(|entry| entry.seq);
            match replay.check(read, stream, &entries) {
                Ok(None) => {}
                Ok(Some(difference)) => report.add(seq, format!("{stream}: {difference}")),
                Err(error) => report.add(seq, format!("{stream}: {error}")),
            }
        }
        match streams.last() {
            Some(last) if streams.len() == PAGE => from.clone_from(last),
            _ => return Ok(()),
        }
    }
}
