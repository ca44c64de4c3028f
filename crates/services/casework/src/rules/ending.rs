//! Service, closing, withdrawal: 行政许可法 art. 44 and what ends a case before its decision.

use catalogue::ResultKind;
use kernel::{Duty, LicenceId};

use super::{Facts, Refusal};
use crate::{Case, Event, Outcome, Service, State, WithdrawGround};

/// Hands over what was decided. The house itself serves electronically, a clerk by the other ways.
pub(super) fn serve(
    case: &Case,
    how: Service,
    licence: Option<&LicenceId>,
    facts: &Facts,
) -> Result<Vec<Event>, Refusal> {
    if !facts.is_house() {
        facts.staff(case, &[Duty::Receive])?;
    }
    let granted = matches!(case.state, State::Granted { .. });
    if granted && !facts.cleared {
        return Err(Refusal::FeeUnpaid);
    }
    // What was made ready before is what is handed over.
    let licence = licence.or(case.licence.as_ref()).filter(|_| granted).cloned();
    if granted && case.terms.result == ResultKind::Licence && licence.is_none() {
        return Err(Refusal::LicenceNotIssued);
    }
    Ok(vec![Event::Served { how, licence, on: facts.today }])
}

/// Nothing is left to do.
pub(super) fn close(case: &Case, outcome: Outcome, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    if !facts.is_house() {
        facts.staff(case, &[Duty::Receive])?;
    }
    Ok(vec![Event::Closed { outcome, on: facts.today }])
}

/// An applicant may take a case back until it is decided.
pub(super) fn withdraw(case: &Case, ground: WithdrawGround, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    if !facts.is_applicant(case) {
        return Err(Refusal::OnlyTheApplicant);
    }
    Ok(vec![Event::Withdrawn { ground, on: facts.today }])
}
