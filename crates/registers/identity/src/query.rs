//! Questions that other rooms and the faces ask. Every list is bounded.

use std::collections::HashMap;

use kernel::{
    AccountId, Actor, BasicCode, CreditCode, DepartmentId, PartyId, ResidentId, Sex, StaffId, local_date, midnight,
};
use store::{Error, Read};

use crate::{
    Refusal,
    model::{
        Account, Delegation, Extent, Fact, Holder, Look, Mandate, Organisation, Particulars, Party, PartyKind, Person,
        Session, Source, Staff, StaffNumber, Subject, Token, Via, delegation::DelegationId,
    },
    rules,
    table::{
        self,
        session::{SessionRow, Who},
    },
};

/// The most entries any list here gives at once.
pub const LIST_MAX: usize = 200;

/// A session is touched at most so often, in microseconds of the house's clock, and never more than 120 times while it
/// may stay unused: where the house's clock runs fast, a minute of it is nothing.
const TOUCH_EVERY: i64 = 60_000_000;
const TOUCHES_MAX: i64 = 120;

/// The session that `token` opens, or `None` when it has ended or never was. One indexed read.
///
/// # Errors
/// When the database fails.
pub fn session(read: &mut dyn Read, token: &Token) -> Result<Option<Session>, Error> {
    let key = token.key();
    let now = read.now();
    let Some(SessionRow { account, body, seen_at, idle, ends_at }) = table::session::load(read, &key)? else {
        return Ok(None);
    };
    let unused = now.as_microsecond() - seen_at.as_microsecond();
    if now >= ends_at || unused >= idle {
        return Ok(None);
    }
    // A mandate that ran out takes nothing but itself away: the person goes on in their own name.
    let acting_for = body.acting_for.filter(|acting| acting.until.is_none_or(|until| now < until));
    let actor = match body.who {
        Who::Person(person) => {
            let acting_for = acting_for.as_ref().map_or(person, |acting| acting.party);
            Actor::Citizen { account, person, acting_for }
        }
        Who::Staff { staff, powers } => {
            let crate::Role::Staff { post, department, .. } = &body.role else {
                return Err(Error::Corrupt("identity_session: staff without a post".to_owned()));
            };
            Actor::Staff { staff, region: department.region, post: post.clone(), powers }
        }
    };
    Ok(Some(Session {
        key,
        account,
        actor,
        name: body.name,
        acting_for,
        region: body.region,
        role: body.role,
        csrf: body.csrf,
        ends_at,
        wants_touch: unused >= TOUCH_EVERY.max(idle / TOUCHES_MAX),
    }))
}

/// A party as pages show it.
///
/// # Errors
/// When the database fails; `Erased` when the party's key was destroyed.
pub fn party(read: &mut dyn Read, id: &PartyId) -> Result<Option<Party>, Error> {
    match table::party::load(read, id)? {
        Some(row) => row.shown(read).map(Some),
        None => Ok(None),
    }
}

