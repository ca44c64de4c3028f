//! One figure of one region and month: what it is, beside the month and the year before, how it went, how it is spread, and how others of
//! the same level did.

use std::collections::BTreeMap;

use kernel::{Actor, BasicCode, Fen, KindCode, Level, RegionCode, Timestamp};
use organisation::Regions;
use store::{Error, Read, ReadExt};

use super::open::{OpenValue, open_values};
use super::period::{compared, month_of, month_period, parts};
use super::{Period, Result, places};
use crate::book::InForce;
use crate::model::{Cube, region_of};
use crate::rules::{Spread, sight, spread};
use crate::table::cell::{self, Grouped, Narrow};
use crate::{Audience, Dimension, Figure, Grain, Made, Refusal, Sums, table};

/// Lines of one split at most; the others are added up.
const SPLIT_MOST: usize = 60;

/// What is asked of a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Which.
    pub figure: String,
    /// Of which region and all below it.
    pub region: RegionCode,
    /// Of which month, as 202611.
    pub month: i64,
    /// How finely the trend is drawn.
    pub grain: Grain,
    /// By what it is split.
    pub by: Option<Dimension>,
    /// Of one kind of department.
    pub kind: Option<KindCode>,
    /// Of one item.
    pub item: Option<BasicCode>,
    /// Of one way.
    pub way: Option<String>,
    /// Of one hour.
    pub hour: Option<u8>,
}

/// A figure's value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reading {
    /// How many.
    Count(i64),
    /// How much money.
    Amount(Fen),
    /// So many of so many.
    Share {
        /// The numerator.
        part: i64,
        /// The denominator.
        whole: i64,
    },
    /// How values spread; none where there are none.
    Spread(Option<Spread>),
    /// A rate or a spread of others, as it is published.
    Published(OpenValue),
}

impl Reading {
    /// As a number for drawings: a share in per cent, money in yuan, of a spread the median.
    pub fn number(&self) -> Option<f64> {
        match self {
            Reading::Count(n) => Some(*n as f64),
            Reading::Amount(fen) => Some(fen.0 as f64 / 100.0),
            Reading::Share { part, whole } => (*whole > 0).then(|| *part as f64 * 100.0 / *whole as f64),
            Reading::Spread(spread) => spread.map(|spread| spread.median as f64),
            Reading::Published(value) => value.number(),
        }
    }

    /// On how many facts it rests.
    pub fn rests_on(&self) -> i64 {
        match self {
            Reading::Count(n) => *n,
            Reading::Amount(fen) => fen.0,
            Reading::Share { whole, .. } => *whole,
            Reading::Spread(spread) => spread.map_or(0, |spread| spread.n),
            Reading::Published(_) => 0,
        }
    }
}

/// A value with what it is compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compared {
    /// Of when.
    pub period: Period,
    /// What it was.
    pub reading: Reading,
}

/// One part of a split.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A region with all below it; the asked region itself stands for what is its own.
    Region(RegionCode),
    /// A kind of department.
    Department(KindCode),
    /// An item.
    Item(BasicCode),
    /// A way.
    Way(String),
    /// An hour.
    Hour(u8),
    /// What has no such thing.
    Without,
    /// All the others together.
    Others,
}

/// A region of the same level.
#[derive(Debug, Clone, PartialEq)]
pub struct Peer {
    /// Which.
    pub region: RegionCode,
    /// Its value.
    pub reading: Reading,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The figure.
    pub figure: Figure,
    /// The kind of department to which it was narrowed.
    pub kind: Option<KindCode>,
    /// Of when.
    pub period: Period,
    /// What it is.
    pub now: Reading,
    /// The month before.
    pub before: Compared,
    /// The same month a year before.
    pub last_year: Compared,
    /// How it went.
    pub series: Vec<Compared>,
    /// How it is split.
    pub split: Vec<(Part, Reading)>,
    /// Every value that was measured with how often it was, where it measures values.
    pub values: Vec<(i64, i64)>,
    /// The regions of the same level, this one among them, where they may be seen.
    pub peers: Vec<Peer>,
    /// Until when the journal is in it.
    pub reached: Option<Timestamp>,
}

