//! What faces ask about cases. Each answer has a bound.

mod lists;
mod lookup;
mod stats;
mod timeline;

use catalogue::form::{Answer, Kind};
use kernel::{Actor, CaseNumber, Duty, Mobile, ResidentId, local_date};
use store::{Error, Failure, Read};

use crate::{Act, Case, Command, Event, Facts, Papers, Refusal, Stage, rules, submission, table};

pub use lists::{CaseLine, Page, StageCount, cases_of, counts, queue};
pub use lookup::public_lookup;
pub use stats::{Figures, figures};
pub use timeline::{ClockKind, Hand, Reckoning, Step, events, events_of, explanation};

/// The duties that let staff see a case of their scope.
const SEEING: [Duty; 4] = [Duty::Receive, Duty::Review, Duty::Decide, Duty::Supervise];

/// A case, for those who may know of it: its applicant (or who acts for it), and staff whose power covers its department.
/// To everybody else there is no such case.
pub fn case_for(read: &mut dyn Read, actor: &Actor, number: &CaseNumber) -> Result<Case, Failure<Refusal>> {
    let case = table::case::load(read, number)?.filter(|case| may_see(actor, case)).ok_or(Refusal::NotFound)?;
    // An agent whose mandate names other items does not learn of this one.
    match submission::may_act(read, actor, &case.item) {
        Err(Failure::Refused(_)) => Err(Refusal::NotFound.into()),
        other => other.map(|()| case),
    }
}

/// Whether somebody may know of a case.
pub fn may_see(actor: &Actor, case: &Case) -> bool {
    match actor {
        Actor::System(_) => true,
        Actor::Citizen { acting_for, .. } => *acting_for == case.applicant,
        Actor::Staff { .. } => SEEING.iter().any(|duty| actor.may(*duty, &case.department)),
    }
}

/// What the actor may do to the case now, in the order of a case's life. What is offered here [`crate::handle`] refuses for its words at
/// most.
pub fn allowed(read: &mut dyn Read, actor: &Actor, case: &Case) -> Result<Vec<Act>, Error> {
    Ok(rules::allowed(case, &facts(read, actor, case)?))
}

/// What `command` would do to the case now, without doing it: a page shows it before it is final.
pub fn foresee(
    read: &mut dyn Read,
    actor: &Actor,
    case: &Case,
    command: &Command,
) -> Result<Vec<Event>, Failure<Refusal>> {
    Ok(rules::decide(case, command, &facts(read, actor, case)?)?)
}

/// What the rules need beside the case. The fee stands in the way of service alone, so it is asked for only there.
pub(crate) fn facts<'a>(read: &mut dyn Read, actor: &'a Actor, case: &Case) -> Result<Facts<'a>, Error> {
    let now = read.now();
    let waits_for_fee = case.terms.fee.is_some() && case.stage() == Stage::Granted;
    let cleared = !waits_for_fee || payment::query::is_cleared(read, &case.stream())?;
    Ok(Facts { now, today: local_date(now), calendar: organisation::calendar(read)?, actor, cleared })
}

/// The answers of a case, opened. Its applicant sees them whole. Staff see the numbers of people masked and no password; whole ones
/// are shown by [`crate::reveal`], which tells the applicant so.
pub fn papers(read: &mut dyn Read, actor: &Actor, case: &Case) -> Result<Papers, Failure<Refusal>> {
    if !may_see(actor, case) {
        return Err(Refusal::NotFound.into());
    }
    let mut papers = unsealed(read, case)?;
    if actor.party() != Some(case.applicant) {
        papers.password.clear();
        mask(read, case, &mut papers)?;
    }
    Ok(papers)
}

/// The query password of a case, for the slip that its applicant takes along: shown to the clerk who took the case in, on the day
/// of receipt and to nobody else. `None` to everybody else.
pub fn slip_password(read: &mut dyn Read, actor: &Actor, case: &Case) -> Result<Option<String>, Error> {
    let took_in = case.counter.as_ref().is_some_and(|counter| Some(counter.by) == actor.staff());
    let today = kernel::local_date(read.now()) == kernel::local_date(case.submitted);
    if took_in && today { unsealed(read, case).map(|papers| Some(papers.password)) } else { Ok(None) }
}

/// Masks the numbers of people, by the questions of the form that was filled in; all answers, if that form is lost.
fn mask(read: &mut dyn Read, case: &Case, papers: &mut Papers) -> Result<(), Error> {
    let form = catalogue::query::form_version(read, &case.terms.form, case.terms.form_version)?;
    for (key, answer) in &mut papers.answers {
        let kind = form.as_ref().map(|form| form.question(key).map(|question| &question.kind));
        let Some(text) = answer.text() else { continue };
        let masked = match kind {
            Some(Some(Kind::ResidentId)) => text.parse::<ResidentId>().map_or_else(|_| starred(text), |id| id.masked()),
            Some(Some(Kind::Phone)) => text.parse::<Mobile>().map_or_else(|_| starred(text), |phone| phone.masked()),
            Some(_) => continue,
            None => starred(text),
        };
        *answer = Answer::Text(masked);
    }
    Ok(())
}

fn starred(text: &str) -> String {
    "*".repeat(text.chars().count())
}

pub(crate) fn unsealed(read: &mut dyn Read, case: &Case) -> Result<Papers, Error> {
    let vault = read.vault();
    let json = vault.unseal(read, &case.applicant, &case.form)?;
    Ok(serde_json::from_str(&json)?)
}
