//! What is asked and what is answered.

use catalogue::Subject;
use kernel::{BasicCode, KindCode, RegionCode};

use crate::facets::Facets;

/// What somebody looks for. Empty words ask for everything that the rest lets through.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// Words as they were typed.
    pub text: String,
    /// Where the person is: hits say which region serves them. `None`: the whole province.
    pub region: Option<RegionCode>,
    /// Only items of this theme, by its code; of the subject's half when a subject is named.
    pub theme: Option<String>,
    /// Only items for this subject.
    pub subject: Option<Subject>,
    /// Only items of this kind of department.
    pub kind: Option<KindCode>,
    /// Only items that ask for so many visits at most.
    pub max_trips: Option<u32>,
    /// Only items with a promise of so many working days at most.
    pub max_days: Option<u32>,
    /// Only items that this region itself handles: the person's own or one above it.
    pub at: Option<RegionCode>,
    /// Hits at most; at most 500 are given.
    pub limit: usize,
    /// Hits to pass over.
    pub offset: usize,
}

impl Query {
    /// A question in words, for a place.
    pub fn new(text: impl Into<String>, region: Option<RegionCode>) -> Self {
        Self { text: text.into(), region, limit: 10, ..Self::default() }
    }
}

/// One item that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The item.
    pub code: BasicCode,
    /// How well it fits; only to be compared with other hits of the same question.
    pub score: f32,
    /// The words by which people know it that fit, best first.
    pub matched: Vec<String>,
    /// The region that serves the person; `None` when they must choose further, or named no place.
    pub place: Option<RegionCode>,
}

/// The answer.
#[derive(Clone, Debug, Default)]
pub struct Hits {
    /// How many items fit.
    pub total: usize,
    /// The items asked for, best first.
    pub hits: Vec<Hit>,
    /// How they spread.
    pub facets: Facets,
    /// When nothing fits: what comes nearest, or what most people look for.
    pub near: Vec<Hit>,
}
