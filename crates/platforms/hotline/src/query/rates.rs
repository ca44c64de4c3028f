//! The rates of units by month, each with what it is made of.

use std::collections::BTreeMap;

use kernel::{Actor, DepartmentId, Duty, RegionCode};
use serde::{Deserialize, Serialize};
use store::{Error, Read};

use super::{Result, lists::counties};
use crate::rules::{CENTRE, Refusal};
use crate::{follow, table};

/// Figures of one answer at most: a dozen of each unit, and a province has some five thousand units.
const FIGURES_MOST: usize = 100_000;
/// Orders read at a time when they are counted anew.
const RECOUNT_PAGE: usize = 500;

/// What one round, or one unit in a month, adds up to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// The unit.
    pub unit: DepartmentId,
    /// The month: 202611.
    pub month: i64,
    /// What, how many.
    pub counts: BTreeMap<String, i64>,
}

impl Sums {
    /// How many; 0 for what was never counted.
    pub fn get(&self, what: &str) -> i64 {
        self.counts.get(what).copied().unwrap_or(0)
    }
}

/// A rate: so many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// For programs.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// How it is reckoned.
    pub formula: &'static str,
    /// So many
    pub of: i64,
    /// of so many.
    pub all: i64,
}

/// A unit's rates in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRates {
    /// The unit.
    pub unit: DepartmentId,
    /// Orders dispatched to it.
    pub dispatched: i64,
    /// Its rates.
    pub rates: Vec<Rate>,
}

/// The seven rates: code, name, formula, numerator, denominator.
const RATES: [(&str, &str, &str, &str, &str); 7] = [
    ("response", "响应率", "1 个工作日内联系 ÷ 应联系（受保护的和没留号码的不算）", "contact-in-time", "contact-known"),
    ("signing", "按时签收率", "按时签收 ÷ 已签收和超期未签收", "sign-in-time", "sign-known"),
    ("closing", "按时办结率", "按时反馈 ÷ 已反馈和超期未反馈", "done-in-time", "done-known"),
    ("solved", "解决率", "已解决 ÷ 已回访", "solved", "asked"),
    ("satisfied", "满意率", "（满意＋基本满意）÷ 已评价", "satisfied", "rated"),
    ("redo", "重办率", "重办 ÷ 派单", "redone", "dispatched"),
    ("return", "退单率", "退单 ÷ 派单", "returned", "dispatched"),
];

/// Each rate's name and how it is reckoned.
pub fn formulas() -> Vec<(&'static str, &'static str)> {
    RATES.iter().map(|(_, name, formula, _, _)| (*name, *formula)).collect()
}

fn of_unit(sums: &Sums) -> UnitRates {
    let rates =
        RATES.map(|(code, name, formula, of, all)| Rate { code, name, formula, of: sums.get(of), all: sums.get(all) });
    UnitRates { unit: sums.unit, dispatched: sums.get("dispatched"), rates: rates.into() }
}

/// The rates of every unit within a region for the month of dispatch, the busiest first; for the centre and for units.
pub fn rates(read: &mut dyn Read, actor: &Actor, region: &RegionCode, month: i64) -> Result<Vec<UnitRates>> {
    let duties = [CENTRE[0], CENTRE[1], CENTRE[2], Duty::Handle, Duty::Supervise];
    if actor.staff().is_none() || !duties.iter().any(|duty| actor.holds(*duty)) {
        return Err(Refusal::NotEmpowered { duties: duties.to_vec() }.into());
    }
    let mut units: BTreeMap<String, Sums> = BTreeMap::new();
    for (unit, what, n) in table::figure::of_month(read, month, counties(region), FIGURES_MOST)? {
        let Ok(id) = unit.parse() else { continue };
        let sums = units.entry(unit).or_insert_with(|| Sums::new(id, month));
        sums.counts.insert(what, n);
    }
    let mut found: Vec<UnitRates> = units
        .values()
        .map(of_unit)
        .filter(|unit| unit.dispatched > 0 || unit.rates.iter().any(|rate| rate.all > 0))
        .collect();
    found.sort_by_key(|unit| (std::cmp::Reverse(unit.dispatched), unit.unit));
    Ok(found)
}

/// A figure that is not what a recount gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The unit and what is counted.
    pub what: String,
    /// As it is kept.
    pub kept: i64,
    /// As counted now.
    pub counted: i64,
}

/// Counts the orders dispatched in a month anew, all of them; what differs from the kept figures. Right only when the follower has caught up.
pub fn recount(read: &mut dyn Read, month: i64) -> std::result::Result<Vec<Difference>, Error> {
    // What is kept and what is counted, side by side.
    let mut both: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for (unit, what, n) in table::figure::of_month(read, month, (0, i64::MAX), FIGURES_MOST)? {
        both.entry(format!("{unit} {what}")).or_default().0 += n;
    }
    let mut after = String::new();
    loop {
        let orders = table::order::after(read, &after, RECOUNT_PAGE)?;
        let sums = orders.iter().flat_map(follow::figures_of).filter(|sums| sums.month == month);
        for sums in sums {
            for (what, n) in &sums.counts {
                both.entry(format!("{} {what}", sums.unit)).or_default().1 += n;
            }
        }
        match orders.last() {
            Some(last) if orders.len() == RECOUNT_PAGE => after = last.number.to_string(),
            _ => break,
        }
    }
    let differing = both.into_iter().filter(|(_, (kept, counted))| kept != counted);
    Ok(differing.map(|(what, (kept, counted))| Difference { what, kept, counted }).collect())
}
