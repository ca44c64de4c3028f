//! Deposits: what goes back and what is kept is never more than what was paid.

use kernel::{Actor, Fen};
use proptest::prelude::*;
use trading::rules::{self, apply_bid, interest, replay_bid};
use trading::{Bid, BidEvent, BidState, Deposit, Lot, LotEvent, LotState};

use crate::given::*;

const BANK: Actor = Actor::System("bank");

fn joined() -> (Lot, Bid) {
    let lot = tendering(works(), notice());
    let actor = company(11);
    let event = rules::joined(&lot, "BZJ1".to_owned(), &facts(&lot, &actor, at(DAY, 11, 0))).unwrap();
    let bid = replay_bid(bid_id(11), [&event]).unwrap();
    (lot, bid)
}

fn pay(lot: &Lot, bid: &mut Bid, flow: &str, amount: i64, day: i64) -> usize {
    let now = at(days(DAY, day), 12, 0);
    let events = rules::paid(bid, flow, Fen(amount), &facts(lot, &BANK, now)).unwrap();
    events.iter().for_each(|event| apply_bid(bid, event));
    events.len()
}

#[test]
fn only_the_bank_tells_of_money_and_each_flow_once() {
    let (lot, mut bid) = joined();
    assert_eq!(pay(&lot, &mut bid, "F1", 6_000_000, 1), 1);
    assert_eq!(pay(&lot, &mut bid, "F1", 6_000_000, 1), 0);
    assert_eq!(pay(&lot, &mut bid, "F2", 4_000_000, 2), 1);
    assert_eq!(bid.deposit.sum(), Fen(10_000_000));
    assert_eq!(bid.deposit.sum_until(at(days(DAY, 1), 12, 0)), Fen(6_000_000));
    let clerk = centre();
    let now = facts(&lot, &clerk, at(DAY, 12, 0));
    refused(rules::paid(&bid, "F3", Fen(1), &now), "trading.not-house");
    let now = facts(&lot, &BANK, at(DAY, 12, 0));
    refused(rules::paid(&bid, "F3", Fen(0), &now), "trading.amount");
    refused(rules::paid(&bid, "F3", Fen(i64::MAX), &now), "trading.amount");
}

#[test]
fn interest_is_simple_and_rounded_down() {
    let deposit = Deposit { paid: vec![("F".to_owned(), Fen(10_000_000), at(DAY, 9, 0))], ..Deposit::default() };
    // 0.05 % of 100,000 yuan for 36 of 360 days: 5 yuan.
    assert_eq!(interest(&deposit, 500, at(days(DAY, 36), 1, 0)), Fen(500));
    assert_eq!(interest(&deposit, 500, at(DAY, 23, 0)), Fen(0));
    let half = Deposit { returned: Fen(5_000_000), ..deposit };
    assert_eq!(interest(&half, 500, at(days(DAY, 36), 1, 0)), Fen(250));
}

#[test]
fn a_deposit_goes_back_when_the_envelope_is_taken_back_or_the_lot_is_over() {
    let (lot, mut bid) = joined();
    pay(&lot, &mut bid, "F1", 10_000_000, 0);
    refused(rules::returned(&lot, &bid, 500, at(DUE, 9, 0)), "trading.nothing-held");
    let own = company(11);
    let early = facts(&lot, &own, at(DAY, 13, 0));
    refused(rules::withdrawn(&lot, &bid, 500, &early), "trading.not-now");
    let failed = {
        let mut lot = lot.clone();
        rules::apply(&mut lot, &LotEvent::Failed { ground: trading::FailGround::TooFew { bids: 1 }, on: DUE });
        lot
    };
    let back = rules::returned(&failed, &bid, 500, at(DUE, 9, 0)).unwrap().unwrap();
    assert!(matches!(back, BidEvent::Returned { amount: Fen(10_000_000), .. }));
    apply_bid(&mut bid, &back);
    assert_eq!(rules::returned(&failed, &bid, 500, at(DUE, 9, 0)), Ok(None), "twice is once");
    assert_eq!(bid.deposit.held(), Fen(0));
}

#[test]
fn only_who_gave_up_forfeits() {
    let mut lot = assessed(works(), &[10_000, 20_000, 30_000], &[100, 100, 100]);
    step(&mut lot, &tenderer(), &trading::Command::PublishCandidates, at(days(DUE, 1), 9, 0));
    step(&mut lot, &tenderer(), &trading::Command::Award { reason: None }, at(days(DUE, 8), 9, 0));
    let (_, mut bid) = joined();
    apply_bid(&mut bid, &BidEvent::Paid { flow: "F".to_owned(), amount: Fen(7), at: at(DAY, 9, 0), party: party(11) });
    let own = tenderer();
    let now = facts(&lot, &own, at(days(DUE, 9), 9, 0));
    refused(rules::forfeited(&lot, &bid, "不签合同", &now), "trading.no-forfeit");
    let next = trading::Command::Award { reason: Some("放弃".to_owned()) };
    step(&mut lot, &tenderer(), &next, at(days(DUE, 9), 9, 0));
    let now = facts(&lot, &own, at(days(DUE, 9), 9, 0));
    let event = rules::forfeited(&lot, &bid, "放弃中标", &now).unwrap();
    apply_bid(&mut bid, &event);
    refused(rules::forfeited(&lot, &bid, "再一次", &now), "trading.no-forfeit");
    let clerk = centre();
    refused(rules::forfeited(&lot, &bid, "x", &facts(&lot, &clerk, at(DUE, 9, 0))), "trading.not-tenderer");
    assert_eq!((bid.deposit.forfeited, bid.deposit.held()), (Fen(7), Fen(0)));
    assert!(matches!(lot.state, LotState::Awarded { place: 1, .. }));
    assert_eq!(bid.state, BidState::Joined);
}

proptest! {
    #[test]
    fn sums_never_pass_what_was_paid(steps in proptest::collection::vec((0u8..4, 0u8..6, 1i64..1_000_000), 1..40)) {
        let (lot, mut bid) = joined();
        let failed = { let mut lot = lot.clone(); rules::apply(&mut lot, &LotEvent::Failed { ground: trading::FailGround::Void, on: DUE }); lot };
        let mut awarded = assessed(works(), &[10_000, 20_000], &[100, 100]);
        step(&mut awarded, &tenderer(), &trading::Command::PublishCandidates, at(days(DUE, 1), 9, 0));
        step(&mut awarded, &tenderer(), &trading::Command::Award { reason: None }, at(days(DUE, 8), 9, 0));
        step(&mut awarded, &tenderer(), &trading::Command::Award { reason: Some("放弃".to_owned()) }, at(days(DUE, 9), 9, 0));
        let own = tenderer();
        for (what, flow, amount) in steps {
            match what {
                0 | 1 => { pay(&lot, &mut bid, &format!("F{flow}"), amount, 1); }
                2 => if let Ok(Some(event)) = rules::returned(&failed, &bid, 500, at(DUE, 9, 0)) { apply_bid(&mut bid, &event); },
                _ => if let Ok(event) = rules::forfeited(&awarded, &bid, "放弃", &facts(&awarded, &own, at(DUE, 9, 0))) { apply_bid(&mut bid, &event); },
            }
            let out = bid.deposit.returned.0 + bid.deposit.forfeited.0;
            prop_assert!(out <= bid.deposit.sum().0 && bid.deposit.held().0 == bid.deposit.sum().0 - out);
        }
    }
}
