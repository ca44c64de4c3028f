//! Who calls: what is known of a number, what may be the same matter, and what a caller finds of their own.

use kernel::{Actor, Mobile, PartyId, RegionCode, Sealed, StaffId, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Error, Read, Vault};

use super::{PAGE_MOST, Page, Queued, Result, days_ago, masked};
use crate::rules::{DISPATCHING, Refusal};
use crate::table::{self, order::Marks};
use crate::{Kind, OrderNumber, Stage, WorkOrder, book, desk::hex};

/// Earlier orders shown of one caller.
const HISTORY_MOST: usize = 10;
/// Cases shown of one caller.
const CASES_MOST: usize = 5;
/// How far back a caller's orders are shown, in days.
const HISTORY_DAYS: u32 = 730;
/// Orders that may be the same, of each sort.
const DUPLICATES_MOST: usize = 5;
/// How long the token of a call is good, in hours.
const CALL_HOURS: i64 = 4;
const CALL: &str = "hotline.call";

/// What a token of a call stands for. It lies in an address, so it is sealed.
#[derive(Serialize, Deserialize)]
struct Open {
    staff: StaffId,
    at: i64,
    phone: String,
}

pub(crate) fn call_token(vault: &Vault, staff: &StaffId, now: Timestamp, phone: &str) -> String {
    let open = Open { staff: *staff, at: now.as_microsecond(), phone: phone.to_owned() };
    let text = serde_json::to_string(&open).unwrap_or_default();
    vault.encrypt(CALL, &text).0.replace('+', "-").replace('/', "_")
}

/// A call that an agent has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The number, if it is known.
    pub phone: Option<Mobile>,
    /// When it was taken.
    pub at: Timestamp,
}

/// The call that a token stands for, for the agent who took it.
pub fn call(read: &mut dyn Read, actor: &Actor, token: &str) -> Result<Caller> {
    let sealed = Sealed(token.replace('-', "+").replace('_', "/"));
    let text = read.vault().decrypt(CALL, &sealed).map_err(|_| Refusal::CallOver)?;
    let open: Open = serde_json::from_str(&text).map_err(|_| Refusal::CallOver)?;
    let age = read.now().as_microsecond() - open.at;
    if actor.staff() != Some(open.staff) || !(0..CALL_HOURS * 3_600_000_000).contains(&age) {
        return Err(Refusal::CallOver.into());
    }
    let at = Timestamp::from_microsecond(open.at).unwrap_or(read.now());
    Ok(Caller { phone: open.phone.parse().ok(), at })
}

/// What is known of a caller.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// What they called themselves last, masked.
    pub name: String,
    /// Their earlier orders, latest first.
    pub orders: Vec<(WorkOrder, String)>,
    /// Cases of the same person.
    pub cases: Vec<casework::query::CaseLine>,
}

/// What is known of whoever calls from this number, for agents. Tip-offs are no part of it.
pub fn known(read: &mut dyn Read, actor: &Actor, phone: &Mobile) -> Result<Known> {
    if actor.staff().is_none() || !DISPATCHING.iter().any(|duty| actor.holds(*duty)) {
        return Err(Refusal::NotEmpowered { duties: DISPATCHING.to_vec() }.into());
    }
    let found = of_phone(read, phone)?;
    learn(read, &found)?;
    let mut known = Known::default();
    for order in found {
        if known.name.is_empty() {
            known.name = masked(&crate::Contact { phone: None, ..super::contact(read, &order)? });
        }
        let title = super::shown(read, &order, super::View::Centre)?.call.title;
        known.orders.push((order, title));
    }
    for party in parties_of_phone(read, Some(phone))? {
        known.cases.extend(casework::query::cases_of(read, &party, &[], CASES_MOST, None)?.lines);
    }
    Ok(known)
}

