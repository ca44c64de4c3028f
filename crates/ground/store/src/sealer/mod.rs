//! The sealer: the journal's entries become leaves of a Merkle tree whose heads are signed, so that nobody can change
//! the past unseen — not even who runs the database, once a head has been handed to somebody else.
//!
//! It works behind the journal, off the hot path: a leaf a row, some rows a batch, one signature every few seconds.

pub mod kept;
mod proof;
mod tiles;
pub mod tree;
mod verify;

pub use proof::{Proof, ProvedEntry, check_consistency, consistency, prove};
pub use verify::{Problem, Replay, Report, verify_journal};

use crate::db::{Db, Read, ReadExt, Row, Tx};
use crate::follow::{Position, after, is_waiting};
use crate::journal::Entry;
use crate::runner::{Round, Work};
use crate::signer::{PublicKey, Signature, verify as is_signed};
use crate::{Error, params};
use kernel::{Digest, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};
use tiles::{Edge, Stored};

/// Its cursor's name.
const NAME: &str = "store.sealer";
/// Leaves added in one transaction, at most.
const BATCH: usize = 1_024;
/// A head is signed when there are as many new leaves …
const HEAD_AFTER: u64 = 8_192;
/// … or when the newest is as old.
const HEAD_EVERY: Duration = Duration::from_secs(10);

/// How long `seal_now` waits for transactions that are still open.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// A signed tree head: what the journal was at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeHead {
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Digest,
    /// When it was signed, in microseconds UTC.
    pub at: i64,
    /// With which key.
    pub key_id: String,
    /// The SM2 signature over [`TreeHead::signed_text`].
    pub signature: Signature,
}

impl TreeHead {
    /// What is signed: four lines of text.
    pub fn signed_text(size: u64, root: &Digest, at: i64) -> String {
        format!("tongban tree head v1\n{size}\n{root}\n{at}\n")
    }

    /// Whether the signature is of this key.
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        let text = Self::signed_text(self.size, &self.root, self.at);
        is_signed(key, text.as_bytes(), &self.signature)
    }

    fn from_row(row: &dyn Row) -> Result<Self, Error> {
        let damaged = || Error::Corrupt("a tree head's root or signature has a wrong length".to_owned());
        let (root, signature): (Vec<u8>, Vec<u8>) = (row.get(1)?, row.get(4)?);
        Ok(TreeHead {
            size: row.get(0)?,
            root: Digest(root.try_into().map_err(|_| damaged())?),
            at: row.get(2)?,
            key_id: row.get(3)?,
            signature: Signature(signature.try_into().map_err(|_| damaged())?),
        })
    }
}

/// The newest head, for handing to a witness.
pub fn latest_head(read: &mut dyn Read) -> Result<Option<TreeHead>, Error> {
    const LATEST: &str = "SELECT size, root, at, key_id, signature FROM store_tree_head ORDER BY size DESC LIMIT 1";
    read.query_one(LATEST, &[], TreeHead::from_row)
}

/// The heads above a size, smallest first, at most `limit`.
pub fn heads_above(read: &mut dyn Read, size: u64, limit: usize) -> Result<Vec<TreeHead>, Error> {
    const ABOVE: &str = "SELECT size, root, at, key_id, signature FROM store_tree_head
        WHERE size > $1 ORDER BY size LIMIT $2";
    read.query(ABOVE, &params![size as i64, limit], TreeHead::from_row)
}

/// The public key that signed heads under this id.
pub fn head_key(read: &mut dyn Read, key_id: &str) -> Result<Option<PublicKey>, Error> {
    const KEY: &str = "SELECT public_key FROM store_tree_key WHERE key_id = $1";
    read.query_one(KEY, &params![key_id], |row| {
        let bytes: Vec<u8> = row.get(0)?;
        bytes.try_into().map(PublicKey).map_err(|_| Error::Corrupt("a public key has a wrong length".to_owned()))
    })
}

/// What a leaf is made of: each field as a netstring (`length:bytes,`), so that no two entries give the same bytes.
pub fn canonical(entry: &Entry) -> Vec<u8> {
    let Entry { seq, epoch: _, stream, version, kind, at, actor, body } = entry;
    let (seq, version, at) = (seq.to_string(), version.to_string(), at.as_microsecond().to_string());
    let mut bytes = Vec::with_capacity(body.len() + 160);
    for field in ["tongban entry v1", &seq, stream, &version, kind, &at, actor, body] {
        bytes.extend_from_slice(format!("{}:", field.len()).as_bytes());
        bytes.extend_from_slice(field.as_bytes());
        bytes.push(b',');
    }
    bytes
}

