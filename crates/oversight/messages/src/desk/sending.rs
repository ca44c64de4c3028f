//! What becomes of SMS that were handed over.

use kernel::Actor;
use store::{Tx, journal};

use super::Result;
use crate::model::{MessageId, SmsState};
use crate::{Event, Refusal, rules, table};

/// What the SMS operator reports about one SMS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The key that went along: the message's id.
    pub key: String,
    /// The operator's own number for it.
    pub receipt: String,
    /// Whether the phone has it.
    pub delivered: bool,
    /// The operator's code, such as `DELIVERED`.
    pub code: String,
}

/// Takes a report over; whether it was news. Reports that come twice, late or for unknown messages change nothing.
///
/// # Errors
/// When the database fails.
pub fn report(tx: &mut Tx, report: &Report) -> std::result::Result<bool, store::Error> {
    let Ok(id) = report.key.parse::<MessageId>() else { return Ok(false) };
    let (state, reason) = match report.delivered {
        true => (SmsState::Delivered, None),
        false => (SmsState::Failed, Some(report.code.as_str())),
    };
    // A report may overtake the note that it was sent.
    let on_its_way = (SmsState::Sent, SmsState::Queued);
    let is_news = table::sms::change(tx, &id, on_its_way, state, reason, Some(&report.receipt))?;
    if is_news && report.delivered {
        table::sms::forget(tx, &id)?;
    }
    Ok(is_news)
}

/// Sends a parked SMS again.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::ReasonMissing`], [`Refusal::NotParked`].
pub fn resend(tx: &mut Tx, actor: &Actor, message: &str, reason: &str) -> Result<()> {
    rules::may_operate(actor, reason)?;
    let parked = store::parked(tx, 1_000)?;
    let is_sms = parked.iter().any(|parked| parked.message.id == message && parked.message.channel == "sms");
    if !is_sms || !tx.unpark(message)? {
        return Err(Refusal::NotParked.into());
    }
    let stream = format!("sms:{message}");
    let before = journal::stream(tx, &stream, 1, 1_000)?.len();
    let event = Event::Resent { reason: reason.trim().to_owned() };
    Ok(tx.journal(actor, &stream, before as i64 + 1, &[event])?)
}
