//! PostgreSQL: one transaction a command, on a fixed set of connections that take commands in order.
//!
//! Isolation is REPEATABLE READ with new tries. READ COMMITTED would lose updates that SQLite, with its one writer,
//! cannot lose, so a room tested there would break here unseen. SERIALIZABLE would be the exact match, but its page
//! locks make commands that touch neighbouring keys — all fresh ids are neighbours — abort each other under load. What
//! REPEATABLE READ leaves open is write skew: two commands that read the same rows and write different ones. A rule
//! over several rows therefore writes one row they share (its stream's next version is such a row).

use super::engine::{EachRow, Engine};
use super::job::{self, Job, Ran};
use super::pg_value::fault;
use super::sql::widened;
use super::tx::Tx;
use super::value::Param;
use super::{Reader, Shared};
use crate::Error;
use crate::numbers::TAKE_BLOCK;
use postgres::types::ToSql;
use postgres::{Client, NoTls, Statement};
use std::collections::{HashMap, VecDeque};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Tries of one command against conflicts with others.
const TRIES_MAX: u32 = 12;
/// Tries against a key that is taken: the second sees who took it, and the rules speak.
const TAKEN_TRIES_MAX: u32 = 2;
/// How long a question waits for a connection.
const READER_WAIT: Duration = Duration::from_secs(10);
/// Rows in one INSERT, at most.
const ROWS_MAX: usize = 128;

/// A database server.
pub(crate) struct Postgres {
    queue: Mutex<Option<Sender<Box<dyn Job>>>>,
    readers: Readers,
    workers: Mutex<Vec<JoinHandle<()>>>,
}

impl Postgres {
    /// Connects, and starts the threads that write.
    pub fn open(url: &str, writers: usize, readers: usize, shared: Arc<Shared>) -> Result<Self, Error> {
        let mut config: postgres::Config = url.parse().map_err(|error: postgres::Error| fault(&error))?;
        config.connect_timeout(Duration::from_secs(5)).application_name("tongban");
        let side = Arc::new(Mutex::new(Connection::open(&config, Kind::Alone)?));
        let (sender, receiver) = channel();
        let receiver = Arc::new(Mutex::new(receiver));
        let mut workers = Vec::new();
        for number in 0..writers.max(1) {
            let connection = Connection { side: Some(side.clone()), ..Connection::closed(&config, Kind::Transaction) };
            let (receiver, shared) = (receiver.clone(), shared.clone());
            let thread = std::thread::Builder::new().name(format!("store-writer-{number}"));
            workers.push(thread.spawn(move || write(connection, &receiver, &shared))?);
        }
        let readers = Readers { config, most: readers.max(1), state: Mutex::default() };
        Ok(Postgres { queue: Mutex::new(Some(sender)), readers, workers: Mutex::new(workers) })
    }

    /// Queues a command.
    pub fn submit(&self, job: Box<dyn Job>) {
        let queue = locked(&self.queue);
        let refused = match &*queue {
            Some(queue) => queue.send(job).err().map(|back| back.0),
            None => Some(job),
        };
        drop(queue);
        if let Some(job) = refused {
            job::answer(job, Some(Error::Closed));
        }
    }

