//! What is to be expected: the median of the latest days of the same kind, with the error that it would have made so far.
//!
//! A day's kind is its weekday and whether it is worked, by the calendar: a Saturday worked in exchange for a holiday is like working days, a
//! Wednesday of a festival like days off. The error is measured on days that the forecast did not know, beside the simplest one there is:
//! as many as on the same weekday a week before.

use clock::Calendar;
use kernel::Date;

/// Days looked back upon for one day, at most.
const SAME_KIND: usize = 8;
/// Days of one kind that make a median, at least.
const SAME_KIND_LEAST: usize = 3;
/// Days of history without which nothing is said.
pub const HISTORY_LEAST: usize = 28;
/// Days that are held out to measure the error, at most.
const HELD_OUT: usize = 28;
/// Days before the first that is held out.
const BEFORE: usize = 14;
/// How far ahead the error is measured: as far as the simplest forecast looks back.
const AHEAD: usize = 7;

/// What happened day by day, without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// The first day.
    pub first: Date,
    /// From then on, one number a day.
    pub counts: Vec<i64>,
}

/// What is expected of a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// Which.
    pub day: Date,
    /// Whether it is worked.
    pub working: bool,
    /// One day in ten had less.
    pub low: f64,
    /// The median.
    pub middle: f64,
    /// One day in ten had more.
    pub high: f64,
    /// On how many days of the same kind it rests.
    pub rests_on: usize,
}

/// The error on days that were held out, beside that of the simplest forecast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BackTest {
    /// How many days were held out.
    pub days: usize,
    /// Mean absolute error of the median.
    pub error: f64,
    /// Mean absolute error of "as on the same weekday a week before".
    pub naive: f64,
    /// Mean pinball loss of the upper bound, at nine tenths.
    pub pinball: f64,
    /// The same of the simplest forecast.
    pub naive_pinball: f64,
    /// Of the days held out, how many lay between the bounds.
    pub inside: usize,
}

/// A forecast, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub enum Forecast {
    /// Too little is known.
    TooLittle {
        /// Days that are known.
        have: usize,
        /// Days that are needed.
        need: usize,
    },
    /// What is expected.
    Known {
        /// Day by day.
        days: Vec<Expected>,
        /// The error.
        test: BackTest,
    },
}

/// The forecast of so many days after the history.
pub fn forecast(history: &History, calendar: &Calendar, days: usize) -> Forecast {
    let have = history.counts.len();
    let too_little = Forecast::TooLittle { have, need: HISTORY_LEAST };
    if have < HISTORY_LEAST {
        return too_little;
    }
    let kinds = Kinds::new(history, calendar, days.max(1));
    let expected = (have..have + days).map(|at| expect(&kinds, &history.counts, at));
    match (expected.collect::<Option<Vec<_>>>(), test(&kinds, &history.counts)) {
        (Some(days), Some(test)) => Forecast::Known { days, test },
        _ => too_little,
    }
}

/// What kind of day each is: history and the days to come.
struct Kinds(Vec<(Date, bool)>);

impl Kinds {
    fn new(history: &History, calendar: &Calendar, ahead: usize) -> Kinds {
        let all = std::iter::successors(Some(history.first), |day| day.tomorrow().ok());
        let all = all.take(history.counts.len() + ahead);
        Kinds(all.map(|day| (day, calendar.is_working(day))).collect())
    }
}

/// What is expected of the day at place `at`, by what came at least a week before it where the history has it, else by all of it.
fn expect(kinds: &Kinds, counts: &[i64], at: usize) -> Option<Expected> {
    let (day, working) = *kinds.0.get(at)?;
    let samples = samples(kinds, counts, at)?;
    let [low, middle, high] = [0.1, 0.5, 0.9].map(|share| quantile(&samples, share));
    Some(Expected { day, working, low, middle, high, rests_on: samples.len() })
}

/// The latest days of the same kind before place `at`, in the order of their numbers.
fn samples(kinds: &Kinds, counts: &[i64], at: usize) -> Option<Vec<i64>> {
    let (day, working) = *kinds.0.get(at)?;
    let before = || counts.iter().zip(&kinds.0).take(at).rev();
    let same = |weekday: bool| {
        let found = before()
            .filter(move |(_, (other, works))| *works == working && (!weekday || other.weekday() == day.weekday()));
        found.map(|(n, _)| *n).take(SAME_KIND).collect::<Vec<i64>>()
    };
    let mut samples = same(true);
    if samples.len() < SAME_KIND_LEAST {
        samples = same(false);
    }
    samples.sort_unstable();
    (samples.len() >= SAME_KIND_LEAST).then_some(samples)
}

/// A quantile of sorted numbers, between neighbours in proportion.
fn quantile(sorted: &[i64], share: f64) -> f64 {
    let place = share * (sorted.len().saturating_sub(1)) as f64;
    let (low, part) = (place.floor() as usize, place.fract());
    let at = |place: usize| sorted.get(place).or(sorted.last()).copied().unwrap_or(0) as f64;
    at(low) + (at(low + 1) - at(low)) * part
}

/// Each day held out is forecast from what was known a week before it.
fn test(kinds: &Kinds, counts: &[i64]) -> Option<BackTest> {
    let first = counts.len().saturating_sub(HELD_OUT).max(BEFORE);
    let (mut sums, mut inside, mut days) = ([0.0; 4], 0, 0);
    for at in first..counts.len() {
        let known = &counts[..=at - AHEAD];
        let Some(expected) = expect(kinds, known, at) else { continue };
        let (is, naive) = (counts[at] as f64, counts[at - AHEAD] as f64);
        let errors = [(is - expected.middle).abs(), (is - naive).abs(), pinball(is, expected.high), pinball(is, naive)];
        sums.iter_mut().zip(errors).for_each(|(sum, error)| *sum += error);
        inside += usize::from((expected.low..=expected.high).contains(&is));
        days += 1;
    }
    let [error, naive, pinball, naive_pinball] = sums.map(|sum| sum / days as f64);
    (days >= HELD_OUT / 4).then_some(BackTest { days, error, naive, pinball, naive_pinball, inside })
}

/// What an upper bound that nine of ten should not pass costs: too low costs nine times as much as too high.
fn pinball(is: f64, bound: f64) -> f64 {
    if is > bound { 0.9 * (is - bound) } else { 0.1 * (bound - is) }
}
