//! Commands, each carried out inside one transaction: all of it happens, or none.

use identity::{Origin, Policy, Trial};
use kernel::{Actor, Duty, Mobile, PartyId, RegionCode, local_date};
use organisation::Regions;
use store::{Db, Error, Failure, Once, Read, ReadExt, Tx};

use crate::rules::{self, Facts, LINE_MOST, Refusal, clean, written};
use crate::table;
use crate::{
    Article, ArticleCommand, ArticleEvent, ArticleId, Call, Channel, Command, Contact, KeyEvent, Kind, NewArticle,
    OrderNumber, Outcome, Registered, WorkOrder, book, query,
};

mod chat;

pub use chat::chat;

type Result<T> = std::result::Result<T, Failure<Refusal>>;

/// The journal streams of programs' keys.
pub(crate) const KEY_STREAM: &str = "hotline-key:";
/// Who is in the journal for a caller who is protected or unknown.
const CALLER: Actor = Actor::System("hotline");

/// An order on its way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    /// What is wanted.
    pub kind: Kind,
    /// The category; guessed from the words where it is empty.
    pub category: String,
    /// Where.
    pub region: RegionCode,
    /// By which way.
    pub channel: Channel,
    /// Whether it cannot wait.
    pub urgent: bool,
    /// Whether the caller wants to stay unknown to the handling unit.
    pub confidential: bool,
    /// What the caller calls themselves.
    pub name: String,
    /// The number to call; a caller who is signed in has one already.
    pub phone: Option<Mobile>,
    /// Who they are to the WeChat account; told there how it goes.
    pub openid: Option<String>,
    /// What was said.
    pub call: Call,
    /// What tells one unknown source from another: an address on the network. Kept as a keyed digest for a day. Empty: none is counted.
    pub source: String,
    /// Names this sending, so that a form sent twice is one order; empty: none.
    pub key: String,
}

/// Takes an order in: from an agent who writes down a call, from a caller who is signed in, or from one who leaves a number.
pub fn register(tx: &mut Tx, actor: &Actor, intake: &Intake) -> Result<WorkOrder> {
    let centre = kernel::DepartmentId::new(intake.region, book().centre);
    let party = actor.party();
    match actor {
        Actor::Staff { .. } => {
            if !rules::DISPATCHING.iter().any(|duty| actor.may(*duty, &centre)) {
                return Err(Refusal::NotEmpowered { duties: rules::DISPATCHING.to_vec() }.into());
            }
        }
        Actor::Citizen { .. } => {}
        Actor::System(_) => {
            if intake.phone.is_none() && intake.openid.is_none() && intake.channel != Channel::Program {
                return Err(Refusal::PhoneMissing.into());
            }
        }
    }
    if !intake.key.is_empty() {
        // A key may name an account, and what is remembered under it must not tell whose order it was.
        let key = hex(&tx.vault().blind("hotline.sending", &intake.key));
        match tx.once("hotline", &key, intake.call.text.as_bytes())? {
            Once::New => {}
            Once::Done(number) => return again(tx, actor, &number),
            Once::Other => return Err(Refusal::KeyReused.into()),
        }
    }
    if matches!(actor, Actor::System(_)) {
        count_source(tx, &intake.source, book().asks_a_day)?;
    }
    let intake = checked(tx, intake)?;
    let (contact, registered) = known(tx, party, &intake)?;
    let marks = query::marks(
        &tx.vault(),
        query::Domain::of(intake.kind),
        contact.phone.as_deref(),
        party.as_ref(),
        &intake.region,
        &intake.call.place,
    );
    let since = query::days_ago(tx.now(), book().duplicate_days);
    let repeat = table::order::came_before(tx, &marks, &intake.category, since)?;
    let holder = registered.unwrap_or_else(|| PartyId::new(store::fresh_uuid()));
    let now = tx.now();
    let name = book().category(&intake.category).map_or_else(String::new, |line| line.name.clone());
    let registered = Registered {
        kind: intake.kind,
        category: intake.category.clone(),
        category_name: name,
        region: intake.region,
        channel: intake.channel,
        urgent: intake.urgent,
        confidential: intake.confidential,
        holder,
        told: registered,
        contact: tx.seal(&holder, &json(&contact)?)?,
        has_phone: contact.phone.is_some(),
        call: tx.seal(&holder, &json(&intake.call)?)?,
        taken_by: actor.staff(),
        at: now,
        dispatch_by: rules::dispatch_by(book(), intake.urgent, now),
    };
    let serial = tx.number(&format!("hotline {}", local_date(now)))?;
    let number = OrderNumber::new(local_date(now), serial);
    let mut order = rules::begin(number, &registered);
    let events = rules::registered(registered, repeat);
    events[1..].iter().for_each(|event| rules::apply(&mut order, event));
    table::order::insert(tx, &order, &marks)?;
    tx.journal(named(actor, &order), &number.stream(), 1, &events)?;
    tx.remember(number.as_str())?;
    Ok(order)
}

