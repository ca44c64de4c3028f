//! Assessment: what a sheet must say, and what all of them together make of the bids.

use std::collections::BTreeMap;

use super::Refusal;
use crate::{BidId, Ground, Lot, Mark, OpenBid, Procedure, Ranked, Sheet};

/// The order, and who was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// Best first.
    pub ranking: Vec<Ranked>,
    /// Rejected.
    pub rejected: Vec<(BidId, Ground)>,
}

/// Bids that experts judge: those whose deposit was there.
pub(crate) fn judged(lot: &Lot) -> impl Iterator<Item = &OpenBid> {
    lot.bids.iter().filter(|bid| bid.has_deposit)
}

/// A sheet speaks of each bid, and of each criterion that is judged.
pub(crate) fn check_sheet(lot: &Lot, procedure: &Procedure, sheet: &Sheet) -> Result<(), Refusal> {
    let is_right = |mark: &Mark| match mark {
        Mark::Points(points) => {
            points.len() == procedure.judged().count()
                && procedure.judged().all(|one| points.get(&one.code).is_some_and(|given| *given <= one.points * 10))
        }
        Mark::Reject { ground, reason } => {
            *ground != Ground::NoDeposit && !reason.trim().is_empty() && reason.chars().count() <= 2_000
        }
    };
    let is_whole = judged(lot).all(|bid| sheet.marks.get(&bid.bid).is_some_and(is_right));
    if is_whole && sheet.marks.len() == judged(lot).count() { Ok(()) } else { Err(Refusal::Sheet) }
}

/// What all sheets make of the bids: a majority rejects; of the others points are averaged over those experts who gave any, and the
/// price gets its points in proportion to the lowest. Equal points: the lower price, then the earlier opening, goes first.
pub fn assess(lot: &Lot, procedure: &Procedure) -> Assessment {
    let mut rejected: Vec<(BidId, Ground)> =
        lot.bids.iter().filter(|bid| !bid.has_deposit).map(|bid| (bid.bid, Ground::NoDeposit)).collect();
    let mut left = vec![];
    for bid in judged(lot) {
        let marks = || lot.sheets.values().filter_map(|sheet| sheet.marks.get(&bid.bid));
        let mut grounds: BTreeMap<&'static str, (usize, Ground)> = BTreeMap::new();
        for mark in marks() {
            if let Mark::Reject { ground, .. } = mark {
                grounds.entry(ground.name()).or_insert((0, *ground)).0 += 1;
            }
        }
        let against: usize = grounds.values().map(|(count, _)| count).sum();
        match grounds.values().max_by_key(|(count, _)| *count) {
            Some((_, ground)) if against * 2 > lot.sheets.len() => rejected.push((bid.bid, *ground)),
            _ => left.push((bid, average(marks()))),
        }
    }
    let lowest = left.iter().map(|(bid, _)| bid.price.0).min().unwrap_or(0);
    let price = |bid: &OpenBid| {
        let most = i128::from(procedure.sealed().map_or(0, |terms| terms.price_points())) * 100;
        u64::try_from(most * i128::from(lowest) / i128::from(bid.price.0.max(1))).unwrap_or(0)
    };
    let mut ranked: Vec<(&OpenBid, u64)> = left.iter().map(|(bid, points)| (*bid, points + price(bid))).collect();
    ranked.sort_by_key(|(bid, points)| (std::cmp::Reverse(*points), bid.price, bid.at, bid.bid));
    let ranking = ranked.into_iter().map(|(bid, hundredths)| Ranked { bid: bid.bid, hundredths }).collect();
    Assessment { ranking, rejected }
}

/// In hundredths, rounded down.
fn average<'a>(marks: impl Iterator<Item = &'a Mark>) -> u64 {
    let sums: Vec<u64> = marks
        .filter_map(|mark| match mark {
            Mark::Points(points) => Some(points.values().map(|tenths| u64::from(*tenths)).sum()),
            Mark::Reject { .. } => None,
        })
        .collect();
    sums.iter().sum::<u64>() * 10 / (sums.len() as u64).max(1)
}
