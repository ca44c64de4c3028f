//! PostgreSQL: one transaction a command, on a fixed set of connections that take commands in order.
//!
//! Isolation is REPEATABLE READ with new tries. READ COMMITTED would lose updates that SQLite, with its one writer,
//! cannot lose, so a room tested there would break here unseen. SERIALIZABLE would be the exact match, but its page
//! locks make commands that touch neighbouring keys — all fresh ids are neighbours — abort each other under load. What
//! REPEATABLE READ leaves open is write skew: two commands that read the same rows and write different ones. A rule
//! over several rows therefore writes one row they share (its stream's next version is such a row).

mod connection;
mod readers;
mod value;

use super::job::{self, Job, Queue, Ran, Waiting};
use super::tx::Tx;
use super::{Reader, Shared};
use crate::Error;
use connection::{Connection, Kind, Trouble};
use readers::Readers;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use value::fault;

/// Tries of one command against conflicts with others.
const TRIES_MAX: u32 = 40;
/// Tries against a key that is taken: the second sees who took it, and the rules speak.
const TAKEN_TRIES_MAX: u32 = 2;

/// A database server.
pub(crate) struct Postgres {
    queue: Queue,
    readers: Readers,
    workers: Mutex<Vec<JoinHandle<()>>>,
}

impl Postgres {
    /// Connects, and starts the threads that write.
    pub fn open(url: &str, writers: usize, readers: usize, shared: Arc<Shared>) -> Result<Self, Error> {
        let mut config: postgres::Config = url.parse().map_err(|error: postgres::Error| fault(&error))?;
        config.connect_timeout(Duration::from_secs(5)).application_name("tongban");
        let side = Arc::new(Mutex::new(blocking(|| Connection::open(&config, Kind::Alone))?));
        let (queue, waiting) = Queue::new();
        let waiting = Arc::new(Mutex::new(waiting));
        let mut workers = Vec::new();
        for number in 0..writers.max(1) {
            let connection = Connection::closed(&config, Kind::Writer).beside(side.clone());
            let (waiting, shared) = (waiting.clone(), shared.clone());
            let thread = std::thread::Builder::new().name(format!("store-writer-{number}"));
            workers.push(thread.spawn(move || write(connection, &waiting, &shared))?);
        }
        let readers = Readers::new(config, readers);
        Ok(Postgres { queue, readers, workers: Mutex::new(workers) })
    }

    /// Queues a command.
    pub fn submit(&self, job: Box<dyn Job>) {
        self.queue.submit(job);
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
            lent.connection().begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
            let answer = ask(&mut Reader::new(lent.connection(), shared));
            lent.connection().roll_back();
            Ok(answer)
        })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.queue.close();
        let workers: Vec<_> = locked(&self.workers).drain(..).collect();
        for worker in workers {
            if worker.thread().id() != std::thread::current().id() {
                let _ = worker.join();
            }
        }
        blocking(|| self.readers.close());
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
fn write(mut connection: Connection, queue: &Mutex<Waiting>, shared: &Shared) {
    loop {
        let next = locked(queue).next();
        let Some(mut job) = next else { break };
        let broken = carry_out(&mut connection, &mut *job, shared);
        job::answer(job, broken.err());
    }
}

/// One command, tried again while others are in its way.
fn carry_out(connection: &mut Connection, job: &mut dyn Job, shared: &Shared) -> Result<(), Error> {
    let mut tries = 0;
    loop {
        tries += 1;
        connection.begin("BEGIN ISOLATION LEVEL REPEATABLE READ")?;
        let outcome = job::run(job, Tx::new(connection, shared, &[]));
        let ended = match &outcome {
            Ran::Keep(_) if connection.trouble.is_none() => connection.commit(),
            _ => {
                connection.roll_back();
                Ok(())
            }
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
