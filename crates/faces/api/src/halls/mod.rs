//! Halls: where they are and how long their queues are (public), appointments and tickets (signed in).

pub mod appointments;
pub mod look;
pub mod tickets;

use crate::Refusal;
use halls::HallId;
use store::{Once, Tx};

/// The hall that an address names; what names none is not found.
fn hall_id(text: &str) -> Result<HallId, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound)
}

/// What an idempotency key remembers: who asked, under which key, what.
#[derive(Clone)]
struct Key {
    client: String,
    key: String,
    request: Vec<u8>,
}

/// Whether the command under `key` was carried out before, and what came of it.
fn done_before(tx: &mut Tx<'_>, key: Option<&Key>) -> Result<Option<String>, store::Failure<casework::Refusal>> {
    let Some(key) = key else { return Ok(None) };
    match tx.once(&key.client, &key.key, &key.request)? {
        Once::New => Ok(None),
        Once::Done(outcome) => Ok(Some(outcome)),
        Once::Other => Err(casework::Refusal::KeyReused.into()),
    }
}
