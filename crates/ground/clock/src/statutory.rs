//! The clock that the law starts, stops and lets run out.

use crate::day_number::{day, number};
use crate::{BadExtension, Calendar, Extension, Ground, Limit};
use kernel::{Class, Date, Refuse};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A limit that runs from a day on (法定时限、承诺时限): with its pauses, and its one extension.
///
/// The day on which it starts does not count (民法典 第二百零一条), nor does any day in a pause. A limit in working days
/// is over with the last of them; one in calendar days or months that would end on a day off ends on the next
/// working day (第二百零三条).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatutoryClock {
    /// The day of acceptance.
    pub started: Date,
    /// How long.
    pub limit: Limit,
    /// When it stood still. Kept in order by [`StatutoryClock::pause`]; where pauses overlap, a day counts once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// By what it was extended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Extension>,
}

/// A span in which the clock stands still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The first day that does not count.
    pub from: Date,
    /// The day on which the clock runs again, which counts; none while nobody knows. So a pause that ends on the day
    /// it began has stopped nothing.
    pub until: Option<Date>,
    /// Why.
    pub ground: Ground,
}

impl Pause {
    /// Whether the clock stands still on `date`.
    pub fn covers(&self, date: Date) -> bool {
        self.from <= date && self.until.is_none_or(|until| date < until)
    }
}

/// When a limit runs out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The last day; none while the clock stands still without a known end.
    pub date: Option<Date>,
    /// The last day, or, while it stands still, the earliest that it can still be.
    pub projected: Date,
    /// Years on the way without a holiday notice: a notice to come may move the day.
    pub without_notice: Vec<i16>,
}

impl StatutoryClock {
    /// A clock that starts on `started`, with no pause yet.
    pub fn start(started: Date, limit: Limit) -> StatutoryClock {
        StatutoryClock { started, limit, pauses: vec![], extension: None }
    }

    /// When it runs out. While it stands still, `projected` is as if it ran again the day after it stopped.
    pub fn due(&self, calendar: &Calendar) -> Due {
        self.due_at(calendar, self.started)
    }

    /// When it runs out, as one can tell `today`: while it stands still, `projected` is as if it ran again tomorrow.
    pub fn due_at(&self, calendar: &Calendar, today: Date) -> Due {
        let run = Run::new(self, calendar);
        let date = run.end(&run.pauses).map(day);
        let projected = date.unwrap_or_else(|| run.projected(number(today)));
        Due { date, projected, without_notice: calendar.without_notice(self.started, projected) }
    }

    /// How many days of its kind are left after `today`; 0 on the last day, negative when it has run out.
    pub fn remaining(&self, calendar: &Calendar, today: Date) -> i64 {
        Run::new(self, calendar).left(number(today))
    }

    /// Whether it stands still on `date`.
    pub fn is_paused(&self, date: Date) -> bool {
        self.pauses.iter().any(|pause| pause.covers(date))
    }

    /// The pause that has no end yet.
    pub fn open_pause(&self) -> Option<&Pause> {
        self.pauses.iter().find(|pause| pause.until.is_none())
    }

    /// Lets it stand still from `from` on, that day included.
    pub fn pause(&mut self, from: Date, ground: Ground) -> Result<(), BadPause> {
        if self.open_pause().is_some() {
            return Err(BadPause::Already);
        }
        let free_from = self.pauses.iter().filter_map(|pause| pause.until).fold(self.started, Date::max);
        if from < free_from {
            return Err(BadPause::TooEarly);
        }
        self.pauses.push(Pause { from, until: None, ground });
        Ok(())
    }

    /// Lets it run again from `on`, that day included.
    pub fn resume(&mut self, on: Date) -> Result<(), BadPause> {
        let pause = self.pauses.iter_mut().find(|pause| pause.until.is_none()).ok_or(BadPause::NotPaused)?;
        if on < pause.from {
            return Err(BadPause::TooEarly);
        }
        pause.until = Some(on);
        Ok(())
    }

    /// Extends it: once, by at most ten working days, with a reason, and before it has run out (行政许可法 第四十二条).
    pub fn extend(
        &mut self,
        calendar: &Calendar,
        today: Date,
        days: u32,
        reason: impl Into<String>,
    ) -> Result<(), BadExtension> {
        if self.extension.is_some() {
            return Err(BadExtension::Already);
        }
        if !self.limit.counts_working_days() {
            return Err(BadExtension::OtherLimit);
        }
        if self.remaining(calendar, today) < 0 {
            return Err(BadExtension::Overdue);
        }
        self.extension = Some(Extension::new(days, reason)?);
        Ok(())
    }
}

/// Why a clock cannot be stopped or started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadPause {
    /// It stands still already.
    Already,
    /// It does not stand still.
    NotPaused,
    /// Before it started, or before the last pause ended or this one began.
    TooEarly,
}

impl fmt::Display for BadPause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BadPause::Already => "计时已经停住，请先结束正在进行的特别程序。",
            BadPause::NotPaused => "计时没有停住，不需要恢复。",
            BadPause::TooEarly => "日期不能早于受理日或上一次停止计时的日期，请核对。",
        })
    }
}

