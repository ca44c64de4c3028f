//! A long explanation in few cells.

use crate::day_number::number;
use crate::{Day, DayLine, Explanation, When};
use kernel::Date;
use serde::Serialize;
use std::cmp::Reverse;

/// A strip of days has at most so many cells.
pub const CELLS_MAX: usize = 15;

/// How many of them may have to be folds: between start and today, today and due date, due date and today.
const FOLDS_MAX: usize = 3;

/// One cell of a strip of days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell<'a> {
    /// A single day.
    Day(&'a DayLine),
    /// Some days in one: `9月1日至12日，8 个工作日`.
    Fold {
        /// The first day.
        from: Date,
        /// The last day.
        to: Date,
        /// How many of them count.
        counted: usize,
        /// Where they lie, seen from today; no fold reaches over today.
        when: When,
    },
}

impl Explanation {
    /// The lines as at most [`CELLS_MAX`] cells: all of them when they are few enough, else the start, today with the
    /// days about it and the due date, and what lies between folded.
    pub fn folded(&self) -> Vec<Cell<'_>> {
        if self.lines.len() <= CELLS_MAX {
            return self.lines.iter().map(Cell::Day).collect();
        }
        let kept = self.kept();
        let mut cells = vec![];
        let mut run: &[DayLine] = &[];
        for (at, line) in self.lines.iter().enumerate() {
            if kept[at] {
                cells.extend(fold(run));
                cells.push(Cell::Day(line));
                run = &[];
            } else {
                run = &self.lines[at - run.len()..=at];
            }
        }
        cells.extend(fold(run));
        cells
    }

    /// Which lines stay days of their own: the first, today, the due date and the last always, then this week, then
    /// what comes next. Past weeks are folded whole.
    fn kept(&self) -> Vec<bool> {
        let last = self.lines.len() - 1;
        let today = number(self.today);
        let this_week = i64::from(self.today.weekday().to_monday_zero_offset());
        let importance = |at: usize, line: &DayLine| match line.when {
            _ if at == 0 || at == last || line.due || line.when == When::Today => 3,
            When::Past if today - number(line.date) <= this_week => 2,
            When::Ahead => 1,
            _ => 0,
        };
        let ranked = self.lines.iter().enumerate().map(|(at, line)| (importance(at, line), line, at));
        let mut order: Vec<_> = ranked.filter(|(importance, ..)| *importance > 0).collect();
        order.sort_by_key(|(importance, line, _)| (Reverse(*importance), (number(line.date) - today).abs()));
        let mut kept = vec![false; self.lines.len()];
        order.iter().take(CELLS_MAX - FOLDS_MAX).for_each(|(_, _, at)| kept[*at] = true);
        kept
    }
}

impl Explanation {
    /// The lines with neighbours of one reason taken together, for the table day — reason — basis. The due date stands
    /// alone.
    pub fn stretches(&self) -> Vec<Stretch<'_>> {
        let together = |a: &DayLine, b: &DayLine| {
            !a.due && !b.due && (a.when == b.when || !a.what.counts()) && same_reason(&a.what, &b.what)
        };
        let stretches = self.lines.chunk_by(together).filter_map(|lines| {
            let (first, last) = (lines.first()?, lines.last()?);
            Some(Stretch { from: first.date, to: last.date, days: lines.len(), first })
        });
        stretches.collect()
    }
}

/// Neighbouring days that are to the clock what they are for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stretch<'a> {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// How many days.
    pub days: usize,
    /// The first day's line, which tells the reason for all.
    pub first: &'a DayLine,
}

/// Whether two days are the same to the clock but for their number.
fn same_reason(a: &Day, b: &Day) -> bool {
    match (a, b) {
        (Day::MakeUp(_, a), Day::MakeUp(_, b)) => a == b,
        (Day::Counted(_), Day::Counted(_))
        | (Day::Ahead(_), Day::Ahead(_))
        | (Day::Calendar(_), Day::Calendar(_))
        | (Day::Overdue(_), Day::Overdue(_)) => true,
        _ => a == b,
    }
}

/// A single day needs no fold, none no cell.
fn fold(run: &[DayLine]) -> Option<Cell<'_>> {
    match run {
        [] => None,
        [line] => Some(Cell::Day(line)),
        [first, .., last] => Some(Cell::Fold {
            from: first.date,
            to: last.date,
            counted: run.iter().filter(|line| line.what.counts()).count(),
            when: first.when,
        }),
    }
}
