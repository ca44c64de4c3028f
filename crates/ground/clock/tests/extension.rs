//! The one extension.

use crate::arranged::{calendar, day, running};
use clock::{BadExtension, EXTENSION_MAX, Extension, Limit, StatutoryClock};
use kernel::{Class, Refuse};

fn extended(clock: &mut StatutoryClock, today: &str, days: u32, reason: &str) -> Result<(), BadExtension> {
    clock.extend(&calendar(), day(today), days, reason)
}

#[test]
fn a_limit_is_extended_once_by_at_most_ten_days_with_a_reason_and_in_time() {
    let twenty = || running("2026-09-18", Limit::Working(20));
    let table = [
        (twenty(), "2026-10-22", 10, "需要外地协查", Ok(())),
        (twenty(), "2026-10-23", 10, "需要外地协查", Err(BadExtension::Overdue)),
        (twenty(), "2026-10-22", 11, "需要外地协查", Err(BadExtension::TooLong)),
        (twenty(), "2026-10-22", 0, "需要外地协查", Err(BadExtension::Nothing)),
        (twenty(), "2026-10-22", 10, " ", Err(BadExtension::NoReason)),
        (running("2026-09-18", Limit::Calendar(60)), "2026-09-21", 5, "需要外地协查", Err(BadExtension::OtherLimit)),
    ];
    for (mut clock, today, days, reason, outcome) in table {
        assert_eq!(extended(&mut clock, today, days, reason), outcome);
        assert_eq!(clock.extension.is_some(), outcome.is_ok());
    }

    let mut clock = twenty();
    extended(&mut clock, "2026-10-09", 10, "需要外地协查").unwrap();
    assert_eq!(clock.due(&calendar()).date, Some(day("2026-11-05")));
    assert_eq!(clock.explain(&calendar(), day("2026-10-09")).total, 30);
    assert_eq!(extended(&mut clock, "2026-10-09", 1, "再延长"), Err(BadExtension::Already));
}

#[test]
fn what_is_stored_is_checked_again() {
    let json = r#"{"started":"2026-09-18","limit":{"working":20},"extension":{"days":10,"reason":"协查"}}"#;
    let clock: StatutoryClock = serde_json::from_str(json).unwrap();
    let extension = clock.extension.as_ref().unwrap();
    assert_eq!((extension.days(), extension.reason(), extension.article()), (10, "协查", "行政许可法 第四十二条"));
    assert_eq!(serde_json::to_string(&clock).unwrap(), json);
    assert!(serde_json::from_str::<StatutoryClock>(&json.replace("10", "11")).is_err());
}

#[test]
fn every_refusal_speaks_and_names_its_article() {
    let table = [
        (BadExtension::Already, Class::Conflict),
        (BadExtension::OtherLimit, Class::Conflict),
        (BadExtension::Overdue, Class::Conflict),
        (BadExtension::Nothing, Class::Invalid),
        (BadExtension::TooLong, Class::Invalid),
        (BadExtension::NoReason, Class::Invalid),
    ];
    for (refusal, class) in table {
        assert!(refusal.to_string().ends_with('。') && refusal.code().starts_with("clock.ext"), "{refusal:?}");
        assert_eq!((refusal.class(), refusal.article()), (class, Some("行政许可法 第四十二条")));
    }
    assert_eq!(Extension::new(EXTENSION_MAX, "协查").map(|extension| extension.days()), Ok(10));
}
