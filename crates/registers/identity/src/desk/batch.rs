//! Entering many at once: setting up a house or a demonstration.

use kernel::{AccountId, Actor, PartyId, StaffId};
use store::Tx;

use super::{Result, account::open_account, party::enter, staff::appoint};
use crate::{
    model::{Holder, LoginName, NewStaff, Organisation, Particulars, Person, Phc},
    table,
};

/// People, organisations and staff to be entered in one transaction. All accounts get the one hash that was made before
/// it: a batch is for demonstrations and first set-up, where everybody starts with the same password.
#[derive(Debug, Clone)]
pub struct Batch {
    /// The hash for all accounts, from [`crate::Passwords::hash`].
    pub phc: Phc,
    /// Natural persons.
    pub persons: Vec<SeedPerson>,
    /// Organisations.
    pub organisations: Vec<SeedOrganisation>,
    /// Staff, whose powers are in force at once.
    pub staff: Vec<SeedStaff>,
}

/// A person and, perhaps, a login name.
#[derive(Debug, Clone)]
pub struct SeedPerson {
    /// Who.
    pub person: Person,
    /// With an account under this name.
    pub login: Option<LoginName>,
}

/// An organisation; its representative acts for it once they are in the register under the ID number given.
#[derive(Debug, Clone)]
pub struct SeedOrganisation {
    /// Which.
    pub organisation: Organisation,
}

/// A member of staff and, perhaps, a login name.
#[derive(Debug, Clone)]
pub struct SeedStaff {
    /// Who, where, with which powers.
    pub staff: NewStaff,
    /// With an account under this name.
    pub login: Option<LoginName>,
}

/// Ids in the order of the batch. Whoever was there before keeps their id and account: a batch may be sent twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Persons.
    pub persons: Vec<PartyId>,
    /// Organisations.
    pub organisations: Vec<PartyId>,
    /// Staff.
    pub staff: Vec<StaffId>,
    /// How many entries were new.
    pub entered: usize,
}

/// Enters a batch: all of it or, at the first refusal, nothing.
///
/// # Errors
/// [`crate::Refusal::LoginTaken`] when somebody else has the login name; the separation of officers; or the database fails.
pub fn import(tx: &mut Tx, actor: &Actor, batch: &Batch) -> Result<Imported> {
    let mut imported = Imported::default();
    for SeedPerson { person, login } in &batch.persons {
        let known = table::party::by_person_id(tx, &person.id)?;
        imported.entered += usize::from(known.is_none());
        let id = match known {
            Some(id) => id,
            None => enter(tx, actor, &Particulars::Person(person.clone()))?,
        };
        account(tx, actor, Holder::Person(id), login.as_ref(), &batch.phc)?;
        imported.persons.push(id);
    }
    for SeedOrganisation { organisation } in &batch.organisations {
        let known = table::party::by_code(tx, &organisation.code)?;
        imported.entered += usize::from(known.is_none());
        let id = match known {
            Some(id) => id,
            None => enter(tx, actor, &Particulars::Organisation(organisation.clone()))?,
        };
        imported.organisations.push(id);
    }
    for SeedStaff { staff, login } in &batch.staff {
        let known = table::staff::by_number(tx, &staff.number)?.map(|row| row.id);
        imported.entered += usize::from(known.is_none());
        let id = match known {
            Some(id) => id,
            None => appoint(tx, actor, staff)?,
        };
        account(tx, actor, Holder::Staff(id), login.as_ref(), &batch.phc)?;
        imported.staff.push(id);
    }
    Ok(imported)
}

fn account(
    tx: &mut Tx,
    actor: &Actor,
    holder: Holder,
    login: Option<&LoginName>,
    phc: &Phc,
) -> Result<Option<AccountId>> {
    let Some(login) = login else { return Ok(None) };
    if table::account::of(tx, holder)?.is_some() {
        return Ok(None);
    }
    open_account(tx, actor, holder, login, phc).map(Some)
}
