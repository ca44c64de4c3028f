//! What faces and other rooms ask. Each answer has a bound.

use kernel::{Actor, DepartmentId, Duty, Level, PartyId, Power, Timestamp};
use store::{Error, Failure, Read};

use crate::{
    model::{Direction, End, Ends, Number, Parcel, ParcelId, Place, Trace},
    rules::Refusal,
    table::{self, Part},
};

/// The duties that let staff see parcels of their scope.
const SEEING: [Duty; 2] = [Duty::Receive, Duty::Supervise];
/// Parcels of one case.
const OF_CASE_MOST: usize = 20;
/// The most entries any list here gives at once.
pub const LIST_MAX: usize = 100;
/// A count stops here.
const COUNT_MOST: usize = 1_000;

/// A parcel, for those who may know of it: whose it is (or who acts for them), and staff who receive or supervise for its
/// department. To everybody else there is no such parcel.
pub fn parcel_for(read: &mut dyn Read, actor: &Actor, id: &ParcelId) -> Result<Parcel, Failure<Refusal>> {
    Ok(table::load(read, id)?.filter(|parcel| may_see(actor, parcel)).ok_or(Refusal::NotFound)?)
}

/// Whether somebody may know of a parcel.
pub fn may_see(actor: &Actor, parcel: &Parcel) -> bool {
    match actor {
        Actor::System(_) => true,
        Actor::Citizen { acting_for, .. } => *acting_for == parcel.party,
        Actor::Staff { .. } => SEEING.iter().any(|duty| actor.may(*duty, &parcel.department)),
    }
}

/// The parcels of one stream, oldest first, for a caller who has found out that it may be told of that stream.
pub fn of(read: &mut dyn Read, bound: &str) -> Result<Vec<Parcel>, Error> {
    table::of_stream(read, bound, OF_CASE_MOST)
}

/// Sender and receiver, opened.
pub fn ends(read: &mut dyn Read, parcel: &Parcel) -> Result<Ends, Error> {
    let json = read.vault().unseal(read, &parcel.party, &parcel.ends)?;
    Ok(serde_json::from_str(&json)?)
}

/// What the courier said with a report, opened: place and words.
pub fn words(read: &mut dyn Read, party: &PartyId, trace: &Trace) -> Result<crate::port::Words, Error> {
    let json = read.vault().unseal(read, party, &trace.raw)?;
    Ok(serde_json::from_str(&json)?)
}

/// What was noted with an act of staff, opened.
pub fn note(read: &mut dyn Read, parcel: &Parcel, note: &kernel::Sealed) -> Result<String, Error> {
    read.vault().unseal(read, &parcel.party, note)
}

/// The parcels of a party, latest first, opened before an instant.
pub fn of_party(
    read: &mut dyn Read,
    party: &PartyId,
    before: Option<Timestamp>,
    limit: usize,
) -> Result<Vec<Parcel>, Error> {
    table::of_party(read, party, before, limit.min(LIST_MAX))
}

/// Where the party's last parcel came from or went to: offered again, so that nobody types an address twice.
pub fn last_end(read: &mut dyn Read, party: &PartyId) -> Result<Option<End>, Error> {
    let Some(last) = table::of_party(read, party, None, 1)?.into_iter().next() else { return Ok(None) };
    let Ends { from, to } = ends(read, &last)?;
    Ok(Some(if last.direction == Direction::Collect { from } else { to }))
}

pub use crate::table::Listed;

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Its parcels.
    pub parcels: Vec<Listed>,
    /// Where to go on, if there is more.
    pub next: Option<String>,
}

/// What list of the desk is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// One step of the work.
    At(Place),
    /// The exceptions.
    Trouble,
}

