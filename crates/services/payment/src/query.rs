//! What faces and other rooms ask about bills. Each answer has a bound.

use kernel::{Actor, Date, DepartmentId, Duty, Fen, Level, PartyId, PaymentCode, Power, RegionCode, Timestamp};
use store::{Error, Failure, Read};

use crate::rules::Account;
use crate::{Bill, Channel, ReceiptNumber, Reconciliation, Refusal, Stage, Work, table};

/// Lines of one page at most.
const PAGE_MOST: usize = 100;

/// The duties that let staff see a bill of their scope.
const SEEING: [Duty; 6] = [Duty::Receive, Duty::Review, Duty::Decide, Duty::Supervise, Duty::Collect, Duty::Settle];

/// One page of a list, and where the next begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The lines.
    pub lines: Vec<T>,
    /// Hand this in to go on; none at the end.
    pub next: Option<String>,
}

/// A bill, for those who may know of it: who owes it, and staff whose power covers the department that collects it. To everybody
/// else there is no such bill.
pub fn bill_for(read: &mut dyn Read, actor: &Actor, code: &PaymentCode) -> Result<Bill, Failure<Refusal>> {
    let bill = table::bill::load(read, code)?.filter(|bill| may_see(actor, bill)).ok_or(Refusal::NotFound)?;
    Ok(bill)
}

/// The bill of another room's stream, for those who may know of it.
pub fn bill_of_subject(read: &mut dyn Read, actor: &Actor, subject: &str) -> Result<Option<Bill>, Error> {
    Ok(table::bill::of_subject(read, subject)?.filter(|bill| may_see(actor, bill)))
}

/// Whether nothing stands in the way of what the bill of this subject is for: it is paid or remitted, or there is none.
pub fn is_cleared(read: &mut dyn Read, subject: &str) -> Result<bool, Error> {
    Ok(table::bill::of_subject(read, subject)?.is_none_or(|bill| bill.is_cleared()))
}

/// What a bill of this code is for, whoever asks: for rooms that follow.
pub fn subject_of(read: &mut dyn Read, code: &PaymentCode) -> Result<Option<String>, Error> {
    Ok(table::bill::load(read, code)?.map(|bill| bill.subject))
}

/// Whether somebody may know of a bill.
pub fn may_see(actor: &Actor, bill: &Bill) -> bool {
    match actor {
        Actor::System(_) => true,
        Actor::Citizen { acting_for, .. } => *acting_for == bill.payer,
        Actor::Staff { .. } => SEEING.iter().any(|duty| actor.may(*duty, &bill.department)),
    }
}

/// The bills of one party, latest first.
pub fn bills_of(read: &mut dyn Read, payer: &PartyId, limit: usize, cursor: Option<&str>) -> Result<Page<Bill>, Error> {
    let limit = limit.clamp(1, PAGE_MOST);
    let before = cursor.and_then(|cursor| {
        let (opened, code) = cursor.split_once('.')?;
        Some((Timestamp::from_microsecond(opened.parse().ok()?).ok()?, code.parse().ok()?))
    });
    let mut lines = table::bill::of_payer(read, payer, before, limit + 1)?;
    let is_more = lines.len() > limit;
    lines.truncate(limit);
    let last = lines.last().filter(|_| is_more);
    let next = last.map(|bill| format!("{}.{}", bill.opened.as_microsecond(), bill.code));
    Ok(Page { lines, next })
}

/// The bill of a receipt, for those who may know of it.
pub fn bill_of_receipt(read: &mut dyn Read, actor: &Actor, number: &ReceiptNumber) -> Result<Bill, Failure<Refusal>> {
    let bill = table::bill::of_receipt(read, number)?.filter(|bill| may_see(actor, bill)).ok_or(Refusal::NoReceipt)?;
    Ok(bill)
}

/// What waits for this member of staff at the money desk, oldest first.
pub fn work(read: &mut dyn Read, actor: &Actor, limit: usize, cursor: Option<&str>) -> Result<Page<Work>, Error> {
    let limit = limit.clamp(1, PAGE_MOST);
    let Actor::Staff { powers, .. } = actor else { return Ok(Page { lines: vec![], next: None }) };
    let mine: Vec<&Power> = powers.iter().filter(|power| matches!(power.duty, Duty::Collect | Duty::Settle)).collect();
    let Some(span) = span(&mine) else { return Ok(Page { lines: vec![], next: None }) };
    let mut after = cursor.and_then(place);
    let (mut lines, mut looked) = (vec![], 0);
    loop {
        let found = table::work::list(read, span, after.as_ref(), PAGE_MOST)?;
        let is_end = found.len() < PAGE_MOST;
        looked += found.len();
        for (at, work) in found {
            if lines.len() == limit {
                return Ok(Page { lines, next: after.map(|place| cursor_of(&place)) });
            }
            after = Some(at);
            if concerns(&mine, work.department.as_ref()) {
                lines.push(work);
            }
        }
        if is_end {
            return Ok(Page { lines, next: None });
        }
        if looked >= 10 * PAGE_MOST {
            return Ok(Page { lines, next: after.map(|place| cursor_of(&place)) });
        }
    }
}

fn cursor_of((since, owner, id): &table::work::Place) -> String {
    format!("{}~{owner}~{id}", since.as_microsecond())
}

