//! The abnormal list (异常名录): entered by rule or finding, with notice; left by mending.

use kernel::Date;

use super::{Facts, Refusal, owed, refusal::written};
use crate::{Event, Finding, Ground, Project};

/// The day after which time itself acts on a finding; none once it is listed, or while the lead department must settle it.
pub(super) fn acts_after(finding: &Finding) -> Option<Date> {
    let waits_for_staff = finding.explained.is_some() && matches!(finding.ground, Ground::FalseFacts { .. });
    (finding.listed.is_none() && !waits_for_staff).then_some(finding.until)
}

/// What the passing of time does: a report that is missing is noticed, and what was noticed and not mended is listed.
pub(super) fn by_time(project: &Project, facts: &Facts) -> Vec<Event> {
    let event = match &project.finding {
        Some(finding) => match acts_after(finding) {
            Some(until) if facts.today > until => listed(project, facts.today),
            _ => return vec![],
        },
        None => match owed(project, facts.book, &facts.calendar) {
            Some(owed) if facts.today > owed.due => Event::Noticed {
                ground: Ground::NoReport { report: owed.kind, due: owed.due },
                on: facts.today,
                until: facts.after(facts.book.abnormal.notice_days),
                by: None,
                unit: project.unit,
                name: project.particulars.name.clone(),
            },
            _ => return vec![],
        },
    };
    vec![event]
}

fn listed(project: &Project, on: Date) -> Event {
    Event::Listed { on, by: None, reason: None, unit: project.unit, name: project.particulars.name.clone() }
}

/// The lead department finds that something told is not true, and says what: the unit may answer before it is listed.
pub(super) fn challenge(project: &Project, what: &str, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let by = facts.lead(project)?;
    if project.finding.is_some() {
        return Err(Refusal::FoundAlready);
    }
    let ground = Ground::FalseFacts { what: written(what, "/what")? };
    let (on, until) = (facts.today, facts.after(facts.book.abnormal.answer_days));
    let (unit, name) = (project.unit, project.particulars.name.clone());
    Ok(vec![Event::Noticed { ground, on, until, by: Some(by), unit, name }])
}

/// The unit answers a finding of false facts; missing reports are mended by reporting.
pub(super) fn explain(project: &Project, words: &str, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    facts.unit(project)?;
    match &project.finding {
        None => Err(Refusal::NothingFound),
        Some(Finding { ground: Ground::NoReport { .. }, .. }) => Err(Refusal::ReportInstead),
        Some(_) => Ok(vec![Event::Explained { words: written(words, "/words")?, on: facts.today }]),
    }
}

/// The lead department settles: mended or unfounded, or listed.
pub(super) fn settle(project: &Project, lift: bool, reason: &str, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let by = Some(facts.lead(project)?);
    let finding = project.finding.as_ref().ok_or(Refusal::NothingFound)?;
    if matches!(finding.ground, Ground::NoReport { .. }) {
        return Err(Refusal::ReportInstead);
    }
    let reason = Some(written(reason, "/reason")?);
    let (on, unit, name) = (facts.today, project.unit, project.particulars.name.clone());
    if lift {
        return Ok(vec![Event::Lifted { on, was_listed: finding.listed.is_some(), by, reason, unit, name }]);
    }
    if finding.listed.is_some() {
        return Err(Refusal::ListedAlready);
    }
    // Who has not answered yet has the days that the notice gave.
    if finding.explained.is_none() && facts.today <= finding.until {
        return Err(Refusal::MayStillAnswer { until: finding.until });
    }
    Ok(vec![Event::Listed { on, by, reason, unit, name }])
}