/// What the same sending gave before.
fn again(tx: &mut Tx, actor: &Actor, number: &str) -> Result<WorkOrder> {
    let number = number.parse().map_err(|_| Error::Corrupt(format!("{number} is no work order")))?;
    query::order_for(tx, actor, &number)
}

/// In the journal a protected caller has no account.
fn named<'a>(actor: &'a Actor, order: &WorkOrder) -> &'a Actor {
    match actor {
        Actor::Citizen { .. } if order.is_protected() => &CALLER,
        actor => actor,
    }
}

fn checked(tx: &mut Tx, intake: &Intake) -> Result<Intake> {
    let line = |text: &str, pointer: &'static str| match clean(text) {
        text if text.chars().count() > LINE_MOST => Err(Refusal::TooLong { pointer, most: LINE_MOST }),
        text => Ok(text),
    };
    if tx.cached::<Regions>()?.get(&intake.region).is_none() {
        return Err(Refusal::UnknownRegion.into());
    }
    let text = written(&intake.call.text, "/text")?;
    let mut title = line(&intake.call.title, "/title")?;
    if title.is_empty() {
        title = text.chars().take(30).collect();
    }
    let guessed = || book().guess(&format!("{title} {text}")).map_or("other", |line| &line.category);
    let category = if intake.category.is_empty() { guessed().to_owned() } else { intake.category.clone() };
    if book().category(&category).is_none() {
        return Err(Refusal::UnknownCategory.into());
    }
    let call = Call { title, place: line(&intake.call.place, "/place")?, text };
    Ok(Intake { category, call, name: line(&intake.name, "/name")?, ..intake.clone() })
}

/// Who it is, and the party under whose key it is kept. A tip-off is kept under a key of its own: not even the row says by whom.
fn known(tx: &mut Tx, party: Option<PartyId>, intake: &Intake) -> Result<(Contact, Option<PartyId>)> {
    let given = intake.phone.map(|phone| phone.to_string());
    let Some(party) = party else {
        return Ok((
            Contact { name: intake.name.clone(), phone: given, party: None, openid: intake.openid.clone() },
            None,
        ));
    };
    let own = identity::whole(tx, &party)?;
    let name = if intake.name.is_empty() {
        own.as_ref().map(|own| own.name()).unwrap_or_default()
    } else {
        intake.name.clone()
    };
    let phone = given.or_else(|| own.as_ref().and_then(|own| own.phone()).map(|phone| phone.to_string()));
    let is_told = intake.kind != Kind::TipOff;
    Ok((Contact { name, phone, party: Some(party), openid: None }, is_told.then_some(party)))
}

fn json<T: serde::Serialize>(value: &T) -> std::result::Result<String, Error> {
    Ok(serde_json::to_string(value)?)
}

fn count_source(tx: &mut Tx, source: &str, most: i64) -> Result<()> {
    if source.is_empty() {
        return Ok(());
    }
    let mark = hex(&tx.vault().blind("hotline.source", source));
    let today = local_date(tx.now());
    if table::order::count_source(tx, today, &mark)? > most { Err(Refusal::TooMany { most }.into()) } else { Ok(()) }
}

