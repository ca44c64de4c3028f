//! The journal: what happened, by whom, when — appended in the transaction that did it.

use crate::db::{Dialect, Param, Read, ReadExt, Row, Tx};
use crate::{Error, params};
use kernel::{Actor, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A domain event: what a room reports. Past tense, a promise for years; see style.md §8.
pub trait Event: Serialize + DeserializeOwned {
    /// The room that reports it: `casework`.
    const ROOM: &'static str;
    /// What happened, in kebab case: `accepted`. The journal's kind is `casework.accepted`.
    fn kind(&self) -> &'static str;
}

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number. Numbers may have gaps.
    pub seq: i64,
    /// Which transaction wrote it (0 in SQLite); followers go by `(epoch, seq)`.
    pub epoch: i64,
    /// What it happened to: `case:<number>`.
    pub stream: String,
    /// The how-manieth event of its stream, from 1.
    pub version: i64,
    /// `room.event`.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// Who, as [`Actor::label`] says it.
    pub actor: String,
    /// The event as JSON. Personal values stand in it only sealed.
    pub body: String,
}

impl Entry {
    /// The room that wrote it.
    pub fn room(&self) -> &str {
        self.kind.split_once('.').map_or(&*self.kind, |(room, _)| room)
    }

    /// The event, if it is one of `E`'s room. Fails when an event of that room cannot be read.
    pub fn event<E: Event>(&self) -> Result<E, Error> {
        if self.room() != E::ROOM {
            return Err(Error::Corrupt(format!("entry {} is of {}, not of {}", self.seq, self.room(), E::ROOM)));
        }
        serde_json::from_str(&self.body)
            .map_err(|error| Error::Corrupt(format!("entry {} ({}): {error}", self.seq, self.kind)))
    }

    pub(crate) fn from_row(row: &dyn Row) -> Result<Self, Error> {
        Ok(Entry {
            seq: row.get(0)?,
            epoch: row.get(1)?,
            stream: row.get(2)?,
            version: row.get(3)?,
            kind: row.get(4)?,
            at: row.get(5)?,
            actor: row.get(6)?,
            body: row.get(7)?,
        })
    }
}

/// An event written out as the journal keeps it: made before the transaction, so that the writer need not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    kind: String,
    body: String,
}

impl Written {
    /// This event.
    pub fn new<E: Event>(event: &E) -> Result<Self, Error> {
        Ok(Written { kind: format!("{}.{}", E::ROOM, event.kind()), body: serde_json::to_string(event)? })
    }
}

impl Tx<'_> {
    /// Appends events to a stream, the first of them as `first_version` (1 for a new stream).
    ///
    /// Fails with [`Error::Lost`] when that version exists: somebody else changed the same thing first.
    pub fn journal<E: Event>(
        &mut self,
        actor: &Actor,
        stream: &str,
        first_version: i64,
        events: &[E],
    ) -> Result<(), Error> {
        let events = events.iter().map(Written::new).collect::<Result<Vec<_>, _>>()?;
        self.journal_written(actor, stream, first_version, &events)
    }

    /// As [`journal`](Self::journal), for events that are written out already.
    pub fn journal_written(
        &mut self,
        actor: &Actor,
        stream: &str,
        first_version: i64,
        events: &[Written],
    ) -> Result<(), Error> {
        const APPEND: &str = "INSERT INTO store_journal (epoch, stream, version, kind, at, actor, body)
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        const APPEND_IN_EPOCH: &str = "INSERT INTO store_journal (epoch, stream, version, kind, at, actor, body)
            VALUES ($1 + pg_current_xact_id()::text::bigint, $2, $3, $4, $5, $6, $7)";
        let (append, epoch) = match self.dialect() {
            Dialect::Sqlite => (APPEND, 0),
            Dialect::Postgres => (APPEND_IN_EPOCH, self.epoch_base()),
        };
        let (at, actor) = (self.now().as_microsecond(), actor.label());
        let rows = events.iter().zip(first_version..).map(|(Written { kind, body }, version)| {
            [
                Param::Int(epoch),
                Param::Text(stream),
                Param::Int(version),
                Param::Text(kind),
                Param::Int(at),
                Param::Text(&actor),
                Param::Text(body),
            ]
        });
        self.insert_many(append, rows)?;
        self.after.wakes |= !events.is_empty();
        Ok(())
    }
}

/// The entries of one stream in order, from `version` on, at most `limit`.
pub fn stream(read: &mut dyn Read, stream: &str, version: i64, limit: usize) -> Result<Vec<Entry>, Error> {
    const STREAM: &str = "SELECT seq, epoch, stream, version, kind, at, actor, body FROM store_journal
        WHERE stream = $1 AND version >= $2 ORDER BY version LIMIT $3";
    read.query(STREAM, &params![stream, version, limit], Entry::from_row)
}

/// One entry.
pub fn entry(read: &mut dyn Read, seq: i64) -> Result<Option<Entry>, Error> {
    const ENTRY: &str = "SELECT seq, epoch, stream, version, kind, at, actor, body FROM store_journal WHERE seq = $1";
    read.query_one(ENTRY, &params![seq], Entry::from_row)
}

/// Entries after `seq`, for looking through (followers go by epoch, see `follow`), at most `limit`.
pub fn since(read: &mut dyn Read, seq: i64, limit: usize) -> Result<Vec<Entry>, Error> {
    const SINCE: &str = "SELECT seq, epoch, stream, version, kind, at, actor, body FROM store_journal
        WHERE seq > $1 ORDER BY seq LIMIT $2";
    read.query(SINCE, &params![seq, limit], Entry::from_row)
}

/// The latest entries, newest first, at most `limit`.
pub fn latest(read: &mut dyn Read, limit: usize) -> Result<Vec<Entry>, Error> {
    const LATEST: &str = "SELECT seq, epoch, stream, version, kind, at, actor, body FROM store_journal
        ORDER BY seq DESC LIMIT $1";
    read.query(LATEST, &params![limit], Entry::from_row)
}
