//! The index that faces ask.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use catalogue::{Adjustments, BaseItem, Items};
use organisation::Regions;
use store::{Db, Error, ReadExt};

use crate::facets::{Facets, Filter};
use crate::phrase::Asked;
use crate::query::{Hit, Hits, Query};
use crate::rank::{Ranked, rank};
use crate::snapshot::Snapshot;
use crate::suggest::{Suggestion, suggest};
use crate::words::Words;

/// Hits given at most.
const LIMIT_MAX: usize = 500;
/// Items shown when nothing fits.
const NEAR: usize = 5;

/// The index over the published catalogue. It follows the catalogue's registers: each question first looks whether they
/// are still those that it was built from, in this process or any other.
pub struct Index {
    db: Db,
    words: Arc<Words>,
    snapshot: RwLock<Arc<Snapshot>>,
    /// Held by whoever builds a new snapshot; the others meanwhile use the old one.
    building: Mutex<()>,
}

/// The registers that an index is built from.
type Sources = (Arc<Items>, Arc<Regions>, Arc<Adjustments>);

impl Index {
    /// Builds the index from what is published.
    pub fn open(db: &Db) -> Result<Self, Error> {
        let words = Words::shipped().map_err(|bad| Error::Corrupt(format!("synonyms.csv: {} bad lines", bad.len())))?;
        let words = Arc::new(words);
        let (items, regions, adjustments) = sources(db)?;
        let snapshot = Snapshot::build(items, regions, adjustments, Arc::clone(&words))?;
        Ok(Self { db: db.clone(), words, snapshot: RwLock::new(Arc::new(snapshot)), building: Mutex::default() })
    }

    /// Finds items by everyday words.
    pub fn search(&self, query: &Query) -> Result<Hits, Error> {
        let snapshot = self.current()?;
        let asked = Asked::new(&query.text, &snapshot.words);
        let ranked = if asked.plain.is_empty() { everything(&snapshot) } else { rank(&snapshot, &asked)? };
        let item = |ranked: &Ranked| -> &BaseItem { &snapshot.docs[ranked.place].item };
        let items = ranked.iter().map(item);
        let facets = Facets::count(&snapshot, query, items);
        let hit = |ranked: &Ranked| Hit {
            code: item(ranked).code,
            score: ranked.score,
            matched: ranked.matched.clone(),
            place: snapshot.serving(item(ranked), query.region),
        };
        let kept: Vec<&Ranked> =
            ranked.iter().filter(|ranked| query.lets(&snapshot, item(ranked), Filter::All)).collect();
        let hits = kept.iter().skip(query.offset).take(query.limit.min(LIMIT_MAX)).map(|ranked| hit(ranked)).collect();
        let near = if kept.is_empty() { nearest(&snapshot, query, &ranked, &asked) } else { Vec::new() };
        Ok(Hits { total: kept.len(), hits, facets, near: near.iter().map(hit).collect() })
    }

    /// What somebody may be about to type: words, Pinyin or initials.
    pub fn suggest(&self, typed: &str, limit: usize) -> Result<Vec<Suggestion>, Error> {
        Ok(suggest(&*self.current()?, typed, limit))
    }

    /// Looks whether the catalogue changed and builds the index anew if so. Whether it did.
    pub fn keep_up(&self) -> Result<bool, Error> {
        let sources = sources(&self.db)?;
        if self.is_of(&sources) {
            return Ok(false);
        }
        let _building = self.building.lock().unwrap_or_else(PoisonError::into_inner);
        self.build(sources)
    }

    /// The snapshot of what is published now; the one before, while another thread builds.
    fn current(&self) -> Result<Arc<Snapshot>, Error> {
        let sources = sources(&self.db)?;
        if !self.is_of(&sources)
            && let Ok(_building) = self.building.try_lock()
        {
            self.build(sources)?;
        }
        Ok(self.held())
    }

    fn build(&self, (items, regions, adjustments): Sources) -> Result<bool, Error> {
        let snapshot = Arc::new(Snapshot::build(items, regions, adjustments, Arc::clone(&self.words))?);
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = snapshot;
        Ok(true)
    }

    fn is_of(&self, (items, regions, adjustments): &Sources) -> bool {
        let held = self.held();
        Arc::ptr_eq(&held.items, items)
            && Arc::ptr_eq(&held.regions, regions)
            && Arc::ptr_eq(&held.adjustments, adjustments)
    }

    fn held(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn sources(db: &Db) -> Result<Sources, Error> {
    db.read(|read| Ok((read.cached::<Items>()?, read.cached::<Regions>()?, read.cached::<Adjustments>()?)))
}

/// Every item, those that many people look for first.
fn everything(snapshot: &Snapshot) -> Vec<Ranked> {
    let score = |item: &BaseItem| if item.tags.iter().any(|tag| tag == "高频") { 1.0 } else { 0.5 };
    let all = snapshot.docs.iter().enumerate();
    let mut all: Vec<Ranked> =
        all.map(|(place, doc)| Ranked { place, score: score(&doc.item), matched: Vec::new() }).collect();
    all.sort_by(|one, other| other.score.total_cmp(&one.score));
    all
}

/// When nothing passes: first what fits the words and fails a filter, then what shares a character, then what many
/// people look for.
fn nearest(snapshot: &Snapshot, query: &Query, ranked: &[Ranked], asked: &Asked) -> Vec<Ranked> {
    let mut near: Vec<Ranked> = ranked.iter().take(NEAR).cloned().collect();
    let subject = |item: &BaseItem| query.subject.is_none_or(|subject| item.is_for(subject));
    let shares = |item: &BaseItem| {
        let own = item.synonyms.iter().chain([&item.name]).flat_map(|text| text.chars());
        let own: std::collections::HashSet<char> = own.collect();
        asked.core.chars().filter(|one| own.contains(one)).count()
    };
    let mut rest: Vec<(usize, Ranked)> = everything(snapshot)
        .into_iter()
        .filter(|one| subject(&snapshot.docs[one.place].item) && !near.iter().any(|had| had.place == one.place))
        .map(|one| (shares(&snapshot.docs[one.place].item), one))
        .collect();
    rest.sort_by_key(|(shared, _)| std::cmp::Reverse(*shared));
    near.extend(rest.into_iter().map(|(_, one)| one).take(NEAR.saturating_sub(near.len())));
    near
}
