//! What is to be expected of a figure.

use std::collections::BTreeMap;

use kernel::{Actor, Date};
use store::Read;

use super::answer::{Asked, Question, allowed};
use super::{Period, Result, places};
use crate::model::{day_number, day_of};
use crate::rules::forecast::{BackTest, Expected, Forecast, History, forecast};
use crate::table::cell;
use crate::{Dimension, Figure, Refusal};

/// Days that are looked back upon, at most.
const BACK: i32 = 400;
/// Days ahead.
const AHEAD: usize = 10;

/// What is expected of one hour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hour {
    /// Which.
    pub hour: u8,
    /// How much.
    pub expected: Expected,
}

/// What is expected of the next working day, hour by hour.
#[derive(Debug, Clone, PartialEq)]
pub struct Ahead {
    /// The day.
    pub day: Date,
    /// Its hours.
    pub hours: Vec<Hour>,
    /// The error, by hour.
    pub test: BackTest,
}

/// What is to be expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreseen {
    /// The figure.
    pub figure: Figure,
    /// What happened until yesterday.
    pub history: Option<History>,
    /// Day by day.
    pub days: Forecast,
    /// Hour by hour, where the figure is kept by hour and enough is known.
    pub hours: Option<Ahead>,
}

/// The forecast of a figure for a region, perhaps narrowed. Month, grain and split of the question say nothing here.
pub fn foresee(read: &mut dyn Read, actor: &Actor, question: &Question) -> Result<Foreseen> {
    let question = Question { by: None, grain: crate::Grain::Day, ..question.clone() };
    let figure = super::book(read)?.figure(&question.figure).cloned().ok_or(Refusal::NoSuchFigure)?;
    if !figure.forecast {
        return Err(Refusal::NoForecast.into());
    }
    let (figure, narrowing) = allowed(read, actor, &question)?;
    let today = kernel::local_date(read.now());
    let calendar = organisation::calendar(read)?;
    let yesterday = today.yesterday().unwrap_or(today);
    let from = (0..BACK).try_fold(today, |day, _| day.yesterday()).unwrap_or(today);
    let period = Period { from, to: yesterday };
    let asked = Asked { figure: &figure, places: places(&question.region), narrowing: &narrowing };
    let mut counts: BTreeMap<i64, i64> = BTreeMap::new();
    for (day, _, sums) in asked.by(read, period, cell::days)?.into_iter().flatten() {
        *counts.entry(day).or_default() += sums.n;
    }
    let history = filled(&counts, yesterday);
    let days = history.as_ref().map_or_else(none, |history| forecast(history, &calendar, AHEAD));
    let by_hour = figure.split.contains(&Dimension::Hour) && question.hour.is_none() && question.item.is_none();
    let hours = match (&history, by_hour && matches!(days, Forecast::Known { .. })) {
        (Some(history), true) => {
            let asking = Question { by: Some(Dimension::Hour), ..question };
            let (_, narrowing) = allowed(read, actor, &asking)?;
            let asked = Asked { figure: &figure, places: asked.places, narrowing: &narrowing };
            by_hours(read, &asked, history, &calendar, yesterday)?
        }
        _ => None,
    };
    Ok(Foreseen { figure, history, days, hours })
}

fn none() -> Forecast {
    Forecast::TooLittle { have: 0, need: crate::rules::forecast::HISTORY_LEAST }
}

/// Every day from the first one that is known to the last, those without anything among them.
fn filled(counts: &BTreeMap<i64, i64>, last: Date) -> Option<History> {
    let first = counts.iter().find(|(_, n)| **n != 0).and_then(|(day, _)| day_of(*day))?;
    Some(History { first, counts: from_to(counts, first, last) })
}

fn from_to(counts: &BTreeMap<i64, i64>, first: Date, last: Date) -> Vec<i64> {
    let days = std::iter::successors(Some(first), |day| day.tomorrow().ok()).take_while(|day| *day <= last);
    days.map(|day| counts.get(&day_number(day)).copied().unwrap_or(0)).collect()
}

/// Each hour of the next working day by its own history.
fn by_hours(
    read: &mut dyn Read,
    asked: &Asked,
    history: &History,
    calendar: &clock::Calendar,
    last: Date,
) -> Result<Option<Ahead>> {
    let next = calendar.on_or_after(last.tomorrow().unwrap_or(last));
    let ahead = usize::try_from(crate::model::days_between(last, next)).unwrap_or(1).max(1);
    let period = Period { from: history.first, to: last };
    let mut counts: BTreeMap<i64, BTreeMap<i64, i64>> = BTreeMap::new();
    for (of, _, sums) in asked.by(read, period, cell::days_of_hours)?.into_iter().flatten() {
        *counts.entry(of % 100).or_default().entry(of / 100).or_default() += sums.n;
    }
    let (mut hours, mut tests) = (vec![], vec![]);
    for (hour, counts) in &counts {
        let history = History { first: history.first, counts: from_to(counts, history.first, last) };
        if let Forecast::Known { days, test } = forecast(&history, calendar, ahead)
            && let Some(expected) = days.last()
        {
            hours.push(Hour { hour: u8::try_from(*hour).unwrap_or(0), expected: *expected });
            tests.push(test);
        }
    }
    let Some(first) = tests.first().copied() else { return Ok(None) };
    let mean = |of: fn(&BackTest) -> f64| tests.iter().map(of).sum::<f64>() / tests.len() as f64;
    let test = BackTest {
        days: first.days,
        error: mean(|test| test.error),
        naive: mean(|test| test.naive),
        pinball: mean(|test| test.pinball),
        naive_pinball: mean(|test| test.naive_pinball),
        inside: tests.iter().map(|test| test.inside).sum::<usize>() / tests.len(),
    };
    Ok(Some(Ahead { day: next, hours, test }))
}
