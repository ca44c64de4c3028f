//! The catalogue's figure: the guide page of an item, as visitors ask for it.

use super::{Measurement, load::Figures, script::Get, stage::Stage};
use crate::failure::Failed;
use std::sync::Arc;

/// What is measured of the catalogue.
pub const MEASUREMENTS: &[Measurement] = &[Measurement { key: "guide", title: "item guide page", measure: guide }];

/// The item whose guide is asked for.
const ITEM: &str = "322018901000";
/// Counties for which it is asked.
const COUNTIES_MAX: usize = 24;

fn guide(stage: &mut Stage) -> Result<Figures, Failed> {
    let address = |county: &String| (format!("/item/{ITEM}?region={county}000000"), None);
    let pages = stage.counties(COUNTIES_MAX).iter().map(address).collect();
    stage.drive(Arc::new(Get { host: stage.host.clone(), pages }))
}
