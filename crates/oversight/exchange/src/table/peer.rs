//! Other nodes, and how far we have come with each; days as they were reconciled.

use kernel::{Date, Digest, Timestamp};
use store::{Error, Read, ReadExt, Row, Tx, params};

use crate::NodeName;

/// How we stand with another node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its name.
    pub name: NodeName,
    /// How many events tell of it.
    pub version: i64,
    /// Which key is pinned.
    pub key_id: String,
    /// Whether we hand up to it.
    pub hands_up: bool,
    /// The next envelope's number.
    pub next_seq: i64,
    /// The day of the last envelope: days never go back.
    pub day: String,
    /// When it is to be tried again.
    pub due: Option<Timestamp>,
    /// How often a round was asked for.
    pub kick: i64,
    /// Failures in a row.
    pub attempts: i64,
    /// What the last one said.
    pub error: Option<String>,
    /// When its last receipt was stored.
    pub receipt_at: Option<Timestamp>,
    /// When envelopes came from it last.
    pub heard_at: Option<Timestamp>,
    /// How far its clock was ahead of ours then, in microseconds.
    pub skew: i64,
}

fn from_row(row: &dyn Row) -> Result<Standing, Error> {
    Ok(Standing {
        name: row.parse(0)?,
        version: row.get(1)?,
        key_id: row.get(2)?,
        hands_up: row.get(3)?,
        next_seq: row.get(4)?,
        day: row.get(5)?,
        due: row.get(6)?,
        kick: row.get(7)?,
        attempts: row.get(8)?,
        error: row.get(9)?,
        receipt_at: row.get(10)?,
        heard_at: row.get(11)?,
        skew: row.get(12)?,
    })
}

/// Notes a node of the configuration. What is known of it stays.
pub(crate) fn acquaint(tx: &mut Tx, name: &NodeName, key_id: &str, hands_up: bool) -> Result<(), Error> {
    const SAVE: &str =
        "INSERT INTO exchange_peer (name, version, key_id, hands_up, next_seq, day, kick, attempts, skew)
        VALUES ($1, 0, $2, $3, 1, '', 0, 0, 0)
        ON CONFLICT (name) DO UPDATE SET key_id = excluded.key_id, hands_up = excluded.hands_up";
    tx.execute(SAVE, &params![name.as_str(), key_id, hands_up]).map(drop)
}

pub(crate) fn load(read: &mut dyn Read, name: &NodeName) -> Result<Option<Standing>, Error> {
    const SELECT: &str =
        "SELECT name, version, key_id, hands_up, next_seq, day, due, kick, attempts, error, receipt_at,
            heard_at, skew FROM exchange_peer WHERE name = $1";
    read.query_one(SELECT, &params![name.as_str()], from_row)
}

pub(crate) fn list(read: &mut dyn Read, limit: usize) -> Result<Vec<Standing>, Error> {
    const LIST: &str = "SELECT name, version, key_id, hands_up, next_seq, day, due, kick, attempts, error, receipt_at,
            heard_at, skew FROM exchange_peer ORDER BY name LIMIT $1";
    read.query(LIST, &params![limit], from_row)
}

/// Saves what changed, from the version before.
pub(crate) fn save(tx: &mut Tx, peer: &Standing, version: i64) -> Result<(), Error> {
    const UPDATE: &str = "UPDATE exchange_peer SET version = $1, next_seq = $2, day = $3, due = $4, kick = $5,
            attempts = $6, error = $7, receipt_at = $8, heard_at = $9, skew = $10 WHERE name = $11 AND version = $12";
    let Standing { next_seq, day, due, kick, attempts, error, receipt_at, heard_at, skew, .. } = peer;
    let changed = tx.execute(
        UPDATE,
        &params![
            peer.version,
            next_seq,
            day,
            due,
            kick,
            attempts,
            error,
            receipt_at,
            heard_at,
            skew,
            peer.name.as_str(),
            version
        ],
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::Lost) }
}

/// The nodes that are to be tried now.
pub(crate) fn due(read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
    const DUE: &str = "SELECT name FROM exchange_peer WHERE due <= $1 ORDER BY due LIMIT $2";
    read.query(DUE, &params![now, limit], |row| row.get(0))
}

