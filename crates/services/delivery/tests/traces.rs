//! The state follows from all reports together: their order of arrival and their doubles change nothing, and an end stays an end.

use delivery::{Command, Event, Meaning, Parcel, State, Trace, rules};
use proptest::prelude::*;

use crate::given::*;

fn report(parcel: &mut Parcel, traces: &[Trace]) -> Vec<Event> {
    step(parcel, &house(), &Command::Report { traces: traces.to_vec() }, minute(100_000))
}

fn check(told_in_order: &[Trace], state: State) {
    let mut parcel = given_away();
    for trace in told_in_order {
        report(&mut parcel, std::slice::from_ref(trace));
    }
    assert_eq!(parcel.state, state, "{told_in_order:?}");
}

#[test]
fn late_news_of_earlier_times_changes_nothing() {
    use Meaning as M;
    let (picked, moving, out) =
        (told("a", 60, M::PickedUp), told("b", 120, M::InTransit), told("c", 180, M::OutForDelivery));
    let signed = told("d", 240, M::Delivered);
    check(&[out.clone(), picked.clone(), moving.clone()], State::OutForDelivery);
    check(&[signed.clone(), out.clone(), moving, picked], State::Delivered);
    check(&[told("e", 200, M::NotDelivered), out], State::NotDelivered);
}

#[test]
fn signed_for_stays_until_the_courier_takes_it_back() {
    use Meaning as M;
    let signed = told("d", 240, M::Delivered);
    let mut parcel = given_away();
    report(&mut parcel, std::slice::from_ref(&signed));
    // A later "returned" contradicts: it is shown to staff, and the state stays.
    let events = report(&mut parcel, &[told("r", 100, M::Returned)]);
    assert!(matches!(events[..], [Event::Traced { .. }]), "{events:?}");
    assert_eq!(parcel.state, State::Delivered);
    assert!(rules::is_contradicted(&parcel));
    assert_eq!(rules::trouble(&parcel), Some(delivery::Trouble::Contradicted));
    report(&mut parcel, &[told("x", 300, M::Corrected), told("y", 320, M::OutForDelivery)]);
    assert_eq!(parcel.state, State::OutForDelivery);
}

#[test]
fn whoever_signs_for_what_came_back_is_the_sender() {
    use Meaning as M;
    check(&[told("r", 200, M::Returned), told("d", 260, M::Delivered)], State::Returned);
}

#[test]
fn what_was_lost_may_turn_up() {
    use Meaning as M;
    check(&[told("l", 200, M::Lost), told("m", 210, M::InTransit)], State::Lost);
    check(&[told("l", 200, M::Lost), told("d", 260, M::Delivered)], State::Delivered);
}

#[test]
fn a_clock_that_goes_wrong_cannot_deliver_before_the_parcel_or_tomorrow() {
    let mut parcel = given_away();
    let now = minute(500);
    let early = told("a", -5_000, Meaning::Delivered);
    step(&mut parcel, &house(), &Command::Report { traces: vec![early] }, now);
    assert_eq!((parcel.state, parcel.since), (State::Delivered, parcel.made));
    let mut parcel = given_away();
    let late = told("a", 50_000, Meaning::Delivered);
    step(&mut parcel, &house(), &Command::Report { traces: vec![late] }, now);
    assert_eq!((parcel.state, parcel.since), (State::Delivered, now));
}

#[test]
fn unknown_codes_are_kept_and_move_nothing() {
    let mut parcel = given_away();
    let strange = Trace { meaning: None, code: "Z99".to_owned(), ..told("z", 90, Meaning::Lost) };
    report(&mut parcel, &[strange]);
    assert_eq!((parcel.state, parcel.traces.len()), (State::Created, 1));
}

#[test]
fn only_the_house_tells_what_couriers_told() {
    let parcel = given_away();
    let command = Command::Report { traces: vec![told("a", 60, Meaning::Delivered)] };
    for actor in [clerk(), citizen(party())] {
        assert_eq!(decide(&parcel, &actor, &command, minute(90)), Err(delivery::Refusal::NotEmpowered));
    }
}