/// Learns the keys of several orders at once.
fn learn(read: &mut dyn Read, orders: &[WorkOrder]) -> std::result::Result<(), Error> {
    let holders: Vec<PartyId> = orders.iter().map(|order| order.holder).collect();
    read.vault().learn(read, &holders)
}

fn of_phone(read: &mut dyn Read, phone: &Mobile) -> std::result::Result<Vec<WorkOrder>, Error> {
    let mark = marks_of(&read.vault(), Domain::Open, Some(&phone.to_string()), None, "").phone;
    let since = days_ago(read.now(), HISTORY_DAYS);
    let found = table::order::by_phone(read, &mark, since, HISTORY_MOST)?;
    Ok(found.into_iter().filter(|order| order.kind != Kind::TipOff).collect())
}

/// The parties that wrote under this number while they were signed in; at most three.
pub(crate) fn parties_of_phone(
    read: &mut dyn Read,
    phone: Option<&Mobile>,
) -> std::result::Result<Vec<PartyId>, Error> {
    let Some(phone) = phone else { return Ok(vec![]) };
    let mut parties: Vec<PartyId> = of_phone(read, phone)?.iter().map(|order| order.holder).collect();
    parties.sort_unstable();
    parties.dedup();
    let known = identity::parties(read, &parties)?;
    Ok(parties.into_iter().filter(|party| known.contains_key(party)).take(3).collect())
}

/// Whose marks: a tip-off's are keyed apart, so that it cannot be laid beside other orders of the same caller, not even by whoever reads
/// the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Domain {
    /// Every order but a tip-off.
    Open,
    /// Tip-offs.
    TipOff,
}

impl Domain {
    pub(crate) fn of(kind: Kind) -> Domain {
        if kind == Kind::TipOff { Domain::TipOff } else { Domain::Open }
    }
}

fn marks_of(vault: &Vault, domain: Domain, phone: Option<&str>, party: Option<&PartyId>, place: &str) -> Marks {
    let mark =
        |domain: &str, value: &str| if value.is_empty() { String::new() } else { hex(&vault.blind(domain, value)) };
    let (of_phone, of_party) = match domain {
        Domain::Open => ("hotline.phone", "hotline.party"),
        Domain::TipOff => ("hotline.tip-off phone", "hotline.tip-off party"),
    };
    Marks {
        phone: mark(of_phone, phone.unwrap_or_default()),
        party: mark(of_party, &party.map(PartyId::to_string).unwrap_or_default()),
        place: mark("hotline.place", place),
    }
}

/// By what an order of this caller and place is found. A place is the same however its blanks and signs are written.
pub(crate) fn marks(
    vault: &Vault,
    domain: Domain,
    phone: Option<&str>,
    party: Option<&PartyId>,
    region: &RegionCode,
    place: &str,
) -> Marks {
    let plain: String = place.chars().filter(|found| found.is_alphanumeric()).collect();
    let place = if plain.is_empty() { plain } else { format!("{region} {plain}") };
    marks_of(vault, domain, phone, party, &place)
}

/// Why an order may be the same matter.
#[derive(Debug, Clone, PartialEq)]
pub struct Duplicate {
    /// The order.
    pub order: WorkOrder,
    /// Its title.
    pub title: String,
    /// The same caller.
    pub same_caller: bool,
    /// The same place.
    pub same_place: bool,
}

