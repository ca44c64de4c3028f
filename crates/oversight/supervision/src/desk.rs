//! Commands, each inside the caller's transaction: all of it happens, or none.

use kernel::{Actor, CaseNumber, Duty, local_date};
use store::{Failure, ReadExt, Tx};

use crate::book::InForce;
use crate::model::day_number;
use crate::rules::{self, Facts};
use crate::{
    BookEvent, Cause, Finding, Flag, FlagEvent, FlagId, Grade, Level, Order, OrderCommand, OrderEvent, OrderNumber,
    Raised, Refusal, RuleKind, Rulebook, Sign, Watch, query, replay, table,
};

type Result<T> = std::result::Result<T, Failure<Refusal>>;

/// The house itself.
const HOUSE: Actor = Actor::System("supervision");

/// Takes other rules, if all of them are right and each one's test case holds. Every open case is looked at again.
pub fn import(tx: &mut Tx, actor: &Actor, text: &str) -> Result<usize> {
    if !actor.holds(Duty::Publish) && !actor.holds(Duty::Administer) {
        return Err(Refusal::NotPublisher.into());
    }
    let calendar = organisation::calendar(tx)?;
    let book = Rulebook::parse(text, &calendar).map_err(|bad| Refusal::BadRules(bad.0))?;
    let digest = store::sm3(text.as_bytes()).to_string();
    let version = table::book::versions(tx)? + 1;
    table::book::save(tx, &digest, text)?;
    tx.invalidate::<InForce>()?;
    let (now, rules) = (store::Read::now(tx), book.rules.len());
    table::watch::wake_all(tx, now)?;
    tx.journal(actor, replay::RULES, version, &[BookEvent::Imported { version: book.version, digest, rules }])?;
    Ok(rules)
}

/// Takes in what was seen of one case, in order: keeps its watch, counts, and raises what the rules find. What was seen already is
/// passed over.
pub fn observe(tx: &mut Tx, number: &CaseNumber, signs: &[Sign]) -> std::result::Result<(), store::Error> {
    let (book, calendar) = (tx.cached::<InForce>()?, organisation::calendar(tx)?);
    let mut watch = table::watch::load(tx, number)?;
    let mut is_new = false;
    for sign in signs {
        let seen = watch.as_ref().map_or(0, |watch| watch.version);
        if sign.version.is_some_and(|version| version <= seen) {
            continue;
        }
        let counts = rules::counted(&calendar, watch.as_ref(), sign);
        let found = rules::observe(&book.0, &calendar, &mut watch, *number, sign);
        let Some(watch) = &watch else { continue };
        for (what, n) in counts {
            table::tally::add(tx, day_number(local_date(sign.at)), &watch.department, what, n)?;
        }
        raise(tx, &book.0, watch, &found)?;
        is_new = true;
    }
    match watch.filter(|_| is_new) {
        Some(watch) => table::watch::save(tx, &watch, rules::due(&book.0, &calendar, &watch)),
        None => Ok(()),
    }
}

/// Time has passed for a case: what waits unseen in its stream comes first, so that nobody is blamed for what was done in time.
pub(crate) fn tick(tx: &mut Tx, number: &CaseNumber) -> std::result::Result<(), store::Error> {
    const UNSEEN_MOST: usize = 500;
    let Some(watch) = table::watch::load(tx, number)? else { return Ok(()) };
    let entries = store::journal::stream(tx, &casework::stream(number), watch.version + 1, UNSEEN_MOST)?;
    let mut signs = vec![];
    for entry in &entries {
        signs.extend(rules::seen(entry, &mut |_| Ok(None))?.map(|(_, sign)| sign));
    }
    observe(tx, number, &signs)?;
    let (book, calendar) = (tx.cached::<InForce>()?, organisation::calendar(tx)?);
    let Some(mut watch) = table::watch::load(tx, number)? else { return Ok(()) };
    let found = rules::by_time(&book.0, &calendar, &mut watch, store::Read::now(tx));
    raise(tx, &book.0, &watch, &found)?;
    table::watch::save(tx, &watch, rules::due(&book.0, &calendar, &watch))
}

/// Raises what was found, or makes graver what was raised before.
fn raise(tx: &mut Tx, book: &Rulebook, watch: &Watch, found: &[Finding]) -> std::result::Result<(), store::Error> {
    for finding in found {
        let id = FlagId { case: watch.number, rule: finding.rule, breach: finding.breach.clone() };
        match table::flag::load(tx, &id)? {
            Some(flag) => {
                let event =
                    FlagEvent::Escalated { grade: finding.grade, since: finding.since, cause: finding.cause.clone() };
                happen(tx, &HOUSE, flag, event)?;
            }
            None => {
                let raised = Raised {
                    grade: finding.grade,
                    since: finding.since,
                    at: store::Read::now(tx),
                    department: watch.department,
                    item: watch.item.clone(),
                    cause: finding.cause.clone(),
                    person: finding.person,
                    evidence: finding.evidence.clone(),
                    rules: book.version.clone(),
                };
                let event = FlagEvent::Raised(Box::new(raised));
                let Some(flag) = rules::replay_flag(&id, [&event]) else { continue };
                let kind = book.rule(&id.rule).map_or(RuleKind::Process, |rule| rule.kind);
                table::flag::insert(tx, &flag, kind.name())?;
                tx.journal(&HOUSE, &id.stream(), 1, &[event])?;
            }
        }
    }
    Ok(())
}

