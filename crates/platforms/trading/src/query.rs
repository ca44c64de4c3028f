//! What faces ask. Each answer has a bound. Before the opening nobody is told who bids, nor how many; each company sees its own.

use kernel::{Actor, Duty, Level, PartyId, Power, Timestamp};
use store::{Error, Failure, Read};

use crate::draw::{Asked, Eligible, Proof};
use crate::{
    Bid, BidId, Complaint, ComplaintId, ExpertId, Lot, LotCode, LotState, ProjectId, Refusal, book, desk, table,
};

/// Lines of one page at most.
const PAGE_MOST: usize = 100;
/// Lots of one project.
const PROJECT_MOST: usize = 50;
/// Complaints of one lot.
const COMPLAINTS_MOST: usize = 100;
/// Seats of one expert that are looked through.
const SEATS_MOST: usize = 200;

type Result<T> = std::result::Result<T, Failure<Refusal>>;

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// Its lines.
    pub lines: Vec<T>,
    /// Where to go on, if there is more.
    pub next: Option<String>,
}

impl<T> Page<T> {
    fn of(mut lines: Vec<T>, limit: usize, place: impl Fn(&T) -> String) -> Page<T> {
        let more = lines.len() > limit;
        lines.truncate(limit);
        let next = lines.last().filter(|_| more).map(place);
        Page { lines, next }
    }
}

fn place(at: Timestamp, id: impl std::fmt::Display) -> String {
    format!("{}.{id}", at.as_microsecond())
}

/// Where to go on: an instant and what stands at it. `first` is where lists begin.
fn behind(cursor: Option<&str>, first: i64) -> (i64, String) {
    let parts = cursor.and_then(|cursor| cursor.split_once('.'));
    parts.map_or((first, String::new()), |(at, id)| (at.parse().unwrap_or(first), id.to_owned()))
}

/// Whether somebody may know of a lot that is not public yet, or of what of a public one is not.
fn is_inside(actor: &Actor, lot: &Lot) -> bool {
    matches!(actor, Actor::System(_))
        || actor.party() == Some(lot.tenderer)
        || actor.may(Duty::Trade, &lot.centre)
        || actor.may(Duty::Supervise, &lot.centre)
}

/// A lot, for those who may know of it. It holds what only some of them may see: what everybody may is [`public`].
pub fn lot_for(read: &mut dyn Read, actor: &Actor, code: &LotCode) -> Result<Lot> {
    let lot = table::lot(read, code)?.filter(|lot| lot.is_public() || is_inside(actor, lot));
    Ok(lot.ok_or(Refusal::NotFound)?)
}

/// A lot as everybody may see it.
pub fn public(read: &mut dyn Read, code: &LotCode) -> Result<Lot> {
    Ok(table::lot(read, code)?.filter(Lot::is_public).map(shown).ok_or(Refusal::NotFound)?)
}

/// A lot as its tenderer and the centre see it; to everybody else there is none.
pub fn inside(read: &mut dyn Read, actor: &Actor, code: &LotCode) -> Result<Lot> {
    let lot = table::lot(read, code)?.filter(|lot| is_inside(actor, lot)).ok_or(Refusal::NotFound)?;
    // The sheets are the panel's, until the report.
    let sheets = if lot.state == LotState::Assessing { Default::default() } else { lot.sheets.clone() };
    Ok(Lot { sheets, ..lot })
}

/// How many sheets are there, for the centre.
pub fn sheets(read: &mut dyn Read, actor: &Actor, code: &LotCode) -> Result<usize> {
    let lot = table::lot(read, code)?.filter(|lot| is_inside(actor, lot)).ok_or(Refusal::NotFound)?;
    Ok(lot.sheets.len())
}

/// Takes away what the public may not see now.
fn shown(lot: Lot) -> Lot {
    let is_told = matches!(
        lot.state,
        LotState::Publicised { .. } | LotState::Awarded { .. } | LotState::Contracted { .. } | LotState::Failed { .. }
    );
    if lot.rounds().is_some() {
        return shown_quotes(lot);
    }
    Lot {
        panel: None,
        sheets: Default::default(),
        ranking: if is_told { lot.ranking.clone() } else { vec![] },
        rejected: if is_told { lot.rejected.clone() } else { vec![] },
        ..lot
    }
}

/// The same where quotes find the winner: nobody but the winner is named, and payments without their flow numbers.
fn shown_quotes(mut lot: Lot) -> Lot {
    let is_told =
        matches!(lot.state, LotState::Publicised { .. } | LotState::Awarded { .. } | LotState::Contracted { .. });
    lot.ranking.truncate(usize::from(is_told));
    let won = lot.ranking.first().map(|ranked| ranked.bid);
    lot.bids.retain(|bid| Some(bid.bid) == won);
    lot.settled.iter_mut().for_each(|one| one.flow.clear());
    lot
}

