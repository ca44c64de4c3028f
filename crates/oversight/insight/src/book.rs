//! The figures as data: of which measures each is made, how it may be split and narrowed, who may see it. What is not right is not taken.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::{Dimension, Measure, Worth, measure};

/// The shipped figures.
pub const BUILT_IN: &str = include_str!("../../../../data/figures.json");

/// All figures of one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Book {
    /// Name of this version.
    pub version: String,
    /// On which terms figures are published.
    pub open: OpenTerms,
    /// The figures, in the order in which they are offered.
    pub figures: Vec<Figure>,
}

/// On which terms figures are published (开放数据).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenTerms {
    /// Numbers from 1 up to below this are not published.
    pub least: i64,
    /// So many whole months are published.
    pub months: u32,
    /// What others may do with them, in words.
    pub licence: String,
    /// Whom to ask.
    pub contact: String,
}

/// A figure (指标).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// Its name in addresses: `on-time`.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What exactly is counted, in a sentence.
    pub says: String,
    /// 件, 天, 元, %.
    pub unit: String,
    /// Of what it is made.
    pub made: Made,
    /// By what it may be split.
    pub split: Vec<Dimension>,
    /// By what it may be narrowed. By the region always.
    #[serde(default)]
    pub filter: Vec<Dimension>,
    /// How finely it is kept in time.
    pub grains: Vec<Grain>,
    /// Who may see it.
    pub audience: Audience,
    /// Which way is better.
    #[serde(default)]
    pub better: Better,
    /// Whether it is forecast.
    #[serde(default)]
    pub forecast: bool,
    /// What people call the ways.
    #[serde(default)]
    pub ways: BTreeMap<String, String>,
}

/// Of what a figure is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Made {
    /// How many.
    Count(String),
    /// How much money.
    Amount(String),
    /// One as a share of another.
    Share {
        /// The numerator.
        part: String,
        /// The denominator.
        whole: String,
    },
    /// How values spread: median, ninth decile, average.
    Spread(String),
}

/// How finely a figure is kept in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grain {
    /// Days of a month.
    Day,
    /// Weeks, from Monday.
    Week,
    /// Months.
    Month,
}

impl Grain {
    /// All grains, the finest first.
    pub const ALL: [Grain; 3] = [Grain::Day, Grain::Week, Grain::Month];

    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            Grain::Day => "day",
            Grain::Week => "week",
            Grain::Month => "month",
        }
    }

    /// The grain of this name.
    pub fn from_name(name: &str) -> Option<Grain> {
        Grain::ALL.into_iter().find(|grain| grain.name() == name)
    }
}

/// Who may see a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// Everybody, by whole months and without small numbers; staff as it is.
    Public,
    /// Staff, for their region and what lies below.
    Staff,
    /// Who watches over the lawful process.
    Supervise,
}

/// Which way is better.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    /// More is better.
    More,
    /// Less is better.
    Less,
    /// It tells nothing by itself.
    #[default]
    Neither,
}

/// Everything that is wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadBook(pub Vec<String>);

impl Book {
    /// Reads figures; all that is wrong is named.
    pub fn parse(text: &str) -> Result<Book, BadBook> {
        let book: Book = serde_json::from_str(text).map_err(|error| BadBook(vec![error.to_string()]))?;
        let mut bad = vec![];
        if book.version.trim().is_empty() {
            bad.push("the version has no name".to_owned());
        }
        if !(3..=100).contains(&book.open.least) {
            bad.push("open.least: 3 to 100, or a hidden number could be told".to_owned());
        }
        if !(1..=36).contains(&book.open.months) {
            bad.push("open.months: 1 to 36".to_owned());
        }
        if book.open.licence.trim().is_empty() || book.open.contact.trim().is_empty() {
            bad.push("open: licence and contact say who may do what, and whom to ask".to_owned());
        }
        let mut names = BTreeSet::new();
        for figure in &book.figures {
            if !names.insert(&figure.name) {
                bad.push(format!("{}: two of this name", figure.name));
            }
            bad.extend(figure.flaws().into_iter().map(|flaw| format!("{}: {flaw}", figure.name)));
        }
        if book.figures.is_empty() {
            bad.push("there is no figure".to_owned());
        }
        if bad.is_empty() { Ok(book) } else { Err(BadBook(bad)) }
    }

    /// The figure of this name.
    pub fn figure(&self, name: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.name == name)
    }

    /// The figures that everybody may see.
    pub fn public(&self) -> impl Iterator<Item = &Figure> {
        self.figures.iter().filter(|figure| figure.audience == Audience::Public)
    }
}

