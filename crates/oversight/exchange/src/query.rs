//! What faces ask. Each answer has a bound.

use std::collections::HashMap;
use std::time::Duration;

use kernel::{Actor, CreditCode, DepartmentId, Duty, Level, PersonName, ResidentId, Timestamp};
use store::{Error, Failure, Read, Vault};

use crate::desk::batch;
pub use crate::table::peer::{DayRow, Standing};
pub use crate::table::row::{Batch, Marked};
use crate::{
    ExternalCase, Kind, KnownCase, NodeName, Origin, Quarantine, QuarantineId, Refusal, Request, RequestId, Resource,
    ResourceId, Secret, Source, SourceId, Usage, rules, table,
};

type Result<T> = std::result::Result<T, Failure<Refusal>>;

/// The most entries that any list here gives.
pub const LIST_MOST: usize = 100;

/// Who sees the cases that other systems handle: those who may see the department's cases here.
pub const SEEING: [Duty; 4] = [Duty::Receive, Duty::Review, Duty::Decide, Duty::Supervise];
/// Who sees the pages of the exchange.
pub const CARING: [Duty; 3] = [Duty::Exchange, Duty::Secure, Duty::Supervise];

/// The counties that an actor's power reaches, as a range of numbers; the widest one of these duties.
fn reach(actor: &Actor, duties: &[Duty]) -> Option<(i64, i64)> {
    let Actor::Staff { powers, .. } = actor else {
        return matches!(actor, Actor::System(_)).then_some((0, i64::MAX));
    };
    let range = |region: &kernel::RegionCode| {
        let low: i64 = region.county6().parse().ok()?;
        Some(match region.level() {
            Level::Province => (low, low + 9_999),
            Level::City => (low, low + 99),
            _ => (low, low),
        })
    };
    let ranges = powers.iter().filter(|power| duties.contains(&power.duty)).filter_map(|power| {
        let whole = range(&power.scope.region)?;
        Some(if power.scope.subtree { whole } else { (whole.0, whole.0) })
    });
    ranges.max_by_key(|(low, high)| high - low)
}

fn holds(actor: &Actor, duties: &[Duty], department: &DepartmentId) -> bool {
    matches!(actor, Actor::System(_)) || duties.iter().any(|duty| actor.may(*duty, department))
}

/// The departmental system behind the text of an `Authorization: Bearer` header.
pub fn authenticate(read: &mut dyn Read, text: Option<&str>) -> Result<Source> {
    let text = text.ok_or(Refusal::NoCredential)?;
    if !Secret::is_meant(text) {
        return Err(Refusal::NotASystem.into());
    }
    let secret = Secret::parse(text).ok_or(Refusal::BadCredential)?;
    Ok(table::source::by_key(read, &secret.key())?.ok_or(Refusal::BadCredential)?)
}

/// A departmental system, for who cares for it or keeps the keys.
pub fn source_for(read: &mut dyn Read, actor: &Actor, id: &SourceId) -> Result<Source> {
    let source = table::source::load(read, id)?.ok_or(Refusal::NotFound)?;
    if holds(actor, &CARING, &source.department) { Ok(source) } else { Err(Refusal::NotFound.into()) }
}

/// A departmental system with what it sent in the last thirty days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLine {
    /// The system.
    pub source: Source,
    /// When its last batch came.
    pub last: Option<Timestamp>,
    /// Rows accepted, replaced, unchanged, quarantined.
    pub counts: [i64; 4],
}

/// The systems that the actor cares for.
pub fn sources(read: &mut dyn Read, actor: &Actor) -> std::result::Result<Vec<SourceLine>, Error> {
    const SINCE: Duration = Duration::from_secs(30 * 86_400);
    let Some(part) = reach(actor, &CARING) else { return Ok(vec![]) };
    let since = read.now().checked_sub(SINCE).unwrap_or(Timestamp::MIN);
    let sums = table::row::sums(read, part, since, 1_000)?;
    let found = table::source::list(read, part, LIST_MOST)?.into_iter();
    let line = |source: Source| {
        let (last, counts) = match sums.get(source.id.as_str()) {
            Some((last, counts)) => (Some(*last), *counts),
            None => (None, [0; 4]),
        };
        SourceLine { source, last, counts }
    };
    Ok(found.filter(|source| holds(actor, &CARING, &source.department)).map(line).collect())
}

/// The latest batches of a system.
pub fn batches(read: &mut dyn Read, source: &Source) -> std::result::Result<Vec<Batch>, Error> {
    table::row::latest(read, &Origin::from(&source.id), 20)
}