fn place(cursor: &str) -> Option<table::work::Place> {
    let mut parts = cursor.splitn(3, '~');
    let since = Timestamp::from_microsecond(parts.next()?.parse().ok()?).ok()?;
    Some((since, parts.next()?.to_owned(), parts.next()?.to_owned()))
}

/// Whether work of this department, or of no department, is for who holds these powers.
fn concerns(powers: &[&Power], department: Option<&DepartmentId>) -> bool {
    powers.iter().any(|power| match department {
        Some(department) => power.scope.covers(department),
        // The account of a whole channel is looked after at the province.
        None => power.duty == Duty::Settle && power.scope.region.level() == Level::Province,
    })
}

/// The counties, as numbers, among which these powers lie; from 0 where some of it is the province's.
fn span(powers: &[&Power]) -> Option<(i64, i64)> {
    let spans = powers.iter().map(|power| counties(&power.scope.region));
    spans.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
}

fn counties(region: &RegionCode) -> (i64, i64) {
    let county = table::county_number(region);
    match region.level() {
        Level::Province => (0, county + 9_999),
        Level::City => (county, county + 99),
        _ => (county, county),
    }
}

/// The latest accounts of channels' days, for who settles anywhere.
pub fn accounts(read: &mut dyn Read, actor: &Actor, limit: usize) -> Result<Vec<Reconciliation>, Failure<Refusal>> {
    settles(actor)?;
    Ok(table::account::latest(read, limit.clamp(1, PAGE_MOST))?)
}

/// The account of one channel's day.
pub fn account(
    read: &mut dyn Read,
    actor: &Actor,
    channel: Channel,
    day: Date,
) -> Result<Option<Reconciliation>, Failure<Refusal>> {
    settles(actor)?;
    Ok(table::account::load(read, channel, day)?)
}

fn settles(actor: &Actor) -> Result<(), Refusal> {
    let may = matches!(actor, Actor::System(_)) || actor.holds(Duty::Settle);
    if may { Ok(()) } else { Err(Refusal::NotEmpowered { duties: vec![Duty::Settle] }) }
}

/// The books: each account's balance, and what was written by day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Books {
    /// Balance of each account.
    pub balances: Vec<(Account, Fen)>,
    /// Days, latest first, each with what was added to each account.
    pub days: Vec<(Date, Vec<(Account, Fen)>)>,
}

impl Books {
    /// The sum over all accounts; anything but zero is a defect.
    pub fn sum(&self) -> Fen {
        Fen(self.balances.iter().map(|(_, amount)| amount.0).sum())
    }
}

/// The books as the follower keeps them, with the days since `from`.
pub fn books(read: &mut dyn Read, actor: &Actor, from: Date) -> Result<Books, Failure<Refusal>> {
    settles(actor)?;
    let account = |name: &str| Account::ALL.into_iter().find(|account| account.name() == name);
    let balances = table::ledger::balances(read)?;
    let balances = balances.into_iter().filter_map(|(name, amount)| Some((account(&name)?, amount))).collect();
    let mut days: Vec<(Date, Vec<(Account, Fen)>)> = vec![];
    for (day, name, amount) in table::ledger::book(read, from, 50 * Account::ALL.len())? {
        let Some(account) = account(&name) else { continue };
        match days.last_mut() {
            Some((last, lines)) if *last == day => lines.push((account, amount)),
            _ => days.push((day, vec![(account, amount)])),
        }
    }
    Ok(Books { balances, days })
}

/// One line of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerLine {
    /// The event of the bill that wrote it.
    pub event: i64,
    /// The account.
    pub account: Account,
    /// Debits are positive, credits negative.
    pub amount: Fen,
    /// When.
    pub at: Timestamp,
}

/// The ledger lines of one bill.
pub fn entries(read: &mut dyn Read, actor: &Actor, code: &PaymentCode) -> Result<Vec<LedgerLine>, Failure<Refusal>> {
    bill_for(read, actor, code)?;
    let account = |name: &str| Account::ALL.into_iter().find(|account| account.name() == name);
    let lines = table::ledger::of(read, code)?.into_iter();
    Ok(lines
        .filter_map(|(event, name, amount, at)| Some(LedgerLine { event, account: account(&name)?, amount, at }))
        .collect())
}

/// What the operator is told: whether the ledger balances, looked at line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// The sum over everything that was ever written; 0 in good order.
    pub sum: Fen,
    /// Events whose lines do not sum to zero; none in good order.
    pub unbalanced: Vec<String>,
    /// Bills by stage.
    pub bills: Vec<(Stage, i64)>,
}

impl Audit {
    /// Whether the books are in order.
    pub fn is_good(&self) -> bool {
        self.sum == Fen::ZERO && self.unbalanced.is_empty()
    }
}

/// Adds up the whole ledger. It takes as long as the ledger is: for `doctor`, not for a page.
pub fn audit(read: &mut dyn Read) -> Result<Audit, Error> {
    let sums = table::ledger::sums(read)?;
    Ok(Audit {
        sum: Fen(sums.iter().map(|(_, amount)| amount.0).sum()),
        unbalanced: table::ledger::unbalanced(read)?,
        bills: table::bill::stages(read)?,
    })
}

/// How many payments came by a channel, and how much.
pub fn taken_in(read: &mut dyn Read, channel: Channel) -> Result<(i64, Fen), Error> {
    table::flow::count(read, channel)
}
