//! Reading: the same inside and outside a transaction.

use super::Shared;
use super::engine::{EachRow, Engine};
use super::sql::Dialect;
use super::value::{Param, Row};
use crate::Error;
use crate::cache::{Cached, Caches};
use crate::vault::Vault;
use kernel::Timestamp;
use std::sync::Arc;

/// Something that can be asked: a [`Tx`](crate::Tx) or a [`Reader`]. Rooms' queries take `read: &mut dyn Read`.
///
/// Rows are asked for through [`ReadExt`].
pub trait Read {
    /// Hands over each row of the answer. Parameters are `$1`, `$2`, ….
    fn each(&mut self, sql: &'static str, params: &[Param<'_>], row: EachRow<'_>) -> Result<(), Error>;
    /// The instant of this transaction or reading; it does not move while it lasts.
    fn now(&self) -> Timestamp;
    /// The keys of parties and registers (a cheap handle).
    fn vault(&self) -> Vault;
    /// The registers held in memory (a cheap handle).
    fn caches(&self) -> Arc<Caches>;
    /// How far invalidation had come when this reading began; a register loaded here is kept only if it stands still.
    fn began(&self) -> u64;
    /// Whether this transaction itself changed the register, so that the one in memory does not serve it.
    fn has_changed(&self, name: &'static str) -> bool;
    /// Keys of parties may be remembered by this reading (a transaction that may roll back says no).
    fn is_settled(&self) -> bool;
    /// Which database answers; only this room needs to know.
    fn dialect(&self) -> Dialect;
    /// What is added to PostgreSQL's transaction numbers to give epochs.
    fn epoch_base(&self) -> i64;
    /// As the trait object that rooms' queries take.
    fn as_read(&mut self) -> &mut dyn Read;
}

/// What rooms use on any [`Read`].
pub trait ReadExt: Read {
    /// All rows of the answer. The statement itself must bound their number.
    fn query<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        mut row: impl FnMut(&dyn Row) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let mut found = Vec::new();
        self.each(sql, params, &mut |each| {
            found.push(row(each)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The first row of the answer, if there is one.
    fn query_one<T>(
        &mut self,
        sql: &'static str,
        params: &[Param<'_>],
        mut row: impl FnMut(&dyn Row) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let mut found = None;
        self.each(sql, params, &mut |each| {
            if found.is_none() {
                found = Some(row(each)?);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// The register `T`, from memory or loaded now.
    fn cached<T: Cached>(&mut self) -> Result<Arc<T>, Error> {
        let caches = self.caches();
        caches.get(self.as_read())
    }
}

impl<R: Read + ?Sized> ReadExt for R {}

/// Reads outside a transaction. Each statement sees what was committed when it began; a question that needs several
/// statements to agree asks [`Db::snapshot`](crate::Db::snapshot).
pub struct Reader<'a> {
    pub(super) engine: &'a mut dyn Engine,
    pub(super) shared: &'a Shared,
    pub(super) now: Timestamp,
    pub(super) began: u64,
}

impl<'a> Reader<'a> {
    pub(super) fn new(engine: &'a mut dyn Engine, shared: &'a Shared) -> Self {
        Reader { engine, shared, now: shared.time.now(), began: shared.caches.began() }
    }
}

impl Read for Reader<'_> {
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
    fn has_changed(&self, _: &'static str) -> bool {
        false
    }
    fn is_settled(&self) -> bool {
        true
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
