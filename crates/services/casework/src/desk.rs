//! Commands on cases, each carried out inside one transaction: all of it happens, or none.

use std::sync::Arc;

use catalogue::{Answers, Form};
use identity::{Origin, Policy, Trial};
use kernel::{Actor, CaseNumber, Timestamp, local_date};
use store::{Db, Failure, Once, Read, ReadExt, Tx};

use crate::rules;
use crate::submission::Key;
use crate::{
    Attachment, Case, Command, Event, Missing, Papers, Receipt, Refusal, State, Subject, Submission, materials,
    materials::Gathered, table,
};

/// Files a prepared application: gives it its number, keeps it, and tells the journal.
pub fn submit(tx: &mut Tx, submission: &Submission) -> Result<Receipt, Failure<Refusal>> {
    if let Some(key) = &submission.key {
        match tx.once(&key.client, &key.key, &key.request)? {
            Once::New => {}
            Once::Done(number) => return filed_before(tx, &number),
            Once::Other => return Err(Refusal::KeyReused.into()),
        }
    }
    if let Some((draft, version)) = &submission.draft {
        table::draft::take(tx, draft, *version)?.then_some(()).ok_or(Refusal::DraftGone)?;
    }
    let number = number(tx, submission)?;
    table::case::insert(tx, &number, &submission.fresh)?;
    let stream = crate::stream(&number);
    tx.journal_written(&submission.actor, &stream, 1, std::slice::from_ref(&submission.event))?;
    if let Some(ticket) = &submission.ticket {
        // The ticket, called to this clerk's window, and the case are one record: both know of each other, or neither is kept.
        halls::desk::open_case(tx, &submission.actor, ticket, number, submission.applicant)
            .map_err(|failure| failure.map_refusal(Refusal::Hall))?;
    }
    tx.remember(&number.to_string())?;
    let Submission { password, at, answer_by, .. } = submission;
    Ok(Receipt { number, password: password.clone(), submitted: *at, answer_by: *answer_by, repeated: false })
}

/// The next number of the department's kind, county and day.
fn number(tx: &mut Tx, submission: &Submission) -> Result<CaseNumber, store::Error> {
    let serial = tx.number(&submission.series)?;
    let serial = u32::try_from(serial).unwrap_or(u32::MAX);
    let department = &submission.department;
    CaseNumber::new(department.region, department.kind, submission.day, serial)
        .map_err(|error| store::Error::Busy(format!("case numbers of {} are used up: {error}", submission.series)))
}

/// The receipt of an application that came a second time under its key.
fn filed_before(tx: &mut Tx, number: &str) -> Result<Receipt, Failure<Refusal>> {
    let number: CaseNumber = number.parse().map_err(|_| Refusal::KeyReused)?;
    let case = table::case::load(tx, &number)?.ok_or(Refusal::NotFound)?;
    let papers = crate::query::unsealed(tx, &case)?;
    let answer_by = match &case.state {
        State::Submitted { answer_by, .. } => *answer_by,
        _ => organisation::calendar(tx)?.after(local_date(case.submitted), clock::ANSWER_LIMIT),
    };
    Ok(Receipt { number, password: papers.password, submitted: case.submitted, answer_by, repeated: true })
}

/// Carries out `command` on one case inside the caller's transaction.
///
/// Whoever may not know of the case is told that there is none.
pub fn handle(tx: &mut Tx, actor: &Actor, number: &CaseNumber, command: &Command) -> Result<Case, Failure<Refusal>> {
    let mut case = crate::query::case_for(tx, actor, number)?;
    let events = rules::decide(&case, command, &crate::query::facts(tx, actor, &case)?)?;
    if events.is_empty() {
        return Ok(case);
    }
    if let Command::Serve { how: crate::Service::Window, .. } = command {
        crate::handover::at_window(tx, actor, &case)?;
    }
    if let Command::Correct { missing, .. } = command {
        are_asked(tx, &case, missing)?;
    }
    let first_version = case.version + 1;
    events.iter().for_each(|event| rules::apply(&mut case, event));
    table::case::save(tx, &case, first_version - 1, has_new_papers(&events))?;
    tx.journal(actor, &case.stream(), first_version, &events)?;
    charge(tx, actor, &case, &events)?;
    Ok(case)
}

/// The fee of a case: owed from its acceptance on, by whomever or by silence; no longer once the case comes to nothing. The clock of
/// the decision goes on meanwhile, only what was granted waits for the money.
fn charge(tx: &mut Tx, actor: &Actor, case: &Case, events: &[Event]) -> Result<(), store::Error> {
    let Some(tariff) = &case.terms.fee else { return Ok(()) };
    for event in events {
        match event {
            Event::Accepted { .. } | Event::DeemedAccepted { .. } => {
                let opening = payment::Opening {
                    payer: case.applicant,
                    subject: case.stream(),
                    title: case.terms.name.clone(),
                    department: case.department,
                    tariff: tariff.clone(),
                };
                payment::open(tx, actor, &opening)?;
            }
            Event::Denied { .. } => payment::cancel(tx, &case.stream(), "作出不予决定")?,
            Event::Declined { .. } => payment::cancel(tx, &case.stream(), "不予受理")?,
            Event::Returned { .. } => payment::cancel(tx, &case.stream(), "逾期未补正，退件")?,
            Event::Withdrawn { .. } => payment::cancel(tx, &case.stream(), "申请人撤回申请")?,
            _ => {}
        }
    }
    Ok(())
}

