//! A command on its way to the writer, and its answer on the way back.

use super::tx::{After, Tx};
use crate::Error;
use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// A queued command.
pub(crate) trait Job: Send {
    /// Does the work in `tx`; whether to keep what it did. May be called again after a rollback.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Tells the caller: its own result, or the error that broke its transaction.
    fn answer(self: Box<Self>, broken: Option<Error>);
}

/// Where the answer goes.
pub(crate) enum Reply<T> {
    Thread(SyncSender<T>),
    Task(oneshot::Sender<T>),
}

pub(crate) struct Asked<T, E, F> {
    work: F,
    result: Option<Result<T, E>>,
    reply: Reply<Result<T, E>>,
}

impl<T, E, F> Asked<T, E, F> {
    pub fn new(work: F, reply: Reply<Result<T, E>>) -> Self {
        Asked { work, result: None, reply }
    }
}

impl<T, E, F> Job for Asked<T, E, F>
where
    T: Send,
    E: From<Error> + Send,
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let result = self.result.insert((self.work)(tx));
        result.is_ok()
    }

    fn answer(self: Box<Self>, broken: Option<Error>) {
        let result = match broken {
            Some(error) => Err(E::from(error)),
            None => self.result.unwrap_or_else(|| Err(E::from(Error::Closed))),
        };
        // Nobody may be waiting any more: a browser went away. What is committed stays.
        match self.reply {
            Reply::Thread(sender) => drop(sender.send(result)),
            Reply::Task(sender) => drop(sender.send(result)),
        }
    }
}

/// How one run of a job ended.
pub(crate) enum Ran {
    /// Keep what it wrote, and do this after the commit.
    Keep(After),
    /// The rules refused, or a statement failed: undo what it wrote.
    Undo,
    /// It panicked: undo what it wrote; the caller gets this error.
    Broken(Error),
}

thread_local! {
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside a job: it must not wait for another one, which would never begin.
pub(crate) fn is_running() -> bool {
    IS_RUNNING.get()
}

/// Commands that may wait at a time. Beyond it the house says "busy" rather than grow until it falls.
const WAITING_MAX: usize = 50_000;

/// Commands on their way to the writers, in the order of asking.
pub(crate) struct Queue {
    sender: Mutex<Option<Sender<Box<dyn Job>>>>,
    waiting: Arc<AtomicUsize>,
}

/// The writers' end of a [`Queue`].
pub(crate) struct Waiting {
    receiver: Receiver<Box<dyn Job>>,
    count: Arc<AtomicUsize>,
}

impl Queue {
    pub fn new() -> (Self, Waiting) {
        let (sender, receiver) = channel();
        let count = Arc::new(AtomicUsize::new(0));
        (Queue { sender: Mutex::new(Some(sender)), waiting: count.clone() }, Waiting { receiver, count })
    }

    /// Queues the job, or answers at once why not.
    pub fn submit(&self, job: Box<dyn Job>) {
        if self.waiting.load(Ordering::Relaxed) >= WAITING_MAX {
            return answer(job, Some(Error::Busy(format!("{WAITING_MAX} commands are waiting"))));
        }
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let refused = match &*sender {
            Some(sender) => sender.send(job).err().map(|back| back.0),
            None => Some(job),
        };
        drop(sender);
        if let Some(job) = refused {
            answer(job, Some(Error::Closed));
        }
    }

    /// No more jobs; those that wait are still done.
    pub fn close(&self) {
        *self.sender.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Waiting {
    /// The next job; waits for it. `None`: closed, and nothing is left.
    pub fn next(&self) -> Option<Box<dyn Job>> {
        let job = self.receiver.recv().ok()?;
        self.count.fetch_sub(1, Ordering::Relaxed);
        Some(job)
    }

    /// The next jobs for one of `writers`: its share of those that wait, `most` of them at most. Waits for the first.
    /// `None`: closed, and nothing is left.
    pub fn share(&self, writers: usize, most: usize) -> Option<Vec<Box<dyn Job>>> {
        let mut share = vec![self.next()?];
        let size = (1 + self.count.load(Ordering::Relaxed) / writers.max(1)).min(most);
        while share.len() < size
            && let Some(next) = self.next_now()
        {
            share.push(next);
        }
        Some(share)
    }

    /// The next job, if one is there.
    pub fn next_now(&self) -> Option<Box<dyn Job>> {
        let job = self.receiver.try_recv().ok()?;
        self.count.fetch_sub(1, Ordering::Relaxed);
        Some(job)
    }
}

/// Runs the job; a panic becomes an error and never reaches the writer.
pub(crate) fn run(job: &mut dyn Job, mut tx: Tx<'_>) -> Ran {
    IS_RUNNING.set(true);
    let done = catch_unwind(AssertUnwindSafe(|| {
        let keep = job.run(&mut tx);
        (keep, tx.after)
    }));
    IS_RUNNING.set(false);
    match done {
        Ok((true, after)) => Ran::Keep(after),
        Ok((false, _)) => Ran::Undo,
        Err(panic) => {
            let error = Error::Panicked(words(&*panic));
            tracing::error!(%error, "a command panicked");
            Ran::Broken(error)
        }
    }
}

/// Answers, guarding the writer against a panic in the caller's `Drop`.
pub(crate) fn answer(job: Box<dyn Job>, broken: Option<Error>) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| job.answer(broken))) {
        tracing::error!(panic = words(&*panic), "an answer panicked");
    }
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}
