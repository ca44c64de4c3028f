//! The teller: follows every room and writes what concerns a person into that person's dialogue.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Sealed, Timestamp};
use store::{Db, Effectuation, Entry, Error, Follower, ReadExt, Tx};

use crate::compose::{self, Said};
use crate::facts::Facts;
use crate::model::{Recipient, question};
use crate::routing::{Reminder, Route, Routing, Told, at_minute};
use crate::table::{self, reminder::ReminderRow};
use crate::tell::{self, Telling};

/// Reminders are told at nine in the morning.
const MORNING: u32 = 9 * 60;

/// Follows all rooms, those too that come later: what it does with an event is data.
pub struct Teller {
    /// Whether an SMS channel is set up.
    pub has_channel: bool,
}

/// What one event makes this room do.
enum Work {
    /// A cause of a subject is gone.
    Settle { subject: String, cause: String },
    /// Somebody is told.
    Tell(Box<Telling>),
    /// Somebody will be reminded.
    Remind(Box<ReminderRow>),
}

/// How often a route did something, and how often a value was lacking.
type Fired = BTreeMap<String, (Timestamp, i64, i64)>;

impl Follower for Teller {
    fn name(&self) -> &'static str {
        "messages.teller"
    }

    fn rooms(&self) -> &'static [&'static str] {
        &[]
    }

    /// Everything is read, written into words and sealed here, outside the transaction.
    fn prepare(&self, db: &Db, entries: &[Entry]) -> Result<Effectuation, Error> {
        let routing = db.read::<_, Error>(|read| read.cached::<Routing>())?;
        let (mut work, mut fired) = (vec![], Fired::new());
        for entry in entries {
            let Some(told) = routing.events.get(&entry.kind) else { continue };
            match tell(db, &routing, told, entry, &mut fired) {
                Ok(more) => work.extend(more),
                // Nobody is left who could be told; the others must not wait for that.
                Err(Error::Erased) => tracing::info!(seq = entry.seq, "its party was erased: nobody is told"),
                Err(error) => return Err(error),
            }
        }
        let has_channel = self.has_channel;
        Ok(Box::new(move |tx| {
            carry_out(tx, &work, has_channel)?;
            fired.iter().try_for_each(|(route, (at, n, lacking))| table::routing::fire(tx, route, *at, *n, *lacking))
        }))
    }
}

/// In order; neighbours that tell are written together.
fn carry_out(tx: &mut Tx, work: &[Work], has_channel: bool) -> Result<(), Error> {
    for part in work.chunk_by(|one, next| matches!((one, next), (Work::Tell(_), Work::Tell(_)))) {
        let tellings: Vec<&Telling> = part
            .iter()
            .filter_map(|work| match work {
                Work::Tell(telling) => Some(&**telling),
                Work::Settle { .. } | Work::Remind(_) => None,
            })
            .collect();
        tell::write(tx, &tellings, has_channel)?;
        for work in part {
            match work {
                Work::Settle { subject, cause } => tell::settle(tx, subject, cause)?,
                Work::Remind(row) => table::reminder::put(tx, row)?,
                Work::Tell(_) => {}
            }
        }
    }
    Ok(())
}

fn tell(db: &Db, routing: &Routing, told: &Told, entry: &Entry, fired: &mut Fired) -> Result<Vec<Work>, Error> {
    let Some(facts) = db.read::<_, Error>(|read| Facts::gather(read, told, entry))? else { return Ok(vec![]) };
    let mut work: Vec<Work> =
        told.ends.iter().map(|cause| Work::Settle { subject: facts.subject.clone(), cause: cause.clone() }).collect();
    let mut heard = BTreeSet::new();
    for route in told.routes.iter().filter(|route| facts.fits(&route.when)) {
        let Some(recipient) = facts.recipient(&route.to) else { continue };
        // One event is one message to each, even to somebody in whom two audiences meet.
        if !heard.insert(recipient.to_string()) {
            continue;
        }
        let said = message(routing, told, &facts, route, entry);
        count(fired, &route.id, entry.at, said.lacking);
        work.push(Work::Tell(Box::new(sealed(db, routing, &facts, route, recipient, entry, &said)?)));
    }
    for reminder in told.reminders.iter().filter(|reminder| facts.fits(&reminder.when)) {
        let Some(recipient) = facts.recipient(&reminder.to) else { continue };
        work.extend(reminders(db, routing, told, &facts, reminder, recipient, entry)?);
    }
    Ok(work)
}

