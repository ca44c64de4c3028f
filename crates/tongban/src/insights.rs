//! `insight`: proves that the kept roll-ups are what a recount of the journal gives.

use crate::failure::Failed;
use insight::query;
use store::Db;

/// Differences that are named.
const NAMED: usize = 50;

/// Counts the journal anew; what differs, cell by cell.
pub fn recount(db: &Db) -> Result<String, Failed> {
    let found = db.snapshot(|read| query::recount(read, NAMED))?;
    if found.differ == 0 {
        let (cells, entries) = (found.cells, found.entries);
        return Ok(format!("{cells} cells are what a recount of {entries} entries of the journal gives"));
    }
    let lines = found.differences.iter().map(|one| {
        let (kept, counted) = (one.kept, one.counted);
        format!("{}: kept {} ({}), counted {} ({})", one.key, kept.n, kept.total, counted.n, counted.total)
    });
    let lines: Vec<String> = lines.collect();
    Err(Failed::new(format!("{} of {} cells differ from a recount\n{}", found.differ, found.cells, lines.join("\n"))))
}
