//! Prose: typed values in plain Chinese, beside what [`web::words`] says for all faces.
//!
//! Rooms speak in enums, dates and articles; what a person reads is written here, so that one thing has one word on
//! every page.

use kernel::{Date, Timestamp, local_time};
use web::words;
pub use web::words::{bytes, day, file, greeting, ground, limit, long_day, short_day, weekday};

/// `今天 10:21` or `9月17日 14:32`.
pub fn moment(at: Timestamp, today: Date) -> String {
    if local_time(at).date() == today { format!("今天 {}", hour(at)) } else { words::moment(at, today) }
}

/// `14:20`, Beijing time.
pub fn hour(at: Timestamp) -> String {
    let local = local_time(at);
    format!("{}:{:02}", local.hour(), local.minute())
}

/// `9月22日至24日`, `9月30日至10月2日`, or one day alone; with the year when it is not the year of `today`.
pub fn range(from: Date, to: Date, today: Date) -> String {
    let first = short_day(from, today);
    if from == to {
        first
    } else if (from.year(), from.month()) == (to.year(), to.month()) {
        format!("{first}至{}日", to.day())
    } else {
        format!("{first}至{}", short_day(to, today))
    }
}

/// `2026年9月30日至2030年9月29日`, or `2026年9月30日起，长期有效`.
pub fn validity(from: Date, until: Option<Date>) -> String {
    match until {
        Some(until) => format!("{}至{}", long_day(from), long_day(until)),
        None => format!("{}起，长期有效", long_day(from)),
    }
}

/// `还有 2 个工作日`, `今天是最后一天`, `超过 3 个工作日`.
pub fn left(days: i64) -> String {
    match days {
        0 => "今天是最后一天".to_owned(),
        days if days > 0 => format!("还有 {days} 个工作日"),
        days => format!("超过 {} 个工作日", -days),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn on(month: i8, day: i8) -> Date {
        Date::constant(2026, month, day)
    }

    #[test]
    fn days_in_a_row_name_the_month_once() {
        let today = on(9, 1);
        assert_eq!(range(on(9, 22), on(9, 24), today), "9月22日至24日");
        assert_eq!(range(on(9, 30), on(10, 2), today), "9月30日至10月2日");
        assert_eq!(range(on(9, 30), on(9, 30), today), "9月30日");
        assert_eq!(range(on(12, 31), Date::constant(2027, 1, 3), today), "12月31日至2027年1月3日");
    }

    #[test]
    fn days_left_say_when_the_promise_is_broken() {
        assert_eq!([2, 0, -3].map(left), ["还有 2 个工作日", "今天是最后一天", "超过 3 个工作日"]);
    }
}