/// Several parties as pages show them: the names on one page of a list, in as many questions as there are parts of [`store::MANY`]
/// and never one for each. Whose key was destroyed is left out. At most [`LIST_MAX`] are looked up.
///
/// # Errors
/// When the database fails.
pub fn parties(read: &mut dyn Read, ids: &[PartyId]) -> Result<HashMap<PartyId, Party>, Error> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    ids.truncate(LIST_MAX);
    let rows = table::party::load_many(read, &ids)?;
    read.vault().learn(read, &ids)?;
    let mut parties = HashMap::with_capacity(rows.len());
    for row in rows {
        match row.shown(read) {
            Ok(party) => drop(parties.insert(row.id, party)),
            Err(Error::Erased) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(parties)
}

/// Whether a party is a person or an organisation, without opening what is sealed.
///
/// # Errors
/// When the database fails.
pub fn kind(read: &mut dyn Read, id: &PartyId) -> Result<Option<PartyKind>, Error> {
    Ok(table::party::load(read, id)?.map(|row| row.kind))
}

/// The party's particulars in full, **for that party's own documents only**: its licence, its form, its case file.
/// Whoever shows them to somebody else asks [`crate::reveal`].
///
/// # Errors
/// When the database fails; `Erased` when the party's key was destroyed.
pub fn whole(read: &mut dyn Read, id: &PartyId) -> Result<Option<Particulars>, Error> {
    match table::party::load(read, id)? {
        Some(row) => row.open(read).map(Some),
        None => Ok(None),
    }
}

/// The party of the person with this ID number.
///
/// # Errors
/// When the database fails.
pub fn person_by_id(read: &mut dyn Read, id: &ResidentId) -> Result<Option<PartyId>, Error> {
    table::party::by_person_id(read, id)
}

/// The party of the organisation with this code.
///
/// # Errors
/// When the database fails.
pub fn organisation_by_code(read: &mut dyn Read, code: &CreditCode) -> Result<Option<PartyId>, Error> {
    table::party::by_code(read, code)
}

/// What the register can fill into a form for `party`, each value with its source. For the party's own use.
///
/// Keys: `person.name`, `person.resident_id`, `person.sex`, `person.birth_date`, `person.phone`, `person.region`;
/// `organisation.name`, `organisation.credit_code`, `organisation.representative`,
/// `organisation.representative_id`, `organisation.address`, `organisation.phone`, `organisation.region`.
///
/// # Errors
/// When the database fails; `Erased` when the party's key was destroyed.
pub fn facts(read: &mut dyn Read, party: &PartyId) -> Result<Vec<Fact>, Error> {
    let Some(row) = table::party::load(read, party)? else { return Ok(vec![]) };
    let at = row.changed_at;
    let fact = |key, value: Option<String>, source| value.map(|value| Fact { key, value, source, at });
    let facts = match row.open(read)? {
        Particulars::Person(Person { name, id, phone, region }) => {
            let sex = match id.sex() {
                Sex::Male => "男",
                Sex::Female => "女",
            };
            vec![
                fact("person.name", Some(name.to_string()), Source::Account),
                fact("person.resident_id", Some(id.to_string()), Source::Account),
                fact("person.sex", Some(sex.to_owned()), Source::IdNumber),
                fact("person.birth_date", Some(id.birth().to_string()), Source::IdNumber),
                fact("person.phone", phone.map(|phone| phone.to_string()), Source::Account),
                fact("person.region", region.map(|region| region.to_string()), Source::Account),
            ]
        }
        Particulars::Organisation(Organisation { name, code, representative, phone, region, address }) => {
            let source = Source::OrganisationRegister;
            vec![
                fact("organisation.name", Some(name.to_string()), source),
                fact("organisation.credit_code", Some(code.to_string()), source),
                fact("organisation.representative", Some(representative.name.to_string()), source),
                fact("organisation.representative_id", representative.id.map(|id| id.to_string()), source),
                fact("organisation.address", address, source),
                fact("organisation.phone", phone.map(|phone| phone.to_string()), Source::Account),
                fact("organisation.region", region.map(|region| region.to_string()), source),
            ]
        }
    };
    Ok(facts.into_iter().flatten().collect())
}

/// Who saw `party`'s unmasked data, newest first. Go on with the last `id` as `before`.
///
/// # Errors
/// When the database fails.
pub fn looks(read: &mut dyn Read, party: &PartyId, before: Option<&str>, limit: usize) -> Result<Vec<Look>, Error> {
    table::look::of(read, party, before, limit.min(LIST_MAX))
}

/// The right under which `person` may act for `principal` today, the widest if there are several.
///
/// # Errors
/// When the database fails.
pub fn mandate(read: &mut dyn Read, person: &PartyId, principal: &PartyId) -> Result<Option<Mandate>, Error> {
    if person == principal {
        return Ok(Some(Mandate { via: Via::Own, extent: Extent::Everything, until: None }));
    }
    if represents(read, person, principal)? {
        return Ok(Some(Mandate { via: Via::Representative, extent: Extent::Everything, until: None }));
    }
    let today = local_date(read.now());
    Ok(joined(&table::delegation::between(read, person, principal, today)?))
}

/// Several delegations between the same two are one right: for all their items, as long as the first of them lasts.
fn joined(delegations: &[Delegation]) -> Option<Mandate> {
    let whole = delegations.iter().find(|delegation| delegation.extent == Extent::Everything);
    if let Some(whole) = whole {
        return Some(Mandate { via: Via::Delegation, extent: Extent::Everything, until: Some(whole.until) });
    }
    let until = delegations.iter().map(|delegation| delegation.until).min()?;
    let mut items: Vec<BasicCode> = vec![];
    for delegation in delegations {
        if let Extent::Items(more) = &delegation.extent {
            items.extend(more.iter().filter(|item| !items.contains(item)).copied().collect::<Vec<_>>());
        }
    }
    Some(Mandate { via: Via::Delegation, extent: Extent::Items(items), until: Some(until) })
}

fn represents(read: &mut dyn Read, person: &PartyId, principal: &PartyId) -> Result<bool, Error> {
    let Some(Particulars::Organisation(organisation)) = whole(read, principal)? else { return Ok(false) };
    let Some(want) = organisation.representative.id else { return Ok(false) };
    Ok(matches!(whole(read, person)?, Some(Particulars::Person(person)) if person.id == want))
}

/// Whether `actor`, a citizen, may act now for the party they act for, for `item` if one is named. Casework asks this
/// before it takes a submission: a mandate may have ended while the form was filled in.
///
/// # Errors
/// [`Refusal::NoMandate`], [`Refusal::BeyondMandate`], [`Refusal::NotPerson`] for staff; or the database fails.
pub fn may_act(read: &mut dyn Read, actor: &Actor, item: Option<&BasicCode>) -> Result<(), store::Failure<Refusal>> {
    match actor {
        Actor::Citizen { person, acting_for, .. } => {
            let mandate = mandate(read, person, acting_for)?;
            Ok(rules::delegation::covers(mandate.as_ref(), item)?)
        }
        Actor::System(_) | Actor::Staff { .. } => Err(Refusal::NotPerson.into()),
    }
}

/// Everybody `person` may act for today, themselves first: the list 切换办事身份.
///
/// # Errors
/// When the database fails.
pub fn subjects(read: &mut dyn Read, person: &PartyId) -> Result<Vec<Subject>, Error> {
    let mut ids = vec![*person];
    if let Some(Particulars::Person(own)) = whole(read, person)? {
        ids.extend(table::party::represented_by(read, &own.id, LIST_MAX)?);
    }
    let today = local_date(read.now());
    ids.extend(table::delegation::held(read, person, today, LIST_MAX)?.into_iter().map(|held| held.principal));
    let mut subjects: Vec<Subject> = vec![];
    for id in ids {
        if subjects.iter().any(|subject| subject.party.id == id) {
            continue;
        }
        if let (Some(party), Some(mandate)) = (party(read, &id)?, mandate(read, person, &id)?) {
            subjects.push(Subject { party, mandate });
        }
    }
    Ok(subjects)
}

/// Delegations that `principal` has given, ended ones too, in the order they were given.
///
/// # Errors
/// When the database fails.
pub fn delegations(
    read: &mut dyn Read,
    principal: &PartyId,
    after: Option<&DelegationId>,
    limit: usize,
) -> Result<Vec<Delegation>, Error> {
    table::delegation::given(read, principal, after, limit.min(LIST_MAX))
}

/// A member of staff.
///
/// # Errors
/// When the database fails.
pub fn staff(read: &mut dyn Read, id: &StaffId) -> Result<Option<Staff>, Error> {
    table::staff::load(read, id)
}

/// A member of staff by number (工号).
///
/// # Errors
/// When the database fails.
pub fn staff_by_number(read: &mut dyn Read, number: &StaffNumber) -> Result<Option<Staff>, Error> {
    match table::staff::by_number(read, number)? {
        Some(row) => row.open(read).map(Some),
        None => Ok(None),
    }
}

/// Staff of a department in the order of their numbers. Go on with the last number as `after`.
///
/// # Errors
/// When the database fails.
pub fn staff_of(
    read: &mut dyn Read,
    department: &DepartmentId,
    after: Option<&StaffNumber>,
    limit: usize,
) -> Result<Vec<Staff>, Error> {
    table::staff::of_department(read, department, after, limit.min(LIST_MAX))
}

/// An account.
///
/// # Errors
/// When the database fails.
pub fn account(read: &mut dyn Read, id: &AccountId) -> Result<Option<Account>, Error> {
    Ok(table::account::load(read, id)?.map(|(account, _)| account))
}

/// The account of a person or a member of staff.
///
/// # Errors
/// When the database fails.
pub fn account_of(read: &mut dyn Read, holder: Holder) -> Result<Option<Account>, Error> {
    table::account::of(read, holder)
}

/// The instant at which a right that lasts through `day` is over.
pub(crate) fn end_of(day: kernel::Date) -> kernel::Timestamp {
    day.tomorrow().map_or(kernel::Timestamp::MAX, midnight)
}
