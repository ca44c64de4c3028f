//! Reports: for the public, for their reporters, for those who handle them.

use kernel::{Actor, Duty, PartyId, RegionCode, Timestamp};
use store::{Error, Failure, Read, Vault};

use super::{PAGE_MOST, after, counties, mark_of, parts};
use crate::{Exposure, ExposureId, ExposureState, Refusal, desk, table};

/// Under which name the room seals what was reported without a name.
pub(crate) const EXPOSURE_TEXT: &str = "evaluation.exposure";
/// Under which name the room seals who reported.
pub(crate) const REPORTER: &str = "evaluation.reporter";
/// Own reports shown at once.
const OWN_MOST: usize = 50;

pub(crate) fn reporter_mark(vault: &Vault, party: &PartyId) -> String {
    desk::hex(&vault.blind(REPORTER, &party.to_string()))
}

/// One page of reports.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The reports.
    pub exposures: Vec<Exposure>,
    /// Hand this in to go on; none at the end.
    pub next: Option<String>,
}

/// What was published within a region, latest first.
pub fn exposed(read: &mut dyn Read, region: &RegionCode, limit: usize, cursor: Option<&str>) -> Result<Page, Error> {
    let limit = limit.clamp(1, PAGE_MOST);
    let before = cursor.and_then(|cursor| {
        let (at, id) = cursor.split_once('.')?;
        Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, id.parse::<ExposureId>().ok()?))
    });
    let mut exposures = table::exposure::published(read, counties(region), before, limit + 1)?;
    let has_more = exposures.len() > limit;
    exposures.truncate(limit);
    let last = exposures.last().filter(|_| has_more);
    let next = last.and_then(|last| Some(format!("{}.{}", last.published_at?.as_microsecond(), last.id)));
    Ok(Page { exposures, next })
}

/// A report, for those who handle it.
pub fn exposure_for(read: &mut dyn Read, actor: &Actor, id: &ExposureId) -> Result<Exposure, Failure<Refusal>> {
    let exposure = table::exposure::load(read, id)?.ok_or(Refusal::NotFound)?;
    let handles = match actor {
        Actor::System(_) => true,
        Actor::Citizen { .. } => false,
        Actor::Staff { .. } => {
            [Duty::Redress, Duty::Supervise].iter().any(|duty| actor.may(*duty, &exposure.department))
        }
    };
    if handles { Ok(exposure) } else { Err(Refusal::NotFound.into()) }
}

/// A published report, for everybody.
pub fn published_exposure(read: &mut dyn Read, id: &ExposureId) -> Result<Exposure, Failure<Refusal>> {
    let found = table::exposure::load(read, id)?;
    Ok(found.filter(|exposure| exposure.published.is_some()).ok_or(Refusal::NotFound)?)
}

/// What was reported, for whoever handles it: the words, and never who said them.
pub fn exposure_words(read: &mut dyn Read, exposure: &Exposure) -> Result<String, Error> {
    let vault = read.vault();
    let Some(reporter) = &exposure.reporter else { return vault.decrypt(EXPOSURE_TEXT, &exposure.text) };
    let party = vault.decrypt(REPORTER, reporter)?;
    let party: PartyId = party.parse().map_err(|_| Error::Corrupt("a reporter is no party".to_owned()))?;
    match vault.unseal(read, &party, &exposure.text) {
        Err(Error::Erased) => Ok("（已按本人要求删除）".to_owned()),
        other => other,
    }
}

/// The report that a reporter's secret opens, with its words.
pub fn by_secret(read: &mut dyn Read, secret: &str) -> Result<(Exposure, String), Failure<Refusal>> {
    let mark = mark_of(&read.vault(), secret);
    let exposure = table::exposure::by_secret(read, &mark)?.ok_or(Refusal::NotFound)?;
    let words = exposure_words(read, &exposure)?;
    Ok((exposure, words))
}

/// What somebody reported under their name, latest first; only they can find it.
pub fn my_exposures(read: &mut dyn Read, party: &PartyId) -> Result<Vec<Exposure>, Error> {
    let mark = reporter_mark(&read.vault(), party);
    table::exposure::by_mark(read, &mark, OWN_MOST)
}

/// The reports that stand at `state` in the actor's scope, the most pressing first.
pub fn exposure_queue(
    read: &mut dyn Read,
    actor: &Actor,
    state: ExposureState,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page, Failure<Refusal>> {
    let limit = limit.clamp(1, PAGE_MOST);
    let after = after(cursor);
    let mut found = vec![];
    for part in parts(actor)? {
        found.extend(table::exposure::staged(read, &part, state, (after.0, &after.1), limit + 1)?);
    }
    found.sort_by_key(|(next_by, exposure)| (*next_by, exposure.id));
    found.dedup_by_key(|(_, exposure)| exposure.id);
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| has_more).map(|(key, exposure)| format!("{key}.{}", exposure.id));
    Ok(Page { exposures: found.into_iter().map(|(_, exposure)| exposure).collect(), next })
}
