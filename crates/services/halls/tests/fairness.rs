//! Who is called next: no lane starves, the order within a lane is kept, and the wait has a bound.

use halls::rules::estimate::{Wait, median, wait};
use halls::rules::fairness::{self, LOOK_BACK, Queue, Waiter};
use halls::{Lane, TicketId, rulebook};
use kernel::{Timestamp, Uuid};
use proptest::prelude::*;

use crate::house::letter;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn waiter(n: u32, lane: Lane, turn: i64) -> Waiter {
    Waiter { id: TicketId::new(Uuid::from_u128(u128::from(n) + 1)), lane, turn: at(turn), serial: n }
}

/// The lanes of those called, if everybody waits from the start.
fn calls(lanes: &[Lane]) -> Vec<Lane> {
    let waiting: Vec<Waiter> = (0..).zip(lanes).map(|(n, lane)| waiter(n, *lane, 0)).collect();
    let order = fairness::order(&rulebook().shares, &[], &waiting, at(100));
    order.iter().map(|id| waiting.iter().find(|one| one.id == *id).unwrap().lane).collect()
}

#[test]
fn lanes_are_interleaved_by_their_shares() {
    use Lane::{Booked as B, Ordinary as O, Priority as P};
    assert_eq!(calls(&[O, O, O]), [O, O, O]);
    assert_eq!(calls(&[O, O, B, B]), [B, O, B, O]);
    assert_eq!(calls(&[O, O, P, P, B, B]), [B, P, B, O, P, O]);
    assert_eq!(calls(&[B, B, B, B, O]), [B, O, B, B, B]);
}

#[test]
fn whoever_checked_in_early_waits_for_the_slot_unless_nobody_else_waits() {
    let shares = &rulebook().shares;
    let early = waiter(1, Lane::Booked, 600);
    let walk_in = waiter(2, Lane::Ordinary, 10);
    assert_eq!(fairness::next(shares, &[], &[early, walk_in], at(20)), Some(walk_in));
    assert_eq!(fairness::next(shares, &[], &[early], at(20)), Some(early));
    assert_eq!(fairness::next(shares, &[], &[early, walk_in], at(600)), Some(early));
    assert_eq!(fairness::next(shares, &[], &[], at(600)), None);
}

#[test]
fn a_window_of_several_services_takes_who_has_waited_longest() {
    let queue = |service: &str, waiting: Vec<Waiter>| Queue { service: letter(service), recent: vec![], waiting };
    let queues = [
        queue("A", vec![waiter(1, Lane::Ordinary, 50)]),
        queue("B", vec![waiter(2, Lane::Priority, 40), waiter(3, Lane::Ordinary, 10)]),
    ];
    // B's turn is its priority lane; of the two heads it came first.
    assert_eq!(fairness::next_of(&rulebook().shares, &queues, at(100)).map(|one| one.serial), Some(2));
}

fn lanes() -> impl Strategy<Value = Lane> {
    prop::sample::select(Lane::ALL.to_vec())
}

proptest! {
    #[test]
    fn order_within_a_lane_is_kept_and_nobody_is_lost(
        who in prop::collection::vec((lanes(), 0_i64..500), 0..60),
        recent in prop::collection::vec(lanes(), 0..40),
    ) {
        let waiting: Vec<Waiter> = (0..).zip(&who).map(|(n, (lane, turn))| waiter(n, *lane, *turn)).collect();
        let order = fairness::order(&rulebook().shares, &recent, &waiting, at(1_000));
        prop_assert_eq!(order.len(), waiting.len());
        for lane in Lane::ALL {
            let called: Vec<&Waiter> = order
                .iter()
                .filter_map(|id| waiting.iter().find(|one| one.id == *id && one.lane == lane))
                .collect();
            prop_assert!(called.windows(2).all(|pair| (pair[0].turn, pair[0].serial) < (pair[1].turn, pair[1].serial)));
        }
    }

    /// Whatever arrives meanwhile, the first of a lane is called within eight calls, and the n-th within eight times as many.
    #[test]
    fn no_lane_starves_however_others_arrive(
        lane in lanes(),
        ahead in 0_u32..5,
        recent in prop::collection::vec(lanes(), 0..40),
        arrivals in prop::collection::vec(prop::collection::vec(lanes(), 0..4), 60),
    ) {
        const BOUND: usize = 8;
        let mut waiting: Vec<Waiter> = (0..=ahead).map(|n| waiter(n, lane, i64::from(n))).collect();
        let target = waiting.last().unwrap().id;
        let mut recent = recent;
        let mut next_number = 100;
        let most = BOUND * (ahead as usize + 1);
        let mut called_after = None;
        for (call, come) in arrivals.iter().enumerate().take(most) {
            for lane in come {
                waiting.push(waiter(next_number, *lane, 100 + i64::from(next_number)));
                next_number += 1;
            }
            let Some(called) = fairness::next(&rulebook().shares, &recent, &waiting, at(100_000)) else { break };
            waiting.retain(|one| one.id != called.id);
            recent.insert(0, called.lane);
            recent.truncate(LOOK_BACK);
            if called.id == target {
                called_after = Some(call + 1);
                break;
            }
        }
        prop_assert!(called_after.is_some(), "not called within {} calls", most);
    }

    #[test]
    fn an_estimate_is_a_range_and_grows_with_those_ahead(
        seconds in prop::collection::vec(1_u32..4_000, 0..60), ahead in 0_usize..50, windows in 0_usize..6,
    ) {
        let rule = &rulebook().estimate;
        match wait(rule, &seconds, ahead, windows) {
            Wait::NoWindow => prop_assert_eq!(windows, 0),
            Wait::TooFewTimed => prop_assert!(seconds.len() < rule.least),
            Wait::Minutes { from, to } => {
                prop_assert!(from <= to && to >= 1);
                if let Wait::Minutes { from: more, to: most } = wait(rule, &seconds, ahead + 1, windows) {
                    prop_assert!(more >= from && most >= to);
                }
            }
        }
    }
}

#[test]
fn an_estimate_says_when_it_knows_nothing() {
    let rule = &rulebook().estimate;
    assert_eq!(wait(rule, &[600; 20], 3, 0), Wait::NoWindow);
    assert_eq!(wait(rule, &[600; 4], 3, 1), Wait::TooFewTimed);
    assert_eq!(wait(rule, &[600; 5], 0, 1), Wait::Minutes { from: 0, to: 10 });
    assert_eq!(wait(rule, &[600; 5], 3, 1), Wait::Minutes { from: 30, to: 40 });
    assert_eq!(wait(rule, &[600; 5], 3, 2), Wait::Minutes { from: 15, to: 20 });
    // One who took the whole morning moves the middle half little.
    assert_eq!(wait(rule, &[300, 300, 300, 300, 300, 300, 300, 9_000], 2, 1), Wait::Minutes { from: 10, to: 15 });
    assert_eq!((median(&[1, 9, 5]), median(&[])), (Some(5), None));
}
