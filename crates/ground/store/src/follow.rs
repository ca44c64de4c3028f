//! Followers: what other rooms do when the journal tells something. Each entry has its effect exactly once, because the
//! cursor moves in the transaction of the effect.

use crate::db::{Db, Dialect, Read, ReadExt, Tx};
use crate::journal::Entry;
use crate::runner::{Round, Work};
use crate::{Error, params};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Entries handed over at a time, at most.
pub const BATCH_MAX: usize = 256;
/// A cursor that only passed entries nobody wanted is kept no more often than this.
const KEEP_EVERY: Duration = Duration::from_secs(5);

/// A room that follows others.
pub trait Follower: Send + Sync {
    /// Its name, unique in the house and for ever: the cursor bears it.
    fn name(&self) -> &'static str;
    /// The rooms whose events it wants; empty means all.
    fn rooms(&self) -> &'static [&'static str];
    /// Reads, renders, signs: whatever takes time. The effect it returns runs in one transaction with the cursor.
    /// After an error the entries come again, one at a time.
    fn prepare(&self, db: &Db, entries: &[Entry]) -> Result<Effectuation, Error>;
}

/// What a follower writes. May run more than once, until one of its transactions is committed.
pub type Effectuation = Box<dyn FnMut(&mut Tx<'_>) -> Result<(), Error> + Send>;

/// An effect for entries that need none.
pub fn nothing() -> Effectuation {
    Box::new(|_| Ok(()))
}

/// How far a follower has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// Transaction of the last entry seen.
    pub epoch: i64,
    /// Its number.
    pub seq: i64,
}

/// What [`after`] found.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Entries of the wanted rooms, in order.
    pub entries: Vec<Entry>,
    /// Where to go on from: beyond everything that was looked at.
    pub position: Position,
    /// There may be more right now.
    pub more: bool,
}

/// The entries after a position, in an order in which none can appear later in between. Only for readers that keep
/// their position elsewhere (a search index); others are [`Follower`]s.
pub fn after(read: &mut dyn Read, position: Position, rooms: &[&str], limit: usize) -> Result<Batch, Error> {
    const IN_ORDER: &str = "SELECT seq, epoch, stream, version, kind, at, actor, body FROM store_journal
        WHERE seq > $1 ORDER BY seq LIMIT $2";
    // Below the oldest open transaction nothing can be committed any more.
    const BELOW_OPEN: &str = "SELECT seq, epoch, stream, version, kind, at, actor, body FROM store_journal
        WHERE (epoch, seq) > ($2, $1) AND epoch < $4 + pg_snapshot_xmin(pg_current_snapshot())::text::bigint
        ORDER BY epoch, seq LIMIT $3";
    // Most followers want most entries: to look further than one batch would read rows only to read them again.
    let look_max = limit.max(BATCH_MAX);
    let (mut batch, mut looked) = (Batch { position, ..Batch::default() }, 0);
    let mut look = |row: &dyn crate::Row| {
        looked += 1;
        let kind = row.text(4)?.unwrap_or_default();
        let room = kind.split_once('.').map_or(kind, |(room, _)| room);
        let is_wanted = rooms.is_empty() || rooms.contains(&room);
        if batch.entries.len() >= limit {
            batch.more = true;
            return Ok(());
        }
        batch.position = Position { epoch: row.get(1)?, seq: row.get(0)? };
        if is_wanted {
            batch.entries.push(Entry::from_row(row)?);
        }
        Ok(())
    };
    let Position { epoch, seq } = position;
    match read.dialect() {
        Dialect::Sqlite => read.each(IN_ORDER, &params![seq, look_max], &mut look)?,
        Dialect::Postgres => {
            let base = read.epoch_base();
            read.each(BELOW_OPEN, &params![seq, epoch, look_max, base], &mut look)?;
        }
    }
    batch.more |= looked == look_max;
    Ok(batch)
}

/// Whether entries wait behind a transaction that is still open.
pub(crate) fn is_waiting(read: &mut dyn Read, position: Position) -> Result<bool, Error> {
    const WAITING: &str = "SELECT 1 FROM store_journal WHERE (epoch, seq) > ($1, $2) LIMIT 1";
    match read.dialect() {
        Dialect::Sqlite => Ok(false),
        Dialect::Postgres => {
            let Position { epoch, seq } = position;
            Ok(read.query_one(WAITING, &params![epoch, seq], |_| Ok(()))?.is_some())
        }
    }
}