/// Answers a question, for those who may know.
pub fn answer(read: &mut dyn Read, actor: &Actor, question: &Question) -> Result<Answer> {
    let (figure, narrowing) = allowed(read, actor, question)?;
    let today = kernel::local_date(read.now());
    let period = month_period(question.month, today).ok_or(Refusal::Unreadable { pointer: "month" })?;
    let trend = parts(period, question.grain);
    let [before, last_year] = compared(period);
    let span = Period { from: trend.first().map_or(period.from, |part| part.from.min(last_year.from)), to: period.to };
    let asked = Asked { figure: &figure, places: places(&question.region), narrowing: &narrowing };
    let days = asked.by(read, span, cell::days)?;
    let of = |period: Period| Compared { period, reading: reading(&figure, &within(&days, period)) };
    let values = match figure.made {
        Made::Spread(_) => counted(&within(&days, period)[0]),
        _ => vec![],
    };
    Ok(Answer {
        kind: narrowing.kind,
        period,
        now: of(period).reading,
        before: of(before),
        last_year: of(last_year),
        series: trend.into_iter().map(of).collect(),
        split: match question.by {
            Some(by) => split(read, &asked, period, by, question)?,
            None => vec![],
        },
        values,
        peers: peers(read, actor, &asked, period, question)?,
        reached: super::reached(read)?,
        figure,
    })
}

/// What a question is narrowed to.
#[derive(Debug, Clone, Default)]
pub(super) struct Narrowing {
    pub cube: i64,
    pub kind: Option<KindCode>,
    kind_text: String,
    item: String,
    way: String,
    hour: i64,
}

/// The figure and what the question is narrowed to, if this actor may ask it.
pub(super) fn allowed(read: &mut dyn Read, actor: &Actor, question: &Question) -> Result<(Figure, Narrowing)> {
    let book = read.cached::<InForce>()?;
    let figure = book.0.figure(&question.figure).ok_or(Refusal::NoSuchFigure)?.clone();
    let kind = sight(actor, figure.audience, &question.region, question.kind)?.kind;
    if !figure.grains.contains(&question.grain) {
        return Err(Refusal::NotGrain.into());
    }
    if let Some(by) = question.by.filter(|by| !figure.split.contains(by)) {
        return Err(Refusal::NotBy { by: by.name() }.into());
    }
    let narrowed = [
        (Dimension::Department, kind.is_some()),
        (Dimension::Item, question.item.is_some()),
        (Dimension::Way, question.way.is_some()),
        (Dimension::Hour, question.hour.is_some()),
    ];
    let narrowed: Vec<Dimension> = narrowed.into_iter().filter(|(_, is)| *is).map(|(by, _)| by).collect();
    if let Some(by) = narrowed.iter().find(|by| !figure.filter.contains(by)) {
        return Err(Refusal::NotBy { by: by.name() }.into());
    }
    let asked: Vec<Dimension> = narrowed.into_iter().chain(question.by).collect();
    let cube = Cube::of(&asked).ok_or(Refusal::NotTogether)?.number();
    let narrowing = Narrowing {
        cube,
        kind,
        kind_text: kind.map_or_else(String::new, |kind| kind.to_string()),
        item: question.item.map_or_else(String::new, |item| item.to_string()),
        way: question.way.clone().unwrap_or_default(),
        hour: question.hour.map_or(-1, i64::from),
    };
    Ok((figure, narrowing))
}

/// A figure of a range of places, narrowed.
pub(super) struct Asked<'a> {
    pub figure: &'a Figure,
    pub places: (i64, i64),
    pub narrowing: &'a Narrowing,
}

type Query<K> = fn(&mut dyn Read, &Narrow) -> std::result::Result<Grouped<K>, Error>;

