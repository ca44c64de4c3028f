//! States and values of investment projects.

mod event;
mod particulars;
mod project;
mod report;

use kernel::RegionCode;

pub use event::{Event, Joined, Move, Registered};
pub use particulars::{Element, Industry, Investor, Nature, Notice, Particulars, Route};
pub(crate) use project::code_of;
pub use project::{CaseState, Certificate, Finding, Ground, Opinion, Pause, Project, ProjectCase, Stage};
pub use report::{Owed, Period, Report, ReportKind};

/// The six digits of a county as a number, for lists by place.
pub(crate) fn county_number(region: &RegionCode) -> i64 {
    region.county6().parse().unwrap_or_default()
}

/// A day as a number that sorts, for columns.
pub(crate) fn day_number(day: kernel::Date) -> i64 {
    i64::from(day.year()) * 10_000 + i64::from(day.month()) * 100 + i64::from(day.day())
}
