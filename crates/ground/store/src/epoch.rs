//! Which transaction wrote a journal entry, so that followers skip nothing.
//!
//! PostgreSQL hands out identity values before commit: a follower that asks for "seq above my cursor" would skip an
//! entry that commits late. So each entry carries its transaction's number, and followers read only below the oldest
//! transaction that is still open. SQLite has one writer, and its epoch is always 0.
//!
//! A database restored into a new cluster starts counting transactions anew; `epoch_base` is what is added then.

use crate::Error;
use crate::db::{Dialect, ReadExt, Tx};

impl Tx<'_> {
    /// This transaction's epoch.
    pub(crate) fn epoch(&mut self) -> Result<i64, Error> {
        const CURRENT: &str = "SELECT pg_current_xact_id()::text::bigint";
        if self.shared.dialect == Dialect::Sqlite {
            return Ok(0);
        }
        let current: Option<i64> = self.query_one(CURRENT, &[], |row| row.get(0))?;
        Ok(self.shared.epoch_base() + current.unwrap_or_default())
    }
}