/// A list of the desk within the actor's powers, oldest first.
pub fn list(
    read: &mut dyn Read,
    actor: &Actor,
    list: List,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Page, Failure<Refusal>> {
    let limit = limit.clamp(1, LIST_MAX);
    let (made, id) = cursor.and_then(|cursor| cursor.split_once('.')).unwrap_or(("-1", ""));
    let after = (made.parse().unwrap_or(-1), id);
    let mut parcels: Vec<Listed> = vec![];
    for part in parts(actor)? {
        parcels.extend(match list {
            List::At(place) => table::listed(read, &part, place.number(), after, limit + 1)?,
            List::Trouble => table::troubled(read, &part, after, limit + 1)?,
        });
    }
    // Powers may overlap; a parcel stands once.
    parcels.sort_by_key(|listed| (listed.parcel.made, listed.parcel.id.to_string()));
    parcels.dedup_by_key(|listed| listed.parcel.id);
    let more = parcels.len() > limit;
    parcels.truncate(limit);
    let last = parcels.last().filter(|_| more).map(|listed| &listed.parcel);
    let next = last.map(|last| format!("{}.{}", last.made.as_microsecond(), last.id));
    Ok(Page { parcels, next })
}

/// How many parcels stand on each list of the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// On each list, in the order of the work.
    pub places: Vec<(Place, i64)>,
    /// Among the exceptions.
    pub trouble: i64,
}

/// How many parcels stand on each list of the desk within the actor's powers; up to a thousand.
pub fn counts(read: &mut dyn Read, actor: &Actor) -> Result<Counts, Failure<Refusal>> {
    let parts = parts(actor)?;
    let mut places = vec![];
    for place in Place::ALL.into_iter().filter(|place| *place != Place::Done) {
        let mut sum = 0;
        for part in &parts {
            sum += table::count(read, part, Some(place.number()), COUNT_MOST)?;
        }
        places.push((place, sum));
    }
    let mut trouble = 0;
    for part in &parts {
        trouble += table::count(read, part, None, COUNT_MOST)?;
    }
    Ok(Counts { places, trouble })
}

/// The parcel that a scanned or typed code names, among those the actor may see: a courier's number, a parcel's id.
pub fn found(read: &mut dyn Read, actor: &Actor, code: &str) -> Result<ParcelId, Failure<Refusal>> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if let Ok(id) = code.parse::<ParcelId>() {
        return Ok(parcel_for(read, actor, &id).map_err(|_| Refusal::UnknownNumber)?.id);
    }
    let number: Number = code.parse().map_err(|_| Refusal::UnknownNumber)?;
    for id in table::numbered(read, &number)? {
        if let Some(parcel) = table::load(read, &id)?.filter(|parcel| may_see(actor, parcel)) {
            return Ok(parcel.id);
        }
    }
    Err(Refusal::UnknownNumber.into())
}

/// Codes that couriers used and the data file does not know: courier, code, how often. They are kept as they came.
pub fn unknown_codes(read: &mut dyn Read) -> Result<Vec<(String, String, i64)>, Error> {
    table::unknown_codes(read, LIST_MAX)
}

/// Where a member of staff may see parcels.
fn parts(actor: &Actor) -> Result<Vec<Part>, Failure<Refusal>> {
    let Actor::Staff { powers, .. } = actor else { return Err(Refusal::NotEmpowered.into()) };
    let mut parts: Vec<Part> = powers.iter().filter(|power| SEEING.contains(&power.duty)).map(part).collect();
    if parts.is_empty() {
        return Err(Refusal::NotEmpowered.into());
    }
    parts.sort();
    parts.dedup();
    Ok(parts)
}

/// The part of the lists that one power covers.
fn part(power: &Power) -> Part {
    let scope = &power.scope;
    let kind = scope.kind.map_or_else(|| "%".to_owned(), |kind| kind.to_string());
    let own = table::county_number(&scope.region);
    let (low, high, department) = match (scope.subtree, scope.region.level()) {
        (false, _) | (true, Level::Village) => (own, own, format!("{}-{kind}", scope.region)),
        (true, Level::Town) => (own, own, format!("{}%-{kind}", &scope.region.to_string()[..9])),
        (true, Level::County) => (own, own, format!("%-{kind}")),
        (true, Level::City) => (own, own + 99, format!("%-{kind}")),
        (true, Level::Province) => (own, own + 9_999, format!("%-{kind}")),
    };
    Part { low, high, department }
}

/// Whether the actor may receive at all: for showing a menu.
pub fn works_here(actor: &Actor) -> bool {
    SEEING.iter().any(|duty| actor.holds(*duty))
}

/// The office's name on parcels of a department.
pub fn office(read: &mut dyn Read, id: &DepartmentId) -> Result<String, Error> {
    Ok(organisation::department(read, id)?.map_or_else(String::new, |department| department.name))
}
