//! The database on both engines, and everything that lives by the journal.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod followers;
mod house;
mod journal;
mod keys;
mod outgoing;
mod registers;
mod sealer;
mod transactions;
mod wheel_and_outbox;

use kernel::{Actor, PartyId};
use serde::{Deserialize, Serialize};
use store::{Db, Error, Event, Migration, Read, ReadExt, Tx, params};

/// A small room to test with: parcels that are counted.
pub(crate) const PARCELS: &[Migration] = &[Migration {
    room: "parcels",
    number: 1,
    name: "parcels",
    sql: "CREATE TABLE parcels_parcel (
            id TEXT PRIMARY KEY, count BIGINT NOT NULL, due_at BIGINT, note TEXT, picture BYTES);
          CREATE TABLE parcels_seen (seq BIGINT NOT NULL, follower TEXT NOT NULL, place BIGINT NOT NULL);",
}];

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Told {
    Counted { by: i64 },
    Lost,
}

impl Event for Told {
    const ROOM: &'static str = "parcels";
    fn kind(&self) -> &'static str {
        match self {
            Told::Counted { .. } => "counted",
            Told::Lost => "lost",
        }
    }
}

pub(crate) const WHO: Actor = Actor::System("test");

/// Counts a parcel and tells the journal: read, decide, write.
pub(crate) fn count(tx: &mut Tx<'_>, id: &str, by: i64) -> Result<i64, Error> {
    const SAVE: &str = "INSERT INTO parcels_parcel (id, count) VALUES ($1, $2)
        ON CONFLICT (id) DO UPDATE SET count = excluded.count";
    let before = counted(tx, id)?;
    tx.execute(SAVE, &params![id, before + by])?;
    let version = store::journal::stream(tx, &stream(id), 1, 10_000)?.len() as i64 + 1;
    tx.journal(&WHO, &stream(id), version, &[Told::Counted { by }])?;
    Ok(before + by)
}

pub(crate) fn counted(read: &mut dyn Read, id: &str) -> Result<i64, Error> {
    const COUNT: &str = "SELECT count FROM parcels_parcel WHERE id = $1";
    Ok(read.query_one(COUNT, &params![id], |row| row.get(0))?.unwrap_or(0))
}

pub(crate) fn stream(id: &str) -> String {
    format!("parcel:{id}")
}

pub(crate) fn party() -> PartyId {
    PartyId::new(store::fresh_uuid())
}

/// Runs a single statement, as an operator with a database shell could.
pub(crate) fn by_hand(db: &Db, sql: &'static str) -> u64 {
    db.write::<_, Error, _>(move |tx| tx.execute(sql, &[])).unwrap()
}

pub(crate) fn ask(db: &Db, sql: &'static str) -> i64 {
    db.read::<_, Error>(|read| read.query_one(sql, &[], |row| row.get(0))).unwrap().unwrap()
}
