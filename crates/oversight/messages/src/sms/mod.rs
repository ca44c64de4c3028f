//! SMS: what stands in the outbox, who sends it, and what the operator reports.

mod aliyun;
mod report;

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{Mobile, Sealed};
use serde::{Deserialize, Serialize};
use store::{Db, Error, Message, ReadExt, SendError, Sender};

pub use aliyun::{Aliyun, authorization, canonical_query};
pub use report::{BadReport, read as read_reports};

use crate::model::{MessageId, SmsState};
use crate::routing::Routing;
use crate::rules::Why;
use crate::{table, tell};

/// Under which key an SMS to somebody who is no party yet is sealed: a code at registration.
pub const OUTBOX_DOMAIN: &str = "outbox.sms";

/// The body of an outbox row of the channel `sms`, once opened: sealed with the party's key, or under
/// [`OUTBOX_DOMAIN`] where the row names no party.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// The number; the party's own as it is when the SMS is sent, if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Mobile>,
    /// The route or notice that it comes from.
    pub notice: String,
    /// The words without signature; rendered from the notice when it is sent, if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The values in the words, for operators that keep the texts themselves.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

/// Kept out of logs.
impl std::fmt::Debug for Payload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Payload({})", self.notice)
    }
}

/// One SMS on its way to an operator.
#[derive(Debug, Clone)]
pub struct Outgoing<'a> {
    /// To whom.
    pub to: &'a Mobile,
    /// The signature, without 【】.
    pub signature: &'a str,
    /// The words with the signature.
    pub text: &'a str,
    /// The code under which the operator knows the template.
    pub template: &'a str,
    /// The template's values.
    pub fields: &'a BTreeMap<String, String>,
    /// Names this SMS for ever: it comes back with the report.
    pub key: &'a str,
}

/// An SMS operator: a real one, or the simulator of one at another address.
pub trait Operator: Send + Sync {
    /// Hands one SMS over; the operator's own number for it.
    ///
    /// # Errors
    /// When it was not taken, with whether another try can help. No personal value stands in the reason.
    fn hand_over(&self, sms: &Outgoing<'_>) -> Result<String, SendError>;
}

/// Sends the outbox's channel `sms` through one operator.
pub struct Desk {
    db: Db,
    operator: Arc<dyn Operator>,
}

impl Desk {
    /// A sender of `db`'s SMS.
    pub fn new(db: Db, operator: Arc<dyn Operator>) -> Desk {
        Desk { db, operator }
    }

    fn open(&self, message: &Message) -> Result<Payload, Error> {
        let sealed = Sealed(message.body.clone());
        let json = match &message.party {
            Some(party) => self.db.unseal(party, &sealed)?,
            None => self.db.vault().decrypt(OUTBOX_DOMAIN, &sealed)?,
        };
        Ok(serde_json::from_str(&json)?)
    }

    fn number(&self, message: &Message, payload: &Payload) -> Result<Option<Mobile>, Error> {
        match (payload.to, &message.party) {
            (Some(to), _) => Ok(Some(to)),
            (None, Some(party)) => {
                let whole = self.db.read::<_, Error>(|read| identity::whole(read, party))?;
                Ok(whole.and_then(|whole| whole.phone().copied()))
            }
            (None, None) => Ok(None),
        }
    }

    /// Notes what became of a message's SMS. One-time codes have no message and need no note.
    fn note(
        &self,
        id: Option<MessageId>,
        to: SmsState,
        reason: Option<String>,
        receipt: Option<String>,
    ) -> Result<(), Error> {
        let Some(id) = id else { return Ok(()) };
        self.db.write::<_, Error, _>(move |tx| {
            let from = (SmsState::Queued, SmsState::Failed);
            table::sms::change(tx, &id, from, to, reason.as_deref(), receipt.as_deref()).map(drop)
        })
    }
}

fn broken(error: &Error) -> SendError {
    SendError { reason: error.to_string(), retry: !matches!(error, Error::Erased | Error::Corrupt(_)) }
}

impl Sender for Desk {
    fn channel(&self) -> &str {
        tell::CHANNEL
    }

    fn send(&self, message: &Message) -> Result<(), SendError> {
        let id: Option<MessageId> = message.key.parse().ok();
        if let Some(id) = &id {
            let row = self.db.read::<_, Error>(|read| table::sms::load(read, id)).map_err(|error| broken(&error))?;
            // Handed over before, and only the outbox's own note was lost.
            if row.is_some_and(|row| matches!(row.state, SmsState::Sent | SmsState::Delivered)) {
                return Ok(());
            }
        }
        let payload = self.open(message).map_err(|error| broken(&error))?;
        let routing = self.db.read::<_, Error>(|read| read.cached::<Routing>()).map_err(|error| broken(&error))?;
        let Some(to) = self.number(message, &payload).map_err(|error| broken(&error))? else {
            let why = Some(Why::NoNumber.name().to_owned());
            return self.note(id, SmsState::NotWanted, why, None).map_err(|error| broken(&error));
        };
        let text = match &payload.text {
            Some(text) => Some(routing.signed(text)),
            None => routing.notice(&payload.notice, &payload.fields),
        };
        let Some(text) = text else {
            return Err(SendError { reason: format!("there is no text for {}", payload.notice), retry: false });
        };
        let template = routing.template_code(&payload.notice);
        let fields = &payload.fields;
        let outgoing = Outgoing {
            to: &to,
            signature: &routing.signature,
            text: &text,
            template: &template,
            fields,
            key: &message.key,
        };
        match self.operator.hand_over(&outgoing) {
            Ok(receipt) => self.note(id, SmsState::Sent, None, Some(receipt)).map_err(|error| broken(&error)),
            Err(error) => {
                if !error.retry {
                    let noted = self.note(id, SmsState::Failed, Some("refused".to_owned()), None);
                    noted.map_err(|error| broken(&error))?;
                }
                Err(error)
            }
        }
    }
}
