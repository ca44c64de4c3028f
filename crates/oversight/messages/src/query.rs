//! Questions that faces ask. Each answer has a bound.

use std::collections::BTreeMap;

use identity::{Extent, Mandate, PartyKind, Via};
use kernel::{Actor, BasicCode, CaseNumber, Date, DepartmentId, Duty, Level, PartyId, Timestamp};
use store::{Error, Failure, Read, ReadExt};

use crate::follow::POST_DOMAIN;
use crate::model::{Body, Filing, Message, Question, QuestionId, Recipient, SmsState, ThreadId, ThreadKind};
use crate::routing::{Group, RouteLine, Routing};
use crate::rules::{self, question::ANSWERING};
use crate::table::{self, thread::ThreadRow};
use crate::{QuestionState, Refusal};

pub use crate::table::routing::Fired;

/// The most entries any list here gives at once.
pub const LIST_MAX: usize = 100;
/// Waiting questions looked through for one page.
const LOOKED_THROUGH: usize = 500;

/// A page of something, and where the next one begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub lines: Vec<T>,
    /// Cursor of the next page, if there is one.
    pub next: Option<String>,
}

/// A thread as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadLine {
    /// Its id.
    pub id: ThreadId,
    /// What it is about.
    pub kind: ThreadKind,
    /// The journal stream of its subject.
    pub subject: String,
    /// Its heading.
    pub title: String,
    /// When the latest message came.
    pub latest: Timestamp,
    /// Messages not read yet.
    pub unread: i64,
    /// The latest message, if it can still be opened.
    pub last: Option<Body>,
    /// Whether the latest message asks for nothing any more.
    pub settled: bool,
}

/// A thread with a page of its messages, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// The thread.
    pub line: ThreadLine,
    /// The case it is about, if the reader may open it.
    pub case: Option<CaseNumber>,
    /// The recipient's latest questions about it.
    pub questions: Vec<Question>,
    /// Its messages.
    pub messages: Vec<Message>,
    /// Cursor of earlier ones.
    pub earlier: Option<String>,
}

/// How many messages wait unread for a party: one indexed read, for the badge.
///
/// # Errors
/// When the database fails.
pub fn unread(read: &mut dyn Read, party: &PartyId) -> Result<u64, Error> {
    Ok(table::thread::unread(read, &Recipient::Party(*party))?.max(0).unsigned_abs())
}

/// What of a party's threads somebody may read.
enum Sight {
    /// All of them: they are their own.
    Own,
    /// As agent: what the mandate covers, and of another person nothing about account and data.
    Agent { extent: Extent, of_person: bool },
}

fn sight(read: &mut dyn Read, actor: &Actor) -> Result<(PartyId, Sight), Failure<Refusal>> {
    let Actor::Citizen { person, acting_for, .. } = actor else { return Err(Refusal::NotFound.into()) };
    let mandate = identity::mandate(read, person, acting_for)?.ok_or(Refusal::NotFound)?;
    let Mandate { via, extent, .. } = mandate;
    if via == Via::Own {
        return Ok((*acting_for, Sight::Own));
    }
    let of_person = identity::kind(read, acting_for)? != Some(PartyKind::Organisation);
    Ok((*acting_for, Sight::Agent { extent, of_person }))
}

impl Sight {
    fn covers(&self, kind: ThreadKind, item: Option<&BasicCode>) -> bool {
        match self {
            Sight::Own => true,
            Sight::Agent { of_person: true, .. } if kind == ThreadKind::Account => false,
            Sight::Agent { extent: Extent::Everything, .. } => true,
            // A mandate for some items sees nothing but the threads of those.
            Sight::Agent { extent, .. } => item.is_some_and(|item| extent.covers(item)),
        }
    }
}

