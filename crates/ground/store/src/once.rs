//! Idempotency: a command that is sent twice under one key happens once.

use crate::db::{ReadExt, Tx};
use crate::{Error, params, sm3};

/// Keys looked through at once for old ones.
const SWEPT_AT_ONCE: usize = 500;

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
    request: [u8; 32],
}

/// How far the search for old keys has come: everything up to this key and client was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Swept {
    key: String,
    client: String,
}

impl Tx<'_> {
    /// Looks up the key under which `client` sent `request`. Keys are kept for 24 hours.
    pub fn once(&mut self, client: &str, key: &str, request: &[u8]) -> Result<Once, Error> {
        const FIND: &str = "SELECT request, outcome FROM store_once WHERE idempotency_key = $1 AND client = $2";
        let digest = sm3(request).0;
        let found =
            self.query_one(FIND, &params![key, client], |row| Ok((row.get::<Vec<u8>>(0)?, row.get::<String>(1)?)))?;
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
        const KEEP: &str = "INSERT INTO store_once (idempotency_key, client, request, outcome, at)
            VALUES ($1, $2, $3, $4, $5)";
        let Some(pending) = self.pending.take() else { return Ok(()) };
        // Kept by the machine's clock: a demonstration at 1440 times the pace must not forget within a minute.
        let at = crate::time::wall();
        let (client, key) = (&pending.client, &pending.key);
        self.execute(KEEP, &params![key, client, pending.request, outcome, at]).map(drop)
    }

    /// Looks through some keys after a place and forgets those older than 24 hours. Where to go on from; `None` at the end.
    ///
    /// An index by age would be written with every command, for a search that nobody waits for.
    pub(crate) fn forget_keys(&mut self, after: &Swept) -> Result<Option<Swept>, Error> {
        const NEXT: &str = "SELECT idempotency_key, client FROM store_once WHERE (idempotency_key, client) > ($1, $2)
            ORDER BY idempotency_key, client LIMIT $3";
        const FORGET: &str = "DELETE FROM store_once WHERE (idempotency_key, client) > ($1, $2)
            AND (idempotency_key, client) <= ($3, $4) AND at < $5";
        let Swept { key, client } = after;
        let mut keys = self.query(NEXT, &params![key, client, SWEPT_AT_ONCE], |row| {
            Ok(Swept { key: row.get(0)?, client: row.get(1)? })
        })?;
        let is_full = keys.len() == SWEPT_AT_ONCE;
        let Some(last) = keys.pop() else { return Ok(None) };
        let day_ago = crate::time::wall().as_microsecond() - 24 * 3600 * 1_000_000;
        self.execute(FORGET, &params![key, client, last.key, last.client, day_ago])?;
        Ok(is_full.then_some(last))
    }
}
