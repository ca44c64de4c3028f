//! Sends what the outbox holds: at least once, with back-off, parked after too many tries.

use crate::db::{Db, Read, ReadExt, Tx};
use crate::outbox::{Message, SendError, Sender};
use crate::runner::{Round, Work};
use crate::{Error, params};
use std::sync::Arc;
use std::time::Duration;

/// Tries before a message is parked for somebody to look at: about six hours of them.
pub const ATTEMPTS_MAX: u32 = 12;
const BATCH: usize = 32;
const WAIT_MAX: i64 = 3_600;

/// Serves one channel.
pub(crate) struct Sending {
    sender: Arc<dyn Sender>,
}

impl Sending {
    pub fn new(sender: Arc<dyn Sender>) -> Self {
        Sending { sender }
    }
}

impl Work for Sending {
    fn name(&self) -> String {
        format!("outbox.{}", self.sender.channel())
    }

    fn hears(&self) -> bool {
        true
    }

    fn pause(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn round(&mut self, db: &Db) -> Result<Round, Error> {
        const DUE: &str = "SELECT id, channel, idempotency_key, party, body, at, attempts FROM store_outbox
            WHERE channel = $1 AND next_at <= $2 ORDER BY next_at, id LIMIT $3";
        let (channel, now) = (self.sender.channel(), crate::time::wall());
        let due = db.read(|read| read.query(DUE, &params![channel, now, BATCH], message))?;
        let is_full = due.len() == BATCH;
        for message in due {
            let sent = self.sender.send(&message);
            note(db, message, sent)?;
        }
        Ok(if is_full { Round::More } else { Round::Idle })
    }
}

fn message(row: &dyn crate::Row) -> Result<Message, Error> {
    Ok(Message {
        id: row.get(0)?,
        channel: row.get(1)?,
        key: row.get(2)?,
        party: row.get(3)?,
        body: row.get(4)?,
        at: row.get(5)?,
        attempts: row.get(6)?,
    })
}

/// Writes down how a try ended. Should this be lost, the message is sent again under the same key.
fn note(db: &Db, message: Message, sent: Result<(), SendError>) -> Result<(), Error> {
    const SENT: &str =
        "UPDATE store_outbox SET attempts = attempts + 1, next_at = NULL, sent_at = $2, last_error = NULL
        WHERE id = $1";
    const FAILED: &str = "UPDATE store_outbox SET attempts = attempts + 1, next_at = $2, last_error = $3 WHERE id = $1";
    let now = crate::time::wall().as_microsecond();
    let attempts = message.attempts + 1;
    if let Err(error) = &sent {
        let Message { channel, id, .. } = &message;
        tracing::warn!(channel, id, attempts, reason = error.reason, "a message was not sent");
    }
    db.write(move |tx: &mut Tx<'_>| {
        match &sent {
            Ok(()) => tx.execute(SENT, &params![message.id, now])?,
            Err(SendError { reason, retry }) => {
                let wait = (1_i64 << attempts.min(12)).min(WAIT_MAX) * 1_000_000;
                let next = (*retry && attempts < ATTEMPTS_MAX).then_some(now + wait);
                tx.execute(FAILED, &params![message.id, next, reason])?
            }
        };
        Ok(())
    })
}

/// A message that is parked: it was tried too often, or cannot be sent at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// The message.
    pub message: Message,
    /// What the last try said.
    pub reason: String,
}

/// Parked messages, oldest first, at most `limit`.
pub fn parked(read: &mut dyn Read, limit: usize) -> Result<Vec<Parked>, Error> {
    const PARKED: &str = "SELECT id, channel, idempotency_key, party, body, at, attempts, last_error FROM store_outbox
        WHERE next_at IS NULL AND sent_at IS NULL ORDER BY at, id LIMIT $1";
    read.query(PARKED, &params![limit], |row| {
        Ok(Parked { message: message(row)?, reason: row.get::<Option<String>>(7)?.unwrap_or_default() })
    })
}

impl Tx<'_> {
    /// Sends a parked message again; whether it was parked.
    pub fn unpark(&mut self, message: &str) -> Result<bool, Error> {
        const AGAIN: &str = "UPDATE store_outbox SET attempts = 0, next_at = $2
            WHERE id = $1 AND next_at IS NULL AND sent_at IS NULL";
        self.after.wakes = true;
        Ok(self.execute(AGAIN, &params![message, crate::time::wall()])? == 1)
    }
}
