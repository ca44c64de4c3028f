//! The five-dimension index of the national assessment, as far as it can be computed from what this house holds; what cannot is
//! said as such and weighs nothing.

use catalogue::{ItemType, Items, Reach as R};
use clock::Limit;
use kernel::{Level, RegionCode};
use organisation::Regions;
use store::{Error, Read, ReadExt};

use crate::{Dimension, Indicator, Rate, Sums, settings};

/// One indicator with its value.
#[derive(Debug, Clone)]
pub struct Computed {
    /// Which.
    pub indicator: &'static Indicator,
    /// Its two parts; none where it cannot be computed.
    pub parts: Option<(i64, i64)>,
}

impl Computed {
    /// In tenths of a per cent, at most 1000.
    pub fn permille(&self) -> Option<i64> {
        let (part, whole) = self.parts?;
        (whole > 0).then(|| ((part * 2_000 + whole) / (whole * 2)).clamp(0, 1_000))
    }
}

/// A dimension with its score.
#[derive(Debug, Clone)]
pub struct Scored {
    /// Which.
    pub dimension: &'static Dimension,
    /// Its indicators.
    pub indicators: Vec<Computed>,
    /// The mean of those that can be computed, in tenths of a per cent; none if no one can.
    pub permille: Option<i64>,
}

/// The index of a region in a month, from the catalogue and from that month's figures.
pub fn index(read: &mut dyn Read, region: &RegionCode, sums: &Sums) -> Result<Vec<Scored>, Error> {
    let regions = read.cached::<Regions>()?;
    let items = read.cached::<Items>()?;
    let facts = Facts { regions: &regions, items: &items, region, sums };
    let scored = settings().index.iter().map(|dimension| {
        let indicators: Vec<Computed> = dimension
            .indicators
            .iter()
            .map(|indicator| Computed { indicator, parts: facts.parts(&indicator.code) })
            .collect();
        let values: Vec<i64> = indicators.iter().filter_map(Computed::permille).collect();
        let count = i64::try_from(values.len()).unwrap_or(1);
        let permille = (!values.is_empty()).then(|| values.iter().sum::<i64>() / count);
        Scored { dimension, indicators, permille }
    });
    Ok(scored.collect())
}

struct Facts<'a> {
    regions: &'a Regions,
    items: &'a Items,
    region: &'a RegionCode,
    sums: &'a Sums,
}

impl Facts<'_> {
    /// Part and whole of an indicator, by its code.
    fn parts(&self, code: &str) -> Option<(i64, i64)> {
        let all = count(self.items.len());
        Some(match code {
            "levels" => {
                let places = self.items.count_implementations(self.regions);
                (count(places.values().filter(|n| **n > 0).count()), 5)
            }
            "anywhere" => (self.having(|item| matches!(item.reach, R::Nation | R::Province | R::City)), all),
            "places" => {
                let has_item = self.items.iter().any(|item| item.is_on(Level::County));
                let counties = self.regions.at(Level::County).filter(|county| self.region.contains(county.code));
                let counties = count(counties.count());
                (if has_item { counties } else { 0 }, counties)
            }
            "types" => {
                let found = |kind: &&ItemType| self.items.iter().any(|item| item.kind == **kind);
                (count(ItemType::ALL.iter().filter(found).count()), count(ItemType::ALL.len()))
            }
            "complete" => {
                let is_complete = |item: &catalogue::BaseItem| {
                    let is_told = !item.conditions.is_empty() && !item.basis.is_empty() && !item.flow.is_empty();
                    is_told && !item.result.is_empty() && !item.summary.is_empty()
                };
                (self.having(is_complete), all)
            }
            "no-catch-all" => {
                let is_vague = |name: &str| name.contains("其他") && name.contains("材料");
                (self.having(|item| !item.materials.iter().any(|material| is_vague(&material.name))), all)
            }
            "promise-kept-low" => {
                let is_limited = |item: &catalogue::BaseItem| matches!(item.statutory, Some(Limit::Working(_)));
                let is_low = |item: &catalogue::BaseItem| match item.statutory {
                    Some(Limit::Working(days)) => item.promised.0 <= days,
                    _ => false,
                };
                (self.having(is_low), self.having(is_limited))
            }
            "deep" => (self.having(|item| item.depth.number() >= 3), all),
            "no-visit" => (self.having(|item| item.visits == 0), all),
            "online-accepted" => self.rate(self.sums.online())?,
            "reused" => self.some(self.sums.get("reused"), self.sums.get("materials"))?,
            "on-time" => self.rate(self.sums.on_time())?,
            "time-saved" => {
                let days = self.sums.days();
                self.some((days.whole - days.part).max(0), days.whole)?
            }
            "satisfied" => self.rate(self.sums.satisfied()).filter(|(_, n)| *n >= settings().ratings_least)?,
            // What this house does not measure yet.
            _ => return None,
        })
    }

    fn having(&self, is: impl Fn(&catalogue::BaseItem) -> bool) -> i64 {
        count(self.items.iter().filter(|item| is(item)).count())
    }

    fn rate(&self, rate: Rate) -> Option<(i64, i64)> {
        self.some(rate.part, rate.whole)
    }

    fn some(&self, part: i64, whole: i64) -> Option<(i64, i64)> {
        (whole > 0).then_some((part, whole))
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
