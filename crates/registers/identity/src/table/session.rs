//! `identity_session`: one row holds all that a request needs, so that opening a session is one indexed read and one
//! decryption. What the row says of a person is encrypted; the token itself is not stored at all.

use kernel::{AccountId, PartyId, Power, RegionCode, StaffId, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Error, Read, ReadExt, Tx, params};

use crate::model::{Role, SessionKey, session::ActingFor};

/// A row as stored, its body opened.
#[derive(Debug, Clone)]
pub struct SessionRow {
    pub account: AccountId,
    pub body: Body,
    pub seen_at: Timestamp,
    /// Idle span in microseconds.
    pub idle: i64,
    pub ends_at: Timestamp,
}

/// What a session carries along, encrypted in its row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    pub who: Who,
    pub name: String,
    pub region: Option<RegionCode>,
    pub role: Role,
    pub csrf: String,
    pub acting_for: Option<ActingFor>,
}

/// Whose session it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    Person(PartyId),
    Staff { staff: StaffId, powers: Vec<Power> },
}

const SELECT: &str = "SELECT account, body, seen_at, idle, ends_at FROM identity_session WHERE token = $1";
const INSERT: &str = "INSERT INTO identity_session (token, account, acting, body, seen_at, idle, ends_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const SET_BODY: &str = "UPDATE identity_session SET acting = $2, body = $3 WHERE token = $1";
const TOUCH: &str = "UPDATE identity_session SET seen_at = $2 WHERE token = $1 AND seen_at < $3";
const DELETE: &str = "DELETE FROM identity_session WHERE token = $1";
const DELETE_OF: &str = "DELETE FROM identity_session WHERE account = $1";
const DELETE_OTHERS: &str = "DELETE FROM identity_session WHERE account = $1 AND token <> $2";
const DELETE_ACTING: &str = "DELETE FROM identity_session WHERE account = $1 AND acting = $2";
const MAKE_ROOM: &str = "DELETE FROM identity_session WHERE account = $1 AND token NOT IN \
    (SELECT token FROM identity_session WHERE account = $1 ORDER BY seen_at DESC LIMIT $2)";
const EXPIRED: &str = "SELECT ends_at FROM identity_session WHERE ends_at < $1 ORDER BY ends_at LIMIT 1";
const SWEEP: &str = "DELETE FROM identity_session WHERE token IN \
    (SELECT token FROM identity_session WHERE ends_at < $1 ORDER BY ends_at LIMIT $2)";

/// The encrypted body is bound to its place by this context.
const CONTEXT: &str = "identity.session";

pub fn load(read: &mut dyn Read, key: &SessionKey) -> Result<Option<SessionRow>, Error> {
    let vault = read.vault();
    read.query_one(SELECT, &params![*key.bytes()], |row| {
        let body = vault.decrypt(CONTEXT, &row.get(1)?)?;
        Ok(SessionRow {
            account: row.parse(0)?,
            body: serde_json::from_str(&body)?,
            seen_at: row.get(2)?,
            idle: row.get(3)?,
            ends_at: row.get(4)?,
        })
    })
}

pub fn insert(tx: &mut Tx, key: &SessionKey, row: &SessionRow) -> Result<(), Error> {
    let acting = row.body.acting_for.as_ref().map(|acting| acting.party);
    let body = tx.vault().encrypt(CONTEXT, &serde_json::to_string(&row.body)?);
    let values = params![*key.bytes(), row.account, acting, body, row.seen_at, row.idle, row.ends_at];
    tx.execute(INSERT, &values).map(drop)
}

pub fn set_body(tx: &mut Tx, key: &SessionKey, body: &Body) -> Result<(), Error> {
    let acting = body.acting_for.as_ref().map(|acting| acting.party);
    let sealed = tx.vault().encrypt(CONTEXT, &serde_json::to_string(body)?);
    tx.execute(SET_BODY, &params![*key.bytes(), acting, sealed]).map(drop)
}

pub fn touch(tx: &mut Tx, key: &SessionKey, now: Timestamp, not_since: Timestamp) -> Result<(), Error> {
    tx.execute(TOUCH, &params![*key.bytes(), now, not_since]).map(drop)
}

pub fn delete(tx: &mut Tx, key: &SessionKey) -> Result<bool, Error> {
    Ok(tx.execute(DELETE, &params![*key.bytes()])? > 0)
}

pub fn delete_of(tx: &mut Tx, account: &AccountId) -> Result<u64, Error> {
    tx.execute(DELETE_OF, &params![account])
}

pub fn delete_others(tx: &mut Tx, account: &AccountId, keep: &SessionKey) -> Result<u64, Error> {
    tx.execute(DELETE_OTHERS, &params![account, *keep.bytes()])
}

pub fn delete_acting(tx: &mut Tx, account: &AccountId, acting: &PartyId) -> Result<u64, Error> {
    tx.execute(DELETE_ACTING, &params![account, acting])
}

/// Keeps only the `most` sessions of an account that were used last.
pub fn make_room(tx: &mut Tx, account: &AccountId, most: usize) -> Result<u64, Error> {
    tx.execute(MAKE_ROOM, &params![account, most])
}

pub fn first_expired(read: &mut dyn Read, now: Timestamp) -> Result<Option<Timestamp>, Error> {
    read.query_one(EXPIRED, &params![now], |row| row.get(0))
}

pub fn sweep(tx: &mut Tx, now: Timestamp, limit: usize) -> Result<u64, Error> {
    tx.execute(SWEEP, &params![now, limit])
}
