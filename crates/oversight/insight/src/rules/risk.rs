//! How likely a case is decided too late: as often as past cases were that had used the same share of their limit and were not decided yet.
//!
//! Few past cases say little, so each share is drawn towards that of the wider group by a stated weight: the department's cases of the
//! item towards all cases of the item, those towards all cases.

use std::collections::BTreeMap;

use kernel::{BasicCode, Date};

use crate::model::days_between;

/// The value of a case that was decided too late; 0 to 10 are tenths of the limit.
pub const LATE: i64 = 11;
/// As many past cases the wider group weighs.
pub const WEIGHT: f64 = 20.0;
/// Past cases without which nothing is said.
pub const CASES_LEAST: i64 = 50;
/// Held-out cases without which no error is told.
pub const HELD_OUT_LEAST: i64 = 20;

/// How many tenths of the time from acceptance to the last day were over on a day; [`LATE`] beyond it. Days are days of the calendar, so that
/// a change of holidays never changes what was counted.
pub fn used(accepted: Date, due: Date, on: Date) -> i64 {
    if on > due {
        return LATE;
    }
    let whole = days_between(accepted, due).max(1);
    (days_between(accepted, on).max(0) * 10 / whole).min(10)
}

/// Decided cases by the share of the limit that they used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Past([i64; LATE as usize + 1]);

impl Past {
    /// So many more cases with this value.
    pub fn add(&mut self, value: i64, n: i64) {
        if let Some(cell) = usize::try_from(value).ok().and_then(|at| self.0.get_mut(at)) {
            *cell += n;
        }
    }

    /// Together with others.
    pub fn join(&mut self, other: &Past) {
        self.0.iter_mut().zip(other.0).for_each(|(cell, n)| *cell += n);
    }

    /// How many got as far without being decided before, and how many of these were late.
    pub fn reached(&self, tenths: i64) -> (i64, i64) {
        let from = usize::try_from(tenths.clamp(0, LATE)).unwrap_or(0);
        (self.0[from..].iter().sum(), self.0[LATE as usize])
    }

    /// All cases.
    pub fn all(&self) -> i64 {
        self.0.iter().sum()
    }
}

/// What past cases say, from the narrowest group to the widest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Of one item in one region.
    pub own: BTreeMap<(i64, String), Past>,
    /// Of one item.
    pub items: BTreeMap<String, Past>,
    /// Of all.
    pub all: Past,
}

/// How likely a case is late, and on what that rests.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Risk {
    /// From 0 to 1.
    pub share: f64,
    /// Tenths of the limit that are used.
    pub tenths: i64,
    /// The department's past cases of the item that got as far, and how many were late.
    pub own: (i64, i64),
    /// All past cases of the item that got as far, and how many were late.
    pub item: (i64, i64),
    /// All past cases that got as far, and how many were late.
    pub all: (i64, i64),
}

impl History {
    /// The risk of a case of an item in a region that has used so many tenths of its limit.
    pub fn risk(&self, place: i64, item: &BasicCode, tenths: i64) -> Risk {
        self.risk_of(&(place, item.to_string()), tenths)
    }

    fn risk_of(&self, key: &(i64, String), tenths: i64) -> Risk {
        let reached = |past: Option<&Past>| past.map_or((0, 0), |past| past.reached(tenths));
        let (own, item, all) = (reached(self.own.get(key)), reached(self.items.get(&key.1)), self.all.reached(tenths));
        let widest = if all.0 > 0 { all.1 as f64 / all.0 as f64 } else { 0.0 };
        let drawn = |(n, late): (i64, i64), wider: f64| (late as f64 + WEIGHT * wider) / (n as f64 + WEIGHT);
        let share = if tenths >= LATE { 1.0 } else { drawn(own, drawn(item, widest)) };
        Risk { share, tenths, own, item, all }
    }
}

/// The error on cases that were held out: the mean squared distance of the told likelihood from what came (Brier), beside that of telling
/// everybody the same share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BackTest {
    /// How many cases were held out.
    pub cases: i64,
    /// Of these, late.
    pub late: i64,
    /// How often a likelihood was told for them: at each tenth of the limit that they reached.
    pub told: i64,
    /// Brier score.
    pub brier: f64,
    /// Brier score of the share of all late cases.
    pub base: f64,
}

/// The error of what `known` says about cases that came later; none where either is too little.
pub fn back_test(known: &History, later: &BTreeMap<(i64, String), Past>) -> Option<BackTest> {
    if known.all.all() < CASES_LEAST {
        return None;
    }
    let (all, late) = known.all.reached(0);
    let base_rate = late as f64 / all as f64;
    let (mut cases, mut late, mut told, mut brier, mut base) = (0, 0, 0, 0.0, 0.0);
    for (key, past) in later {
        for (value, n) in (0..).zip(past.0) {
            let is = f64::from(u8::from(value == LATE));
            for tenths in 0..=value.min(10) {
                let share = known.risk_of(key, tenths).share;
                brier += n as f64 * (share - is).powi(2);
                base += n as f64 * (base_rate - is).powi(2);
                told += n;
            }
            cases += n;
            late += if value == LATE { n } else { 0 };
        }
    }
    let mean = |sum: f64| sum / told as f64;
    (cases >= HELD_OUT_LEAST).then(|| BackTest { cases, late, told, brier: mean(brier), base: mean(base) })
}