/// The threads of the party that `actor` acts for, latest first.
///
/// # Errors
/// [`Refusal::NotFound`] without a mandate; or the database fails.
pub fn threads(
    read: &mut dyn Read,
    actor: &Actor,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Page<ThreadLine>, Failure<Refusal>> {
    let (party, sight) = sight(read, actor)?;
    let page = page_of(read, &Recipient::Party(party), cursor, limit)?;
    let lines = page.lines.into_iter().filter(|row| sight.covers(row.kind, row.item.as_ref()));
    Ok(Page { lines: lines.map(|row| line(read, row)).collect::<Result<_, _>>()?, next: page.next })
}

/// The threads of the posts that `actor` holds in the departments of their own region, latest first.
///
/// # Errors
/// [`Refusal::NotFound`] for who is no member of staff; or the database fails.
pub fn post_threads(read: &mut dyn Read, actor: &Actor, limit: usize) -> Result<Vec<ThreadLine>, Failure<Refusal>> {
    let mut rows = vec![];
    for recipients in posts(read, actor)?.chunks(store::MANY) {
        rows.extend(table::thread::of_any(read, recipients, limit.min(LIST_MAX))?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse((row.latest, row.id)));
    rows.truncate(limit);
    Ok(rows.into_iter().map(|row| line(read, row)).collect::<Result<_, _>>()?)
}

/// How many messages wait unread for the posts of a member of staff.
///
/// # Errors
/// [`Refusal::NotFound`] for who is no member of staff; or the database fails.
pub fn post_unread(read: &mut dyn Read, actor: &Actor) -> Result<u64, Failure<Refusal>> {
    let mut sum = 0;
    for recipients in posts(read, actor)?.chunks(store::MANY) {
        sum += table::thread::unread_of(read, recipients)?;
    }
    Ok(sum.max(0).unsigned_abs())
}

/// The posts of a member of staff: each duty, for every department of the home region for which it is held.
fn posts(read: &mut dyn Read, actor: &Actor) -> Result<Vec<Recipient>, Failure<Refusal>> {
    let id = actor.staff().ok_or(Refusal::NotFound)?;
    let Some(staff) = identity::staff(read, &id)? else { return Ok(vec![]) };
    let kinds = read.cached::<organisation::Kinds>()?;
    let others = kinds.iter().map(|kind| DepartmentId { region: staff.department.region, kind: kind.code });
    let departments = std::iter::once(staff.department).chain(others.filter(|other| *other != staff.department));
    let held = departments.flat_map(|department| {
        Duty::ALL.into_iter().filter(move |duty| actor.may(*duty, &department)).map(move |duty| (department, duty))
    });
    Ok(held.map(|(department, duty)| Recipient::Post(department, duty)).collect())
}

fn page_of(
    read: &mut dyn Read,
    recipient: &Recipient,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Page<ThreadRow>, Error> {
    let limit = limit.clamp(1, LIST_MAX);
    let mut rows = table::thread::of(read, recipient, cursor.and_then(thread_place), limit + 1)?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(|row| format!("{}.{}", row.latest.as_microsecond(), row.id));
    Ok(Page { lines: rows, next })
}

fn thread_place(cursor: &str) -> Option<(Timestamp, ThreadId)> {
    let (at, id) = cursor.split_once('.')?;
    Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, id.parse().ok()?))
}

fn line(read: &mut dyn Read, row: ThreadRow) -> Result<ThreadLine, Error> {
    let last = match &row.body {
        Some(body) => open(read, &row.recipient, body)?,
        None => None,
    };
    let ThreadRow { id, kind, subject, title, latest, unread, settled, .. } = row;
    Ok(ThreadLine { id, kind, subject, title, latest, unread, last, settled })
}

/// What a message says; `None` when its party's data were erased.
fn open(read: &mut dyn Read, recipient: &Recipient, body: &kernel::Sealed) -> Result<Option<Body>, Error> {
    let vault = read.vault();
    let json = match recipient {
        Recipient::Party(party) => match vault.unseal(read, party, body) {
            Err(Error::Erased) => return Ok(None),
            other => other?,
        },
        Recipient::Post(..) => vault.decrypt(POST_DOMAIN, body)?,
    };
    Ok(Some(serde_json::from_str(&json)?))
}

/// A thread that the actor may read; to everybody else there is none.
pub(crate) fn thread_for(read: &mut dyn Read, actor: &Actor, id: &ThreadId) -> Result<ThreadRow, Failure<Refusal>> {
    let row = table::thread::load(read, id)?.ok_or(Refusal::NotFound)?;
    let may = match row.recipient {
        Recipient::Party(party) => {
            let (own, sight) = sight(read, actor)?;
            own == party && sight.covers(row.kind, row.item.as_ref())
        }
        Recipient::Post(..) => posts(read, actor)?.contains(&row.recipient),
    };
    if may { Ok(row) } else { Err(Refusal::NotFound.into()) }
}

/// A thread with its latest messages, or those before `cursor`.
///
/// # Errors
/// [`Refusal::NotFound`] for a thread that the actor may not read; or the database fails.
pub fn thread(
    read: &mut dyn Read,
    actor: &Actor,
    id: &ThreadId,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Thread, Failure<Refusal>> {
    let row = thread_for(read, actor, id)?;
    let limit = limit.clamp(1, LIST_MAX);
    let before = cursor.and_then(|cursor| {
        let (at, seq) = cursor.split_once('.')?;
        Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, seq.parse().ok()?))
    });
    let mut rows = table::message::of(read, id, before, limit + 1)?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let earlier = rows.last().filter(|_| has_more).map(|row| format!("{}.{}", row.at.as_microsecond(), row.seq));
    let mut messages = Vec::with_capacity(rows.len());
    for message in rows.into_iter().rev() {
        let Some(body) = open(read, &row.recipient, &message.body)? else { continue };
        let sms = message.sms.map(|state| (state, message.reason));
        let table::message::MessageRow { id, at, seq, side, read_at, settled, .. } = message;
        messages.push(Message { id, at, seq, side, body, read_at, settled, sms });
    }
    let (mut case, mut questions) = (casework::case_of(&row.subject), vec![]);
    if let (Some(number), Recipient::Party(party)) = (case, row.recipient) {
        questions = table::question::of_case(read, &number, 50)?;
        questions.retain(|question| question.party == party);
        // Who filed for somebody else is told of the case, and opens it in the other's name only.
        match casework::query::case_for(read, actor, &number) {
            Ok(_) => {}
            Err(Failure::Refused(_)) => case = None,
            Err(Failure::Broken(error)) => return Err(error.into()),
        }
    }
    Ok(Thread { line: line(read, row)?, case, questions, messages, earlier })
}

