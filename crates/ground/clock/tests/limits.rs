//! When limits run out, and how much of them is left.

use crate::arranged::{calendar, day, running, stopped};
use clock::{ANSWER_LIMIT, BadPause, DECISION_LIMIT, Ground, Limit, SERVICE_LIMIT, StatutoryClock};
use kernel::{Class, Refuse};

fn due(clock: &StatutoryClock, date: Option<&str>) {
    assert_eq!(clock.due(&calendar()).date, date.map(day), "{clock:?}");
}

#[test]
fn each_unit_is_counted_as_its_law_says() {
    let table = [
        (Limit::Working(5), "2026-09-18", "2026-09-24"),
        (Limit::Working(20), "2026-09-18", "2026-10-22"),
        (Limit::Working(0), "2026-09-18", "2026-09-18"),
        (Limit::Immediate, "2026-09-18", "2026-09-18"),
        (Limit::Immediate, "2026-10-01", "2026-10-08"),
        (Limit::Calendar(1), "2026-09-18", "2026-09-20"), // from Saturday to the Sunday worked
        (Limit::Calendar(3), "2026-09-18", "2026-09-21"),
        (Limit::Calendar(13), "2026-09-18", "2026-10-08"),
        (Limit::Calendar(60), "2026-09-18", "2026-11-17"),
        (Limit::Months(1), "2026-01-30", "2026-02-28"), // the last of February: a Saturday, but worked
        (Limit::Months(3), "2026-07-03", "2026-10-08"),
        (Limit::Months(12), "2024-02-29", "2025-02-28"),
    ];
    table.iter().for_each(|(limit, from, to)| due(&running(from, *limit), Some(to)));
}

#[test]
fn the_clock_stands_still_in_special_procedures() {
    let table: [(&str, Option<&str>, Option<&str>); 8] = [
        ("2026-09-22", Some("2026-09-25"), Some("2026-09-30")),
        ("2026-09-22", Some("2026-09-28"), Some("2026-09-30")), // days off in a pause do not count twice
        ("2026-09-22", Some("2026-09-22"), Some("2026-09-24")), // over on the day it began
        ("2026-09-19", Some("2026-09-20"), Some("2026-09-24")), // on a day off only
        ("2026-09-01", Some("2026-09-21"), Some("2026-09-28")), // from before the start
        ("2026-09-22", None, None),
        ("2026-09-24", None, None),
        ("2026-09-25", None, Some("2026-09-24")), // after it had run out
    ];
    let five = || running("2026-09-18", Limit::Working(5));
    table.iter().for_each(|(from, until, to)| due(&stopped(five(), from, *until), *to));

    let twice = stopped(stopped(five(), "2026-09-22", Some("2026-09-24")), "2026-09-21", Some("2026-09-23"));
    due(&twice, Some("2026-09-30"));
    let twenty = running("2026-09-18", Limit::Working(20));
    due(&stopped(twenty, "2026-09-22", Some("2026-09-25")), Some("2026-10-27"));
    let ten_calendar_days = || running("2026-09-18", Limit::Calendar(10));
    due(&ten_calendar_days(), Some("2026-09-28"));
    due(&stopped(ten_calendar_days(), "2026-09-22", Some("2026-09-25")), Some("2026-10-08"));
    let one_calendar_day = || running("2026-09-18", Limit::Calendar(1));
    due(&stopped(one_calendar_day(), "2026-09-20", Some("2026-09-22")), Some("2026-09-22"));
    due(&stopped(one_calendar_day(), "2026-09-20", None), None);
}

#[test]
fn while_it_stands_still_the_earliest_end_is_told() {
    let clock = stopped(running("2026-09-18", Limit::Working(5)), "2026-09-22", None);
    assert_eq!(clock.due(&calendar()).projected, day("2026-09-28"));
    assert_eq!(clock.due_at(&calendar(), day("2026-09-24")).projected, day("2026-09-30"));
    assert!(clock.is_paused(day("2027-01-01")) && !clock.is_paused(day("2026-09-21")));
}

