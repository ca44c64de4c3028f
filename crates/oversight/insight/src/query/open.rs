//! What is published: each public figure by whole month and city, with the whole, without small numbers and without what would give them
//! away. There is one such table a figure and no other way to ask, so that no two answers can be subtracted from each other.

use std::collections::BTreeMap;

use kernel::{RegionCode, Timestamp};
use organisation::Regions;
use store::{Error, Read, ReadExt};

use super::answer::{Reading, first_day, reading};
use super::period::{first_of, month_of, months_before};
use super::{Period, Result, places};
use crate::book::InForce;
use crate::model::{day_of, region_of};
use crate::rules::suppress;
use crate::table::cell::{self, Narrow};
use crate::{Figure, OpenTerms, Refusal, Sums};

/// A number as it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenValue {
    /// Too small a number, or one that would give such a number away.
    Hidden,
    /// There is nothing.
    Nothing,
    /// How many.
    Count(i64),
    /// A share, in a thousand.
    PerMille(i64),
    /// How values spread: the median and the ninth decile.
    Spread {
        /// The median.
        median: i64,
        /// The ninth decile.
        p90: i64,
    },
}

impl OpenValue {
    /// As a number for drawings.
    pub fn number(&self) -> Option<f64> {
        match self {
            OpenValue::Hidden | OpenValue::Nothing => None,
            OpenValue::Count(n) => Some(*n as f64),
            OpenValue::PerMille(n) => Some(*n as f64 / 10.0),
            OpenValue::Spread { median, .. } => Some(*median as f64),
        }
    }

    fn of(reading: Reading, hidden: bool) -> OpenValue {
        if hidden {
            return OpenValue::Hidden;
        }
        match reading {
            Reading::Count(n) => OpenValue::Count(n),
            Reading::Share { whole: 0, .. } | Reading::Spread(None) => OpenValue::Nothing,
            Reading::Share { part, whole } => OpenValue::PerMille((part * 1_000 + whole / 2) / whole),
            Reading::Spread(Some(spread)) => OpenValue::Spread { median: spread.median, p90: spread.p90 },
            Reading::Amount(_) | Reading::Published(_) => OpenValue::Hidden,
        }
    }
}

/// A month of a published table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenMonth {
    /// Which, as 202611.
    pub month: i64,
    /// One value for each place.
    pub cells: Vec<OpenValue>,
    /// Of all together.
    pub whole: OpenValue,
}

/// A published table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTable {
    /// The figure.
    pub figure: Figure,
    /// On which terms.
    pub terms: OpenTerms,
    /// The whole.
    pub root: RegionCode,
    /// The cities, and first the whole itself for what is its own.
    pub places: Vec<RegionCode>,
    /// The months, latest first.
    pub months: Vec<OpenMonth>,
    /// Until when the journal is in it.
    pub reached: Option<Timestamp>,
}

/// The published table of a figure. What is not public, there is not.
pub fn open_table(read: &mut dyn Read, name: &str) -> Result<OpenTable> {
    let book = read.cached::<InForce>()?;
    let figure = book.0.public().find(|figure| figure.name == name).ok_or(Refusal::NoSuchFigure)?.clone();
    let terms = book.0.open.clone();
    let today = kernel::local_date(read.now());
    let this = today.first_of_month();
    let oldest = months_before(this, i16::try_from(terms.months).unwrap_or(12));
    let known = first_day(read, &figure)?.and_then(day_of).map_or(this, |day| day.first_of_month());
    let from = oldest.max(known);
    let mut months = vec![];
    let (root, places) = cities(read)?;
    if from < this {
        let period = Period { from, to: this.yesterday().unwrap_or(this) };
        let mut found = gathered(read, &figure, period, &root)?;
        let mut month = months_before(this, 1);
        while month >= from {
            months.push(open_month(&figure, terms.least, month_of(month), &places, found.remove(&month_of(month))));
            month = months_before(month, 1);
        }
    }
    Ok(OpenTable { figure, terms, root, places, months, reached: super::reached(read)? })
}

/// The values of one whole month, by city, as they are published.
pub(super) fn open_values(
    read: &mut dyn Read,
    figure: &Figure,
    month: i64,
) -> std::result::Result<Vec<(RegionCode, OpenValue)>, Error> {
    let Some(first) = first_of(month) else { return Ok(vec![]) };
    let least = read.cached::<InForce>()?.0.open.least;
    let (root, places) = cities(read)?;
    let period = Period { from: first, to: first.last_of_month() };
    let mut found = gathered(read, figure, period, &root)?;
    let open = open_month(figure, least, month, &places, found.remove(&month));
    Ok(places.into_iter().zip(open.cells).collect())
}

/// The whole and its cities, the whole itself first.
fn cities(read: &mut dyn Read) -> std::result::Result<(RegionCode, Vec<RegionCode>), Error> {
    let regions = read.cached::<Regions>()?;
    let root = regions.roots().next().ok_or_else(|| Error::Corrupt("there are no regions".to_owned()))?.code;
    let places = std::iter::once(root).chain(regions.children(&root).map(|city| city.code)).collect();
    Ok((root, places))
}

/// Sums of each measure by month, place and value.
type Gathered = BTreeMap<i64, BTreeMap<RegionCode, Vec<BTreeMap<i64, Sums>>>>;

fn gathered(
    read: &mut dyn Read,
    figure: &Figure,
    period: Period,
    root: &RegionCode,
) -> std::result::Result<Gathered, Error> {
    let measures = figure.measures();
    let mut all = Gathered::new();
    for (at, measure) in measures.iter().enumerate() {
        let (days, places) = (period.numbers(), places(root));
        let narrow = Narrow { measure, cube: 1, days, places, kind: "", item: "", way: "", hour: -1 };
        for (month, place, value, sums) in cell::months_of_cities(read, &narrow)? {
            let Some(region) = region_of(place * 100_000_000) else { continue };
            let of = all.entry(month).or_default().entry(region);
            let values = of.or_insert_with(|| vec![BTreeMap::new(); measures.len()]);
            values[at].entry(value).or_default().add(sums);
        }
    }
    Ok(all)
}

fn open_month(
    figure: &Figure,
    least: i64,
    month: i64,
    places: &[RegionCode],
    found: Option<BTreeMap<RegionCode, Vec<BTreeMap<i64, Sums>>>>,
) -> OpenMonth {
    let found = found.unwrap_or_default();
    let empty = vec![BTreeMap::new(); figure.measures().len()];
    let values: Vec<_> = places.iter().map(|place| found.get(place).unwrap_or(&empty)).collect();
    let readings: Vec<Reading> = values.iter().map(|values| reading(figure, values)).collect();
    let counts: Vec<i64> = readings.iter().map(Reading::rests_on).collect();
    let hidden = suppress(&counts, least);
    let mut whole = empty.clone();
    for values in values {
        for (sum, more) in whole.iter_mut().zip(values) {
            more.iter().for_each(|(value, more)| sum.entry(*value).or_default().add(*more));
        }
    }
    OpenMonth {
        month,
        cells: readings.into_iter().zip(hidden.cells).map(|(reading, is)| OpenValue::of(reading, is)).collect(),
        whole: OpenValue::of(reading(figure, &whole), hidden.total),
    }
}
