//! Commands, each carried out inside one transaction: all of it happens, or none.

use casework::Key;
use identity::Particulars;
use kernel::{Actor, BasicCode, CaseNumber, DepartmentId, Duty, RegionCode, StaffId, local_date};
use store::{Error, Failure, Once, Read, Tx};

use crate::rules::{self, Facts, Refusal, clean};
use crate::{
    Command, Exposure, ExposureCommand, ExposureId, Invited, NewRating, Service, ServiceEvent, Subject, Turn, query,
    settings, table,
};

type Result<T> = std::result::Result<T, Failure<Refusal>>;

/// Begins a service that may be rated; nothing if there is one already.
pub(crate) fn invite(tx: &mut Tx, actor: &Actor, subject: Subject, invited: Invited) -> std::result::Result<(), Error> {
    let service = rules::open(subject, &invited);
    if !table::service::insert(tx, &service)? {
        return Ok(());
    }
    add_link(tx, &subject, Turn::First)?;
    tx.journal(actor, &subject.stream(), 1, &[ServiceEvent::Invited(Box::new(invited))])
}

fn add_link(tx: &mut Tx, subject: &Subject, turn: Turn) -> std::result::Result<(), Error> {
    let vault = tx.vault();
    let mark = query::mark_of(&vault, &query::link(&vault, subject, turn));
    table::service::add_link(tx, &mark, subject, turn as i64)
}

/// Rates a case, for whoever was served; under a key, once.
pub fn rate(
    tx: &mut Tx,
    actor: &Actor,
    number: &CaseNumber,
    turn: Turn,
    new: &NewRating,
    key: Option<&Key>,
) -> Result<Service> {
    let subject = Subject::Case(*number);
    if let Some(key) = key {
        match tx.once(&key.client, &key.key, &key.request)? {
            Once::New => {}
            Once::Done(_) => return query::service_for(tx, actor, &subject),
            Once::Other => return Err(Refusal::KeyReused.into()),
        }
    }
    let service = handle(tx, actor, &subject, &Command::Rate(turn, new.clone()))?;
    tx.remember(&subject.to_string())?;
    Ok(service)
}

/// Rates by a link that works once, without signing in.
pub fn rate_by_link(tx: &mut Tx, token: &str, new: &NewRating) -> Result<Service> {
    let (service, turn) = query::by_link(tx, token)?;
    carry_out(tx, &Actor::System("rating-link"), service, &Command::Rate(turn, new.clone()))
}

/// Rates at the window's tablet: only the case that this clerk finished just now, which nobody chooses.
pub fn rate_at_tablet(tx: &mut Tx, token: &str, subject: &Subject, new: &NewRating) -> Result<Service> {
    let offered = query::at_tablet(tx, token)?.filter(|service| service.subject == *subject);
    let service = offered.ok_or(Refusal::NotFound)?;
    carry_out(tx, &Actor::System("rating-tablet"), service, &Command::Rate(Turn::First, new.clone()))
}

/// The address part with which a clerk's tablet shows each case just finished, good for this day.
pub fn tablet_link(read: &mut dyn Read, actor: &Actor) -> Result<String> {
    match actor {
        Actor::Staff { staff, .. } if actor.holds(Duty::Receive) => {
            let day = local_date(read.now());
            Ok(format!("{staff}{}", query::tablet_mark(&read.vault(), staff, day)))
        }
        _ => Err(Refusal::NotEmpowered { duties: vec![Duty::Receive] }.into()),
    }
}

/// Carries out `command` on a service. Whoever may not know of it is told that there is none.
pub fn handle(tx: &mut Tx, actor: &Actor, subject: &Subject, command: &Command) -> Result<Service> {
    let service = query::service_for(tx, actor, subject)?;
    carry_out(tx, actor, service, command)
}

fn carry_out(tx: &mut Tx, actor: &Actor, mut service: Service, command: &Command) -> Result<Service> {
    let words = command.personal_words().map(clean).filter(|words| !words.is_empty());
    let sealed = words.map(|words| tx.seal(&service.invited.party, &words)).transpose()?;
    let facts = Facts {
        now: tx.now(),
        today: local_date(tx.now()),
        calendar: organisation::calendar(tx)?,
        actor,
        settings: settings(),
        sealed,
    };
    let events = rules::decide(&service, command, &facts)?;
    if events.is_empty() {
        return Ok(service);
    }
    let before = service.version;
    events.iter().for_each(|event| rules::apply(&mut service, event));
    table::service::save(tx, &service, before)?;
    if events.iter().any(|event| matches!(event, ServiceEvent::Replied(_))) && service.follow_up.is_none() {
        add_link(tx, &service.subject, Turn::FollowUp)?;
    }
    tx.journal(actor, &service.subject.stream(), before + 1, &events)?;
    Ok(service)
}

