//! How hits spread over places, visits, days and departments.

use std::collections::BTreeMap;

use catalogue::BaseItem;
use kernel::{KindCode, Level, RegionCode};

use crate::query::Query;
use crate::snapshot::Snapshot;

/// How hits spread. Each facet counts the hits that all other filters let through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// Where they are handled: the person's region first, then those above it; without a place, by level.
    pub places: Vec<(Where, usize)>,
    /// By visits: 0, 1, and 2 for more.
    pub trips: Vec<(u32, usize)>,
    /// By promised working days: 0, up to 1, 5, 10, 20, and `u32::MAX` for more.
    pub days: Vec<(u32, usize)>,
    /// By kind of department, most first.
    pub departments: Vec<(KindCode, usize)>,
}

/// Where hits are handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Where {
    /// By one region.
    Region(RegionCode),
    /// By all regions of a level.
    Level(Level),
}

/// Bounds of the days.
const DAYS: [u32; 6] = [0, 1, 5, 10, 20, u32::MAX];

/// The filters of a question. A facet leaves its own out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filter {
    /// All of them.
    All,
    /// All but where.
    Places,
    /// All but visits.
    Trips,
    /// All but days.
    Days,
    /// All but departments.
    Departments,
}

impl Query {
    /// Whether an item passes the filters, but for the one that is left out.
    pub(crate) fn lets(&self, snapshot: &Snapshot, item: &BaseItem, left_out: Filter) -> bool {
        let without = |filter: Filter| left_out == filter;
        let theme = |theme: &String| {
            let half = [
                self.subject
                    .is_none_or(|subject| subject == catalogue::Subject::Person)
                    .then_some(&item.personal_theme),
                self.subject
                    .is_none_or(|subject| subject == catalogue::Subject::Organisation)
                    .then_some(&item.company_theme),
            ];
            half.into_iter().flatten().flatten().any(|own| own.code == *theme)
        };
        let at = |region: RegionCode| item.is_on(region.level());
        let (promised, visits) = snapshot.terms(item, self.region);
        self.subject.is_none_or(|subject| item.is_for(subject))
            && self.theme.as_ref().is_none_or(theme)
            && (without(Filter::Departments) || self.kind.is_none_or(|kind| item.department == kind))
            && (without(Filter::Trips) || self.max_trips.is_none_or(|most| visits <= most))
            && (without(Filter::Days) || self.max_days.is_none_or(|most| promised <= most))
            && (without(Filter::Places) || self.at.is_none_or(at))
    }
}

impl Facets {
    /// Counts the items that fit the words of a question.
    pub(crate) fn count<'a>(
        snapshot: &Snapshot,
        query: &Query,
        items: impl Iterator<Item = &'a BaseItem> + Clone,
    ) -> Facets {
        let through = |filter: Filter| items.clone().filter(move |item| query.lets(snapshot, item, filter));
        let place = |level: Level| match query.region {
            Some(region) => region.at(level).map(Where::Region),
            None => Some(Where::Level(level)),
        };
        let places = Level::ALL.into_iter().rev().filter_map(|level| {
            let count = through(Filter::Places).filter(|item| item.is_on(level)).count();
            place(level).filter(|_| count > 0).map(|place| (place, count))
        });
        let mut trips = BTreeMap::new();
        for item in through(Filter::Trips) {
            *trips.entry(snapshot.terms(item, query.region).1.min(2)).or_insert(0) += 1;
        }
        let mut days = BTreeMap::new();
        for item in through(Filter::Days) {
            let promised = snapshot.terms(item, query.region).0;
            let bound = DAYS.into_iter().find(|bound| promised <= *bound).unwrap_or(u32::MAX);
            *days.entry(bound).or_insert(0) += 1;
        }
        let mut kinds = BTreeMap::new();
        for item in through(Filter::Departments) {
            *kinds.entry(item.department).or_insert(0) += 1;
        }
        let mut departments: Vec<(KindCode, usize)> = kinds.into_iter().collect();
        departments.sort_by_key(|(kind, count)| (std::cmp::Reverse(*count), *kind));
        Facets {
            places: places.collect(),
            trips: trips.into_iter().collect(),
            days: days.into_iter().collect(),
            departments,
        }
    }
}
