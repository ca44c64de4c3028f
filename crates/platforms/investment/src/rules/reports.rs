//! Reports of start, progress and completion: which is owed, until when (条例 第十七条). The days are the rulebook's.

use clock::Calendar;
use kernel::{Date, Fen};

use super::{Facts, Refusal, is_done, refusal::written};
use crate::{CaseState, Event, Ground, Owed, Period, Project, Report, ReportKind, Rulebook, Stage};

/// Whether progress is reported each month.
pub fn is_monthly(project: &Project, book: &Rulebook) -> bool {
    project.particulars.total >= book.reports.monthly_from
}

/// The report that comes next, and its last day; none while none is owed.
pub fn owed(project: &Project, book: &Rulebook, calendar: &Calendar) -> Option<Owed> {
    let terms = &book.reports;
    let by = |from: Date, days: u32| {
        let day = (0..days).try_fold(from, |day, _| day.tomorrow()).unwrap_or(Date::MAX);
        calendar.on_or_after(day)
    };
    if started(project).is_none() {
        let permitted = granted_on(project, book, Stage::Construction)?;
        return Some(Owed { kind: ReportKind::Start, due: by(permitted, terms.start_days) });
    }
    if project.reports.iter().any(|report| report.kind == ReportKind::Completion) {
        return None;
    }
    if let Some(accepted) = granted_on(project, book, Stage::Completion) {
        return Some(Owed { kind: ReportKind::Completion, due: by(accepted, terms.completion_days) });
    }
    let period = next_period(project, book)?;
    Some(Owed { kind: ReportKind::Progress(period), due: by(period.end(), terms.progress_days) })
}

/// The day of the start, as it was reported.
fn started(project: &Project) -> Option<Date> {
    project.reports.iter().find(|report| report.kind == ReportKind::Start).map(|report| report.day)
}

/// The first period after the last reported one; the first of all is that of the start.
fn next_period(project: &Project, book: &Rulebook) -> Option<Period> {
    let monthly = is_monthly(project, book);
    let last = project.reports.iter().rev().find_map(|report| match report.kind {
        ReportKind::Progress(period) => Some(period),
        _ => None,
    });
    match last {
        Some(period) => Some(period.next(monthly)),
        None => started(project).map(|day| Period::of(day, monthly)),
    }
}

/// The day on which the last approval that a stage needs was granted; none if it is not done.
fn granted_on(project: &Project, book: &Rulebook, stage: Stage) -> Option<Date> {
    let terms = book.stage(stage).filter(|terms| is_done(project, terms))?;
    let granted = project.cases_of(terms.stage).filter(|case| case.state == CaseState::Granted);
    granted.filter_map(|case| case.ended).max()
}

/// Whether a report of this kind may come now. Building begins with the construction permit (建筑法 第七条) and is over when it was
/// accepted (建筑法 第六十一条). Progress is reported period by period.
pub fn may_report(project: &Project, kind: ReportKind, book: &Rulebook) -> Result<(), Refusal> {
    let is_in = |kind: ReportKind| project.reports.iter().any(|report| report.kind == kind);
    match kind {
        _ if is_in(ReportKind::Completion) => Err(Refusal::AllReported),
        ReportKind::Start if is_in(kind) => Err(Refusal::ReportedBefore),
        ReportKind::Start if granted_on(project, book, Stage::Construction).is_none() => Err(Refusal::NoPermitYet),
        ReportKind::Start => Ok(()),
        _ if !is_in(ReportKind::Start) => Err(Refusal::NotStarted),
        ReportKind::Progress(period) if Some(period) != next_period(project, book) => {
            let next = next_period(project, book);
            Err(Refusal::OtherPeriod { next: next.map(|period| period.to_string()).unwrap_or_default() })
        }
        ReportKind::Progress(_) => Ok(()),
        ReportKind::Completion if granted_on(project, book, Stage::Completion).is_none() => {
            Err(Refusal::NotAcceptedYet)
        }
        ReportKind::Completion => Ok(()),
    }
}

/// A report comes in. If reports were missing and none is any more, the project is mended.
pub(super) fn report(
    project: &Project,
    kind: ReportKind,
    day: Date,
    invested: Fen,
    say: &str,
    facts: &Facts,
) -> Result<Vec<Event>, Refusal> {
    may_report(project, kind, facts.book)?;
    let say = written(say, "/say")?;
    let earliest = match kind {
        ReportKind::Start => granted_on(project, facts.book, Stage::Construction),
        ReportKind::Progress(period) => {
            if facts.today < period.begin() {
                return Err(Refusal::PeriodAhead { from: period.begin() });
            }
            started(project)
        }
        ReportKind::Completion => started(project),
    };
    if day > facts.today || earliest.is_some_and(|earliest| day < earliest) {
        return Err(Refusal::BadDay);
    }
    if invested < Fen::ZERO || project.reports.iter().any(|report| report.invested > invested) {
        return Err(Refusal::InvestedLess);
    }
    let late = owed(project, facts.book, &facts.calendar).is_some_and(|owed| owed.due < facts.today);
    let report = Report { kind, day, on: facts.today, invested, say, late };
    let mut events = vec![Event::Reported { report, unit: project.unit }];
    let mut after = project.clone();
    events.iter().for_each(|event| super::apply(&mut after, event));
    let still_missing = owed(&after, facts.book, &facts.calendar).is_some_and(|owed| owed.due < facts.today);
    let is_missing = |ground: &Ground| matches!(ground, Ground::NoReport { .. });
    if let Some(finding) = after.finding.as_ref().filter(|finding| is_missing(&finding.ground) && !still_missing) {
        events.push(Event::Lifted {
            on: facts.today,
            was_listed: finding.listed.is_some(),
            by: None,
            reason: None,
            unit: project.unit,
            name: project.particulars.name.clone(),
        });
    }
    Ok(events)
}