impl Asked<'_> {
    /// The sums of each measure of the figure, grouped by a key.
    pub(super) fn by<K>(
        &self,
        read: &mut dyn Read,
        period: Period,
        query: Query<K>,
    ) -> std::result::Result<Vec<Grouped<K>>, Error> {
        let Narrowing { cube, kind_text, item, way, hour, .. } = self.narrowing;
        let mut found = vec![];
        for measure in self.figure.measures() {
            let narrow = Narrow {
                measure,
                cube: *cube,
                days: period.numbers(),
                places: self.places,
                kind: kind_text,
                item,
                way,
                hour: *hour,
            };
            found.push(query(read, &narrow)?);
        }
        Ok(found)
    }
}

/// Sums of each measure by the value that was measured.
type Values = Vec<BTreeMap<i64, Sums>>;

fn within(days: &[Grouped<i64>], period: Period) -> Values {
    let of = |rows: &Grouped<i64>| {
        let mut sums: BTreeMap<i64, Sums> = BTreeMap::new();
        for (_, value, more) in rows.iter().filter(|(day, _, _)| period.holds(*day)) {
            sums.entry(*value).or_default().add(*more);
        }
        sums
    };
    days.iter().map(of).collect()
}

fn counted(values: &BTreeMap<i64, Sums>) -> Vec<(i64, i64)> {
    values.iter().filter(|(_, sums)| sums.n != 0).map(|(value, sums)| (*value, sums.n)).collect()
}

/// What a figure is, by the sums of its measures.
pub(super) fn reading(figure: &Figure, values: &Values) -> Reading {
    let sum = |at: usize| {
        let mut sum = Sums::default();
        values.get(at).into_iter().flat_map(BTreeMap::values).for_each(|more| sum.add(*more));
        sum
    };
    match figure.made {
        Made::Count(_) => Reading::Count(sum(0).n),
        Made::Amount(_) => Reading::Amount(Fen(sum(0).total)),
        Made::Share { .. } => Reading::Share { part: sum(0).n, whole: sum(1).n },
        Made::Spread(_) => Reading::Spread(values.first().and_then(|values| spread(&counted(values)))),
    }
}

/// The readings of each key, from the sums of each measure.
fn readings<K: Ord + Clone>(figure: &Figure, found: &[Grouped<K>]) -> Vec<(K, Reading)> {
    let mut keys: BTreeMap<K, Values> = BTreeMap::new();
    for (at, rows) in found.iter().enumerate() {
        for (key, value, more) in rows {
            let values = keys.entry(key.clone()).or_insert_with(|| vec![BTreeMap::new(); found.len()]);
            values[at].entry(*value).or_default().add(*more);
        }
    }
    keys.into_iter().map(|(key, values)| (key, reading(figure, &values))).collect()
}

fn split(
    read: &mut dyn Read,
    asked: &Asked,
    period: Period,
    by: Dimension,
    question: &Question,
) -> Result<Vec<(Part, Reading)>> {
    let mut parts: Vec<(Part, Reading)> = match by {
        Dimension::Region => regions(read, asked, period, &question.region)?
            .into_iter()
            .map(|(region, reading)| (Part::Region(region), reading))
            .collect(),
        Dimension::Department => named(asked, read, period, cell::kinds, |text| text.parse().map(Part::Department))?,
        Dimension::Item => named(asked, read, period, cell::items, |text| text.parse().map(Part::Item))?,
        Dimension::Way => named(asked, read, period, cell::ways, |text| {
            Ok::<_, std::convert::Infallible>(if text.is_empty() { Part::Without } else { Part::Way(text.to_owned()) })
        })?,
        Dimension::Hour => {
            let found = asked.by(read, period, cell::hours)?;
            let hours = readings(asked.figure, &found).into_iter();
            return Ok(hours.map(|(hour, reading)| (Part::Hour(u8::try_from(hour).unwrap_or(0)), reading)).collect());
        }
    };
    parts.sort_by(|(one, reading), (other, another)| (another.rests_on(), one).cmp(&(reading.rests_on(), other)));
    if parts.len() > SPLIT_MOST {
        let rest = parts.split_off(SPLIT_MOST);
        parts.extend(together(&rest).map(|reading| (Part::Others, reading)));
    }
    Ok(parts)
}

