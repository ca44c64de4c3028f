//! Sums of figures, and the rates that come from them.

use std::collections::BTreeMap;

use crate::settings;

/// Figures by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums(pub BTreeMap<String, i64>);

impl Sums {
    /// One figure; 0 if there is none.
    pub fn get(&self, what: &str) -> i64 {
        self.0.get(what).copied().unwrap_or(0)
    }

    /// Adds to one figure.
    pub fn add(&mut self, what: &str, n: i64) {
        match self.0.get_mut(what) {
            Some(sum) => *sum += n,
            None => drop(self.0.insert(what.to_owned(), n)),
        }
    }

    /// Adds all figures of another.
    pub fn absorb(&mut self, other: &Sums) {
        other.0.iter().for_each(|(what, n)| self.add(what, *n));
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(|n| *n == 0)
    }

    /// Ratings by level, the best first; those that were set aside are not among them.
    pub fn levels(&self) -> [i64; 5] {
        ["level-1", "level-2", "level-3", "level-4", "level-5"].map(|what| self.get(what))
    }

    /// Ratings that count.
    pub fn ratings(&self) -> i64 {
        self.levels().iter().sum()
    }

    /// 好评率: very satisfied, satisfied and fairly satisfied out of the ratings that count. A service that nobody rated is in
    /// neither part.
    pub fn satisfied(&self) -> Rate {
        let [very, well, fairly, ..] = self.levels();
        Rate { part: very + well + fairly, whole: self.ratings() }
    }

    /// 主动评价率: services that somebody rated out of all that ended.
    pub fn response(&self) -> Rate {
        Rate { part: self.get("rated"), whole: self.get("ended") }
    }

    /// 差评整改率: put right out of all poor ratings that were not set aside.
    pub fn redressed(&self) -> Rate {
        Rate { part: self.get("rectified"), whole: self.get("redress") - self.get("set-aside") }
    }

    /// 按期联系率: called back in time out of all that were or should have been called.
    pub fn contacted(&self) -> Rate {
        Rate { part: self.get("contacted-in-time"), whole: self.get("contact-due") }
    }

    /// 按时办结率: decided in time out of all decided.
    pub fn on_time(&self) -> Rate {
        Rate { part: self.get("in-time"), whole: self.get("decided") }
    }

    /// 网上申请率: handed in online out of all that came in.
    pub fn online(&self) -> Rate {
        Rate { part: self.get("in-online"), whole: self.get("in") }
    }

    /// Working days used out of those the law allows, where both are known.
    pub fn days(&self) -> Rate {
        Rate { part: self.get("days-used"), whole: self.get("days-statutory") }
    }

    /// The mean score out of 5, where 5 is the best, in tenths; none below the least number of ratings.
    pub fn score_tenths(&self) -> Option<i64> {
        let (levels, whole) = (self.levels(), self.ratings());
        let points: i64 = levels.iter().zip([5, 4, 3, 2, 1]).map(|(n, points)| n * points).sum();
        (whole >= settings().ratings_least).then(|| (points * 20 + whole) / (whole * 2))
    }
}

/// A part of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The part.
    pub part: i64,
    /// The whole.
    pub whole: i64,
}

impl Rate {
    /// In tenths of a per cent, rounded half up; none where there is nothing to compare with.
    pub fn permille(&self) -> Option<i64> {
        (self.whole > 0).then(|| (self.part * 2_000 + self.whole) / (self.whole * 2))
    }

    /// As [`Rate::permille`], but none if the whole is too small to say anything.
    pub fn fair(&self) -> Option<i64> {
        self.permille().filter(|_| self.whole >= settings().ratings_least)
    }
}
