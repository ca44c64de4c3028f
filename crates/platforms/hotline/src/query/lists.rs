//! Work lists: the centre's by stage, the units' inbox, what is supervised.

use kernel::{Actor, Duty, Level, PartyId, RegionCode};
use store::{Error, Read};

use super::{PAGE_MOST, Result, View, shown, view_of_staff};
use crate::model::county_number;
use crate::rules::{CENTRE, Refusal};
use crate::table::{self, Part};
use crate::{Stage, WorkOrder, book};

/// Orders of one stage are counted up to here.
const COUNT_MOST: usize = 1_000;

/// One line of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// The order.
    pub order: WorkOrder,
    /// Its title.
    pub title: String,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Its lines.
    pub lines: Vec<Queued>,
    /// Hand this in to go on; none at the end.
    pub next: Option<String>,
}

/// The counties of a region, as numbers: first and last.
pub(crate) fn counties(region: &RegionCode) -> (i64, i64) {
    let low = county_number(region);
    let high = match region.level() {
        Level::Province => low + 9_999,
        Level::City => low + 99,
        Level::County | Level::Town | Level::Village => low,
    };
    (low, high)
}

/// Where an actor holds one of `duties`. For the centre the place is the order's region, for a unit its department.
fn parts(actor: &Actor, duties: &[Duty], of_centre: bool) -> Result<Vec<Part>> {
    let refused = || Refusal::NotEmpowered { duties: duties.to_vec() };
    let Actor::Staff { powers, .. } = actor else { return Err(refused().into()) };
    let fits = |kind: Option<kernel::KindCode>| !of_centre || kind.is_none_or(|kind| kind == book().centre);
    let powers = powers.iter().filter(|power| duties.contains(&power.duty) && fits(power.scope.kind));
    let end = if of_centre { "" } else { "-%" };
    let mut parts: Vec<Part> = powers
        .map(|power| {
            let scope = &power.scope;
            let (low, high) = match scope.subtree {
                true => counties(&scope.region),
                false => (county_number(&scope.region), county_number(&scope.region)),
            };
            let place = match (scope.subtree, scope.region.level()) {
                (true, Level::Town) => format!("{}%", &scope.region.to_string()[..9]),
                (true, Level::Province | Level::City | Level::County) => "%".to_owned(),
                _ => format!("{}{end}", scope.region),
            };
            Part { low, high, place, kind: scope.kind.map_or("%".to_owned(), |kind| format!("%-{kind}")) }
        })
        .collect();
    if parts.is_empty() {
        return Err(refused().into());
    }
    parts.sort();
    parts.dedup();
    Ok(parts)
}

fn centre(actor: &Actor) -> Result<Vec<Part>> {
    parts(actor, &[CENTRE[0], CENTRE[1], CENTRE[2], Duty::Supervise], true)
}

fn after(cursor: Option<&str>) -> (i64, String) {
    let read = |cursor: &str| {
        let (key, number) = cursor.split_once('.')?;
        Some((key.parse().ok()?, number.to_owned()))
    };
    cursor.and_then(read).unwrap_or((-1, String::new()))
}

/// Parts of a list as one page. An order that lies in two parts stands there once.
fn merged(read: &mut dyn Read, mut found: Vec<(i64, WorkOrder)>, limit: usize, actor: &Actor) -> Result<Page> {
    found.sort_by_key(|(key, order)| (*key, order.number));
    found.dedup_by_key(|(_, order)| order.number);
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| has_more).map(|(key, order)| format!("{key}.{}", order.number));
    let holders: Vec<PartyId> = found.iter().map(|(_, order)| order.holder).collect();
    read.vault().learn(read, &holders)?;
    let lines = found.into_iter().map(|(_, order)| {
        // Whoever finds a line by one duty may read it by another one.
        let view = view_of_staff(actor, &order).unwrap_or(View::Unit);
        let title = shown(read, &order, view)?.call.title;
        Ok(Queued { order, title })
    });
    Ok(Page { lines: lines.collect::<std::result::Result<_, Error>>()?, next })
}

/// The orders that stand at `stage` where the actor works for the centre, the most pressing first.
pub fn queue(read: &mut dyn Read, actor: &Actor, stage: Stage, limit: usize, cursor: Option<&str>) -> Result<Page> {
    let limit = limit.clamp(1, PAGE_MOST);
    let after = after(cursor);
    let mut found = vec![];
    for part in centre(actor)? {
        found.extend(table::order::staged(read, &part, stage, (after.0, &after.1), limit + 1)?);
    }
    merged(read, found, limit, actor)
}

/// The orders that are supervised, the most pressing first.
pub fn supervised(read: &mut dyn Read, actor: &Actor, open: bool, limit: usize, cursor: Option<&str>) -> Result<Page> {
    let limit = limit.clamp(1, PAGE_MOST);
    let after = after(cursor);
    let mut found = vec![];
    for part in centre(actor)? {
        found.extend(table::order::supervised(read, &part, open, (after.0, &after.1), limit + 1)?);
    }
    merged(read, found, limit, actor)
}

/// The orders that stand at `stage` with a unit that the actor handles for, the most pressing first.
pub fn inbox(read: &mut dyn Read, actor: &Actor, stage: Stage, limit: usize, cursor: Option<&str>) -> Result<Page> {
    let limit = limit.clamp(1, PAGE_MOST);
    let after = after(cursor);
    let mut found = vec![];
    for part in parts(actor, &[Duty::Handle], false)? {
        found.extend(table::order::inbox(read, &part, stage, (after.0, &after.1), limit + 1)?);
    }
    merged(read, found, limit, actor)
}

/// How many stand at each open stage where the actor works for the centre, counted up to a thousand a part.
pub fn counts(read: &mut dyn Read, actor: &Actor) -> Result<Vec<(Stage, i64)>> {
    let parts = centre(actor)?;
    let mut counts = vec![];
    for stage in Stage::ALL.into_iter().filter(|stage| *stage != Stage::Closed) {
        let mut sum = 0;
        for part in &parts {
            sum += table::order::count(read, part, stage, COUNT_MOST)?;
        }
        counts.push((stage, sum));
    }
    Ok(counts)
}

/// How many wait in the actor's inbox: to sign and to handle.
pub fn inbox_counts(read: &mut dyn Read, actor: &Actor) -> Result<Vec<(Stage, i64)>> {
    let parts = parts(actor, &[Duty::Handle], false)?;
    let mut counts = vec![];
    for stage in [Stage::Dispatched, Stage::Handling] {
        let mut sum = 0;
        for part in &parts {
            sum += table::order::count_inbox(read, part, stage, COUNT_MOST)?;
        }
        counts.push((stage, sum));
    }
    Ok(counts)
}