impl std::error::Error for BadPause {}

impl Refuse for BadPause {
    fn code(&self) -> &'static str {
        match self {
            BadPause::Already => "clock.paused-already",
            BadPause::NotPaused => "clock.not-paused",
            BadPause::TooEarly => "clock.pause-too-early",
        }
    }

    fn class(&self) -> Class {
        match self {
            BadPause::Already | BadPause::NotPaused => Class::Conflict,
            BadPause::TooEarly => Class::Invalid,
        }
    }

    fn article(&self) -> Option<&'static str> {
        Some("行政许可法 第四十五条")
    }
}

/// A clock laid on a calendar, in day numbers.
pub(crate) struct Run<'a> {
    calendar: &'a Calendar,
    working: bool,
    pub(crate) start: i64,
    /// How many days it counts.
    pub(crate) total: i64,
    /// In order of their beginning.
    pub(crate) pauses: Vec<Gap>,
}

/// A pause in day numbers: its first day, and the first day after it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gap {
    from: i64,
    until: Option<i64>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(clock: &StatutoryClock, calendar: &'a Calendar) -> Run<'a> {
        let extension = clock.extension.as_ref().map_or(0, |extension| i64::from(extension.days()));
        let gap = |pause: &Pause| Gap { from: number(pause.from), until: pause.until.map(number) };
        let mut pauses: Vec<Gap> = clock.pauses.iter().map(gap).collect();
        pauses.sort_by_key(|pause| pause.from);
        Run {
            calendar,
            working: clock.limit.counts_working_days(),
            start: number(clock.started),
            total: clock.limit.days(clock.started) + extension,
            pauses,
        }
    }

    /// The last day of the limit, or none if it lies behind a pause without end.
    pub(crate) fn end(&self, pauses: &[Gap]) -> Option<i64> {
        let (mut at, mut left) = (self.start, self.total);
        for pause in pauses {
            let from = pause.from.max(at + 1);
            if pause.until.is_some_and(|until| until <= from) {
                continue;
            }
            if self.nth_after(at, left) < from {
                break;
            }
            left -= self.between(at, from - 1);
            at = pause.until? - 1;
        }
        self.off_days_off(self.nth_after(at, left), pauses)
    }

    /// The last day if the pause that is open on `today` ended with it.
    pub(crate) fn projected(&self, today: i64) -> Date {
        day(self.end(&self.closed(today)).expect("a clock without an open pause runs out"))
    }

    /// The pauses, as if the open one ended with `today`.
    pub(crate) fn closed(&self, today: i64) -> Vec<Gap> {
        let close = |pause: &Gap| Gap { until: pause.until.or(Some(pause.from.max(today) + 1)), ..*pause };
        self.pauses.iter().map(close).collect()
    }

    /// How many days after the start, up to and including `to`, have counted.
    pub(crate) fn counted(&self, to: i64) -> i64 {
        let (mut at, mut counted) = (self.start, 0);
        for pause in &self.pauses {
            let from = pause.from.max(at + 1);
            if from > to {
                break;
            }
            if pause.until.is_some_and(|until| until <= from) {
                continue;
            }
            counted += self.between(at, from - 1);
            match pause.until {
                Some(until) => at = until - 1,
                None => return counted,
            }
        }
        counted + self.between(at, to).max(0)
    }

    /// How many days that would have counted lie in pauses, after the start up to and including `to`.
    pub(crate) fn paused(&self, to: i64) -> i64 {
        self.between(self.start, to).max(0) - self.counted(to)
    }

    /// How many days are left after `today`.
    pub(crate) fn left(&self, today: i64) -> i64 {
        match self.end(&self.pauses) {
            // The day after the last is late even when nobody works on it.
            Some(end) if end < today => -(self.counted(today) - self.counted(end)).max(1),
            _ => self.total - self.used(today),
        }
    }

    /// How many days of the limit are used up with `today`.
    pub(crate) fn used(&self, today: i64) -> i64 {
        self.counted(today).min(self.total)
    }

    /// Whether this is a day that the limit counts, pauses aside.
    pub(crate) fn counts(&self, at: i64) -> bool {
        !self.working || self.calendar.works(at)
    }

    /// A limit not in working days that ends on a day off ends on the next working day without a pause.
    fn off_days_off(&self, end: i64, pauses: &[Gap]) -> Option<i64> {
        let mut at = self.calendar.working_from(end);
        if self.working || at == end {
            return Some(end);
        }
        for pause in pauses {
            if pause.from <= at && pause.until.is_none_or(|until| at < until) {
                at = self.calendar.working_from(pause.until?);
            }
        }
        Some(at)
    }

    fn nth_after(&self, at: i64, days: i64) -> i64 {
        if self.working { self.calendar.nth_after(at, days) } else { at + days }
    }

    fn between(&self, from: i64, to: i64) -> i64 {
        if self.working { self.calendar.between(from, to) } else { to - from }
    }
}