/// Counts, amounts and shares of parts together; spreads do not add up.
fn together(parts: &[(Part, Reading)]) -> Option<Reading> {
    let mut parts = parts.iter().map(|(_, reading)| *reading);
    let first = parts.next()?;
    parts.try_fold(first, |sum, more| match (sum, more) {
        (Reading::Count(one), Reading::Count(other)) => Some(Reading::Count(one + other)),
        (Reading::Amount(one), Reading::Amount(other)) => Some(Reading::Amount(Fen(one.0 + other.0))),
        (Reading::Share { part, whole }, Reading::Share { part: more, whole: of }) => {
            Some(Reading::Share { part: part + more, whole: whole + of })
        }
        _ => None,
    })
}

fn named<E>(
    asked: &Asked,
    read: &mut dyn Read,
    period: Period,
    query: Query<String>,
    part: impl Fn(&str) -> std::result::Result<Part, E>,
) -> std::result::Result<Vec<(Part, Reading)>, Error> {
    let found = asked.by(read, period, query)?;
    let of = |(text, reading): (String, Reading)| (part(&text).unwrap_or(Part::Without), reading);
    Ok(readings(asked.figure, &found).into_iter().map(of).collect())
}

/// By regions of the next level.
fn regions(
    read: &mut dyn Read,
    asked: &Asked,
    period: Period,
    region: &RegionCode,
) -> std::result::Result<Vec<(RegionCode, Reading)>, Error> {
    let (query, unit): (Query<i64>, i64) = match region.level() {
        Level::Province => (cell::cities, 100_000_000),
        Level::City => (cell::counties, 1_000_000),
        Level::County => (cell::towns, 1_000),
        Level::Town | Level::Village => (cell::villages, 1),
    };
    let found = asked.by(read, period, query)?;
    let all = readings(asked.figure, &found).into_iter();
    Ok(all.filter_map(|(place, reading)| Some((region_of(place * unit)?, reading))).collect())
}

/// The regions of the same level. Who watches over all of them sees them as they are; others see what everybody sees: whole months, and no
/// small numbers.
fn peers(read: &mut dyn Read, actor: &Actor, asked: &Asked, period: Period, question: &Question) -> Result<Vec<Peer>> {
    let regions_known = read.cached::<Regions>()?;
    let Some(above) = question.region.parent().filter(|above| regions_known.get(above).is_some()) else {
        return Ok(vec![]);
    };
    let is_peer = |region: &RegionCode| region.level() == question.region.level();
    let may = sight(actor, asked.figure.audience, &above, question.kind);
    if may.is_ok_and(|sight| sight.kind == asked.narrowing.kind) {
        let wide = Asked { places: places(&above), ..*asked };
        let found = regions(read, &wide, period, &above)?;
        let peers = found.into_iter().filter(|(region, _)| is_peer(region));
        return Ok(peers.map(|(region, reading)| Peer { region, reading }).collect());
    }
    let Narrowing { kind, item, way, hour, .. } = asked.narrowing;
    let is_narrowed = kind.is_some() || !item.is_empty() || !way.is_empty() || *hour >= 0;
    let is_over = period.to == period.to.last_of_month() && period.to < kernel::local_date(read.now());
    if asked.figure.audience != Audience::Public || question.region.level() != Level::City || is_narrowed || !is_over {
        return Ok(vec![]);
    }
    let found = open_values(read, asked.figure, month_of(period.from))?;
    let peers = found.into_iter().filter(|(region, _)| is_peer(region));
    Ok(peers.map(|(region, value)| Peer { region, reading: Reading::Published(value) }).collect())
}

/// The first day on which anything of a figure was counted.
pub(super) fn first_day(read: &mut dyn Read, figure: &Figure) -> std::result::Result<Option<i64>, Error> {
    let mut first: Option<i64> = None;
    for measure in figure.measures() {
        let day = table::cell::first_day(read, measure)?;
        first = [first, day].into_iter().flatten().min();
    }
    Ok(first)
}