#[test]
fn what_is_left_sinks_with_each_day_that_counts() {
    let clock = stopped(running("2026-09-18", Limit::Working(5)), "2026-09-22", Some("2026-09-25"));
    let table = [
        ("2026-09-10", 5),
        ("2026-09-18", 5),
        ("2026-09-19", 5),
        ("2026-09-20", 4),
        ("2026-09-21", 3),
        ("2026-09-23", 3),
        ("2026-09-27", 3),
        ("2026-09-28", 2),
        ("2026-09-30", 0),
        ("2026-10-01", -1), // late, though nobody works
        ("2026-10-08", -1),
        ("2026-10-09", -2),
    ];
    table.iter().for_each(|(today, left)| assert_eq!(clock.remaining(&calendar(), day(today)), *left, "{today}"));

    let waiting = stopped(running("2026-09-18", Limit::Working(5)), "2026-09-22", None);
    assert_eq!(waiting.remaining(&calendar(), day("2027-06-01")), 3);
    let one_calendar_day = running("2026-09-18", Limit::Calendar(1));
    let left = ["2026-09-18", "2026-09-19", "2026-09-20", "2026-09-21"];
    assert_eq!(left.map(|today| one_calendar_day.remaining(&calendar(), day(today))), [1, 0, 0, -1]);
}

#[test]
fn a_due_date_in_a_year_without_notice_says_so() {
    let due = running("2026-12-28", Limit::Working(20)).due(&calendar());
    assert_eq!((due.date, due.without_notice), (Some(day("2027-01-25")), vec![2027]));
}

#[test]
fn a_clock_is_stopped_and_started_in_order() {
    let mut clock = running("2026-09-18", Limit::Working(5));
    assert_eq!(clock.resume(day("2026-09-21")), Err(BadPause::NotPaused));
    assert_eq!(clock.pause(day("2026-09-17"), Ground::Hearing), Err(BadPause::TooEarly));
    assert_eq!(clock.pause(day("2026-09-22"), Ground::Hearing), Ok(()));
    assert_eq!(clock.open_pause().map(|pause| pause.ground), Some(Ground::Hearing));
    assert_eq!(clock.pause(day("2026-09-23"), Ground::Testing), Err(BadPause::Already));
    assert_eq!(clock.resume(day("2026-09-21")), Err(BadPause::TooEarly));
    assert_eq!(clock.resume(day("2026-09-25")), Ok(()));
    assert_eq!(clock.pause(day("2026-09-24"), Ground::Testing), Err(BadPause::TooEarly));
    assert_eq!(clock.pause(day("2026-09-25"), Ground::Testing), Ok(()));
    due(&clock, None);
}

#[test]
fn every_refusal_names_its_article() {
    for refusal in [BadPause::Already, BadPause::NotPaused, BadPause::TooEarly] {
        assert!(refusal.to_string().ends_with('。') && refusal.code().starts_with("clock."));
        assert_eq!(refusal.article(), Some("行政许可法 第四十五条"));
    }
    assert_eq!(BadPause::TooEarly.class(), Class::Invalid);
    assert_eq!(BadPause::Already.class(), Class::Conflict);
}

#[test]
fn grounds_and_limits_name_their_articles() {
    for ground in Ground::ALL {
        let article = if ground == Ground::Correction { "第三十二条" } else { "第四十五条" };
        assert_eq!(ground.article(), format!("行政许可法 {article}"));
    }
    let limits = [Limit::Immediate, Limit::Working(1), Limit::Calendar(1), Limit::Months(1)];
    let articles = ["行政许可法 第三十四条", "行政许可法 第八十二条", "民法典 第二百条", "民法典 第二百零二条"];
    assert_eq!(limits.map(|limit| limit.article()), articles);
    assert_eq!([ANSWER_LIMIT.0, DECISION_LIMIT.0, SERVICE_LIMIT.0], [5, 20, 10]);
}

#[test]
fn limits_beyond_all_dates_end_at_the_last() {
    for limit in [Limit::Working(u32::MAX), Limit::Calendar(u32::MAX), Limit::Months(u32::MAX)] {
        let clock = running("2026-09-18", limit);
        assert_eq!(clock.due(&calendar()).date, Some(kernel::Date::MAX), "{limit:?}");
        let told = clock.explain(&calendar(), day("2026-09-21"));
        assert_eq!(told.lines.len(), 1_000);
        assert!(told.unlisted > 2_000_000 && told.folded().len() <= clock::CELLS_MAX);
    }
}
