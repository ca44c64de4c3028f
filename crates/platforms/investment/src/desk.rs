//! Commands, each inside the caller's transaction: all of it happens, or none.

use kernel::{Actor, CaseNumber, Date, ProjectCode, local_date};
use store::{Error, Failure, Read, Tx};

use crate::registration::HOUSE;
use crate::{
    Command, Event, Facts, Joined, Joint, Move, Project, Refusal, Registration, query, rulebook, rules, table,
};

type Result<T> = std::result::Result<T, Failure<Refusal>>;

/// Keeps a prepared project under its code; a filing is certified in the same breath, and its certificate is in force.
pub fn register(tx: &mut Tx, registration: &Registration) -> Result<Project> {
    let Registration { actor, code, unit, name, events, sealed } = registration;
    if let Some(code) = table::named(tx, unit, name)? {
        return Err(Refusal::SameName { code }.into());
    }
    let project = rules::replay(*code, events).ok_or_else(|| Error::Corrupt(format!("{code} does not begin")))?;
    let due = due(tx, &project)?;
    table::insert(tx, &project, due)?;
    if let Some(sealed) = sealed {
        licences::issue(tx, &HOUSE, sealed, None).map_err(|failure| failure.map_refusal(Refusal::Certificate))?;
    }
    tx.journal(actor, &project.stream(), 1, events)?;
    Ok(project)
}

/// Files the approvals of a stage through casework's desk: all of them, or none.
pub fn submit(tx: &mut Tx, joint: &Joint) -> Result<Project> {
    let Joint { actor, code, stage, parts } = joint;
    let project = query::project_for(tx, actor, code)?;
    let mut cases = vec![];
    for part in parts {
        let receipt = casework::submit(tx, &part.submission).map_err(|failure| {
            failure.map_refusal(|refusal| Refusal::Case { item: part.name.clone(), refusal: Box::new(refusal) })
        })?;
        table::link(tx, &receipt.number, code)?;
        let (item, name, department) = (part.item, part.name.clone(), part.department);
        cases.push(Joined { number: receipt.number, item, name, department });
    }
    let events = rules::submitted(&project, *stage, &cases, &facts(tx, actor)?)?;
    happen(tx, actor, project, &events)
}

/// Carries out `command` on one project.
pub fn handle(tx: &mut Tx, actor: &Actor, code: &ProjectCode, command: &Command) -> Result<Project> {
    let project = query::project_for(tx, actor, code)?;
    let events = rules::decide(&project, command, &facts(tx, actor)?)?;
    happen(tx, actor, project, &events)
}

/// Takes in what happened to one of a project's cases. What came before is passed over.
pub(crate) fn observe(
    tx: &mut Tx,
    code: &ProjectCode,
    moves: &[(CaseNumber, Move, Date)],
) -> std::result::Result<(), Error> {
    let Some(mut project) = table::load(tx, code)? else { return Ok(()) };
    for (number, to, on) in moves {
        let events = rules::moved(&project, number, to, *on);
        project = happen(tx, &HOUSE, project, &events).map_err(|failure| match failure {
            Failure::Broken(error) => error,
            Failure::Refused(refusal) => Error::Corrupt(format!("project {code}: {refusal}")),
        })?;
    }
    Ok(())
}

fn happen(tx: &mut Tx, actor: &Actor, mut project: Project, events: &[Event]) -> Result<Project> {
    if events.is_empty() {
        return Ok(project);
    }
    let version = project.version;
    events.iter().for_each(|event| rules::apply(&mut project, event));
    let due = due(tx, &project)?;
    table::save(tx, &project, version, due)?;
    tx.journal(actor, &project.stream(), version + 1, events)?;
    Ok(project)
}

/// When the wheel knocks next, and the last day of the report that is owed.
pub(crate) fn due(read: &mut dyn Read, project: &Project) -> std::result::Result<table::Due, Error> {
    let calendar = organisation::calendar(read)?;
    let book = rulebook();
    let owed = rules::owed(project, book, &calendar).map(|owed| owed.due);
    Ok(table::Due { knock: rules::due(project, book, &calendar), owed })
}

fn facts<'a>(read: &mut dyn Read, actor: &'a Actor) -> std::result::Result<Facts<'a>, Error> {
    let now = read.now();
    Ok(Facts { now, today: local_date(now), calendar: organisation::calendar(read)?, book: rulebook(), actor })
}
