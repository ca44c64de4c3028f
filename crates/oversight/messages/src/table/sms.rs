//! The SMS of messages.

use kernel::{PartyId, Sealed, Timestamp};
use store::{Error, Param, Read, ReadExt, Tx, params};

use crate::model::{MessageId, SmsState};

/// One SMS.
pub(crate) struct SmsRow {
    pub party: PartyId,
    pub state: SmsState,
    pub body: Option<Sealed>,
}

/// What was decided about a message's SMS.
pub(crate) struct NewSms<'a> {
    pub message: MessageId,
    pub party: PartyId,
    pub state: SmsState,
    pub reason: Option<&'static str>,
    /// When the quiet hours are over.
    pub due: Option<Timestamp>,
    pub body: Option<&'a Sealed>,
}

/// Writes what was decided about the SMS of messages.
pub(crate) fn insert(tx: &mut Tx, new: &[NewSms<'_>]) -> Result<(), Error> {
    const INSERT: &str = "INSERT INTO messages_sms (message, party, state, reason, due, at, changed, body)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (message) DO NOTHING";
    let now = tx.now().as_microsecond();
    let rows = new.iter().map(|new| {
        [
            Param::display(new.message),
            Param::display(new.party),
            Param::Text(new.state.name()),
            new.reason.map_or(Param::Null, Param::Text),
            new.due.map_or(Param::Null, |due| Param::Int(due.as_microsecond())),
            Param::Int(now),
            Param::Int(now),
            new.body.map_or(Param::Null, |body| Param::Text(body.as_str())),
        ]
    });
    tx.insert_many(INSERT, rows).map(drop)
}

pub(crate) fn load(read: &mut dyn Read, message: &MessageId) -> Result<Option<SmsRow>, Error> {
    const LOAD: &str = "SELECT party, state, body FROM messages_sms WHERE message = $1";
    read.query_one(LOAD, &params![message], |row| {
        Ok(SmsRow { party: row.get(0)?, state: row.get(1)?, body: row.get(2)? })
    })
}

/// The SMS whose quiet hours are over, earliest first.
pub(crate) fn due(read: &mut dyn Read, now: Timestamp, limit: usize) -> Result<Vec<String>, Error> {
    const DUE: &str = "SELECT message FROM messages_sms WHERE due IS NOT NULL AND due <= $1 ORDER BY due LIMIT $2";
    read.query(DUE, &params![now, limit], |row| row.get(0))
}

/// Moves an SMS on from one of the states `from`; whether it was in one.
pub(crate) fn change(
    tx: &mut Tx,
    message: &MessageId,
    (from, or): (SmsState, SmsState),
    to: SmsState,
    reason: Option<&str>,
    receipt: Option<&str>,
) -> Result<bool, Error> {
    const CHANGE: &str = "UPDATE messages_sms SET state = $4, reason = $5, due = NULL, changed = $6,
            receipt = COALESCE($7, receipt)
        WHERE message = $1 AND state IN ($2, $3)";
    let now = tx.now();
    Ok(tx.execute(CHANGE, &params![message, from, or, to, reason, now, receipt])? == 1)
}

/// The number and the words are forgotten once the phone has them.
pub(crate) fn forget(tx: &mut Tx, message: &MessageId) -> Result<(), Error> {
    const FORGET: &str = "UPDATE messages_sms SET body = NULL WHERE message = $1";
    tx.execute(FORGET, &params![message]).map(drop)
}

/// How many SMS stand in a state, counted up to `most`.
pub(crate) fn count(read: &mut dyn Read, state: SmsState, most: usize) -> Result<i64, Error> {
    const COUNT: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM messages_sms WHERE state = $1 LIMIT $2) AS found";
    Ok(read.query_one(COUNT, &params![state, most], |row| row.get(0))?.unwrap_or(0))
}
