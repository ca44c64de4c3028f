//! Booking, changing, giving up and checking in.

use kernel::{Actor, BasicCode, Date, local_date};
use store::{Error, Failure, Read, Tx};

use super::{Result, facts, queue};
use crate::rules::appointment::{self as rules, Command};
use crate::{
    Appointment, AppointmentEvent, AppointmentId, Event, HallId, Refusal, Slot, Source, Ticket, TicketId, query,
    rulebook, table,
};

/// What somebody wants to book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Where.
    pub hall: HallId,
    /// For which item.
    pub item: BasicCode,
    /// When.
    pub slot: Slot,
    /// For how many persons.
    pub persons: u16,
}

/// Books a slot for the party that the actor acts for. A slot is never oversold, however many book at once.
pub fn book(tx: &mut Tx<'_>, actor: &Actor, wish: &Wish) -> Result<Appointment> {
    let Actor::Citizen { person, acting_for, .. } = actor else { return Err(Refusal::OnlyTheParty.into()) };
    let (person, party) = (*person, *acting_for);
    query::may_act(tx, actor, &wish.item)?;
    let hall = query::hall(tx, &wish.hall)?.ok_or(Refusal::NoSuchHall)?;
    let service = query::service_for(tx, &hall, &wish.item)?;
    if !query::takes_appointments(tx, &wish.item)? {
        return Err(Refusal::NotByAppointment.into());
    }
    let (now, rulebook) = (tx.now(), rulebook());
    let calendar = organisation::calendar(tx)?;
    rules::check_slot(&hall, service, &wish.slot, wish.persons, &calendar, (rulebook, now))?;
    let record = query::record(tx, &party, Some(wish))?;
    rules::may_book(&record, rulebook, now)?;
    take(tx, &hall, service, &wish.slot, wish.persons)?;
    let id = AppointmentId::new(store::fresh_uuid());
    let event = AppointmentEvent::Booked {
        hall: wish.hall,
        service,
        item: wish.item,
        party,
        booked_by: person,
        persons: wish.persons,
        slot: wish.slot,
        code: code(tx, &wish.hall, wish.slot.day)?,
        at: now,
    };
    let appointment = rules::open(id, &event).ok_or_else(|| Error::Corrupt("a booking opens nothing".to_owned()))?;
    table::appointment::insert(tx, &appointment)?;
    tx.journal(actor, &appointment.stream(), 1, &[Event::Appointment(event)])?;
    Ok(appointment)
}

/// Takes the places of a slot, or says how many are left.
fn take(tx: &mut Tx<'_>, hall: &crate::Hall, service: crate::Letter, slot: &Slot, persons: u16) -> Result<()> {
    let capacity = hall.capacity(rulebook(), service);
    let place = (&hall.id, service, slot);
    if table::slot::take(tx, place, persons, capacity)? {
        return Ok(());
    }
    let left = capacity.saturating_sub(table::slot::taken(tx, place)?);
    Err(Refusal::SlotFull { left }.into())
}

/// Six digits that no other appointment of this hall and day has.
fn code(tx: &mut Tx<'_>, hall: &HallId, day: Date) -> std::result::Result<String, Error> {
    const TRIES: usize = 50;
    for _ in 0..TRIES {
        let code = format!("{:06}", u64::from_be_bytes(store::random_bytes()) % 1_000_000);
        if table::appointment::by_code(tx, hall, day, &code)?.is_none() {
            return Ok(code);
        }
    }
    Err(Error::Busy(format!("the codes of hall {hall} on {day} are used up")))
}

