//! Tells those who wrote by WeChat, and keeps the figures of units: what each order gives now, less what it gave when it was counted last. So nothing is counted twice, in
//! whatever pieces the journal arrives.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{DepartmentId, local_date};
use store::{Db, Effect, Effectuation, Entry, Error, Event as _, Follower, Tx};

use crate::model::{county_number, month_number};
use crate::query::Sums;
use crate::table::{self, figure::Place};
use crate::wechat::{self, Payload};
use crate::{Channel, Clock, Event, OrderNumber, Round, Satisfaction, State, WorkOrder, book, query};

/// Tells those who wrote by WeChat how it goes. There is one only where the house has an account.
pub struct ByWechat;

impl Follower for ByWechat {
    fn name(&self) -> &'static str {
        "hotline.wechat"
    }

    fn rooms(&self) -> &'static [&'static str] {
        &[Event::ROOM]
    }

    fn prepare(&self, db: &Db, entries: &[Entry]) -> Result<Effectuation, Error> {
        let told: Vec<(&Entry, OrderNumber)> = entries
            .iter()
            .filter(|entry| book().wechat.contains_key(short(entry)))
            .filter_map(|entry| Some((entry, OrderNumber::of_stream(&entry.stream)?)))
            .collect();
        let mut effects = vec![];
        for some in told.chunks(store::MANY) {
            let numbers: Vec<OrderNumber> = some.iter().map(|(_, number)| *number).collect();
            let orders = db.read(|read| table::order::load_many(read, &numbers))?;
            for (entry, number) in some {
                let order = orders.iter().find(|order| order.number == *number);
                if let Some(order) = order.filter(|order| order.channel == Channel::Wechat) {
                    effects.extend(effect(db, order, entry)?);
                }
            }
        }
        Ok(Box::new(move |tx| effects.iter().try_for_each(|effect| tx.outbox(effect))))
    }
}

/// What happened, without the room before it.
fn short(entry: &Entry) -> &str {
    entry.kind.rsplit('.').next().unwrap_or_default()
}

/// What a follower is told of one thing that happened; nothing if they were erased.
fn effect(db: &Db, order: &WorkOrder, entry: &Entry) -> Result<Option<Effect>, Error> {
    let Some(openid) = db.read(|read| query::contact(read, order))?.openid else { return Ok(None) };
    let (sealed, day) = match entry.event()? {
        Event::Answered { words, .. } | Event::FedBack { words, .. } | Event::Relayed { words, .. } => {
            (Some(words), None)
        }
        Event::Merged { .. } => (None, None),
        Event::Dispatched { handle_by, .. } | Event::Redone { handle_by, .. } => (None, Some(handle_by)),
        _ => return Ok(None),
    };
    let words = match sealed {
        Some(sealed) => match db.unseal(&order.holder, &sealed) {
            Ok(words) => words,
            Err(Error::Erased) => return Ok(None),
            Err(error) => return Err(error),
        },
        None => String::new(),
    };
    let day = day.map_or_else(String::new, |day| format!("{}月{}日", day.month(), day.day()));
    let template = book().wechat.get(short(entry)).map(String::as_str).unwrap_or_default();
    let number = order.number.to_string();
    // The words come last: braces in them are theirs.
    let text = template.replace("{number}", &number).replace("{handle_by}", &day).replace("{words}", &words);
    let payload = serde_json::to_string(&Payload { openid, words: text })?;
    let body = db.seal(&order.holder, &payload)?;
    let (channel, key) = (wechat::CHANNEL.to_owned(), format!("{} {}", order.number, entry.seq));
    Ok(Some(Effect { channel, key, party: Some(order.holder), body: body.as_str().to_owned() }))
}

/// Keeps the figures.
pub struct Figures;

impl Follower for Figures {
    fn name(&self) -> &'static str {
        "hotline.figures"
    }

    fn rooms(&self) -> &'static [&'static str] {
        &[Event::ROOM]
    }

    fn prepare(&self, _: &Db, entries: &[Entry]) -> Result<Effectuation, Error> {
        let numbers: BTreeSet<OrderNumber> =
            entries.iter().filter_map(|entry| OrderNumber::of_stream(&entry.stream)).collect();
        Ok(Box::new(move |tx| {
            let mut changes = BTreeMap::new();
            numbers.iter().try_for_each(|number| recount(tx, number, &mut changes))?;
            table::figure::add(tx, &changes)
        }))
    }
}

fn recount(tx: &mut Tx, number: &OrderNumber, changes: &mut BTreeMap<(Place, String), i64>) -> Result<(), Error> {
    let Some((order, before)) = table::order::counted(tx, number)? else { return Ok(()) };
    let now = figures_of(&order);
    if now == before {
        return Ok(());
    }
    for (sums, sign) in now.iter().map(|sums| (sums, 1)).chain(before.iter().map(|sums| (sums, -1))) {
        let place = (sums.month, county_number(&sums.unit.region), sums.unit.to_string());
        for (what, n) in &sums.counts {
            *changes.entry((place.clone(), what.clone())).or_default() += sign * n;
        }
    }
    table::order::set_counted(tx, number, &now)
}

/// What one order adds to the figures: one sum for each round, under the month of its dispatch.
pub(crate) fn figures_of(order: &WorkOrder) -> Vec<Sums> {
    let last = order.rounds.len().saturating_sub(1);
    order.rounds.iter().enumerate().map(|(at, round)| of_round(order, round, at == last)).collect()
}

fn of_round(order: &WorkOrder, round: &Round, is_last: bool) -> Sums {
    let mut sums = Sums::new(round.lead, month_number(local_date(round.at)));
    let mut count = |what: &str, is: bool| {
        if is {
            *sums.counts.entry(what.to_owned()).or_default() += 1;
        }
    };
    let is_late = |clock| round.late.contains(&clock);
    count("dispatched", !round.redo);
    count("redone", round.redo);
    count("returned", round.returned.as_ref().is_some_and(|(_, ground)| ground != "dispute"));
    count("disputed", round.returned.as_ref().is_some_and(|(_, ground)| ground == "dispute"));
    // Counted once it is known: it was done, or its time has run out.
    count("sign-known", round.signed.is_some() || is_late(Clock::Sign));
    count("sign-in-time", round.signed.is_some() && !is_late(Clock::Sign));
    count("contact-known", round.contacted.is_some() || is_late(Clock::Contact));
    count("contact-in-time", round.contacted.is_some() && !is_late(Clock::Contact));
    count("done-known", round.fed_back.is_some() || is_late(Clock::Handle));
    count("done-in-time", round.fed_back.is_some() && !is_late(Clock::Handle));
    if let Some(rated) = &round.rated {
        count("asked", true);
        count("solved", rated.solved);
        count("rated", rated.satisfaction.is_some());
        count("satisfied", matches!(rated.satisfaction, Some(Satisfaction::Satisfied | Satisfaction::Fairly)));
    }
    count("closed", is_last && matches!(order.state, State::Closed { .. }));
    sums
}

impl Sums {
    pub(crate) fn new(unit: DepartmentId, month: i64) -> Sums {
        Sums { unit, month, counts: BTreeMap::new() }
    }
}
