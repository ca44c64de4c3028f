//! The run report (运行报告) of a month: a region or a department of it, compared with its peers and with other months; and the
//! proof that its figures are what a recount gives.

use std::collections::BTreeMap;

use kernel::{Date, KindCode, Level, RegionCode};
use organisation::{Kinds, Regions};
use store::{Error, Read, ReadExt};

use super::counties;
use crate::{FIGURES, Sums, follow, table};

/// Months of the trend, this one included: the last one is the same month of the year before.
const TREND: usize = 13;
/// Services recounted at a time.
const PAGE: usize = 500;
/// Months that are offered.
const MONTHS_MOST: usize = 60;

/// A place with its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Which.
    pub code: RegionCode,
    /// Its name.
    pub name: String,
    /// Its figures, of all below it too.
    pub sums: Sums,
}

/// A kind of department with its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Which.
    pub kind: KindCode,
    /// What people call it.
    pub name: String,
    /// Its figures.
    pub sums: Sums,
}

/// The report of one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthReport {
    /// Of which region.
    pub region: RegionCode,
    /// Of which kind of department; none for all.
    pub kind: Option<KindCode>,
    /// Which month: 202611.
    pub month: i64,
    /// The figures.
    pub own: Sums,
    /// The month before.
    pub before: Sums,
    /// The same month of the year before.
    pub last_year: Sums,
    /// Thirteen months, the oldest first.
    pub trend: Vec<(i64, Sums)>,
    /// Regions beside this one, this one among them.
    pub peers: Vec<Place>,
    /// Regions directly below.
    pub below: Vec<Place>,
    /// Kinds of department.
    pub units: Vec<Unit>,
    /// Online and window.
    pub ways: BTreeMap<String, Sums>,
    /// Items by code.
    pub items: BTreeMap<String, Sums>,
}

/// The report of `month` for a region (and all below it), or for one kind of department there.
pub fn report(
    read: &mut dyn Read,
    region: &RegionCode,
    kind: Option<&KindCode>,
    month: i64,
) -> Result<MonthReport, Error> {
    let regions = read.cached::<Regions>()?;
    let department = pattern(region, kind);
    let counties_of = counties(region);
    let months = months_to(month);
    let first = months.first().copied().unwrap_or(month);
    let mut found = table::figure::by_month(read, (first, month), counties_of, &department)?;
    let trend: Vec<(i64, Sums)> =
        months.into_iter().map(|month| (month, found.remove(&month).unwrap_or_default())).collect();
    let back = |n: usize| trend.len().checked_sub(n + 1).map(|at| trend[at].1.clone()).unwrap_or_default();
    let units = units(read, month, counties_of)?;
    let parent = region.parent().filter(|_| region.level() <= Level::County);
    let peers = match parent {
        Some(parent) => places(read, &regions, &parent, kind, month)?,
        None => vec![],
    };
    Ok(MonthReport {
        own: back(0),
        before: back(1),
        last_year: back(TREND - 1),
        peers,
        below: places(read, &regions, region, kind, month)?,
        units,
        ways: table::figure::by_way(read, month, counties_of, &department)?,
        items: table::figure::by_item(read, month, counties_of, &department)?,
        trend,
        region: *region,
        kind: kind.copied(),
        month,
    })
}

/// What a department must match: the town's digits where the region is one, and the kind.
fn pattern(region: &RegionCode, kind: Option<&KindCode>) -> String {
    let place = match region.level() {
        Level::Town => format!("{}%", &region.to_string()[..9]),
        Level::Village => region.to_string(),
        _ => "%".to_owned(),
    };
    match kind {
        Some(kind) => format!("{place}-{kind}"),
        None => format!("{place}-%"),
    }
}

/// Thirteen months that end with `month`, the oldest first.
fn months_to(month: i64) -> Vec<i64> {
    let mut months: Vec<i64> =
        std::iter::successors(Some(month), |month| Some(month_before(*month))).take(TREND).collect();
    months.reverse();
    months
}

fn month_before(month: i64) -> i64 {
    if month % 100 <= 1 { month - 89 } else { month - 1 }
}

/// The regions directly below `region` that are kept apart: cities of a province, counties of a city.
fn places(
    read: &mut dyn Read,
    regions: &Regions,
    region: &RegionCode,
    kind: Option<&KindCode>,
    month: i64,
) -> Result<Vec<Place>, Error> {
    let step = match region.level() {
        Level::Province => 100,
        Level::City => 1,
        _ => return Ok(vec![]),
    };
    let department = pattern(region, kind);
    let mut sums = table::figure::by_place(read, month, counties(region), step, &department)?;
    let children = regions.children(region).filter(|child| child.level() <= Level::County);
    Ok(children
        .map(|child| Place {
            code: child.code,
            name: child.name.clone(),
            sums: sums.remove(&crate::model::county_number(&child.code)).unwrap_or_default(),
        })
        .collect())
}

fn units(read: &mut dyn Read, month: i64, counties: (i64, i64)) -> Result<Vec<Unit>, Error> {
    let kinds = read.cached::<Kinds>()?;
    let sums = table::figure::by_kind(read, month, counties)?;
    let unit = |(code, sums): (String, Sums)| {
        let kind: KindCode = code.parse().ok()?;
        Some(Unit { kind, name: kinds.get(&kind).map_or_else(|| code.clone(), |kind| kind.short.clone()), sums })
    };
    Ok(sums.into_iter().filter_map(unit).collect())
}

/// The months that have figures, latest first.
pub fn months(read: &mut dyn Read) -> Result<Vec<i64>, Error> {
    table::figure::months(read, MONTHS_MOST)
}

/// A figure that is not what a recount gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which.
    pub what: String,
    /// What the figures hold.
    pub kept: i64,
    /// What the rows give.
    pub counted: i64,
}

/// Counts all services of a month anew, and the applications against casework's own tally; what differs from the kept
/// figures. Right only when the followers have caught up.
pub fn recount(read: &mut dyn Read, month: i64) -> Result<Vec<Difference>, Error> {
    let mut counted = Sums::default();
    let mut after = String::new();
    loop {
        let services = table::service::of_month(read, month, &after, PAGE)?;
        services.iter().for_each(|service| counted.absorb(&follow::figures_of(service).1));
        match services.last() {
            Some(last) if services.len() == PAGE => after = last.subject.to_string(),
            _ => break,
        }
    }
    if let Some((first, last)) = days_of(month) {
        let regions = read.cached::<Regions>()?;
        for root in regions.roots() {
            counted.add("in", casework::query::figures(read, &root.code, first, last)?.submitted);
        }
    }
    let kept = table::figure::of_month(read, month)?;
    let names = FIGURES.iter().copied().chain(["in"]);
    Ok(names
        .map(|what| Difference { what: what.to_owned(), kept: kept.get(what), counted: counted.get(what) })
        .filter(|found| found.kept != found.counted)
        .collect())
}

/// First and last day of a month.
fn days_of(month: i64) -> Option<(Date, Date)> {
    let first = Date::new(i16::try_from(month / 100).ok()?, i8::try_from(month % 100).ok()?, 1).ok()?;
    Some((first, first.last_of_month()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirteen_months_reach_back_over_the_new_year() {
        let months = months_to(202_602);
        assert_eq!((months.len(), months[0], months[11], months[12]), (13, 202_502, 202_601, 202_602));
        assert_eq!(month_before(202_601), 202_512);
        assert_eq!(days_of(202_602), Some((Date::constant(2026, 2, 1), Date::constant(2026, 2, 28))));
    }
}