/// A day as it was reconciled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayRow {
    /// With whom.
    pub peer: String,
    /// Whether we are the sender.
    pub outgoing: bool,
    /// The day.
    pub day: Date,
    /// Our count and root.
    pub ours: (u64, Digest),
    /// Theirs.
    pub theirs: (u64, Digest),
    /// `agreed`, `differs`, or `asked` for a day that a person wants looked at again.
    pub state: String,
    /// How often it was tried.
    pub tries: i64,
    /// When it was looked at last.
    pub checked: Timestamp,
}

fn day_from(row: &dyn Row) -> Result<DayRow, Error> {
    Ok(DayRow {
        peer: row.get(0)?,
        outgoing: row.get(1)?,
        day: row.get(2)?,
        ours: (row.get(3)?, row.get(4)?),
        theirs: (row.get(5)?, row.get(6)?),
        state: row.get(7)?,
        tries: row.get(8)?,
        checked: row.get(9)?,
    })
}

pub(crate) fn save_day(tx: &mut Tx, day: &DayRow) -> Result<(), Error> {
    const SAVE: &str = "INSERT INTO exchange_day (peer, outgoing, day, n, root, other_n, other_root, state, tries, checked)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (peer, outgoing, day) DO UPDATE SET n = excluded.n, root = excluded.root, other_n = excluded.other_n,
            other_root = excluded.other_root, state = excluded.state, tries = excluded.tries, checked = excluded.checked";
    let DayRow { peer, outgoing, day, ours, theirs, state, tries, checked } = day;
    tx.execute(SAVE, &params![peer, outgoing, day, ours.0, ours.1, theirs.0, theirs.1, state, tries, checked]).map(drop)
}

pub(crate) fn day(read: &mut dyn Read, peer: &NodeName, outgoing: bool, day: Date) -> Result<Option<DayRow>, Error> {
    const SELECT: &str = "SELECT peer, outgoing, day, n, root, other_n, other_root, state, tries, checked
        FROM exchange_day WHERE peer = $1 AND outgoing = $2 AND day = $3";
    read.query_one(SELECT, &params![peer.as_str(), outgoing, day], day_from)
}

/// The first envelope of a day was made: the day is to be reconciled when it is over.
pub(crate) fn open_day(tx: &mut Tx, peer: &NodeName, day: Date, now: Timestamp) -> Result<(), Error> {
    const OPEN: &str =
        "INSERT INTO exchange_day (peer, outgoing, day, n, root, other_n, other_root, state, tries, checked)
        VALUES ($1, 1, $2, 0, $3, 0, $3, 'open', 0, $4) ON CONFLICT (peer, outgoing, day) DO NOTHING";
    let none = crate::model::root([]).1;
    tx.execute(OPEN, &params![peer.as_str(), day, none, now]).map(drop)
}

/// A person wants a day looked at again; whether there is such a day.
pub(crate) fn ask_day(tx: &mut Tx, peer: &NodeName, day: Date) -> Result<bool, Error> {
    const ASK: &str =
        "UPDATE exchange_day SET state = 'asked', tries = 0 WHERE peer = $1 AND outgoing = 1 AND day = $2";
    Ok(tx.execute(ASK, &params![peer.as_str(), day])? == 1)
}

/// Days before `today`, or asked for, that are not agreed upon yet; oldest first.
pub(crate) fn days_to_reconcile(
    read: &mut dyn Read,
    peer: &NodeName,
    today: Date,
    tries_max: i64,
    limit: usize,
) -> Result<Vec<Date>, Error> {
    const DAYS: &str = "SELECT day FROM exchange_day WHERE peer = $1 AND outgoing = 1
            AND ((state = 'open' AND day < $2) OR state = 'asked' OR (state = 'differs' AND tries < $3))
        ORDER BY day LIMIT $4";
    read.query(DAYS, &params![peer.as_str(), today, tries_max, limit], |row| row.get(0))
}

/// The latest days with a node.
pub(crate) fn days(read: &mut dyn Read, peer: &NodeName, limit: usize) -> Result<Vec<DayRow>, Error> {
    const LIST: &str = "SELECT peer, outgoing, day, n, root, other_n, other_root, state, tries, checked
        FROM exchange_day WHERE peer = $1 ORDER BY day DESC, outgoing LIMIT $2";
    read.query(LIST, &params![peer.as_str(), limit], day_from)
}
