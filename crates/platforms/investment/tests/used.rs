//! Days used: parallel ones once, pauses and days off not.

use std::collections::BTreeSet;

use investment::rules::{Used, used, used_of};
use investment::{Pause, Project, ProjectCase, Route, Stage};
use kernel::Date;
use proptest::prelude::*;

use crate::given::{MONDAY, calendar, case, project};

fn day(n: i64) -> Date {
    (0..n).fold(MONDAY, |day, _| day.tomorrow().unwrap())
}

fn with(cases: Vec<ProjectCase>) -> Project {
    Project { cases, ..project(Route::Filing) }
}

fn check(cases: Vec<ProjectCase>, today: Date, counted: u32, paused: u32) {
    assert_eq!(used(&with(cases), &calendar(), today), Used { counted, paused });
}

#[test]
fn the_day_of_acceptance_does_not_count_and_that_of_the_decision_does() {
    check(vec![], day(30), 0, 0);
    check(vec![case(1, MONDAY, None)], MONDAY, 0, 0);
    check(vec![case(1, MONDAY, Some(MONDAY))], day(30), 0, 0);
    check(vec![case(1, MONDAY, None)], day(4), 4, 0);
    // A weekend lies between.
    check(vec![case(1, MONDAY, Some(day(7)))], day(30), 5, 0);
}

#[test]
fn parallel_days_count_once_and_a_gap_not_at_all() {
    check(vec![case(1, MONDAY, Some(day(4))), case(2, day(1), Some(day(4)))], day(30), 4, 0);
    check(vec![case(1, MONDAY, Some(day(1))), case(2, day(3), Some(day(4)))], day(30), 2, 0);
}

#[test]
fn a_pause_counts_only_while_nobody_else_works() {
    let resting = |serial| ProjectCase {
        pauses: vec![Pause { from: day(1), until: Some(day(3)) }],
        ..case(serial, MONDAY, Some(day(4)))
    };
    check(vec![resting(1)], day(30), 2, 2);
    check(vec![resting(1), case(2, MONDAY, Some(day(4)))], day(30), 4, 0);
    let still = ProjectCase { pauses: vec![Pause { from: day(2), until: None }], ..case(1, MONDAY, None) };
    check(vec![still], day(4), 1, 3);
}

#[test]
fn a_make_up_day_counts_and_a_holiday_does_not() {
    let lines = organisation::parse::calendar(organisation::builtin::CALENDAR).unwrap();
    let real = clock::Calendar::new(lines.into_iter().map(|line| clock::CalendarDay {
        date: line.date,
        kind: if line.works { clock::DayKind::Workday } else { clock::DayKind::Holiday },
        name: line.name,
    }));
    let spring = with(vec![case(1, Date::constant(2026, 2, 13), Some(Date::constant(2026, 2, 28)))]);
    let (from, to) = (Date::constant(2026, 2, 13), Date::constant(2026, 2, 28));
    let counted = u32::try_from(real.working_days_between(from, to)).unwrap();
    assert_eq!(used(&spring, &real, to), Used { counted, paused: 0 });
    assert!(counted < 11, "the Spring Festival lies in it");
}

#[test]
fn a_stage_counts_its_own() {
    let later = ProjectCase { stage: Stage::Works, ..case(2, day(7), Some(day(9))) };
    let project = with(vec![case(1, MONDAY, Some(day(2))), later]);
    assert_eq!(used_of(&project, Stage::Land, &calendar(), day(30)).counted, 2);
    assert_eq!(used_of(&project, Stage::Works, &calendar(), day(30)).counted, 2);
    assert_eq!(used(&project, &calendar(), day(30)).counted, 4);
}

fn cases() -> impl Strategy<Value = Vec<ProjectCase>> {
    let one = (0i64..60, prop::option::of(0i64..40), prop::collection::vec((0i64..10, 0i64..8), 0..3));
    prop::collection::vec(one, 0..6).prop_map(|all| {
        let made = all.into_iter().zip(1..).map(|((accepted, lasts, pauses), serial)| {
            let mut at = accepted;
            let pauses = pauses.into_iter().map(|(wait, rest)| {
                let from = at + wait;
                at = from + rest;
                Pause { from: day(from), until: Some(day(at)) }
            });
            let pauses = pauses.collect();
            ProjectCase { pauses, ..case(serial, day(accepted), lasts.map(|lasts| day(accepted + lasts))) }
        });
        made.collect()
    })
}

proptest! {
    /// The same reckoned with sets of days instead of one walk over the calendar.
    #[test]
    fn it_is_the_union_of_the_days_on_which_each_ran(cases in cases(), today in 0i64..120) {
        let today = day(today);
        let calendar = calendar();
        let (mut ran, mut rested) = (BTreeSet::new(), BTreeSet::new());
        for case in &cases {
            for n in 0..130 {
                let day = day(n);
                let is_on = day > case.accepted.unwrap() && day <= case.ended.unwrap_or(today).min(today);
                if is_on && calendar.is_working(day) {
                    let rests = case.pauses.iter().any(|pause| pause.covers(day));
                    if rests { rested.insert(day) } else { ran.insert(day) };
                }
            }
        }
        let paused = rested.difference(&ran).count();
        let found = used(&with(cases), &calendar, today);
        prop_assert_eq!((found.counted as usize, found.paused as usize), (ran.len(), paused));
    }

    #[test]
    fn one_more_case_beside_it_never_adds_more_than_its_own_days(cases in cases(), more in cases()) {
        let (calendar, today) = (calendar(), day(120));
        let alone = used(&with(cases.clone()), &calendar, today).counted;
        let own = used(&with(more.clone()), &calendar, today).counted;
        let both = used(&with(cases.into_iter().chain(more).collect()), &calendar, today).counted;
        prop_assert!(both >= alone.max(own) && both <= alone + own);
    }
}
