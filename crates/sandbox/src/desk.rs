//! What all simulated systems share: their switches, the log of what came and went, and the way out for notices.

use crate::{Fault, Faults, notify::Notice};
use serde::Serialize;
use std::{
    collections::{BTreeMap, VecDeque},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Lines of the log that are kept.
const LOG_MAX: usize = 1_000;
/// Bytes of a body that a line of the log keeps.
const BODY_MAX: usize = 4_096;

/// One call or notice, as the replay log keeps it.
#[derive(Clone, Debug, Serialize)]
pub struct Logged {
    /// Its number.
    pub id: u64,
    /// When.
    pub at: String,
    /// The simulated system.
    pub system: String,
    /// `in` for a call, `out` for a notice.
    pub way: &'static str,
    /// Method and address.
    pub what: String,
    /// What was sent.
    pub body: String,
    /// Status and answer.
    pub answer: String,
}

/// Shared by all simulated systems of one sandbox.
pub struct Desk {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    /// Where systems keep what they must remember.
    pub folder: PathBuf,
    faults: Mutex<BTreeMap<String, Faults>>,
    log: Mutex<(u64, VecDeque<Logged>)>,
    notices: Mutex<VecDeque<(u64, Notice)>>,
    /// A notice that waits for the next one.
    held: Mutex<Option<Notice>>,
}

impl Desk {
    /// A desk with all switches off.
    pub fn new(address: &str, folder: &Path) -> Desk {
        Desk {
            address: address.to_owned(),
            folder: folder.to_owned(),
            faults: Mutex::default(),
            log: Mutex::default(),
            notices: Mutex::default(),
            held: Mutex::default(),
        }
    }

    /// The switches of a system as they stand.
    pub fn faults(&self, system: &str) -> Faults {
        lock(&self.faults).get(system).cloned().unwrap_or_default()
    }

    /// Sets the switches of a system; those that are not named are off.
    pub fn set(&self, system: &str, faults: Faults) {
        lock(&self.faults).insert(system.to_owned(), faults);
    }

    /// Whether the fault happens to this system now; a switch counts down each time.
    pub fn fails(&self, system: &str, fault: Fault) -> bool {
        lock(&self.faults).get_mut(system).is_some_and(|faults| faults.take(fault))
    }

    /// Writes a line of the log; its number.
    pub fn tell(&self, system: &str, way: &'static str, what: &str, body: &str, answer: &str) -> u64 {
        let cut = |text: &str| text.chars().take(BODY_MAX).collect();
        let mut log = lock(&self.log);
        log.0 += 1;
        let id = log.0;
        let at = jiff::Timestamp::now().to_string();
        let line = Logged {
            id,
            at,
            system: system.to_owned(),
            way,
            what: what.to_owned(),
            body: cut(body),
            answer: cut(answer),
        };
        log.1.push_back(line);
        if log.1.len() > LOG_MAX {
            log.1.pop_front();
        }
        id
    }

    /// The log, newest first.
    pub fn log(&self) -> Vec<Logged> {
        lock(&self.log).1.iter().rev().cloned().collect()
    }

    /// Keeps a notice so that it can be sent again.
    pub(crate) fn keep(&self, id: u64, notice: Notice) {
        let mut notices = lock(&self.notices);
        notices.push_back((id, notice));
        if notices.len() > LOG_MAX {
            notices.pop_front();
        }
    }

    /// The notice of this line of the log.
    pub(crate) fn notice(&self, id: u64) -> Option<Notice> {
        lock(&self.notices).iter().find(|(kept, _)| *kept == id).map(|(_, notice)| notice.clone())
    }

    /// Puts a notice aside until the next one has gone; the one that was held before.
    pub(crate) fn hold(&self, notice: Option<Notice>) -> Option<Notice> {
        std::mem::replace(&mut *lock(&self.held), notice)
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
