//! What faces ask. Each answer has a bound.

mod figures;
mod record;

use std::sync::Arc;

use kernel::{Actor, CaseNumber, Date, DepartmentId, Duty, Level as Rank, RegionCode, Timestamp};
use store::{Error, Failure, Read, ReadExt};

use crate::book::InForce;
use crate::model::{county_number, day_number};
use crate::rules::{HANDLING, Trace};
use crate::table::{self, Part, flag::Narrow};
use crate::{
    Flag, FlagEvent, FlagId, Grade, Order, OrderEvent, OrderNumber, Refusal, Rule, RuleId, Rulebook, Sign, rules,
};

pub use figures::{
    Carded, Day, Figures, Period, Place, Ranked, Whose, cards, figures, overdue_by_rule, ranking, score, trend,
};
pub use record::{Record, records};

/// Lines of one page at most.
const PAGE_MOST: usize = 100;
/// Entries of one case that are traced at most.
const ENTRIES_MOST: usize = 500;

type Result<T> = std::result::Result<T, Failure<Refusal>>;

/// Whether somebody may know of what concerns a department: who watches it, and who handles its cases.
pub fn may_see(actor: &Actor, department: &DepartmentId) -> bool {
    let duties = || HANDLING.into_iter().chain([Duty::Supervise]);
    matches!(actor, Actor::System(_)) || duties().any(|duty| actor.may(duty, department))
}

/// A flag, for those who may know of it. To everybody else there is none.
pub fn flag_for(read: &mut dyn Read, actor: &Actor, id: &FlagId) -> Result<Flag> {
    let flag = table::flag::load(read, id)?.filter(|flag| may_see(actor, &flag.raised.department));
    flag.ok_or_else(|| Refusal::NotFound.into())
}

/// An order, for those who may know of it. To everybody else there is none.
pub fn order_for(read: &mut dyn Read, actor: &Actor, number: &OrderNumber) -> Result<Order> {
    let order = table::order::load(read, number)?.filter(|order| may_see(actor, &order.department));
    order.ok_or_else(|| Refusal::NotFound.into())
}

/// What happened to an order, in order: journal number, instant, event.
pub fn order_story(
    read: &mut dyn Read,
    order: &Order,
) -> std::result::Result<Vec<(i64, Timestamp, OrderEvent)>, Error> {
    let entries = store::journal::stream(read, &order.number.stream(), 1, ENTRIES_MOST)?;
    entries.iter().map(|entry| Ok((entry.seq, entry.at, entry.event()?))).collect()
}

/// What happened to a flag, in order: journal number, instant, event.
pub fn flag_story(read: &mut dyn Read, flag: &Flag) -> std::result::Result<Vec<(i64, Timestamp, FlagEvent)>, Error> {
    let entries = store::journal::stream(read, &flag.id.stream(), 1, ENTRIES_MOST)?;
    entries.iter().map(|entry| Ok((entry.seq, entry.at, entry.event()?))).collect()
}

/// The counties of a region, as numbers: first and last.
pub(crate) fn counties(region: &RegionCode) -> (i64, i64) {
    let low = county_number(region);
    let high = match region.level() {
        Rank::Province => low + 9_999,
        Rank::City => low + 99,
        Rank::County | Rank::Town | Rank::Village => low,
    };
    (low, high)
}

/// What of the lists an actor may see.
fn parts(actor: &Actor) -> Vec<Part> {
    let powers = match actor {
        Actor::Staff { powers, .. } => powers.as_slice(),
        Actor::System(_) => {
            return vec![Part { low: 0, high: i64::MAX, place: "%".to_owned(), kind: "%".to_owned() }];
        }
        Actor::Citizen { .. } => &[],
    };
    let seeing = powers.iter().filter(|power| power.duty == Duty::Supervise || HANDLING.contains(&power.duty));
    let mut parts: Vec<Part> = seeing
        .map(|power| {
            let scope = &power.scope;
            let (low, high) = if scope.subtree {
                counties(&scope.region)
            } else {
                let county = county_number(&scope.region);
                (county, county)
            };
            let place = match (scope.subtree, scope.region.level()) {
                (true, Rank::Town) => format!("{}%", &scope.region.to_string()[..9]),
                (true, Rank::Province | Rank::City | Rank::County) => "%".to_owned(),
                _ => format!("{}-%", scope.region),
            };
            Part { low, high, place, kind: scope.kind.map_or("%".to_owned(), |kind| format!("%-{kind}")) }
        })
        .collect();
    parts.sort();
    parts.dedup();
    parts
}

/// By what a list of flags is narrowed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// How grave.
    pub grade: Option<Grade>,
    /// How it stands: `open`, `ordered`, `lifted`, `upheld`, `withdrawn`.
    pub state: Option<String>,
    /// Of which rule.
    pub rule: Option<RuleId>,
    /// Within a region.
    pub region: Option<RegionCode>,
    /// Of a department.
    pub department: Option<DepartmentId>,
    /// From a day on.
    pub from: Option<Date>,
    /// Up to a day.
    pub to: Option<Date>,
}

/// One page of a list, and where the next begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The lines.
    pub lines: Vec<T>,
    /// Hand this in to go on; none at the end.
    pub next: Option<String>,
}

