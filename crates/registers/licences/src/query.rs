//! Questions that other rooms and the faces ask. Every list is bounded.

use kernel::{Actor, CaseNumber, Duty, LicenceId, LicenceTypeCode, PartyId, local_date};
use store::{Error, Read};

use crate::{
    model::{Content, Filter, Finding, Keys, Licence, LicenceType, Place, PublicView, Standing, State, Verdict},
    rules::material,
    table::{self, LicenceRow},
};

/// The most entries any list here gives at once.
pub const LIST_MAX: usize = 200;

/// A licence, whole: for rooms that work with it. A face asks [`licence_for`].
///
/// # Errors
/// When the database fails; `Erased` when its holder's data were erased.
pub fn get(read: &mut dyn Read, id: &LicenceId) -> Result<Option<Licence>, Error> {
    match table::load(read, id)? {
        Some(row) => row.open(read).map(Some),
        None => Ok(None),
    }
}

/// A licence, whole, if `actor` may see it: its holder or who acts for the holder, and staff who handle cases for the
/// issuing department. For everybody else there is none.
///
/// # Errors
/// When the database fails; `Erased` when its holder's data were erased.
pub fn licence_for(read: &mut dyn Read, actor: &Actor, id: &LicenceId) -> Result<Option<Licence>, Error> {
    Ok(get(read, id)?.filter(|licence| match actor {
        Actor::System(_) => true,
        Actor::Citizen { acting_for, .. } => licence.holder == *acting_for,
        Actor::Staff { .. } => {
            let department = &licence.content.issuer.department;
            [Duty::Receive, Duty::Review, Duty::Decide].into_iter().any(|duty| actor.may(duty, department))
        }
    }))
}

/// A holder's licences, newest first. Go on with the last `place` as `before`.
///
/// # Errors
/// When the database fails; `Erased` when the holder's data were erased.
pub fn list(
    read: &mut dyn Read,
    holder: &PartyId,
    filter: Filter,
    before: Option<&Place>,
    limit: usize,
) -> Result<Vec<Licence>, Error> {
    let rows = table::of_holder(read, holder, filter, before, limit.min(LIST_MAX))?;
    rows.into_iter().map(|row| row.open(read)).collect()
}

/// The licences that a case led to, newest first.
///
/// # Errors
/// When the database fails; `Erased` when the holder's data were erased.
pub fn of_case(read: &mut dyn Read, case: &CaseNumber) -> Result<Vec<Licence>, Error> {
    table::of_case(read, case)?.into_iter().map(|row| row.open(read)).collect()
}

/// A licence in force that serves for a material.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Which of the names asked about: its index.
    pub material: usize,
    /// The licence.
    pub licence: Licence,
}

/// Which licences in force of `party` serve for materials of these names, so that nothing that the government itself
/// issued is asked for again. In the order of the names, newest licence first.
///
/// # Errors
/// When the database fails; `Erased` when the party's data were erased.
pub fn held_by(read: &mut dyn Read, party: &PartyId, names: &[&str]) -> Result<Vec<Offer>, Error> {
    let today = local_date(read.now());
    let licences = list(read, party, Filter::Current, None, LIST_MAX)?;
    let in_force: Vec<_> = licences.into_iter().filter(|licence| licence.state(today) == State::Valid).collect();
    let offers = names.iter().enumerate().flat_map(|(material, name)| {
        let serving = in_force.iter().filter(|licence| material::serves(&licence.content.name, name));
        serving.map(move |licence| Offer { material, licence: licence.clone() })
    });
    Ok(offers.collect())
}

/// Whether the licence of this identifier, as somebody typed or scanned it, is genuine and in force.
///
/// # Errors
/// When the database fails. Everything about the licence itself is a [`Finding`].
pub fn verify(read: &mut dyn Read, text: &str, keys: &Keys) -> Result<Verdict, Error> {
    let at = read.now();
    let found = |finding| Ok(Verdict { finding, licence: None, at });
    let Ok(id) = text.parse::<LicenceId>() else { return found(Finding::BadIdentifier) };
    let Some(row) = table::load(read, &id)? else { return found(Finding::Unknown) };
    let licence = match genuine(read, row, keys) {
        Ok(Some(licence)) => licence,
        Ok(None) | Err(Error::Corrupt(_)) => return found(Finding::BrokenSeal),
        Err(Error::Erased) => return found(Finding::Erased),
        Err(error) => return Err(error),
    };
    let today = local_date(at);
    let finding = match &licence.standing {
        Standing::Replaced { by, .. } => Finding::Replaced { by: by.clone() },
        _ => Finding::Genuine(licence.state(today)),
    };
    Ok(Verdict { finding, licence: Some(PublicView::to_anybody(&licence, today)), at })
}

/// The licence, if one of `keys` sealed exactly what is stored under its identifier.
fn genuine(read: &mut dyn Read, row: LicenceRow, keys: &Keys) -> Result<Option<Licence>, Error> {
    let text = row.canonical(read)?;
    if !row.seal.holds(text.as_bytes(), keys) {
        return Ok(None);
    }
    Ok(Content::parse(&text).ok().filter(|content| content.id == row.id).map(|content| row.with(content)))
}

/// A licence type.
///
/// # Errors
/// When the database fails.
pub fn licence_type(read: &mut dyn Read, code: &LicenceTypeCode) -> Result<Option<LicenceType>, Error> {
    table::licence_type(read, code)
}

/// Licence types in the order of their codes. Go on with the last code as `after`.
///
/// # Errors
/// When the database fails.
pub fn licence_types(
    read: &mut dyn Read,
    after: Option<&LicenceTypeCode>,
    limit: usize,
) -> Result<Vec<LicenceType>, Error> {
    table::types(read, after, limit.min(LIST_MAX))
}