/// Takes an order in from a program: it needs a key, and nobody tips off this way.
pub fn register_by_key(tx: &mut Tx, key: &str, intake: &Intake) -> Result<WorkOrder> {
    let id = query::key_of(tx, key)?.ok_or(Refusal::UnknownKey)?;
    if intake.kind == Kind::TipOff {
        return Err(Refusal::NotByProgram.into());
    }
    count_source(tx, &format!("key {id}"), book().key_requests_a_day)?;
    register(
        tx,
        &Actor::System("open311"),
        &Intake { channel: Channel::Program, source: String::new(), ..intake.clone() },
    )
}

/// Carries out `command` on an order. Whoever may not know of it is told that there is none.
pub fn handle(tx: &mut Tx, actor: &Actor, number: &OrderNumber, command: &Command) -> Result<WorkOrder> {
    let order = query::order_for(tx, actor, number)?;
    let is_caller = query::is_caller(tx, actor, number)?;
    carry_out(tx, actor, order, command, is_caller)
}

fn carry_out(
    tx: &mut Tx,
    actor: &Actor,
    mut order: WorkOrder,
    command: &Command,
    is_caller: bool,
) -> Result<WorkOrder> {
    let words = command.personal_words().map(clean).filter(|words| !words.is_empty());
    let sealed = words.map(|words| tx.seal(&order.holder, &words)).transpose()?;
    let facts = Facts { sealed, is_caller, units_exist: units_exist(tx, command)?, ..facts(tx, actor)? };
    let events = rules::decide(&order, command, &facts)?;
    if events.is_empty() {
        return Ok(order);
    }
    let before = order.version;
    events.iter().for_each(|event| rules::apply(&mut order, event));
    table::order::save(tx, &order, before)?;
    tx.journal(named(actor, &order), &order.number.stream(), before + 1, &events)?;
    match command {
        Command::Answer { words } => relay(tx, order.joined.clone(), None, words)?,
        Command::FeedBack { outcome, words } => relay(tx, order.joined.clone(), Some(*outcome), words)?,
        _ => {}
    }
    Ok(order)
}

/// Tells everybody whose order was merged into another one (并案) what that one was answered with, and whose was merged into theirs. Numbers
/// that stand in the answer are meant for one caller and not for the others.
fn relay(tx: &mut Tx, mut numbers: Vec<OrderNumber>, outcome: Option<Outcome>, words: &str) -> Result<()> {
    let command = Command::Relay { outcome, words: rules::mask(words) };
    while !numbers.is_empty() {
        let part: Vec<OrderNumber> = numbers.drain(..numbers.len().min(store::MANY)).collect();
        let orders = table::order::load_many(tx, &part)?;
        let holders: Vec<PartyId> = orders.iter().map(|order| order.holder).collect();
        tx.vault().learn(tx, &holders)?;
        for order in orders {
            numbers.extend(&order.joined);
            match carry_out(tx, &CALLER, order, &command, false) {
                // Whoever was erased is told nothing any more, and the others are.
                Ok(_) | Err(Failure::Broken(Error::Erased)) => {}
                Err(failure) => return Err(failure),
            }
        }
    }
    Ok(())
}

pub(crate) fn facts<'a>(read: &mut dyn Read, actor: &'a Actor) -> std::result::Result<Facts<'a>, Error> {
    Ok(Facts {
        now: read.now(),
        today: local_date(read.now()),
        calendar: organisation::calendar(read)?,
        actor,
        book: book(),
        sealed: None,
        units_exist: true,
        is_caller: false,
    })
}

