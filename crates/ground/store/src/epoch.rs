//! Which transaction wrote a journal entry, so that followers skip nothing.
//!
//! PostgreSQL hands out identity values before commit: a follower that asks for "seq above my cursor" would skip an
//! entry that commits late. So each entry carries its transaction's number, and followers read only below the oldest
//! transaction that is still open (of the whole server: a forgotten transaction elsewhere makes followers wait). SQLite
//! has one writer, and its epoch is always 0.
//!
//! A database restored into a new cluster starts counting transactions anew; the base is what is added from then on.

use crate::db::{Db, Dialect, ReadExt, Tx};
use crate::{Error, params};
use std::sync::atomic::Ordering;

impl Db {
    /// Reads the base, and raises it if the journal holds epochs that this server has not reached.
    pub(crate) fn set_epoch_base(&self) -> Result<(), Error> {
        if self.dialect() == Dialect::Postgres {
            let base = self.write(epoch_base)?;
            self.shared().epoch_base.store(base, Ordering::Relaxed);
        }
        Ok(())
    }
}

fn epoch_base(tx: &mut Tx<'_>) -> Result<i64, Error> {
    // First of all statements: what this transaction sees was then written by earlier numbers than its own.
    const CURRENT: &str = "SELECT pg_current_xact_id()::text::bigint";
    const BASE: &str = "SELECT value FROM store_value WHERE name = 'epoch base'";
    const LATEST: &str = "SELECT COALESCE(MAX(epoch), 0) FROM store_journal";
    const KEEP: &str = "INSERT INTO store_value (name, value) VALUES ('epoch base', $1)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    let mut ask = |sql| Ok::<_, Error>(tx.query_one(sql, &[], |row| row.get::<i64>(0))?.unwrap_or_default());
    let (current, base, latest) = (ask(CURRENT)?, ask(BASE)?, ask(LATEST)?);
    if latest < base + current {
        return Ok(base);
    }
    let base = latest + 1 - current;
    tx.execute(KEEP, &params![base])?;
    Ok(base)
}
