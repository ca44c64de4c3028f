//! Channels' days that were compared.

use kernel::Date;
use store::{Error, Read, ReadExt, Tx, params};

use crate::{Channel, Reconciliation};

/// Saves the account of a day that was at `version`, 0 for a new one.
pub(crate) fn save(tx: &mut Tx, account: &Reconciliation, version: i64) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO payment_day (channel, day, version, body) VALUES ($1, $2, $3, $4)";
    const UPDATE: &str =
        "UPDATE payment_day SET version = $3, body = $4 WHERE channel = $1 AND day = $2 AND version = $5";
    let body = serde_json::to_string(account)?;
    let (channel, day) = (account.channel.name(), account.day);
    let changed = match version {
        0 => tx.execute(INSERT, &params![channel, day, account.version, body])?,
        _ => tx.execute(UPDATE, &params![channel, day, account.version, body, version])?,
    };
    if changed == 1 { Ok(()) } else { Err(Error::Lost) }
}

/// The account of a channel's day.
pub(crate) fn load(read: &mut dyn Read, channel: Channel, day: Date) -> Result<Option<Reconciliation>, Error> {
    const SELECT: &str = "SELECT body FROM payment_day WHERE channel = $1 AND day = $2";
    read.query_one(SELECT, &params![channel.name(), day], |row| row.json(0))
}

/// The latest accounts.
pub(crate) fn latest(read: &mut dyn Read, limit: usize) -> Result<Vec<Reconciliation>, Error> {
    const SELECT: &str = "SELECT body FROM payment_day ORDER BY day DESC, channel LIMIT $1";
    read.query(SELECT, &params![limit], |row| row.json(0))
}
