//! What a company does with a lot: taking part, its envelope, its deposit, its key.

use kernel::{Actor, Digest, Fen};
use store::{Db, Error, Failure, Read, Tx};

use super::{BIDS_MOST, Desk, HOUSE, Result, SECRET, company, deposit::interest, happen};
use crate::envelope::{self, LotSecret, OpeningKey, Plain};
use crate::{Bid, BidEvent, BidId, BidState, Envelope, Lot, LotCode, LotEvent, Refusal, rules, table};

/// An envelope that was looked at and stored; nothing of it was opened.
#[derive(Debug, Clone)]
pub struct Prepared {
    lot: LotCode,
    digest: Digest,
    size: u64,
    id: String,
}

/// A bid that both shares opened.
#[derive(Debug, Clone)]
pub struct Unsealed {
    bid: BidId,
    plain: Plain,
    digest: Digest,
}

impl Desk {
    /// A company takes the documents. Twice is once.
    pub fn join(self, tx: &mut Tx, actor: &Actor, code: &LotCode) -> Result<Bid> {
        let lot = self.lot(tx, actor, code)?;
        if let Some(party) = actor.party()
            && let Some(bid) = table::bid_of(tx, code, &party)?
        {
            return Ok(bid);
        }
        let facts = self.facts(tx, actor, &lot)?;
        let account = format!("BZJ{:012}", tx.number("trading.account")?);
        let event = rules::joined(&lot, account, &facts)?;
        let id = BidId::new(store::fresh_uuid());
        let Some(bid) = rules::replay_bid(id, [&event]) else {
            return Err(Error::Corrupt(format!("bid {id} does not begin")).into());
        };
        table::insert_bid(tx, &bid)?;
        tx.journal(actor, &id.stream(), 1, &[event])?;
        Ok(bid)
    }

    /// An envelope comes.
    pub fn submit(self, tx: &mut Tx, actor: &Actor, prepared: &Prepared) -> Result<Bid> {
        let lot = self.lot(tx, actor, &prepared.lot)?;
        let bid = own_bid(tx, actor, &lot)?;
        table::pass_gate(tx, &lot.code)?;
        let facts = self.facts(tx, actor, &lot)?;
        let envelope =
            Envelope { digest: prepared.digest, size: prepared.size, id: prepared.id.clone(), at: facts.now };
        let events = rules::received(&lot, &bid, envelope, &facts)?;
        happen_bid(tx, actor, bid, &events)
    }

    /// The envelope is taken back.
    pub fn withdraw(self, tx: &mut Tx, actor: &Actor, code: &LotCode) -> Result<Bid> {
        let lot = self.lot(tx, actor, code)?;
        let bid = own_bid(tx, actor, &lot)?;
        table::pass_gate(tx, code)?;
        let facts = self.facts(tx, actor, &lot)?;
        let events = rules::withdrawn(&lot, &bid, interest(&facts), &facts)?;
        happen_bid(tx, actor, bid, &events)
    }

    /// The bank tells of money on a sub-account.
    pub fn pay(self, tx: &mut Tx, actor: &Actor, account: &str, flow: &str, amount: Fen) -> Result<Bid> {
        let bid = table::bid_of_account(tx, account)?.ok_or(Refusal::NotFound)?;
        let lot = self.lot(tx, &HOUSE, &bid.lot)?;
        let facts = self.facts(tx, actor, &lot)?;
        let events = rules::paid(&bid, flow, amount, &facts)?;
        happen_bid(tx, actor, bid, &events)
    }

    /// Opens the caller's own envelope with the caller's key, outside of a transaction, if the rules let the house use its half now.
    pub fn unseal(self, db: &Db, actor: &Actor, code: &LotCode, key: &OpeningKey) -> Result<Unsealed> {
        let party = actor.party().ok_or(Refusal::NotBidder)?;
        let (bid, digest, sealed) = db.read::<_, Failure<Refusal>>(|read| {
            let lot = self.lot(read, actor, code)?;
            let bid = table::bid_of(read, code, &party)?.ok_or(Refusal::NotBidder)?;
            // Who comes a second time with a bid that is open already is served, and changes nothing.
            if lot.bid(&bid.id).is_none() {
                let now = self.at(read);
                rules::may_unseal(&lot, &bid.id, now)?;
            }
            let digest = bid.envelope().map(|envelope| envelope.digest).ok_or(Refusal::NotBidder)?;
            let (secret, _) = table::key(read, code)?.ok_or_else(|| Error::Key(format!("lot {code} has no key")))?;
            Ok((bid.id, digest, secret))
        })?;
        let text = db.vault().decrypt(SECRET, &kernel::Sealed(sealed))?;
        let secret =
            LotSecret::from_hex(&text).ok_or_else(|| Error::Key(format!("the key of lot {code} is damaged")))?;
        let bytes = db.files().get(&digest)?;
        let plain = envelope::open(&bytes, code, &secret, key).map_err(Refusal::Envelope)?;
        let digest = db.files().put(&plain.file)?;
        Ok(Unsealed { bid, plain: Plain { file: vec![], ..plain }, digest })
    }

    /// A bid that both shares opened comes to light. Twice is once.
    pub fn give_key(self, tx: &mut Tx, actor: &Actor, code: &LotCode, unsealed: &Unsealed) -> Result<Lot> {
        let lot = self.lot(tx, actor, code)?;
        let bid = own_bid(tx, actor, &lot)?;
        if bid.id != unsealed.bid {
            return Err(Refusal::NotFound.into());
        }
        let facts = self.facts(tx, actor, &lot)?;
        let company = company(tx, &bid.party)?;
        let Some(open) = rules::opened(&lot, &bid, &unsealed.plain, unsealed.digest, company, &facts)? else {
            return Ok(lot);
        };
        happen_bid(tx, actor, bid, &[BidEvent::Opened { at: facts.now }])?;
        let mut events = rules::by_time(&lot, facts.now, facts.today);
        events.push(LotEvent::BidOpened(Box::new(open)));
        happen(tx, actor, lot, events)
    }
}

/// Looks at an envelope and stores it, outside of the transaction. What came too late is refused here and again in it.
pub fn prepare(db: &Db, code: &LotCode, bytes: &[u8]) -> Result<Prepared> {
    let header = envelope::header(bytes, code).map_err(Refusal::Envelope)?;
    let digest = db.files().put(bytes)?;
    Ok(Prepared { lot: *code, digest, size: bytes.len() as u64, id: header.id })
}

fn own_bid(read: &mut dyn Read, actor: &Actor, lot: &Lot) -> Result<Bid> {
    let party = actor.party().ok_or(Refusal::NotBidder)?;
    Ok(table::bid_of(read, &lot.code, &party)?.ok_or(Refusal::NotBidder)?)
}

pub(super) fn envelopes(read: &mut dyn Read, code: &LotCode) -> Result<Vec<BidId>> {
    let bids = table::bids_of_lot(read, code, BIDS_MOST)?;
    let is_there = |bid: &&Bid| matches!(bid.state, BidState::Received { .. });
    Ok(bids.iter().filter(is_there).map(|bid| bid.id).collect())
}

pub(super) fn happen_bid(tx: &mut Tx, actor: &Actor, mut bid: Bid, events: &[BidEvent]) -> Result<Bid> {
    if events.is_empty() {
        return Ok(bid);
    }
    let version = bid.version;
    events.iter().for_each(|event| rules::apply_bid(&mut bid, event));
    table::save_bid(tx, &bid, version)?;
    tx.journal(actor, &bid.id.stream(), version + 1, events)?;
    Ok(bid)
}
