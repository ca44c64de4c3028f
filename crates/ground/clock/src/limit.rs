//! How long an authority may take.

use crate::day_number::number;
use jiff::Span;
use kernel::{Date, WorkingDays};
use serde::{Deserialize, Serialize};

/// Within five working days the applicant is told everything that is missing; silence counts as acceptance
/// (行政许可法 第三十二条).
pub const ANSWER_LIMIT: WorkingDays = WorkingDays(5);

/// A permit is decided within twenty working days of acceptance where no other law sets a limit (行政许可法
/// 第四十二条).
pub const DECISION_LIMIT: WorkingDays = WorkingDays(20);

/// What was granted is handed over within ten working days of the decision (行政许可法 第四十四条).
pub const SERVICE_LIMIT: WorkingDays = WorkingDays(10);

/// A limit (时限), statutory or promised, in the unit of its law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// On the spot (即办): on the day itself, or the first working day when that is a day off.
    Immediate,
    /// So many working days (行政许可法 第八十二条).
    Working(u32),
    /// So many calendar days (民法典 第二百条); one that ends on a day off ends on the next working day (第二百零三条).
    Calendar(u32),
    /// So many months: to the same day of the month, or its last where there is none (民法典 第二百零二条).
    Months(u32),
}

impl Limit {
    /// The article that says how this unit is counted.
    pub fn article(&self) -> &'static str {
        match self {
            Limit::Immediate => "行政许可法 第三十四条",
            Limit::Working(_) => "行政许可法 第八十二条",
            Limit::Calendar(_) => "民法典 第二百条",
            Limit::Months(_) => "民法典 第二百零二条",
        }
    }

    /// How many days, of the kind this limit counts, it gives from `started` on.
    pub(crate) fn days(&self, started: Date) -> i64 {
        match *self {
            Limit::Immediate => 0,
            Limit::Working(days) | Limit::Calendar(days) => i64::from(days),
            Limit::Months(months) => {
                let months = Span::new().try_months(months).ok();
                let end = months.and_then(|span| started.checked_add(span).ok()).unwrap_or(Date::MAX);
                number(end) - number(started)
            }
        }
    }

    /// Whether it counts working days, or all days.
    pub(crate) fn counts_working_days(&self) -> bool {
        matches!(self, Limit::Working(_))
    }
}
