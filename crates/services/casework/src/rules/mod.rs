//! The law of a case, pure: what a command does, what an event did, when time speaks next.
//!
//! Source: 行政许可法 (2019). Days there are working days (art. 82); the calendar comes with [`Facts`].

mod acceptance;
mod allowed;
mod apply;
mod ending;
mod filing;
mod handling;
mod handover;
mod limits;
mod refusal;

use std::sync::Arc;

use clock::{ANSWER_LIMIT, Calendar, Limit, StatutoryClock};
use kernel::{Actor, Date, Duty, StaffId, Timestamp, WorkingDays, midnight};

use crate::{Case, Command, Event, Stage, State};

pub use allowed::{Act, allowed};
pub use apply::{apply, open, replay};
pub use filing::{check_materials, may_stand_alone, names_its_project, provided, spare, terms};
pub(crate) use handover::may_go;
pub use refusal::Refusal;

/// What rules need to know and cannot see in the case: the moment, the calendar, and who asks.
#[derive(Clone)]
pub struct Facts<'a> {
    /// This instant.
    pub now: Timestamp,
    /// Its day in China.
    pub today: Date,
    /// The working days.
    pub calendar: Arc<Calendar>,
    /// Who asks, with the powers that they bring.
    pub actor: &'a Actor,
    /// Whether the fee is paid or remitted, or there is none.
    pub cleared: bool,
}

impl Facts<'_> {
    /// The day `limit` working days after `from`, the first day not counted (民法典 art. 201).
    fn after(&self, from: Date, limit: WorkingDays) -> Date {
        self.calendar.after(from, limit)
    }

    /// The member of staff who asks, if they hold one of `duties` for the case's department.
    fn staff(&self, case: &Case, duties: &[Duty]) -> Result<StaffId, Refusal> {
        match self.actor {
            Actor::Staff { staff, .. } if duties.iter().any(|duty| self.actor.may(*duty, &case.department)) => {
                Ok(*staff)
            }
            _ => Err(Refusal::NotEmpowered { duties: duties.to_vec() }),
        }
    }

    fn is_applicant(&self, case: &Case) -> bool {
        self.actor.party() == Some(case.applicant)
    }

    fn is_house(&self) -> bool {
        matches!(self.actor, Actor::System(_))
    }
}

/// What happens if `command` reaches `case` now.
///
/// What the law has done by itself comes first: a silence that lasted too long is an acceptance even if nobody has
/// noted it yet, and a correction that is too late finds the case sent back.
pub fn decide(case: &Case, command: &Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let mut events: Vec<Event> = by_law(case, facts).into_iter().collect();
    let mut case = std::borrow::Cow::Borrowed(case);
    for event in &events {
        apply(case.to_mut(), event);
    }
    events.extend(on_command(&case, command, facts)?);
    Ok(events)
}

/// What the passing of time alone does.
fn by_law(case: &Case, facts: &Facts) -> Option<Event> {
    match &case.state {
        State::Submitted { received, answer_by } if facts.today > *answer_by => {
            Some(acceptance::by_silence(case, *received, facts))
        }
        State::Correcting { until, .. } if facts.today > *until => Some(Event::Returned { on: facts.today }),
        _ => None,
    }
}

/// Which state answers which command: the picture of a case's life.
fn on_command(case: &Case, command: &Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    use {Command as C, State as S};
    match (&case.state, command) {
        (_, C::Tick) => Ok(vec![]),

        (S::Submitted { .. }, C::Accept) => acceptance::accept(case, facts),
        (S::Submitted { .. }, C::Decline { reason, article, elsewhere }) => {
            acceptance::decline(case, reason, article, elsewhere.as_deref(), facts)
        }
        (S::Submitted { .. }, C::Correct { missing, supervisor_reason }) => {
            acceptance::correct(case, missing, supervisor_reason.as_deref(), facts)
        }
        (S::Correcting { missing, .. }, C::Resubmit { form, answered, materials }) => {
            let brought = acceptance::Brought { form: form.as_ref(), answered: *answered, materials };
            acceptance::resubmit(case, missing, &brought, facts)
        }
        (S::Closed { outcome: crate::Outcome::Returned, on }, C::Resubmit { .. }) => {
            Err(Refusal::CorrectionLapsed { on: *on })
        }

        (S::Submitted { .. }, C::Decide { verdict }) if case.terms.is_instant() => {
            handling::decide_at_once(case, verdict, facts)
        }
        (S::Accepted | S::Reviewed, C::Review { stance, opinion }) => handling::review(case, *stance, opinion, facts),
        (S::Accepted, C::Decide { verdict }) if case.terms.is_instant() => handling::decide(case, verdict, facts),
        (S::Accepted, C::Decide { .. }) => Err(Refusal::NotReviewed),
        (S::Reviewed, C::Decide { verdict }) => handling::decide(case, verdict, facts),

        (S::Accepted | S::Reviewed, C::Suspend { ground, days, reason }) => {
            limits::suspend(case, *ground, *days, reason, facts)
        }
        (S::Suspended { .. }, C::Resume { result }) => limits::resume(case, result, facts),
        (S::Accepted | S::Reviewed, C::Extend { days, reason }) => limits::extend(case, *days, reason, facts),

        (S::Granted { .. } | S::Denied { .. } | S::Declined { .. }, C::Serve { how, licence }) => {
            ending::serve(case, *how, licence.as_ref(), facts)
        }
        (S::Granted { .. }, C::Prepare { how, licence, parcel }) => {
            handover::prepare(case, *how, licence.as_ref(), *parcel, facts)
        }
        (S::Granted { .. }, C::Arrived { how, on }) => handover::arrived(case, *how, *on, facts),
        (
            S::Submitted { .. }
            | S::Correcting { .. }
            | S::Accepted
            | S::Suspended { .. }
            | S::Reviewed
            | S::Granted { .. },
            C::ChooseWay { how, form },
        ) => handover::choose(case, *how, form.as_ref(), facts),
        (S::Served { outcome, .. }, C::Close) => ending::close(case, *outcome, facts),
        (
            S::Submitted { .. } | S::Correcting { .. } | S::Accepted | S::Suspended { .. } | S::Reviewed,
            C::Withdraw { ground },
        ) => ending::withdraw(case, *ground, facts),

        (state, command) => Err(Refusal::NotNow { stage: Stage::from(state), command: command.name() }),
    }
}

/// When [`Command::Tick`] must be sent: the first instant at which the law acts by itself.
pub fn due(case: &Case) -> Option<Timestamp> {
    let last_day = match &case.state {
        State::Submitted { answer_by, .. } => *answer_by,
        State::Correcting { until, .. } => *until,
        _ => return None,
    };
    last_day.tomorrow().ok().map(midnight)
}

/// The five-day clock of an application that waits to be accepted, for explaining its date.
pub fn acceptance_clock(received: Date) -> StatutoryClock {
    StatutoryClock::start(received, Limit::Working(ANSWER_LIMIT.0))
}