/// The answer to a batch that was sent before.
pub fn batch_answer(read: &mut dyn Read, source: &Source, number: &str) -> Result<String> {
    let found = table::row::batch(read, &Origin::from(&source.id), number)?;
    Ok(found.ok_or(Refusal::NotFound)?.answer)
}

/// The waiting rows of a system, for the system itself.
pub fn waiting(read: &mut dyn Read, source: &Source) -> std::result::Result<Vec<Quarantine>, Error> {
    table::quarantine::of_origin(read, &Origin::from(&source.id), LIST_MOST)
}

/// A quarantined row, for who cares for it.
pub fn quarantined(read: &mut dyn Read, actor: &Actor, id: &QuarantineId) -> Result<Quarantine> {
    let row = table::quarantine::load(read, id)?.ok_or(Refusal::NotFound)?;
    if holds(actor, &[Duty::Exchange], &row.department) { Ok(row) } else { Err(Refusal::NotFound.into()) }
}

/// A page of quarantined rows and where the next one begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantinePage {
    /// The rows, latest first.
    pub rows: Vec<Quarantine>,
    /// Where to go on.
    pub next: Option<String>,
}

/// Quarantined rows that the actor cares for, waiting or done.
pub fn quarantine(
    read: &mut dyn Read,
    actor: &Actor,
    is_open: bool,
    after: Option<&str>,
    limit: usize,
) -> std::result::Result<QuarantinePage, Error> {
    let Some(part) = reach(actor, &[Duty::Exchange]) else { return Ok(QuarantinePage { rows: vec![], next: None }) };
    let place = after.and_then(|text| text.split_once('.')).and_then(|(at, id)| Some((at.parse().ok()?, id)));
    let mut rows = table::quarantine::list(read, part, is_open, place.unwrap_or((i64::MAX, "")), limit + 1)?;
    let is_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| is_more).map(|row| format!("{}.{}", row.received.as_microsecond(), row.id));
    rows.retain(|row| holds(actor, &[Duty::Exchange], &row.department));
    Ok(QuarantinePage { rows, next })
}

/// How many rows wait for who cares for them.
pub fn quarantine_count(read: &mut dyn Read, actor: &Actor) -> std::result::Result<i64, Error> {
    reach(actor, &[Duty::Exchange]).map_or(Ok(0), |part| table::quarantine::count(read, part))
}

/// The latest late, back-dated and stepless entries, for who watches or cares.
pub fn marks(read: &mut dyn Read, actor: &Actor, limit: usize) -> std::result::Result<Vec<Marked>, Error> {
    let duties = [Duty::Exchange, Duty::Supervise];
    let Some(part) = reach(actor, &duties) else { return Ok(vec![]) };
    let mut marks = table::row::marks(read, part, limit)?;
    marks.retain(|mark| holds(actor, &duties, &mark.department));
    Ok(marks)
}

/// Cases that other systems handle, by their number, for those who may see them.
pub fn external(read: &mut dyn Read, actor: &Actor, number: &str) -> std::result::Result<Vec<ExternalCase>, Error> {
    let found = table::row::with_number(read, number.trim(), LIST_MOST)?;
    seen(read, actor, found)
}

/// As [`external`], by the whole code of the applicant, latest first.
pub fn external_of(read: &mut dyn Read, actor: &Actor, code: &str) -> std::result::Result<Vec<ExternalCase>, Error> {
    let code = code.trim();
    if code.parse::<ResidentId>().is_err() && code.parse::<CreditCode>().is_err() {
        return Ok(vec![]);
    }
    let blind = batch::blind(&read.vault(), code);
    let found = table::row::of_applicant(read, &blind, LIST_MOST)?;
    seen(read, actor, found)
}

fn seen(
    read: &mut dyn Read,
    actor: &Actor,
    mut found: Vec<(String, String, KnownCase)>,
) -> std::result::Result<Vec<ExternalCase>, Error> {
    let vault = read.vault();
    found.retain(|(_, _, case)| holds(actor, &SEEING, &case.department));
    found.into_iter().map(|(origin, project_no, case)| shown(&vault, &origin, project_no, case)).collect()
}

fn shown(vault: &Vault, origin: &str, project_no: String, case: KnownCase) -> std::result::Result<ExternalCase, Error> {
    let (name, code) = batch::applicant(vault, &case.applicant)?;
    let origin = serde_json::from_value(origin.into())?;
    Ok(ExternalCase { origin, project_no, applicant: masked_name(&name), code: masked_code(&code), case })
}