fn any_trace() -> impl Strategy<Value = Trace> {
    (0..40_i64, prop::sample::select(Meaning::ALL.to_vec()), 0..3_u8)
        .prop_map(|(at, meaning, twin)| told(&format!("{at}:{}:{twin}", meaning.name()), 40 + at * 10, meaning))
}

/// How many different ends were told.
fn ends(traces: &[Trace]) -> usize {
    [Meaning::Delivered, Meaning::Returned]
        .iter()
        .filter(|end| traces.iter().any(|trace| trace.meaning == Some(**end)))
        .count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn order_and_doubles_of_arrival_change_nothing(
        traces in prop::collection::vec(any_trace(), 0..14),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 0..40),
    ) {
        let one_end = ends(&traces) < 2;
        let takes_back = traces.iter().any(|trace| trace.meaning == Some(Meaning::Corrected));
        let mut at_once = given_away();
        report(&mut at_once, &traces);
        // In any order, with doubles, one by one; at last each at least once.
        let mut scattered = given_away();
        let mut arriving: Vec<Trace> = vec![];
        if !traces.is_empty() {
            arriving.extend(picks.iter().map(|pick| pick.get(&traces).clone()));
        }
        arriving.extend(traces.iter().rev().cloned());
        let mut states = vec![scattered.state];
        for trace in &arriving {
            report(&mut scattered, std::slice::from_ref(trace));
            states.push(scattered.state);
        }
        // Without two ends that contradict one another the state is that of the set.
        if one_end && !takes_back {
            prop_assert_eq!(scattered.state, at_once.state);
            prop_assert!(!rules::is_contradicted(&scattered));
        }
        // An end stays an end, whatever comes, unless the courier takes it back.
        if !takes_back {
            let first_end = states.iter().position(|state| state.is_final());
            if let Some(first) = first_end {
                prop_assert!(states[first..].iter().all(|state| *state == states[first]));
            }
        }
        // Each report is kept once.
        let mut keys: Vec<&str> = scattered.traces.iter().map(|trace| trace.key.as_str()).collect();
        keys.sort_unstable();
        let count = keys.len();
        keys.dedup();
        prop_assert_eq!(keys.len(), count);
    }

    #[test]
    fn replay_gives_the_parcel(
        steps in prop::collection::vec((0..9_u8, any_trace(), 0..600_i64), 0..30),
    ) {
        let (created, mut parcel) = parcel(delivery::Direction::Deliver);
        let mut events = vec![Event::Created(Box::new(created))];
        let mut now = 0;
        for (what, trace, wait) in steps {
            now += wait;
            let attempt = parcel.attempt;
            let (actor, command) = match what {
                0 => (house(), Command::Report { traces: vec![Trace { attempt, ..trace }] }),
                1 => (clerk(), Command::Scan { step: delivery::Step::Packed }),
                2 => (clerk(), Command::Scan { step: delivery::Step::Given }),
                3 => (clerk(), Command::Scan { step: delivery::Step::Received }),
                4 => (clerk(), Command::Act { act: delivery::Act::SentAgain, note: None }),
                5 => (house(), Command::Booked { attempt, number: number() }),
                6 => (clerk(), Command::Correct { state: trace.meaning.map_or(State::Lost, Meaning::state), reason: "核实".into() }),
                7 => (house(), Command::Tick),
                _ => (clerk(), Command::Scan { step: delivery::Step::ToApplicant }),
            };
            let Ok(happened) = decide(&parcel, &actor, &command, minute(now)) else { continue };
            happened.iter().for_each(|event| rules::apply(&mut parcel, event));
            events.extend(happened);
        }
        prop_assert_eq!(parcel.version, events.len() as i64);
        let kept: Vec<Event> = events
            .iter()
            .map(|event| serde_json::from_str(&serde_json::to_string(event).unwrap()).unwrap())
            .collect();
        prop_assert_eq!(rules::replay(parcel.id, &kept).unwrap(), parcel.clone());
        let row: Parcel = serde_json::from_str(&serde_json::to_string(&parcel).unwrap()).unwrap();
        prop_assert_eq!(Parcel { ends: parcel.ends.clone(), traces: parcel.traces.clone(), ..row }, parcel);
    }
}
