//! Counts what comes in and goes out, by day and county.

use std::collections::BTreeMap;

use kernel::{Date, local_date};
use store::{Db, Effectuation, Entry, Error, Event as _, Follower};

use crate::{Event, model, table};

/// Keeps the figures of [`crate::query::figures`].
pub struct Tally;

impl Follower for Tally {
    fn name(&self) -> &'static str {
        "casework.tally"
    }

    fn rooms(&self) -> &'static [&'static str] {
        &[Event::ROOM]
    }

    fn prepare(&self, _: &Db, entries: &[Entry]) -> Result<Effectuation, Error> {
        let mut sums: BTreeMap<(Date, i64, &'static str), i64> = BTreeMap::new();
        for entry in entries {
            let Some(number) = model::case_of(&entry.stream) else { continue };
            let county = table::case::county_number(&number.region());
            for what in figures(&entry.kind) {
                *sums.entry((local_date(entry.at), county, what)).or_default() += 1;
            }
        }
        Ok(Box::new(move |tx| {
            sums.iter().try_for_each(|((day, county, what), n)| table::tally::add(tx, *day, *county, what, *n))
        }))
    }
}

/// The figures that an event adds to.
fn figures(kind: &str) -> &'static [&'static str] {
    match kind {
        "casework.submitted" => &["submitted"],
        "casework.accepted" => &["accepted"],
        "casework.deemed-accepted" => &["accepted", "by-silence"],
        "casework.correction-requested" => &["corrected"],
        "casework.granted" => &["decided", "granted"],
        "casework.denied" => &["decided"],
        "casework.closed" => &["closed"],
        "casework.withdrawn" => &["withdrawn"],
        _ => &[],
    }
}
