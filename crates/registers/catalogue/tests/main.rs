//! The catalogue: reading, rules, places and forms.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod desk;
mod forms;
mod items;
mod places;
mod rules;
mod tariffs;

use std::sync::{Arc, LazyLock};

use catalogue::builtin::{Builtin, builtin};
use catalogue::{BaseItem, Forms, Items, Published};
use organisation::{Kinds, Region, Regions};

/// The shipped data as registers in memory.
struct Shipped {
    regions: Regions,
    kinds: Kinds,
    items: Items,
    forms: Forms,
}

impl Shipped {
    /// Read once for all tests.
    fn load() -> &'static Self {
        static SHIPPED: LazyLock<Shipped> = LazyLock::new(Shipped::read);
        &SHIPPED
    }

    fn read() -> Self {
        let places = organisation::builtin::builtin().unwrap();
        let kinds = Kinds::new(places.kinds);
        let Builtin { items, forms } = builtin(&kinds).unwrap();
        let regions = places.regions.into_iter().map(|line| Region {
            code: line.code,
            name: line.name,
            kind: line.kind,
            valid_from: None,
            valid_to: None,
        });
        let since = "2026-01-01".parse().unwrap();
        Self {
            regions: Regions::new(regions, places.aliases),
            items: Items::new(items.into_iter().map(|item| Published { item: Arc::new(item), version: 1, since })),
            forms: Forms::new(forms),
            kinds,
        }
    }

    fn item(&self, code: &str) -> BaseItem {
        BaseItem::clone(self.items.get(&code.parse().unwrap()).unwrap())
    }
}
