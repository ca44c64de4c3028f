//! What events did to a project. Cannot fail, and names every event.

use kernel::{Date, ProjectCode};

use crate::{CaseState, Event, Finding, Move, Opinion, Pause, Project, ProjectCase, Registered};

/// The project that a registration begins.
pub fn open(code: ProjectCode, registered: &Registered) -> Project {
    Project {
        code,
        version: 1,
        unit: registered.unit,
        route: registered.route,
        line: registered.line.clone(),
        lead: registered.lead,
        particulars: registered.particulars.clone(),
        registered: registered.on,
        certificate: None,
        cases: vec![],
        reports: vec![],
        finding: None,
    }
}

/// The project that a whole stream gives; `None` if it does not begin with a registration.
pub fn replay<'a>(code: ProjectCode, events: impl IntoIterator<Item = &'a Event>) -> Option<Project> {
    let mut events = events.into_iter();
    let Some(Event::Registered(registered)) = events.next() else { return None };
    let mut project = open(code, registered);
    events.for_each(|event| apply(&mut project, event));
    Some(project)
}

/// What `event` did to `project`.
pub fn apply(project: &mut Project, event: &Event) {
    project.version += 1;
    match event {
        Event::Registered(registered) => *project = open(project.code, registered),
        Event::Certified(certificate) => project.certificate = Some(certificate.clone()),
        Event::StageSubmitted { stage, cases, on } => project.cases.extend(cases.iter().map(|joined| ProjectCase {
            number: joined.number,
            item: joined.item,
            name: joined.name.clone(),
            stage: *stage,
            department: joined.department,
            submitted: *on,
            accepted: None,
            pauses: vec![],
            ended: None,
            opinions: vec![],
            state: CaseState::Submitted,
        })),
        Event::CaseMoved { number, to, on, .. } => {
            if let Some(case) = project.cases.iter_mut().find(|case| case.number == *number) {
                moved(case, to, *on);
            }
        }
        Event::Reported { report, .. } => project.reports.push(report.clone()),
        Event::Noticed { ground, on, until, .. } => {
            project.finding =
                Some(Finding { ground: ground.clone(), noticed: *on, until: *until, listed: None, explained: None });
        }
        Event::Explained { words, .. } => {
            if let Some(finding) = &mut project.finding {
                finding.explained = Some(words.clone());
            }
        }
        Event::Listed { on, .. } => {
            if let Some(finding) = &mut project.finding {
                finding.listed = Some(*on);
                finding.explained = None;
            }
        }
        Event::Lifted { .. } => project.finding = None,
    }
}

fn moved(case: &mut ProjectCase, to: &Move, on: Date) {
    use CaseState as S;
    case.state = match to {
        Move::Accepted { since } => {
            case.accepted = Some(*since);
            S::Accepted
        }
        Move::Correcting => S::Correcting,
        Move::Resubmitted => S::Submitted,
        Move::Reviewed { against, opinion } => {
            case.opinions.push(Opinion { against: *against, text: opinion.clone(), on });
            S::Reviewed
        }
        Move::Suspended => {
            case.pauses.push(Pause { from: on, until: None });
            S::Suspended
        }
        Move::Resumed => {
            runs_again(case, on);
            if case.opinions.is_empty() { S::Accepted } else { S::Reviewed }
        }
        Move::Granted => S::Granted,
        Move::Denied => S::Denied,
        Move::Declined => S::Declined,
        Move::Returned => S::Returned,
        Move::Withdrawn => S::Withdrawn,
    };
    if !case.state.is_open() {
        runs_again(case, on);
        case.ended = Some(on);
    }
}

fn runs_again(case: &mut ProjectCase, on: Date) {
    case.pauses.iter_mut().filter(|pause| pause.until.is_none()).for_each(|pause| pause.until = Some(on));
}
