//! How a score is reckoned (效能得分), and what is counted for the figures.

use clock::{Calendar, Limit};

use crate::{ScoreTerms, Seen, Sign, Watch};

/// What a score rests on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Warnings.
    pub warning: i64,
    /// Yellow cards.
    pub yellow: i64,
    /// Red cards.
    pub red: i64,
    /// Poor ratings.
    pub poor: i64,
    /// Working days promised for what was decided.
    pub promised: i64,
    /// Working days that it took.
    pub used: i64,
}

/// A line of the sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Of what: `start`, `warning`, `yellow`, `red`, `poor` or `early`.
    pub what: &'static str,
    /// How many of them; of `early`, the share saved in tenths of a per cent.
    pub count: i64,
    /// What it adds, in tenths of a point.
    pub tenths: i64,
}

/// A score with its sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// In tenths of a point, never below 0.
    pub tenths: i64,
    /// The lines; their sum is the score unless it would be below 0.
    pub lines: Vec<Line>,
}

/// The score of these sums.
pub fn reckon(terms: &ScoreTerms, sums: &Sums) -> Score {
    let less = |what, count: i64, points: i64| Line { what, count, tenths: -10 * points * count };
    let saved = if sums.promised > 0 { (1_000 * (sums.promised - sums.used) / sums.promised).max(0) } else { 0 };
    let lines = vec![
        Line { what: "start", count: 1, tenths: 10 * terms.start },
        less("warning", sums.warning, terms.warning),
        less("yellow", sums.yellow, terms.yellow),
        less("red", sums.red, terms.red),
        less("poor", sums.poor, terms.poor),
        Line { what: "early", count: saved, tenths: terms.early_most * saved / 100 },
    ];
    Score { tenths: lines.iter().map(|line| line.tenths).sum::<i64>().max(0), lines }
}

/// What an entry adds to the figures; `watch` as it was before it, none for an application.
pub(crate) fn counted(calendar: &Calendar, watch: Option<&Watch>, sign: &Sign) -> Vec<(&'static str, i64)> {
    match (&sign.saw, watch) {
        (Seen::Submitted { .. }, None) => vec![("submitted", 1)],
        (Seen::Accepted { .. }, Some(_)) => vec![("accepted", 1)],
        (Seen::Decided { on, .. }, Some(watch)) => {
            let mut counts = vec![("decided", 1)];
            let Some(handling) = &watch.handling else { return counts };
            let in_time = handling.clock.due_at(calendar, *on).projected >= *on;
            counts.push(("in-time", i64::from(in_time)));
            if let Limit::Working(days) = handling.clock.limit {
                let total =
                    i64::from(days) + handling.clock.extension.as_ref().map_or(0, |more| i64::from(more.days()));
                counts.push(("promised-days", total));
                counts.push(("used-days", total - handling.clock.remaining(calendar, *on)));
            }
            counts
        }
        (Seen::Closed { .. }, Some(watch)) => {
            vec![("closed", 1), ("without-visit", i64::from(watch.online && watch.served == Some(false)))]
        }
        (Seen::Rated { poor }, Some(_)) => vec![("rated", 1), ("poor", i64::from(*poor))],
        (Seen::SetAside, Some(_)) => vec![("poor", -1)],
        _ => vec![],
    }
}
