//! What events did to a case. Cannot fail, and names every event: a new one does not compile until it is handled.

use clock::{Extension, StatutoryClock};
use kernel::{CaseNumber, Date, StaffId};

use crate::{Acceptance, Case, Decision, Event, Material, Opinion, Outcome, Remedy, Special, Stage, State, Submitted};

/// The case that an application begins.
pub fn open(number: CaseNumber, submitted: &Submitted) -> Case {
    Case {
        number,
        version: 1,
        item: submitted.item,
        terms: submitted.terms.clone(),
        region: submitted.region,
        department: submitted.department,
        applicant: submitted.applicant,
        filed_by: submitted.filed_by,
        channel: submitted.channel,
        submitted: submitted.at,
        counter: submitted.counter.clone(),
        project: submitted.project,
        form: submitted.form.clone(),
        lookup: submitted.lookup.clone(),
        lookup_locked: None,
        materials: submitted.materials.clone(),
        state: State::Submitted { received: submitted.received, answer_by: submitted.answer_by },
        acceptance: None,
        clock: None,
        decide_by: None,
        corrections: 0,
        opinions: vec![],
        decision: None,
        licence: None,
        way: submitted.way,
        prepared: None,
    }
}

/// The case that a whole stream gives; `None` if it does not begin with an application.
pub fn replay<'a>(number: CaseNumber, events: impl IntoIterator<Item = &'a Event>) -> Option<Case> {
    let mut events = events.into_iter();
    let Some(Event::Submitted(submitted)) = events.next() else { return None };
    let mut case = open(number, submitted);
    events.for_each(|event| apply(&mut case, event));
    Some(case)
}

/// What `event` did to `case`.
pub fn apply(case: &mut Case, event: &Event) {
    case.version += 1;
    match event {
        Event::Submitted(submitted) => *case = open(case.number, submitted),
        Event::Accepted { by, on, due } => accepted(case, Acceptance { on: *on, by: Some(*by) }, *due),
        Event::DeemedAccepted { since, due } => accepted(case, Acceptance { on: *since, by: None }, *due),
        Event::CorrectionRequested { missing, on, until, .. } => {
            case.corrections += 1;
            case.state = State::Correcting { missing: missing.clone(), asked: *on, until: *until };
        }
        Event::Resubmitted { form, materials, received, answer_by } => {
            if let Some(form) = form {
                case.form = form.clone();
            }
            replace(&mut case.materials, materials);
            case.state = State::Submitted { received: *received, answer_by: *answer_by };
        }
        Event::Returned { on } => case.state = State::Closed { outcome: Outcome::Returned, on: *on },
        Event::Declined { by, on, reason, article, elsewhere, remedy, serve_by } => {
            let no = Decision {
                elsewhere: elsewhere.clone(),
                ..refused(Outcome::Declined, *by, *on, reason, article, remedy)
            };
            case.decision = Some(no);
            case.state = State::Declined { serve_by: *serve_by };
        }
        Event::Reviewed { stance, opinion, by, on } => {
            case.opinions.push(Opinion { stance: *stance, text: opinion.clone(), by: *by, on: *on });
            case.state = State::Reviewed;
        }
        Event::Suspended { ground, reason, on, days, expected, .. } => {
            // `decide` asked the same clock the same question, so it cannot say no here.
            let _ = case.clock.as_mut().map(|clock| clock.pause(*on, *ground));
            let special =
                Special { ground: *ground, reason: reason.clone(), since: *on, days: *days, expected: *expected };
            case.state = State::Suspended { special, reviewed: case.stage() == Stage::Reviewed };
        }
        Event::Resumed { on, due, .. } => {
            let _ = case.clock.as_mut().map(|clock| clock.resume(*on));
            case.decide_by = Some(*due);
            let reviewed = matches!(case.state, State::Suspended { reviewed: true, .. });
            case.state = if reviewed { State::Reviewed } else { State::Accepted };
        }
        Event::Extended { days, reason, due, .. } => {
            if let Some(clock) = &mut case.clock {
                clock.extension = Extension::new(*days, reason).ok();
            }
            case.decide_by = Some(*due);
        }
        Event::Granted { by, on, reason, serve_by } => {
            let yes = Decision {
                outcome: Outcome::Granted,
                by: *by,
                on: *on,
                reason: reason.clone(),
                article: None,
                elsewhere: None,
                remedy: None,
            };
            case.decision = Some(yes);
            case.state = State::Granted { serve_by: *serve_by };
        }
        Event::Denied { by, on, reason, article, remedy, serve_by } => {
            case.decision = Some(refused(Outcome::Denied, *by, *on, reason, article, remedy));
            case.state = State::Denied { serve_by: *serve_by };
        }
        Event::Prepared { prepared, licence, .. } => {
            case.licence = licence.clone();
            case.prepared = Some(*prepared);
        }
        Event::WayChosen { how, form, .. } => {
            case.way = *how;
            if let Some(form) = form {
                case.form = form.clone();
            }
        }
        Event::Served { how, licence, on } => {
            case.licence = licence.clone();
            let outcome = case.decision.as_ref().map_or(Outcome::Granted, |decision| decision.outcome);
            case.state = State::Served { how: *how, on: *on, outcome };
        }
        Event::Closed { outcome, on } => case.state = State::Closed { outcome: *outcome, on: *on },
        Event::Withdrawn { ground, on } => case.state = State::Withdrawn { on: *on, ground: *ground },
        Event::LookupLocked { until } => case.lookup_locked = Some(*until),
    }
}

fn accepted(case: &mut Case, acceptance: Acceptance, due: Date) {
    case.clock = Some(StatutoryClock::start(acceptance.on, case.terms.limit));
    case.decide_by = Some(due);
    case.acceptance = Some(acceptance);
    case.state = State::Accepted;
}

fn refused(outcome: Outcome, by: StaffId, on: Date, reason: &str, article: &str, remedy: &Remedy) -> Decision {
    Decision {
        outcome,
        by,
        on,
        reason: Some(reason.to_owned()),
        article: Some(article.to_owned()),
        elsewhere: None,
        remedy: Some(*remedy),
    }
}

/// New materials take the place of those of the same name; the order of the list is kept.
fn replace(materials: &mut Vec<Material>, new: &[Material]) {
    let is_new = |name: &str| new.iter().any(|material| material.name == name);
    materials.retain(|material| !is_new(&material.name));
    materials.extend(new.iter().cloned());
}
