//! Whatever happens to a case, in whatever pieces it is heard of and whenever somebody knocks: what is found is a pure recount.

use kernel::{Date, Timestamp, local_date, midnight};
use proptest::prelude::*;
use std::collections::BTreeMap;
use supervision::rules::{by_time, due, observe, recount};
use supervision::{Finding, Grade, Seen, Sign};

use crate::given::*;

/// Something that happens, `minutes` after what happened before.
fn anything() -> impl Strategy<Value = (i64, Seen)> {
    let person = prop::sample::select(vec![CLERK, REVIEWER, DECIDER]);
    let words = prop::sample::select(vec!["", "理由"]);
    let saw = (person, words, 1u32..13, any::<bool>(), 0usize..14).prop_map(|(by, reason, days, yes, what)| {
        let (on, reason) = (MONDAY, reason.to_owned());
        match what {
            0 | 1 => Seen::Accepted { by: yes.then_some(by), on },
            2 => Seen::Corrected { by, on, reason: yes.then_some(reason), materials: vec!["户口簿".to_owned()] },
            3 => Seen::Resubmitted { received: on, answer_by: on },
            4 => Seen::Reviewed { by, on },
            5 => Seen::Suspended { by, on, reason, expected: on },
            6 => Seen::Resumed { on },
            7 => Seen::Extended { by, on, days, reason },
            8 => Seen::Decided { by, on, granted: yes, reasoned: !reason.is_empty(), serve_by: on },
            9 => Seen::Served { on, visit: yes },
            10 => Seen::RefundDue { no: format!("R{days}"), on },
            11 => Seen::RefundDone { no: format!("R{days}") },
            12 => Seen::Ended { on },
            _ => Seen::Other,
        }
    });
    (prop::sample::select(vec![1i64, 30, 600, 1_440, 4_320, 14_400]), saw)
}

/// The same with the day on which it happens.
fn dated(saw: Seen, day: Date, back: bool) -> Seen {
    let on = if back { day.yesterday().unwrap() } else { day };
    let by_then = calendar().after(on, kernel::WorkingDays(5));
    match saw {
        Seen::Accepted { by, .. } => Seen::Accepted { by, on },
        Seen::Corrected { by, reason, materials, .. } => Seen::Corrected { by, on, reason, materials },
        Seen::Resubmitted { .. } => Seen::Resubmitted { received: on, answer_by: by_then },
        Seen::Reviewed { by, .. } => Seen::Reviewed { by, on },
        Seen::Suspended { by, reason, .. } => Seen::Suspended { by, on, reason, expected: by_then },
        Seen::Resumed { .. } => Seen::Resumed { on },
        Seen::Extended { by, days, reason, .. } => Seen::Extended { by, on, days, reason },
        Seen::Decided { by, granted, reasoned, .. } => Seen::Decided { by, on, granted, reasoned, serve_by: by_then },
        Seen::Served { visit, .. } => Seen::Served { on, visit },
        Seen::RefundDue { no, .. } => Seen::RefundDue { no, on },
        Seen::Ended { .. } => Seen::Ended { on },
        other => other,
    }
}

fn history(steps: Vec<(i64, Seen)>) -> Vec<Sign> {
    let mut at = morning(MONDAY);
    let mut signs = vec![sign(1, at, submitted())];
    for ((minutes, saw), seq) in steps.into_iter().zip(2..) {
        at = later(at, minutes);
        signs.push(sign(seq, at, dated(saw, local_date(at), seq % 7 == 0)));
    }
    signs
}

type Gravest = BTreeMap<String, (Grade, Timestamp)>;

fn gravest(found: Vec<Finding>) -> Gravest {
    found.into_iter().map(|one| (format!("{}-{}", one.rule, one.breach), (one.grade, one.since))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn knocking_and_hearing_find_what_a_recount_finds(
        steps in prop::collection::vec(anything(), 0..24),
        knocks in prop::collection::vec(any::<bool>(), 25),
        days in 0i64..60,
    ) {
        let (book, calendar) = (book(), calendar());
        let signs = history(steps);
        let end = later(signs.last().unwrap().at, days * 1_440);
        let mut watch = None;
        let mut found = vec![];
        for (sign, knock) in signs.iter().zip(&knocks) {
            // The wheel is punctual or not; it never runs ahead of what was heard.
            while let Some(known) = watch.as_mut().filter(|_| *knock) {
                let Some(at) = due(&book, &calendar, known).filter(|at| *at < sign.at) else { break };
                found.extend(by_time(&book, &calendar, known, at));
            }
            found.extend(observe(&book, &calendar, &mut watch, number(), sign));
        }
        let known = watch.as_mut().unwrap();
        while let Some(at) = due(&book, &calendar, known).filter(|at| *at <= end) {
            let now = by_time(&book, &calendar, known, at);
            prop_assert!(!now.is_empty(), "a knock finds something");
            found.extend(now);
        }
        // Never twice for the same breach at the same grade, and never milder.
        let mut before: BTreeMap<String, Grade> = BTreeMap::new();
        for one in &found {
            let old = before.insert(format!("{}-{}", one.rule, one.breach), one.grade);
            prop_assert!(old.is_none_or(|old| old < one.grade));
            prop_assert!(!one.evidence.is_empty() && one.evidence.iter().all(|seq| signs.iter().any(|sign| sign.seq == *seq)));
        }
        prop_assert_eq!(gravest(found), gravest(recount(&book, &calendar, number(), &signs, end)));
        // The trace of the case says the same.
        let trace = supervision::rules::trace(&book, &calendar, number(), &signs, end).unwrap();
        let traced: Vec<Finding> = trace.steps.into_iter().flat_map(|step| step.found).chain(trace.since).collect();
        prop_assert_eq!(gravest(traced), gravest(recount(&book, &calendar, number(), &signs, end)));
    }
}

#[test]
fn midnight_is_the_instant() {
    let history = [sign(1, morning(MONDAY), submitted())];
    let cards = |now: Timestamp| {
        recount(&book(), &calendar(), number(), &history, now).iter().filter(|one| one.grade == Grade::Yellow).count()
    };
    let instant = midnight(NEXT_TUESDAY);
    let just_before = Timestamp::from_microsecond(instant.as_microsecond() - 1).unwrap();
    assert_eq!((cards(just_before), cards(instant)), (0, 1));
}
