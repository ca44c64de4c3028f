//! Handing a result over the way its applicant wants it, and what comes of changing one's mind.

use delivery::{Content, ContentKind, Direction, End, Opening, Parcel};
use kernel::{Actor, CaseNumber, LicenceId};
use store::{Db, Error, Failure, Tx};

use crate::{Case, Command, Outcome, Provision, Refusal, Service, Stage, Way, desk, query, table};

/// The house itself, when it carries out what an official decided.
pub(crate) const HOUSE: Actor = Actor::System("casework");

/// Hands a decided case over: electronically at once, or on paper, which waits at the window or for a courier. The licence, if there
/// is one, is in force already.
pub(crate) fn hand_over(tx: &mut Tx, number: &CaseNumber, licence: Option<LicenceId>) -> Result<(), Error> {
    let Some(case) = table::case::load(tx, number)? else { return Ok(()) };
    let granted = case.stage() == Stage::Granted;
    let how = if granted { case.way } else { Service::Electronic };
    let commands = match how {
        Service::Window => vec![Command::Prepare { how, licence, parcel: None }],
        Service::Post => vec![match parcel(tx, &case)? {
            Some(parcel) => Command::Prepare { how, licence, parcel: Some(parcel.id) },
            // Data that name no courier, or an address that was erased: the paper waits at the window.
            None => Command::Prepare { how: Service::Window, licence, parcel: None },
        }],
        Service::Electronic | Service::PublicNotice => {
            vec![Command::Serve { how: Service::Electronic, licence }, Command::Close]
        }
    };
    carry_out(tx, number, &commands)
}

/// Commands of the house that cannot be refused here, because the state was looked at in the same transaction.
pub(crate) fn carry_out(tx: &mut Tx, number: &CaseNumber, commands: &[Command]) -> Result<(), Error> {
    for command in commands {
        match desk::handle(tx, &HOUSE, number, command) {
            Ok(_) => {}
            Err(Failure::Broken(error)) => return Err(error),
            Err(Failure::Refused(refusal)) => return Err(Error::Corrupt(format!("case {number}: {refusal}"))),
        }
    }
    Ok(())
}

/// The parcel in which the paper goes, opened in the transaction of the result.
fn parcel(tx: &mut Tx, case: &Case) -> Result<Option<Parcel>, Error> {
    let to = match query::unsealed(tx, case) {
        Ok(papers) => papers.way.end().cloned(),
        Err(Error::Erased) => None,
        Err(error) => return Err(error),
    };
    let Some(to) = to else { return Ok(None) };
    let paper = Content { name: case.terms.result_name.clone(), kind: ContentKind::Result, count: 1 };
    match delivery::open(tx, &HOUSE, &opening(case, Direction::Deliver, to, vec![paper])) {
        Ok(parcel) => Ok(Some(parcel)),
        Err(Failure::Broken(error)) => Err(error),
        Err(Failure::Refused(refusal)) => {
            tracing::error!(case = %case.number, %refusal, "no parcel can be opened; the paper waits at the window");
            Ok(None)
        }
    }
}

fn opening(case: &Case, direction: Direction, end: End, contents: Vec<Content>) -> Opening {
    Opening {
        bound: case.stream(),
        party: case.applicant,
        department: case.department,
        item: case.item,
        direction,
        end,
        contents,
    }
}

/// The command for [`choose_way`]: the address is sealed with the papers before the transaction begins.
pub fn way_change(db: &Db, actor: &Actor, number: &CaseNumber, way: &Way) -> Result<Command, Failure<Refusal>> {
    let (case, mut papers) = db.read(|read| {
        let case = query::case_for(read, actor, number)?;
        let papers = query::unsealed(read, &case)?;
        Ok::<_, Failure<Refusal>>((case, papers))
    })?;
    papers.way = way.clone();
    let form = db.seal(&case.applicant, &papers.to_json()?)?;
    Ok(Command::ChooseWay { how: way.service(), form: Some(form) })
}

