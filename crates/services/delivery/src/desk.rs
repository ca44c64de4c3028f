//! Commands on parcels, each carried out inside the caller's transaction: all of it happens, or none.

use kernel::{Actor, BasicCode, DepartmentId, Duty, PartyId, Timestamp, local_date};
use store::{Effect, Error, Failure, Read, Tx};

use crate::{
    Command, Created, Event,
    book::{CourierEntry, book},
    model::{Booking, Content, Direction, End, Ends, Parcel, ParcelId, Trace, of_order},
    port::Report,
    rules::{self, Facts, Refusal},
    send, table,
};

/// Who tells what couriers told.
pub(crate) const HOUSE: Actor = Actor::System("delivery");

/// What a parcel is opened for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The stream of what it belongs to.
    pub bound: String,
    /// Whose it is.
    pub party: PartyId,
    /// The department on the office's end.
    pub department: DepartmentId,
    /// The item, by which data choose courier and payer. The courier does not learn it.
    pub item: BasicCode,
    /// Which way it goes.
    pub direction: Direction,
    /// The citizen's end.
    pub end: End,
    /// What is inside.
    pub contents: Vec<Content>,
}

/// Opens a parcel: for another room, for the citizen whose it is, or for the window.
pub fn open(tx: &mut Tx, actor: &Actor, opening: &Opening) -> Result<Parcel, Failure<Refusal>> {
    let may = match actor {
        Actor::System(_) => true,
        Actor::Citizen { acting_for, .. } => *acting_for == opening.party,
        Actor::Staff { .. } => actor.may(Duty::Receive, &opening.department),
    };
    if !may {
        return Err(Refusal::NotEmpowered.into());
    }
    if opening.contents.iter().all(|content| content.count == 0) {
        return Err(Refusal::Empty.into());
    }
    let book = book().map_err(|reason| Refusal::NoCourier(reason.to_owned()))?;
    let postage = book
        .postage(&opening.item, &opening.department, opening.direction)
        .ok_or_else(|| Refusal::NoCourier(opening.item.to_string()))?;
    let courier = entry(&postage.courier)?;
    let office = office(tx, &opening.department)?;
    let ends = match opening.direction {
        Direction::Collect => Ends { from: opening.end.clone(), to: office },
        Direction::Deliver => Ends { from: office, to: opening.end.clone() },
    };
    let sealed = tx.seal(&opening.party, &serde_json::to_string(&ends).map_err(Error::from)?)?;
    let now = tx.now();
    let created = Created {
        bound: opening.bound.clone(),
        party: opening.party,
        department: opening.department,
        direction: opening.direction,
        payer: postage.payer,
        courier: postage.courier.clone(),
        ends: sealed,
        contents: opening.contents.clone(),
        at: now,
        quiet_by: organisation::calendar(tx)?.after(local_date(now), courier.quiet()),
    };
    let parcel = rules::opened(ParcelId::new(store::fresh_uuid()), &created);
    table::insert(tx, &parcel)?;
    tx.journal(actor, &parcel.stream(), 1, &[Event::Created(Box::new(created))])?;
    if parcel.booking == Booking::Asked {
        ask_to_carry(tx, &parcel)?;
    }
    Ok(parcel)
}

pub(crate) fn entry(code: &str) -> Result<&'static CourierEntry, Failure<Refusal>> {
    let book = book().map_err(|reason| Refusal::NoCourier(reason.to_owned()))?;
    Ok(book.courier(code).ok_or_else(|| Refusal::NoCourier(code.to_owned()))?)
}

/// The department's end: what stands on its door.
fn office(read: &mut dyn Read, id: &DepartmentId) -> Result<End, Failure<Refusal>> {
    let department =
        organisation::department(read, id)?.ok_or_else(|| Error::Corrupt(format!("there is no department {id}")))?;
    Ok(End { name: department.name, phone: department.place.phone, address: department.place.address })
}

