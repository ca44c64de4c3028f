//! Spans of days, and what they are compared with.

use kernel::Date;

use crate::Grain;
use crate::model::day_number;

/// A span of days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// The first.
    pub from: Date,
    /// The last.
    pub to: Date,
}

impl Period {
    pub(crate) fn numbers(self) -> (i64, i64) {
        (day_number(self.from), day_number(self.to))
    }

    pub(crate) fn holds(self, day: i64) -> bool {
        let (from, to) = self.numbers();
        (from..=to).contains(&day)
    }

    /// The same days of another month: as many as this period has, where that month is long enough.
    fn in_month(self, first: Date) -> Period {
        let is_whole = self.to == self.to.last_of_month();
        let last = first.last_of_month();
        let to = if is_whole { last } else { Date::new(first.year(), first.month(), self.to.day()).unwrap_or(last) };
        Period { from: first, to: to.min(last) }
    }
}

/// The month of a day, as 202611.
pub fn month_of(day: Date) -> i64 {
    i64::from(day.year()) * 100 + i64::from(day.month())
}

/// A month up to today at most; none if it has not begun or is none.
pub fn month_period(month: i64, today: Date) -> Option<Period> {
    let first = first_of(month)?;
    (first <= today).then(|| Period { from: first, to: first.last_of_month().min(today) })
}

pub(crate) fn first_of(month: i64) -> Option<Date> {
    let (year, month) = (i16::try_from(month / 100).ok()?, i8::try_from(month % 100).ok()?);
    (1990..2200).contains(&year).then(|| Date::new(year, month, 1).ok())?
}

/// So many months earlier.
pub(crate) fn months_before(first: Date, months: i16) -> Date {
    let count = i32::from(first.year()) * 12 + i32::from(first.month()) - 1 - i32::from(months);
    let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
    Date::new(i16::try_from(year).unwrap_or(i16::MAX), i8::try_from(month).unwrap_or(1), 1).unwrap_or(first)
}

/// The month before and the same month a year before; of a month that is not over, the same days of these.
pub(crate) fn compared(period: Period) -> [Period; 2] {
    [1, 12].map(|months| period.in_month(months_before(period.from, months)))
}

/// The parts of a trend that ends with a period: its days, or thirteen weeks or months.
pub(crate) fn parts(period: Period, grain: Grain) -> Vec<Period> {
    const MANY: i16 = 13;
    let days = |from: Date, to: Date| {
        std::iter::successors(Some(from), |day| day.tomorrow().ok()).take_while(move |day| *day <= to)
    };
    match grain {
        Grain::Day => days(period.from, period.to).map(|day| Period { from: day, to: day }).collect(),
        Grain::Week => {
            let back = i64::from(period.to.weekday().to_monday_zero_offset());
            let back_days = |day: Date, n: i64| (0..n).try_fold(day, |day, _| day.yesterday()).unwrap_or(day);
            let monday = back_days(period.to, back);
            let mondays = (0..i64::from(MANY)).rev().map(|weeks| back_days(monday, weeks * 7));
            let week = |from: Date| {
                let last = (0..6).try_fold(from, |day, _| day.tomorrow()).unwrap_or(from);
                Period { from, to: last.min(period.to) }
            };
            mondays.map(week).collect()
        }
        Grain::Month => (0..MANY)
            .rev()
            .map(|months| {
                let first = months_before(period.from, months);
                Period { from: first, to: if months == 0 { period.to } else { first.last_of_month() } }
            })
            .collect(),
    }
}
