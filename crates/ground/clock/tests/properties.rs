//! What holds for every clock.

use crate::arranged::{calendar, day, later_than};
use clock::{CELLS_MAX, Cell, Day, DayNote, Ground, Limit, Pause, StatutoryClock, When};
use kernel::{Date, WorkingDays};
use proptest::prelude::*;

/// From two years before the first notice to two after the last.
fn any_day() -> impl Strategy<Value = Date> {
    (0_i64..7 * 365).prop_map(|later| later_than(day("2022-01-01"), later))
}

fn any_limit() -> impl Strategy<Value = Limit> {
    prop_oneof![
        Just(Limit::Immediate),
        (0_u32..90).prop_map(Limit::Working),
        (0_u32..130).prop_map(Limit::Calendar),
        (0_u32..6).prop_map(Limit::Months),
    ]
}

/// Pauses in any order, some of them overlapping, some without an end.
fn any_clock() -> impl Strategy<Value = StatutoryClock> {
    let pause = (-20_i64..120, proptest::option::weighted(0.9, 0_i64..30), prop::sample::select(Ground::ALL.to_vec()));
    (any_day(), any_limit(), prop::collection::vec(pause, 0..4)).prop_map(|(started, limit, pauses)| {
        let mut clock = StatutoryClock::start(started, limit);
        clock.pauses.extend(pauses.into_iter().map(|(after, length, ground)| {
            let from = later_than(started, after);
            Pause { from, until: length.map(|length| later_than(from, length)), ground }
        }));
        clock
    })
}

/// The same as `after`, one day at a time.
fn stepwise(date: Date, days: u32) -> Date {
    let calendar = calendar();
    let mut at = date;
    for _ in 0..days {
        at = at.tomorrow().unwrap();
        while !calendar.is_working(at) {
            at = at.tomorrow().unwrap();
        }
    }
    at
}

/// The same as `due`, one day at a time.
fn due_stepwise(clock: &StatutoryClock) -> Date {
    let calendar = calendar();
    let mut left = match clock.limit {
        Limit::Immediate => 0,
        Limit::Working(days) | Limit::Calendar(days) => i64::from(days),
        Limit::Months(months) => {
            let end = clock.started.checked_add(jiff::Span::new().months(months)).unwrap();
            i64::from((end - clock.started).get_days())
        }
    };
    let working = matches!(clock.limit, Limit::Working(_));
    let mut at = clock.started;
    while left > 0 {
        at = at.tomorrow().unwrap();
        if !clock.is_paused(at) && (!working || calendar.is_working(at)) {
            left -= 1;
        }
    }
    if !working && !calendar.is_working(at) {
        while !calendar.is_working(at) || clock.is_paused(at) {
            at = at.tomorrow().unwrap();
        }
    }
    at
}

