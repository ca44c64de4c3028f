//! What becomes of a flag.

use kernel::StaffId;

use super::{Facts, Refusal, refusal::written};
use crate::{Flag, FlagEvent, FlagId, FlagState, Grade};

/// Withdrawing a flag that rested on something that was corrected: a supervisor's own act, with its reason.
pub fn may_withdraw(flag: &Flag, reason: &str, facts: &Facts) -> Result<FlagEvent, Refusal> {
    let by = facts.supervisor(&flag.raised.department, flag.raised.person)?;
    if flag.state != FlagState::Open {
        return Err(Refusal::FlagNotOpen { state: flag.state.name() });
    }
    Ok(FlagEvent::Withdrawn { by, reason: written(reason, "/reason")? })
}

/// Whether an order may be issued for it, and by whom.
pub(super) fn may_order(flag: &Flag, facts: &Facts) -> Result<StaffId, Refusal> {
    let by = facts.supervisor(&flag.raised.department, flag.raised.person)?;
    if flag.state != FlagState::Open {
        return Err(Refusal::FlagNotOpen { state: flag.state.name() });
    }
    if flag.grade == Grade::Warning {
        return Err(Refusal::OnlyWarning);
    }
    Ok(by)
}

/// The flag that a stream gives.
pub fn replay_flag<'a>(id: &FlagId, events: impl IntoIterator<Item = &'a FlagEvent>) -> Option<Flag> {
    let mut events = events.into_iter();
    let Some(FlagEvent::Raised(raised)) = events.next() else { return None };
    let (grade, cause) = (raised.grade, raised.cause.clone());
    let raised = (**raised).clone();
    let mut flag = Flag { id: id.clone(), version: 1, raised, grade, cause, steps: vec![], state: FlagState::Open };
    events.for_each(|event| apply_flag(&mut flag, event));
    Some(flag)
}

/// What an event did to a flag.
pub fn apply_flag(flag: &mut Flag, event: &FlagEvent) {
    flag.version += 1;
    match event {
        FlagEvent::Raised(_) => {}
        FlagEvent::Escalated { grade, since, cause } => {
            flag.grade = *grade;
            flag.cause = cause.clone();
            flag.steps.push((*grade, *since));
        }
        FlagEvent::Ordered { order } => flag.state = FlagState::Ordered { order: *order },
        FlagEvent::Settled { lifted: true } => flag.state = FlagState::Lifted,
        FlagEvent::Settled { lifted: false } => flag.state = FlagState::Upheld,
        FlagEvent::Withdrawn { by, reason } => {
            flag.state = FlagState::Withdrawn { by: *by, reason: reason.clone() };
        }
    }
}
