//! From receipt to acceptance: 行政许可法 art. 30 to 32.

use catalogue::Source;
use clock::{ANSWER_LIMIT, SERVICE_LIMIT, StatutoryClock};
use kernel::{Date, Duty, Sealed};

use super::{Facts, Refusal, refusal::written};
use crate::{Case, Event, Material, Missing, Remedy, Subject};

/// Art. 32 (5): complete and in form, so it is accepted.
pub(super) fn accept(case: &Case, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let by = facts.staff(case, &[Duty::Receive])?;
    Ok(vec![Event::Accepted { by, on: facts.today, due: decide_by(case, facts.today, facts) }])
}

/// Art. 32 (4): nobody asked for corrections in five working days, so it counts as accepted from the day of receipt.
pub(super) fn by_silence(case: &Case, received: Date, facts: &Facts) -> Event {
    Event::DeemedAccepted { since: received, due: decide_by(case, received, facts) }
}

/// Art. 32 (1) and (2): no permit is needed, or another body is competent. Reasons, article and remedy belong to it (art. 38).
pub(super) fn decline(
    case: &Case,
    reason: &str,
    article: &str,
    elsewhere: Option<&str>,
    facts: &Facts,
) -> Result<Vec<Event>, Refusal> {
    let by = facts.staff(case, &[Duty::Receive])?;
    let reason = written(reason, "/reason", Refusal::DeclineWithoutReason)?;
    let article = written(article, "/article", Refusal::DeclineWithoutReason)?;
    let elsewhere = elsewhere.filter(|text| !text.trim().is_empty());
    let elsewhere = elsewhere.map(|text| written(text, "/elsewhere", Refusal::DeclineWithoutReason)).transpose()?;
    Ok(vec![Event::Declined {
        by,
        on: facts.today,
        reason,
        article,
        elsewhere,
        remedy: Remedy::against(&case.department),
        serve_by: facts.after(facts.today, SERVICE_LIMIT),
    }])
}

/// Art. 32 (4): everything that is missing, told once. A second time is a supervisor's act, and says why.
pub(super) fn correct(
    case: &Case,
    missing: &[Missing],
    supervisor_reason: Option<&str>,
    facts: &Facts,
) -> Result<Vec<Event>, Refusal> {
    let reason = supervisor_reason.map(str::trim).filter(|reason| !reason.is_empty());
    let (by, repeated) = match (case.corrections, reason) {
        (0, _) => (facts.staff(case, &[Duty::Receive, Duty::Supervise])?, None),
        (_, None) => return Err(Refusal::ToldTwice),
        (_, Some(reason)) => {
            let by = facts.staff(case, &[Duty::Supervise])?;
            (by, Some(written(reason, "/supervisor_reason", |_| Refusal::ToldTwice)?))
        }
    };
    if missing.is_empty() {
        return Err(Refusal::NothingMissing);
    }
    let missing = missing.iter().enumerate().map(|(at, missing)| may_be_asked(case, at, missing));
    let missing = missing.collect::<Result<_, _>>()?;
    let until = case.terms.correct_until(facts.today);
    Ok(vec![Event::CorrectionRequested { missing, on: facts.today, until, by, repeated }])
}

/// Art. 30 and 31: only what the published list names; and what the government holds it asks of itself.
fn may_be_asked(case: &Case, at: usize, missing: &Missing) -> Result<Missing, Refusal> {
    let why = written(&missing.why, "/missing", |_| Refusal::CorrectionWithoutWords { at })?;
    let asked = Missing { what: missing.what.clone(), why };
    let Subject::Material(name) = &missing.what else { return Ok(asked) };
    match case.terms.listed(name) {
        None => Err(Refusal::OffTheList { name: name.clone() }),
        Some(listed) if listed.source == Source::Government => Err(Refusal::HeldByGovernment { name: name.clone() }),
        Some(_) => Ok(asked),
    }
}

/// What an applicant brought to put things right.
pub(super) struct Brought<'a> {
    pub form: Option<&'a Sealed>,
    pub answered: bool,
    pub materials: &'a [Material],
}

/// All corrections came in: five working days run again, from this receipt.
pub(super) fn resubmit(
    case: &Case,
    missing: &[Missing],
    brought: &Brought,
    facts: &Facts,
) -> Result<Vec<Event>, Refusal> {
    if !facts.is_applicant(case) {
        facts.staff(case, &[Duty::Receive])?;
    }
    let is_there = |what: &Subject| match what {
        Subject::Material(name) => brought.materials.iter().any(|material| material.name == *name),
        Subject::Field(_) => brought.answered,
    };
    let still: Vec<Subject> =
        missing.iter().map(|missing| &missing.what).filter(|what| !is_there(what)).cloned().collect();
    if !still.is_empty() {
        return Err(Refusal::StillMissing { what: still });
    }
    if let Some(unlisted) = brought.materials.iter().find(|material| case.terms.listed(&material.name).is_none()) {
        return Err(Refusal::OffTheList { name: unlisted.name.clone() });
    }
    Ok(vec![Event::Resubmitted {
        form: brought.form.cloned(),
        materials: brought.materials.to_vec(),
        received: facts.today,
        answer_by: facts.after(facts.today, ANSWER_LIMIT),
    }])
}

/// The day by which a case accepted on `from` must be decided: the promised limit (never longer than art. 42 allows, which the
/// catalogue sees to).
pub(super) fn decide_by(case: &Case, from: Date, facts: &Facts) -> Date {
    StatutoryClock::start(from, case.terms.limit).due(&facts.calendar).projected
}