/// Open orders that may be the same matter: of the same caller, of the same place, alike in the same region; the surest first. None for
/// whoever may not merge into them.
pub fn duplicates(
    read: &mut dyn Read,
    actor: &Actor,
    phone: Option<&Mobile>,
    region: &RegionCode,
    place: &str,
    category: &str,
) -> std::result::Result<Vec<Duplicate>, Error> {
    let phone = phone.map(|phone| phone.to_string());
    let marks = marks(&read.vault(), Domain::Open, phone.as_deref(), None, region, place);
    let since = days_ago(read.now(), book().duplicate_days);
    let mut found: Vec<Duplicate> = vec![];
    let sorts = [
        (true, false, table::order::by_phone(read, &marks.phone, since, HISTORY_MOST)?),
        (false, true, table::order::by_place(read, &marks.place, since, HISTORY_MOST)?),
        (false, false, table::order::alike(read, category, region, since, HISTORY_MOST)?),
    ];
    for (same_caller, same_place, mut orders) in sorts {
        orders.retain(|order| DISPATCHING.iter().any(|duty| actor.may(*duty, &order.centre())));
        learn(read, &orders)?;
        // A caller's other matters are no duplicates; a tip-off is never shown beside another matter.
        let open = orders
            .into_iter()
            .filter(|order| order.stage() != Stage::Closed && order.kind != Kind::TipOff && order.category == category);
        for order in open.take(DUPLICATES_MOST) {
            match found.iter_mut().find(|known| known.order.number == order.number) {
                Some(known) => known.same_place |= same_place,
                None => {
                    let title = super::shown(read, &order, super::View::Centre)?.call.title;
                    found.push(Duplicate { order, title, same_caller, same_place });
                }
            }
        }
    }
    found.truncate(2 * DUPLICATES_MOST);
    Ok(found)
}

/// The query code of an order: six digits, derived by a key, kept nowhere.
pub fn code(vault: &Vault, number: &OrderNumber) -> String {
    let bytes = vault.blind("hotline.code", number.as_str());
    let value = bytes[..8].iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    format!("{:06}", value % 1_000_000)
}

/// The order that number and query code open. Guessing is counted where this is asked from outside: [`crate::look_up`].
pub fn by_code(read: &mut dyn Read, number: &OrderNumber, given: &str) -> Result<WorkOrder> {
    let vault = read.vault();
    let same = vault.blind("hotline.code check", given) == vault.blind("hotline.code check", &code(&vault, number));
    let found = table::order::load(read, number)?;
    Ok(found.filter(|_| same).ok_or(Refusal::WrongCode)?)
}

/// Whether `actor` is signed in as whoever wrote the order.
pub(crate) fn is_caller(read: &mut dyn Read, actor: &Actor, number: &OrderNumber) -> std::result::Result<bool, Error> {
    let Some(party) = actor.party() else { return Ok(false) };
    let found = table::order::marks(read, number)?.party;
    let vault = read.vault();
    let own = [Domain::Open, Domain::TipOff].map(|domain| marks_of(&vault, domain, None, Some(&party), "").party);
    Ok(own.contains(&found))
}

/// What a party wrote while signed in, latest first, with titles; tip-offs too, which only they find.
pub fn mine(
    read: &mut dyn Read,
    party: &PartyId,
    limit: usize,
    cursor: Option<&str>,
) -> std::result::Result<Page, Error> {
    let limit = limit.clamp(1, PAGE_MOST);
    let before = cursor.and_then(|cursor| {
        let (at, number) = cursor.split_once('.')?;
        Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, number.parse().ok()?))
    });
    let vault = read.vault();
    let mut orders = vec![];
    for domain in [Domain::Open, Domain::TipOff] {
        let mark = marks_of(&vault, domain, None, Some(party), "").party;
        orders.extend(table::order::by_party(read, &mark, before, limit + 1)?);
    }
    orders.sort_by_key(|order| std::cmp::Reverse((order.at, order.number)));
    let has_more = orders.len() > limit;
    orders.truncate(limit);
    let next = orders.last().filter(|_| has_more).map(|last| format!("{}.{}", last.at.as_microsecond(), last.number));
    let holders: Vec<PartyId> = orders.iter().map(|order| order.holder).collect();
    read.vault().learn(read, &holders)?;
    let lines = orders.into_iter().map(|order| {
        let title = super::shown(read, &order, super::View::Caller)?.call.title;
        Ok(Queued { order, title })
    });
    Ok(Page { lines: lines.collect::<std::result::Result<_, Error>>()?, next })
}
