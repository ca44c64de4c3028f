//! Putting a poor rating right: called back, verified, put right, answered; and who may do which of it.

use kernel::{Duty, StaffId};

use super::{Facts, Refusal, impersonal, written};
use crate::{Command, Contact, Redress, RedressState, Reply, Service, ServiceEvent, Stage};

const HANDLING: [Duty; 1] = [Duty::Redress];
const CHECKING: [Duty; 2] = [Duty::Redress, Duty::Supervise];
const SETTLING: [Duty; 1] = [Duty::Supervise];

/// Which state answers which command.
pub(super) fn decide(service: &Service, command: &Command, facts: &Facts) -> Result<Vec<ServiceEvent>, Refusal> {
    use {Command as C, RedressState as S};
    // Who may is asked before what may: to whoever may not, nothing is told of the state.
    let by = who(service, command, facts)?;
    let Some(redress) = &service.redress else { return Err(Refusal::NoRedress) };
    let on = facts.today;
    let event = match (&redress.state, command) {
        (S::ToContact, C::Contact { note }) => {
            written(note, "/note")?;
            ServiceEvent::Contacted(Contact { by: by?, on, note: facts.sealed("/note")? })
        }
        (S::ToVerify, C::Verify { dismissal, reason }) => {
            written(reason, "/reason")?;
            let reason = facts.sealed("/reason")?;
            match *dismissal {
                None => ServiceEvent::FoundValid { by: by?, on, reason },
                Some(kind) => ServiceEvent::DismissalProposed { kind, by: by?, on, reason },
            }
        }
        (S::ToConfirm { kind, by: first }, C::Confirm { agree, reason }) => {
            let second = by?;
            if second == *first {
                return Err(Refusal::SecondPerson);
            }
            written(reason, "/reason")?;
            let reason = facts.sealed("/reason")?;
            if *agree {
                let object_until = facts.after(facts.settings.objection_days);
                ServiceEvent::SetAside { kind: *kind, by: vec![*first, second], on, reason, object_until }
            } else {
                ServiceEvent::FoundValid { by: second, on, reason }
            }
        }
        (S::SetAside { object_until, .. }, C::Object { reason }) => {
            match object_until {
                None => return Err(Refusal::Settled),
                Some(until) if on > *until => return Err(Refusal::ObjectionLate { until: *until }),
                Some(_) => {}
            }
            written(reason, "/reason")?;
            ServiceEvent::Objected { on, reason: facts.sealed("/reason")? }
        }
        (S::Contested { by: earlier, .. }, C::Settle { valid, reason }) => {
            let third = by?;
            if earlier.contains(&third) {
                return Err(Refusal::ThirdPerson);
            }
            written(reason, "/reason")?;
            let rectify_by = facts.after(facts.settings.rectify_days);
            ServiceEvent::Settled { valid: *valid, by: third, on, reason: facts.sealed("/reason")?, rectify_by }
        }
        (S::Rectifying, C::Extend { days, reason }) => extend(redress, *days, reason, by?, facts)?,
        (S::Rectifying, C::Reply { measures, words }) => {
            let measures = written(measures, "/measures")?;
            impersonal(&measures, "/measures")?;
            written(words, "/words")?;
            ServiceEvent::Replied(Reply { by: by?, on, measures, words: facts.sealed("/words")? })
        }
        _ => return Err(Refusal::NotNow { stage: redress.stage(), command: command.name() }),
    };
    Ok(vec![event])
}

/// Who asks; for the citizen's own command nobody of the staff.
fn who(service: &Service, command: &Command, facts: &Facts) -> Result<Result<StaffId, Refusal>, Refusal> {
    let duties = match command {
        Command::Object { .. } if facts.is_served(service) => return Ok(Err(Refusal::OnlyTheServed)),
        Command::Object { .. } => return Err(Refusal::OnlyTheServed),
        Command::Confirm { .. } => &CHECKING[..],
        Command::Settle { .. } => &SETTLING[..],
        _ => &HANDLING[..],
    };
    facts.staff(service, duties).map(Ok)
}

/// Once, with a reason, and before the time has run out.
fn extend(redress: &Redress, days: u32, reason: &str, by: StaffId, facts: &Facts) -> Result<ServiceEvent, Refusal> {
    let most = facts.settings.extend_days_most;
    if redress.extended {
        return Err(Refusal::ExtendedAlready);
    }
    if days == 0 || days > most {
        return Err(Refusal::ExtensionLength { most });
    }
    if facts.today > redress.rectify_by {
        return Err(Refusal::Overdue { due: redress.rectify_by });
    }
    written(reason, "/reason")?;
    let rectify_by = facts.calendar.after(redress.rectify_by, kernel::WorkingDays(days));
    Ok(ServiceEvent::Extended { days, by, on: facts.today, reason: facts.sealed("/reason")?, rectify_by })
}

/// What staff may do at a stage, by the names of the commands: for showing buttons, not for allowing acts.
pub fn possible(stage: Stage) -> &'static [&'static str] {
    match stage {
        Stage::Contact => &["contact"],
        Stage::Verify => &["verify"],
        Stage::Confirm => &["confirm"],
        Stage::Rectify => &["reply", "extend"],
        Stage::Contested => &["settle"],
        Stage::Answered | Stage::SetAside => &[],
    }
}
