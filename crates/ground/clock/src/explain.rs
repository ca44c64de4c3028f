//! Why a limit ends when it ends: one line a day, each with its reason and its article.

use crate::day_number::{day, number};
use crate::statutory::Run;
use crate::{Calendar, DayNote, Due, Ground, Limit, StatutoryClock};
use kernel::Date;
use serde::Serialize;

/// More days are not listed one by one: nobody reads them, and a limit of a century must not fill the memory.
const LINES_MAX: usize = 1_000;

/// How a due date came about, told on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The day it is told.
    pub today: Date,
    /// The limit, without its extension.
    pub limit: Limit,
    /// How many days it gives, the extension included; `used + left`, unless it is overdue.
    pub total: i64,
    /// How many of them are used up with today.
    pub used: i64,
    /// How many days that would have counted stood still, up to today.
    pub paused: i64,
    /// How many are left after today; negative when overdue.
    pub left: i64,
    /// When it runs out.
    pub due: Due,
    /// The days from the start to the due date (the projected one while the clock stands still), or to today if that
    /// is later.
    pub lines: Vec<DayLine>,
    /// How many days at the end are not listed, for limits of many years.
    pub unlisted: usize,
}

/// One day on the way to the due date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayLine {
    /// Which day.
    pub date: Date,
    /// What it is to the clock.
    pub what: Day,
    /// Where today stands to it.
    pub when: When,
    /// Whether it is the last day of the limit.
    pub due: bool,
}

/// Where a day lies, seen from today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// It is over.
    Past,
    /// It is this day.
    Today,
    /// It is yet to come.
    Ahead,
}

/// What a day is to a clock.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// The day on which the clock started; it does not count.
    Start,
    /// The nth working day of the limit, past or today.
    Counted(u32),
    /// The nth working day of the limit, yet to come.
    Ahead(u32),
    /// The nth working day of the limit, a weekend day worked in exchange for the festival of this name.
    MakeUp(u32, String),
    /// The nth day of a limit in calendar days or months, whether or not it is a day off.
    Calendar(u32),
    /// A weekend; it does not count.
    Rest,
    /// A day off by the festival of this name; it does not count.
    Holiday(String),
    /// It would count, but the clock stands still.
    Paused(Ground),
    /// The working day to which the end of the limit moved, since it fell on a day off.
    Moved,
    /// The nth day of its kind after the limit has run out.
    Overdue(u32),
}

impl Day {
    /// The article or notice that makes the day what it is. Holiday notices are of the day's year.
    pub fn article(&self) -> &'static str {
        match self {
            Day::Start => "民法典 第二百零一条",
            Day::Counted(_) | Day::Ahead(_) | Day::Rest => "行政许可法 第八十二条",
            Day::MakeUp(..) | Day::Holiday(_) => "国务院办公厅关于部分节假日安排的通知",
            Day::Calendar(_) => "民法典 第二百条",
            Day::Paused(ground) => ground.article(),
            Day::Moved => "民法典 第二百零三条",
            Day::Overdue(_) => "行政许可法 第四十二条",
        }
    }

    /// Whether it uses up a day of the limit.
    pub fn counts(&self) -> bool {
        matches!(self, Day::Counted(_) | Day::Ahead(_) | Day::MakeUp(..) | Day::Calendar(_))
    }
}

impl StatutoryClock {
    /// How the due date came about, as told `today`.
    pub fn explain(&self, calendar: &Calendar, today: Date) -> Explanation {
        let run = Run::new(self, calendar);
        let now = number(today);
        let due = self.due_at(calendar, today);
        let last = number(due.projected).max(if due.date.is_some() { now } else { run.start });
        let listed = last.min(run.start + LINES_MAX as i64 - 1);
        let mut teller = Teller { clock: self, calendar, run: &run, today, due: due.projected, counted: 0, late: 0 };
        let lines = (run.start..=listed).map(|at| teller.line(at)).collect();
        Explanation {
            today,
            limit: self.limit,
            total: run.total,
            used: run.used(now),
            paused: run.paused(now),
            left: run.left(now),
            lines,
            unlisted: usize::try_from(last - listed).unwrap_or(0),
            due,
        }
    }
}

/// Goes from day to day and counts.
struct Teller<'a> {
    clock: &'a StatutoryClock,
    calendar: &'a Calendar,
    run: &'a Run<'a>,
    today: Date,
    due: Date,
    counted: u32,
    late: u32,
}

impl Teller<'_> {
    fn line(&mut self, at: i64) -> DayLine {
        let date = day(at);
        let when = match date.cmp(&self.today) {
            std::cmp::Ordering::Less => When::Past,
            std::cmp::Ordering::Equal => When::Today,
            std::cmp::Ordering::Greater => When::Ahead,
        };
        DayLine { date, what: self.what(at, date, when), when, due: date == self.due }
    }

    fn what(&mut self, at: i64, date: Date, when: When) -> Day {
        if at == self.run.start {
            return Day::Start;
        }
        let note = self.calendar.note(date);
        let day_off = match note {
            DayNote::Rest => Some(Day::Rest),
            DayNote::Holiday(name) => Some(Day::Holiday(name.to_owned())),
            DayNote::Working | DayNote::MakeUp(_) => None,
        };
        if self.run.counts(at)
            && let Some(ground) = self.ground(date, when)
        {
            return Day::Paused(ground);
        }
        if i64::from(self.counted) < self.run.total {
            return match (self.clock.limit.counts_working_days(), day_off) {
                (true, Some(day_off)) => day_off,
                (true, None) => self.count(when, note),
                (false, _) => {
                    self.counted += 1;
                    Day::Calendar(self.counted)
                }
            };
        }
        match day_off {
            _ if date > self.due && self.run.counts(at) => {
                self.late += 1;
                Day::Overdue(self.late)
            }
            Some(day_off) => day_off,
            None => Day::Moved,
        }
    }

    fn count(&mut self, when: When, note: DayNote<'_>) -> Day {
        self.counted += 1;
        match (note, when) {
            (DayNote::MakeUp(name), _) => Day::MakeUp(self.counted, name.to_owned()),
            (_, When::Ahead) => Day::Ahead(self.counted),
            _ => Day::Counted(self.counted),
        }
    }

    /// Why the clock stands still on `date`. A pause without end is told up to today, and on its first day.
    fn ground(&self, date: Date, when: When) -> Option<Ground> {
        let covers = |pause: &&crate::Pause| {
            pause.covers(date) && (pause.until.is_some() || when != When::Ahead || date == pause.from)
        };
        self.clock.pauses.iter().find(covers).map(|pause| pause.ground)
    }
}