    /// Lends a connection to `ask`, on the calling thread.
    pub fn read<T: Send>(&self, shared: &Shared, ask: impl FnOnce(&mut Reader<'_>) -> T + Send) -> Result<T, Error> {
        blocking(|| {
            let mut lent = self.readers.take()?;
            Ok(ask(&mut Reader::new(lent.connection(), shared)))
        })
    }

    /// As [`read`](Self::read), with one state of the database for all statements.
    pub fn snapshot<T: Send>(
        &self,
        shared: &Shared,
        ask: impl FnOnce(&mut Reader<'_>) -> T + Send,
    ) -> Result<T, Error> {
        blocking(|| {
            let mut lent = self.readers.take()?;
            lent.connection().script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
            lent.connection().kind = Kind::Transaction;
            let answer = ask(&mut Reader::new(lent.connection(), shared));
            lent.connection().script("COMMIT")?;
            lent.connection().kind = Kind::Reader;
            Ok(answer)
        })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        *locked(&self.queue) = None;
        let workers: Vec<_> = locked(&self.workers).drain(..).collect();
        for worker in workers {
            if worker.thread().id() != std::thread::current().id() {
                let _ = worker.join();
            }
        }
        let idle = std::mem::take(&mut locked(&self.readers.state).idle);
        blocking(|| drop(idle));
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `work`, which blocks on a connection, wherever it is called. The client has a small runtime of its own, and one
/// runtime cannot be waited for inside another.
fn blocking<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Err(_) => work(),
        Ok(RuntimeFlavor::CurrentThread) => std::thread::scope(|scope| match scope.spawn(work).join() {
            Ok(answer) => answer,
            Err(panic) => std::panic::resume_unwind(panic),
        }),
        Ok(_) => tokio::task::block_in_place(work),
    }
}

/// A writer's life.
fn write(mut connection: Connection, queue: &Mutex<Receiver<Box<dyn Job>>>, shared: &Shared) {
    loop {
        let next = locked(queue).recv();
        let Ok(mut job) = next else { break };
        let broken = carry_out(&mut connection, &mut *job, shared);
        job::answer(job, broken.err());
    }
}

/// One command, tried again while others are in its way.
fn carry_out(connection: &mut Connection, job: &mut dyn Job, shared: &Shared) -> Result<(), Error> {
    let mut tries = 0;
    loop {
        tries += 1;
        connection.trouble = None;
        connection.begin()?;
        let outcome = job::run(job, Tx::new(connection, shared, &[]));
        let ended = match &outcome {
            Ran::Keep(_) if connection.trouble.is_none() => connection.commit(),
            _ => connection.roll_back(),
        };
        match connection.trouble.take() {
            Some(Trouble::Conflict(_)) if tries < TRIES_MAX => {
                pause(tries);
                continue;
            }
            Some(Trouble::Taken(_)) if tries < TAKEN_TRIES_MAX => continue,
            // The job swallowed the error of a statement; its transaction is gone all the same.
            Some(trouble) if matches!(outcome, Ran::Keep(_)) => return Err(trouble.error()),
            _ => {}
        }
        ended?;
        return match outcome {
            Ran::Keep(after) => {
                shared.settle(after);
                Ok(())
            }
            Ran::Undo => Ok(()),
            Ran::Broken(error) => Err(error),
        };
    }
}

/// A little longer each time, and not the same for all.
fn pause(tries: u32) {
    let [random] = crate::random_bytes::<1>();
    let most = 1_u64 << tries.min(7);
    std::thread::sleep(Duration::from_micros(most * 500 * (u64::from(random) + 64) / 256));
}

/// What is in the way of a transaction.
enum Trouble {
    /// Another transaction changed the same rows, or the plan grew old: try again.
    Conflict(Error),
    /// A key is taken: one more try, in which the job can see by whom.
    Taken(Error),
    /// A statement failed, and the transaction with it.
    Failed(Error),
}

impl Trouble {
    fn error(self) -> Error {
        match self {
            Trouble::Conflict(error) | Trouble::Taken(error) | Trouble::Failed(error) => error,
        }
    }
}

/// What a connection is for.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Statements inside BEGIN and COMMIT.
    Transaction,
    /// Single questions, which may be asked again on a new connection.
    Reader,
    /// Single statements that write, each durable by itself.
    Alone,
}

/// A connection and its prepared statements, found by the address of their text: all SQL is `'static`.
struct Connection {
    config: postgres::Config,
    kind: Kind,
    client: Option<Client>,
    statements: HashMap<(usize, usize, usize), Statement>,
    trouble: Option<Trouble>,
    /// For what must outlive the transaction.
    side: Option<Arc<Mutex<Connection>>>,
}

impl Connection {
    fn closed(config: &postgres::Config, kind: Kind) -> Self {
        let (client, statements) = (None, HashMap::new());
        Connection { config: config.clone(), kind, client, statements, trouble: None, side: None }
    }

