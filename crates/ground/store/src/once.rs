//! Idempotency: a command that is sent twice under one key happens once.

use crate::db::{ReadExt, Tx};
use crate::{Error, params, sm3};

/// What is known of a key when a command arrives under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Once {
    /// Never seen: do it, then [`Tx::remember`] the outcome in the same transaction.
    New,
    /// Done already: this was the outcome.
    Done(String),
    /// The key was used for a different request.
    Other,
}

/// The key of the command that is being carried out.
pub(crate) struct Pending {
    client: String,
    key: String,
    request: kernel::Digest,
}

impl Tx<'_> {
    /// Looks up the key under which `client` sent `request`. Keys are kept for 24 hours.
    pub fn once(&mut self, client: &str, key: &str, request: &[u8]) -> Result<Once, Error> {
        const FIND: &str = "SELECT request, outcome FROM store_once WHERE client = $1 AND idempotency_key = $2";
        let digest = sm3(request);
        let found = self
            .query_one(FIND, &params![client, key], |row| Ok((row.get::<kernel::Digest>(0)?, row.get::<String>(1)?)))?;
        Ok(match found {
            Some((request, outcome)) if request == digest => Once::Done(outcome),
            Some(_) => Once::Other,
            None => {
                self.pending = Some(Pending { client: client.to_owned(), key: key.to_owned(), request: digest });
                Once::New
            }
        })
    }

    /// Keeps the outcome of the command that the last [`Tx::once`] found to be new.
    pub fn remember(&mut self, outcome: &str) -> Result<(), Error> {
        const KEEP: &str = "INSERT INTO store_once (client, idempotency_key, request, outcome, at)
            VALUES ($1, $2, $3, $4, $5)";
        let Some(pending) = self.pending.take() else { return Ok(()) };
        // Kept by the machine's clock: a demonstration at 1440 times the pace must not forget within a minute.
        let at = crate::time::wall();
        let (client, key) = (&pending.client, &pending.key);
        self.execute(KEEP, &params![client, key, pending.request, outcome, at]).map(drop)
    }

    /// Forgets keys older than 24 hours, some at a time; how many.
    pub(crate) fn forget_keys(&mut self) -> Result<u64, Error> {
        const FORGET: &str = "DELETE FROM store_once WHERE (client, idempotency_key) IN
            (SELECT client, idempotency_key FROM store_once WHERE at < $1 ORDER BY at LIMIT 500)";
        let day = 24 * 3600 * 1_000_000;
        self.execute(FORGET, &params![crate::time::wall().as_microsecond() - day])
    }
}