fn units_exist(tx: &mut Tx, command: &Command) -> std::result::Result<bool, Error> {
    let (Command::Dispatch { lead, assisting, .. } | Command::Coordinate { lead, assisting, .. }) = command else {
        return Ok(true);
    };
    for unit in std::iter::once(lead).chain(assisting) {
        if organisation::department(tx, unit)?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Merges an order into another one, on both sides (并案).
pub fn merge(tx: &mut Tx, actor: &Actor, number: &OrderNumber, into: &OrderNumber) -> Result<WorkOrder> {
    let merged = handle(tx, actor, number, &Command::Merge { into: *into })?;
    let (one, other) = (table::order::marks(tx, number)?, table::order::marks(tx, into)?);
    let same = |one: &str, other: &str| !one.is_empty() && one == other;
    let same_caller = same(&one.phone, &other.phone) || same(&one.party, &other.party);
    let main = query::order_for(tx, actor, into).map_err(|failure| failure.map_refusal(|_| Refusal::MergeClosed))?;
    let join = Command::Join { from: *number, same_caller, tip_off: merged.kind == Kind::TipOff };
    let main = carry_out(tx, actor, main, &join, false)?;
    // It was answered already, and somebody will ask that caller only: the new one is told now.
    if main.stage() == crate::Stage::FedBack
        && let Some((outcome, words)) = query::feedback(tx, &main)?
    {
        relay(tx, vec![*number], Some(outcome), &words)?;
        return query::order_for(tx, actor, number);
    }
    Ok(merged)
}

/// Shows who called, whole. The look stands in the order's journal and on the caller's own page, and a party of ours finds it among those at
/// their data.
pub fn reveal(tx: &mut Tx, actor: &Actor, number: &OrderNumber, purpose: &str) -> Result<Contact> {
    let order = handle(tx, actor, number, &Command::See { purpose: purpose.to_owned() })?;
    let contact = query::contact(tx, &order)?;
    // The look at a tip-off is told on its own page alone: beside the party it would say who tipped off.
    if let Some(party) = contact.party.filter(|_| order.kind != Kind::TipOff) {
        let purpose = format!("12345 工单 {number}：{}", purpose.trim());
        identity::look(tx, actor, &party, &["姓名或名称", "联系电话"], &purpose)
            .map_err(|failure| failure.map_refusal(|_| Refusal::WordsMissing("/purpose")))?;
    }
    Ok(contact)
}

/// An agent takes a call from this number: the token of the call opens what is known of the caller, for this agent and some hours.
pub fn open_call(tx: &mut Tx, actor: &Actor, phone: Option<Mobile>) -> Result<String> {
    let Actor::Staff { staff, .. } = actor else {
        return Err(Refusal::NotEmpowered { duties: vec![Duty::Dispatch] }.into());
    };
    if !rules::DISPATCHING.iter().any(|duty| actor.holds(*duty)) {
        return Err(Refusal::NotEmpowered { duties: rules::DISPATCHING.to_vec() }.into());
    }
    for party in query::parties_of_phone(tx, phone.as_ref())? {
        identity::look(tx, actor, &party, &["来电记录", "办件"], "12345 接听来电")
            .map_err(|failure| failure.map_refusal(|_| Refusal::NotFound))?;
    }
    let phone = phone.map(|phone| phone.to_string()).unwrap_or_default();
    Ok(query::call_token(&tx.vault(), staff, tx.now(), &phone))
}

/// The order that number and query code open, for whoever holds both.
pub async fn look_up(db: &Db, number: &OrderNumber, code: &str, origin: &Origin) -> Result<WorkOrder> {
    let policy = Policy::default().at_rate(db.time().rate());
    let (trial, found) = db.read(|read| {
        let trial = Trial::at(read, "work-order", number.as_str(), origin, false);
        identity::may_try(read, &trial, &policy).map_err(waits)?;
        Ok::<_, Failure<Refusal>>((trial, query::by_code(read, number, code)))
    })?;
    match found {
        Ok(order) => {
            db.write_async(move |tx| identity::forgive(tx, &trial, &policy).map_err(waits)).await?;
            Ok(order)
        }
        Err(Failure::Refused(Refusal::WrongCode)) => {
            db.write_async(move |tx| identity::count_wrong(tx, &trial, &policy).map_err(waits)).await?;
            Err(Refusal::WrongCode.into())
        }
        Err(failure) => Err(failure),
    }
}

fn waits(failure: Failure<identity::Refusal>) -> Failure<Refusal> {
    failure.map_refusal(|refusal| match refusal {
        identity::Refusal::Locked { until } => Refusal::LookupLocked { until },
        _ => Refusal::WrongCode,
    })
}

/// What a caller says who holds the query code; look it up first, so that guessing is counted.
pub fn rate_with_code(tx: &mut Tx, number: &OrderNumber, code: &str, command: &Command) -> Result<WorkOrder> {
    let order = query::by_code(tx, number, code)?;
    if !matches!(command, Command::Rate { .. }) {
        return Err(Refusal::OnlyTheCaller.into());
    }
    carry_out(tx, &CALLER, order, command, true)
}

/// Writes an article of the knowledge base, to be approved by somebody else. One that comes from an order needs it closed.
pub fn write_article(tx: &mut Tx, actor: &Actor, content: &NewArticle) -> Result<Article> {
    if let Some(number) = &content.order {
        let order = query::order_for(tx, actor, number)?;
        if order.stage() != crate::Stage::Closed {
            return Err(Refusal::NotClosed.into());
        }
    }
    let event = rules::written_article(content, &facts(tx, actor)?)?;
    begin_article(tx, actor, &[event])
}

fn begin_article(tx: &mut Tx, actor: &Actor, events: &[ArticleEvent]) -> Result<Article> {
    let id = ArticleId::new(store::fresh_uuid());
    let article = rules::replay_article(id, events)
        .ok_or_else(|| Error::Corrupt("an article does not begin with itself".to_owned()))?;
    table::article::insert(tx, &article)?;
    tx.journal(actor, &id.stream(), 1, events)?;
    tx.invalidate::<query::Knowledge>()?;
    Ok(article)
}

/// Enters the shipped articles, published as they are.
pub fn import_knowledge(tx: &mut Tx, actor: &Actor) -> Result<()> {
    for content in query::shipped()? {
        let written = rules::checked_article(&content, &facts(tx, actor)?)?;
        let approved = ArticleEvent::ArticleApproved { by: None, at: tx.now() };
        begin_article(tx, actor, &[written, approved])?;
    }
    Ok(())
}

/// Carries out `command` on an article.
pub fn handle_article(tx: &mut Tx, actor: &Actor, id: &ArticleId, command: &ArticleCommand) -> Result<Article> {
    let mut article = query::article_for(tx, actor, id)?;
    let event = rules::decide_article(&article, command, &facts(tx, actor)?)?;
    let before = article.version;
    rules::apply_article(&mut article, &event);
    table::article::save(tx, &article, before)?;
    tx.journal(actor, &id.stream(), before + 1, &[event])?;
    tx.invalidate::<query::Knowledge>()?;
    Ok(article)
}

/// Gives a program a key, shown this once.
pub fn issue_key(tx: &mut Tx, actor: &Actor, name: &str) -> Result<String> {
    let by = leader(actor)?;
    let name = written(name, "/name")?;
    if name.chars().count() > LINE_MOST {
        return Err(Refusal::TooLong { pointer: "/name", most: LINE_MOST }.into());
    }
    let key = hex(&store::random_bytes::<16>());
    let id = store::fresh_uuid().simple().to_string();
    let (mark, now) = (query::key_mark(&tx.vault(), &key), tx.now());
    table::article::insert_key(tx, &id, &mark, &name, now)?;
    tx.journal(actor, &format!("{KEY_STREAM}{id}"), 1, &[KeyEvent::KeyIssued { by, name }])?;
    Ok(key)
}

/// A key is good no more.
pub fn revoke_key(tx: &mut Tx, actor: &Actor, id: &str) -> Result<()> {
    let by = leader(actor)?;
    let now = tx.now();
    if !table::article::revoke_key(tx, id, now)? {
        return Err(Refusal::NotFound.into());
    }
    Ok(tx.journal(actor, &format!("{KEY_STREAM}{id}"), 2, &[KeyEvent::KeyRevoked { by }])?)
}

fn leader(actor: &Actor) -> Result<kernel::StaffId> {
    match actor {
        Actor::Staff { staff, .. } if actor.holds(Duty::LeadHotline) => Ok(*staff),
        _ => Err(Refusal::NotEmpowered { duties: vec![Duty::LeadHotline] }.into()),
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
