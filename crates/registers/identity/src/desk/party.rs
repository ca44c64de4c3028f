//! Entering parties, changing what the register knows of them, and looking at it with a purpose.

use kernel::{Actor, CreditCode, Mobile, PartyId, RegionCode};
use store::{Error, Read, Tx};

use super::Result;
use crate::{
    Refusal,
    model::{Event, LookedBy, Organisation, OrganisationName, Particulars, PartyEvent, Representative, Via},
    query, rules,
    table::{self, party::PartyRow},
};

/// Enters a party that is not in the register yet, without an account: at a window, or by import.
///
/// # Errors
/// [`Refusal::PersonRegistered`] or [`Refusal::OrganisationRegistered`] when its number is there already.
pub fn enter(tx: &mut Tx, actor: &Actor, particulars: &Particulars) -> Result<PartyId> {
    let (known, taken) = match particulars {
        Particulars::Person(person) => (table::party::by_person_id(tx, &person.id)?, Refusal::PersonRegistered),
        Particulars::Organisation(organisation) => {
            (table::party::by_code(tx, &organisation.code)?, Refusal::OrganisationRegistered)
        }
    };
    if known.is_some() {
        return Err(taken.into());
    }
    let id = PartyId::new(store::fresh_uuid());
    let sealed = table::party::seal(tx, &id, particulars)?;
    let (kind, region, now) = (particulars.kind(), particulars.region(), tx.now());
    let row = PartyRow { id, kind, particulars: sealed.clone(), region, version: 1, created_at: now, changed_at: now };
    match table::party::insert(tx, &row, particulars) {
        Err(Error::Taken(_)) => return Err(taken.into()),
        other => other?,
    }
    let event = Event::Party(PartyEvent::Registered { kind, particulars: sealed, region });
    tx.journal(actor, &stream(&id), 1, &[event])?;
    Ok(id)
}

/// What the legal representative fills in to add the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrganisation {
    /// Full registered name.
    pub name: OrganisationName,
    /// Unified social credit code.
    pub code: CreditCode,
    /// Mobile number for notices.
    pub phone: Option<Mobile>,
    /// Where it is registered.
    pub region: Option<RegionCode>,
    /// Registered address.
    pub address: Option<String>,
}

/// Adds an organisation whose legal representative is the person signed in.
///
/// # Errors
/// [`Refusal::OrganisationRegistered`] when somebody else represents it; [`Refusal::NotPerson`] for staff.
pub fn register_organisation(tx: &mut Tx, actor: &Actor, new: &NewOrganisation) -> Result<PartyId> {
    let Actor::Citizen { person, .. } = actor else { return Err(Refusal::NotPerson.into()) };
    let Some(Particulars::Person(own)) = query::whole(tx, person)? else { return Err(Refusal::NotPerson.into()) };
    if let Some(known) = table::party::by_code(tx, &new.code)? {
        let mandate = query::mandate(tx, person, &known)?;
        let represents = mandate.is_some_and(|mandate| mandate.via == Via::Representative);
        return if represents { Ok(known) } else { Err(Refusal::OrganisationRegistered.into()) };
    }
    let representative = Representative { name: own.name, id: Some(own.id) };
    let NewOrganisation { name, code, phone, region, address } = new.clone();
    let organisation = Organisation { name, code, representative, phone, region, address };
    enter(tx, actor, &Particulars::Organisation(organisation))
}

/// Changes phone and place of the party that `actor` acts for.
///
/// # Errors
/// [`Refusal::NotPrincipal`] unless the actor is the party itself or its legal representative.
pub fn change_contact(tx: &mut Tx, actor: &Actor, phone: Option<Mobile>, region: Option<RegionCode>) -> Result<()> {
    let Actor::Citizen { person, acting_for, .. } = actor else { return Err(Refusal::NotPerson.into()) };
    let mandate = query::mandate(tx, person, acting_for)?;
    if !mandate.is_some_and(|mandate| matches!(mandate.via, Via::Own | Via::Representative)) {
        return Err(Refusal::NotPrincipal.into());
    }
    let row = table::party::load(tx, acting_for)?.ok_or(Refusal::UnknownParty)?;
    let mut particulars = row.open(tx)?;
    match &mut particulars {
        Particulars::Person(own) => (own.phone, own.region) = (phone, region),
        Particulars::Organisation(own) => (own.phone, own.region) = (phone, region),
    }
    let sealed = table::party::seal(tx, acting_for, &particulars)?;
    let (version, changed_at) = (row.version + 1, tx.now());
    let row = PartyRow { particulars: sealed.clone(), region, version, changed_at, ..row };
    table::party::update(tx, &row, &particulars)?;
    let event = Event::Party(PartyEvent::Changed { particulars: sealed, region });
    Ok(tx.journal(actor, &stream(acting_for), version, &[event])?)
}

/// Shows a party's particulars in full to somebody whose duty needs them, and keeps the look for the party to see.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::NotYours`], [`Refusal::ReasonMissing`], [`Refusal::UnknownParty`].
pub fn reveal(tx: &mut Tx, actor: &Actor, party: &PartyId, purpose: &str) -> Result<Particulars> {
    rules::look::may_look(actor, *party, purpose)?;
    let particulars = query::whole(tx, party)?.ok_or(Refusal::UnknownParty)?;
    look(tx, actor, party, &["姓名或名称", "证件号码", "联系电话"], purpose)?;
    Ok(particulars)
}

/// Keeps that `actor` saw `fields` of `party` for `purpose`. For rooms that show personal data of their own, such as a
/// licence presented; whether it may be shown is theirs to decide.
///
/// # Errors
/// [`Refusal::ReasonMissing`] without a purpose.
pub fn look(tx: &mut Tx, actor: &Actor, party: &PartyId, fields: &[&str], purpose: &str) -> Result<()> {
    rules::reason(purpose)?;
    let by = match actor {
        Actor::System("anyone") => LookedBy::Anyone,
        Actor::System(part) => LookedBy::System((*part).to_owned()),
        Actor::Citizen { person, .. } => LookedBy::Citizen(*person),
        Actor::Staff { staff, post, .. } => {
            let department = table::staff::load_row(tx, staff)?.map(|row| row.department);
            LookedBy::Staff { staff: *staff, department, post: post.clone() }
        }
    };
    let id = store::fresh_uuid().simple().to_string();
    let purpose = tx.seal(party, purpose.trim())?;
    let now = tx.now();
    table::look::insert(tx, &id, party, &by, &purpose, fields, now)?;
    let fields = fields.iter().map(|field| (*field).to_owned()).collect();
    let event = Event::Looked { party: *party, by, fields, purpose };
    Ok(tx.journal(actor, &format!("look:{id}"), 1, &[event])?)
}

fn stream(id: &PartyId) -> String {
    format!("party:{id}")
}
