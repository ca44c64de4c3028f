//! Open cases by how likely they are decided too late.

use std::collections::BTreeMap;

use casework::Stage;
use casework::query::CaseLine;
use kernel::{Actor, Date, Duty};
use store::{Error, Failure, Read};

use super::{Period, Result, places};
use crate::model::{day_of, days_between, place_number};
use crate::rules::risk::{BackTest, CASES_LEAST, History, LATE, Past, Risk, back_test, used};
use crate::{Refusal, table};

/// Days of past cases that are looked at.
const BACK: i64 = 730;
/// Days whose cases are held out to measure the error: a quarter of those that are known, and at most so many.
const HELD_OUT_MOST: i64 = 28;
/// Open cases of each stage that are looked at: those that must be decided first.
const LOOKED_AT: usize = 300;
/// Lines at most.
const LINES: usize = 100;

/// An open case with its risk.
#[derive(Debug, Clone, PartialEq)]
pub struct AtRisk {
    /// The case.
    pub case: CaseLine,
    /// The last day to decide it.
    pub due: Date,
    /// How likely it is late, and why.
    pub risk: Risk,
}

/// Open cases by their risk.
#[derive(Debug, Clone, PartialEq)]
pub struct Risks {
    /// The likeliest first.
    pub lines: Vec<AtRisk>,
    /// How many open cases were looked at.
    pub looked_at: usize,
    /// Whether there are more, that need not be decided before these.
    pub more: bool,
    /// Past cases on which it rests.
    pub past: i64,
    /// The fewest on which anything is said.
    pub need: i64,
    /// Days that were held out to measure the error.
    pub held_out: i64,
    /// The error on the cases of these days; none while there are too few.
    pub test: Option<BackTest>,
}

/// The open cases that somebody works on or watches, the likeliest to be late first. While too few cases were decided, those without a risk
/// that is sure (already late) are left out, and the answer says how many are needed.
pub fn risks(read: &mut dyn Read, actor: &Actor) -> Result<Risks> {
    let today = kernel::local_date(read.now());
    let mut looked_at = vec![];
    let mut more = false;
    for stage in [Stage::Accepted, Stage::Reviewed] {
        let mut cursor = None;
        for _ in 0..LOOKED_AT / 100 {
            let page = match casework::query::queue(read, actor, stage, 100, cursor.as_deref()) {
                Ok(page) => page,
                Err(Failure::Broken(error)) => return Err(Failure::Broken(error)),
                Err(Failure::Refused(_)) => break,
            };
            looked_at.extend(page.lines);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        more |= cursor.is_some();
    }
    if looked_at.is_empty() && !may(actor) {
        return Err(Refusal::NotStaff.into());
    }
    let history = Known::load(read, actor, today)?;
    let past = history.all.all.all();
    let lines = looked_at.iter().filter_map(|case| {
        let (accepted, due) = (case.accepted?, case.next_by?);
        let tenths = used(accepted, due, today);
        let risk = history.all.risk(place_number(&case.department.region), &case.item, tenths);
        (tenths >= LATE || past >= CASES_LEAST).then(|| AtRisk { case: case.clone(), due, risk })
    });
    let mut lines: Vec<AtRisk> = lines.collect();
    lines.sort_by(|one, other| {
        other
            .risk
            .share
            .total_cmp(&one.risk.share)
            .then_with(|| (one.due, one.case.number).cmp(&(other.due, other.case.number)))
    });
    lines.truncate(LINES);
    let test = back_test(&history.before, &history.later);
    Ok(Risks { lines, looked_at: looked_at.len(), more, past, need: CASES_LEAST, held_out: history.held_out, test })
}

/// Who works on cases that wait for a decision, or watches over them.
fn may(actor: &Actor) -> bool {
    [Duty::Review, Duty::Decide, Duty::Supervise].iter().any(|duty| actor.holds(*duty))
}

/// Past cases: all of them, those before the days held out, and those of these days.
struct Known {
    all: History,
    before: History,
    later: BTreeMap<(i64, String), Past>,
    held_out: i64,
}

impl Known {
    fn load(read: &mut dyn Read, actor: &Actor, today: Date) -> std::result::Result<Known, Error> {
        let back = |days: i64| (0..days).try_fold(today, |day, _| day.yesterday()).unwrap_or(today);
        let first = table::cell::first_day(read, "limit-used")?.and_then(day_of).unwrap_or(today);
        let held_out = (days_between(first, today) / 4).clamp(1, HELD_OUT_MOST);
        let split = back(held_out);
        let before = Period { from: back(BACK), to: split.yesterday().unwrap_or(split) };
        let later = Period { from: split, to: today };
        let mut ranges: Vec<(i64, i64)> = match actor {
            Actor::Staff { powers, .. } => powers.iter().map(|power| places(&power.scope.region)).collect(),
            Actor::System(_) | Actor::Citizen { .. } => vec![],
        };
        ranges.sort_by_key(|(low, high)| (*low, std::cmp::Reverse(*high)));
        // Ranges of regions lie within each other or apart.
        let mut beyond = -1;
        ranges.retain(|(_, high)| {
            let is_new = *high > beyond;
            beyond = beyond.max(*high);
            is_new
        });
        let known = history(read, before, &ranges)?;
        let recent = history(read, later, &ranges)?;
        let mut all = known.clone();
        recent.own.iter().for_each(|(key, past)| all.own.entry(key.clone()).or_default().join(past));
        recent.items.iter().for_each(|(key, past)| all.items.entry(key.clone()).or_default().join(past));
        all.all.join(&recent.all);
        Ok(Known { all, before: known, later: recent.own, held_out })
    }
}

fn history(read: &mut dyn Read, period: Period, ranges: &[(i64, i64)]) -> std::result::Result<History, Error> {
    let mut history = History::default();
    for (item, value, n) in table::past::items(read, period.numbers())? {
        history.items.entry(item).or_default().add(value, n);
        history.all.add(value, n);
    }
    for range in ranges {
        for (place, item, value, n) in table::past::places(read, period.numbers(), *range)? {
            history.own.entry((place, item)).or_default().add(value, n);
        }
    }
    Ok(history)
}