/// The applicant wants the result another way. What is ready already is turned round with it: a parcel that no courier has yet is taken
/// back, and the result goes the new way at once.
pub fn choose_way(
    tx: &mut Tx,
    actor: &Actor,
    number: &CaseNumber,
    command: &Command,
) -> Result<Case, Failure<Refusal>> {
    let before = query::case_for(tx, actor, number)?;
    let case = desk::handle(tx, actor, number, command)?;
    let Some(prepared) = before.prepared.filter(|_| before.stage() == Stage::Granted) else { return Ok(case) };
    if let Some(parcel) = prepared.parcel {
        delivery::handle(tx, &HOUSE, &parcel, &delivery::Command::Cancel)
            .map_err(|failure| failure.map_refusal(Refusal::Parcel))?;
    }
    hand_over(tx, number, before.licence)?;
    query::case_for(tx, actor, number)
}

/// A result that a clerk hands over at the window although a parcel was opened for it: the parcel is taken back, or, if it came back
/// from the courier, leaves the chain of custody by the same hand. One that the courier has cannot be handed over.
pub(crate) fn at_window(tx: &mut Tx, actor: &Actor, case: &Case) -> Result<(), Failure<Refusal>> {
    use delivery::{Command as C, Holder, State, Step};
    let Some(id) = case.prepared.and_then(|prepared| prepared.parcel) else { return Ok(()) };
    let refused = |failure: Failure<delivery::Refusal>| failure.map_refusal(Refusal::Parcel);
    let parcel = delivery::query::parcel_for(tx, &HOUSE, &id).map_err(refused)?;
    let done = match (delivery::rules::holder(&parcel), parcel.state) {
        (_, State::Cancelled) => return Ok(()),
        (Holder::Office, State::Created) => delivery::handle(tx, &HOUSE, &id, &C::Cancel),
        _ => delivery::handle(tx, actor, &id, &C::Scan { step: Step::ToApplicant }),
    };
    done.map(drop).map_err(refused)
}

/// A courier fetches originals instead of their being shown at the window: those that the application says will be shown there, each
/// by one parcel at a time.
pub fn fetch_originals(
    tx: &mut Tx,
    actor: &Actor,
    number: &CaseNumber,
    from: &End,
    names: &[String],
) -> Result<Parcel, Failure<Refusal>> {
    let case = query::case_for(tx, actor, number)?;
    if actor.party() != Some(case.applicant) {
        return Err(Refusal::OnlyTheApplicant.into());
    }
    if case.decision.is_some() || case.progress().is_over() {
        return Err(Refusal::NotNow { stage: case.stage(), command: "fetch" }.into());
    }
    if !case.terms.courier {
        return Err(Refusal::WayNotOffered.into());
    }
    let waiting = originals(&case, &delivery::query::of(tx, &case.stream())?);
    if names.is_empty() {
        return Err(Refusal::Parcel(delivery::Refusal::Empty).into());
    }
    if let Some(other) = names.iter().find(|name| !waiting.contains(&name.as_str())) {
        return Err(Refusal::OffTheList { name: other.clone() }.into());
    }
    let paper = |name: &String| Content { name: name.clone(), kind: ContentKind::Original, count: 1 };
    let contents = names.iter().map(paper).collect();
    delivery::open(tx, actor, &opening(&case, Direction::Collect, from.clone(), contents))
        .map_err(|failure| failure.map_refusal(Refusal::Parcel))
}

/// The originals that are to be shown at the window and that no parcel holds or brought yet.
pub fn originals<'a>(case: &'a Case, parcels: &[Parcel]) -> Vec<&'a str> {
    let fetched = |name: &str| {
        let own = parcels.iter().filter(|parcel| parcel.direction == Direction::Collect);
        let mut kept = own.filter(|parcel| parcel.state != delivery::State::Cancelled);
        kept.any(|parcel| parcel.contents.iter().any(|content| content.name == name))
    };
    let shown = case.materials.iter().filter(|material| material.provision == Provision::AtWindow);
    shown.map(|material| material.name.as_str()).filter(|name| !fetched(name)).collect()
}

/// Whether a case's result waits to be handed over at the window.
pub fn waits_at_window(case: &Case) -> bool {
    let granted = case.decision.as_ref().is_some_and(|decision| decision.outcome == Outcome::Granted);
    granted && case.stage() == Stage::Granted && case.prepared.is_some()
}
