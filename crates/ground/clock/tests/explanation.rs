//! Why it is that day: line by line.

use crate::arranged::{calendar, day, running, stopped};
use clock::{CELLS_MAX, Cell, Day, DayLine, Explanation, Ground, Limit, When};

fn inspected() -> Explanation {
    let clock = stopped(running("2026-09-18", Limit::Working(5)), "2026-09-22", Some("2026-09-25"));
    clock.explain(&calendar(), day("2026-09-28"))
}

fn whats(told: &Explanation) -> Vec<(i8, Day)> {
    told.lines.iter().map(|line| (line.date.day(), line.what.clone())).collect()
}

#[test]
fn each_day_has_its_reason() {
    let told = inspected();
    let moon = || Day::Holiday("中秋节".to_owned());
    let lines = [
        (18, Day::Start),
        (19, Day::Rest),
        (20, Day::MakeUp(1, "国庆节".to_owned())),
        (21, Day::Counted(2)),
        (22, Day::Paused(Ground::Testing)),
        (23, Day::Paused(Ground::Testing)),
        (24, Day::Paused(Ground::Testing)),
        (25, moon()),
        (26, moon()),
        (27, moon()),
        (28, Day::Counted(3)),
        (29, Day::Ahead(4)),
        (30, Day::Ahead(5)),
    ];
    assert_eq!(whats(&told), lines);
    assert_eq!((told.total, told.used, told.paused, told.left), (5, 3, 3, 2));
    assert_eq!(told.due.date, Some(day("2026-09-30")));
    let due: Vec<&DayLine> = told.lines.iter().filter(|line| line.due).collect();
    assert_eq!(due.iter().map(|line| line.date).collect::<Vec<_>>(), [day("2026-09-30")]);
    let today: Vec<&DayLine> = told.lines.iter().filter(|line| line.when == When::Today).collect();
    assert_eq!(today.iter().map(|line| line.date).collect::<Vec<_>>(), [day("2026-09-28")]);
}

#[test]
fn each_reason_has_its_article() {
    let table = [
        (Day::Start, "民法典 第二百零一条"),
        (Day::Rest, "行政许可法 第八十二条"),
        (Day::Counted(1), "行政许可法 第八十二条"),
        (Day::Ahead(1), "行政许可法 第八十二条"),
        (Day::MakeUp(1, "春节".to_owned()), "国务院办公厅关于部分节假日安排的通知"),
        (Day::Holiday("春节".to_owned()), "国务院办公厅关于部分节假日安排的通知"),
        (Day::Paused(Ground::Hearing), "行政许可法 第四十五条"),
        (Day::Paused(Ground::Correction), "行政许可法 第三十二条"),
        (Day::Calendar(1), "民法典 第二百条"),
        (Day::Moved, "民法典 第二百零三条"),
        (Day::Overdue(1), "行政许可法 第四十二条"),
    ];
    table.iter().for_each(|(what, article)| assert_eq!(what.article(), *article));
}

#[test]
fn neighbours_of_one_reason_stand_together() {
    let told = inspected();
    let stretches: Vec<(i8, i8, usize)> =
        told.stretches().iter().map(|stretch| (stretch.from.day(), stretch.to.day(), stretch.days)).collect();
    let expected = [
        (18, 18, 1),
        (19, 19, 1),
        (20, 20, 1),
        (21, 21, 1),
        (22, 24, 3),
        (25, 27, 3),
        (28, 28, 1),
        (29, 29, 1),
        (30, 30, 1),
    ];
    assert_eq!(stretches, expected);
}

#[test]
fn a_limit_in_calendar_days_counts_days_off_and_moves_from_the_last() {
    let told = running("2026-09-29", Limit::Calendar(2)).explain(&calendar(), day("2026-10-02"));
    let national = || Day::Holiday("国庆节".to_owned());
    let first = [(29, Day::Start), (30, Day::Calendar(1)), (1, Day::Calendar(2)), (2, national())];
    assert_eq!(whats(&told)[..4], first);
    assert_eq!(told.lines.last().map(|line| (line.what.clone(), line.due)), Some((Day::Moved, true)));
    assert_eq!((told.used, told.left, told.due.date), (2, 0, Some(day("2026-10-08"))));
}

#[test]
fn an_immediate_case_is_due_the_day_it_comes() {
    let told = running("2026-09-18", Limit::Immediate).explain(&calendar(), day("2026-09-18"));
    assert_eq!((whats(&told), told.lines[0].due), (vec![(18, Day::Start)], true));
    let told = running("2026-09-19", Limit::Immediate).explain(&calendar(), day("2026-09-19"));
    assert_eq!(whats(&told), [(19, Day::Start), (20, Day::Moved)]);
}

#[test]
fn days_after_the_last_are_late() {
    let told = running("2026-09-18", Limit::Working(1)).explain(&calendar(), day("2026-09-28"));
    assert_eq!((told.used, told.left), (1, -5));
    let late = [(21, Day::Overdue(1)), (22, Day::Overdue(2)), (23, Day::Overdue(3)), (24, Day::Overdue(4))];
    assert_eq!(whats(&told)[3..7], late);
    assert_eq!(told.lines.last().map(|line| line.what.clone()), Some(Day::Overdue(5)));
}

#[test]
fn while_it_stands_still_the_way_on_is_told_as_if_it_ran_again_tomorrow() {
    let clock = stopped(running("2026-09-18", Limit::Working(5)), "2026-09-22", None);
    let told = clock.explain(&calendar(), day("2026-09-23"));
    let way_on = [(22, Day::Paused(Ground::Testing)), (23, Day::Paused(Ground::Testing)), (24, Day::Ahead(3))];
    assert_eq!(whats(&told)[4..7], way_on);
    assert_eq!((told.due.date, told.due.projected), (None, day("2026-09-29")));
    assert_eq!((told.used, told.paused, told.left), (2, 2, 3));
}

#[test]
fn a_short_way_is_shown_day_by_day() {
    let told = inspected();
    assert!(told.folded().iter().all(|cell| matches!(cell, Cell::Day(_))));
    assert_eq!(told.folded().len(), told.lines.len());
}

#[test]
fn a_long_way_is_folded_before_this_week() {
    let told = running("2026-09-01", Limit::Working(20)).explain(&calendar(), day("2026-09-24"));
    let cells = told.folded();
    assert!(told.lines.len() > CELLS_MAX && cells.len() <= CELLS_MAX);
    assert!(matches!(cells[0], Cell::Day(DayLine { what: Day::Start, .. })));
    assert_eq!(cells[1], Cell::Fold { from: day("2026-09-02"), to: day("2026-09-20"), counted: 14, when: When::Past });
    assert!(matches!(cells[2], Cell::Day(line) if line.date == day("2026-09-21")));
    assert!(cells.iter().any(|cell| matches!(cell, Cell::Day(line) if line.due)));
}

#[test]
fn an_explanation_can_be_sent() {
    let json = serde_json::to_value(inspected()).unwrap();
    assert_eq!(json["lines"][2]["what"]["make_up"][0], 1);
    assert_eq!(json["lines"][4]["what"]["paused"], "testing");
    assert_eq!(json["due"]["date"], "2026-09-30");
}
