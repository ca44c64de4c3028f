//! Quantiles, suppression, forecasts and risks by table and by property.

use std::collections::BTreeMap;

use clock::Calendar;
use insight::query::Period;
use insight::rules::forecast::{Forecast, HISTORY_LEAST, History, forecast};
use insight::rules::risk::{self, LATE, Past, back_test, used};
use insight::rules::{Hidden, spread, suppress};
use insight::{Cube, Dimension};
use kernel::Date;
use proptest::prelude::*;

use crate::given::{START, days_after};

#[test]
fn the_median_and_the_ninth_decile_come_from_the_values_themselves() {
    let of = |values: &[(i64, i64)]| spread(values).map(|spread| (spread.n, spread.median, spread.p90, spread.most));
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[(3, 1)]), Some((1, 3, 3, 3)));
    assert_eq!(of(&[(1, 1), (2, 1), (3, 1), (4, 1)]), Some((4, 2, 4, 4)));
    assert_eq!(of(&[(0, 9), (100, 1)]), Some((10, 0, 0, 100)), "one long case moves the average, not the median");
    assert!((spread(&[(0, 9), (100, 1)]).unwrap().mean - 10.0).abs() < 1e-9);
}

proptest! {
    /// By the definition: sorted one by one, the value at the rank.
    #[test]
    fn quantiles_are_exact(mut values in prop::collection::vec(0i64..40, 1..200)) {
        values.sort_unstable();
        let mut counts: BTreeMap<i64, i64> = BTreeMap::new();
        values.iter().for_each(|value| *counts.entry(*value).or_default() += 1);
        let counted: Vec<(i64, i64)> = counts.into_iter().collect();
        let found = spread(&counted).unwrap();
        let at = |tenths: usize| values[(values.len() * tenths).div_ceil(10) - 1];
        prop_assert_eq!((found.median, found.p90), (at(5), at(9)));
    }

    /// What is hidden cannot be subtracted from the total: each hidden number can be anything from one to the limit.
    #[test]
    fn the_total_gives_no_hidden_number(counts in prop::collection::vec(0i64..30, 1..16), least in 3i64..10) {
        let Hidden { cells, total } = suppress(&counts, least);
        for (n, hidden) in counts.iter().zip(&cells) {
            prop_assert!(*hidden || *n == 0 || *n >= least, "a small number is shown");
            prop_assert!(!*hidden || *n > 0, "zero tells of nobody and is shown");
        }
        let hidden = cells.iter().filter(|hidden| **hidden).count() as i64;
        if hidden > 0 && !total {
            let shown: i64 = counts.iter().zip(&cells).filter(|(_, hidden)| !**hidden).map(|(n, _)| n).sum();
            let rest = counts.iter().sum::<i64>() - shown;
            prop_assert!(hidden >= 2);
            for guess in 1..=least {
                // The others share what is left, each at least one.
                prop_assert!(rest - guess >= hidden - 1, "{guess} is ruled out by {counts:?}");
            }
        }
        prop_assert_eq!(suppress(&counts, least), Hidden { cells, total });
    }

    /// The same history gives the same forecast and the same error, and what came later changes nothing that was said of it before.
    #[test]
    fn a_back_test_is_reproducible(counts in prop::collection::vec(0i64..50, HISTORY_LEAST..120)) {
        let history = History { first: START, counts };
        let calendar = Calendar::default();
        let said = forecast(&history, &calendar, 5);
        prop_assert_eq!(&said, &forecast(&history, &calendar, 5));
        if let Forecast::Known { days, test } = said {
            prop_assert_eq!(days.len(), 5);
            prop_assert!(days.iter().all(|day| day.low <= day.middle && day.middle <= day.high));
            prop_assert!(test.inside <= test.days && test.error >= 0.0);
        }
    }
}

#[test]
fn small_numbers_are_hidden_with_a_companion() {
    let hidden = |counts: &[i64]| {
        let Hidden { cells, total } = suppress(counts, 5);
        let marks: String = cells.iter().map(|hidden| if *hidden { 'x' } else { '.' }).collect();
        (marks, total)
    };
    let told = |marks: &str, total| (marks.to_owned(), total);
    assert_eq!(hidden(&[10, 20, 0]), told("...", false));
    assert_eq!(hidden(&[10, 20, 3]), told("x.x", false), "the smallest other goes with it");
    assert_eq!(hidden(&[10, 4, 4]), told(".xx", false));
    assert_eq!(hidden(&[10, 1, 1]), told("xxx", false), "two ones alone would be told by their sum");
    assert_eq!(hidden(&[0, 0, 3]), told("..x", true), "with nobody to hide behind, the total is hidden");
    assert_eq!(hidden(&[0, 0, 0]), told("...", false));
}

