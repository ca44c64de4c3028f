//! What changed from one version of an item to the next.

use serde_json::Value;

use crate::item::BaseItem;

/// One element that differs between two versions.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The element, by the name under which it is stored: `promised`, `materials` …
    pub element: String,
    /// What it was.
    pub before: Value,
    /// What it is.
    pub after: Value,
}

/// The elements in which two versions differ, in the order of the item's elements.
pub fn diff(before: &BaseItem, after: &BaseItem) -> Vec<Change> {
    let (Ok(Value::Object(before)), Ok(Value::Object(after))) =
        (serde_json::to_value(before), serde_json::to_value(after))
    else {
        return Vec::new();
    };
    let changed = after.into_iter().filter_map(|(element, after)| {
        let before = before.get(&element).cloned().unwrap_or_default();
        (before != after).then_some(Change { element, before, after })
    });
    changed.collect()
}
