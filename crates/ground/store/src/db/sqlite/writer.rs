//! The one connection that writes.

use super::value::{Address, bind, each_row, fault};
use super::{BATCH_MAX, Log, RESTART_PAGES, checkpoint};
use crate::Error;
use crate::db::Shared;
use crate::db::engine::{EachRow, Engine};
use crate::db::job::{self, Job, Ran, Waiting};
use crate::db::sql::numbered;
use crate::db::tx::{After, Tx};
use crate::db::value::Param;
use rusqlite::{Connection, Statement};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasherDefault;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// After one batch that had to be undone, so many run with savepoints at once.
const CAREFUL_BATCHES: u32 = 16;

/// The writer's life: wait for a command, take along all that wait with it, commit them together.
pub(super) fn write(connection: &Connection, queue: &Waiting, shared: &Shared, log: &Log) {
    let mut engine = WriteEngine::new(connection);
    let mut bound = RESTART_PAGES;
    while let Some(first) = queue.next() {
        let mut batch = vec![first];
        while batch.len() < BATCH_MAX
            && let Some(next) = queue.next_now()
        {
            batch.push(next);
        }
        engine.batch(batch, shared);

        let pages = log.pages.load(Ordering::Relaxed);
        if pages > bound {
            // A reader that holds an old snapshot for long makes this fail; the bound then moves on, so that the
            // writer does not wait for it after each batch.
            let _ = connection.busy_timeout(Duration::from_millis(50));
            let done = checkpoint(connection, log, "PRAGMA wal_checkpoint(RESTART)");
            let _ = connection.busy_timeout(Duration::from_secs(10));
            bound = if done == Ok(true) { RESTART_PAGES } else { pages + RESTART_PAGES / 2 };
        }
        if pages < RESTART_PAGES {
            bound = RESTART_PAGES;
        }
    }
    let _ = connection.busy_timeout(Duration::from_millis(200));
    drop(engine);
    let _ = checkpoint(connection, log, "PRAGMA wal_checkpoint(TRUNCATE)");
}

/// The writer's connection. Statements are found by the address of their text: all SQL is `'static`.
struct WriteEngine<'c> {
    connection: &'c Connection,
    statements: HashMap<(usize, usize), Prepared<'c>, BuildHasherDefault<Address>>,
    begin: Statement<'c>,
    commit: Statement<'c>,
    savepoint: Statement<'c>,
    release: Statement<'c>,
    undo: Statement<'c>,
    /// This job has written, so that its savepoint, if it has one, is open.
    has_written: bool,
    uses_savepoints: bool,
    /// Batches that still run with savepoints, since one needed them a moment ago.
    careful: u32,
    /// A statement of this job failed: what it wrote is undone, as PostgreSQL would.
    failed: Option<Error>,
    /// SQLite gave up the whole transaction by itself (a full disk may do that).
    gone: Option<Error>,
}

struct Prepared<'c> {
    statement: Statement<'c>,
    parameters: usize,
    reads: bool,
}

impl<'c> WriteEngine<'c> {
    fn new(connection: &'c Connection) -> Self {
        let prepare = |sql| connection.prepare(sql).expect("SQLite prepares its own transaction words");
        WriteEngine {
            connection,
            statements: HashMap::default(),
            begin: prepare("BEGIN IMMEDIATE"),
            commit: prepare("COMMIT"),
            savepoint: prepare("SAVEPOINT job"),
            release: prepare("RELEASE job"),
            undo: prepare("ROLLBACK TO job"),
            has_written: false,
            uses_savepoints: false,
            careful: 0,
            failed: None,
            gone: None,
        }
    }

    /// Runs the jobs in one transaction and answers after the commit.
    ///
    /// Savepoints cost a quarter of the writer's time, and rules refuse before anything is written: so jobs run without
    /// them, and only when one must be undone does the batch run again with a savepoint for each.
    fn batch(&mut self, mut batch: Vec<Box<dyn Job>>, shared: &Shared) {
        if self.careful == 0 {
            match self.run_together(&mut batch, shared) {
                Some((broken, after)) => return self.commit(batch.into_iter().zip(broken).collect(), after, shared),
                None => self.careful = CAREFUL_BATCHES,
            }
        }
        self.careful -= 1;
        self.run_apart(batch, shared);
    }

    /// Runs the jobs without savepoints. `None`: something must be undone, and everything was.
    fn run_together(&mut self, batch: &mut [Box<dyn Job>], shared: &Shared) -> Option<(Vec<Option<Error>>, After)> {
        let (mut broken, mut after) = (Vec::with_capacity(batch.len()), After::default());
        if let Err(error) = self.begin.raw_execute() {
            let error = fault(error);
            broken.resize(batch.len(), Some(error));
            return Some((broken, after));
        }
        for job in batch {
            let outcome = self.run(&mut **job, shared, &after.changed);
            let must_undo = self.has_written && !matches!(outcome, Ran::Keep(_));
            if must_undo || self.gone.take().is_some() {
                self.roll_back();
                shared.numbers.forget();
                return None;
            }
            broken.push(keep(outcome, &mut after, shared));
        }
        Some((broken, after))
    }

