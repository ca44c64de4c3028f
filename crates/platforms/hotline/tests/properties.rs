//! Whatever is done, by whomever and whenever: the events replayed give the order, one return, one extension a round, and a protected
//! caller is never seen by a unit.

use hotline::rules::{apply, due, registered as begun, replay};
use hotline::{Command, Event, Kind, Next, OrderNumber, Outcome, Satisfaction, Supervised, WorkOrder};
use kernel::{Actor, Timestamp};
use proptest::prelude::*;

use crate::given::*;

fn anybody() -> impl Strategy<Value = Actor> {
    prop::sample::select(vec![agent(), handler(), other_handler(), officer(), leader(), caller(), wheel()])
}

fn anything() -> impl Strategy<Value = Command> {
    let level = prop::sample::select(Satisfaction::ALL.to_vec());
    let next = prop::sample::select(vec![Next::Close, Next::Redo]);
    prop_oneof![
        1 => Just(Command::Answer { words: words() }),
        4 => Just(dispatch()),
        2 => Just(dispatch_to(other_unit(), "另有原因")),
        1 => Just(Command::Merge { into: OrderNumber::new(MONDAY, 9) }),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(same_caller, tip_off)| {
            Command::Join { from: OrderNumber::new(MONDAY, 9), same_caller, tip_off }
        }),
        1 => Just(Command::Relay { outcome: Some(Outcome::Solved), words: words() }),
        5 => Just(Command::Sign),
        2 => Just(give_back()),
        2 => Just(dispute()),
        3 => Just(coordinate()),
        4 => Just(contact()),
        1 => Just(pause()),
        2 => Just(resume()),
        2 => (0u32..20).prop_map(extend),
        4 => Just(Command::FeedBack { outcome: Outcome::Solved, words: words() }),
        1 => Just(Command::Missed),
        4 => (any::<bool>(), level.clone(), next).prop_map(|(solved, level, next)| follow_up(solved, level, next)),
        1 => (any::<bool>(), level).prop_map(|(solved, level)| rate(solved, level)),
        1 => Just(Command::See { purpose: words() }),
        2 => Just(Command::Tick),
    ]
}

/// Who gives a command when all goes by the book.
fn proper(order: &WorkOrder, command: &Command) -> Actor {
    let of_unit = || match order.round() {
        Some(round) if round.lead == other_unit() => other_handler(),
        _ => handler(),
    };
    match command {
        Command::Answer { .. }
        | Command::Dispatch { .. }
        | Command::Merge { .. }
        | Command::Join { .. }
        | Command::See { .. } => agent(),
        Command::Coordinate { .. } | Command::Pause { .. } | Command::Resume { .. } | Command::Supervise { .. } => {
            leader()
        }
        Command::Missed | Command::FollowUp { .. } => officer(),
        Command::Rate { .. } => caller(),
        Command::Tick | Command::Relay { .. } => wheel(),
        _ => of_unit(),
    }
}

fn later(now: Timestamp, minutes: i64) -> Timestamp {
    Timestamp::from_microsecond(now.as_microsecond() + minutes * 60_000_000).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn replay_gives_the_order_and_the_rules_hold(
        kind in prop::sample::select(Kind::ALL.to_vec()),
        repeat in any::<bool>(),
        steps in prop::collection::vec(
            (prop::option::weighted(0.25, anybody()), anything(), prop::sample::select(vec![0i64, 5, 40, 300, 1_440, 7_200])),
            0..40,
        ),
    ) {
        let mut events = begun(registered(kind), repeat);
        let mut order = replay(number(), &events).unwrap();
        prop_assert_eq!(order.supervised.contains(&Supervised::Repeat), repeat);
        let mut now = ten(MONDAY);
        for (actor, command, minutes) in steps {
            now = later(now, minutes);
            let actor = actor.unwrap_or_else(|| proper(&order, &command));
            let Ok(happened) = decide(&order, &actor, &command, now) else { continue };
            if order.is_protected() && (actor == handler() || actor == other_handler()) {
                let seen = happened.iter().any(|event| matches!(event, Event::Seen { .. } | Event::Contacted { .. }));
                prop_assert!(!seen);
            }
            happened.iter().for_each(|event| apply(&mut order, event));
            events.extend(happened);
            // After any command time has nothing left to do now.
            prop_assert_eq!(decide(&order, &wheel(), &Command::Tick, now), Ok(vec![]));
            prop_assert!(due(&order).is_none_or(|due| due > now));
        }
        prop_assert_eq!(order.version, events.len() as i64);
        let count = |is: fn(&Event) -> bool| events.iter().filter(|event| is(event)).count();
        let returned = count(|event| matches!(event, Event::Returned { .. }));
        let extended = count(|event| matches!(event, Event::Extended { .. }));
        let redone = count(|event| matches!(event, Event::Redone { .. }));
        let rated = count(|event| matches!(event, Event::Rated { .. }));
        let rounds = order.rounds.len();
        prop_assert!(returned <= 1 && extended <= rounds && redone <= 2 && rated <= rounds.max(1));
        prop_assert!(kind != Kind::TipOff || !order.is_public());
        let kept: Vec<Event> =
            events.iter().map(|event| serde_json::from_str(&serde_json::to_string(event).unwrap()).unwrap()).collect();
        prop_assert_eq!(replay(order.number, &kept).unwrap(), order.clone());
        let row: WorkOrder = serde_json::from_str(&serde_json::to_string(&order).unwrap()).unwrap();
        prop_assert_eq!(row, order);
    }
}