/// Moves an appointment to another time of the same hall and service: the new places are taken before the old ones are given back.
pub fn change(tx: &mut Tx<'_>, actor: &Actor, id: &AppointmentId, slot: &Slot, persons: u16) -> Result<Appointment> {
    let old = query::appointment_for(tx, actor, id)?;
    query::may_act(tx, actor, &old.item)?;
    let hall = query::hall(tx, &old.hall)?.ok_or(Refusal::NoSuchHall)?;
    let calendar = organisation::calendar(tx)?;
    rules::check_slot(&hall, old.service, slot, persons, &calendar, (rulebook(), tx.now()))?;
    let code = if slot.day == old.slot.day { old.code.clone() } else { code(tx, &old.hall, slot.day)? };
    let command = Command::Change { slot: *slot, persons, code };
    let changed = carry_out(tx, actor, old.clone(), &command)?;
    if old.takes_place() {
        table::slot::give_back(tx, (&old.hall, old.service, &old.slot), old.persons)?;
    }
    take(tx, &hall, old.service, slot, persons)?;
    Ok(changed)
}

/// Gives an appointment up; its places are free again.
pub fn cancel(tx: &mut Tx<'_>, actor: &Actor, id: &AppointmentId) -> Result<Appointment> {
    let old = query::appointment_for(tx, actor, id)?;
    let cancelled = carry_out(tx, actor, old.clone(), &Command::Cancel)?;
    table::slot::give_back(tx, (&old.hall, old.service, &old.slot), old.persons)?;
    Ok(cancelled)
}

/// Decides that nobody came; after the grace time, by a member of staff, with a reason.
pub fn absent(tx: &mut Tx<'_>, actor: &Actor, id: &AppointmentId, reason: &str) -> Result<Appointment> {
    let old = query::appointment_for(tx, actor, id)?;
    carry_out(tx, actor, old, &Command::Absent { reason: reason.to_owned() })
}

/// Takes that decision back.
pub fn excuse(tx: &mut Tx<'_>, actor: &Actor, id: &AppointmentId, reason: &str) -> Result<Appointment> {
    let old = query::appointment_for(tx, actor, id)?;
    carry_out(tx, actor, old, &Command::Excuse { reason: reason.to_owned() })
}

/// Checks an appointment in: it becomes a ticket in the lane of appointments, or, when it is late, in line like everybody else.
pub fn check_in(tx: &mut Tx<'_>, actor: &Actor, id: &AppointmentId, ground: Option<&str>) -> Result<Ticket> {
    let old = query::appointment_for(tx, actor, id)?;
    let ticket = TicketId::new(store::fresh_uuid());
    let (slot, now) = (old.slot, tx.now());
    let arrived = carry_out(tx, actor, old, &Command::Arrive { ticket })?;
    let (lane, turn) = rules::place(&slot, ground.is_some(), rulebook(), now);
    let drawn = queue::Drawn {
        hall: arrived.hall,
        service: arrived.service,
        lane,
        ground: queue::ground(ground)?,
        source: Source::Appointment,
        party: Some(arrived.party),
        item: Some(arrived.item),
        appointment: Some(arrived.id),
        turn,
    };
    queue::put(tx, actor, ticket, drawn)
}

/// As [`check_in`], by the code that is typed at the machine of a hall today.
pub fn check_in_by_code(
    tx: &mut Tx<'_>,
    actor: &Actor,
    hall: &HallId,
    code: &str,
    ground: Option<&str>,
) -> Result<Ticket> {
    let today = local_date(tx.now());
    let found = table::appointment::by_code(tx, hall, today, code.trim())?;
    let found = found.ok_or(Failure::Refused(Refusal::NoSuchAppointment))?;
    check_in(tx, actor, &found.id, ground)
}

fn carry_out(tx: &mut Tx<'_>, actor: &Actor, mut appointment: Appointment, command: &Command) -> Result<Appointment> {
    let facts = facts(tx, actor, &appointment.hall)?;
    let events = rules::decide(&appointment, command, &facts)?;
    let version = appointment.version;
    events.iter().for_each(|event| rules::apply(&mut appointment, event));
    table::appointment::save(tx, &appointment, version)?;
    let events: Vec<Event> = events.into_iter().map(Event::Appointment).collect();
    tx.journal(actor, &appointment.stream(), version + 1, &events)?;
    Ok(appointment)
}
