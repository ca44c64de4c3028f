//! What faces ask. Each answer has a bound.

mod caller;
mod knowledge;
mod lists;
mod public;
mod rates;

use kernel::{Actor, Duty, Timestamp};
use store::{Error, Failure, Read, journal};

use crate::rules::{self, Act, CENTRE, Refusal, mask};
use crate::{Call, Contact, Event, OrderNumber, Outcome, WorkOrder, desk, table};

pub use caller::{Caller, Duplicate, Known, by_code, call, code, duplicates, known, mine};
pub(crate) use caller::{Domain, call_token, is_caller, marks, parties_of_phone};
pub use knowledge::{Found, Key, Knowledge, article_for, articles, is_empty, keys, search};
pub(crate) use knowledge::{key_mark, key_of, shipped};
pub use lists::{Page, Queued, counts, inbox, inbox_counts, queue, supervised};
pub use public::{Asked, by_token, public, public_list, public_state, steps, token};
pub use rates::{Difference, Rate, Sums, UnitRates, formulas, rates, recount};

type Result<T> = std::result::Result<T, Failure<Refusal>>;

/// Lines of one page at most.
pub(crate) const PAGE_MOST: usize = 100;
/// Entries of one order's story at most.
const STORY_MOST: usize = 300;

/// How much somebody may know of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// The house itself and the centre.
    Centre,
    /// Supervision that looks on from outside the centre: of a protected order it reads as little as a unit.
    Overseer,
    /// A unit that handles it or helps.
    Unit,
    /// Whoever called.
    Caller,
}

/// How much `actor` may know of `order`; nothing, if they have nothing to do with it.
pub fn view_of(read: &mut dyn Read, actor: &Actor, order: &WorkOrder) -> std::result::Result<Option<View>, Error> {
    Ok(match actor {
        Actor::System(_) => Some(View::Centre),
        Actor::Citizen { .. } => is_caller(read, actor, &order.number)?.then_some(View::Caller),
        Actor::Staff { .. } => view_of_staff(actor, order),
    })
}

fn view_of_staff(actor: &Actor, order: &WorkOrder) -> Option<View> {
    if CENTRE.iter().any(|duty| actor.may(*duty, &order.centre())) {
        return Some(View::Centre);
    }
    if actor.may(Duty::Supervise, &order.centre()) {
        return Some(View::Overseer);
    }
    let round = order.round().filter(|round| round.returned.is_none())?;
    let mut units = std::iter::once(&round.lead).chain(&round.assisting);
    units.any(|unit| actor.may(Duty::Handle, unit)).then_some(View::Unit)
}

impl View {
    /// Whether what tells who called is hidden from whoever reads this way.
    fn hides(self, order: &WorkOrder) -> bool {
        matches!(self, View::Unit | View::Overseer) && order.is_protected()
    }
}

/// An order for those who may know of it. To everybody else there is none.
pub fn order_for(read: &mut dyn Read, actor: &Actor, number: &OrderNumber) -> Result<WorkOrder> {
    let order = table::order::load(read, number)?.ok_or(Refusal::NotFound)?;
    match view_of(read, actor, &order)? {
        Some(_) => Ok(order),
        None => Err(Refusal::NotFound.into()),
    }
}

/// What may be done to an order now, asked of the rules beforehand.
pub fn allowed(read: &mut dyn Read, actor: &Actor, order: &WorkOrder) -> std::result::Result<Vec<Act>, Error> {
    let is_caller = is_caller(read, actor, &order.number)?;
    let facts = rules::Facts { is_caller, ..desk::facts(read, actor)? };
    Ok(rules::allowed(order, &facts))
}

/// Who called, whole: only for whoever is being shown it with a journalled look.
pub(crate) fn contact(read: &mut dyn Read, order: &WorkOrder) -> std::result::Result<Contact, Error> {
    match unsealed(read, order, &order.contact)? {
        Some(text) => Ok(serde_json::from_str(&text)?),
        None => Ok(Contact::default()),
    }
}

