//! Stopping and stretching the clock: 行政许可法 art. 42 and 45.

use clock::{BadExtension, Ground, StatutoryClock};
use kernel::{Duty, WorkingDays};

use super::{Facts, Refusal, refusal::written};
use crate::{Case, Event};

/// Working days that a special procedure may be announced for; longer ones are a mistake in the form.
const SPECIAL_MOST: u32 = 366;

/// Art. 45: only hearing, tender, auction, inspection, testing, quarantine, appraisal and expert review are not counted; and the
/// applicant is told how long it takes.
pub(super) fn suspend(
    case: &Case,
    ground: Ground,
    days: u32,
    reason: &str,
    facts: &Facts,
) -> Result<Vec<Event>, Refusal> {
    let by = facts.staff(case, &[Duty::Review, Duty::Decide])?;
    // A correction comes before acceptance: no clock runs then that could rest. All other grounds are of art. 45.
    if ground == Ground::Correction {
        return Err(Refusal::GroundNotLawful { ground });
    }
    let reason = written(reason, "/reason", Refusal::SuspensionWithoutWords)?;
    if days == 0 || days > SPECIAL_MOST {
        return Err(Refusal::SuspensionWithoutWords("/days"));
    }
    let mut clock = running(case, facts);
    // Whoever is late cannot mend it by stopping the clock.
    if clock.remaining(&facts.calendar, facts.today) < 0 {
        return Err(Refusal::Overdue { due: clock.due(&facts.calendar).projected });
    }
    clock.pause(facts.today, ground)?;
    let expected = facts.after(facts.today, WorkingDays(days));
    Ok(vec![Event::Suspended { ground, reason, on: facts.today, days, expected, by }])
}

/// The clock runs on, from the day of the end.
pub(super) fn resume(case: &Case, result: &str, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let by = facts.staff(case, &[Duty::Review, Duty::Decide])?;
    let result = written(result, "/result", Refusal::SuspensionWithoutWords)?;
    let mut clock = running(case, facts);
    clock.resume(facts.today)?;
    Ok(vec![Event::Resumed { result, on: facts.today, due: clock.due(&facts.calendar).projected, by }])
}

/// Art. 42: once, at most ten working days, by the head of the body, and the applicant is told why. A limit that has passed is
/// broken and cannot be stretched any more.
pub(super) fn extend(case: &Case, days: u32, reason: &str, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let by = facts.staff(case, &[Duty::Decide])?;
    let mut clock = running(case, facts);
    let reason = written(reason, "/reason", |_| Refusal::Extension(BadExtension::NoReason))?;
    clock.extend(&facts.calendar, facts.today, days, reason.clone())?;
    let due = clock.due(&facts.calendar).projected;
    Ok(vec![Event::Extended { days, reason, on: facts.today, due, by }])
}

fn running(case: &Case, facts: &Facts) -> StatutoryClock {
    case.clock.clone().unwrap_or_else(|| StatutoryClock::start(facts.today, case.terms.limit))
}
