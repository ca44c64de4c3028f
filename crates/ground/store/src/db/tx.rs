//! A transaction: all of a command happens, or none of it.

use super::Shared;
use super::engine::{EachRow, Engine};
use super::read::Read;
use super::sql::Dialect;
use super::value::Param;
use crate::Error;
use crate::cache::{Cached, Caches};
use crate::once::Pending;
use crate::vault::{PartyKey, Vault};
use kernel::{PartyId, Timestamp};
use std::sync::Arc;

/// One transaction. It reads like any [`Read`] and sees its own writes; it is committed when the job returns `Ok`.
pub struct Tx<'a> {
    engine: &'a mut dyn Engine,
    pub(crate) shared: &'a Shared,
    now: Timestamp,
    began: u64,
    /// Registers changed by jobs of the same batch that are not committed yet.
    earlier: &'a [&'static str],
    pub(crate) after: After,
    pub(crate) pending: Option<Pending>,
}

/// What the process does once the transaction is durable, and not before.
#[derive(Default)]
pub(crate) struct After {
    /// The journal or the outbox grew: wake those who follow.
    pub wakes: bool,
    /// Registers to forget.
    pub changed: Vec<&'static str>,
    /// Keys made here.
    pub keys: Vec<(PartyId, PartyKey)>,
    /// Keys destroyed here.
    pub erased: Vec<PartyId>,
    /// Blocks of numbers taken here: series, next, end.
    pub blocks: Vec<(String, i64, i64)>,
}

impl After {
    /// Joins what a later job of the batch leaves.
    pub fn append(&mut self, mut other: After) {
        self.wakes |= other.wakes;
        self.changed.append(&mut other.changed);
        self.keys.append(&mut other.keys);
        self.erased.append(&mut other.erased);
        self.blocks.append(&mut other.blocks);
    }
}

impl<'a> Tx<'a> {
    pub(crate) fn new(engine: &'a mut dyn Engine, shared: &'a Shared, earlier: &'a [&'static str]) -> Self {
        let (now, began) = (shared.time.now(), shared.caches.began());
        Tx { engine, shared, now, began, earlier, after: After::default(), pending: None }
    }

    /// Runs a statement; how many rows it changed. With `RETURNING`, use `query` instead.
    pub fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64, Error> {
        self.engine.execute(sql, params)
    }

    /// Runs one single-row `INSERT … VALUES ($1, …, $N) …` for many rows, with as few round trips as the database
    /// allows. How many rows were written (`ON CONFLICT DO NOTHING` may skip some).
    pub fn insert_many<'p, const N: usize>(
        &mut self,
        sql: &'static str,
        rows: impl IntoIterator<Item = [Param<'p>; N]>,
    ) -> Result<u64, Error> {
        let flat: Vec<Param<'p>> = rows.into_iter().flatten().collect();
        if flat.is_empty() { Ok(0) } else { self.engine.insert_many(sql, N, &flat) }
    }

    /// The register `T` changed: it is read anew by everybody from this commit on.
    pub fn invalidate<T: Cached>(&mut self) -> Result<(), Error> {
        Caches::mark(self, T::NAME)?;
        self.after.changed.push(T::NAME);
        Ok(())
    }

    /// Runs several statements without parameters: for migrations and tests.
    pub(crate) fn script(&mut self, sql: &str) -> Result<(), Error> {
        self.engine.script(sql)
    }

    pub(crate) fn outside_block(&mut self, series: &str, size: i64) -> Option<Result<i64, Error>> {
        self.engine.outside_block(series, size)
    }
}

impl Read for Tx<'_> {
    fn each(&mut self, sql: &'static str, params: &[Param<'_>], row: EachRow<'_>) -> Result<(), Error> {
        self.engine.each(sql, params, row)
    }
    fn now(&self) -> Timestamp {
        self.now
    }
    fn vault(&self) -> Vault {
        self.shared.vault.clone()
    }
    fn caches(&self) -> Arc<Caches> {
        self.shared.caches.clone()
    }
    fn began(&self) -> u64 {
        self.began
    }
    fn has_changed(&self, name: &'static str) -> bool {
        self.after.changed.contains(&name) || self.earlier.contains(&name)
    }
    fn is_settled(&self) -> bool {
        false
    }
    fn dialect(&self) -> Dialect {
        self.shared.dialect
    }
    fn epoch_base(&self) -> i64 {
        self.shared.epoch_base()
    }
    fn as_read(&mut self) -> &mut dyn Read {
        self
    }
}
