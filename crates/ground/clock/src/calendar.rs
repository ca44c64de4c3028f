//! Which days are worked.

use crate::day_number::{day, number};
use kernel::{Date, WorkingDays};
use std::collections::{BTreeMap, BTreeSet};

/// The calendar of working days: Monday to Friday, but for what the State Council arranges otherwise each year.
///
/// Counting is a subtraction and finding the nth working day a binary search, however far it lies: a prefix sum over
/// the years with notices, plain weeks beyond them.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    special: BTreeMap<Date, CalendarDay>,
    years: BTreeSet<i16>,
    /// The number of the first day of `sums`.
    first: i64,
    /// `sums[i]` working days lie in the `i` days from `first` on; one entry more than days.
    sums: Vec<u32>,
}

/// One line of a holiday notice (国务院办公厅关于部分节假日安排的通知).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarDay {
    /// Which day.
    pub date: Date,
    /// What it is.
    pub kind: DayKind,
    /// The festival that it belongs to: 春节, 国庆节.
    pub name: String,
}

/// What a holiday notice makes of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DayKind {
    /// A day off (放假).
    Holiday,
    /// A weekend day that is worked (调休上班).
    Workday,
}

/// What a day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DayNote<'a> {
    /// An ordinary working day.
    Working,
    /// An ordinary weekend day.
    Rest,
    /// A day off, by the festival of this name.
    Holiday(&'a str),
    /// A weekend day worked in exchange for the festival of this name.
    MakeUp(&'a str),
}

impl Calendar {
    /// The calendar of these notices, in any order; of two lines for one day the later counts. A year with at least
    /// one line is a year with a notice.
    pub fn new(days: impl IntoIterator<Item = CalendarDay>) -> Calendar {
        let special: BTreeMap<Date, CalendarDay> = days.into_iter().map(|day| (day.date, day)).collect();
        let years: BTreeSet<i16> = special.keys().map(|date| date.year()).collect();
        let (Some(first), Some(last)) = (special.keys().next(), special.keys().next_back()) else {
            return Calendar::default();
        };
        let (first, last) = (number(*first), number(*last));

        let works = |at: i64| match special.get(&day(at)).map(|special| special.kind) {
            Some(kind) => kind == DayKind::Workday,
            None => is_weekday(at),
        };
        let mut sum = 0;
        let running = (first..=last).map(|at| {
            sum += u32::from(works(at));
            sum
        });
        let sums = std::iter::once(0).chain(running).collect();
        Calendar { special, years, first, sums }
    }

    /// Whether the day is worked.
    pub fn is_working(&self, date: Date) -> bool {
        self.works(number(date))
    }

    /// What the day is, for telling people.
    pub fn note(&self, date: Date) -> DayNote<'_> {
        match self.special.get(&date) {
            Some(CalendarDay { kind: DayKind::Holiday, name, .. }) => DayNote::Holiday(name),
            Some(CalendarDay { kind: DayKind::Workday, name, .. }) => DayNote::MakeUp(name),
            None if is_weekday(number(date)) => DayNote::Working,
            None => DayNote::Rest,
        }
    }

    /// Whether there is a holiday notice for the year. Without one only weekends are days off.
    pub fn covers(&self, year: i16) -> bool {
        self.years.contains(&year)
    }

    /// The years between two days, both included, that have no holiday notice.
    pub fn without_notice(&self, from: Date, to: Date) -> Vec<i16> {
        (from.year()..=to.year()).filter(|year| !self.covers(*year)).collect()
    }

    /// The `days`-th working day after `date`, which itself does not count (民法典 第二百零一条). For no days, `date`.
    pub fn after(&self, date: Date, days: WorkingDays) -> Date {
        day(self.nth_after(number(date), i64::from(days.0)))
    }

    /// `date` if it is worked, else the next day that is (民法典 第二百零三条).
    pub fn on_or_after(&self, date: Date) -> Date {
        day(self.working_from(number(date)))
    }

    /// The working days after `from` up to and including `to`; negative when `to` lies before `from`.
    pub fn working_days_between(&self, from: Date, to: Date) -> i64 {
        self.between(number(from), number(to))
    }

    pub(crate) fn works(&self, at: i64) -> bool {
        self.rank(at) > self.rank(at - 1)
    }

    pub(crate) fn between(&self, from: i64, to: i64) -> i64 {
        self.rank(to) - self.rank(from)
    }

    pub(crate) fn nth_after(&self, at: i64, days: i64) -> i64 {
        if days == 0 { at } else { self.select(self.rank(at) + days) }
    }

    pub(crate) fn working_from(&self, at: i64) -> i64 {
        self.nth_after(at - 1, 1)
    }

    /// How many working days there are up to and including this day, counted from a Monday in 1970.
    fn rank(&self, at: i64) -> i64 {
        let Some(total) = self.sums.last() else { return weekday_rank(at) };
        let inside = at - self.first + 1;
        let before = weekday_rank(self.first - 1);
        match usize::try_from(inside) {
            Err(_) => weekday_rank(at),
            Ok(inside) => match self.sums.get(inside) {
                Some(sum) => before + i64::from(*sum),
                None => before + i64::from(*total) + weekday_rank(at) - weekday_rank(self.last()),
            },
        }
    }

    /// The day with this rank: the inverse of `rank` on working days.
    fn select(&self, rank: i64) -> i64 {
        let Some(total) = self.sums.last() else { return weekday_select(rank) };
        let inside = rank - weekday_rank(self.first - 1);
        if inside <= 0 {
            weekday_select(rank)
        } else if inside <= i64::from(*total) {
            self.first - 1 + self.sums.partition_point(|sum| i64::from(*sum) < inside) as i64
        } else {
            weekday_select(inside - i64::from(*total) + weekday_rank(self.last()))
        }
    }

    fn last(&self) -> i64 {
        self.first + self.sums.len() as i64 - 2
    }
}

/// The first Monday of 1970.
const MONDAY: i64 = 4;

fn is_weekday(at: i64) -> bool {
    (at - MONDAY).rem_euclid(7) < 5
}

fn weekday_rank(at: i64) -> i64 {
    let days = at - MONDAY;
    days.div_euclid(7) * 5 + (days.rem_euclid(7) + 1).min(5)
}

fn weekday_select(rank: i64) -> i64 {
    let before = rank - 1;
    MONDAY + before.div_euclid(5) * 7 + before.rem_euclid(5)
}