/// Published lots, latest first.
pub fn lots(
    read: &mut dyn Read,
    family: Option<crate::Family>,
    stage: Option<&str>,
    limit: usize,
    cursor: Option<&str>,
) -> std::result::Result<Page<Lot>, Error> {
    let limit = limit.clamp(1, PAGE_MOST);
    let (at, code) = behind(cursor, i64::MAX);
    let family = family.map(crate::Family::name);
    let found = table::published(read, family, stage, (at, &code), limit + 1)?;
    let lines = found.into_iter().map(shown).collect();
    Ok(Page::of(lines, limit, |lot: &Lot| place(lot.published.unwrap_or(lot.made), lot.code)))
}

/// The public lots of a project.
pub fn project(read: &mut dyn Read, project: &ProjectId) -> std::result::Result<Vec<Lot>, Error> {
    let lots = table::of_project(read, project, PROJECT_MOST)?;
    Ok(lots.into_iter().filter(Lot::is_public).map(shown).collect())
}

/// The lots of a tenderer, latest first, for whoever acts for it.
pub fn tenders(read: &mut dyn Read, actor: &Actor, limit: usize, cursor: Option<&str>) -> Result<Page<Lot>> {
    let party = actor.party().ok_or(Refusal::NotTenderer)?;
    let limit = limit.clamp(1, PAGE_MOST);
    let (at, code) = behind(cursor, i64::MAX);
    let lines = table::of_tenderer(read, &party, (at, &code), limit + 1)?;
    Ok(Page::of(lines, limit, |lot: &Lot| place(lot.made, lot.code)))
}

/// The bids of a company, latest first, for whoever acts for it.
pub fn bids(read: &mut dyn Read, actor: &Actor, limit: usize, cursor: Option<&str>) -> Result<Page<(Bid, Lot)>> {
    let party = actor.party().ok_or(Refusal::NotBidder)?;
    let limit = limit.clamp(1, PAGE_MOST);
    let (at, id) = behind(cursor, i64::MAX);
    let lines = table::bids_of_party(read, &party, (at, &id), limit + 1)?;
    let lines = lines.into_iter().map(|(bid, lot)| (bid, shown(lot))).collect();
    Ok(Page::of(lines, limit, |(bid, _): &(Bid, Lot)| place(bid.made, bid.id)))
}

/// What the company acted for has with a lot.
pub fn own_bid(read: &mut dyn Read, actor: &Actor, code: &LotCode) -> std::result::Result<Option<Bid>, Error> {
    match actor.party() {
        Some(party) => table::bid_of(read, code, &party),
        None => Ok(None),
    }
}

/// Deposits of a lot, for tenderer and centre: only when bids are open, or quotes have ended.
pub fn deposits(read: &mut dyn Read, actor: &Actor, code: &LotCode) -> Result<Vec<Bid>> {
    let lot = inside(read, actor, code)?;
    let is_over = lot.rounds().is_some() && !matches!(lot.state, LotState::Checking | LotState::Tendering);
    if lot.opened.is_none() && !is_over {
        return Ok(vec![]);
    }
    let bids = table::bids_of_lot(read, code, PAGE_MOST)?;
    let has_part = |bid: &Bid| lot.envelopes.contains(&bid.id) || (is_over && bid.deposit.sum() > kernel::Fen::ZERO);
    Ok(bids.into_iter().filter(has_part).collect())
}

/// The digest and name of an opened bid's file, for the centre and the experts who were drawn.
pub fn file(read: &mut dyn Read, actor: &Actor, code: &LotCode, bid: &BidId) -> Result<(kernel::Digest, String)> {
    let lot = table::lot(read, code)?.ok_or(Refusal::NotFound)?;
    let may = actor.may(Duty::Trade, &lot.centre) || seat(read, actor, code)?.is_some();
    let open = lot.bid(bid).filter(|_| may).ok_or(Refusal::NotFound)?;
    Ok((open.digest, open.file.clone()))
}

/// The seat of the expert who asks, if they were drawn for this lot.
pub fn seat(read: &mut dyn Read, actor: &Actor, code: &LotCode) -> std::result::Result<Option<u32>, Error> {
    let seats = seats(read, actor)?;
    Ok(seats.iter().find(|(lot, _)| lot == code).map(|(_, seat)| *seat))
}

/// Where the expert who asks sits, latest first.
pub fn seats(read: &mut dyn Read, actor: &Actor) -> std::result::Result<Vec<(LotCode, u32)>, Error> {
    let Some(staff) = actor.staff().filter(|_| actor.holds(Duty::Assess)) else { return Ok(vec![]) };
    let Some(expert) = table::expert_of(read, &staff)? else { return Ok(vec![]) };
    let key = desk::seat_key(read, &expert.id);
    let seats = table::seats(read, &key, SEATS_MOST)?;
    Ok(seats.into_iter().map(|(lot, seat)| (lot, u32::try_from(seat).unwrap_or(0))).collect())
}

/// A lot as an expert who was drawn sees it: the bids, and whether the own sheet is in.
pub fn assessment(read: &mut dyn Read, actor: &Actor, code: &LotCode) -> Result<(Lot, u32, bool)> {
    let seat = seat(read, actor, code)?.ok_or(Refusal::NotDrawn)?;
    let lot = table::lot(read, code)?.ok_or(Refusal::NotFound)?;
    let is_in = lot.sheets.contains_key(&seat);
    Ok((shown(lot), seat, is_in))
}

