//! Proof that the rows are what the journal says: versions by their digest, adjustments whole.

use kernel::BasicCode;
use store::{Entry, Error, Read};

use crate::event::Event;
use crate::table::{self, Stored};

/// Replays the streams of this room for `tongban journal verify`.
pub struct Catalogue;

impl store::Replay for Catalogue {
    fn room(&self) -> &'static str {
        "catalogue"
    }

    fn check(&self, read: &mut dyn Read, stream: &str, entries: &[Entry]) -> Result<Option<String>, Error> {
        let events: Vec<Event> = entries.iter().map(Entry::event).collect::<Result<_, _>>()?;
        let found = match stream.split_once(':') {
            Some(("item", code)) => item(read, code, &events)?,
            Some(("form", name)) => versions(&table::stored_forms(read, name)?, &published(&events), true),
            Some(("implementation", place)) => implementation(read, place, &events)?,
            _ => Some("no such stream"),
        };
        Ok(found.map(str::to_owned))
    }
}

type Difference = Option<&'static str>;

fn item(read: &mut dyn Read, code: &str, events: &[Event]) -> Result<Difference, Error> {
    let Ok(code) = code.parse::<BasicCode>() else { return Ok(Some("no basic code")) };
    let holds = !matches!(events.last(), Some(Event::ItemWithdrawn { .. }));
    Ok(versions(&table::stored_items(read, &code)?, &published(events), holds))
}

/// Versions and digests that were told, in order.
fn published(events: &[Event]) -> Vec<(u32, &str)> {
    let pairs = events.iter().filter_map(|event| match event {
        Event::ItemPublished { version, digest, .. } | Event::FormPublished { version, digest, .. } => {
            Some((*version, digest.as_str()))
        }
        Event::ItemWithdrawn { .. } | Event::ImplementationAdjusted { .. } => None,
    });
    pairs.collect()
}

/// Every version is there, says what was told of it, and only the last one holds, if any.
fn versions(stored: &[Stored], told: &[(u32, &str)], holds: bool) -> Difference {
    let same = |stored: &Stored, told: &(u32, &str)| {
        let digest = store::sm3(stored.body.as_bytes()).to_string();
        stored.version == told.0 && digest == told.1 && stored.digest.to_string() == told.1
    };
    let last = stored.len().saturating_sub(1);
    let open = |(place, stored): (usize, &Stored)| stored.holds == (holds && place == last);
    if stored.len() != told.len() || !stored.iter().zip(told).all(|(stored, told)| same(stored, told)) {
        Some("a version differs")
    } else if !stored.iter().enumerate().all(open) {
        Some("which version holds")
    } else {
        None
    }
}

fn implementation(read: &mut dyn Read, place: &str, events: &[Event]) -> Result<Difference, Error> {
    let Some(Event::ImplementationAdjusted { code, region, adjustment }) = events.last() else {
        return Ok(Some("another event"));
    };
    if place != format!("{code}-{region}") {
        return Ok(Some("another place"));
    }
    let all = table::adjustments(read)?;
    let stored = all.into_iter().find(|(own, here, _)| own == code && here == region).map(|(.., stored)| stored);
    let same = stored.unwrap_or_default() == *adjustment;
    Ok((!same).then_some("the adjustment differs"))
}