/// Something happens to a flag: saved and told.
fn happen(tx: &mut Tx, actor: &Actor, mut flag: Flag, event: FlagEvent) -> std::result::Result<Flag, store::Error> {
    let version = flag.version;
    rules::apply_flag(&mut flag, &event);
    table::flag::save(tx, &flag, version)?;
    tx.journal(actor, &flag.id.stream(), flag.version, &[event])?;
    Ok(flag)
}

fn facts<'a>(tx: &mut Tx, actor: &'a Actor) -> std::result::Result<Facts<'a>, store::Error> {
    let now = store::Read::now(tx);
    Ok(Facts { now, today: local_date(now), calendar: organisation::calendar(tx)?, actor })
}

/// Withdraws a flag that rested on something that was corrected. It is never raised again.
pub fn withdraw(tx: &mut Tx, actor: &Actor, id: &FlagId, reason: &str) -> Result<Flag> {
    let flag = query::flag_for(tx, actor, id)?;
    let event = rules::may_withdraw(&flag, reason, &facts(tx, actor)?)?;
    let flag = happen(tx, actor, flag, event)?;
    if let Some(mut watch) = table::watch::load(tx, &id.case)? {
        watch.withdrawn.insert(id.key());
        let (book, calendar) = (tx.cached::<InForce>()?, organisation::calendar(tx)?);
        let due = rules::due(&book.0, &calendar, &watch);
        table::watch::save(tx, &watch, due)?;
    }
    Ok(flag)
}

/// Issues a supervision order for a flag (发督办单).
pub fn issue(tx: &mut Tx, actor: &Actor, id: &FlagId, level: Level, demand: &str) -> Result<Order> {
    let flag = query::flag_for(tx, actor, id)?;
    let facts = facts(tx, actor)?;
    let book = tx.cached::<InForce>()?;
    let event = rules::issued(&flag, level, demand, &book.0.orders, &facts)?;
    let year = facts.today.year();
    let number = OrderNumber::new(year, tx.number(&format!("supervision.order.{year}"))?);
    let Some(order) = rules::replay_order(number, [&event]) else {
        return Err(store::Error::Corrupt(format!("order {number} does not begin")).into());
    };
    table::order::insert(tx, &order)?;
    tx.journal(actor, &number.stream(), 1, &[event])?;
    happen(tx, actor, flag, FlagEvent::Ordered { order: number })?;
    Ok(order)
}

/// Carries out `command` on an order.
pub fn handle(tx: &mut Tx, actor: &Actor, number: &OrderNumber, command: &OrderCommand) -> Result<Order> {
    let mut order = query::order_for(tx, actor, number)?;
    let book = tx.cached::<InForce>()?;
    let events = rules::decide(&order, command, &book.0.orders, &facts(tx, actor)?)?;
    if events.is_empty() {
        return Ok(order);
    }
    let version = order.version;
    events.iter().for_each(|event| rules::apply_order(&mut order, event));
    table::order::save(tx, &order, version)?;
    tx.journal(actor, &number.stream(), version + 1, &events)?;
    for event in &events {
        match event {
            OrderEvent::ReplyOverdue { due } => unanswered(tx, &book.0, &order, *due)?,
            OrderEvent::Closed { lifted, .. } => settle(tx, actor, &order, *lifted)?,
            OrderEvent::AppealDecided { allowed: true, .. } => settle(tx, actor, &order, true)?,
            _ => {}
        }
    }
    Ok(order)
}

fn settle(tx: &mut Tx, actor: &Actor, order: &Order, lifted: bool) -> Result<()> {
    let flag = table::flag::load(tx, &order.flag)?.ok_or(Refusal::NotFound)?;
    happen(tx, actor, flag, FlagEvent::Settled { lifted })?;
    Ok(())
}

/// Nobody answered in time: the flag becomes as grave as the rules say.
fn unanswered(tx: &mut Tx, book: &Rulebook, order: &Order, due: kernel::Date) -> Result<()> {
    let flag = table::flag::load(tx, &order.flag)?.ok_or(Refusal::NotFound)?;
    let grade = book.escalation.no_reply;
    if flag.grade < grade {
        let (key, since) = (flag.id.key(), store::Read::now(tx));
        happen(tx, &HOUSE, flag, FlagEvent::Escalated { grade, since, cause: Cause::NoReply { due } })?;
        if let Some(mut watch) = table::watch::load(tx, &order.flag.case)? {
            let calendar = organisation::calendar(tx)?;
            watch.raised.entry(key).and_modify(|before| *before = (*before).max(grade)).or_insert(Grade::Red);
            table::watch::save(tx, &watch, rules::due(book, &calendar, &watch))?;
        }
    }
    Ok(())
}