/// Whether the form has each question whose answer is to be corrected: nobody could mend another one.
fn are_asked(read: &mut dyn Read, case: &Case, missing: &[Missing]) -> Result<(), Failure<Refusal>> {
    let mut keys = missing.iter().filter_map(|missing| match &missing.what {
        Subject::Field(key) => Some(key),
        Subject::Material(_) => None,
    });
    let Some(first) = keys.next() else { return Ok(()) };
    let form = form_of(read, case)?;
    match std::iter::once(first).chain(keys).find(|key| form.question(key).is_none()) {
        Some(key) => Err(Refusal::NotAsked(key.clone()).into()),
        None => Ok(()),
    }
}

/// The papers of a case whole, for staff whose duty needs them: the applicant finds the look among those at their data.
pub fn reveal(tx: &mut Tx, actor: &Actor, number: &CaseNumber) -> Result<Papers, Failure<Refusal>> {
    let case = crate::query::case_for(tx, actor, number)?;
    let mut papers = crate::query::unsealed(tx, &case)?;
    if actor.party() != Some(case.applicant) {
        papers.password.clear();
        let purpose = format!("办理办件 {number}");
        identity::look(tx, actor, &case.applicant, &["申请表"], &purpose).map_err(|failure| match failure {
            Failure::Broken(error) => Failure::Broken(error),
            Failure::Refused(_) => Failure::Refused(Refusal::NotFound),
        })?;
    }
    Ok(papers)
}

fn has_new_papers(events: &[Event]) -> bool {
    events.iter().any(|event| matches!(event, Event::Resubmitted { .. } | Event::WayChosen { .. }))
}

/// As [`handle`], once under `key`: sent again, it answers with the case as it is now.
pub fn handle_once(
    tx: &mut Tx,
    actor: &Actor,
    number: &CaseNumber,
    command: &Command,
    key: &Key,
) -> Result<Case, Failure<Refusal>> {
    match tx.once(&key.client, &key.key, &key.request)? {
        Once::Other => Err(Refusal::KeyReused.into()),
        Once::Done(_) => crate::query::case_for(tx, actor, number),
        Once::New => {
            let case = handle(tx, actor, number, command)?;
            tx.remember(&number.to_string())?;
            Ok(case)
        }
    }
}

/// Corrections on their way in: what was answered anew is laid over the answers of the case and checked with them, the papers are
/// sealed again, new materials are looked at. Gives the command for [`handle`].
pub fn resubmission(
    db: &Db,
    actor: &Actor,
    number: &CaseNumber,
    answers: Option<&Answers>,
    attachments: &[Attachment],
) -> Result<Command, Failure<Refusal>> {
    let (case, papers, materials) = db.read(|read| {
        let case = crate::query::case_for(read, actor, number)?;
        let Gathered { materials, files } = materials::gather(read, actor, &case.applicant, attachments)?;
        let mut papers = crate::query::unsealed(read, &case)?;
        let changed = answers.is_some() || !files.is_empty();
        papers.files.extend(files);
        if let Some(answers) = answers {
            papers.answers.extend(answers.iter().map(|(key, answer)| (key.clone(), answer.clone())));
            let (form, regions) = (form_of(read, &case)?, read.cached::<organisation::Regions>()?);
            let checked = form.check(&papers.answers, local_date(read.now()), &regions).map_err(Refusal::Form)?;
            papers.answers = checked.into_answers();
            rules::names_its_project(&form, &papers.answers, case.project.as_ref())?;
        }
        Ok::<_, Failure<Refusal>>((case, changed.then_some(papers), materials))
    })?;
    let form = papers.map(|papers| db.seal(&case.applicant, &papers.to_json()?)).transpose()?;
    Ok(Command::Resubmit { form, answered: answers.is_some(), materials })
}

/// The form as it was when the case was filled in by it.
fn form_of(read: &mut dyn Read, case: &Case) -> Result<Arc<Form>, Failure<Refusal>> {
    match catalogue::query::form_version(read, &case.terms.form, case.terms.form_version)? {
        Some(form) => Ok(form),
        None => catalogue::form(read, &case.item).map_err(|failure| failure.map_refusal(Refusal::Item)),
    }
}

/// Looks a case up by number and query password, for anybody: what the public may see of it, the papers taken out. Tries are counted
/// by where they come from, for a number that does not exist like for one that does.
pub async fn look_up(db: &Db, number: &CaseNumber, password: &str, origin: &Origin) -> Result<Case, Failure<Refusal>> {
    let policy = Policy::default().at_rate(db.time().rate());
    let (trial, found) = db.read(|read| {
        let trial = Trial::at(read, "case", &number.to_string(), origin, false);
        identity::may_try(read, &trial, &policy).map_err(waits)?;
        Ok::<_, Failure<Refusal>>((trial, crate::query::public_lookup(read, number, password)))
    })?;
    match found {
        Ok(case) => {
            db.write_async(move |tx| identity::forgive(tx, &trial, &policy).map_err(waits)).await?;
            Ok(case)
        }
        Err(Failure::Refused(Refusal::WrongPassword)) => {
            db.write_async(move |tx| identity::count_wrong(tx, &trial, &policy).map_err(waits)).await?;
            Err(Refusal::WrongPassword.into())
        }
        Err(failure) => Err(failure),
    }
}

fn waits(failure: Failure<identity::Refusal>) -> Failure<Refusal> {
    failure.map_refusal(|refusal| match refusal {
        identity::Refusal::Locked { until } => Refusal::LookupLocked { until },
        _ => Refusal::WrongPassword,
    })
}

/// So many minutes later.
pub(crate) fn later(from: Timestamp, minutes: i64) -> Timestamp {
    let micros = from.as_microsecond().saturating_add(minutes * 60_000_000);
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}