/// Weeks with more on Mondays and nothing at weekends; a holiday is like a day off, a make-up day like a working day.
#[test]
fn a_forecast_knows_weekdays_and_working_days() {
    use clock::{CalendarDay, DayKind};
    let weeks = 12;
    let counts: Vec<i64> =
        (0..7 * weeks).map(|day| [30, 20, 20, 20, 20, 0, 0][day % 7] + (day as i64 / 7 % 2)).collect();
    let history = History { first: START, counts };
    let monday = days_after(START, 7 * weeks as i64);
    let special = |date, kind| CalendarDay { date, kind, name: "节".to_owned() };
    let calendar = Calendar::new([
        special(days_after(monday, 1), DayKind::Holiday),
        special(days_after(monday, 5), DayKind::Workday),
    ]);
    let Forecast::Known { days, test } = forecast(&history, &calendar, 7) else { panic!("twelve weeks are enough") };
    let middles: Vec<f64> = days.iter().map(|day| day.middle).collect();
    assert_eq!(days[0].day, monday);
    assert_eq!(middles[0], 30.5);
    assert!(middles[1] < 1.0, "a Tuesday of a festival is like a day off: {middles:?}");
    assert_eq!(middles[2], 20.5);
    assert!((20.0..=21.5).contains(&middles[5]), "a Saturday that is worked: {middles:?}");
    assert!(middles[6] < 1.0);
    assert_eq!(test.days, 28);
    assert!(test.error <= test.naive, "the median of weeks that alternate beats the week before: {test:?}");
}

#[test]
fn with_too_little_history_nothing_is_said() {
    let history = History { first: START, counts: vec![5; HISTORY_LEAST - 1] };
    let said = forecast(&history, &Calendar::default(), 5);
    assert_eq!(said, Forecast::TooLittle { have: HISTORY_LEAST - 1, need: HISTORY_LEAST });
}

#[test]
fn the_share_of_the_limit_is_counted_in_tenths() {
    let day = |n| days_after(START, n);
    let cases = [(0, 0), (1, 1), (5, 5), (9, 9), (10, 10), (11, LATE), (30, LATE)];
    for (on, tenths) in cases {
        assert_eq!(used(START, day(10), day(on)), tenths, "day {on}");
    }
    assert_eq!(used(START, START, START), 0, "on the spot");
    assert_eq!(used(START, day(40), day(20)), 5);
}

/// The further a case has come undecided, the likelier it is late; a department of its own history departs from the others.
#[test]
fn the_risk_follows_what_was() {
    let mut history = risk::History::default();
    let past = |early: i64, late: i64| {
        let mut past = Past::default();
        (0..5).for_each(|value| past.add(value, early / 5));
        past.add(LATE, late);
        past
    };
    let (item, good, poor) = ("320709902000", past(95, 5), past(50, 50));
    history.own.insert((1, item.to_owned()), good);
    history.own.insert((2, item.to_owned()), poor);
    let mut both = good;
    both.join(&poor);
    history.items.insert(item.to_owned(), both);
    history.all = both;
    let at = |place, tenths| history.risk(place, &item.parse().unwrap(), tenths).share;
    assert!(at(1, 0) < at(2, 0));
    assert!(at(1, 0) < at(1, 3) && at(1, 3) < at(1, 6));
    assert!((at(1, LATE) - 1.0).abs() < 1e-9, "what is late is late");
    let unknown = at(9, 0);
    assert!(at(1, 0) < unknown && unknown < at(2, 0), "without a history of its own it is drawn to the others");
    let told = history.risk(1, &item.parse().unwrap(), 0);
    assert_eq!((told.own, told.item), ((100, 5), (200, 55)));

    let later = BTreeMap::from([((1, item.to_owned()), past(95, 5)), ((2, item.to_owned()), past(50, 50))]);
    let test = back_test(&history, &later).unwrap();
    assert_eq!((test.cases, test.late), (200, 55));
    assert!(test.brier < test.base, "it knows more than the base rate: {test:?}");
    assert_eq!(back_test(&history, &later), Some(test));
    assert_eq!(back_test(&risk::History::default(), &later), None, "no history, no error");
    assert_eq!(back_test(&history, &BTreeMap::new()), None, "nothing held out, no error");
}

#[test]
fn each_question_has_its_cube_or_none() {
    use Dimension::{Department, Hour, Item, Way};
    let cases: [(&[Dimension], Option<Cube>); 6] = [
        (&[], Some(Cube::Place)),
        (&[Department, Way], Some(Cube::Place)),
        (&[Item, Department], Some(Cube::Item)),
        (&[Hour, Way], Some(Cube::Hour)),
        (&[Item, Way], None),
        (&[Item, Hour], None),
    ];
    for (asked, cube) in cases {
        assert_eq!(Cube::of(asked), cube, "{asked:?}");
    }
}

#[test]
fn months_are_compared_with_as_many_days() {
    use insight::query::month_period;
    let today = Date::constant(2026, 3, 10);
    assert_eq!(month_period(202_603, today), Some(Period { from: Date::constant(2026, 3, 1), to: today }));
    assert_eq!(
        month_period(202_602, today),
        Some(Period { from: Date::constant(2026, 2, 1), to: Date::constant(2026, 2, 28) })
    );
    assert_eq!(month_period(202_604, today), None, "it has not begun");
    assert_eq!(month_period(202_613, today), None);
}
