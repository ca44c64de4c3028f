//! Proofs that a third party can check without access to the database.

use super::tiles::{Stored, find_leaf};
use super::{TreeHead, canonical, head_key, instant, latest_head, tree};
use crate::Error;
use crate::db::Read;
use crate::follow::Position;
use crate::journal::{self, Entry};
use crate::signer::PublicKey;
use kernel::Digest;
use serde::{Deserialize, Serialize};

/// That one entry stands in the journal, at its place, since the head was signed. Printed as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The entry.
    pub entry: ProvedEntry,
    /// Its leaf's place in the tree.
    pub index: u64,
    /// From the leaf to the root.
    pub path: Vec<Digest>,
    /// The signed head.
    pub head: TreeHead,
    /// The key that the head claims; whoever checks compares it with the key they know.
    pub public_key: PublicKey,
}

/// The fields of an entry that its leaf binds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProvedEntry {
    /// Its number.
    pub seq: i64,
    /// What it happened to.
    pub stream: String,
    /// Its place in the stream.
    pub version: i64,
    /// What happened.
    pub kind: String,
    /// When, in microseconds UTC.
    pub at: i64,
    /// Who.
    pub actor: String,
    /// The event as it is stored.
    pub body: String,
}

impl Proof {
    /// Checks the proof against a key that the reader trusts. Fails with what does not fit.
    pub fn check(&self, trusted: &PublicKey) -> Result<(), Error> {
        let ProvedEntry { seq, stream, version, kind, at, actor, body } = self.entry.clone();
        let entry = Entry { seq, epoch: 0, stream, version, kind, at: instant(at)?, actor, body };
        let leaf = tree::leaf(&canonical(&entry));
        if !self.head.is_signed_by(trusted) {
            return Err(Error::Corrupt("the head is not signed with the trusted key".to_owned()));
        }
        if !tree::includes(&leaf, self.index, self.head.size, &self.path, &self.head.root) {
            return Err(Error::Corrupt(format!("entry {seq} does not stand under this head")));
        }
        Ok(())
    }
}

/// The proof of an entry: `None` when there is no such entry or no head covers it yet (see `seal_now`).
pub fn prove(read: &mut dyn Read, seq: i64) -> Result<Option<Proof>, Error> {
    let Some(entry) = journal::entry(read, seq)? else { return Ok(None) };
    let Some(head) = latest_head(read)? else { return Ok(None) };
    let at = Position { epoch: entry.epoch, seq };
    let Some((index, _)) = find_leaf(read, at)?.filter(|(index, _)| *index < head.size) else { return Ok(None) };
    let Some(public_key) = head_key(read, &head.key_id)? else {
        return Err(Error::Corrupt(format!("the public key {} of a tree head is missing", head.key_id)));
    };
    let mut stored = Stored::new(read);
    let path = tree::inclusion(index, head.size, &mut |level, index| stored.node(level, index))?;
    let Entry { seq, epoch: _, stream, version, kind, at, actor, body } = entry;
    let entry = ProvedEntry { seq, stream, version, kind, at: at.as_microsecond(), actor, body };
    Ok(Some(Proof { entry, index, path, head, public_key }))
}

/// The path that shows that the tree at `size` continues the one at `earlier`; both sizes must have been sealed.
pub fn consistency(read: &mut dyn Read, earlier: u64, size: u64) -> Result<Vec<Digest>, Error> {
    let mut stored = Stored::new(read);
    tree::consistency(earlier, size, &mut |level, index| stored.node(level, index))
}

/// Whether the path shows that `later` continues `earlier`. The signatures are checked apart.
pub fn check_consistency(earlier: &TreeHead, later: &TreeHead, path: &[Digest]) -> bool {
    tree::continues(earlier.size, later.size, &earlier.root, &later.root, path)
}
