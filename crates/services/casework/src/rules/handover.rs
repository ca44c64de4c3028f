//! How a result reaches its applicant on paper: 行政许可法 art. 44. A licence is in force as soon as it is issued; the day of service
//! is that on which the paper arrives, and the ten working days run until then.

use catalogue::ResultKind;
use delivery::ParcelId;
use kernel::{Date, LicenceId, Sealed};

use super::{Facts, Refusal};
use crate::{Case, Event, Prepared, Service};

/// The result is ready and waits to be handed over. Only the house says so, when it has issued the licence.
pub(super) fn prepare(
    case: &Case,
    how: Service,
    licence: Option<&LicenceId>,
    parcel: Option<ParcelId>,
    facts: &Facts,
) -> Result<Vec<Event>, Refusal> {
    if !facts.is_house() {
        return Err(Refusal::NotEmpowered { duties: vec![] });
    }
    if !facts.cleared {
        return Err(Refusal::FeeUnpaid);
    }
    let licence = licence.or(case.licence.as_ref()).cloned();
    if case.terms.result == ResultKind::Licence && licence.is_none() {
        return Err(Refusal::LicenceNotIssued);
    }
    Ok(vec![Event::Prepared { prepared: Prepared { how, parcel }, licence, on: facts.today }])
}

/// The paper arrived: signed for at the courier's, or handed over at the window by a scan. The day is that of the arrival, not that on
/// which the house heard of it, and never one before the decision.
pub(super) fn arrived(case: &Case, how: Service, on: Date, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    if !facts.is_house() || case.prepared.is_none() {
        return Err(Refusal::NotEmpowered { duties: vec![] });
    }
    let decided = case.decision.as_ref().map_or(facts.today, |decision| decision.on);
    let on = on.min(facts.today).max(decided);
    Ok(vec![Event::Served { how, licence: case.licence.clone(), on }])
}

/// The applicant wants the result another way, as long as it has not been handed over.
pub(super) fn choose(case: &Case, how: Service, form: Option<&Sealed>, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    if !facts.is_applicant(case) {
        return Err(Refusal::OnlyTheApplicant);
    }
    may_go(case.terms.ways(), how)?;
    Ok(vec![Event::WayChosen { how, form: form.cloned(), on: facts.today }])
}

/// Whether the item's data allow this way.
pub(crate) fn may_go(ways: &[Service], how: Service) -> Result<(), Refusal> {
    if ways.contains(&how) { Ok(()) } else { Err(Refusal::WayNotOffered) }
}
