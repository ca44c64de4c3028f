//! The last day, and the days before it that matter.

use kernel::{Date, midnight};
use licences::{last_day, remind_at, renew_by};

const fn on(year: i16, month: i8, day: i8) -> Date {
    Date::constant(year, month, day)
}

#[test]
fn a_licence_ends_on_the_day_before_the_same_day() {
    for (first, years, last) in [
        (on(2026, 9, 30), 4, on(2030, 9, 29)),
        (on(2026, 1, 1), 5, on(2030, 12, 31)),
        (on(2024, 3, 1), 4, on(2028, 2, 29)),
        (on(2024, 2, 29), 4, on(2028, 2, 28)),
        (on(2024, 2, 29), 5, on(2029, 2, 28)),
    ] {
        assert_eq!(last_day(first, years), Some(last), "{first} and {years} years");
    }
    assert_eq!(last_day(on(2026, 1, 1), 100_000), None);
}

#[test]
fn renewal_is_asked_for_a_month_before_and_told_a_month_earlier_still() {
    let last = on(2030, 9, 29);
    assert_eq!(renew_by(last), on(2030, 8, 30));
    assert_eq!(remind_at(last), midnight(on(2030, 7, 31)));
}
