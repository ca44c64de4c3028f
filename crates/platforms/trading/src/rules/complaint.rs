//! The life of a complaint: it follows an answered objection, is taken up or not, and decided; each in its days.

use kernel::{Date, Duty, StaffId, Timestamp, midnight};

use super::{Facts, Refusal, written};
use crate::{Complaint, ComplaintCommand, ComplaintEvent, ComplaintId, ComplaintState, Lot};

/// A company complains. An objection, and its answer or the end of its days, come first (条例 60).
pub fn complained(lot: &Lot, objection: usize, text: &str, facts: &Facts) -> Result<ComplaintEvent, Refusal> {
    let party = facts.company(lot)?;
    let one = lot.objections.get(objection).filter(|one| one.party == party).ok_or(Refusal::ObjectFirst)?;
    let known = match &one.answer {
        Some((on, _)) => *on,
        None if facts.today > one.answer_by => one.answer_by,
        None => return Err(Refusal::ObjectFirst),
    };
    let until = facts.procedure.complain.last(known, &facts.calendar);
    if facts.today > until {
        return Err(Refusal::ComplainLate { until });
    }
    Ok(ComplaintEvent::Filed {
        lot: lot.code,
        centre: lot.centre,
        party,
        objection,
        text: written(text, "/text")?,
        on: facts.today,
        accept_by: facts.procedure.complaint_accept.last(facts.today, &facts.calendar),
    })
}

/// What happens if `command` reaches the complaint now.
pub fn decide_complaint(
    complaint: &Complaint,
    command: &ComplaintCommand,
    facts: &Facts,
) -> Result<Vec<ComplaintEvent>, Refusal> {
    use {ComplaintCommand as C, ComplaintState as S};
    let mut events: Vec<ComplaintEvent> = vec![];
    if let Some(due) = runs(complaint).filter(|due| facts.today > *due) {
        events.push(ComplaintEvent::Overdue { due });
    }
    let supervisor = || -> Result<StaffId, Refusal> {
        let may = facts.actor.may(Duty::Supervise, &complaint.centre);
        facts.actor.staff().filter(|_| may).ok_or(Refusal::NotSupervisor)
    };
    let (on, party) = (facts.today, complaint.party);
    let event = match (&complaint.state, command) {
        (_, C::Tick) => return Ok(events),
        (S::Filed { .. }, C::Accept { suspend }) => ComplaintEvent::Accepted {
            by: supervisor()?,
            on,
            suspends: *suspend,
            decide_by: facts.procedure.complaint_decide.last(on, &facts.calendar),
            party,
        },
        (S::Filed { .. }, C::Decline { reason }) => {
            ComplaintEvent::Declined { by: supervisor()?, on, reason: written(reason, "/reason")?, party }
        }
        (S::Accepted { .. }, C::Decide { uphold, reason }) => {
            let by = supervisor()?;
            ComplaintEvent::Decided { by, on, upheld: *uphold, reason: written(reason, "/reason")?, party }
        }
        (state, _) => {
            supervisor()?;
            return Err(Refusal::NotNow { state: state.name(), command: "complaint" });
        }
    };
    events.push(event);
    Ok(events)
}

/// The last day that still runs.
fn runs(complaint: &Complaint) -> Option<Date> {
    let due = match complaint.state {
        ComplaintState::Filed { accept_by } => accept_by,
        ComplaintState::Accepted { decide_by } => decide_by,
        ComplaintState::Declined { .. } | ComplaintState::Decided { .. } => return None,
    };
    complaint.late.is_none_or(|late| late < due).then_some(due)
}

/// When the wheel must knock.
pub fn due_complaint(complaint: &Complaint) -> Option<Timestamp> {
    runs(complaint).map(|day| midnight(day.tomorrow().unwrap_or(Date::MAX)))
}

/// What an event did to a complaint.
pub fn apply_complaint(complaint: &mut Complaint, event: &ComplaintEvent) {
    complaint.version += 1;
    match event {
        ComplaintEvent::Filed { .. } => {}
        ComplaintEvent::Accepted { suspends, decide_by, .. } => {
            complaint.suspends = *suspends;
            complaint.state = ComplaintState::Accepted { decide_by: *decide_by };
        }
        ComplaintEvent::Declined { reason, .. } => {
            complaint.state = ComplaintState::Declined { reason: reason.clone() }
        }
        ComplaintEvent::Decided { upheld, reason, .. } => {
            complaint.suspends = false;
            complaint.state = ComplaintState::Decided { upheld: *upheld, reason: reason.clone() };
        }
        ComplaintEvent::Overdue { due } => complaint.late = Some(*due),
    }
}

/// The complaint that a stream gives.
pub fn replay_complaint<'a>(
    id: ComplaintId,
    events: impl IntoIterator<Item = &'a ComplaintEvent>,
) -> Option<Complaint> {
    let mut events = events.into_iter();
    let ComplaintEvent::Filed { lot, centre, party, objection, text, on, accept_by } = events.next()? else {
        return None;
    };
    let mut complaint = Complaint {
        id,
        version: 1,
        lot: *lot,
        centre: *centre,
        party: *party,
        objection: *objection,
        text: text.clone(),
        on: *on,
        suspends: false,
        late: None,
        state: ComplaintState::Filed { accept_by: *accept_by },
    };
    events.for_each(|event| apply_complaint(&mut complaint, event));
    Some(complaint)
}
