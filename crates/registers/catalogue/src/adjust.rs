//! What one place makes better for people than the base item asks.

use std::collections::HashMap;

use kernel::{BasicCode, Fen, RegionCode, WorkingDays};
use serde::{Deserialize, Serialize};
use store::{Cached, Error, Read};

use crate::table;

/// How a local implementation differs from its base item. Name, code, type and legal basis cannot even be said here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Adjustment {
    /// A shorter promise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised: Option<WorkingDays>,
    /// Materials of the base item that are not asked for here, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waived: Vec<String>,
    /// A lower fee; zero makes it free.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee: Option<Fen>,
    /// Fewer visits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visits: Option<u32>,
}

impl Adjustment {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// All adjustments, in memory.
#[derive(Debug, Default)]
pub struct Adjustments(HashMap<(BasicCode, RegionCode), Adjustment>);

impl Adjustments {
    /// Orders adjustments for asking.
    pub fn new(all: impl IntoIterator<Item = (BasicCode, RegionCode, Adjustment)>) -> Self {
        Self(all.into_iter().map(|(code, region, adjustment)| ((code, region), adjustment)).collect())
    }

    /// What differs for this item in this region.
    pub fn get(&self, code: &BasicCode, region: &RegionCode) -> Option<&Adjustment> {
        self.0.get(&(*code, *region))
    }

    /// How many places differ in something.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no place differs in anything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Cached for Adjustments {
    const NAME: &'static str = "catalogue.adjustments";

    fn load(read: &mut dyn Read) -> Result<Self, Error> {
        table::adjustments(read).map(Self::new)
    }
}
