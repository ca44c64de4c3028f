//! SQLite: one writer thread that commits in groups, and readers beside it.
//!
//! Why one writer: SQLite's busy handler is unfair, so threads that open their own write transactions starve for
//! seconds; and one fsync for up to 256 commands is what makes durable writing cheap.

mod value;
mod writer;

pub(crate) use value::fault;

use super::engine::{EachRow, Engine};
use super::job::{Job, Queue};
use super::sql::numbered;
use super::value::Param;
use super::{Reader, Shared};
use crate::Error;
use rusqlite::{Connection, OpenFlags};
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use value::{Address, bind, each_row};
use writer::write;

/// As many commands share one fsync.
const BATCH_MAX: usize = 256;
/// Pages of 4 KiB in the write-ahead log at which the checkpointer starts, beside the writer …
const PASSIVE_PAGES: u64 = 20_000;
/// … and at which the writer stops for a moment to start the log over, because the checkpointer never catches up
/// under constant load.
const RESTART_PAGES: u64 = 40_000;
/// Idle reader connections that are kept.
const READERS_KEPT: usize = 32;

/// The database of one data folder.
pub(crate) struct Sqlite {
    path: PathBuf,
    queue: Queue,
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
        let (queue, waiting) = Queue::new();
        let thread = std::thread::Builder::new().name("store-writer".to_owned());
        let writer = thread.spawn(move || {
            write(&writer, &waiting, &shared, &log);
            log.closed.store(true, Ordering::Release);
            checkpointer.thread().unpark();
            let _ = checkpointer.join();
        })?;
        Ok(Sqlite { path: path.to_owned(), queue, idle: Mutex::default(), threads: Mutex::new(vec![writer]) })
    }

    /// Queues a command.
    pub fn submit(&self, job: Box<dyn Job>) {
        self.queue.submit(job);
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
        self.queue.close();
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
    closed: AtomicBool,
    /// Held while pages are moved: two that do it at once would only be in each other's way.
    moving: Mutex<()>,
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
                    && let Err(error) = checkpoint(&connection, &log, "PRAGMA wal_checkpoint(PASSIVE)")
                {
                    tracing::warn!(%error, "checkpoint failed; it is tried again");
                }
                std::thread::park_timeout(Duration::from_secs(5));
            }
        })?)
    }
}

/// Moves pages from the log into the database; whether it did all that was asked for.
fn checkpoint(connection: &Connection, log: &Log, sql: &'static str) -> Result<bool, Error> {
    let _moving = log.moving.lock().unwrap_or_else(PoisonError::into_inner);
    let is_busy = connection.query_row(sql, [], |row| row.get::<_, bool>(0)).map_err(fault)?;
    Ok(!is_busy)
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
