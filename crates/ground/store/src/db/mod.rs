//! The database: SQLite in the process, or PostgreSQL, behind the same few words.

mod engine;
mod job;
mod postgres;
mod read;
mod sql;
mod sqlite;
mod tx;
mod value;

pub use engine::EachRow;
pub use read::{Read, ReadExt, Reader};
pub use sql::Dialect;
pub(crate) use sql::definition;
pub(crate) use sqlite::fault as sqlite_fault;
pub(crate) use tx::After;
pub use tx::Tx;
pub use value::{AsParam, FromColumn, MANY, Param, Row, Short, many};

use self::postgres::Postgres;
use crate::bell::Bell;
use crate::cache::Caches;
use crate::files::Files;
use crate::numbers::Numbers;
use crate::signer::{Signer, SoftSigner};
use crate::time::Time;
use crate::vault::Vault;
use crate::{Error, keys, params};
use job::{Asked, Job, Reply};
use kernel::{Date, Timestamp};
use sqlite::Sqlite;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use tokio::sync::oneshot;

/// Where the database is and how it runs.
#[derive(Debug, Clone)]
pub struct Config {
    /// `postgres://…`, or `None` for SQLite in the data folder.
    pub url: Option<String>,
    /// The data folder: database file, files, keys.
    pub data: PathBuf,
    /// Time runs as many times faster; 1 in earnest.
    pub clock_rate: u32,
    /// Where the clock of a house begins whose journal tells nothing yet: a demonstration fills the time since then. `None`: now.
    pub begins: Option<Timestamp>,
    /// Connections to PostgreSQL that write.
    pub writers: usize,
    /// Connections to PostgreSQL that read.
    pub readers: usize,
}

impl Config {
    /// SQLite in this folder, at the real pace.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Config { url: None, data: data.into(), clock_rate: 1, begins: None, writers: 16, readers: 16 }
    }
}

/// The open database. A cheap handle; the last one to go closes it.
#[derive(Clone)]
pub struct Db(Arc<Core>);

struct Core {
    backend: Backend,
    shared: Arc<Shared>,
    files: Files,
    signer: Arc<dyn Signer>,
    config: Config,
}

enum Backend {
    Sqlite(Sqlite),
    Postgres(Box<Postgres>),
}

/// What all transactions of the process share.
pub(crate) struct Shared {
    pub dialect: Dialect,
    pub time: Time,
    pub vault: Vault,
    pub caches: Arc<Caches>,
    pub numbers: Numbers,
    pub bell: Bell,
    /// Added to PostgreSQL's transaction number: see `epoch.rs`.
    pub epoch_base: AtomicI64,
}

impl Shared {
    pub fn epoch_base(&self) -> i64 {
        self.epoch_base.load(Ordering::Relaxed)
    }

    /// After a commit.
    fn settle(&self, after: After) {
        self.numbers.add(after.blocks.into_iter());
        self.vault.settle(after.keys, after.erased);
        self.caches.forget(&after.changed);
        if after.wakes {
            self.bell.ring();
        }
    }
}

impl Db {
    /// Opens the database, and makes what is not there yet: folders, keys, the tables of this room.
    pub fn open(config: Config) -> Result<Self, Error> {
        let folder = config.data.join("keys");
        keys::make_folder(&config.data)?;
        let had_master = folder.join("master.key").exists();
        let vault = Vault::open(&folder)?;
        let signer = Arc::new(SoftSigner::open(&folder, "signing")?);
        let shared = Arc::new(Shared {
            dialect: if config.url.is_some() { Dialect::Postgres } else { Dialect::Sqlite },
            time: Time::start(config.clock_rate, None),
            vault,
            caches: Arc::default(),
            numbers: Numbers::default(),
            bell: Bell::default(),
            epoch_base: AtomicI64::new(0),
        });
        let backend = match &config.url {
            None => Backend::Sqlite(Sqlite::open(&config.data.join("tongban.db"), shared.clone())?),
            Some(url) => {
                let postgres = Postgres::open(url, config.writers, config.readers, shared.clone())?;
                Backend::Postgres(Box::new(postgres))
            }
        };
        let files = Files::new(config.data.join("files"));
        let db = Db(Arc::new(Core { backend, shared, files, signer, config }));
        db.migrate(&[])?;
        db.check_master_key(had_master)?;
        db.set_epoch_base()?;
        db.start_clock()?;
        Ok(db)
    }

