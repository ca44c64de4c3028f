//! Drawing experts so that anybody can check it afterwards.
//!
//! When the notice goes out the house commits to a random seed: its SM3 digest stands in the journal. At the opening the bids come to
//! light; nobody could know their content before. Both together decide: the house cannot choose, because it bound itself before it knew
//! the bids, and bidders cannot, because they do not know the seed. Who may sit is filtered first (回避), then those left are
//! ordered by the digest of decision and id, and the first ones are drawn. Seed, pool and order are public with the result.

use std::collections::BTreeSet;

use kernel::{CreditCode, Digest};
use serde::{Deserialize, Serialize};

use crate::ExpertId;

/// Somebody in the pool, as the draw sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eligible {
    /// Who.
    pub id: ExpertId,
    /// Whom they work for.
    pub employer: CreditCode,
    /// What they can judge.
    pub specialties: Vec<String>,
}

/// What a draw was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// What must be judged.
    pub specialty: String,
    /// How many sit.
    pub seats: u32,
    /// Whose employees may not sit: tenderer and bidders (招标投标法 37, 条例 46).
    pub avoid: BTreeSet<CreditCode>,
    /// The digests of the bids that were opened.
    pub bids: BTreeSet<Digest>,
}

/// Too few are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFew {
    /// So many could sit.
    pub found: usize,
}

/// The digest to which the house commits.
pub fn commitment(seed: &[u8; 32]) -> Digest {
    store::sm3(&[b"tongban draw seed", &seed[..]].concat())
}

/// The digest of a pool, whatever its order.
pub fn pool_digest(pool: &[Eligible]) -> Digest {
    let mut lines: Vec<String> = pool
        .iter()
        .map(|one| {
            let mut specialties = one.specialties.clone();
            specialties.sort();
            format!("{}|{}|{}\n", one.id, one.employer, specialties.join(","))
        })
        .collect();
    lines.sort();
    store::sm3(lines.concat().as_bytes())
}

/// What decides: the seed and the digests of the bids, in their order.
pub fn decision(seed: &[u8; 32], bids: &BTreeSet<Digest>) -> Digest {
    let mut bytes = seed.to_vec();
    bids.iter().for_each(|digest| bytes.extend_from_slice(&digest.0));
    store::sm3(&bytes)
}

/// Who sits, in the order of their seats.
pub fn draw(seed: &[u8; 32], pool: &[Eligible], asked: &Asked) -> Result<Vec<ExpertId>, TooFew> {
    let decision = decision(seed, &asked.bids);
    let place = |id: ExpertId| (store::sm3(format!("{decision}{id}").as_bytes()), id);
    let may_sit = |one: &&Eligible| one.specialties.contains(&asked.specialty) && !asked.avoid.contains(&one.employer);
    let mut order: Vec<(Digest, ExpertId)> = pool.iter().filter(may_sit).map(|one| place(one.id)).collect();
    order.sort_unstable();
    order.dedup();
    let found = order.len();
    let seats = asked.seats as usize;
    if found < seats {
        return Err(TooFew { found });
    }
    Ok(order.into_iter().take(seats).map(|(_, id)| id).collect())
}

/// Everything that proves a draw, public with the result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// What the house had committed to before.
    pub commitment: Digest,
    /// The seed, hex.
    pub seed: String,
    /// The digest of the pool, as the journal had it.
    pub pool_digest: Digest,
    /// The pool.
    pub pool: Vec<Eligible>,
    /// What was asked.
    pub asked: Asked,
    /// Who was drawn, by seat.
    pub drawn: Vec<ExpertId>,
}

impl Proof {
    /// Whether it holds: anybody can reckon it again.
    pub fn holds(&self) -> bool {
        let Some(seed) = seed(&self.seed) else { return false };
        commitment(&seed) == self.commitment
            && pool_digest(&self.pool) == self.pool_digest
            && draw(&seed, &self.pool, &self.asked).as_ref() == Ok(&self.drawn)
    }
}

/// A seed written in hex.
pub(crate) fn seed(text: &str) -> Option<[u8; 32]> {
    hex::decode(text).ok()?.try_into().ok()
}
