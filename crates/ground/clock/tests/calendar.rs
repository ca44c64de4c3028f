//! Which days are worked, and counting them.

use crate::arranged::{calendar, day, special};
use clock::{Calendar, DayKind, DayNote};
use kernel::{Date, WorkingDays};

#[test]
fn days_are_what_the_notice_says_else_what_the_week_says() {
    let calendar = calendar();
    let table = [
        ("2026-09-18", DayNote::Working),
        ("2026-09-19", DayNote::Rest),
        ("2026-09-20", DayNote::MakeUp("国庆节")),
        ("2026-09-25", DayNote::Holiday("中秋节")),
        ("2026-09-26", DayNote::Holiday("中秋节")),
        ("2027-10-01", DayNote::Working),
        ("2027-10-02", DayNote::Rest),
    ];
    for (date, note) in table {
        assert_eq!(calendar.note(day(date)), note, "{date}");
        let worked = matches!(note, DayNote::Working | DayNote::MakeUp(_));
        assert_eq!(calendar.is_working(day(date)), worked, "{date}");
    }
}

#[test]
fn the_due_day_is_the_nth_working_day_after_acceptance() {
    let table = [
        ("2026-02-13", 1, "2026-02-14"), // a Saturday, worked
        ("2025-09-30", 1, "2025-10-09"),
        ("2024-02-09", 1, "2024-02-18"), // from 除夕, a working day in 2024, to a Sunday, worked
        ("2026-09-18", 5, "2026-09-24"),
        ("2026-09-19", 1, "2026-09-20"),
        ("2026-09-18", 0, "2026-09-18"),
        ("2023-12-29", 1, "2024-01-02"),
        ("2026-12-31", 1, "2027-01-01"),
        ("2027-01-01", 5, "2027-01-08"),
        ("1969-12-26", 5, "1970-01-02"),
    ];
    for (accepted, days, due) in table {
        assert_eq!(calendar().after(day(accepted), WorkingDays(days)), day(due), "{accepted} + {days}");
    }
}

#[test]
fn a_year_has_as_many_working_days_as_published() {
    for (year, days) in [(2024, 251), (2025, 248), (2026, 248)] {
        let new_year = |year| Date::new(year, 1, 1).unwrap().yesterday().unwrap();
        assert_eq!(calendar().working_days_between(new_year(year), new_year(year + 1)), days, "{year}");
    }
}

#[test]
fn days_off_move_to_the_next_working_day() {
    let table = [("2026-10-01", "2026-10-08"), ("2026-10-08", "2026-10-08"), ("2026-10-09", "2026-10-09")];
    table.iter().for_each(|(from, to)| assert_eq!(calendar().on_or_after(day(from)), day(to), "{from}"));
}

#[test]
fn years_without_a_notice_are_reported() {
    let calendar = calendar();
    assert!(calendar.covers(2025) && !calendar.covers(2023) && !calendar.covers(2027));
    assert_eq!(calendar.without_notice(day("2026-12-01"), day("2028-01-03")), [2027, 2028]);
    assert_eq!(calendar.without_notice(day("2024-01-01"), day("2026-12-31")), [0_i16; 0]);
}

#[test]
fn no_notice_at_all_leaves_the_week() {
    let calendar = Calendar::new([]);
    assert_eq!(calendar.after(day("2026-10-01"), WorkingDays(5)), day("2026-10-08"));
    assert!(calendar.is_working(day("2026-10-01")) && !calendar.is_working(day("2026-10-03")));
    assert!(!calendar.covers(2026));
}

#[test]
fn of_two_lines_for_a_day_the_later_counts() {
    let date = day("2026-06-01");
    let calendar = Calendar::new([special(date, DayKind::Holiday, "早"), special(date, DayKind::Workday, "晚")]);
    assert_eq!(calendar.note(date), DayNote::MakeUp("晚"));
    assert!(calendar.is_working(date));
}

#[test]
fn a_notice_with_a_gap_leaves_the_week_in_it() {
    let ends =
        [special(day("2020-01-01"), DayKind::Holiday, "元旦"), special(day("2026-01-01"), DayKind::Holiday, "元旦")];
    let calendar = Calendar::new(ends);
    assert_eq!(calendar.after(day("2023-01-01"), WorkingDays(5)), day("2023-01-06"));
    assert_eq!(calendar.without_notice(day("2020-01-01"), day("2023-01-01")), [2021, 2022, 2023]);
}

#[test]
fn days_beyond_all_dates_end_at_the_last() {
    assert_eq!(calendar().after(day("2026-01-01"), WorkingDays(u32::MAX)), Date::MAX);
    assert_eq!(calendar().after(Date::MAX, WorkingDays(1)), Date::MAX);
    assert!(calendar().after(Date::MIN, WorkingDays(1)) > Date::MIN);
}
