//! Review and decision: 行政许可法 art. 34 to 38, and who may not decide.

use clock::SERVICE_LIMIT;
use kernel::{Duty, StaffId};

use super::{Facts, Refusal, acceptance, refusal::written};
use crate::{Case, Event, Opinion, Remedy, Stance, Verdict};

/// A reviewer's opinion. It may be given again as long as nothing is decided; the decider sees all of them.
pub(super) fn review(case: &Case, stance: Stance, opinion: &str, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let by = facts.staff(case, &[Duty::Review])?;
    let opinion = written(opinion, "/opinion", Refusal::ReviewWithoutWords)?;
    Ok(vec![Event::Reviewed { stance, opinion, by, on: facts.today }])
}

/// An instant case (即办件): one clerk accepts and decides in one step.
pub(super) fn decide_at_once(case: &Case, verdict: &Verdict, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    let by = facts.staff(case, &[Duty::Receive, Duty::Decide])?;
    let accepted = Event::Accepted { by, on: facts.today, due: acceptance::decide_by(case, facts.today, facts) };
    Ok(vec![accepted, decided(case, verdict, by, facts)?])
}

/// Art. 37 and 38: a decision in writing; a no with reasons, article and remedy.
///
/// Whoever grants what the last reviewer was against says why: the file must show what outweighed the opinion.
///
/// Of a promised case (承诺件) whoever reviewed does not decide; where the item demands it, neither does whoever accepted.
pub(super) fn decide(case: &Case, verdict: &Verdict, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    if case.terms.is_instant() {
        let by = facts.staff(case, &[Duty::Receive, Duty::Decide])?;
        return Ok(vec![decided(case, verdict, by, facts)?]);
    }
    let by = facts.staff(case, &[Duty::Decide])?;
    if case.opinions.iter().any(|opinion| opinion.by == by) {
        return Err(Refusal::SamePerson { did: "审查" });
    }
    let accepted_by = case.acceptance.as_ref().and_then(|acceptance| acceptance.by);
    if case.terms.separate && accepted_by == Some(by) {
        return Err(Refusal::SamePerson { did: "受理" });
    }
    Ok(vec![decided(case, verdict, by, facts)?])
}

fn decided(case: &Case, verdict: &Verdict, by: StaffId, facts: &Facts) -> Result<Event, Refusal> {
    let serve_by = facts.after(facts.today, SERVICE_LIMIT);
    Ok(match verdict {
        Verdict::Grant { reason } => {
            let reason = reason.as_deref().filter(|text| !text.trim().is_empty());
            let reason =
                reason.map(|text| written(text, "/reason", Refusal::AgainstOpinionWithoutReason)).transpose()?;
            if reason.is_none() && case.opinions.last().is_some_and(Opinion::is_against) {
                return Err(Refusal::AgainstOpinionWithoutReason("/reason"));
            }
            Event::Granted { by, on: facts.today, reason, serve_by }
        }
        Verdict::Deny { reason, article } => Event::Denied {
            by,
            on: facts.today,
            reason: written(reason, "/reason", Refusal::DenialWithoutReason)?,
            article: written(article, "/article", Refusal::DenialWithoutReason)?,
            remedy: Remedy::against(&case.department),
            serve_by,
        },
    })
}
