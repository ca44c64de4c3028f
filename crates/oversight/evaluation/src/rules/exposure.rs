//! What may be done to a report: verified, published with the unit's name, put right, closed.

use kernel::{Actor, DepartmentId, Duty, Sealed, StaffId, Timestamp, midnight};

use super::{Facts, Refusal, impersonal, written};
use crate::{Exposure, ExposureCommand, ExposureEvent, ExposureId, ExposureState};

/// Duties that handle reports.
const HANDLING: [Duty; 2] = [Duty::Redress, Duty::Supervise];
/// Characters of a title, at most.
const TITLE_MOST: usize = 60;

/// The event with which a report begins.
pub fn report(
    kind: &str,
    department: DepartmentId,
    item: Option<kernel::BasicCode>,
    reporter: Option<Sealed>,
    facts: &Facts,
) -> Result<ExposureEvent, Refusal> {
    if facts.settings.kind(kind).is_none() {
        return Err(Refusal::UnknownKind);
    }
    Ok(ExposureEvent::ExposureReported {
        kind: kind.to_owned(),
        department,
        item,
        text: facts.sealed("/text")?,
        reporter,
        on: facts.today,
        verify_by: facts.after(facts.settings.expose_verify_days),
    })
}

/// What happens if `command` reaches `exposure` now.
pub fn decide_exposure(
    exposure: &Exposure,
    command: &ExposureCommand,
    facts: &Facts,
) -> Result<Vec<ExposureEvent>, Refusal> {
    use {ExposureCommand as C, ExposureState as S};
    let mut events = vec![];
    if let Some(due) = exposure.next_by().filter(|due| facts.today > *due && !exposure.overdue) {
        events.push(ExposureEvent::ExposureOverdue { due });
    }
    if *command == C::Tick {
        return Ok(events);
    }
    let (by, on) = (handler(exposure, facts)?, facts.today);
    events.push(match (exposure.state, command) {
        (S::Reported, C::Verify { founded, reason }) => {
            let reason = public(reason, "/reason")?;
            if *founded {
                let rectify_by = facts.after(facts.settings.expose_rectify_days);
                ExposureEvent::ExposureVerified { by, on, reason, rectify_by }
            } else {
                ExposureEvent::ExposureUnfounded { by, on, reason }
            }
        }
        (S::Verified, C::Publish { title, text }) => {
            let title = public(title, "/title")?;
            if title.chars().count() > TITLE_MOST {
                return Err(Refusal::TooLong { pointer: "/title", most: TITLE_MOST });
            }
            ExposureEvent::ExposurePublished { by, at: facts.now, title, text: public(text, "/text")? }
        }
        (S::Published, C::Rectify { measures }) => {
            ExposureEvent::ExposureRectified { by, on, measures: public(measures, "/measures")? }
        }
        (S::Rectified, C::Close { reason }) => {
            ExposureEvent::ExposureClosed { by, on, reason: public(reason, "/reason")? }
        }
        (state, command) => return Err(Refusal::ExposureNotNow { state, command: command.name() }),
    });
    Ok(events)
}

fn public(text: &str, pointer: &'static str) -> Result<String, Refusal> {
    let text = written(text, pointer)?;
    impersonal(&text, pointer)?;
    Ok(text)
}

fn handler(exposure: &Exposure, facts: &Facts) -> Result<StaffId, Refusal> {
    match facts.actor {
        Actor::Staff { staff, .. } if HANDLING.iter().any(|duty| facts.actor.may(*duty, &exposure.department)) => {
            Ok(*staff)
        }
        _ => Err(Refusal::NotEmpowered { duties: HANDLING.to_vec() }),
    }
}

/// When [`ExposureCommand::Tick`] must be sent.
pub fn exposure_due(exposure: &Exposure) -> Option<Timestamp> {
    let last_day = exposure.next_by().filter(|_| !exposure.overdue)?;
    last_day.tomorrow().ok().map(midnight)
}

/// The report that a whole stream gives.
pub fn replay_exposure<'a>(id: ExposureId, events: impl IntoIterator<Item = &'a ExposureEvent>) -> Option<Exposure> {
    let mut events = events.into_iter();
    let ExposureEvent::ExposureReported { kind, department, item, text, reporter, on, verify_by } = events.next()?
    else {
        return None;
    };
    let mut exposure = Exposure {
        id,
        version: 1,
        kind: kind.clone(),
        department: *department,
        item: *item,
        text: text.clone(),
        reporter: reporter.clone(),
        reported: *on,
        verify_by: *verify_by,
        rectify_by: None,
        state: ExposureState::Reported,
        overdue: false,
        published: None,
        published_at: None,
        measures: None,
        conclusion: None,
    };
    events.for_each(|event| apply_exposure(&mut exposure, event));
    Some(exposure)
}

/// What `event` did to `exposure`.
pub fn apply_exposure(exposure: &mut Exposure, event: &ExposureEvent) {
    exposure.version += 1;
    match event {
        ExposureEvent::ExposureReported { .. } => {}
        ExposureEvent::ExposureVerified { reason, rectify_by, .. } => {
            exposure.rectify_by = Some(*rectify_by);
            exposure.overdue = false;
            exposure.conclusion = Some(reason.clone());
            exposure.state = ExposureState::Verified;
        }
        ExposureEvent::ExposureUnfounded { reason, .. } => {
            exposure.conclusion = Some(reason.clone());
            exposure.state = ExposureState::Unfounded;
        }
        ExposureEvent::ExposurePublished { at, title, text, .. } => {
            exposure.published = Some((title.clone(), text.clone()));
            exposure.published_at = Some(*at);
            exposure.state = ExposureState::Published;
        }
        ExposureEvent::ExposureRectified { measures, .. } => {
            exposure.measures = Some(measures.clone());
            exposure.state = ExposureState::Rectified;
        }
        ExposureEvent::ExposureClosed { reason, .. } => {
            exposure.conclusion = Some(reason.clone());
            exposure.state = ExposureState::Closed;
        }
        ExposureEvent::ExposureOverdue { .. } => exposure.overdue = true,
    }
}