/// The thread about a case, if the party that `actor` acts for was told anything about it.
///
/// # Errors
/// [`Refusal::NotFound`] without a mandate; or the database fails.
pub fn thread_of_case(
    read: &mut dyn Read,
    actor: &Actor,
    case: &CaseNumber,
) -> Result<Option<ThreadLine>, Failure<Refusal>> {
    let (party, sight) = sight(read, actor)?;
    let filing = Filing {
        recipient: Recipient::Party(party),
        subject: casework::stream(case),
        kind: ThreadKind::Case,
        item: None,
        title: String::new(),
    };
    let row = table::thread::load(read, &table::thread::id_of(&filing))?;
    match row.filter(|row| sight.covers(row.kind, row.item.as_ref())) {
        Some(row) => Ok(Some(line(read, row)?)),
        None => Ok(None),
    }
}

/// A group of messages and whether its SMS are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preference {
    /// The group.
    pub group: Group,
    /// Whether SMS are sent.
    pub sms: bool,
}

/// What the party that `actor` acts for wants by SMS, group by group.
///
/// # Errors
/// [`Refusal::NotFound`] for who is no citizen; or the database fails.
pub fn preferences(read: &mut dyn Read, actor: &Actor) -> Result<Vec<Preference>, Failure<Refusal>> {
    let party = actor.party().ok_or(Refusal::NotFound)?;
    let routing = read.cached::<Routing>()?;
    let set = table::preference::of(read, &party, "sms")?;
    let line = |group: &Group| Preference {
        sms: !group.law.is_empty() || set.get(&group.code).copied().unwrap_or(true),
        group: group.clone(),
    };
    Ok(routing.groups.iter().filter(|group| !group.staff).map(line).collect())
}

/// A question as the office sees it, its words opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The question.
    pub question: Question,
    /// Its words.
    pub text: String,
    /// The answer's words, once there is one.
    pub answer: Option<String>,
}

