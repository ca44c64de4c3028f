//! How many of the working days are used: days on which offices worked. Side by side they count once; while every clock that is not over
//! stands still for a special procedure (行政许可法 第四十五条), or the unit's turn is on, none counts.

use clock::Calendar;
use kernel::Date;

use crate::{Project, ProjectCase, Stage};

/// Days used, and days that were not counted though a case was on its way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Used {
    /// Working days on which at least one office's clock ran.
    pub counted: u32,
    /// Working days on which none ran and at least one stood still.
    pub paused: u32,
}

/// For all stages of a project, up to and with `today`.
pub fn used(project: &Project, calendar: &Calendar, today: Date) -> Used {
    count(&project.cases.iter().collect::<Vec<_>>(), calendar, today)
}

/// For one stage.
pub fn used_of(project: &Project, stage: Stage, calendar: &Calendar, today: Date) -> Used {
    count(&project.cases_of(stage).collect::<Vec<_>>(), calendar, today)
}

fn count(cases: &[&ProjectCase], calendar: &Calendar, today: Date) -> Used {
    let spans: Vec<Span> = cases.iter().filter_map(|case| Span::of(case, today)).collect();
    let (Some(first), Some(last)) = (spans.iter().map(|span| span.after).min(), spans.iter().map(|span| span.to).max())
    else {
        return Used::default();
    };
    let mut used = Used::default();
    // The day of acceptance does not count (民法典 第二百零一条).
    let mut day = first;
    while let Ok(next) = day.tomorrow() {
        day = next;
        if day > last {
            break;
        }
        if !calendar.is_working(day) {
            continue;
        }
        let mut on_the_way = spans.iter().filter(|span| span.after < day && day <= span.to).peekable();
        if on_the_way.peek().is_none() {
            continue;
        }
        if on_the_way.any(|span| !span.case.pauses.iter().any(|pause| pause.covers(day))) {
            used.counted += 1;
        } else {
            used.paused += 1;
        }
    }
    used
}

/// From the day of acceptance to that of the decision, or today.
struct Span<'a> {
    case: &'a ProjectCase,
    after: Date,
    to: Date,
}

impl Span<'_> {
    fn of(case: &ProjectCase, today: Date) -> Option<Span<'_>> {
        let after = case.accepted?;
        Some(Span { case, after, to: case.ended.map_or(today, |ended| ended.min(today)) })
    }
}
