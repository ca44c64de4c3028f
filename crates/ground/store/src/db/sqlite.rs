//! SQLite: one writer thread that commits in groups, and readers beside it.
//!
//! Why one writer: SQLite's busy handler is unfair, so threads that open their own write transactions starve for
//! seconds; and one fsync for up to 256 commands is what makes durable writing cheap.

use super::engine::{EachRow, Engine};
use super::job::{self, Job, Ran};
use super::sql::numbered;
use super::tx::{After, Tx};
use super::value::{Param, Row};
use super::{Reader, Shared};
use crate::Error;
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, Statement};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// As many commands share one fsync.
const BATCH_MAX: usize = 256;
/// Pages of 4 KiB in the write-ahead log at which the checkpointer starts, beside the writer …
const PASSIVE_PAGES: u64 = 4_000;
/// … and at which the writer stops for a moment to start the log over, because the checkpointer never catches up
/// under constant load.
const RESTART_PAGES: u64 = 32_000;
/// Idle reader connections that are kept.
const READERS_KEPT: usize = 32;

/// The database of one data folder.
pub(crate) struct Sqlite {
    path: PathBuf,
    queue: Mutex<Option<Sender<Box<dyn Job>>>>,
    idle: Mutex<Vec<ReadConnection>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Sqlite {
    /// Opens or creates the file and starts the writer and the checkpointer.
    pub fn open(path: &Path, shared: Arc<Shared>) -> Result<Self, Error> {
        let mut writer = connect(path, OpenFlags::default())?;
        let log = Arc::new(Log::default());
        let checkpointer = Checkpointer::start(path.to_owned(), log.clone())?;
        let hook = log.clone();
        let thread = checkpointer.thread().clone();
        writer
            .wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages: std::ffi::c_int| {
                let pages = u64::try_from(pages).unwrap_or_default();
                hook.pages.store(pages, Ordering::Relaxed);
                if pages >= PASSIVE_PAGES {
                    thread.unpark();
                }
                Ok(())
            }))
            .map_err(fault)?;
        let (sender, receiver) = channel();
        let thread = std::thread::Builder::new().name("store-writer".to_owned());
        let writer = thread.spawn(move || {
            write(&writer, &receiver, &shared, &log);
            log.closed.store(true, Ordering::Release);
            checkpointer.thread().unpark();
            let _ = checkpointer.join();
        })?;
        Ok(Sqlite {
            path: path.to_owned(),
            queue: Mutex::new(Some(sender)),
            idle: Mutex::default(),
            threads: Mutex::new(vec![writer]),
        })
    }

    /// Queues a command.
    pub fn submit(&self, job: Box<dyn Job>) {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = match &*queue {
            Some(queue) => queue.send(job).err().map(|back| back.0),
            None => Some(job),
        };
        drop(queue);
        if let Some(job) = refused {
            job::answer(job, Some(Error::Closed));
        }
    }

    /// Lends a reader connection to `ask`, on the calling thread.
    pub fn read<T>(&self, shared: &Shared, ask: impl FnOnce(&mut Reader<'_>) -> T) -> Result<T, Error> {
        let mut connection = self.take()?;
        let answer = ask(&mut Reader::new(&mut connection, shared));
        self.give_back(connection);
        Ok(answer)
    }

    /// As [`read`](Self::read), with one state of the database for all statements.
    pub fn snapshot<T>(&self, shared: &Shared, ask: impl FnOnce(&mut Reader<'_>) -> T) -> Result<T, Error> {
        let mut connection = self.take()?;
        connection.script("BEGIN")?;
        let answer = ask(&mut Reader::new(&mut connection, shared));
        connection.script("COMMIT")?;
        self.give_back(connection);
        Ok(answer)
    }

    /// A separate connection that only reads, for a backup.
    pub fn reading_connection(&self) -> Result<Connection, Error> {
        connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
    }

    fn take(&self) -> Result<ReadConnection, Error> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match idle {
            Some(connection) => Ok(connection),
            None => {
                let connection = self.reading_connection()?;
                connection.set_prepared_statement_cache_capacity(512);
                Ok(ReadConnection { connection, numbered: HashMap::default() })
            }
        }
    }

    fn give_back(&self, connection: ReadConnection) {
        // A panic in a question drops the connection instead: nothing of it is reused.
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < READERS_KEPT {
            idle.push(connection);
        }
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        *self.queue.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        for thread in self.threads.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            // The last handle may be dropped by a job, on the writer itself: that thread ends on its own.
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, Error> {
    let connection = Connection::open_with_flags(path, flags).map_err(fault)?;
    connection.busy_timeout(Duration::from_secs(10)).map_err(fault)?;
    if !flags.contains(OpenFlags::SQLITE_OPEN_READ_ONLY) {
        connection.pragma_update(None, "journal_mode", "WAL").map_err(fault)?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(fault)?;
        // The checkpointer and the writer decide when, not the commit that happens to pass a bound.
        connection.pragma_update(None, "wal_autocheckpoint", 0).map_err(fault)?;
        connection
            .pragma_update(None, "journal_size_limit", i64::try_from(RESTART_PAGES * 4096).unwrap_or(i64::MAX))
            .map_err(fault)?;
        connection.pragma_update(None, "foreign_keys", true).map_err(fault)?;
    }
    connection.pragma_update(None, "cache_size", -65_536).map_err(fault)?;
    connection.pragma_update(None, "temp_store", "MEMORY").map_err(fault)?;
    // As PostgreSQL's LIKE.
    connection.pragma_update(None, "case_sensitive_like", true).map_err(fault)?;
    Ok(connection)
}

/// How long the write-ahead log is.
#[derive(Default)]
struct Log {
    pages: AtomicU64,
    closed: std::sync::atomic::AtomicBool,
}

struct Checkpointer;

impl Checkpointer {
    /// Moves committed pages from the log into the database beside the writer, without ever making it wait.
    fn start(path: PathBuf, log: Arc<Log>) -> Result<JoinHandle<()>, Error> {
        let connection = connect(&path, OpenFlags::default())?;
        let thread = std::thread::Builder::new().name("store-checkpointer".to_owned());
        Ok(thread.spawn(move || {
            while !log.closed.load(Ordering::Acquire) {
                if log.pages.load(Ordering::Relaxed) >= PASSIVE_PAGES
                    && let Err(error) = checkpoint(&connection, "PASSIVE")
                {
                    tracing::warn!(%error, "checkpoint failed; it is tried again");
                }
                std::thread::park_timeout(Duration::from_secs(5));
            }
        })?)
    }
}

fn checkpoint(connection: &Connection, mode: &'static str) -> Result<(), Error> {
    let sql = match mode {
        "RESTART" => "PRAGMA wal_checkpoint(RESTART)",
        "TRUNCATE" => "PRAGMA wal_checkpoint(TRUNCATE)",
        _ => "PRAGMA wal_checkpoint(PASSIVE)",
    };
    connection.query_row(sql, [], |_| Ok(())).map_err(fault)
}

/// The writer's life: wait for a command, take along all that wait with it, commit them together.
fn write(connection: &Connection, queue: &Receiver<Box<dyn Job>>, shared: &Shared, log: &Log) {
    let mut engine = WriteEngine::new(connection);
    let mut bound = RESTART_PAGES;
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        while batch.len() < BATCH_MAX
            && let Ok(next) = queue.try_recv()
        {
            batch.push(next);
        }
        engine.batch(batch, shared);

        let pages = log.pages.load(Ordering::Relaxed);
        if pages > bound {
            // A reader that holds an old snapshot for long makes this fail; the bound then moves on, so that the
            // writer does not wait for it after each batch.
            let _ = connection.busy_timeout(Duration::from_millis(50));
            let done = checkpoint(connection, "RESTART");
            let _ = connection.busy_timeout(Duration::from_secs(10));
            bound = if done.is_ok() { RESTART_PAGES } else { pages + RESTART_PAGES / 2 };
        }
        if pages < RESTART_PAGES {
            bound = RESTART_PAGES;
        }
    }
    let _ = connection.busy_timeout(Duration::from_millis(200));
    drop(engine);
    let _ = checkpoint(connection, "TRUNCATE");
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
    /// This job has written, so its savepoint is open.
    is_open: bool,
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
            is_open: false,
            failed: None,
            gone: None,
        }
    }

    /// Runs the jobs in one transaction, each in its own savepoint, and answers after the commit.
    fn batch(&mut self, batch: Vec<Box<dyn Job>>, shared: &Shared) {
        let mut ran: Vec<(Box<dyn Job>, Option<Error>)> = Vec::with_capacity(batch.len());
        let mut after = After::default();
        if let Err(error) = self.begin.raw_execute() {
            return answer_all(batch.into_iter().map(|job| (job, None)).collect(), &fault(error));
        }
        for mut job in batch {
            (self.is_open, self.failed) = (false, None);
            let tx = Tx::new(self, shared, &after.changed);
            let outcome = match (job::run(&mut *job, tx), self.failed.take()) {
                (Ran::Keep(_), Some(error)) => Ran::Broken(error),
                (outcome, _) => outcome,
            };
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
            match outcome {
                Ran::Keep(mut own) => {
                    shared.numbers.add(own.blocks.drain(..));
                    after.append(own);
                    ran.push((job, None));
                }
                Ran::Undo => ran.push((job, None)),
                Ran::Broken(error) => ran.push((job, Some(error))),
            }
        }
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
        if !self.is_open || self.gone.is_some() {
            return Ok(());
        }
        self.is_open = false;
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
        if !reads && !self.is_open {
            self.savepoint.raw_execute().map_err(fault)?;
            self.is_open = true;
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

fn answer_all(jobs: Vec<(Box<dyn Job>, Option<Error>)>, error: &Error) {
    for (job, broken) in jobs {
        job::answer(job, Some(broken.unwrap_or_else(|| error.clone())));
    }
}

/// A reader connection and the SQLite text of each statement it knows.
struct ReadConnection {
    connection: Connection,
    numbered: HashMap<(usize, usize), Box<str>, BuildHasherDefault<Address>>,
}

impl Engine for ReadConnection {
    fn each(&mut self, sql: &'static str, params: &[Param<'_>], row: EachRow<'_>) -> Result<(), Error> {
        let key = (sql.as_ptr() as usize, sql.len());
        let text = self.numbered.entry(key).or_insert_with(|| numbered(sql).into_boxed_str());
        let mut statement = self.connection.prepare_cached(text).map_err(fault)?;
        let parameters = statement.parameter_count();
        bind(&mut statement, parameters, params, sql)?;
        each_row(&mut statement, row).map_err(fault)?
    }

    fn execute(&mut self, _: &'static str, _: &[Param<'_>]) -> Result<u64, Error> {
        Err(Error::Database("a reader does not write".to_owned()))
    }

    fn insert_many(&mut self, sql: &'static str, _: usize, params: &[Param<'_>]) -> Result<u64, Error> {
        self.execute(sql, params)
    }

    fn script(&mut self, sql: &str) -> Result<(), Error> {
        self.connection.execute_batch(sql).map_err(fault)
    }

    fn outside_block(&mut self, _: &str, _: i64) -> Option<Result<i64, Error>> {
        None
    }
}

