//! The rules as data: what is taken and what is not; each rule's own test case; times by the table.

use kernel::{Date, midnight};
use supervision::rules::{by_time, due, observe, reckon, recount};
use supervision::{BUILT_IN, BadBook, Grade, Rulebook, Seen};

use crate::given::*;

#[test]
fn each_rule_finds_in_its_history_what_it_says() {
    let book = Rulebook::parse(BUILT_IN, &calendar()).unwrap_or_else(|BadBook(bad)| panic!("{}", bad.join("\n")));
    let ids: Vec<String> = book.rules.iter().map(|rule| rule.id.to_string()).collect();
    assert_eq!(ids.join(" "), "T1 T2 T3 T4 T5 P1 P2 P3 P4 P5 P6 P7 F1 C1");
    assert!(book.rules.iter().all(|rule| !rule.test.expect.is_empty()), "a test that expects nothing proves nothing");
}

#[test]
fn what_is_not_right_is_not_taken() {
    let changed = |from: &str, to: &str| {
        assert!(BUILT_IN.contains(from), "{from}");
        Rulebook::parse(&BUILT_IN.replacen(from, to, 1), &calendar()).unwrap_err().0.join(" ")
    };
    assert!(changed("\"warn_left\"", "\"warn_days_left\"").contains("unknown field"));
    assert!(changed("\"article\"", "\"paragraph\"").contains("paragraph"));
    assert!(changed("\"id\": \"T2\"", "\"id\": \"T1\"").contains("two of this id"));
    assert!(changed("\"id\": \"T2\"", "\"id\": \"t2\"").contains("no id of a rule"));
    assert!(changed("\"warn_share\": 80", "\"warn_share\": 180").contains("1 to 99"));
    assert!(changed("\"red_after\": 3", "\"red_after\": 3, \"blue_after\": 4").contains("blue_after"));
    assert!(changed("[\"payment\"]", "[\"weather\"]").contains("payment or evaluation"));
    assert!(changed("\"minutes_least\": 5", "\"minutes_least\": 1").contains("P7: its test case expects"));
}

/// When the promised limit of ten working days, accepted on Tuesday, warns, is yellow, is red.
#[test]
fn a_clock_warns_turns_yellow_and_turns_red() {
    let (book, calendar) = (book(), calendar());
    let mut watch = None;
    observe(&book, &calendar, &mut watch, number(), &sign(1, morning(MONDAY), submitted()));
    let accepted = Seen::Accepted { by: Some(CLERK), on: TUESDAY };
    observe(&book, &calendar, &mut watch, number(), &sign(2, morning(TUESDAY), accepted));
    observe(
        &book,
        &calendar,
        &mut watch,
        number(),
        &sign(3, morning(WEDNESDAY), Seen::Reviewed { by: REVIEWER, on: WEDNESDAY }),
    );
    let mut watch = watch.unwrap();
    let mut found = vec![];
    while let Some(at) = due(&book, &calendar, &watch).filter(|at| *at < midnight(Date::constant(2026, 3, 25))) {
        found.extend(by_time(&book, &calendar, &mut watch, at).into_iter().filter(|one| one.rule.to_string() == "T3"));
    }
    let told: Vec<(Grade, Date)> = found.iter().map(|one| (one.grade, kernel::local_date(one.since))).collect();
    // Due on Tuesday, 17 March: 80 per cent are eight days, used up with the 13th.
    let day = |day| Date::constant(2026, 3, day);
    assert_eq!(told, [(Grade::Warning, day(14)), (Grade::Yellow, day(18)), (Grade::Red, day(21))]);
    assert!(found.iter().all(|one| one.evidence == [2] && one.breach == "2"), "one breach, one flag");
}

#[test]
fn a_clock_that_stands_still_is_not_due() {
    let history = [
        sign(1, morning(MONDAY), submitted()),
        sign(2, morning(TUESDAY), Seen::Accepted { by: Some(CLERK), on: TUESDAY }),
        sign(
            3,
            morning(WEDNESDAY),
            Seen::Suspended {
                by: REVIEWER,
                on: WEDNESDAY,
                reason: "专家评审".to_owned(),
                expected: Date::constant(2026, 12, 31),
            },
        ),
    ];
    let found = recount(&book(), &calendar(), number(), &history, midnight(Date::constant(2026, 8, 1)));
    assert_eq!(found, []);
}

#[test]
fn what_was_in_time_is_no_breach_however_late_it_is_heard_of() {
    let history = [
        sign(1, morning(MONDAY), submitted()),
        sign(2, later(midnight(NEXT_TUESDAY), -1), Seen::Accepted { by: Some(CLERK), on: NEXT_MONDAY }),
        sign(3, morning(NEXT_TUESDAY), Seen::Ended { on: NEXT_TUESDAY }),
    ];
    let found = recount(&book(), &calendar(), number(), &history, midnight(Date::constant(2026, 12, 1)));
    let cards: Vec<_> = found.iter().filter(|one| one.grade > Grade::Warning).collect();
    assert!(cards.is_empty(), "{cards:?}");
}

#[test]
fn a_score_is_the_sum_of_its_lines() {
    let sums = supervision::rules::Sums { warning: 3, yellow: 2, red: 1, poor: 4, promised: 200, used: 120 };
    let score = reckon(&book().score, &sums);
    let lines: Vec<(&str, i64)> = score.lines.iter().map(|line| (line.what, line.tenths)).collect();
    assert_eq!(lines, [("start", 1000), ("warning", 0), ("yellow", -40), ("red", -50), ("poor", -40), ("early", 20)]);
    assert_eq!(score.tenths, 890);
    let worst = supervision::rules::Sums { red: 100, ..Default::default() };
    assert_eq!(reckon(&book().score, &worst).tenths, 0);
}
