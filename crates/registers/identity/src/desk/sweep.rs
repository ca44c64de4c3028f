//! Clearing away what is over.

use kernel::Timestamp;
use store::{Error, Read, Tx};

use crate::table;

/// Clears away sessions whose time is over: a wheel of the house.
pub struct Sweeper;

/// How many rows one turn clears, so that no transaction grows long.
const SWEEP: usize = 500;

impl store::Wheel for Sweeper {
    fn name(&self) -> &'static str {
        "identity.sessions"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, _limit: usize) -> std::result::Result<Vec<String>, Error> {
        let first = table::session::first_expired(read, now)?;
        Ok(first.map(|first| first.as_microsecond().to_string()).into_iter().collect())
    }

    fn tick(&self, tx: &mut Tx, _key: &str) -> std::result::Result<(), Error> {
        let now = tx.now();
        table::session::sweep(tx, now, SWEEP).map(drop)
    }
}
