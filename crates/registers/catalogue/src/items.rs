//! The published catalogue in memory: two hundred base items today, a few thousand at most.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use kernel::{BasicCode, Date, KindCode, Level};
use organisation::Regions;
use store::{Cached, Error, Read};

use crate::item::{BaseItem, Subject, Theme};
use crate::table;

/// A base item with the version that holds now.
#[derive(Clone, Debug)]
pub struct Published {
    /// The item.
    pub item: Arc<BaseItem>,
    /// Its version, counted from 1.
    pub version: u32,
    /// Since when this version holds.
    pub since: Date,
}

/// All base items that hold now, in the order of their codes.
#[derive(Debug, Default)]
pub struct Items {
    all: Vec<Published>,
    index: HashMap<BasicCode, usize>,
}

impl Items {
    /// Orders items for asking.
    pub fn new(items: impl IntoIterator<Item = Published>) -> Self {
        let mut all: Vec<Published> = items.into_iter().collect();
        all.sort_by_key(|published| published.item.code);
        let index = all.iter().enumerate().map(|(place, published)| (published.item.code, place)).collect();
        Self { all, index }
    }

    /// The item of this code.
    pub fn get(&self, code: &BasicCode) -> Option<&Arc<BaseItem>> {
        self.published(code).map(|published| &published.item)
    }

    /// The item of this code with its version.
    pub fn published(&self, code: &BasicCode) -> Option<&Published> {
        self.index.get(code).map(|place| &self.all[*place])
    }

    /// Every item.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Arc<BaseItem>> {
        self.all.iter().map(|published| &published.item)
    }

    /// Every item with its version.
    pub fn all(&self) -> &[Published] {
        &self.all
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether nothing is published yet.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Items for a subject under one of its themes.
    pub fn by_theme(&self, subject: Subject, theme: &str) -> impl Iterator<Item = &Arc<BaseItem>> {
        self.iter().filter(move |item| theme_of(item, subject).is_some_and(|own| own.code == theme))
    }

    /// The themes of a subject that have items, with their number.
    pub fn themes(&self, subject: Subject) -> Vec<(Theme, usize)> {
        let mut counts: BTreeMap<Theme, usize> = BTreeMap::new();
        for theme in self.iter().filter_map(|item| theme_of(item, subject)) {
            *counts.entry(theme.clone()).or_default() += 1;
        }
        counts.into_iter().collect()
    }

    /// Items of one kind of department.
    pub fn by_department(&self, kind: KindCode) -> impl Iterator<Item = &Arc<BaseItem>> {
        self.iter().filter(move |item| item.department == kind)
    }

    /// Items that are handled on a level.
    pub fn at(&self, level: Level) -> impl Iterator<Item = &Arc<BaseItem>> {
        self.iter().filter(move |item| item.is_on(level))
    }

    /// How many local implementations follow from these items: for each level, items on it times regions on it.
    pub fn count_implementations(&self, regions: &Regions) -> BTreeMap<Level, u64> {
        let count = |level: Level| (self.at(level).count() * regions.count_at(level)) as u64;
        Level::ALL.into_iter().map(|level| (level, count(level))).collect()
    }
}

/// The theme of an item in the half of the portal that is for this subject.
fn theme_of(item: &BaseItem, subject: Subject) -> Option<&Theme> {
    match subject {
        Subject::Person => item.personal_theme.as_ref(),
        Subject::Organisation => item.company_theme.as_ref(),
    }
}

impl Cached for Items {
    const NAME: &'static str = "catalogue.items";

    fn load(read: &mut dyn Read) -> Result<Self, Error> {
        table::published(read).map(Self::new)
    }
}
