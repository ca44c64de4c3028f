//! What a unit reports: start, progress, completion (开工、建设进度、竣工, 条例 第十七条).

use std::fmt;

use kernel::{Date, Fen};
use serde::{Deserialize, Serialize};

/// One report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Which.
    pub kind: ReportKind,
    /// The day it is about: of the start, of the completion, of its writing.
    pub day: Date,
    /// The day it came in.
    pub on: Date,
    /// Invested so far.
    pub invested: Fen,
    /// In words.
    pub say: String,
    /// It came after its last day.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
}

/// Which report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportKind {
    /// 开工
    Start,
    /// 进度
    Progress(Period),
    /// 竣工
    Completion,
}

/// A month or a quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Period {
    /// The year.
    pub year: i16,
    /// The last month in it.
    pub to: i8,
    /// How many months it has: one or three.
    pub months: i8,
}

impl Period {
    /// The period in which a day lies.
    pub fn of(day: Date, monthly: bool) -> Period {
        let months = if monthly { 1 } else { 3 };
        Period { year: day.year(), to: (day.month() + months - 1) / months * months, months }
    }

    /// The one after it, which may be of the other length.
    pub fn next(self, monthly: bool) -> Period {
        self.end().tomorrow().map_or(self, |day| Period::of(day, monthly))
    }

    /// Its first day.
    pub fn begin(self) -> Date {
        Date::new(self.year, self.to - self.months + 1, 1).unwrap_or(Date::MIN)
    }

    /// Its last day.
    pub fn end(self) -> Date {
        Date::new(self.year, self.to, 1).map_or(Date::MAX, Date::last_of_month)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.months == 1 {
            write!(f, "{}年{}月", self.year, self.to)
        } else {
            write!(f, "{}年第{}季度", self.year, self.to / 3)
        }
    }
}

/// A report that is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owed {
    /// Which.
    pub kind: ReportKind,
    /// Its last day.
    pub due: Date,
}

impl fmt::Display for ReportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReportKind::Start => f.write_str("开工报告"),
            ReportKind::Progress(period) => write!(f, "{period}进度报告"),
            ReportKind::Completion => f.write_str("竣工报告"),
        }
    }
}
