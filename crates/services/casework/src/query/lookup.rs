//! The public's look at a case by number and query password.

use kernel::{CaseNumber, Sealed};
use store::{Failure, Read};

use crate::{Case, Refusal, submission, table};

/// What anybody with number and password may see of a case: where it stands and why, without papers, materials, opinions and
/// password. Names are masked by the face, which asks identity for the masked form.
///
/// A wrong password and an unknown number give the same answer; after it the caller must count the guess, as
/// [`crate::look_up`] does.
pub fn public_lookup(read: &mut dyn Read, number: &CaseNumber, password: &str) -> Result<Case, Failure<Refusal>> {
    let case = table::case::load(read, number)?.ok_or(Refusal::WrongPassword)?;
    if let Some(until) = case.lookup_locked.filter(|until| read.now() < *until) {
        return Err(Refusal::LookupLocked { until }.into());
    }
    if submission::lookup(read, &case.applicant, password.trim()) != case.lookup {
        return Err(Refusal::WrongPassword.into());
    }
    Ok(Case { form: Sealed(String::new()), materials: vec![], opinions: vec![], lookup: String::new(), ..case })
}
