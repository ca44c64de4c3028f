//! What a fee amounts to: the words of the published standard read once, so that nobody charges by reading them anew.

use kernel::Fen;
use serde::{Deserialize, Serialize};

use crate::item::{Basis, Fee};

/// A fee as it is charged: its name, the document it rests on, and the amounts of the standard (收费标准).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tariff {
    /// Name of the charge (收费项目): 居民身份证工本费.
    pub name: String,
    /// The document that allows it (收费依据); the item's own basis where the list names none.
    pub basis: String,
    /// The standard in the words of the list.
    pub standard: String,
    /// The amounts in it: one where the fee is fixed, several to choose from, none where it must be reckoned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rates: Vec<Rate>,
    /// Whether it can be paid online.
    pub online: bool,
}

/// One amount of a standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// For what: 住宅; empty where there is one rate only.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub what: String,
    /// For one unit.
    pub amount: Fen,
    /// The unit: 证, 件.
    pub unit: String,
}

impl Tariff {
    /// The tariff of a fee; `None` where nothing is charged. `law` is the item's own basis, named where the list names no document.
    pub fn of(fee: &Fee, law: &[Basis]) -> Option<Tariff> {
        let Fee::Charged { basis, standard, amount, online } = fee else { return None };
        let (name, document) = split(basis);
        let rates = match (rates(standard), amount) {
            (Some(rates), _) => rates,
            // A place charges less than the standard: its words name both, its amount is what counts.
            (None, Some(amount)) => vec![Rate { what: String::new(), amount: *amount, unit: "件".to_owned() }],
            (None, None) => vec![],
        };
        Some(Tariff {
            name: name.to_owned(),
            basis: document.map_or_else(|| words(law), str::to_owned),
            standard: standard.clone(),
            rates,
            online: *online,
        })
    }

    /// The one amount that is due for one unit; `None` where somebody must choose or reckon.
    pub fn fixed(&self) -> Option<&Rate> {
        match &self.rates[..] {
            [rate] => Some(rate),
            _ => None,
        }
    }

    /// The most that one unit may cost; `None` where the standard names no amount.
    pub fn most(&self) -> Option<Fen> {
        self.rates.iter().map(|rate| rate.amount).max()
    }
}

/// `居民身份证工本费（发改价格〔2003〕2322号）` as name and document.
fn split(name_and_basis: &str) -> (&str, Option<&str>) {
    let parts = name_and_basis.strip_suffix('）').and_then(|text| text.split_once('（'));
    parts.map_or((name_and_basis, None), |(name, document)| (name, Some(document)))
}

/// `居民身份证法 第十一条、第十二条` of the first law.
fn words(law: &[Basis]) -> String {
    let Some(first) = law.first() else { return String::new() };
    let articles = first.articles.join("、");
    if articles.is_empty() { first.law.clone() } else { format!("{} {articles}", first.law) }
}

/// The amounts of a standard that consists of nothing else: `20元/证`, `住宅80元/件，非住宅550元/件`.
fn rates(standard: &str) -> Option<Vec<Rate>> {
    standard.split(['，', '；']).map(|part| rate(part.trim())).collect()
}

fn rate(text: &str) -> Option<Rate> {
    let (before, unit) = text.split_once("元/")?;
    let digits = before.find(|c: char| c.is_ascii_digit())?;
    let (what, amount) = before.split_at(digits);
    let amount: Fen = amount.parse().ok()?;
    let is_unit = (1..=2).contains(&unit.chars().count()) && unit.chars().all(|c| !c.is_ascii());
    (is_unit && amount > Fen::ZERO).then(|| Rate { what: what.to_owned(), amount, unit: unit.to_owned() })
}
