//! Versions of the routing, and when its routes last did something.

use std::collections::BTreeMap;

use kernel::{Digest, Timestamp};
use store::{Error, Read, ReadExt, Tx, params};

/// One version.
pub(crate) struct Version {
    pub version: i64,
    pub digest: Digest,
    pub text: String,
}

pub(crate) fn latest(read: &mut dyn Read) -> Result<Option<Version>, Error> {
    const LATEST: &str = "SELECT version, digest, text FROM messages_routing ORDER BY version DESC LIMIT 1";
    read.query_one(LATEST, &[], |row| Ok(Version { version: row.get(0)?, digest: row.get(1)?, text: row.get(2)? }))
}

/// The digest of one version as it is stored, and the digest of its stored text.
pub(crate) fn digests(read: &mut dyn Read, version: i64) -> Result<Option<(Digest, Digest)>, Error> {
    const ONE: &str = "SELECT digest, text FROM messages_routing WHERE version = $1";
    read.query_one(ONE, &params![version], |row| Ok((row.get(0)?, store::sm3(row.get::<String>(1)?.as_bytes()))))
}

pub(crate) fn insert(tx: &mut Tx, version: i64, digest: &Digest, at: Timestamp, text: &str) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO messages_routing (version, digest, at, text) VALUES ($1, $2, $3, $4)";
    tx.execute(INSERT, &params![version, digest, at, text]).map(drop)
}

/// How often a route did something, and how often its text lacked a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fired {
    /// When it last did.
    pub last: Option<Timestamp>,
    /// How often.
    pub n: i64,
    /// How often a value was lacking.
    pub lacking: i64,
}

pub(crate) fn fire(tx: &mut Tx, route: &str, at: Timestamp, n: i64, lacking: i64) -> Result<(), Error> {
    const FIRE: &str = "INSERT INTO messages_fired (route, last, n, lacking) VALUES ($1, $2, $3, $4)
        ON CONFLICT (route) DO UPDATE SET last = excluded.last, n = messages_fired.n + excluded.n,
            lacking = messages_fired.lacking + excluded.lacking";
    tx.execute(FIRE, &params![route, at, n, lacking]).map(drop)
}

pub(crate) fn fired(read: &mut dyn Read) -> Result<BTreeMap<String, Fired>, Error> {
    const FIRED: &str = "SELECT route, last, n, lacking FROM messages_fired ORDER BY route LIMIT 2000";
    let rows = read.query(FIRED, &[], |row| {
        Ok((row.get::<String>(0)?, Fired { last: row.get(1)?, n: row.get(2)?, lacking: row.get(3)? }))
    })?;
    Ok(rows.into_iter().collect())
}