/// What the unit reported last, in this round; nothing if the caller was erased.
pub(crate) fn feedback(
    read: &mut dyn Read,
    order: &WorkOrder,
) -> std::result::Result<Option<(Outcome, String)>, Error> {
    let Some((outcome, words)) = order.round().and_then(|round| round.feedback.as_ref()) else { return Ok(None) };
    Ok(unsealed(read, order, words)?.map(|words| (*outcome, words)))
}

/// Opens what is sealed with the order's key; nothing if the party was erased.
fn unsealed(
    read: &mut dyn Read,
    order: &WorkOrder,
    sealed: &kernel::Sealed,
) -> std::result::Result<Option<String>, Error> {
    match read.vault().unseal(read, &order.holder, sealed) {
        Ok(text) => Ok(Some(text)),
        Err(Error::Erased) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What somebody reads of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// What was said.
    pub call: Call,
    /// Who called, masked; empty where whoever reads must not know even that.
    pub caller: String,
}

const ERASED: &str = "（已按本人要求删除）";

/// What `view` reads of an order: never a whole number, and of a protected caller nothing that tells who it is.
pub fn shown(read: &mut dyn Read, order: &WorkOrder, view: View) -> std::result::Result<Shown, Error> {
    let mut call: Call = match unsealed(read, order, &order.call)? {
        Some(text) => serde_json::from_str(&text)?,
        None => Call { title: ERASED.to_owned(), place: String::new(), text: ERASED.to_owned() },
    };
    let is_hidden = view.hides(order);
    if is_hidden {
        call = Call { title: mask(&call.title), place: mask(&call.place), text: mask(&call.text) };
    }
    let caller = if is_hidden { String::new() } else { masked(&contact(read, order)?) };
    Ok(Shown { call, caller })
}

/// `徐** 139****6618`.
pub(crate) fn masked(contact: &Contact) -> String {
    let first = contact.name.chars().next();
    let name = first.map(|first| format!("{first}**"));
    let phone = contact.phone.as_deref().map(|phone| match (phone.get(..3), phone.get(7..)) {
        (Some(head), Some(tail)) => format!("{head}****{tail}"),
        _ => "****".to_owned(),
    });
    [name, phone].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// One entry of an order's story: when, what, and the words that belong to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: Event,
    /// Its words, as `view` may read them.
    pub words: String,
}

/// What happened to an order so far, as `view` may read it.
pub fn story(read: &mut dyn Read, order: &WorkOrder, view: View) -> std::result::Result<Vec<Told>, Error> {
    let is_hidden = view.hides(order);
    let mut told = vec![];
    for entry in journal::stream(read, &order.number.stream(), 1, STORY_MOST)? {
        let event: Event = entry.event()?;
        let words = match sealed_of(&event) {
            Some(sealed) => unsealed(read, order, sealed)?.unwrap_or_else(|| ERASED.to_owned()),
            None => String::new(),
        };
        // Who was looked up is for the centre, and for whoever was looked up.
        let is_inner = matches!(event, Event::Seen { .. }) && view == View::Unit;
        if !is_inner {
            told.push(Told { at: entry.at, words: if is_hidden { mask(&words) } else { words }, event });
        }
    }
    Ok(told)
}

fn sealed_of(event: &Event) -> Option<&kernel::Sealed> {
    match event {
        Event::Answered { words, .. }
        | Event::Relayed { words, .. }
        | Event::Contacted { words, .. }
        | Event::FedBack { words, .. } => Some(words),
        Event::Returned { reason, .. }
        | Event::Disputed { reason, .. }
        | Event::Paused { reason, .. }
        | Event::Resumed { reason, .. }
        | Event::Extended { reason, .. } => Some(reason),
        Event::Dispatched { reason, .. } => reason.as_ref(),
        Event::Supervised { demand, .. } => demand.as_ref(),
        Event::Rated { words, .. } => words.as_ref(),
        Event::Seen { purpose, .. } => Some(purpose),
        _ => None,
    }
}

/// So many calendar days before.
pub(crate) fn days_ago(now: Timestamp, days: u32) -> Timestamp {
    let micros = now.as_microsecond() - i64::from(days) * 86_400_000_000;
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MIN)
}