fn bind(statement: &mut Statement<'_>, parameters: usize, params: &[Param<'_>], sql: &str) -> Result<(), Error> {
    if parameters != params.len() {
        let given = params.len();
        return Err(Error::Database(format!("{given} parameters given, {parameters} wanted: {sql}")));
    }
    for (at, param) in params.iter().enumerate() {
        statement.raw_bind_parameter(at + 1, param).map_err(fault)?;
    }
    Ok(())
}

/// Hands over the rows. The outer error is SQLite's, the inner one the caller's.
fn each_row(statement: &mut Statement<'_>, row: EachRow<'_>) -> rusqlite::Result<Result<(), Error>> {
    let mut rows = statement.raw_query();
    while let Some(next) = rows.next()? {
        if let Err(error) = row(next) {
            return Ok(Err(error));
        }
    }
    Ok(Ok(()))
}

impl ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Param::Null => ValueRef::Null,
            Param::Int(value) => ValueRef::Integer(*value),
            Param::Text(text) => ValueRef::Text(text.as_bytes()),
            Param::Short(short) => ValueRef::Text(short.as_str().as_bytes()),
            Param::Owned(text) => ValueRef::Text(text.as_bytes()),
            Param::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Row for rusqlite::Row<'_> {
    fn int(&self, column: usize) -> Result<Option<i64>, Error> {
        match self.get_ref(column).map_err(fault)? {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(value) => Ok(Some(value)),
            other => Err(unexpected(column, "an integer", other)),
        }
    }

    fn text(&self, column: usize) -> Result<Option<&str>, Error> {
        match self.get_ref(column).map_err(fault)? {
            ValueRef::Null => Ok(None),
            ValueRef::Text(bytes) => {
                let text = std::str::from_utf8(bytes);
                text.map(Some).map_err(|error| Error::Corrupt(format!("column {column}: {error}")))
            }
            other => Err(unexpected(column, "text", other)),
        }
    }

    fn bytes(&self, column: usize) -> Result<Option<&[u8]>, Error> {
        match self.get_ref(column).map_err(fault)? {
            ValueRef::Null => Ok(None),
            ValueRef::Blob(bytes) => Ok(Some(bytes)),
            other => Err(unexpected(column, "bytes", other)),
        }
    }
}

fn unexpected(column: usize, wanted: &str, found: ValueRef<'_>) -> Error {
    Error::Corrupt(format!("column {column}: {wanted} wanted, {} found", found.data_type()))
}

/// SQLite's error as ours.
pub(crate) fn fault(error: rusqlite::Error) -> Error {
    let words = error.to_string();
    match error.sqlite_error() {
        Some(code) => match (code.code, code.extended_code) {
            (ErrorCode::DiskFull, _) => Error::Full(words),
            (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Error::Busy(words),
            (ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _) => Error::Corrupt(words),
            (ErrorCode::SystemIoFailure | ErrorCode::CannotOpen, _) => Error::Io(words),
            (ErrorCode::ConstraintViolation, _) if words.contains("store_journal.stream") => Error::Lost,
            (
                ErrorCode::ConstraintViolation,
                rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
            ) => Error::Taken(words),
            _ => Error::Database(words),
        },
        None => Error::Database(words),
    }
}

/// Hashes an address: one multiplication, since addresses of texts differ already.
#[derive(Default)]
struct Address(u64);

impl Hasher for Address {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }
    fn write_usize(&mut self, value: usize) {
        self.0 = (self.0.rotate_left(26) ^ value as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}
