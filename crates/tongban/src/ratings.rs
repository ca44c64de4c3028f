//! `ratings` and `hotline`: sends ratings on to the national platform, and proves that the kept figures are what a recount gives.

use crate::failure::Failed;
use evaluation::query;
use std::io::{self, Write};
use store::Db;

/// Services read at a time.
const PAGE: usize = 500;

/// Prints a month's ratings, one JSON object a line.
pub fn export(db: &Db, month: &str) -> Result<(), Failed> {
    let month = number(month)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut after = Some(String::new());
    while let Some(place) = after {
        let (rows, next) = db.read(|read| query::export(read, month, &place, PAGE))?;
        for row in &rows {
            serde_json::to_writer(&mut out, row).map_err(|error| Failed::new(error.to_string()))?;
            writeln!(out)?;
        }
        after = next;
    }
    Ok(out.flush()?)
}

/// Counts a month anew; what differs, in words.
pub fn recount(db: &Db, month: &str) -> Result<String, Failed> {
    let month = number(month)?;
    let found = db.snapshot(|read| query::recount(read, month))?;
    said(month, found.iter().map(|one| (one.what.as_str(), one.kept, one.counted)))
}

/// Counts a month's work orders anew; what differs, in words.
pub fn recount_hotline(db: &Db, month: &str) -> Result<String, Failed> {
    let month = number(month)?;
    let found = db.snapshot(|read| hotline::query::recount(read, month))?;
    said(month, found.iter().map(|one| (one.what.as_str(), one.kept, one.counted)))
}

fn said<'a>(month: i64, differences: impl Iterator<Item = (&'a str, i64, i64)>) -> Result<String, Failed> {
    let lines: Vec<String> =
        differences.map(|(what, kept, counted)| format!("{what}: kept {kept}, counted {counted}")).collect();
    if lines.is_empty() {
        return Ok(format!("{month}: the kept figures are what a recount gives"));
    }
    Err(Failed::new(format!("{month}: figures differ from a recount\n{}", lines.join("\n"))))
}

fn number(month: &str) -> Result<i64, Failed> {
    let read = |month: &str| {
        let (year, part) = month.split_once('-')?;
        let (year, part): (i64, i64) = (year.parse().ok()?, part.parse().ok()?);
        ((2000..2100).contains(&year) && (1..=12).contains(&part)).then_some(year * 100 + part)
    };
    read(month).ok_or_else(|| Failed::new(format!("{month} is no month; write it as 2026-11")))
}