    /// Runs the jobs each in its own savepoint.
    fn run_apart(&mut self, batch: Vec<Box<dyn Job>>, shared: &Shared) {
        let mut ran: Vec<(Box<dyn Job>, Option<Error>)> = Vec::with_capacity(batch.len());
        let mut after = After::default();
        if let Err(error) = self.begin.raw_execute() {
            return answer_all(batch.into_iter().map(|job| (job, None)).collect(), &fault(error));
        }
        self.uses_savepoints = true;
        for mut job in batch {
            let outcome = self.run(&mut *job, shared, &after.changed);
            let ended = self.end(matches!(outcome, Ran::Keep(_)));
            if let Some(error) = self.gone.take().or_else(|| ended.err()) {
                // Everything done so far is undone with it. This job and those before it fail, the rest goes on.
                self.roll_back();
                shared.numbers.forget();
                ran.push((job, Some(error.clone())));
                answer_all(std::mem::take(&mut ran), &error);
                after = After::default();
                if let Err(error) = self.begin.raw_execute() {
                    // The remaining jobs see it at their first statement and fail each on its own.
                    self.gone = Some(fault(error));
                }
                continue;
            }
            let broken = keep(outcome, &mut after, shared);
            ran.push((job, broken));
        }
        self.uses_savepoints = false;
        self.commit(ran, after, shared);
    }

    fn run(&mut self, job: &mut dyn Job, shared: &Shared, earlier: &[&'static str]) -> Ran {
        (self.has_written, self.failed) = (false, None);
        match (job::run(job, Tx::new(self, shared, earlier)), self.failed.take()) {
            (Ran::Keep(_), Some(error)) => Ran::Broken(error),
            (outcome, _) => outcome,
        }
    }

    /// Makes the batch durable, and only then answers. If that fails, every job of the batch is told so.
    fn commit(&mut self, ran: Vec<(Box<dyn Job>, Option<Error>)>, after: After, shared: &Shared) {
        if self.connection.is_autocommit() {
            return answer_all(ran, &self.gone.take().unwrap_or(Error::Closed));
        }
        if let Err(error) = self.commit.raw_execute() {
            let error = fault(error);
            tracing::error!(%error, jobs = ran.len(), "commit failed: every command of the batch is told");
            self.roll_back();
            shared.numbers.forget();
            return answer_all(ran, &error);
        }
        shared.settle(after);
        for (job, broken) in ran {
            job::answer(job, broken);
        }
    }

    fn end(&mut self, keep: bool) -> Result<(), Error> {
        if !self.has_written || self.gone.is_some() {
            return Ok(());
        }
        self.has_written = false;
        if !keep {
            self.undo.raw_execute().map_err(fault)?;
        }
        self.release.raw_execute().map_err(fault)?;
        Ok(())
    }

    fn roll_back(&mut self) {
        if !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }

    /// Before each statement: is the transaction still there, and before the first write: open the job's savepoint.
    fn ready(&mut self, reads: bool) -> Result<(), Error> {
        if let Some(error) = self.gone.as_ref().or(self.failed.as_ref()) {
            return Err(error.clone());
        }
        if !reads && !self.has_written {
            if self.uses_savepoints {
                self.savepoint.raw_execute().map_err(fault)?;
            }
            self.has_written = true;
        }
        Ok(())
    }

    /// After a failed statement: did SQLite drop the whole transaction? Then nothing more may run in it, since it
    /// would commit by itself.
    fn failed(&mut self, error: rusqlite::Error) -> Error {
        let error = fault(error);
        self.failed = Some(error.clone());
        if self.connection.is_autocommit() {
            self.gone = Some(error.clone());
        }
        error
    }

    fn prepare(&mut self, sql: &'static str) -> Result<(usize, usize), Error> {
        let key = (sql.as_ptr() as usize, sql.len());
        if let Entry::Vacant(place) = self.statements.entry(key) {
            let statement = self.connection.prepare(&numbered(sql)).map_err(fault)?;
            let (parameters, reads) = (statement.parameter_count(), statement.readonly());
            place.insert(Prepared { statement, parameters, reads });
        }
        let reads = self.statements.get(&key).is_some_and(|prepared| prepared.reads);
        self.ready(reads)?;
        Ok(key)
    }
}

impl Engine for WriteEngine<'_> {
    fn each(&mut self, sql: &'static str, params: &[Param<'_>], row: EachRow<'_>) -> Result<(), Error> {
        let key = self.prepare(sql)?;
        let Some(prepared) = self.statements.get_mut(&key) else { return Err(Error::Closed) };
        bind(&mut prepared.statement, prepared.parameters, params, sql)?;
        match each_row(&mut prepared.statement, row) {
            Ok(answer) => answer,
            Err(error) => Err(self.failed(error)),
        }
    }

    fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64, Error> {
        let key = self.prepare(sql)?;
        let Some(prepared) = self.statements.get_mut(&key) else { return Err(Error::Closed) };
        bind(&mut prepared.statement, prepared.parameters, params, sql)?;
        match prepared.statement.raw_execute() {
            Ok(changed) => Ok(changed as u64),
            Err(error) => Err(self.failed(error)),
        }
    }

    fn insert_many(&mut self, sql: &'static str, width: usize, params: &[Param<'_>]) -> Result<u64, Error> {
        params.chunks(width).map(|row| self.execute(sql, row)).sum()
    }

    fn script(&mut self, sql: &str) -> Result<(), Error> {
        self.ready(false)?;
        self.connection.execute_batch(sql).map_err(|error| self.failed(error))
    }

    fn outside_block(&mut self, _: &str, _: i64) -> Option<Result<i64, Error>> {
        None
    }
}

/// Notes how a job ended; its blocks of numbers serve the jobs after it, which share its fate.
fn keep(outcome: Ran, after: &mut After, shared: &Shared) -> Option<Error> {
    match outcome {
        Ran::Keep(mut own) => {
            shared.numbers.add(own.blocks.drain(..));
            after.append(own);
            None
        }
        Ran::Undo => None,
        Ran::Broken(error) => Some(error),
    }
}

fn answer_all(jobs: Vec<(Box<dyn Job>, Option<Error>)>, error: &Error) {
    for (job, broken) in jobs {
        job::answer(job, Some(broken.unwrap_or_else(|| error.clone())));
    }
}