    /// Runs a command in a transaction and waits until it is durable. Blocks the thread: async code uses
    /// [`write_async`](Self::write_async). Inside a job it fails at once.
    ///
    /// The job may run more than once (PostgreSQL resolves conflicts by a new try): it has no effect but through `tx`.
    /// `E` is [`Error`] or [`Failure`](crate::Failure).
    pub fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        if job::is_running() {
            let words = "a command inside a command would wait for ever: pass the transaction on";
            return Err(E::from(Error::Database(words.to_owned())));
        }
        self.queue(work).recv().unwrap_or_else(|_| Err(E::from(Error::Closed)))
    }

    /// Queues a command; the answer comes when it is durable.
    pub(crate) fn queue<T, E, F>(&self, work: F) -> Receiver<Result<T, E>>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (sender, receiver) = sync_channel(1);
        self.submit(Box::new(Asked::new(work, Reply::Thread(sender))));
        receiver
    }

    /// As [`write`](Self::write), for async code: no thread of the runtime waits. The command is queued at the call;
    /// dropping the future does not take it back.
    pub fn write_async<T, E, F>(&self, work: F) -> impl Future<Output = Result<T, E>> + Send + use<T, E, F>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        self.submit(Box::new(Asked::new(work, Reply::Task(sender))));
        async move { receiver.await.unwrap_or_else(|_| Err(E::from(Error::Closed))) }
    }

    /// Asks on the calling thread, with a pooled connection. Each statement sees what was committed when it began.
    pub fn read<T, E>(&self, ask: impl FnOnce(&mut Reader<'_>) -> Result<T, E> + Send) -> Result<T, E>
    where
        T: Send,
        E: From<Error> + Send,
    {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.read(&self.0.shared, ask)?,
            Backend::Postgres(postgres) => postgres.read(&self.0.shared, ask)?,
        }
    }

    /// As [`read`](Self::read), with one state of the database for all statements.
    pub fn snapshot<T, E>(&self, ask: impl FnOnce(&mut Reader<'_>) -> Result<T, E> + Send) -> Result<T, E>
    where
        T: Send,
        E: From<Error> + Send,
    {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.snapshot(&self.0.shared, ask)?,
            Backend::Postgres(postgres) => postgres.snapshot(&self.0.shared, ask)?,
        }
    }

    fn submit(&self, job: Box<dyn Job>) {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => sqlite.submit(job),
            Backend::Postgres(postgres) => postgres.submit(job),
        }
    }

    /// The instant it is, by the house's clock.
    pub fn now(&self) -> Timestamp {
        self.time().now()
    }

    /// The day it is in China.
    pub fn today(&self) -> Date {
        kernel::local_date(self.now())
    }

    /// The house's clock.
    pub fn time(&self) -> &Time {
        &self.0.shared.time
    }

    /// The next number of a series, in its own transaction. Inside a job use [`Tx::number`].
    pub fn number(&self, series: &str) -> Result<i64, Error> {
        let series = series.to_owned();
        self.write(move |tx| tx.number(&series))
    }

    /// The keys of parties and registers.
    pub fn vault(&self) -> &Vault {
        &self.0.shared.vault
    }

    /// The files.
    pub fn files(&self) -> &Files {
        &self.0.files
    }

    /// Who signs for the house.
    pub fn signer(&self) -> Arc<dyn Signer> {
        self.0.signer.clone()
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.0.config.data
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        self.0.shared.dialect
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.0.shared
    }

    /// The SQLite database, for its backup.
    pub(crate) fn sqlite(&self) -> Option<&Sqlite> {
        match &self.0.backend {
            Backend::Sqlite(sqlite) => Some(sqlite),
            Backend::Postgres(_) => None,
        }
    }

    /// A database whose parties were sealed under another master key is not opened: every value would be unreadable,
    /// and new ones would be lost with the wrong key.
    fn check_master_key(&self, had_master: bool) -> Result<(), Error> {
        const FIND: &str = "SELECT value FROM store_value WHERE name = 'master key'";
        const KEEP: &str = "INSERT INTO store_value (name, value) VALUES ('master key', $1)
            ON CONFLICT (name) DO NOTHING";
        let own = self.vault().fingerprint();
        self.write::<_, Error, _>(move |tx| tx.execute(KEEP, &params![own]))?;
        let known: Option<i64> = self.read(|read| read.query_one(FIND, &[], |row| row.get(0)))?;
        if known == Some(own) {
            return Ok(());
        }
        let path = self.data().join("keys/master.key");
        if !had_master {
            std::fs::remove_file(&path)?;
        }
        Err(Error::Key(format!("{} is not the master key of this database: put the right one there", path.display())))
    }

    /// The clock begins no earlier than what the journal already tells.
    fn start_clock(&self) -> Result<(), Error> {
        const LATEST: &str = "SELECT at FROM store_journal ORDER BY seq DESC LIMIT 1";
        const KEPT: &str = "SELECT value FROM store_value WHERE name = 'clock'";
        let floor: [Option<Timestamp>; 2] = self.read::<_, Error>(|read| {
            Ok([read.query_one(LATEST, &[], |row| row.get(0))?, read.query_one(KEPT, &[], |row| row.get(0))?])
        })?;
        match (floor, self.0.config.begins) {
            ([None, None], Some(begins)) => self.time().begin(begins),
            _ => floor.into_iter().flatten().for_each(|at| self.time().advance_to(at)),
        }
        Ok(())
    }

    /// Keeps where the clock stands, so that a restarted demonstration goes on from there.
    pub(crate) fn keep_clock(&self) -> Result<(), Error> {
        const KEEP: &str = "INSERT INTO store_value (name, value) VALUES ('clock', $1)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.write(|tx: &mut Tx<'_>| {
            let now = tx.now();
            tx.execute(KEEP, &params![now]).map(drop)
        })
    }
}
