//! The database, the journal and what lives by it: followers, the due wheel, the outbox; files, keys, signatures and
//! the Merkle tree that lets nobody, not even the operator, change the past unseen.
//!
//! It knows no domain. Rooms see only [`Tx`] and [`Read`]; which database is behind them they cannot tell.
//!
//! - [`Db::write`] runs a command in one transaction and answers when it is durable; [`Db::read`] asks.
//! - [`Tx::journal`] appends events; a [`Follower`] hears of them exactly once.
//! - [`Db::migrate`] brings each room's tables up to date.

mod backup;
mod bell;
pub mod bench;
mod cache;
mod db;
mod epoch;
mod error;
mod files;
pub mod follow;
mod housekeeping;
pub mod journal;
mod keys;
mod migrate;
mod numbers;
mod once;
mod outbox;
mod outgoing;
mod runner;
pub mod sealer;
mod send;
mod signer;
#[cfg(feature = "testing")]
pub mod testing;
mod time;
mod vault;
mod wheel;

pub use backup::{backup, restore};
pub use cache::{Cached, Caches};
pub use db::{
    AsParam, Config, Db, Dialect, EachRow, FromColumn, MANY, Param, Read, ReadExt, Reader, Row, Short, Tx, many,
};
pub use error::{Error, Failure};
pub use files::Files;
pub use follow::{Effectuation, Follower, Position};
pub use journal::{Entry, Event, Written};
pub use migrate::{MIGRATIONS, Migration};
pub use once::Once;
pub use outbox::{Effect, Message, SendError, Sender};
pub use outgoing::client;
pub use runner::{Runner, Status, status};
pub use sealer::{Proof, Replay, Report, TreeHead, verify_journal};
pub use send::{ATTEMPTS_MAX, Parked, parked};
pub use signer::{DEFAULT_ID, PublicKey, Signature, Signer, SoftSigner, verify, verify_as};
pub use time::{Time, wall};
pub use vault::Vault;
pub use wheel::Wheel;

use kernel::{Digest, Uuid};
use sm3::Digest as _;

/// The SM3 digest of some bytes (GB/T 32905-2016).
pub fn sm3(bytes: &[u8]) -> Digest {
    Digest(sm3::Sm3::digest(bytes).into())
}

/// A fresh id, version 7 (RFC 9562): ids sort by birth, so that indexes grow at their end.
pub fn fresh_uuid() -> Uuid {
    let millis = u64::try_from(time::wall().as_millisecond()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &random_bytes()).into_uuid()
}

/// Random bytes from the operating system.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
