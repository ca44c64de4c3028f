//! The due wheel: due instants are columns of a room's own rows; the wheel asks for those that have come and knocks.

use crate::Error;
use crate::db::{Db, Read, Tx};
use crate::runner::{Round, Work};
use kernel::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Keys taken at a time.
const BATCH: usize = 256;
const PAUSE: Duration = Duration::from_millis(500);
/// A key that failed waits longer each time, up to this.
const WAIT_MAX: Duration = Duration::from_secs(300);
/// A key may come due again by what happened since its tick, though not in so many rounds one after the other.
const ROUNDS_MAX: u32 = 3;

/// A room in which things come due.
pub trait Wheel: Send + Sync {
    /// Its name, unique in the house.
    fn name(&self) -> &'static str;
    /// The keys that are due now, earliest first, at most `limit`.
    fn due(&self, read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error>;
    /// Knocks at one key, in a transaction of its own. Afterwards the key is due later, or no more.
    fn tick(&self, tx: &mut Tx<'_>, key: &str) -> Result<(), Error>;
}

/// Turns one wheel.
pub(crate) struct Turning {
    wheel: Arc<dyn Wheel>,
    /// Keys that failed: how often, and when they are tried again.
    failed: HashMap<String, (u32, Instant)>,
    /// Keys of the last round that went well: in how many rounds without a pause.
    done: HashMap<String, u32>,
}

impl Turning {
    pub fn new(wheel: Arc<dyn Wheel>) -> Self {
        Turning { wheel, failed: HashMap::new(), done: HashMap::new() }
    }

    fn set_aside(&mut self, key: String) {
        let failures = self.failed.get(&key).map_or(1, |(failures, _)| failures + 1);
        let wait = Duration::from_secs(1 << failures.min(9)).min(WAIT_MAX);
        self.failed.insert(key, (failures, Instant::now() + wait));
    }
}

impl Work for Turning {
    fn name(&self) -> String {
        self.wheel.name().to_owned()
    }

    fn hears(&self) -> bool {
        false
    }

    fn pause(&self) -> Duration {
        PAUSE
    }

    fn round(&mut self, db: &Db) -> Result<Round, Error> {
        let (wheel, now, limit) = (self.wheel.clone(), db.now(), BATCH + self.failed.len());
        let mut keys = db.read::<_, Error>(|read| wheel.due(read, now, limit))?;
        let is_full = keys.len() >= limit;
        let began = Instant::now();
        keys.retain(|key| self.failed.get(key).is_none_or(|(_, again)| *again <= began));
        keys.truncate(BATCH);

        let mut problem = None;
        let mut waiting = Vec::with_capacity(keys.len());
        for key in keys {
            let rounds = self.done.get(&key).map_or(1, |rounds| rounds + 1);
            if rounds > ROUNDS_MAX {
                problem = Some(Error::Database(format!("{} {key} is still due after its tick", wheel.name())));
                self.set_aside(key);
                continue;
            }
            let (wheel, knock) = (wheel.clone(), key.clone());
            waiting.push((key, rounds, db.queue(move |tx: &mut Tx<'_>| wheel.tick(tx, &knock))));
        }
        self.done.clear();
        for (key, rounds, answer) in waiting {
            match answer.recv().unwrap_or(Err(Error::Closed)) {
                Ok(()) => {
                    self.failed.remove(&key);
                    self.done.insert(key, rounds);
                }
                Err(error) => {
                    tracing::warn!(wheel = wheel.name(), key, %error, "a tick failed");
                    problem = Some(error);
                    self.set_aside(key);
                }
            }
        }
        match problem {
            Some(error) if self.done.is_empty() => Err(error),
            Some(error) => Ok(Round::Limped(error)),
            None if is_full => Ok(Round::More),
            None => Ok(Round::Idle),
        }
    }
}