/// Lots of a stage that the centre's staff looks after, oldest first.
pub fn work(read: &mut dyn Read, actor: &Actor, stage: &str, limit: usize, cursor: Option<&str>) -> Result<Page<Lot>> {
    let limit = limit.clamp(1, PAGE_MOST);
    let (at, code) = behind(cursor, -1);
    let mut lots: Vec<Lot> = vec![];
    for part in parts(actor, Duty::Trade, Refusal::NotCentre)? {
        lots.extend(table::work(read, stage, part, (at, &code), limit + 1)?);
    }
    lots.sort_by_key(|lot| (lot.made, lot.code));
    lots.dedup_by_key(|lot| lot.code);
    Ok(Page::of(lots, limit, |lot: &Lot| place(lot.made, lot.code)))
}

/// Where a duty holds: ranges of counties.
fn parts(actor: &Actor, duty: Duty, refusal: Refusal) -> Result<Vec<(i64, i64)>> {
    let Actor::Staff { powers, .. } = actor else { return Err(refusal.into()) };
    let own = |power: &&Power| power.duty == duty && power.scope.kind.is_none_or(|kind| kind == book().centre_kind);
    let mut parts: Vec<(i64, i64)> = powers.iter().filter(own).map(part).collect();
    if parts.is_empty() {
        return Err(refusal.into());
    }
    parts.sort_unstable();
    parts.dedup();
    Ok(parts)
}

fn part(power: &Power) -> (i64, i64) {
    let own = table::county_number(&power.scope.region);
    match (power.scope.subtree, power.scope.region.level()) {
        (true, Level::City) => (own, own + 99),
        (true, Level::Province) => (own, own + 9_999),
        _ => (own, own),
    }
}

/// What proves the draw; with the result, for everybody.
pub fn proof(read: &mut dyn Read, code: &LotCode) -> Result<Proof> {
    let lot = table::lot(read, code)?.filter(Lot::is_public).ok_or(Refusal::NotFound)?;
    let (Some(seed), Some(commitment), Some(panel)) = (&lot.seed, lot.commitment, &lot.panel) else {
        return Err(Refusal::NotFound.into());
    };
    let text = table::draw(read, code)?.ok_or(Refusal::NotFound)?;
    let (pool, asked): (Vec<Eligible>, Asked) = serde_json::from_str(&text).map_err(Error::from)?;
    let drawn = read.vault().decrypt(desk::SEALED_PANEL, &panel.sealed)?;
    let drawn: Vec<ExpertId> = serde_json::from_str(&drawn).map_err(Error::from)?;
    Ok(Proof { commitment, seed: seed.clone(), pool_digest: panel.pool, pool, asked, drawn })
}

/// A complaint, for whose it is, for the supervisors who decide it, and for the tenderer.
pub fn complaint_for(read: &mut dyn Read, actor: &Actor, id: &ComplaintId) -> Result<Complaint> {
    let complaint = table::complaint(read, id)?.filter(|one| may_see(actor, one));
    Ok(complaint.ok_or(Refusal::NotFound)?)
}

fn may_see(actor: &Actor, complaint: &Complaint) -> bool {
    matches!(actor, Actor::System(_))
        || actor.party() == Some(complaint.party)
        || actor.may(Duty::Supervise, &complaint.centre)
}

/// The complaints about a lot that the actor may see.
pub fn complaints(read: &mut dyn Read, actor: &Actor, code: &LotCode) -> std::result::Result<Vec<Complaint>, Error> {
    let all = table::complaints_of_lot(read, code, COMPLAINTS_MOST)?;
    Ok(all.into_iter().filter(|one| may_see(actor, one)).collect())
}

/// Complaints that supervisors must decide, oldest first.
pub fn open_complaints(
    read: &mut dyn Read,
    actor: &Actor,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page<Complaint>> {
    let limit = limit.clamp(1, PAGE_MOST);
    let (at, id) = behind(cursor, -1);
    let mut all: Vec<(Complaint, i64)> = vec![];
    for part in parts(actor, Duty::Supervise, Refusal::NotSupervisor)? {
        all.extend(table::open_complaints(read, part, (at, &id), limit + 1)?);
    }
    all.sort_by_key(|(one, made)| (*made, one.id));
    all.dedup_by_key(|(one, _)| one.id);
    let page = Page::of(all, limit, |(one, made): &(Complaint, i64)| format!("{made}.{}", one.id));
    Ok(Page { lines: page.lines.into_iter().map(|(one, _)| one).collect(), next: page.next })
}

/// Whether the party has anything to do with trading: for showing a menu.
pub fn takes_part(read: &mut dyn Read, party: &PartyId) -> std::result::Result<bool, Error> {
    let first = (i64::MAX, "");
    Ok(!table::of_tenderer(read, party, first, 1)?.is_empty()
        || !table::bids_of_party(read, party, first, 1)?.is_empty())
}
