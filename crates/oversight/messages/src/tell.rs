//! Writing a message that is composed and sealed: the row, the thread, the count, and what becomes of its SMS.

use kernel::{PartyId, Sealed, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Effect, Error, Read as _, ReadExt as _, Tx};

use crate::model::{Filing, MessageId, Recipient, Side, SmsState};
use crate::routing::{Routing, Urgency};
use crate::rules::{Asked, Plan, Why, plan};
use crate::table::{self, message::NewMessage, sms::NewSms, thread::Growth};

/// The outbox channel of SMS.
pub(crate) const CHANNEL: &str = "sms";

/// One message, composed and sealed: all that is left is to write it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Telling {
    pub filing: Filing,
    /// What it was made from: `e:<entry>`, `r:<reminder>…`, `q:<question>`.
    pub source: String,
    pub route: String,
    /// The group, for preferences.
    pub group: String,
    /// The law requires it to be served: its SMS cannot be switched off.
    pub lawful: bool,
    pub cause: Option<String>,
    pub urgency: Urgency,
    /// When that happened which is told.
    pub at: Timestamp,
    pub seq: i64,
    pub body: Sealed,
    /// The SMS, sealed, where the route has one.
    pub sms: Option<Sealed>,
}

/// Writes them, except those of which their recipient was told from the same source before; how many were written.
pub(crate) fn write(tx: &mut Tx, tellings: &[&Telling], has_channel: bool) -> Result<usize, Error> {
    let new: Vec<NewMessage<'_>> = tellings.iter().map(|telling| new_message(telling)).collect();
    let fresh = table::message::insert(tx, &new)?;
    let written: Vec<(&NewMessage<'_>, &Telling)> = new
        .iter()
        .zip(tellings)
        .zip(&fresh)
        .filter(|(_, fresh)| **fresh)
        .map(|((new, telling), _)| (new, *telling))
        .collect();
    let mut growths: Vec<Growth<'_>> = vec![];
    for (new, telling) in &written {
        match growths.iter_mut().rev().find(|growth| growth.id == new.thread) {
            Some(growth) => {
                (growth.latest, growth.message) = (growth.latest.max(new.at), new.id);
                growth.unread += 1;
            }
            None => growths.push(Growth {
                id: new.thread,
                filing: &telling.filing,
                latest: new.at,
                message: new.id,
                unread: 1,
            }),
        }
    }
    table::thread::grown(tx, &growths)?;
    send(tx, &written, has_channel)?;
    Ok(written.len())
}

fn new_message(telling: &Telling) -> NewMessage<'_> {
    NewMessage {
        id: MessageId::new(store::fresh_uuid()),
        thread: table::thread::id_of(&telling.filing),
        recipient: &telling.filing.recipient,
        source: &telling.source,
        route: &telling.route,
        cause: telling.cause.as_deref(),
        at: telling.at,
        seq: telling.seq,
        side: Side::Office,
        body: &telling.body,
        read_at: None,
    }
}

/// Decides about the SMS of what was written and carries it out.
fn send(tx: &mut Tx, written: &[(&NewMessage<'_>, &Telling)], has_channel: bool) -> Result<(), Error> {
    let routing = tx.cached::<Routing>()?;
    let mut rows = vec![];
    for (new, telling) in written {
        let (Recipient::Party(party), Some(sms)) = (telling.filing.recipient, &telling.sms) else { continue };
        let wanted = telling.lawful
            || table::preference::load(tx, &party, &telling.group, CHANNEL)?.is_none_or(|(wanted, _)| wanted);
        let asked = Asked {
            now: tx.now(),
            happened: telling.at,
            stale_hours: routing.stale_hours,
            quiet: routing.quiet,
            urgency: telling.urgency,
            has_channel,
            wanted,
        };
        let (state, reason, due) = match plan(&asked) {
            Plan::Send => (SmsState::Queued, None, None),
            Plan::Hold(until) => (SmsState::Held, None, Some(until)),
            Plan::Not(why) => (SmsState::NotWanted, Some(why.name()), None),
        };
        if state == SmsState::Queued {
            post(tx, &new.id, &party, sms)?;
        }
        let body = (state != SmsState::NotWanted).then_some(sms);
        rows.push(NewSms { message: new.id, party, state, reason, due, body });
    }
    table::sms::insert(tx, &rows)
}

/// Puts an SMS into the outbox under the message's key.
fn post(tx: &mut Tx, id: &MessageId, party: &PartyId, sms: &Sealed) -> Result<(), Error> {
    let (channel, key) = (CHANNEL.to_owned(), id.to_string());
    tx.outbox(&Effect { channel, key, party: Some(*party), body: sms.as_str().to_owned() })
}

/// The quiet hours of an SMS are over: into the outbox.
pub(crate) fn release(tx: &mut Tx, id: &MessageId) -> Result<(), Error> {
    let Some(row) = table::sms::load(tx, id)? else { return Ok(()) };
    let held = (SmsState::Held, SmsState::Held);
    match row.body {
        Some(body) => {
            if table::sms::change(tx, id, held, SmsState::Queued, None, None)? {
                post(tx, id, &row.party, &body)?;
            }
        }
        None => {
            table::sms::change(tx, id, held, SmsState::NotWanted, Some(Why::Settled.name()), None)?;
        }
    }
    Ok(())
}

/// A cause of this subject is gone: reminders that wait are withdrawn, and what was told asks for nothing any more.
pub(crate) fn settle(tx: &mut Tx, subject: &str, cause: &str) -> Result<(), Error> {
    table::reminder::withdraw(tx, subject, cause)?;
    let now = tx.now();
    table::message::settle(tx, subject, cause, now, Why::Settled.name())
}