/// Seals everything that can be sealed now and signs a head over it: before a backup, a proof or a check.
pub fn seal_now(db: &Db) -> Result<Option<TreeHead>, Error> {
    let mut sealing = Sealing::default();
    crate::runner::register(db, NAME)?;
    let until = Instant::now() + WAIT_MAX;
    loop {
        while sealing.append(db)? {}
        let cursor = sealing.state(db)?.cursor;
        let is_waiting = db.read::<_, Error>(|read| is_waiting(read, cursor))?;
        if !is_waiting || Instant::now() > until {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    sealing.sign(db)?;
    db.read(|read| latest_head(read))
}

/// The sealer's work.
#[derive(Default)]
pub(crate) struct Sealing {
    state: Option<State>,
}

struct State {
    edge: Edge,
    cursor: Position,
    /// Size and time of the last head that this process signed or found.
    signed: u64,
    signed_at: Instant,
}

impl Sealing {
    fn state(&mut self, db: &Db) -> Result<&mut State, Error> {
        const CURSOR: &str = "SELECT epoch, seq FROM store_worker WHERE name = $1";
        if self.state.is_none() {
            let state = db.snapshot::<_, Error>(|read| {
                let cursor = read
                    .query_one(CURSOR, &params![NAME], |row| Ok(Position { epoch: row.get(0)?, seq: row.get(1)? }))?;
                let signed = latest_head(read)?.map_or(0, |head| head.size);
                let edge = Edge::load(read)?;
                Ok(State { edge, cursor: cursor.unwrap_or_default(), signed, signed_at: Instant::now() })
            })?;
            self.state = Some(state);
        }
        self.state.as_mut().ok_or(Error::Closed)
    }

    /// Adds leaves for the next entries; whether there were any.
    fn append(&mut self, db: &Db) -> Result<bool, Error> {
        const MOVE: &str = "UPDATE store_worker SET epoch = $2, seq = $3, last_run = $4
            WHERE name = $1 AND epoch = $5 AND seq = $6";
        let state = self.state(db)?;
        let (from, mut edge, mut tiles) = (state.cursor, state.edge.clone(), Vec::new());
        let batch = db.read::<_, Error>(|read| after(read, from, &[], BATCH))?;
        if batch.entries.is_empty() {
            return Ok(false);
        }
        for entry in &batch.entries {
            let at = Position { epoch: entry.epoch, seq: entry.seq };
            edge.push(tree::leaf(&canonical(entry)), at, &mut tiles);
        }
        tiles.extend(edge.partial().cloned());
        let to = batch.position;
        db.write(move |tx: &mut Tx<'_>| {
            tiles.iter().try_for_each(|tile| tile.save(tx))?;
            let at = crate::time::wall();
            let moved = tx.execute(MOVE, &params![NAME, to.epoch, to.seq, at, from.epoch, from.seq])?;
            if moved == 1 { Ok(()) } else { Err(Error::Lost) }
        })?;
        (state.edge, state.cursor) = (edge, to);
        Ok(true)
    }

    /// Signs a head over the present size, unless there is one.
    fn sign(&mut self, db: &Db) -> Result<(), Error> {
        const HEAD: &str = "INSERT INTO store_tree_head (size, root, at, key_id, signature)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT (size) DO NOTHING";
        const KEY: &str = "INSERT INTO store_tree_key (key_id, public_key, since) VALUES ($1, $2, $3)
            ON CONFLICT (key_id) DO NOTHING";
        let state = self.state(db)?;
        let size = state.edge.size();
        if size > state.signed {
            let root = db.read::<_, Error>(|read| {
                let mut stored = Stored::new(read);
                tree::range(0, size, &mut |level, index| stored.node(level, index))
            })?;
            let (signer, at) = (db.signer(), db.now().as_microsecond());
            let signature = signer.sign(TreeHead::signed_text(size, &root, at).as_bytes())?;
            let (key, key_id) = (signer.public_key(), signer.key_id());
            let head = TreeHead { size, root, at, key_id, signature };
            let stored = head.clone();
            db.write(move |tx: &mut Tx<'_>| {
                let TreeHead { size, root, at, key_id, signature } = &stored;
                tx.execute(KEY, &params![key_id, key.0, at])?;
                tx.execute(HEAD, &params![*size as i64, root.0, at, key_id, signature.0]).map(drop)
            })?;
            kept::keep(db.data(), &head)?;
            state.signed = size;
        }
        state.signed_at = Instant::now();
        Ok(())
    }

    fn step(&mut self, db: &Db) -> Result<Round, Error> {
        let grew = self.append(db)?;
        let state = self.state(db)?;
        let fresh = state.edge.size() - state.signed;
        if fresh >= HEAD_AFTER || (fresh > 0 && state.signed_at.elapsed() >= HEAD_EVERY) {
            self.sign(db)?;
        }
        Ok(if grew { Round::More } else { Round::Idle })
    }
}

impl Work for Sealing {
    fn name(&self) -> String {
        NAME.to_owned()
    }

    /// It looks twice a second rather than at every commit: fuller tiles, fewer writes.
    fn hears(&self) -> bool {
        false
    }

    fn pause(&self) -> Duration {
        Duration::from_millis(500)
    }

    fn round(&mut self, db: &Db) -> Result<Round, Error> {
        let done = self.step(db);
        if done.is_err() {
            self.state = None;
        }
        done
    }
}

/// When an entry is proved or checked, its instant as the leaf has it.
pub(crate) fn instant(micros: i64) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(micros).map_err(|error| Error::Corrupt(error.to_string()))
}