/// The questions that wait in the actor's scope, the most pressing first.
///
/// # Errors
/// [`Refusal::NotFound`] for who answers no questions anywhere; or the database fails.
pub fn waiting(
    read: &mut dyn Read,
    actor: &Actor,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Page<Asked>, Failure<Refusal>> {
    let limit = limit.clamp(1, LIST_MAX);
    let after = cursor.and_then(|cursor| cursor.split_once('.'));
    let mut found: BTreeMap<(Date, QuestionId), Question> = BTreeMap::new();
    for counties in counties(actor)? {
        let rows = table::question::waiting(read, counties, after, LOOKED_THROUGH)?;
        let mine = rows.into_iter().filter(|question| answers(actor, question));
        found.extend(mine.take(limit + 1).map(|question| ((question.answer_by, question.id), question)));
    }
    let has_more = found.len() > limit;
    let questions: Vec<Question> = found.into_values().take(limit).collect();
    let next = questions.last().filter(|_| has_more).map(|last| format!("{}.{}", last.answer_by, last.id));
    let lines =
        questions.into_iter().filter_map(|question| opened(read, question).transpose()).collect::<Result<_, _>>()?;
    Ok(Page { lines, next })
}

fn answers(actor: &Actor, question: &Question) -> bool {
    ANSWERING.iter().any(|duty| actor.may(*duty, &question.department))
}

/// The counties, as numbers, in which the actor answers questions.
fn counties(actor: &Actor) -> Result<Vec<(i64, i64)>, Failure<Refusal>> {
    let Actor::Staff { powers, .. } = actor else { return Err(Refusal::NotFound.into()) };
    let mut counties: Vec<(i64, i64)> = powers
        .iter()
        .filter(|power| ANSWERING.contains(&power.duty))
        .map(|power| {
            let county = table::question::county(&power.scope.region);
            match power.scope.region.level() {
                Level::Province if power.scope.subtree => (county, county + 9_999),
                Level::City if power.scope.subtree => (county, county + 99),
                _ => (county, county),
            }
        })
        .collect();
    counties.sort_unstable();
    counties.dedup();
    if counties.is_empty() { Err(Refusal::NotFound.into()) } else { Ok(counties) }
}

/// A question that the actor answers, or asked.
///
/// # Errors
/// [`Refusal::NotFound`] for everybody else; or the database fails.
pub fn question(read: &mut dyn Read, actor: &Actor, id: &QuestionId) -> Result<Asked, Failure<Refusal>> {
    let question = table::question::load(read, id)?.ok_or(Refusal::NotFound)?;
    let may = answers(actor, &question) || actor.party() == Some(question.party);
    if !may {
        return Err(Refusal::NotFound.into());
    }
    opened(read, question)?.ok_or_else(|| Refusal::NotFound.into())
}

fn opened(read: &mut dyn Read, question: Question) -> Result<Option<Asked>, Error> {
    let vault = read.vault();
    let text = match vault.unseal(read, &question.party, &question.text) {
        Err(Error::Erased) => return Ok(None),
        other => other?,
    };
    let answer = match &question.state {
        QuestionState::Answered { text, .. } => Some(vault.unseal(read, &question.party, text)?),
        QuestionState::Waiting => None,
    };
    Ok(Some(Asked { question, text, answer }))
}

/// Version of the routing in force; 0 where none was published.
///
/// # Errors
/// When the database fails.
pub fn version(db: &store::Db) -> Result<i64, Error> {
    db.read(|read| Ok(table::routing::latest(read)?.map_or(0, |latest| latest.version)))
}

/// What the operator sees: every route with when it last did something, and how SMS fare.
#[derive(Debug, Clone)]
pub struct Running {
    /// Version of the routing in force; 0 where none was published.
    pub version: i64,
    /// Its routes and reminders.
    pub routes: Vec<(RouteLine, Fired)>,
    /// SMS by state, each counted up to a thousand.
    pub sms: Vec<(SmsState, i64)>,
    /// SMS that were tried too often, or cannot be sent.
    pub parked: Vec<Stuck>,
}

/// A parked SMS, without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// Its id in the outbox.
    pub id: String,
    /// When it was asked for.
    pub at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// What the last try said.
    pub reason: String,
}

/// How the routing does its work.
///
/// # Errors
/// [`Refusal::NotAllowed`] for who does not run the system; or the database fails.
pub fn running(read: &mut dyn Read, actor: &Actor) -> Result<Running, Failure<Refusal>> {
    rules::may_publish(actor)?;
    let version = table::routing::latest(read)?.map_or(0, |latest| latest.version);
    let (routing, fired) = (read.cached::<Routing>()?, table::routing::fired(read)?);
    let routes = routing.routes.iter().map(|route| (route.clone(), fired.get(&route.id).copied().unwrap_or_default()));
    let routes = routes.collect();
    let mut sms = vec![];
    for state in SmsState::ALL {
        sms.push((state, table::sms::count(read, state, 1_000)?));
    }
    let parked = store::parked(read, 200)?.into_iter().filter(|parked| parked.message.channel == crate::tell::CHANNEL);
    let parked = parked.map(|parked| Stuck {
        id: parked.message.id,
        at: parked.message.at,
        attempts: parked.message.attempts,
        reason: parked.reason,
    });
    Ok(Running { version, routes, sms, parked: parked.collect() })
}
