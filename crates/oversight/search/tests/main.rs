//! Finding items by everyday words.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod finding;
mod keeping_up;
mod properties;
mod words;

use std::sync::LazyLock;

use catalogue::Items;
use kernel::Actor;
use organisation::Kinds;
use search::{Hits, Index, Query};
use store::testing::Place;
use store::{Db, Error, ReadExt};

/// Tables of the rooms that are indexed.
const ROOMS: [&[store::Migration]; 2] = [organisation::MIGRATIONS, catalogue::MIGRATIONS];

/// Publishes the shipped catalogue.
fn fill(db: &Db) {
    let places = organisation::builtin::builtin().unwrap();
    let shipped = catalogue::builtin::builtin(&Kinds::new(places.kinds.clone())).unwrap();
    let import = Actor::System("import");
    let actor = import.clone();
    db.write(move |tx| organisation::desk::import_builtin(tx, &actor, &places)).unwrap();
    db.write(move |tx| catalogue::desk::publish_builtin(tx, &import, &shipped)).unwrap();
}

/// The shipped catalogue on a database of its own, for tests that only ask.
struct Shipped {
    index: Index,
    items: std::sync::Arc<Items>,
    _place: Place,
}

impl Shipped {
    fn get() -> &'static Self {
        static SHIPPED: LazyLock<Shipped> = LazyLock::new(|| {
            let place = Place::sqlite(&ROOMS);
            let db = place.open();
            fill(&db);
            let items = db.read::<_, Error>(|read| read.cached()).unwrap();
            Shipped { index: Index::open(&db).unwrap(), items, _place: place }
        });
        &SHIPPED
    }

    fn find(&self, text: &str) -> Hits {
        self.index.search(&Query { limit: 400, ..Query::new(text, "320102002001".parse().ok()) }).unwrap()
    }

    /// Names of the hits, best first.
    fn names(&self, text: &str) -> Vec<String> {
        let hits = self.find(text).hits.into_iter();
        hits.map(|hit| self.items.get(&hit.code).unwrap().name.clone()).collect()
    }
}
