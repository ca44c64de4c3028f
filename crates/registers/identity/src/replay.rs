//! Proof that the rows are what the journal says: each stream's events, applied anew, must give the row that is stored.

use kernel::{AccountId, Date, PartyId, StaffId, Timestamp};
use store::{Entry, Error, Read};

use crate::{
    desk::{mark, unborn},
    model::{
        Account, AccountEvent, Delegation, DelegationEvent, Event, Extent, Holder, Look, PartyEvent, StaffEvent,
        delegation::DelegationId,
    },
    rules, table,
};

/// Replays the streams of this room for `tongban journal verify`.
pub struct Registers;

impl store::Replay for Registers {
    fn room(&self) -> &'static str {
        "identity"
    }

    fn check(&self, read: &mut dyn Read, stream: &str, entries: &[Entry]) -> Result<Option<String>, Error> {
        let Some((subject, id)) = stream.split_once(':') else { return Ok(Some("a stream without a subject".into())) };
        let events: Vec<Event> = entries.iter().map(Entry::event).collect::<Result<_, _>>()?;
        match subject {
            "party" => party(read, &parse(id)?, &events),
            "account" => account(read, &parse(id)?, &events),
            "staff" => staff(read, &parse(id)?, &events),
            "delegation" => delegation(read, &parse(id)?, &events),
            "look" => look(read, id, entries, &events),
            _ => Ok(Some("no such subject".to_owned())),
        }
    }
}

type Difference = Result<Option<String>, Error>;

fn party(read: &mut dyn Read, id: &PartyId, events: &[Event]) -> Difference {
    let Some(row) = table::party::load(read, id)? else { return differs("the row is missing") };
    let mut last = None;
    for event in events {
        match event {
            Event::Party(
                PartyEvent::Registered { particulars, region, .. } | PartyEvent::Changed { particulars, region },
            ) => {
                last = Some((particulars, region));
            }
            _ => return differs("an event of another subject"),
        }
    }
    if last != Some((&row.particulars, &row.region)) || !counts(row.version, events) {
        return differs("particulars, region or version");
    }
    // What was erased has nothing left to compare with its blind index.
    match row.open(read) {
        Ok(particulars) if table::party::index_fits(read, id, &particulars)? => Ok(None),
        Ok(_) => differs("the blind index belongs to another number"),
        Err(Error::Erased) => Ok(None),
        Err(error) => Err(error),
    }
}

fn account(read: &mut dyn Read, id: &AccountId, events: &[Event]) -> Difference {
    let Some((row, phc)) = table::account::load(read, id)? else { return differs("the row is missing") };
    let holder = match events.first() {
        Some(Event::Account(AccountEvent::Opened { person: Some(person), .. })) => Holder::Person(*person),
        Some(Event::Account(AccountEvent::Opened { staff: Some(staff), .. })) => Holder::Staff(*staff),
        _ => return differs("the stream does not begin with an opening"),
    };
    let mut replayed = Account { id: *id, holder, failures: 0, locked_until: None, enabled: false, version: 0 };
    for event in events {
        let Event::Account(event) = event else { return differs("an event of another subject") };
        rules::account::apply(&mut replayed, event);
    }
    let told = |find: fn(&AccountEvent) -> Option<Option<&String>>| {
        events.iter().rev().find_map(|event| match event {
            Event::Account(event) => find(event),
            _ => None,
        })
    };
    let password = told(|event| match event {
        AccountEvent::PasswordStored { mark } => Some(Some(mark)),
        _ => None,
    });
    // Accounts of earlier versions have no mark until their password is changed.
    if password.flatten().is_some_and(|told| *told != mark(read, id, &phc.0)) {
        return differs("the password's hash");
    }
    let second = told(|event| match event {
        AccountEvent::SecondFactorSet { mark } => Some(Some(mark)),
        AccountEvent::SecondFactorRemoved { .. } => Some(None),
        _ => None,
    });
    let stored = table::second::load(read, id)?.map(|second| mark(read, id, &second.secret.base32()));
    if second.flatten() != stored.as_ref() {
        return differs("the second factor");
    }
    if row == replayed { Ok(None) } else { differs(&format!("stored {row:?}, replayed {replayed:?}")) }
}

fn staff(read: &mut dyn Read, id: &StaffId, events: &[Event]) -> Difference {
    let Some(row) = table::staff::load_row(read, id)? else { return differs("the row is missing") };
    let Some(Event::Staff(StaffEvent::Appointed { number, name, department, .. })) = events.first() else {
        return differs("the stream does not begin with an appointment");
    };
    if *name != row.name {
        return differs("the name");
    }
    let row = match row.open(read) {
        Err(Error::Erased) => return Ok(None),
        opened => opened?,
    };
    let mut replayed = unborn(*id, &row.name, number, *department);
    for event in events {
        let Event::Staff(event) = event else { return differs("an event of another subject") };
        rules::staff::apply(&mut replayed, event);
    }
    if row == replayed { Ok(None) } else { differs(&format!("stored {row:?}, replayed {replayed:?}")) }
}

fn delegation(read: &mut dyn Read, id: &DelegationId, events: &[Event]) -> Difference {
    let Some(row) = table::delegation::load(read, id)? else { return differs("the row is missing") };
    let Some(Event::Delegation(DelegationEvent::Granted { principal, agent, .. })) = events.first() else {
        return differs("the stream does not begin with a grant");
    };
    let mut replayed = Delegation {
        id: *id,
        principal: *principal,
        agent: *agent,
        extent: Extent::Everything,
        from: Date::MIN,
        until: Date::MIN,
        revoked: None,
        version: 0,
    };
    for event in events {
        let Event::Delegation(event) = event else { return differs("an event of another subject") };
        rules::delegation::apply(&mut replayed, event);
    }
    // A row keeps microseconds, an event may tell more.
    let micros = |at: Option<Timestamp>| at.map(Timestamp::as_microsecond);
    if micros(row.revoked) != micros(replayed.revoked) {
        return differs("when it was revoked");
    }
    replayed.revoked = row.revoked;
    if row == replayed { Ok(None) } else { differs(&format!("stored {row:?}, replayed {replayed:?}")) }
}

fn look(read: &mut dyn Read, id: &str, entries: &[Entry], events: &[Event]) -> Difference {
    let [Event::Looked { party, by, fields, .. }] = events else { return differs("not one look") };
    let at = entries[0].at;
    match table::look::find(read, party, id) {
        Ok(Some(Look { at: kept, by: who, fields: what, .. })) if kept == at && who == *by && what == *fields => {
            Ok(None)
        }
        Ok(Some(_)) => differs("who looked, when or at what"),
        Ok(None) => differs("the row is missing"),
        Err(Error::Erased) => Ok(None),
        Err(error) => Err(error),
    }
}

fn counts(version: i64, events: &[Event]) -> bool {
    usize::try_from(version).is_ok_and(|version| version == events.len())
}

fn differs(what: &str) -> Difference {
    Ok(Some(what.to_owned()))
}

fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(id: &str) -> Result<T, Error> {
    id.parse().map_err(|error| Error::Corrupt(format!("stream id {id:?}: {error}")))
}
