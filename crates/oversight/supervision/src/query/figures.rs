//! Figures, trends, rankings and scores.

use std::collections::BTreeMap;

use kernel::{Date, DepartmentId, RegionCode, StaffId};
use store::{Error, Read, ReadExt};

use super::counties;
use crate::book::InForce;
use crate::model::day_number;
use crate::rules::{Score, Sums, reckon};
use crate::table;

/// A span of days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first.
    pub from: Date,
    /// The last.
    pub to: Date,
}

impl Period {
    /// One day.
    pub fn day(day: Date) -> Period {
        Period { from: day, to: day }
    }

    /// The month up to a day.
    pub fn month_to(day: Date) -> Period {
        Period { from: day.first_of_month(), to: day }
    }

    fn numbers(self) -> (i64, i64) {
        (day_number(self.from), day_number(self.to))
    }
}

/// What came in and went out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Applications.
    pub submitted: i64,
    /// Accepted.
    pub accepted: i64,
    /// Closed.
    pub closed: i64,
    /// Of these, without a visit.
    pub without_visit: i64,
    /// Decided.
    pub decided: i64,
    /// Of these, in the promised time.
    pub in_time: i64,
    /// Rated.
    pub rated: i64,
    /// Of these, poorly.
    pub poor: i64,
    /// Working days promised for what was decided.
    pub promised_days: i64,
    /// Working days that it took.
    pub used_days: i64,
    /// Clocks that ran out.
    pub overdue: i64,
}

impl Figures {
    fn add(&mut self, what: &str, n: i64) {
        let figure = match what {
            "submitted" => &mut self.submitted,
            "accepted" => &mut self.accepted,
            "closed" => &mut self.closed,
            "without-visit" => &mut self.without_visit,
            "decided" => &mut self.decided,
            "in-time" => &mut self.in_time,
            "rated" => &mut self.rated,
            "poor" => &mut self.poor,
            "promised-days" => &mut self.promised_days,
            "used-days" => &mut self.used_days,
            "overdue" => &mut self.overdue,
            _ => return,
        };
        *figure += n;
    }

    /// So many in a thousand; none of nothing.
    pub fn per_mille(part: i64, whole: i64) -> Option<i64> {
        (whole > 0).then(|| 1_000 * part / whole)
    }
}

/// The figures of a region and all below it.
pub fn figures(read: &mut dyn Read, region: &RegionCode, period: Period) -> Result<Figures, Error> {
    let mut figures = Figures::default();
    for (what, n) in table::tally::sums(read, counties(region), period.numbers(), "")? {
        figures.add(&what, n);
    }
    let overdue = table::flag::overdue(read, counties(region), period.numbers())?;
    figures.overdue = overdue.iter().map(|(_, _, _, n)| n).sum();
    Ok(figures)
}

/// A day of a trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub day: Date,
    /// Its figures.
    pub figures: Figures,
}

/// The figures of so many days up to `last`, day by day.
pub fn trend(read: &mut dyn Read, region: &RegionCode, last: Date, days: usize) -> Result<Vec<Day>, Error> {
    let mut all: Vec<Date> = vec![last];
    while all.len() < days.clamp(1, 366)
        && let Some(before) = all.last().and_then(|day| day.yesterday().ok())
    {
        all.push(before);
    }
    all.reverse();
    let period = Period { from: all.first().copied().unwrap_or(last), to: last };
    let mut by_day: BTreeMap<i64, Figures> = BTreeMap::new();
    for (day, what, n) in table::tally::days(read, counties(region), period.numbers())? {
        by_day.entry(day).or_default().add(&what, n);
    }
    for (day, _, _, n) in table::flag::overdue(read, counties(region), period.numbers())? {
        by_day.entry(day).or_default().add("overdue", n);
    }
    let figures = |day: &Date| by_day.get(&day_number(*day)).copied().unwrap_or_default();
    Ok(all.iter().map(|day| Day { day: *day, figures: figures(day) }).collect())
}

/// How many clocks ran out, by the rule that tells of each, the most first.
pub fn overdue_by_rule(read: &mut dyn Read, region: &RegionCode, period: Period) -> Result<Vec<(String, i64)>, Error> {
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for (_, _, rule, n) in table::flag::overdue(read, counties(region), period.numbers())? {
        *sums.entry(rule).or_default() += n;
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by_key(|(rule, n)| (-n, rule.clone()));
    Ok(sums)
}

/// Whose score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// A region's, with all below it.
    Region(RegionCode),
    /// A department's.
    Department(DepartmentId),
    /// A person's: what they did themselves.
    Person(StaffId),
}

/// A score with its sum.
pub fn score(read: &mut dyn Read, whose: &Whose, period: Period) -> Result<Score, Error> {
    let terms = read.cached::<InForce>()?;
    let days = period.numbers();
    let (range, department, person) = match whose {
        Whose::Region(region) => (counties(region), String::new(), None),
        Whose::Department(department) => (counties(&department.region), department.to_string(), None),
        Whose::Person(person) => ((0, i64::MAX), String::new(), Some(person)),
    };
    let mut sums: Sums = table::flag::graded(read, range, days, &department, person)?;
    if person.is_none() {
        for (what, n) in table::tally::sums(read, range, days, &department)? {
            match what.as_str() {
                "poor" => sums.poor = n,
                "promised-days" => sums.promised = n,
                "used-days" => sums.used = n,
                _ => {}
            }
        }
    }
    Ok(reckon(&terms.0.score, &sums))
}

/// Whom a ranking compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A region.
    Region(RegionCode),
    /// A department.
    Department(DepartmentId),
}

/// A line of a ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Whose.
    pub place: Place,
    /// The score with its sum.
    pub score: Score,
    /// The figures; of a department, zero but for those of its score.
    pub figures: Figures,
}

/// The most places of one ranking.
const RANKED_MOST: usize = 60;

/// The scores of regions, the best first; of one without others below it, those of its departments that had anything to do.
pub fn ranking(
    read: &mut dyn Read,
    regions: &[RegionCode],
    of_departments: Option<&RegionCode>,
    period: Period,
) -> Result<Vec<Ranked>, Error> {
    let mut ranked = vec![];
    for region in regions.iter().take(RANKED_MOST) {
        let score = score(read, &Whose::Region(*region), period)?;
        let figures = figures(read, region, period)?;
        ranked.push(Ranked { place: Place::Region(*region), score, figures });
    }
    if let Some(region) = of_departments {
        for department in table::tally::departments(read, counties(region), period.numbers(), RANKED_MOST)? {
            let score = score(read, &Whose::Department(department), period)?;
            let range = counties(&department.region);
            let mut figures = Figures::default();
            for (what, n) in table::tally::sums(read, range, period.numbers(), &department.to_string())? {
                figures.add(&what, n);
            }
            ranked.push(Ranked { place: Place::Department(department), score, figures });
        }
    }
    ranked.sort_by_key(|one| -one.score.tenths);
    Ok(ranked)
}

/// A department with its cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carded {
    /// Which.
    pub department: DepartmentId,
    /// Yellow.
    pub yellow: i64,
    /// Red.
    pub red: i64,
}

/// The departments of a region with cards that stand, the worst first, at most a hundred: for everybody.
pub fn cards(read: &mut dyn Read, region: &RegionCode, period: Period) -> Result<Vec<Carded>, Error> {
    let found = table::flag::carded(read, counties(region), period.numbers(), 100)?;
    Ok(found.into_iter().map(|(department, yellow, red)| Carded { department, yellow, red }).collect())
}
