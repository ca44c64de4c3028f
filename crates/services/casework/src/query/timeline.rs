//! What happened to a case, and why its dates are what they are.

use clock::Explanation;
use kernel::{AccountId, Actor, CaseNumber, Date, StaffId, Timestamp, local_date};
use store::{Error, Failure, Read};

use crate::{Case, Event, Refusal, State, model, rules};

/// Events of one case that are read at once.
const EVENTS_MOST: usize = 500;

/// One step of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its place in the stream, from 1.
    pub version: i64,
    /// Journal number, for a proof.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Whose doing it was. Names are asked of identity by the face.
    pub by: Hand,
    /// What happened.
    pub event: Event,
}

/// Whose doing a step was.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Hand {
    /// The applicant's, or of somebody acting for them.
    Citizen(AccountId),
    /// An official's.
    Staff(StaffId),
    /// The house's own: the law acting by itself, or electronic service.
    House(String),
}

impl Hand {
    fn from_label(label: &str) -> Hand {
        let (kind, id) = label.split_once(':').unwrap_or(("", label));
        let known = match kind {
            "citizen" => id.parse().ok().map(Hand::Citizen),
            "staff" => id.parse().ok().map(Hand::Staff),
            _ => None,
        };
        known.unwrap_or_else(|| Hand::House(id.to_owned()))
    }
}

/// All steps of a case in order, for those who may know of it.
pub fn events_of(read: &mut dyn Read, actor: &Actor, number: &CaseNumber) -> Result<Vec<Step>, Failure<Refusal>> {
    super::case_for(read, actor, number)?;
    Ok(steps(read, number)?)
}

/// What happened to a case, in order, for a caller who has found out already that it may be told.
pub fn events(read: &mut dyn Read, number: &CaseNumber) -> Result<Vec<(Timestamp, Event)>, Error> {
    Ok(steps(read, number)?.into_iter().map(|step| (step.at, step.event)).collect())
}

fn steps(read: &mut dyn Read, number: &CaseNumber) -> Result<Vec<Step>, Error> {
    let entries = store::journal::stream(read, &model::stream(number), 1, EVENTS_MOST)?;
    let step = |entry: &store::Entry| {
        Ok(Step {
            version: entry.version,
            seq: entry.seq,
            at: entry.at,
            by: Hand::from_label(&entry.actor),
            event: entry.event()?,
        })
    };
    entries.iter().map(step).collect()
}

/// Which clock a date comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClockKind {
    /// Five working days to answer an application (行政许可法 art. 32).
    Acceptance,
    /// The promised limit from acceptance to decision.
    Handling,
}

/// A date and how it came about, day by day.
#[derive(Debug, Clone, PartialEq)]
pub struct Reckoning {
    /// Which clock.
    pub kind: ClockKind,
    /// Every day with its reason; as of today, or of the day the clock had done its work.
    pub explanation: Explanation,
    /// The last day of the statutory limit, where a law sets one beside the promise.
    pub statutory: Option<Date>,
}

/// Why the case is due when it is due: of the clock that runs now, or ran last. None while the applicant corrects.
pub fn explanation(read: &mut dyn Read, case: &Case) -> Result<Option<Reckoning>, Error> {
    let calendar = organisation::calendar(read)?;
    let today = local_date(read.now());
    Ok(match (&case.clock, &case.state) {
        (Some(clock), _) => {
            let as_of = ended_on(case).unwrap_or(today);
            let statutory = case.terms.statutory.map(|limit| {
                let clock = clock::StatutoryClock { limit, ..clock.clone() };
                clock.due_at(&calendar, as_of).projected
            });
            Some(Reckoning { kind: ClockKind::Handling, explanation: clock.explain(&calendar, as_of), statutory })
        }
        (None, State::Submitted { received, .. }) => Some(Reckoning {
            kind: ClockKind::Acceptance,
            explanation: rules::acceptance_clock(*received).explain(&calendar, today),
            statutory: None,
        }),
        (None, _) => None,
    })
}

/// The day from which the handling clock no longer matters.
fn ended_on(case: &Case) -> Option<Date> {
    match &case.state {
        State::Withdrawn { on, .. } => Some(*on),
        _ => case.decision.as_ref().map(|decision| decision.on),
    }
}
