//! Regions, holidays, departments and items that ship with the product, entered when the database is empty.

use crate::failure::Failed;
use catalogue::Items;
use kernel::Actor;
use organisation::{Kinds, Regions};
use std::path::Path;
use store::{Db, ReadExt};

/// Who enters them, for the journal.
const BUILT_IN: Actor = Actor::System("built-in");

/// Enters what is missing; whether anything was.
pub fn fill(db: &Db) -> Result<bool, Failed> {
    let regions = db.read(|read| read.cached::<Regions>())?;
    let mut filled = false;
    if regions.is_empty() {
        let data =
            organisation::builtin::builtin().map_err(|bad| Failed::lines(Path::new("built-in registers"), &bad))?;
        db.write(move |tx| organisation::desk::import_builtin(tx, &BUILT_IN, &data)).map_err(Failed::refused)?;
        filled = true;
    }
    let items = db.read(|read| read.cached::<Items>())?;
    if items.is_empty() {
        let kinds = db.read(|read| read.cached::<Kinds>())?;
        let data =
            catalogue::builtin::builtin(&kinds).map_err(|bad| Failed::lines(Path::new("built-in catalogue"), &bad))?;
        db.write(move |tx| catalogue::desk::publish_builtin(tx, &BUILT_IN, &data)).map_err(Failed::refused)?;
        filled = true;
    }
    if db.read(hotline::query::is_empty)? {
        db.write(|tx| hotline::import_knowledge(tx, &BUILT_IN)).map_err(Failed::refused)?;
        filled = true;
    }
    if messages::query::version(db)? == 0 {
        db.write(|tx| messages::desk::publish(tx, &BUILT_IN, messages::BUILTIN)).map_err(Failed::refused)?;
        filled = true;
    }
    Ok(filled)
}
