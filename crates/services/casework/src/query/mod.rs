//! What faces ask about cases. Each answer has a bound.

mod lists;
mod lookup;
mod stats;
mod timeline;

use kernel::{Actor, CaseNumber, Duty};
use store::{Error, Failure, Read};

use crate::{Case, Papers, Refusal, table};

pub use lists::{CaseLine, Page, StageCount, cases_of, counts, queue};
pub use lookup::public_lookup;
pub use stats::{Figures, figures};
pub use timeline::{ClockKind, Hand, Reckoning, Step, events, events_of, explanation};

/// The duties that let staff see a case of their scope.
const SEEING: [Duty; 4] = [Duty::Receive, Duty::Review, Duty::Decide, Duty::Supervise];

/// A case, for those who may know of it: its applicant (or who acts for it), and staff whose power covers its department.
/// To everybody else there is no such case.
pub fn case_for(read: &mut dyn Read, actor: &Actor, number: &CaseNumber) -> Result<Case, Failure<Refusal>> {
    match table::case::load(read, number)? {
        Some(case) if may_see(actor, &case) => Ok(case),
        _ => Err(Refusal::NotFound.into()),
    }
}

/// Whether somebody may know of a case.
pub fn may_see(actor: &Actor, case: &Case) -> bool {
    match actor {
        Actor::System(_) => true,
        Actor::Citizen { acting_for, .. } => *acting_for == case.applicant,
        Actor::Staff { .. } => SEEING.iter().any(|duty| actor.may(*duty, &case.department)),
    }
}

/// The answers of a case, opened: for its applicant, and for staff who handle it.
pub fn papers(read: &mut dyn Read, actor: &Actor, case: &Case) -> Result<Papers, Failure<Refusal>> {
    if !may_see(actor, case) {
        return Err(Refusal::NotFound.into());
    }
    let mut papers = unsealed(read, case)?;
    if actor.party() != Some(case.applicant) {
        // The query password is the applicant's own.
        papers.password.clear();
    }
    Ok(papers)
}

pub(crate) fn unsealed(read: &mut dyn Read, case: &Case) -> Result<Papers, Error> {
    let vault = read.vault();
    let json = vault.unseal(read, &case.applicant, &case.form)?;
    Ok(serde_json::from_str(&json)?)
}