/// Flags that an actor may see, latest first.
pub fn flags(
    read: &mut dyn Read,
    actor: &Actor,
    asked: &Asked,
    limit: usize,
    cursor: Option<&str>,
) -> std::result::Result<Page<Flag>, Error> {
    let limit = limit.clamp(1, PAGE_MOST);
    let (low, high) = asked.region.as_ref().map_or((0, i64::MAX), counties);
    let narrow = Narrow {
        grade: asked.grade.map_or(0, Grade::number),
        state: asked.state.clone().unwrap_or_default(),
        rule: asked.rule.map_or_else(String::new, |rule| rule.to_string()),
        low,
        high,
        department: asked.department.map_or_else(String::new, |department| department.to_string()),
        days: (asked.from.map_or(0, day_number), asked.to.map_or(i64::MAX, day_number)),
    };
    let before = place(cursor);
    let mut found = vec![];
    for part in parts(actor) {
        found.extend(table::flag::list(read, &part, &narrow, (before.0, &before.1), limit + 1)?);
    }
    let key = |flag: &Flag| (flag.since().as_microsecond(), flag.id.to_string());
    Ok(merged(found, limit, key))
}

/// Open flags that an actor may see, the gravest first.
pub fn to_act(read: &mut dyn Read, actor: &Actor, limit: usize) -> std::result::Result<Vec<Flag>, Error> {
    let limit = limit.clamp(1, PAGE_MOST);
    let mut found = vec![];
    for part in parts(actor) {
        found.extend(table::flag::to_act(read, &part, limit)?);
    }
    found.sort_by_cached_key(|flag: &Flag| {
        std::cmp::Reverse((flag.grade, flag.since().as_microsecond(), flag.id.to_string()))
    });
    found.dedup_by(|one, other| one.id == other.id);
    found.truncate(limit);
    Ok(found)
}

/// Orders that an actor may see, open or closed, latest first.
pub fn orders(
    read: &mut dyn Read,
    actor: &Actor,
    open: bool,
    limit: usize,
    cursor: Option<&str>,
) -> std::result::Result<Page<Order>, Error> {
    let limit = limit.clamp(1, PAGE_MOST);
    let before = place(cursor);
    let mut found = vec![];
    for part in parts(actor) {
        found.extend(table::order::list(read, &part, open, (before.0, &before.1), limit + 1)?);
    }
    Ok(merged(found, limit, |order: &Order| (order.at.as_microsecond(), order.number.to_string())))
}

fn place(cursor: Option<&str>) -> (i64, String) {
    let read = |cursor: &str| {
        let (at, key) = cursor.split_once('.')?;
        Some((at.parse().ok()?, key.to_owned()))
    };
    cursor.and_then(read).unwrap_or((i64::MAX, String::new()))
}

/// Parts of a list as one page. What lies in two parts stands there once.
fn merged<T>(mut found: Vec<T>, limit: usize, key: impl Fn(&T) -> (i64, String)) -> Page<T> {
    found.sort_by_cached_key(|one| std::cmp::Reverse(key(one)));
    found.dedup_by(|one, other| key(one) == key(other));
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| has_more).map(key).map(|(at, key)| format!("{at}.{key}"));
    Page { lines: found, next }
}

/// A case as supervision sees it, reckoned anew from the journal, with its flags; for those who may know of it.
pub fn trace(read: &mut dyn Read, actor: &Actor, number: &CaseNumber) -> Result<(Trace, Vec<Flag>)> {
    let entries = store::journal::stream(read, &casework::stream(number), 1, ENTRIES_MOST)?;
    let mut signs: Vec<Sign> = vec![];
    for entry in &entries {
        signs.extend(rules::seen(entry, &mut |_| Ok(None))?.map(|(_, sign)| sign));
    }
    let (book, calendar, now) = (read.cached::<InForce>()?, organisation::calendar(read)?, read.now());
    let trace = rules::trace(&book.0, &calendar, *number, &signs, now).ok_or(Refusal::NotFound)?;
    if !may_see(actor, &trace.watch.department) {
        return Err(Refusal::NotFound.into());
    }
    Ok((trace, table::flag::of_case(read, number, PAGE_MOST)?))
}

/// The flags of a case that an actor may see, oldest first.
pub fn flags_of(read: &mut dyn Read, actor: &Actor, number: &CaseNumber) -> std::result::Result<Vec<Flag>, Error> {
    let flags = table::flag::of_case(read, number, PAGE_MOST)?;
    Ok(flags.into_iter().filter(|flag| may_see(actor, &flag.raised.department)).collect())
}

/// The rules in force.
pub fn rulebook(read: &mut dyn Read) -> std::result::Result<Arc<Rulebook>, Error> {
    Ok(Arc::new(read.cached::<InForce>()?.0.clone()))
}

/// A rule with when it last fired.
#[derive(Debug, Clone, PartialEq)]
pub struct Fired {
    /// The rule.
    pub rule: Rule,
    /// When it last fired; none if never.
    pub last: Option<Timestamp>,
    /// How often in thirty days.
    pub month: i64,
}

/// All rules with when they last fired.
pub fn fired(read: &mut dyn Read) -> std::result::Result<(String, Vec<Fired>), Error> {
    let book = read.cached::<InForce>()?;
    let since = read.now().as_microsecond() - 30 * 86_400_000_000;
    let since = Timestamp::from_microsecond(since).unwrap_or(Timestamp::MIN);
    let mut all = vec![];
    for rule in &book.0.rules {
        let (last, month) = table::flag::fired(read, &rule.id, since)?;
        all.push(Fired { rule: rule.clone(), last, month });
    }
    Ok((book.0.version.clone(), all))
}

/// How many cases are open, and how many of them wait for an instant of the wheel.
pub fn watched(read: &mut dyn Read) -> std::result::Result<(i64, i64), Error> {
    table::watch::count(read)
}

/// When the wheel knocks next at a case.
pub fn due_of(read: &mut dyn Read, number: &CaseNumber) -> std::result::Result<Option<Timestamp>, Error> {
    table::watch::due_of(read, number)
}

/// What is kept of a case; the house itself asks, to compare it with a recount.
pub fn watch_of(read: &mut dyn Read, number: &CaseNumber) -> std::result::Result<Option<crate::Watch>, Error> {
    table::watch::load(read, number)
}
