//! Messages.

use kernel::{Sealed, Timestamp};
use store::{Error, Param, Read, ReadExt, Tx, params};

use crate::model::{MessageId, Recipient, Side, SmsState, ThreadId};

/// A message as it is stored.
pub(crate) struct MessageRow {
    pub id: MessageId,
    pub at: Timestamp,
    pub seq: i64,
    pub side: Side,
    pub body: Sealed,
    pub read_at: Option<Timestamp>,
    pub settled: bool,
    pub sms: Option<SmsState>,
    pub reason: Option<String>,
}

/// A message on its way into its row.
pub(crate) struct NewMessage<'a> {
    pub id: MessageId,
    pub thread: ThreadId,
    pub recipient: &'a Recipient,
    /// What it was made from; the same source never gives a recipient a second message.
    pub source: &'a str,
    pub route: &'a str,
    pub cause: Option<&'a str>,
    pub at: Timestamp,
    pub seq: i64,
    pub side: Side,
    pub body: &'a Sealed,
    pub read_at: Option<Timestamp>,
}

/// Writes messages; which of them were new. A recipient who was told from the same source before is not told again.
pub(crate) fn insert(tx: &mut Tx, new: &[NewMessage<'_>]) -> Result<Vec<bool>, Error> {
    const INSERT: &str = "INSERT INTO messages_message
            (id, thread, recipient, source, route, cause, at, seq, side, body, read_at, settled)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (recipient, source) DO NOTHING";
    const IS_THERE: &str = "SELECT 1 FROM messages_message WHERE id = $1";
    let rows = new.iter().map(|new| {
        [
            Param::display(new.id),
            Param::display(new.thread),
            Param::display(new.recipient),
            Param::Text(new.source),
            Param::Text(new.route),
            new.cause.map_or(Param::Null, Param::Text),
            Param::Int(new.at.as_microsecond()),
            Param::Int(new.seq),
            Param::Int(i64::from(new.side == Side::Asker)),
            Param::Text(new.body.as_str()),
            new.read_at.map_or(Param::Null, |at| Param::Int(at.as_microsecond())),
            Param::Int(0),
        ]
    });
    if tx.insert_many(INSERT, rows)? == new.len() as u64 {
        return Ok(vec![true; new.len()]);
    }
    // Some were told before: rare, after a crash.
    new.iter().map(|new| Ok(tx.query_one(IS_THERE, &params![new.id], |_| Ok(()))?.is_some())).collect()
}

/// Messages of a thread, latest first, before `before`.
pub(crate) fn of(
    read: &mut dyn Read,
    thread: &ThreadId,
    before: Option<(Timestamp, i64)>,
    limit: usize,
) -> Result<Vec<MessageRow>, Error> {
    const OF: &str = "SELECT m.id, m.at, m.seq, m.side, m.body, m.read_at, m.settled, s.state, s.reason
        FROM messages_message m LEFT JOIN messages_sms s ON s.message = m.id
        WHERE m.thread = $1 AND (m.at, m.seq) < ($2, $3) ORDER BY m.at DESC, m.seq DESC LIMIT $4";
    let (at, seq) = before.map_or((i64::MAX, i64::MAX), |(at, seq)| (at.as_microsecond(), seq));
    read.query(OF, &params![thread, at, seq, limit], |row| {
        Ok(MessageRow {
            id: row.get(0)?,
            at: row.get(1)?,
            seq: row.get(2)?,
            side: if row.get::<i64>(3)? == 1 { Side::Asker } else { Side::Office },
            body: row.get(4)?,
            read_at: row.get(5)?,
            settled: row.get(6)?,
            sms: row.get(7)?,
            reason: row.get(8)?,
        })
    })
}

/// A cause is gone: what was told because of it asks for nothing any more, and its SMS that wait are not sent.
pub(crate) fn settle(tx: &mut Tx, subject: &str, cause: &str, at: Timestamp, reason: &str) -> Result<(), Error> {
    // Found by their messages, of which there are few: in the quiet hours of the night all SMS of the province are held.
    const SMS: &str = "UPDATE messages_sms SET state = 'not-wanted', reason = $4, due = NULL, changed = $3, body = NULL
        WHERE state || '' = 'held' AND message IN (SELECT id FROM messages_message WHERE cause = $2 AND settled = 0
            AND thread IN (SELECT id FROM messages_thread WHERE subject = $1))";
    const SETTLE: &str = "UPDATE messages_message SET settled = 1 WHERE cause = $2 AND settled = 0
        AND thread IN (SELECT id FROM messages_thread WHERE subject = $1)";
    tx.execute(SMS, &params![subject, cause, at, reason])?;
    tx.execute(SETTLE, &params![subject, cause]).map(drop)
}
