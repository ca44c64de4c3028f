//! Which SMS a party wants.

use std::collections::BTreeMap;

use kernel::PartyId;
use store::{Error, Read, ReadExt, Tx, params};

/// Whether the SMS of a group are wanted, and the version of the switch; `None` where it was never touched.
pub(crate) fn load(
    read: &mut dyn Read,
    party: &PartyId,
    group: &str,
    channel: &str,
) -> Result<Option<(bool, i64)>, Error> {
    const LOAD: &str = "SELECT wanted, version FROM messages_preference
        WHERE party = $1 AND group_code = $2 AND channel = $3";
    read.query_one(LOAD, &params![party, group, channel], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Every switch that a party touched, by group.
pub(crate) fn of(read: &mut dyn Read, party: &PartyId, channel: &str) -> Result<BTreeMap<String, bool>, Error> {
    const OF: &str = "SELECT group_code, wanted FROM messages_preference WHERE party = $1 AND channel = $2
        ORDER BY group_code LIMIT 200";
    let rows = read.query(OF, &params![party, channel], |row| Ok((row.get::<String>(0)?, row.get(1)?)))?;
    Ok(rows.into_iter().collect())
}

pub(crate) fn put(
    tx: &mut Tx,
    party: &PartyId,
    group: &str,
    channel: &str,
    wanted: bool,
    version: i64,
) -> Result<(), Error> {
    const PUT: &str = "INSERT INTO messages_preference (party, group_code, channel, wanted, version)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (party, group_code, channel) DO UPDATE SET wanted = excluded.wanted, version = excluded.version";
    tx.execute(PUT, &params![party, group, channel, wanted, version]).map(drop)
}