fn count(fired: &mut Fired, route: &str, at: Timestamp, lacking: bool) {
    let sum = fired.entry(route.to_owned()).or_insert((at, 0, 0));
    *sum = (at.max(sum.0), sum.1 + 1, sum.2 + i64::from(lacking));
}

fn message(routing: &Routing, told: &Told, facts: &Facts, route: &Route, entry: &Entry) -> Said {
    let mut said = compose::say(routing, facts, &route.id, &route.text, &[]);
    said.body.turn = route.turn;
    said.body.until = route.until.as_deref().and_then(|name| compose::date_of(facts, &told.fields, name));
    said.body.question = question::of_stream(&entry.stream);
    said
}

fn sealed(
    db: &Db,
    routing: &Routing,
    facts: &Facts,
    route: &Route,
    recipient: Recipient,
    entry: &Entry,
    said: &Said,
) -> Result<Telling, Error> {
    let group = &routing.groups[route.group];
    Ok(Telling {
        filing: facts.filing(routing, recipient),
        source: format!("e:{}", entry.seq),
        route: route.id.clone(),
        group: group.code.clone(),
        lawful: !group.law.is_empty(),
        cause: route.cause.clone(),
        urgency: route.urgency,
        at: entry.at,
        seq: entry.seq,
        body: seal(db, &recipient, &serde_json::to_string(&said.body)?)?,
        sms: sms(db, &recipient, said)?,
    })
}

/// The reminders of one due date that still lie ahead when it is told.
fn reminders(
    db: &Db,
    routing: &Routing,
    told: &Told,
    facts: &Facts,
    reminder: &Reminder,
    recipient: Recipient,
    entry: &Entry,
) -> Result<Vec<Work>, Error> {
    let Some(date) = compose::date_of(facts, &told.fields, &reminder.due) else { return Ok(vec![]) };
    let group = &routing.groups[reminder.group];
    let mut work = vec![];
    for days in &reminder.before {
        let day = date.checked_sub(std::time::Duration::from_secs(u64::from(*days) * 86_400));
        let due = at_minute(day.unwrap_or(date), MORNING);
        if due <= entry.at {
            continue;
        }
        let mut said = compose::say(routing, facts, &reminder.id, &reminder.text, &[("days", days.to_string())]);
        said.body.turn = reminder.turn;
        said.body.until = Some(date);
        let telling = Telling {
            filing: facts.filing(routing, recipient),
            source: format!("r:{}:{days}:{}:{date}", reminder.id, facts.subject),
            route: reminder.id.clone(),
            group: group.code.clone(),
            lawful: !group.law.is_empty(),
            cause: Some(reminder.cause.clone()),
            urgency: reminder.urgency,
            at: due,
            seq: 0,
            body: seal(db, &recipient, &serde_json::to_string(&said.body)?)?,
            sms: sms(db, &recipient, &said)?,
        };
        work.push(Work::Remind(Box::new(ReminderRow {
            id: store::fresh_uuid().simple().to_string(),
            subject: facts.subject.clone(),
            cause: reminder.cause.clone(),
            recipient,
            code: reminder.id.clone(),
            days: *days,
            due,
            telling: serde_json::to_string(&telling)?,
        })));
    }
    Ok(work)
}

fn sms(db: &Db, recipient: &Recipient, said: &Said) -> Result<Option<Sealed>, Error> {
    match (&said.sms, recipient) {
        (Some(payload), Recipient::Party(_)) => seal(db, recipient, &serde_json::to_string(payload)?).map(Some),
        _ => Ok(None),
    }
}

/// Under the recipient's own key; what a post is told, under a key of the house.
fn seal(db: &Db, recipient: &Recipient, text: &str) -> Result<Sealed, Error> {
    match recipient {
        Recipient::Party(party) => db.seal(party, text),
        Recipient::Post(..) => Ok(db.vault().encrypt(POST_DOMAIN, text)),
    }
}

/// Binds what posts are told to its column.
pub(crate) const POST_DOMAIN: &str = "messages.post";
