//! PostgreSQL: a fixed set of connections that take commands in order. Commands that wait together share a transaction, and
//! with it one flush of the server's log; if one of them must be undone or meets another writer, each runs again by itself.
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
use super::tx::{After, Tx};
use super::{Reader, Shared};
use crate::Error;
use connection::{Connection, Kind, Trouble};
use readers::Readers;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use value::fault;

/// How every transaction that writes begins.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ";
/// Commands that share one transaction, at most: it keeps its locks until all of them are done.
const TOGETHER_MAX: usize = 32;
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
        let writers = writers.max(1);
        for number in 0..writers {
            let connection = Connection::closed(&config, Kind::Writer).beside(side.clone());
            let (waiting, shared) = (waiting.clone(), shared.clone());
            let thread = std::thread::Builder::new().name(format!("store-writer-{number}"));
            workers.push(thread.spawn(move || write(connection, &waiting, writers, &shared))?);
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

/// The life of one of `writers`.
fn write(mut connection: Connection, queue: &Mutex<Waiting>, writers: usize, shared: &Shared) {
    loop {
        let share = locked(queue).share(writers, TOGETHER_MAX);
        let Some(jobs) = share else { break };
        for mut job in together(&mut connection, jobs, shared) {
            let broken = carry_out(&mut connection, &mut *job, shared);
            job::answer(job, broken.err());
        }
    }
}

/// Carries out several commands in one transaction and answers after its commit. Gives them back, undone, when that cannot
/// be: one of them refused after it wrote, or another writer was in the way.
fn together(connection: &mut Connection, mut jobs: Vec<Box<dyn Job>>, shared: &Shared) -> Vec<Box<dyn Job>> {
    if jobs.len() < 2 || connection.begin(BEGIN).is_err() {
        return jobs;
    }
    let (mut broken, mut after) = (Vec::with_capacity(jobs.len()), After::default());
    for job in &mut jobs {
        connection.has_written = false;
        let outcome = job::run(&mut **job, Tx::new(connection, shared, &after.changed));
        let must_undo = connection.has_written && !matches!(outcome, Ran::Keep(_));
        if must_undo || connection.trouble.is_some() {
            connection.roll_back();
            return jobs;
        }
        broken.push(match outcome {
            Ran::Keep(own) => {
                after.append(own);
                None
            }
            Ran::Undo => None,
            Ran::Broken(error) => Some(error),
        });
    }
    match connection.commit() {
        Ok(()) => {
            shared.settle(after);
            jobs.into_iter().zip(broken).for_each(|(job, broken)| job::answer(job, broken));
        }
        // The server undid it: each may try by itself.
        Err(_) if connection.trouble.is_some() => return jobs,
        Err(error) => jobs.into_iter().for_each(|job| job::answer(job, Some(error.clone()))),
    }
    Vec::new()
}

/// One command, tried again while others are in its way.
fn carry_out(connection: &mut Connection, job: &mut dyn Job, shared: &Shared) -> Result<(), Error> {
    let mut tries = 0;
    loop {
        tries += 1;
        connection.begin(BEGIN)?;
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
