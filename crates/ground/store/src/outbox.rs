//! The outbox: effects outside the database are rows of the command's own transaction, sent afterwards at least once.

use crate::db::{Read, Tx};
use crate::{Error, params};
use kernel::{PartyId, Timestamp};

/// Something to be sent: an SMS, a courier order, a payment instruction, a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// Which sender: `sms`.
    pub channel: String,
    /// The same key is sent once, however often the command asks.
    pub key: String,
    /// Under whose key the body is sealed, if it is.
    pub party: Option<PartyId>,
    /// What the sender understands; personal values sealed.
    pub body: String,
}

/// An effect on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id, 32 hex digits.
    pub id: String,
    /// Which sender.
    pub channel: String,
    /// Hand it to the other side, so that a second delivery is recognised there.
    pub key: String,
    /// Under whose key the body is sealed.
    pub party: Option<PartyId>,
    /// What to send.
    pub body: String,
    /// When the command asked for it.
    pub at: Timestamp,
    /// Tries so far.
    pub attempts: u32,
}

/// Why a message was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendError {
    /// For the operator; no personal values.
    pub reason: String,
    /// Whether another try can help; if not, the message is parked at once.
    pub retry: bool,
}

/// Delivers the messages of one channel.
pub trait Sender: Send + Sync {
    /// The channel it serves.
    fn channel(&self) -> &str;
    /// Delivers one message. May be called again for the same message: pass its key on.
    fn send(&self, message: &Message) -> Result<(), SendError>;
}

impl Tx<'_> {
    /// Asks for an effect. A key that was used before on this channel changes nothing.
    pub fn outbox(&mut self, effect: &Effect) -> Result<(), Error> {
        const PUT: &str = "INSERT INTO store_outbox (id, channel, idempotency_key, party, body, at, attempts, next_at)
            VALUES ($1, $2, $3, $4, $5, $6, 0, $7) ON CONFLICT (channel, idempotency_key) DO NOTHING";
        let Effect { channel, key, party, body } = effect;
        let (id, now, next) = (crate::fresh_uuid().simple().to_string(), self.now(), crate::time::wall());
        self.execute(PUT, &params![id, channel, key, party, body, now, next])?;
        self.after.wakes = true;
        Ok(())
    }
}
