//! Migrations: numbered per room, embedded, never edited once released.

use crate::db::{Db, Dialect, ReadExt, Tx, definition};
use crate::{Error, params, sm3};
use kernel::Digest;

/// One change of a room's tables. A room offers `pub const MIGRATIONS: &[Migration]`.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Whose tables.
    pub room: &'static str,
    /// From 1, without gaps.
    pub number: u32,
    /// What it does, in a few words.
    pub name: &'static str,
    /// Statements in portable SQL. `BIGINT`, `TEXT`, `BYTES`, `JOURNAL_KEY` and `WITHOUT ROWID` are translated for each
    /// database; every SQLite table becomes `STRICT`.
    pub sql: &'static str,
}

/// The tables of this room.
pub const MIGRATIONS: &[Migration] = &[Migration {
    room: "store",
    number: 1,
    name: "journal, cursors, outbox, keys, tree",
    sql: include_str!("../migrations/0001_store.sql"),
}];

impl Db {
    /// Brings the tables of these rooms up to date; what is there already is checked against what was released.
    ///
    /// Fails with [`Error::Migration`] when a released migration was edited, or the database is newer than the
    /// program. How many were carried out.
    pub fn migrate(&self, rooms: &[&'static [Migration]]) -> Result<usize, Error> {
        let mut done = 0;
        for room in std::iter::once(&MIGRATIONS).chain(rooms) {
            check_numbers(room)?;
            for (at, migration) in room.iter().enumerate() {
                let (migration, is_last) = (*migration, at + 1 == room.len());
                done += usize::from(self.write(move |tx| apply(tx, &migration, is_last))?);
            }
        }
        Ok(done)
    }
}

fn check_numbers(room: &[Migration]) -> Result<(), Error> {
    for (wanted, migration) in (1..).zip(room) {
        if migration.number != wanted || migration.room != room[0].room {
            let Migration { room, number, name, .. } = migration;
            return Err(Error::Migration(format!("{room} {number} ({name}) stands where number {wanted} is due")));
        }
    }
    Ok(())
}

/// Applies one migration unless it was; whether it did.
fn apply(tx: &mut Tx<'_>, migration: &Migration, is_last: bool) -> Result<bool, Error> {
    const TABLE: &str = "CREATE TABLE IF NOT EXISTS store_migration (
        room TEXT NOT NULL, number BIGINT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, at BIGINT NOT NULL,
        PRIMARY KEY (room, number));";
    const FIND: &str = "SELECT digest FROM store_migration WHERE room = $1 AND number = $2";
    const NEWER: &str = "SELECT number FROM store_migration WHERE room = $1 AND number > $2 ORDER BY number LIMIT 1";
    const KEEP: &str = "INSERT INTO store_migration (room, number, name, digest, at) VALUES ($1, $2, $3, $4, $5)";
    // Followers read in this order; in SQLite the epoch is always 0 and the key alone serves.
    const JOURNAL_BY_EPOCH: &str = "CREATE INDEX store_journal_epoch ON store_journal (epoch, seq)";
    let Migration { room, number, name, sql } = *migration;
    let dialect = tx.shared.dialect;
    if dialect == Dialect::Postgres {
        // Two processes may start at once; the one that waits finds the work done.
        tx.script("SELECT pg_advisory_xact_lock(7461198201)")?;
    }
    if room == "store" {
        tx.script(&definition(dialect, TABLE))?;
    }
    if is_last && let Some(newer) = tx.query_one(NEWER, &params![room, number], |row| row.get::<i64>(0))? {
        return Err(Error::Migration(format!(
            "the database knows {room} {newer}, this program ends at {number}: start a newer program on it"
        )));
    }
    let digest = sm3(sql.as_bytes());
    match tx.query_one(FIND, &params![room, number], |row| row.get::<Digest>(0))? {
        Some(found) if found == digest => Ok(false),
        Some(_) => Err(Error::Migration(format!(
            "{room} {number} ({name}) differs from what this database carried out: a released migration is never \
             edited, add a new one"
        ))),
        None => {
            tx.script(&definition(dialect, sql)).map_err(|error| match error {
                Error::Database(words) => Error::Migration(format!("{room} {number} ({name}): {words}")),
                other => other,
            })?;
            if dialect == Dialect::Postgres && (room, number) == ("store", 1) {
                tx.script(JOURNAL_BY_EPOCH)?;
            }
            tx.execute(KEEP, &params![room, number, name, digest, tx.shared.time.now()])?;
            tracing::info!(room, number, name, "migrated");
            Ok(true)
        }
    }
}
