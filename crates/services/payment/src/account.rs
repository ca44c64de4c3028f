//! The account of a channel's day (对账): compared outside any transaction, kept and settled in several.

use kernel::{Actor, Date, Digest, Timestamp, local_date, midnight};
use store::{Db, Error, Failure, Read, Tx};

use crate::courier::Errand;
use crate::rules::{self, Compared, Facts};
use crate::statement::{self, BadStatement, Line, Statement};
use crate::table;
use crate::{
    Bill, Channel, Command, Difference, Event, Finding, Reconciliation, Refusal, Settling, desk, reference_bill,
};

/// Bills settled in one transaction.
const AT_ONCE: usize = 200;

/// Compares a channel's file with our books (对账). The same file again changes nothing but what was left undone.
///
/// Fails with `DayNotOver` for a day that is still running, and with the fault of the file.
pub fn reconcile(db: &Db, statement: &Statement) -> Result<Reconciliation, Failure<Refusal>> {
    if statement.day >= db.today() {
        return Err(Refusal::DayNotOver.into());
    }
    let (from, to) = (midnight(statement.day), statement.day.tomorrow().map_or(Timestamp::MAX, midnight));
    let (channel, day) = (statement.channel, statement.day);
    let flows = db.read::<_, Error>(|read| table::flow::between(read, channel, from, to, statement::LINES_MOST))?;
    let known: std::collections::HashSet<&str> = statement.lines.iter().map(|line| line.own_no.as_str()).collect();
    let known = db.read::<_, Error>(|read| ours(read, &known, &flows))?;
    let compared = rules::compare(&statement.lines, &flows, |own_no| known.contains(own_no));
    if compared.differences.len() > rules::DIFFERENCES_MOST {
        return Err(Refusal::Statement(BadStatement::Strange).into());
    }
    let (paid, refunded) = statement.sums();
    let account = Reconciliation {
        channel,
        day,
        version: 1,
        file: statement.file,
        lines: u32::try_from(statement.lines.len()).unwrap_or(u32::MAX),
        paid,
        refunded,
        even: u32::try_from(compared.even.len()).unwrap_or(u32::MAX).saturating_add(compared.even_refunds),
        differences: db.read(|read| differences(read, &compared))?,
        at: db.now(),
        settled: false,
    };
    let account = db.write(move |tx| keep(tx, &account))?;
    settle(db, account, compared.even)
}

/// As [`reconcile`], for lines that an adapter has fetched and verified itself.
pub(crate) fn compare_lines(
    db: &Db,
    channel: Channel,
    day: Date,
    lines: Vec<Line>,
) -> Result<Reconciliation, Failure<Refusal>> {
    statement::check_twice(&lines).map_err(Refusal::Statement)?;
    let file: Digest = store::sm3(statement::write(channel, day, &lines).as_bytes());
    reconcile(db, &Statement { channel, day, lines, file })
}

/// Which numbers of ours exist among those that have not moved money by our books.
fn ours(
    read: &mut dyn Read,
    named: &std::collections::HashSet<&str>,
    flows: &[rules::Flow],
) -> Result<std::collections::HashSet<String>, Error> {
    let moved: std::collections::HashSet<&str> = flows.iter().map(|flow| flow.own_no.as_str()).collect();
    let mut known = std::collections::HashSet::new();
    for own_no in named.difference(&moved) {
        let Some(code) = reference_bill(own_no) else { continue };
        if let Some(bill) = table::bill::load(read, &code)?
            && has(&bill, own_no)
        {
            known.insert((*own_no).to_owned());
        }
    }
    Ok(known)
}

fn has(bill: &Bill, own_no: &str) -> bool {
    bill.order(own_no).is_some()
        || bill.refunds.iter().any(|refund| refund.no == own_no)
        || bill.code.as_str() == own_no
}

fn differences(read: &mut dyn Read, compared: &Compared) -> Result<Vec<Difference>, Error> {
    let mut all = vec![];
    for rules::Unlike { finding, own_no, reference, ours, theirs } in &compared.differences {
        let bill = match reference_bill(own_no) {
            Some(code) => table::bill::load(read, &code)?,
            None => None,
        };
        all.push(Difference {
            own_no: own_no.clone(),
            reference: reference.clone(),
            finding: *finding,
            department: bill.map(|bill| bill.department),
            ours: *ours,
            theirs: *theirs,
            resolution: None,
        });
    }
    Ok(all)
}

/// Keeps what was found. What our own books may have missed is asked of the channel at once.
fn keep(tx: &mut Tx, fresh: &Reconciliation) -> Result<Reconciliation, Error> {
    let before = table::account::load(tx, fresh.channel, fresh.day)?;
    if let Some(known) = before.as_ref().filter(|known| known.file == fresh.file) {
        return Ok(known.clone());
    }
    let version = before.as_ref().map_or(0, |known| known.version);
    let account = Reconciliation { version: version + 1, ..fresh.clone() };
    table::account::save(tx, &account, version)?;
    table::work::put(tx, &account.stream(), &account.work(), version > 0)?;
    tx.journal(&desk::HOUSE, &account.stream(), account.version, &[Event::Reconciled(Box::new(account.clone()))])?;
    for difference in &account.differences {
        if difference.finding != Finding::State || account.channel == Channel::Counter {
            continue;
        }
        let own_no = difference.own_no.clone();
        let errand =
            if own_no.contains('R') { Errand::QueryRefund { no: own_no } } else { Errand::Query { order: own_no } };
        desk::send(tx, account.channel, format!("account {} {}", account.day, difference.own_no), &errand)?;
    }
    Ok(account)
}

/// Settles what agrees, some bills at a time; after a stop in between, the same file goes on.
fn settle(db: &Db, account: Reconciliation, even: Vec<String>) -> Result<Reconciliation, Failure<Refusal>> {
    if account.settled {
        return Ok(account);
    }
    let day = account.day;
    for some in even.chunks(AT_ONCE) {
        let some = some.to_vec();
        db.write::<_, Failure<Refusal>, _>(move |tx| {
            some.iter().try_for_each(|own_no| desk::by_house(tx, own_no, &Command::Settle { on: day }))
        })?;
    }
    let channel = account.channel;
    Ok(db.write::<_, Error, _>(move |tx| change(tx, &desk::HOUSE, channel, day, &Event::AccountSettled))?)
}

/// Resolves a difference: a step of whoever settles, with its words.
pub fn resolve(
    tx: &mut Tx,
    actor: &Actor,
    channel: Channel,
    day: Date,
    reference: &str,
    how: Settling,
    words: &str,
) -> Result<Reconciliation, Failure<Refusal>> {
    let account = table::account::load(tx, channel, day)?.ok_or(Refusal::NoSuchDifference)?;
    let facts = Facts { now: tx.now(), today: local_date(tx.now()), actor };
    let event = rules::resolve(&account, reference, how, words, &facts)?;
    Ok(change(tx, actor, channel, day, &event)?)
}

fn change(tx: &mut Tx, actor: &Actor, channel: Channel, day: Date, event: &Event) -> Result<Reconciliation, Error> {
    let missing = || Error::Corrupt(format!("there is no account of {channel} on {day}"));
    let mut account = table::account::load(tx, channel, day)?.ok_or_else(missing)?;
    let version = account.version;
    rules::apply_account(&mut account, event);
    table::account::save(tx, &account, version)?;
    table::work::put(tx, &account.stream(), &account.work(), true)?;
    tx.journal(actor, &account.stream(), account.version, std::slice::from_ref(event))?;
    Ok(account)
}
