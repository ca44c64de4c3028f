//! Where a person's business is done.

use kernel::{Level, RegionCode};
use organisation::Regions;

use crate::item::BaseItem;

/// The item is not handled in the region that was given, nor in one above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotHere {
    /// The regions directly below, among which to choose further. Empty when the region itself is unknown.
    pub options: Vec<RegionCode>,
}

/// The region that serves somebody who lives, or does business, in `here`: the nearest one, from there upwards, whose
/// level handles the item.
pub fn place(regions: &Regions, item: &BaseItem, here: RegionCode) -> Result<RegionCode, NotHere> {
    let Some(region) = regions.resolve(&here) else { return Err(NotHere { options: Vec::new() }) };
    let serves = |code: &RegionCode| item.is_on(code.level()) && regions.get(code).is_some();
    region.code.ancestors().find(serves).ok_or_else(|| NotHere {
        options: match region.level() {
            Level::Village => Vec::new(),
            _ => regions.children(&region.code).map(|child| child.code).collect(),
        },
    })
}
