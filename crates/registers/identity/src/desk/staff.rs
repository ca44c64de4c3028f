//! Appointing staff and changing their powers.

use kernel::{Actor, DepartmentId, Duty, PartyId, PersonName, StaffId};
use store::{Error, Tx};

use super::Result;
use crate::{
    Refusal,
    model::{Event, Holder, NewStaff, Staff, StaffEvent, StaffNumber},
    rules::{
        staff as rules,
        staff::{Command, Facts},
    },
    table::{self, staff::key_holder},
};

/// Enters a member of staff. The powers named are asked for; a security officer approves them. When the platform itself
/// sets up a house, they are in force at once.
///
/// # Errors
/// [`Refusal::StaffNumberTaken`], [`Refusal::NotAllowed`], and the separation of officers.
pub fn appoint(tx: &mut Tx, actor: &Actor, new: &NewStaff) -> Result<StaffId> {
    let id = StaffId::new(store::fresh_uuid());
    let sealed = tx.seal(&key_holder(&id), new.name.as_str())?;
    let number_taken = table::staff::by_number(tx, &new.number)?.is_some();
    let other_duties = other_duties(tx, new.person.as_ref(), None)?;
    let facts = Facts { number_taken, other_duties, sealed_name: Some(sealed.clone()) };
    let events = rules::decide(None, actor, &Command::Appoint(Box::new(new.clone())), &facts)?;
    let mut staff = unborn(id, &new.name, &new.number, new.department);
    events.iter().for_each(|event| rules::apply(&mut staff, event));
    match table::staff::insert(tx, &staff, &sealed) {
        Err(Error::Taken(_)) => return Err(Refusal::StaffNumberTaken.into()),
        other => other?,
    }
    journal(tx, actor, &id, 1, events)?;
    Ok(id)
}

/// Carries out `command` on a member of staff. Whatever takes powers away or gives them ends the sessions that carry
/// the old ones.
///
/// # Errors
/// A [`Refusal`] of [`crate::rules::staff::decide`].
pub fn handle_staff(tx: &mut Tx, actor: &Actor, id: &StaffId, command: &Command) -> Result<Staff> {
    let mut staff = table::staff::load(tx, id)?.ok_or(Refusal::UnknownStaff)?;
    let other_duties = other_duties(tx, staff.person.as_ref(), Some(id))?;
    let facts = Facts { number_taken: false, other_duties, sealed_name: None };
    let first = staff.version + 1;
    let events = rules::decide(Some(&staff), actor, command, &facts)?;
    let before = (staff.powers.clone(), staff.department, staff.active);
    events.iter().for_each(|event| rules::apply(&mut staff, event));
    table::staff::update(tx, &staff)?;
    if before != (staff.powers.clone(), staff.department, staff.active)
        && let Some(account) = table::account::of(tx, Holder::Staff(*id))?
    {
        table::session::delete_of(tx, &account.id)?;
    }
    journal(tx, actor, id, first, events)?;
    Ok(staff)
}

/// A member of staff before the first event.
pub(crate) fn unborn(id: StaffId, name: &PersonName, number: &StaffNumber, department: DepartmentId) -> Staff {
    Staff {
        id,
        number: number.clone(),
        name: name.clone(),
        person: None,
        post: String::new(),
        department,
        powers: vec![],
        pending: None,
        active: false,
        version: 0,
    }
}

/// The duties that the same person holds, or would hold once approved, under other staff numbers.
fn other_duties(tx: &mut Tx, person: Option<&PartyId>, except: Option<&StaffId>) -> Result<Vec<Duty>> {
    let Some(person) = person else { return Ok(vec![]) };
    let rows = table::staff::of_person(tx, person)?;
    let others = rows.into_iter().filter(|row| row.active && Some(&row.id) != except);
    let powers = others.flat_map(|row| row.powers.into_iter().chain(row.pending.into_iter().flat_map(|p| p.powers)));
    Ok(powers.map(|power| power.duty).collect())
}

fn journal(tx: &mut Tx, actor: &Actor, id: &StaffId, first: i64, events: Vec<StaffEvent>) -> Result<()> {
    let events: Vec<Event> = events.into_iter().map(Event::Staff).collect();
    Ok(tx.journal(actor, &format!("staff:{id}"), first, &events)?)
}
