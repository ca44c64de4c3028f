//! What is thrown away when its time is over, and what is kept up to date.

use crate::db::{Db, Tx};
use crate::once::Swept;
use crate::runner::{Round, Work};
use crate::{Error, params};
use std::time::{Duration, Instant};

/// Days for which a sent message is kept.
const SENT_DAYS: i64 = 30;

/// Old idempotency keys are looked for this often.
const SWEEP_EVERY: Duration = Duration::from_secs(600);

#[derive(Default)]
pub(crate) struct Housekeeping {
    /// When the last search for old keys began …
    began: Option<Instant>,
    /// … and how far it is, unless it is done.
    sweep: Option<Swept>,
}

impl Housekeeping {
    /// Forgets old keys, some at a time. Whether there is more to look through at once.
    fn sweep(&mut self, db: &Db) -> Result<bool, Error> {
        if self.sweep.is_none() {
            if self.began.is_some_and(|began| began.elapsed() < SWEEP_EVERY) {
                return Ok(false);
            }
            (self.began, self.sweep) = (Some(Instant::now()), Some(Swept::default()));
        }
        let after = self.sweep.clone().unwrap_or_default();
        self.sweep = db.write(move |tx: &mut Tx<'_>| tx.forget_keys(&after))?;
        Ok(self.sweep.is_some())
    }
}

impl Work for Housekeeping {
    fn name(&self) -> String {
        "store.housekeeping".to_owned()
    }

    fn hears(&self) -> bool {
        false
    }

    fn pause(&self) -> Duration {
        Duration::from_secs(10)
    }

    fn round(&mut self, db: &Db) -> Result<Round, Error> {
        const FORGET: &str = "DELETE FROM store_outbox WHERE id IN
            (SELECT id FROM store_outbox WHERE sent_at < $1 ORDER BY sent_at LIMIT 500)";
        if db.time().rate() != 1 {
            db.keep_clock()?;
        }
        let before = crate::time::wall().as_microsecond() - SENT_DAYS * 24 * 3600 * 1_000_000;
        let gone: u64 = db.write(move |tx: &mut Tx<'_>| tx.execute(FORGET, &params![before]))?;
        let is_swept = !self.sweep(db)?;
        Ok(if gone >= 500 || !is_swept { Round::More } else { Round::Idle })
    }
}