impl Figure {
    /// The measures of which it is made: the numerator first.
    pub fn measures(&self) -> Vec<&str> {
        match &self.made {
            Made::Count(one) | Made::Amount(one) | Made::Spread(one) => vec![one],
            Made::Share { part, whole } => vec![part, whole],
        }
    }

    /// How it is reckoned, by the names of the measures.
    pub fn formula(&self) -> String {
        match &self.made {
            Made::Count(one) => format!("count({one})"),
            Made::Amount(one) => format!("sum({one})"),
            Made::Share { part, whole } => format!("count({part}) / count({whole})"),
            Made::Spread(one) => format!("median, p90, mean of {one}"),
        }
    }

    /// The rooms from whose events it comes.
    pub fn rooms(&self) -> BTreeSet<&'static str> {
        self.measures().iter().filter_map(|name| measure(name)).map(|measure| measure.room).collect()
    }

    fn flaws(&self) -> Vec<String> {
        let mut bad = vec![];
        let is_name = (2..=40).contains(&self.name.len())
            && self.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if !is_name {
            bad.push("no name of a figure: 2 to 40 of a-z, 0-9 and -".to_owned());
        }
        for (what, text, most) in [("title", &self.title, 20), ("says", &self.says, 200), ("unit", &self.unit, 6)] {
            if text.trim().is_empty() || text.chars().count() > most {
                bad.push(format!("{what}: 1 to {most} characters"));
            }
        }
        let found: Vec<Option<&'static Measure>> = self.measures().into_iter().map(measure).collect();
        for (name, _) in self.measures().iter().zip(&found).filter(|(_, found)| found.is_none()) {
            bad.push(format!("there is no measure {name}"));
        }
        let measures: Vec<&Measure> = found.into_iter().flatten().collect();
        match (&self.made, measures.first()) {
            (Made::Spread(name), Some(one)) if one.worth != Worth::Value => {
                bad.push(format!("{name} measures no value that could spread"));
            }
            (Made::Amount(name), Some(one)) if one.worth != Worth::Money => bad.push(format!("{name} is no money")),
            (Made::Share { part, whole }, _) if part == whole => bad.push("a share of itself is always one".to_owned()),
            _ => {}
        }
        bad.extend(self.flaws_of_dimensions(&measures));
        bad
    }

    fn flaws_of_dimensions(&self, measures: &[&Measure]) -> Vec<String> {
        let mut bad = vec![];
        let keeps = |one: &Dimension| *one == Dimension::Region || measures.iter().all(|of| of.by.contains(one));
        for one in self.split.iter().chain(&self.filter).filter(|one| !keeps(one)) {
            bad.push(format!("its measures are not kept by {}", one.name()));
        }
        let twice = |list: &[Dimension]| list.iter().collect::<BTreeSet<_>>().len() != list.len();
        if twice(&self.split) || twice(&self.filter) {
            bad.push("a dimension stands twice".to_owned());
        }
        if self.filter.contains(&Dimension::Region) {
            bad.push("filter: the region can always be chosen".to_owned());
        }
        let grains: BTreeSet<_> = self.grains.iter().collect();
        if grains.is_empty() || grains.len() != self.grains.len() {
            bad.push("grains: at least one, each once".to_owned());
        }
        let is_open = self.split.contains(&Dimension::Region) && self.grains.contains(&Grain::Month);
        if self.audience == Audience::Public && !is_open {
            bad.push("what is public is split by region and kept by month".to_owned());
        }
        if self.audience == Audience::Public && matches!(self.made, Made::Amount(_)) {
            bad.push("amounts are not published: a single payment could be told from them".to_owned());
        }
        if self.forecast && !(matches!(self.made, Made::Count(_)) && self.grains.contains(&Grain::Day)) {
            bad.push("only counts that are kept by day are forecast".to_owned());
        }
        if !self.ways.is_empty() && !self.split.contains(&Dimension::Way) {
            bad.push("ways: it is not split by way".to_owned());
        }
        bad
    }
}

/// The figures in force, in memory.
#[derive(Debug)]
pub(crate) struct InForce(pub Book);

impl store::Cached for InForce {
    const NAME: &'static str = "insight.figures";

    fn load(read: &mut dyn store::Read) -> Result<Self, store::Error> {
        match crate::table::book::load(read)? {
            Some((_, text)) => Ok(InForce(serde_json::from_str(&text)?)),
            None => Ok(InForce(serde_json::from_str(BUILT_IN)?)),
        }
    }
}