/// Runs one follower.
pub(crate) struct Following {
    follower: Arc<dyn Follower>,
    /// The cursor as it is in the database, and how far entries were looked at beyond it.
    cursor: Option<(Position, Position)>,
    kept: Instant,
    /// Entries handed over at a time; one after an error, so that the one that fails stands alone.
    limit: usize,
}

impl Following {
    pub fn new(follower: Arc<dyn Follower>) -> Self {
        Following { follower, cursor: None, kept: Instant::now(), limit: BATCH_MAX }
    }

    fn cursor(&mut self, db: &Db) -> Result<(Position, Position), Error> {
        const CURSOR: &str = "SELECT epoch, seq FROM store_worker WHERE name = $1";
        if let Some(known) = self.cursor {
            return Ok(known);
        }
        let name = self.follower.name();
        let found = db.read::<_, Error>(|read| {
            read.query_one(CURSOR, &params![name], |row| Ok(Position { epoch: row.get(0)?, seq: row.get(1)? }))
        })?;
        let position = found.unwrap_or_default();
        Ok(*self.cursor.insert((position, position)))
    }

    fn step(&mut self, db: &Db) -> Result<Round, Error> {
        let (cursor, looked) = self.cursor(db)?;
        let (rooms, limit) = (self.follower.rooms(), self.limit);
        let batch = db.read::<_, Error>(|read| after(read, looked, rooms, limit))?;
        let name = self.follower.name();
        if batch.entries.is_empty() {
            self.cursor = Some((cursor, batch.position));
            if batch.position != cursor && self.kept.elapsed() >= KEEP_EVERY {
                self.keep(db, cursor, batch.position, nothing()).map(drop)?;
            }
        } else {
            let began = Instant::now();
            let effect = self.follower.prepare(db, &batch.entries)?;
            let prepared = began.elapsed();
            let written = self.keep(db, cursor, batch.position, effect)?;
            self.count(batch.entries.len(), prepared, written);
            tracing::debug!(name, entries = batch.entries.len(), seq = batch.position.seq, "followed");
            self.limit = BATCH_MAX;
        }
        if batch.more {
            return Ok(Round::More);
        }
        let is_waiting = db.read::<_, Error>(|read| is_waiting(read, batch.position))?;
        Ok(if is_waiting { Round::Soon } else { Round::Idle })
    }

    /// The effect and the cursor, in one transaction. The cursor moves only from where it was read: should another
    /// process have taken over meanwhile, nothing happens here. Gives how long the effect took on the writer.
    fn keep(&mut self, db: &Db, from: Position, to: Position, mut effect: Effectuation) -> Result<Duration, Error> {
        const MOVE: &str = "UPDATE store_worker SET epoch = $2, seq = $3, last_run = $4, failures = 0
            WHERE name = $1 AND epoch = $5 AND seq = $6";
        let name = self.follower.name();
        let written = db.write(move |tx: &mut Tx<'_>| {
            let began = Instant::now();
            effect(tx)?;
            let at = crate::time::wall();
            let moved = tx.execute(MOVE, &params![name, to.epoch, to.seq, at, from.epoch, from.seq])?;
            if moved == 1 { Ok(began.elapsed()) } else { Err(Error::Lost) }
        })?;
        (self.cursor, self.kept) = (Some((to, to)), Instant::now());
        Ok(written)
    }

    /// What following costs, for `/metrics`: on the follower's own thread, and on the writer that everybody waits for.
    fn count(&self, entries: usize, prepared: Duration, written: Duration) {
        let name = self.follower.name();
        metrics::counter!("tongban_follower_entries_total", "name" => name).increment(entries as u64);
        for (part, spent) in [("prepare", prepared), ("write", written)] {
            let micros = u64::try_from(spent.as_micros()).unwrap_or(u64::MAX);
            metrics::counter!("tongban_follower_microseconds_total", "name" => name, "part" => part).increment(micros);
        }
    }
}

impl Work for Following {
    fn name(&self) -> String {
        self.follower.name().to_owned()
    }

    fn hears(&self) -> bool {
        true
    }

    fn pause(&self) -> Duration {
        Duration::from_millis(500)
    }

    fn round(&mut self, db: &Db) -> Result<Round, Error> {
        let done = self.step(db);
        if done.is_err() {
            (self.cursor, self.limit) = (None, 1);
        }
        done
    }
}
