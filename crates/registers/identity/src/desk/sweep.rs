//! Clearing away what is over.

use kernel::Timestamp;
use store::{Error, Read, Tx};

use crate::table;

/// Clears away sessions and wrong tries whose time is over: a wheel of the house.
pub struct Sweeper;

/// How many rows one turn clears, so that no transaction grows long.
const SWEEP: usize = 500;
/// Tries are kept for so many seconds after the last: longer than any rule looks back, at the house's usual pace.
const TRIES_KEPT: i64 = 2 * 86_400;

impl store::Wheel for Sweeper {
    fn name(&self) -> &'static str {
        "identity.sessions"
    }

    fn due(&self, read: &mut dyn Read, now: Timestamp, _limit: usize) -> std::result::Result<Vec<String>, Error> {
        let first = match table::session::first_expired(read, now)? {
            None => table::tries::oldest(read, kept_since(now))?,
            first => first,
        };
        Ok(first.map(|first| first.as_microsecond().to_string()).into_iter().collect())
    }

    fn tick(&self, tx: &mut Tx, _key: &str) -> std::result::Result<(), Error> {
        let now = tx.now();
        table::session::sweep(tx, now, SWEEP)?;
        table::tries::sweep(tx, kept_since(now), SWEEP).map(drop)
    }
}

fn kept_since(now: Timestamp) -> Timestamp {
    Timestamp::from_second(now.as_second() - TRIES_KEPT).unwrap_or(Timestamp::MIN)
}
