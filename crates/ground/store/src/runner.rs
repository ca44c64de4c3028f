//! Runs followers, wheels, senders, the sealer and the housekeeping: each in a thread of its own, by a lease on one
//! process at a time, with back-off after errors, and visible.

use crate::db::{Db, Dialect, Read, ReadExt, Tx};
use crate::follow::{Follower, Following};
use crate::housekeeping::Housekeeping;
use crate::outbox::Sender;
use crate::sealer::Sealing;
use crate::send::Sending;
use crate::wheel::{Turning, Wheel};
use crate::{Error, params};
use kernel::Timestamp;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How a round of work ended.
pub(crate) enum Round {
    /// There is more to do at once.
    More,
    /// Something is on its way.
    Soon,
    /// Nothing to do until the bell or the pause.
    Idle,
    /// Some went well, this did not; go on.
    Limped(Error),
}

/// Work that goes on for ever, a round at a time.
pub(crate) trait Work: Send {
    fn name(&self) -> String;
    /// Whether a commit may bring work at once.
    fn hears(&self) -> bool;
    /// How long to wait when there is nothing to do.
    fn pause(&self) -> Duration;
    fn round(&mut self, db: &Db) -> Result<Round, Error>;
}

/// The running workers of this process. Dropping it stops them.
pub struct Runner {
    db: Db,
    stopping: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Runner {
    /// Starts a thread for each follower, wheel and sender, one for the sealer and one for the housekeeping.
    pub fn start(
        db: &Db,
        followers: Vec<Arc<dyn Follower>>,
        wheels: Vec<Arc<dyn Wheel>>,
        senders: Vec<Arc<dyn Sender>>,
    ) -> Result<Self, Error> {
        let stopping = Arc::new(AtomicBool::new(false));
        let mut runner = Runner { db: db.clone(), stopping, threads: Vec::new() };
        let lease = Arc::new(Lease::new(db)?);
        for work in crew(followers, wheels, senders) {
            let worker = Worker::new(db.clone(), work, lease.clone(), runner.stopping.clone());
            let thread = std::thread::Builder::new().name(format!("store-{}", worker.name));
            runner.threads.push(thread.spawn(move || worker.run())?);
        }
        Ok(runner)
    }

    /// Does all the work that waits, on the calling thread, until there is none: for tests, simulations and imports.
    /// Fails with the first error. Not beside a started runner on the same database.
    pub fn drain(
        db: &Db,
        followers: Vec<Arc<dyn Follower>>,
        wheels: Vec<Arc<dyn Wheel>>,
        senders: Vec<Arc<dyn Sender>>,
    ) -> Result<(), Error> {
        let mut crew = crew(followers, wheels, senders);
        for work in &crew {
            register(db, &work.name())?;
        }
        loop {
            let mut is_idle = true;
            let seen = db.shared().bell.count();
            for work in &mut crew {
                loop {
                    match work.round(db)? {
                        Round::Idle => break,
                        Round::Limped(error) => return Err(error),
                        Round::Soon => std::thread::sleep(Duration::from_millis(2)),
                        Round::More => is_idle = false,
                    }
                }
            }
            if is_idle && db.shared().bell.count() == seen {
                return Ok(());
            }
        }
    }

    /// Stops all workers after their current round and waits for them.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::Release);
        self.db.shared().bell.ring();
        for thread in self.threads.drain(..) {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

fn crew(
    followers: Vec<Arc<dyn Follower>>,
    wheels: Vec<Arc<dyn Wheel>>,
    senders: Vec<Arc<dyn Sender>>,
) -> Vec<Box<dyn Work>> {
    let mut crew: Vec<Box<dyn Work>> = Vec::new();
    crew.extend(followers.into_iter().map(|follower| Box::new(Following::new(follower)) as Box<dyn Work>));
    crew.extend(wheels.into_iter().map(|wheel| Box::new(Turning::new(wheel)) as Box<dyn Work>));
    crew.extend(senders.into_iter().map(|sender| Box::new(Sending::new(sender)) as Box<dyn Work>));
    crew.push(Box::new(Sealing::default()));
    crew.push(Box::new(Housekeeping::default()));
    crew
}

pub(crate) fn register(db: &Db, name: &str) -> Result<(), Error> {
    const REGISTER: &str = "INSERT INTO store_worker (name, epoch, seq, held_until, failures) VALUES ($1, 0, 0, 0, 0)
        ON CONFLICT (name) DO NOTHING";
    let name = name.to_owned();
    db.write(move |tx: &mut Tx<'_>| tx.execute(REGISTER, &params![name]).map(drop))
}

/// Those who hear every commit begin a round no more often than this: under load each round then finds many entries.
const ROUND_EVERY: Duration = Duration::from_millis(20);

/// One worker and its thread's life.
struct Worker {
    db: Db,
    name: String,
    work: Box<dyn Work>,
    lease: Arc<Lease>,
    stopping: Arc<AtomicBool>,
    failures: u32,
}

impl Worker {
    fn new(db: Db, work: Box<dyn Work>, lease: Arc<Lease>, stopping: Arc<AtomicBool>) -> Self {
        Worker { db, name: work.name(), work, lease, stopping, failures: 0 }
    }

    fn run(mut self) {
        let mut held = Held::default();
        let mut soon = Duration::from_millis(2);
        while !self.stopping.load(Ordering::Acquire) {
            let (began, seen) = (Instant::now(), self.db.shared().bell.count());
            let round = self.lease.hold(&self.db, &self.name, &mut held).and_then(|is_held| match is_held {
                true => self.round(),
                false => Ok(Round::Idle),
            });
            let is_soon = matches!(round, Ok(Round::Soon));
            match round {
                Ok(Round::More) => self.succeeded(),
                Ok(Round::Soon) => {
                    self.succeeded();
                    self.db.shared().bell.wait(seen, soon);
                }
                Ok(Round::Idle) => {
                    self.succeeded();
                    self.rest(seen, began);
                }
                Ok(Round::Limped(error)) => self.failed(&error),
                Err(error) => {
                    self.failed(&error);
                    // 1, 2, 4 … 60 seconds.
                    self.sleep(Duration::from_secs(1 << (self.failures - 1).min(6)).min(Duration::from_secs(60)));
                }
            }
            soon = if is_soon { (soon * 2).min(Duration::from_millis(200)) } else { Duration::from_millis(2) };
        }
        self.lease.release(&self.db, &self.name, &held);
    }

    fn round(&mut self) -> Result<Round, Error> {
        let (work, db) = (&mut self.work, &self.db);
        catch_unwind(AssertUnwindSafe(|| work.round(db)))
            .unwrap_or_else(|_| Err(Error::Panicked(format!("{} panicked", self.name))))
    }

    fn rest(&self, seen: u64, began: Instant) {
        if self.work.hears() {
            self.db.shared().bell.wait(seen, self.work.pause());
            self.sleep(ROUND_EVERY.saturating_sub(began.elapsed()));
        } else {
            self.sleep(self.work.pause());
        }
    }

    fn sleep(&self, most: Duration) {
        let until = Instant::now() + most;
        while !self.stopping.load(Ordering::Acquire) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            std::thread::park_timeout(left);
        }
    }

    fn succeeded(&mut self) {
        const WELL: &str = "UPDATE store_worker SET failures = 0, last_run = $2 WHERE name = $1";
        if self.failures > 0 {
            self.failures = 0;
            let name = self.name.clone();
            let noted =
                self.db.write(move |tx: &mut Tx<'_>| tx.execute(WELL, &params![name, crate::time::wall()]).map(drop));
            if let Err(error) = noted {
                tracing::warn!(name = self.name, %error, "a worker's recovery was not noted");
            }
        }
    }

    fn failed(&mut self, error: &Error) {
        const BADLY: &str =
            "UPDATE store_worker SET failures = $2, last_error = $3, last_error_at = $4 WHERE name = $1";
        self.failures = self.failures.saturating_add(1);
        tracing::warn!(name = self.name, failures = self.failures, %error, "a worker failed and tries again");
        let (name, failures, words, at) = (self.name.clone(), self.failures, error.to_string(), crate::time::wall());
        let noted =
            self.db.write(move |tx: &mut Tx<'_>| tx.execute(BADLY, &params![name, failures, words, at]).map(drop));
        if let Err(error) = noted {
            tracing::warn!(name = self.name, %error, "a worker's failure was not noted");
        }
    }
}

/// Which process runs the workers.
///
/// SQLite: whoever holds the lock of a file in the data folder; the operating system takes it back when the process
/// dies, however it dies. PostgreSQL: a row per worker, held for some seconds and renewed.
enum Lease {
    File { file: File, is_held: Mutex<bool> },
    Rows { holder: String },
}

/// Until when this process holds a worker's row.
#[derive(Default)]
struct Held {
    until: Option<Instant>,
    is_registered: bool,
}

const HOLD: Duration = Duration::from_secs(15);
const RENEW_BEFORE: Duration = Duration::from_secs(10);

impl Lease {
    fn new(db: &Db) -> Result<Self, Error> {
        Ok(match db.dialect() {
            Dialect::Sqlite => {
                let path = db.data().join("runner.lock");
                let file = File::options().create(true).truncate(false).write(true).open(path)?;
                Lease::File { file, is_held: Mutex::new(false) }
            }
            Dialect::Postgres => Lease::Rows { holder: crate::fresh_uuid().simple().to_string() },
        })
    }

    fn hold(&self, db: &Db, name: &str, held: &mut Held) -> Result<bool, Error> {
        const TAKE: &str = "UPDATE store_worker SET holder = $2, held_until = $3
            WHERE name = $1 AND (holder = $2 OR held_until < $4)";
        if !held.is_registered {
            register(db, name)?;
            held.is_registered = true;
        }
        match self {
            Lease::File { file, is_held } => {
                let mut is_held = is_held.lock().unwrap_or_else(PoisonError::into_inner);
                *is_held = *is_held || file.try_lock().is_ok();
                Ok(*is_held)
            }
            Lease::Rows { .. } if held.until.is_some_and(|until| Instant::now() + RENEW_BEFORE < until) => Ok(true),
            Lease::Rows { holder } => {
                let asked = Instant::now();
                let (name, holder, now) = (name.to_owned(), holder.clone(), crate::time::wall().as_microsecond());
                let until = now + i64::try_from(HOLD.as_micros()).unwrap_or_default();
                let taken: u64 =
                    db.write(move |tx: &mut Tx<'_>| tx.execute(TAKE, &params![name, holder, until, now]))?;
                held.until = (taken == 1).then(|| asked + HOLD);
                Ok(taken == 1)
            }
        }
    }

    fn release(&self, db: &Db, name: &str, held: &Held) {
        const GIVE: &str = "UPDATE store_worker SET holder = NULL, held_until = 0 WHERE name = $1 AND holder = $2";
        if let Lease::Rows { holder } = self
            && held.until.is_some()
        {
            let (name, holder) = (name.to_owned(), holder.clone());
            // Should this fail, the row is free in some seconds anyway.
            let _ = db.write::<u64, Error, _>(move |tx| tx.execute(GIVE, &params![name, holder]));
        }
    }
}

/// How a worker fares, for the operator's page.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Status {
    /// Follower, wheel or sender.
    pub name: String,
    /// Journal entries it has not looked at yet, about; only followers have any.
    pub behind: i64,
    /// When it last did something.
    pub last_run: Option<Timestamp>,
    /// Failures in a row; 0 when all is well.
    pub failures: u32,
    /// The last error.
    pub last_error: Option<String>,
    /// When that was.
    pub last_error_at: Option<Timestamp>,
}

/// How the workers fare.
pub fn status(read: &mut dyn Read) -> Result<Vec<Status>, Error> {
    const STATUS: &str = "SELECT name, CASE WHEN seq = 0 AND last_run IS NULL THEN 0 ELSE
            COALESCE((SELECT MAX(seq) FROM store_journal), 0) - seq END,
            last_run, failures, last_error, last_error_at
        FROM store_worker ORDER BY name LIMIT 500";
    read.query(STATUS, &[], |row| {
        Ok(Status {
            name: row.get(0)?,
            behind: row.get::<i64>(1)?.max(0),
            last_run: row.get(2)?,
            failures: row.get(3)?,
            last_error: row.get(4)?,
            last_error_at: row.get(5)?,
        })
    })
}