/// A step of a case that another system handles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalStep {
    /// Of which kind.
    pub kind: Kind,
    /// When it happened.
    pub at: Timestamp,
    /// In words, as the other system named it.
    pub what: String,
}

/// The steps of such a case, oldest first. Opinions and persons stay where they are.
pub fn steps(read: &mut dyn Read, case: &ExternalCase) -> std::result::Result<Vec<ExternalStep>, Error> {
    let vault = read.vault();
    let rows = table::row::of_case(read, case.origin.as_str(), &case.project_no, LIST_MOST)?;
    let step = |(_, kind, at, body): (String, Kind, Timestamp, String)| {
        let body = batch::unseal(&vault, &body)?;
        let text = |name: &str| body.get(name).and_then(|value| value.as_str()).unwrap_or_default();
        let what = match kind {
            Kind::Basic => text("task_name").to_owned(),
            Kind::Process => format!("{} {}", text("process_name"), text("event_name")),
            Kind::Special => text("special_name").to_owned(),
            Kind::Correction => text("materials").to_owned(),
            Kind::Result => text("result_type").to_owned(),
        };
        Ok(ExternalStep { kind, at, what })
    };
    rows.into_iter().map(step).collect()
}

/// A name as strangers see it.
pub fn masked_name(name: &str) -> String {
    name.parse::<PersonName>().map_or_else(|_| name.chars().take(1).collect::<String>() + "**", |name| name.masked())
}

/// A code as strangers see it: a company's is public, a person's is not.
pub fn masked_code(code: &str) -> String {
    if let Ok(id) = code.parse::<ResidentId>() {
        return id.masked();
    }
    if code.parse::<CreditCode>().is_ok() {
        return code.to_owned();
    }
    let first: String = code.chars().take(1).collect();
    let last: String = code.chars().next_back().into_iter().collect();
    format!("{first}****{last}")
}

/// Another node as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerLine {
    /// How we stand with it.
    pub standing: Standing,
    /// Envelopes without a receipt, and since when the oldest waits.
    pub backlog: (i64, Option<Timestamp>),
    /// Envelopes whose place another one has there.
    pub conflicts: i64,
    /// Its envelopes that wait for one before them.
    pub held: i64,
    /// Days as reconciled, latest first.
    pub days: Vec<DayRow>,
}

/// The nodes we know.
pub fn peers(read: &mut dyn Read) -> std::result::Result<Vec<PeerLine>, Error> {
    let mut lines = vec![];
    for standing in table::peer::list(read, LIST_MOST)? {
        let name: NodeName = standing.name.clone();
        lines.push(PeerLine {
            backlog: table::node::backlog(read, &name)?,
            conflicts: table::node::conflicts(read, &name)?,
            held: table::node::held(read, &name)?,
            days: table::peer::days(read, &name, 14)?,
            standing,
        });
    }
    Ok(lines)
}

/// The resource catalogue, after a place in the list.
pub fn resources(read: &mut dyn Read, after: Option<&str>) -> std::result::Result<Vec<Resource>, Error> {
    table::resource::list(read, after.unwrap_or_default(), LIST_MOST)
}

/// One resource.
pub fn resource(read: &mut dyn Read, id: &ResourceId) -> Result<Resource> {
    Ok(table::resource::load(read, id)?.ok_or(Refusal::NotFound)?)
}

/// One request.
pub fn request(read: &mut dyn Read, id: &RequestId) -> Result<Request> {
    Ok(table::resource::load_request(read, id)?.ok_or(Refusal::NotFound)?)
}

/// The requests for a resource that the actor may see: all of them for its owner, else those of the actor's own systems.
pub fn requests(read: &mut dyn Read, actor: &Actor, resource: &Resource) -> std::result::Result<Vec<Request>, Error> {
    let mut requests = table::resource::requests(read, &resource.id, LIST_MOST)?;
    if rules::may_care(actor, &resource.department).is_err() {
        let own: HashMap<SourceId, ()> = sources(read, actor)?.into_iter().map(|line| (line.source.id, ())).collect();
        requests.retain(|request| own.contains_key(&request.asker));
    }
    Ok(requests)
}

/// The latest uses of a resource, for its owner: when, by which system, for what.
pub fn uses(
    read: &mut dyn Read,
    actor: &Actor,
    resource: &Resource,
) -> std::result::Result<Vec<(Timestamp, String, Usage)>, Error> {
    if rules::may_care(actor, &resource.department).is_err() {
        return Ok(vec![]);
    }
    table::resource::uses(read, &resource.id, 30)
}
