//! The public's look at a case by number and query password.

use kernel::{CaseNumber, PartyId, Sealed, Uuid};
use store::{Failure, Read};

use crate::{Case, Refusal, submission, table};

/// What anybody with number and password may see of a case: where it stands and why, without papers, materials, opinions and
/// password. Names are masked by the face, which asks identity for the masked form.
///
/// A wrong password and an unknown number give the same answer; the caller must count the guess, as [`crate::look_up`] does.
pub fn public_lookup(read: &mut dyn Read, number: &CaseNumber, password: &str) -> Result<Case, Failure<Refusal>> {
    let case = table::case::load(read, number)?;
    // Worked out either way, so that an unknown number takes as long.
    let nobody = PartyId::new(Uuid::nil());
    let lookup = submission::lookup(read, case.as_ref().map_or(&nobody, |case| &case.applicant), password.trim());
    let case = case.filter(|case| case.lookup == lookup).ok_or(Refusal::WrongPassword)?;
    Ok(Case { form: Sealed(String::new()), materials: vec![], opinions: vec![], lookup: String::new(), ..case })
}