    fn open(config: &postgres::Config, kind: Kind) -> Result<Self, Error> {
        let mut connection = Self::closed(config, kind);
        connection.client()?;
        Ok(connection)
    }

    /// The client; connects anew after a cut.
    fn client(&mut self) -> Result<&mut Client, Error> {
        if self.client.as_ref().is_none_or(Client::is_closed) {
            self.statements.clear();
            self.client = None;
            let mut client = self.config.connect(NoTls).map_err(|error| fault(&error))?;
            let session = match self.kind {
                Kind::Reader => "SET default_transaction_read_only = on; SET synchronous_commit = on",
                Kind::Transaction | Kind::Alone => "SET synchronous_commit = on",
            };
            client.batch_execute(session).map_err(|error| fault(&error))?;
            self.client = Some(client);
        }
        self.client.as_mut().ok_or(Error::Closed)
    }

    fn begin(&mut self) -> Result<(), Error> {
        const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ";
        let first = self.client()?.batch_execute(BEGIN);
        match first {
            // The cut came while it was idle: nothing is lost, a new connection begins.
            Err(error) if error.is_closed() => self.client()?.batch_execute(BEGIN).map_err(|error| fault(&error)),
            other => other.map_err(|error| fault(&error)),
        }
    }

    fn commit(&mut self) -> Result<(), Error> {
        let Some(client) = &mut self.client else { return Err(Error::Closed) };
        match client.batch_execute("COMMIT") {
            Ok(()) => Ok(()),
            Err(error) if error.is_closed() => Err(Error::Io(
                "the connection was cut at the commit; whether the command happened is unknown: send it again under \
                 the same idempotency key"
                    .to_owned(),
            )),
            Err(error) => Err(self.failed(&error)),
        }
    }

    fn roll_back(&mut self) -> Result<(), Error> {
        // A connection on which this fails is replaced at its next use; the server rolls back by itself.
        if let Some(client) = &mut self.client
            && client.batch_execute("ROLLBACK").is_err()
        {
            self.client = None;
        }
        Ok(())
    }

    fn failed(&mut self, error: &postgres::Error) -> Error {
        let ours = fault(error);
        let code = error.code().map_or("", |code| code.code());
        let trouble = Some(match code {
            // Serialisation failure, deadlock.
            "40001" | "40P01" => Trouble::Conflict(Error::Busy(ours.to_string())),
            // "cached plan must not change result type": a migration ran beside us.
            "0A000" if !self.statements.is_empty() => {
                self.statements.clear();
                Trouble::Conflict(ours.clone())
            }
            // Unique key, table or object is there already.
            "23505" | "42P07" | "42710" => Trouble::Taken(ours.clone()),
            _ if error.is_closed() && self.kind == Kind::Transaction => Trouble::Conflict(ours.clone()),
            _ => Trouble::Failed(ours.clone()),
        });
        if self.trouble.is_none() {
            self.trouble = trouble;
        }
        ours
    }

    fn statement(&mut self, sql: &'static str, width: usize, rows: usize) -> Result<Statement, Error> {
        let key = (sql.as_ptr() as usize, sql.len(), rows);
        self.client()?;
        if let Some(known) = self.statements.get(&key) {
            return Ok(known.clone());
        }
        let wide = if rows > 1 { widened(sql, width, rows) } else { None };
        let prepared = self.client()?.prepare(wide.as_deref().unwrap_or(sql));
        let statement = prepared.map_err(|error| self.failed(&error))?;
        self.statements.insert(key, statement.clone());
        Ok(statement)
    }

    fn ask(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<Vec<postgres::Row>, Error> {
        let statement = self.statement(sql, 0, 1)?;
        let answer = self.client()?.query(&statement, &by_reference(params));
        answer.map_err(|error| self.failed(&error))
    }
}

fn by_reference<'a>(params: &'a [Param<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|param| param as &(dyn ToSql + Sync)).collect()
}

impl Engine for Connection {
    fn each(&mut self, sql: &'static str, params: &[Param<'_>], row: EachRow<'_>) -> Result<(), Error> {
        let mut answer = self.ask(sql, params);
        if answer.is_err() && self.kind == Kind::Reader && self.client.as_ref().is_none_or(Client::is_closed) {
            answer = self.ask(sql, params);
        }
        answer?.iter().try_for_each(|found| row(found))
    }

