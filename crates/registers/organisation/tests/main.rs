//! Regions, departments and their imports.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod departments;
mod desk;
mod parsing;
mod regions;
mod rules;

use std::sync::LazyLock;

use organisation::builtin::{Builtin, builtin};
use organisation::{AreaCodes, Kinds, Overrides, Region, Regions};

/// The shipped data as registers in memory.
struct Shipped {
    regions: Regions,
    kinds: Kinds,
    areas: AreaCodes,
}

impl Shipped {
    /// Read once for all tests.
    fn load() -> &'static Self {
        static SHIPPED: LazyLock<Shipped> = LazyLock::new(Shipped::read);
        &SHIPPED
    }

    fn read() -> Self {
        let Builtin { regions, aliases, areas, kinds, .. } = builtin().unwrap();
        let regions = regions.into_iter().map(|line| Region {
            code: line.code,
            name: line.name,
            kind: line.kind,
            valid_from: None,
            valid_to: None,
        });
        Self { regions: Regions::new(regions, aliases), kinds: Kinds::new(kinds), areas: AreaCodes::new(areas) }
    }

    fn department(&self, id: &str) -> Option<organisation::Department> {
        self.kinds.department(&self.regions, &self.areas, &Overrides::default(), &id.parse().unwrap())
    }

    fn name(&self, id: &str) -> String {
        self.department(id).map(|department| department.name).unwrap_or_default()
    }
}
