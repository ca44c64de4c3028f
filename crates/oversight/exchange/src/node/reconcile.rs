//! Days are reconciled by count and Merkle root: what the other side does not have is sent again.

use kernel::{Date, local_date};
use store::{Db, Error, Failure, Read as _, Tx};

use super::courier::{Round, Trouble};
use super::{happen, receive::parties};
use crate::model::{NodeEvent, root};
use crate::table::node;
use crate::table::peer::{self, DayRow};
use crate::{Answer, NodeName, Nodes, Refusal, Statement, rules};

/// Days looked at in one round.
const DAYS_MOST: usize = 31;
/// A day that still differs after so many tries waits for a person.
const TRIES_MAX: i64 = 5;
/// Spans of missing envelopes that one answer names.
const SPANS_MOST: usize = 500;

/// Reconciles the days that are over or asked for.
pub(super) fn days(round: &Round) -> Result<(), Trouble> {
    let (name, today) = (&round.peer.name, local_date(round.db.now()));
    let due = round.db.read(|read| peer::days_to_reconcile(read, name, today, TRIES_MAX, DAYS_MOST))?;
    for day in due {
        // What was missing is sent at once and the day looked at again; twice is enough for one round.
        for _ in 0..2 {
            if reconcile(round, day)? {
                break;
            }
            round.push()?;
        }
    }
    Ok(())
}

/// Tells the other side what we handed up on a day; whether both have the same.
fn reconcile(round: &Round, day: Date) -> Result<bool, Trouble> {
    let (name, signer) = (round.peer.name.clone(), round.db.signer());
    let ours = round.db.read(|read| node::outgoing_day(read, &name, day))?;
    let span = (ours.first().map_or(0, |one| one.0), ours.last().map_or(0, |one| one.0));
    let (count, own_root) = root(ours.iter().map(|one| one.1));
    let mut statement = Statement {
        from: round.me.clone(),
        to: name.clone(),
        day,
        span,
        count,
        root: own_root,
        at: round.db.now(),
        signature: store::Signature([0; 64]),
    };
    statement.signature = signer.sign(&statement.text())?;
    let body = serde_json::to_string(&statement).map_err(Error::from)?;
    let text = round.post("/api/v1/exchange/statements", body)?;
    let no = |why: &str| Trouble::There(why.to_owned());
    let answer: Answer = serde_json::from_str(&text).map_err(|_| no("the answer about a day cannot be read"))?;
    let is_theirs = answer.by == name && answer.to == *round.me && answer.day == day;
    if !is_theirs || !store::verify(&round.peer.key, &answer.text(), &answer.signature) {
        return Err(no("the answer about a day is not signed by that node"));
    }
    let agreed = (answer.count, answer.root) == (count, own_root);
    round.db.write::<_, Error, _>(move |tx| {
        let before = peer::day(tx, &name, true, day)?;
        let row = DayRow {
            peer: name.to_string(),
            outgoing: true,
            day,
            ours: (count, own_root),
            theirs: (answer.count, answer.root),
            state: if agreed { "agreed" } else { "differs" }.to_owned(),
            tries: before.as_ref().map_or(0, |row| row.tries) + 1,
            checked: tx.now(),
        };
        if !agreed {
            // Nothing is missing, yet the roots differ: something was changed there, so all of the day is shown again.
            let again = if answer.missing.is_empty() { vec![span] } else { answer.missing.clone() };
            for span in again {
                node::reopen(tx, &name, span)?;
            }
        }
        keep(tx, &name, before, row)
    })?;
    Ok(agreed)
}

/// Keeps how a day stands; the journal hears of it when that is news.
fn keep(tx: &mut Tx, name: &NodeName, before: Option<DayRow>, row: DayRow) -> Result<(), Error> {
    let is_news =
        before.is_none_or(|before| (before.ours, before.theirs, &before.state) != (row.ours, row.theirs, &row.state));
    peer::save_day(tx, &row)?;
    if !is_news {
        return Ok(());
    }
    let DayRow { day, outgoing, ours, theirs, state, .. } = row;
    let standing = super::standing(tx, name)?;
    happen(tx, standing, &[NodeEvent::Reconciled { day, outgoing, ours, theirs, agreed: state == "agreed" }])
}

/// Says what is here of a day that another node handed up.
pub fn receive_statement(db: &Db, nodes: &Nodes, statement: &Statement) -> Result<Answer, Failure<Refusal>> {
    let (me, from) = parties(nodes, &statement.from, &statement.to)?;
    if !store::verify(&from.key, &statement.text(), &statement.signature) {
        return Err(Refusal::BadSignature { seq: 0 }.into());
    }
    let (name, day, theirs) = (from.name.clone(), statement.day, (statement.count, statement.root));
    let here = db.read(|read| node::incoming_day(read, &name, day))?;
    let ours = root(here.iter().map(|one| one.1));
    let missing = match statement.count {
        0 => vec![],
        _ => rules::missing(statement.span, &node::numbers(&here), SPANS_MOST),
    };
    let agreed = ours == theirs;
    let kept = name.clone();
    db.write::<_, Error, _>(move |tx| {
        let before = peer::day(tx, &kept, false, day)?;
        let row = DayRow {
            peer: kept.to_string(),
            outgoing: false,
            day,
            ours,
            theirs,
            state: if agreed { "agreed" } else { "differs" }.to_owned(),
            tries: before.as_ref().map_or(0, |row| row.tries) + 1,
            checked: tx.now(),
        };
        keep(tx, &kept, before, row)
    })?;
    let mut answer = Answer {
        by: me.clone(),
        to: name,
        day,
        count: ours.0,
        root: ours.1,
        missing,
        at: db.now(),
        signature: store::Signature([0; 64]),
    };
    answer.signature = db.signer().sign(&answer.text())?;
    Ok(answer)
}