proptest! {
    #[test]
    fn working_days_are_those_that_the_note_says(date in any_day()) {
        let worked = matches!(calendar().note(date), DayNote::Working | DayNote::MakeUp(_));
        prop_assert_eq!(calendar().is_working(date), worked);
    }

    #[test]
    fn after_is_counting_day_by_day(date in any_day(), days in 0_u32..300) {
        let end = calendar().after(date, WorkingDays(days));
        prop_assert_eq!(end, stepwise(date, days));
        prop_assert_eq!(calendar().working_days_between(date, end), i64::from(days));
        prop_assert_eq!(calendar().working_days_between(end, date), -i64::from(days));
    }

    #[test]
    fn after_never_runs_backwards(date in any_day(), later in 0_i64..60, days in 1_u32..300, more in 1_u32..30) {
        let calendar = calendar();
        let end = calendar.after(date, WorkingDays(days));
        prop_assert!(end > date && calendar.is_working(end));
        prop_assert!(calendar.after(date, WorkingDays(days + more)) > end);
        prop_assert!(calendar.after(later_than(date, later), WorkingDays(days)) >= end);
    }

    #[test]
    fn due_is_counting_day_by_day(clock in any_clock()) {
        match clock.due(&calendar()).date {
            Some(due) => prop_assert_eq!(due, due_stepwise(&clock)),
            None => prop_assert!(clock.open_pause().is_some()),
        }
    }

    #[test]
    fn a_pause_moves_the_end_by_its_working_days(
        started in any_day(), days in 1_u32..60, after in 1_i64..90, length in 0_i64..40,
    ) {
        let calendar = calendar();
        let clock = StatutoryClock::start(started, Limit::Working(days));
        let unpaused = clock.due(&calendar).projected;
        let from = later_than(started, after);
        let until = later_than(from, length);
        let mut paused = clock.clone();
        paused.pause(from, Ground::Hearing).unwrap();
        paused.resume(until).unwrap();
        let moved = calendar.working_days_between(unpaused, paused.due(&calendar).projected);
        let stood = calendar.working_days_between(from.yesterday().unwrap(), until.yesterday().unwrap());
        prop_assert_eq!(moved, if from <= unpaused { stood } else { 0 });
    }

    #[test]
    fn an_explanation_agrees_with_itself(clock in any_clock(), since in -10_i64..200) {
        let calendar = calendar();
        let today = later_than(clock.started, since);
        let told = clock.explain(&calendar, today);

        prop_assert_eq!(&told.due, &clock.due_at(&calendar, today));
        prop_assert_eq!(told.due.date, clock.due(&calendar).date);
        prop_assert_eq!(told.left, clock.remaining(&calendar, today));
        match told.due.date {
            Some(due) if due < today => prop_assert!(told.left < 0 && told.used == told.total),
            _ => prop_assert!(told.left >= 0 && told.used + told.left == told.total),
        }

        prop_assert_eq!(told.lines[0].date, clock.started);
        let without_gaps = told.lines.windows(2).all(|pair| pair[1].date == pair[0].date.tomorrow().unwrap());
        prop_assert!(without_gaps && told.unlisted == 0);
        let due: Vec<Date> = told.lines.iter().filter(|line| line.due).map(|line| line.date).collect();
        prop_assert_eq!(due, [told.due.projected]);

        let numbers = told.lines.iter().filter_map(|line| match line.what {
            Day::Counted(n) | Day::Ahead(n) | Day::MakeUp(n, _) | Day::Calendar(n) => Some(n),
            _ => None,
        });
        let total = u32::try_from(told.total).unwrap();
        prop_assert_eq!(numbers.collect::<Vec<_>>(), (1..=total).collect::<Vec<_>>());
        let over = told.lines.iter().filter(|line| line.when != When::Ahead);
        let used = over.clone().filter(|line| line.what.counts()).count();
        prop_assert_eq!(used, usize::try_from(told.used).unwrap());
        let paused = over.filter(|line| matches!(line.what, Day::Paused(_))).count();
        if told.due.date.is_none_or(|due| due >= today) {
            prop_assert_eq!(paused, usize::try_from(told.paused).unwrap());
        }
    }

    #[test]
    fn folding_loses_no_day(clock in any_clock(), since in -10_i64..200) {
        let told = clock.explain(&calendar(), later_than(clock.started, since));
        let cells = told.folded();
        prop_assert!(cells.len() <= CELLS_MAX);
        let mut next = clock.started;
        let mut counted = 0;
        for cell in &cells {
            let (from, to) = match cell {
                Cell::Day(line) => (line.date, line.date),
                Cell::Fold { from, to, .. } => (*from, *to),
            };
            prop_assert_eq!(from, next);
            next = to.tomorrow().unwrap();
            counted += match cell {
                Cell::Day(line) => usize::from(line.what.counts()),
                Cell::Fold { counted, .. } => *counted,
            };
        }
        prop_assert_eq!(Some(next), told.lines.last().map(|line| line.date.tomorrow().unwrap()));
        prop_assert_eq!(counted, usize::try_from(told.total).unwrap());
        let days: usize = told.stretches().iter().map(|stretch| stretch.days).sum();
        prop_assert_eq!(days, told.lines.len());
    }

    #[test]
    fn a_clock_comes_back_from_json(clock in any_clock()) {
        let json = serde_json::to_string(&clock).unwrap();
        prop_assert_eq!(serde_json::from_str::<StatutoryClock>(&json).unwrap(), clock);
    }
}