    fn execute(&mut self, sql: &'static str, params: &[Param<'_>]) -> Result<u64, Error> {
        let statement = self.statement(sql, 0, 1)?;
        let changed = self.client()?.execute(&statement, &by_reference(params));
        changed.map_err(|error| self.failed(&error))
    }

    fn insert_many(&mut self, sql: &'static str, width: usize, params: &[Param<'_>]) -> Result<u64, Error> {
        let (mut rest, mut written) = (params, 0);
        while !rest.is_empty() {
            // Powers of two, so that few statements are prepared.
            let left = rest.len() / width;
            let rows = ROWS_MAX.min(1 << left.ilog2());
            let (now, later) = rest.split_at(rows * width);
            let statement = self.statement(sql, width, rows)?;
            let changed = self.client()?.execute(&statement, &by_reference(now));
            written += changed.map_err(|error| self.failed(&error))?;
            rest = later;
        }
        Ok(written)
    }

    fn script(&mut self, sql: &str) -> Result<(), Error> {
        let done = self.client()?.batch_execute(sql);
        done.map_err(|error| self.failed(&error))
    }

    fn outside_block(&mut self, series: &str, size: i64) -> Option<Result<i64, Error>> {
        let side = self.side.as_ref()?;
        let mut side = locked(side);
        let params = [Param::Text(series), Param::Int(size)];
        let mut end = None;
        let taken = side.each(TAKE_BLOCK, &params, &mut |row| {
            end = Some(row.get::<i64>(0)?);
            Ok(())
        });
        Some(taken.and_then(|()| end.ok_or_else(|| Error::Corrupt("store_number gave no number".to_owned()))))
    }
}

/// Connections for questions, handed out in the order of asking.
struct Readers {
    config: postgres::Config,
    most: usize,
    state: Mutex<ReadersState>,
}

#[derive(Default)]
struct ReadersState {
    idle: Vec<Connection>,
    lent: usize,
    waiting: VecDeque<SyncSender<Connection>>,
}

/// A connection on loan; it goes to the next in line when dropped.
struct Lent<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

impl Readers {
    fn take(&self) -> Result<Lent<'_>, Error> {
        let mut state = locked(&self.state);
        let connection = if state.lent < self.most && state.waiting.is_empty() {
            state.lent += 1;
            let idle = state.idle.pop();
            drop(state);
            idle.unwrap_or_else(|| Connection::closed(&self.config, Kind::Reader))
        } else {
            let (sender, receiver) = sync_channel(1);
            state.waiting.push_back(sender);
            drop(state);
            receiver.recv_timeout(READER_WAIT).map_err(|error| match error {
                RecvTimeoutError::Timeout => Error::Busy("no connection became free in time".to_owned()),
                RecvTimeoutError::Disconnected => Error::Closed,
            })?
        };
        Ok(Lent { readers: self, connection: Some(connection) })
    }
}

impl Lent<'_> {
    fn connection(&mut self) -> &mut Connection {
        self.connection.get_or_insert_with(|| Connection::closed(&self.readers.config, Kind::Reader))
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        if std::thread::panicking() || connection.kind != Kind::Reader {
            // It may be in the middle of something.
            connection = Connection::closed(&self.readers.config, Kind::Reader);
        }
        connection.trouble = None;
        let mut state = locked(&self.readers.state);
        while let Some(next) = state.waiting.pop_front() {
            match next.try_send(connection) {
                Ok(()) => return,
                Err(back) => {
                    // That one gave up waiting.
                    connection = match back {
                        std::sync::mpsc::TrySendError::Full(back) => back,
                        std::sync::mpsc::TrySendError::Disconnected(back) => back,
                    };
                }
            }
        }
        state.lent -= 1;
        state.idle.push(connection);
    }
}
