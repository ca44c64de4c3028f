//! What is thrown away when its time is over, and what is kept up to date.

use crate::db::{Db, Tx};
use crate::runner::{Round, Work};
use crate::{Error, params};
use std::time::Duration;

/// Days for which a sent message is kept.
const SENT_DAYS: i64 = 30;

pub(crate) struct Housekeeping;

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
        let gone: u64 =
            db.write(move |tx: &mut Tx<'_>| Ok::<_, Error>(tx.forget_keys()? + tx.execute(FORGET, &params![before])?))?;
        Ok(if gone >= 500 { Round::More } else { Round::Idle })
    }
}
