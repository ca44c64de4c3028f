//! Deposits: back to those who have a right to it, kept from who would not sign, or a part of the price.

use kernel::{Actor, Duty, Fen, Timestamp, local_date};
use store::Tx;

use super::{BIDS_MOST, Desk, HOUSE, Result, bid::happen_bid, happen};
use crate::{Bid, BidId, Facts, Lot, LotCode, LotEvent, Refusal, book, rules, table};

impl Desk {
    /// The winner's deposit becomes a part of the price, where quotes found the winner.
    pub(super) fn set_off(self, tx: &mut Tx, lot: Lot, price: Fen, now: Timestamp) -> Result<Lot> {
        let winner = lot.winner().map(|winner| winner.bid).filter(|bid| rules::holds_on(&lot, bid));
        let Some(winner) = winner else { return Ok(lot) };
        let bid = table::bid(tx, &winner)?.ok_or(Refusal::NotFound)?;
        let Some(event) = rules::set_off(&lot, &bid, price, now) else { return Ok(lot) };
        let crate::BidEvent::SetOff { amount, .. } = event else { return Ok(lot) };
        let flow = bid.account.clone();
        happen_bid(tx, &HOUSE, bid, &[event])?;
        happen(tx, &HOUSE, lot, vec![LotEvent::Settled { flow, amount, on: local_date(now) }])
    }

    /// Deposits go back to all who have a right to it; how many. Who gave an award up waits for the tenderer's word.
    pub fn return_deposits(self, tx: &mut Tx, actor: &Actor, code: &LotCode) -> Result<usize> {
        let lot = self.lot(tx, actor, code)?;
        if !actor.may(Duty::Trade, &lot.centre) {
            return Err(Refusal::NotCentre.into());
        }
        let facts = self.facts(tx, actor, &lot)?;
        let mut count = 0;
        for bid in table::bids_of_lot(tx, code, BIDS_MOST)? {
            if rules::gave_up(&lot, &bid.id) || rules::holds_on(&lot, &bid.id) {
                continue;
            }
            let back = rules::returned(&lot, &bid, interest(&facts), facts.now);
            match back {
                Ok(Some(event)) => {
                    happen_bid(tx, actor, bid, &[event])?;
                    count += 1;
                }
                Ok(None) | Err(Refusal::NothingHeld) => {}
                Err(refusal) => return Err(refusal.into()),
            }
        }
        let is_free = rules::deposits_free(&lot);
        if !is_free && count == 0 {
            return Err(Refusal::NothingHeld.into());
        }
        if is_free && !lot.returned {
            let mut events = rules::by_time(&lot, facts.now, facts.today);
            events.push(LotEvent::DepositsReturned { on: facts.today });
            happen(tx, actor, lot, events)?;
        }
        Ok(count)
    }

    /// The tenderer keeps a deposit.
    pub fn forfeit(self, tx: &mut Tx, actor: &Actor, code: &LotCode, id: &BidId, reason: &str) -> Result<Bid> {
        let lot = self.lot(tx, actor, code)?;
        let bid = table::bid(tx, id)?.filter(|bid| bid.lot == *code && lot.bid(id).is_some());
        let bid = bid.ok_or(Refusal::NotFound)?;
        let facts = self.facts(tx, actor, &lot)?;
        let event = rules::forfeited(&lot, &bid, reason, &facts)?;
        happen_bid(tx, actor, bid, &[event])
    }
}

/// Interest a year on deposits of this lot, in millionths.
pub(super) fn interest(facts: &Facts) -> u32 {
    if facts.procedure.deposit_interest { book().deposit_interest_per_million } else { 0 }
}