/// Whom to call, for whoever handles the redress: whole, and the citizen finds the look among those at their data.
pub fn reveal_contact(tx: &mut Tx, actor: &Actor, subject: &Subject) -> Result<Particulars> {
    let service = query::service_for(tx, actor, subject)?;
    let is_open = service.redress.as_ref().is_some_and(|redress| redress.stage().is_open());
    if !is_open || !actor.may(Duty::Redress, &service.invited.department) {
        return Err(Refusal::NotEmpowered { duties: vec![Duty::Redress] }.into());
    }
    let purpose = format!("差评回访 {}", service.subject.case());
    identity::reveal(tx, actor, &service.invited.party, &purpose)
        .map_err(|failure| failure.map_refusal(|_| Refusal::NotFound))
}

/// A report on its way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its kind.
    pub kind: String,
    /// Where it happened.
    pub region: RegionCode,
    /// The kind of department, if one is named.
    pub department: Option<kernel::KindCode>,
    /// The item, if it is about one.
    pub item: Option<BasicCode>,
    /// What happened.
    pub text: String,
    /// What tells one source from another: an address on the network, or an account. Kept as a keyed digest for a day. Empty: the operator on the machine itself, who has no bound.
    pub source: String,
}

/// Takes a report from anybody, with or without a name. Gives its id and the secret with which the reporter follows it.
pub fn expose(tx: &mut Tx, actor: Option<&Actor>, report: &Report) -> Result<(ExposureId, String)> {
    let party = actor.and_then(Actor::party);
    let text = rules::written(&report.text, "/text")?;
    let vault = tx.vault();
    let source = party.map_or_else(|| report.source.clone(), |party| party.to_string());
    let today = local_date(tx.now());
    if !source.is_empty() {
        let mark = hex(&vault.blind("evaluation.source", &source));
        if table::exposure::count_source(tx, today, &mark)? > settings().exposures_a_day {
            return Err(Refusal::TooManyReports { most: settings().exposures_a_day }.into());
        }
    }
    let kind = match report.department {
        Some(kind) => kind,
        None => settings().service_office.parse().map_err(|_| Error::Corrupt("no service office is set".to_owned()))?,
    };
    let department = DepartmentId::new(report.region, kind);
    if organisation::department(tx, &department)?.is_none() {
        return Err(Refusal::UnknownUnit.into());
    }
    let sealed = match &party {
        Some(party) => tx.seal(party, &text)?,
        None => vault.encrypt(query::EXPOSURE_TEXT, &text),
    };
    let reporter = party.map(|party| vault.encrypt(query::REPORTER, &party.to_string()));
    let system = Actor::System("expose");
    let facts = Facts {
        now: tx.now(),
        today,
        calendar: organisation::calendar(tx)?,
        actor: &system,
        settings: settings(),
        sealed: Some(sealed),
    };
    let event = rules::report(&report.kind, department, report.item, reporter, &facts)?;
    let id = ExposureId::new(store::fresh_uuid());
    let exposure = rules::replay_exposure(id, [&event])
        .ok_or_else(|| Error::Corrupt("a report does not begin with itself".to_owned()))?;
    let mark = party.map_or_else(String::new, |party| query::reporter_mark(&vault, &party));
    let secret = hex(&store::random_bytes::<16>());
    table::exposure::insert(tx, &exposure, &mark, &query::mark_of(&vault, &secret))?;
    // The journal does not say who: not even by which account.
    tx.journal(&system, &id.stream(), 1, &[event])?;
    Ok((id, secret))
}

/// Carries out `command` on a report.
pub fn handle_exposure(tx: &mut Tx, actor: &Actor, id: &ExposureId, command: &ExposureCommand) -> Result<Exposure> {
    let mut exposure = query::exposure_for(tx, actor, id)?;
    let facts = Facts {
        now: tx.now(),
        today: local_date(tx.now()),
        calendar: organisation::calendar(tx)?,
        actor,
        settings: settings(),
        sealed: None,
    };
    let events = rules::decide_exposure(&exposure, command, &facts)?;
    if events.is_empty() {
        return Ok(exposure);
    }
    let before = exposure.version;
    events.iter().for_each(|event| rules::apply_exposure(&mut exposure, event));
    table::exposure::save(tx, &exposure, before)?;
    tx.journal(actor, &id.stream(), before + 1, &events)?;
    Ok(exposure)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a staff id and its mark out of a tablet's token.
pub(crate) fn tablet_staff(token: &str) -> Option<(StaffId, &str)> {
    let (staff, mark) = token.split_at_checked(32)?;
    Some((staff.parse().ok()?, mark))
}