/// Carries out `command` on one parcel. Whoever may not know of it is told that there is none.
pub fn handle(tx: &mut Tx, actor: &Actor, id: &ParcelId, command: &Command) -> Result<Parcel, Failure<Refusal>> {
    let mut parcel = crate::query::parcel_for(tx, actor, id)?;
    let facts = Facts {
        now: tx.now(),
        today: local_date(tx.now()),
        calendar: organisation::calendar(tx)?,
        quiet: entry(&parcel.courier)?.quiet(),
        actor,
    };
    let events = rules::decide(&parcel, command, &facts)?;
    if events.is_empty() {
        return Ok(parcel);
    }
    let (version, told) = (parcel.version, parcel.traces.len());
    let was_asked = matches!(parcel.booking, Booking::Asked | Booking::Booked { .. });
    events.iter().for_each(|event| rules::apply(&mut parcel, event));
    // A courier that fell silent is asked at once.
    let fell_silent = matches!(events[..], [Event::Silent { .. }]);
    let ask_at = if fell_silent { Some(tx.now()) } else { ask_at(tx, &parcel)? };
    table::save(tx, &parcel, version, ask_at)?;
    if parcel.traces.len() > told {
        table::insert_traces(tx, &parcel, told)?;
    }
    tx.journal(actor, &parcel.stream(), version + 1, &events)?;
    for event in &events {
        match event {
            Event::Ordered { .. } => ask_to_carry(tx, &parcel)?,
            Event::Booked { number } => table::insert_number(tx, &parcel, number)?,
            Event::Cancelled { .. } if was_asked => {
                tx.outbox(&effect(&format!("cancel:{}", parcel.order_id()), &send::Errand::Cancel, &parcel)?)?;
            }
            _ => {}
        }
    }
    Ok(parcel)
}

/// When the courier is asked for news, if none comes before.
fn ask_at(read: &mut dyn Read, parcel: &Parcel) -> Result<Option<Timestamp>, Failure<Refusal>> {
    if !rules::listens(parcel) {
        return Ok(None);
    }
    let hours = entry(&parcel.courier)?.poll_hours;
    Ok(Some(later(read.now(), hours)))
}

pub(crate) fn later(at: Timestamp, hours: i64) -> Timestamp {
    let micros = at.as_microsecond().saturating_add(hours.saturating_mul(3_600_000_000));
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}

fn ask_to_carry(tx: &mut Tx, parcel: &Parcel) -> Result<(), Failure<Refusal>> {
    Ok(tx.outbox(&effect(&parcel.order_id(), &send::Errand::Order, parcel)?)?)
}

/// An errand for the sender. It names the parcel only: names and addresses are opened when it is sent.
pub(crate) fn effect(key: &str, errand: &send::Errand, parcel: &Parcel) -> Result<Effect, Error> {
    let body = send::Body { errand: *errand, parcel: parcel.id, attempt: parcel.attempt };
    Ok(Effect {
        channel: send::channel(&parcel.courier),
        key: key.to_owned(),
        party: None,
        body: serde_json::to_string(&body)?,
    })
}

/// What one courier told of many parcels, pushed or asked for. How many reports found their parcel.
///
/// Told twice, late or out of order, they give the same. Reports of parcels that are not ours are passed over.
pub fn report(tx: &mut Tx, courier: &str, reports: &[Report]) -> Result<usize, Failure<Refusal>> {
    let codes = &entry(courier)?.codes;
    let mut found: Vec<(ParcelId, Vec<Trace>)> = vec![];
    let mut taken = 0;
    for report in reports {
        let named = match table::by_number(tx, &report.number, courier)? {
            Some(found) => Some(found),
            None => report.order.as_deref().and_then(of_order),
        };
        let Some((id, attempt)) = named else { continue };
        let Some(parcel) = table::load(tx, &id)?.filter(|parcel| parcel.courier == courier) else { continue };
        let trace = Trace {
            key: report.key.clone(),
            attempt,
            at: report.at,
            code: report.code.clone(),
            meaning: codes.get(&report.code).copied(),
            raw: tx.seal(&parcel.party, &serde_json::to_string(&report.words).map_err(Error::from)?)?,
        };
        taken += 1;
        match found.iter_mut().find(|(other, _)| *other == id) {
            Some((_, traces)) => traces.push(trace),
            None => found.push((id, vec![trace])),
        }
    }
    for (id, traces) in found {
        match handle(tx, &HOUSE, &id, &Command::Report { traces }) {
            // A party whose data were erased has no news any more; the others have.
            Ok(_) | Err(Failure::Broken(Error::Erased)) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(taken)
}
