//! The WeChat official account (公众号) of 12345: what it pushes, what is replied at once, and what is told later.
//!
//! Source: the provider's public documentation (URL check, message encryption, passive reply, customer-service messages). Signature and
//! encryption are checked against its examples; the service itself was not called.

mod crypt;
mod xml;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use kernel::Sealed;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Db, Error, Message, SendError, Sender};

pub use crypt::{Flaw, Key, is_same, signature};
pub use xml::{document, fields};

use crate::Said;

/// The outbox channel.
pub const CHANNEL: &str = "wechat";
/// How long the service may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// A token is renewed so long before it ends.
const MARGIN: Duration = Duration::from_secs(300);
/// Bytes of an answer.
const ANSWER_MOST: u64 = 64 * 1024;

/// What an operator writes down of the account.
#[derive(Clone)]
pub struct Settings {
    /// Where the service is: `https://api.weixin.qq.com`.
    pub endpoint: String,
    /// The account's id.
    pub app_id: String,
    /// Its secret.
    pub secret: String,
    /// The token of the callback.
    pub token: String,
    /// The EncodingAESKey.
    pub aes_key: String,
}

/// The account.
pub struct Account {
    settings: Settings,
    key: Key,
    agent: ureq::Agent,
    access: Mutex<Option<(String, Instant)>>,
}

/// Kept out of logs.
impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Account({})", self.settings.app_id)
    }
}

/// The query of a push or of the check of the address.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Signed {
    /// Of the check.
    #[serde(default)]
    pub signature: String,
    /// Seconds.
    #[serde(default)]
    pub timestamp: String,
    /// Random.
    #[serde(default)]
    pub nonce: String,
    /// What the check wants to hear.
    #[serde(default)]
    pub echostr: String,
    /// Of a push in safe mode.
    #[serde(default)]
    pub msg_signature: String,
}

/// Something that a follower sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// Who, as the account knows them.
    pub openid: String,
    /// The account's own name, which the reply bears.
    pub account: String,
    /// The same push comes up to three times under it.
    pub key: String,
    /// What.
    pub said: Said,
}

impl Account {
    /// The account of these settings.
    ///
    /// # Errors
    /// Which setting cannot be.
    pub fn new(settings: Settings) -> Result<Account, String> {
        let key = Key::parse(&settings.aes_key).ok_or("wechat.aes_key: an EncodingAESKey has 43 characters")?;
        for (name, value) in [("app_id", &settings.app_id), ("secret", &settings.secret), ("token", &settings.token)] {
            if value.is_empty() {
                return Err(format!("wechat.{name} is empty"));
            }
        }
        let endpoint = settings.endpoint.trim_end_matches('/').to_owned();
        let settings = Settings { endpoint, ..settings };
        Ok(Account { settings, key, agent: store::client(PATIENCE), access: Mutex::new(None) })
    }

    /// What the check of the address wants to hear.
    ///
    /// # Errors
    /// When the signature does not hold.
    pub fn echo(&self, query: &Signed) -> Result<String, Flaw> {
        let own = signature(&[&self.settings.token, &query.timestamp, &query.nonce]);
        if is_same(&own, &query.signature) { Ok(query.echostr.clone()) } else { Err(Flaw::Signature) }
    }

    /// Opens a push in safe mode. What is not a message of a person gives none.
    ///
    /// # Errors
    /// When the signature does not hold, or it cannot be read.
    pub fn read(&self, query: &Signed, body: &str) -> Result<Option<Push>, Flaw> {
        let outer = fields(body)?;
        let encrypted = outer.get("Encrypt").ok_or(Flaw::Form)?;
        let own = signature(&[&self.settings.token, &query.timestamp, &query.nonce, encrypted]);
        if !is_same(&own, &query.msg_signature) {
            return Err(Flaw::Signature);
        }
        let inner = fields(&self.key.open(encrypted, &self.settings.app_id)?)?;
        let field = |name: &str| inner.get(name).map(String::as_str).unwrap_or_default();
        let openid = field("FromUserName");
        if openid.is_empty() || openid.len() > 64 {
            return Err(Flaw::Form);
        }
        let said = match (field("MsgType"), field("Event")) {
            ("text", _) => Said::Words(field("Content").to_owned()),
            ("event", "subscribe") => Said::Followed,
            ("event", "CLICK") => Said::Words(field("EventKey").to_owned()),
            ("event", _) => return Ok(None),
            _ => Said::Other,
        };
        let key = match field("MsgId") {
            "" => format!("{openid} {}", field("CreateTime")),
            id => id.to_owned(),
        };
        Ok(Some(Push { openid: openid.to_owned(), account: field("ToUserName").to_owned(), key, said }))
    }

    /// The reply to a push, sealed as it came.
    pub fn reply(&self, push: &Push, words: &str, now: i64) -> String {
        let time = now.to_string();
        let inner = document(&[
            ("ToUserName", &push.openid),
            ("FromUserName", &push.account),
            ("CreateTime", &time),
            ("MsgType", "text"),
            ("Content", words),
        ]);
        let encrypted = self.key.seal(&inner, &self.settings.app_id, store::random_bytes());
        let nonce = hex::encode(store::random_bytes::<8>());
        let signed = signature(&[&self.settings.token, &time, &nonce, &encrypted]);
        document(&[("Encrypt", &encrypted), ("MsgSignature", &signed), ("TimeStamp", &time), ("Nonce", &nonce)])
    }

    /// The access token: one for the whole house, renewed before it ends.
    fn access(&self) -> Result<String, SendError> {
        let mut held = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((token, until)) = held.as_ref()
            && Instant::now() < *until
        {
            return Ok(token.clone());
        }
        let Settings { endpoint, app_id, secret, .. } = &self.settings;
        // POST: the secret must not stand in an address, which others log.
        let asked = json!({"grant_type": "client_credential", "appid": app_id, "secret": secret});
        let answer = self.post(&format!("{endpoint}/cgi-bin/stable_token"), &asked)?;
        let token = answer["access_token"].as_str().ok_or_else(|| refused(&answer))?.to_owned();
        let seconds = answer["expires_in"].as_u64().unwrap_or(7_200);
        *held = Some((token.clone(), Instant::now() + Duration::from_secs(seconds).saturating_sub(MARGIN)));
        Ok(token)
    }

    fn post(&self, address: &str, body: &Value) -> Result<Value, SendError> {
        // The address may bear the token, so an error of the client is not repeated.
        let later = |reason: &str| SendError { reason: reason.to_owned(), retry: true };
        let sent = self.agent.post(address).send_json(body);
        let mut response = sent.map_err(|_| later("the service cannot be reached"))?;
        let status = response.status().as_u16();
        let read = response.body_mut().with_config().limit(ANSWER_MOST).read_json();
        read.map_err(|_| later(&format!("HTTP {status} without an answer that can be read")))
    }

    /// Tells a follower something, by a customer-service message (客服消息): allowed for 48 hours after they wrote last.
    fn tell(&self, openid: &str, words: &str) -> Result<Told, SendError> {
        let body = json!({"touser": openid, "msgtype": "text", "text": {"content": words}});
        // A token that somebody else renewed is renewed here once.
        for attempt in 0..2 {
            let address =
                format!("{}/cgi-bin/message/custom/send?access_token={}", self.settings.endpoint, self.access()?);
            let answer = self.post(&address, &body)?;
            match answer["errcode"].as_i64() {
                Some(0) => return Ok(Told::Taken),
                Some(40001 | 40014 | 42001) if attempt == 0 => {
                    *self.access.lock().unwrap_or_else(PoisonError::into_inner) = None;
                }
                // Out of the 48 hours, or they follow no longer: nobody is told this way.
                Some(45015 | 43004) => return Ok(Told::Unreachable),
                _ => return Err(refused(&answer)),
            }
        }
        Err(SendError { reason: "the access token is not taken".to_owned(), retry: true })
    }
}

/// What became of something that was to be told.
enum Told {
    Taken,
    Unreachable,
}

/// Another try helps when the service is busy or was asked too often.
fn refused(answer: &Value) -> SendError {
    let code = answer["errcode"].as_i64().unwrap_or_default();
    SendError { reason: format!("errcode {code}"), retry: matches!(code, -1 | 0 | 45009 | 45047) }
}

/// The body of an outbox row: sealed with the key of the order's holder.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Payload {
    pub openid: String,
    pub words: String,
}

/// Carries what the outbox holds for the account.
pub struct Courier {
    db: Db,
    account: std::sync::Arc<Account>,
}

impl Courier {
    /// A sender of `db`'s messages.
    pub fn new(db: Db, account: std::sync::Arc<Account>) -> Courier {
        Courier { db, account }
    }

    fn open(&self, message: &Message) -> Result<Payload, Error> {
        let party = message.party.ok_or_else(|| Error::Corrupt("a WeChat message has no holder".to_owned()))?;
        Ok(serde_json::from_str(&self.db.unseal(&party, &Sealed(message.body.clone()))?)?)
    }
}

impl Sender for Courier {
    fn channel(&self) -> &str {
        CHANNEL
    }

    fn send(&self, message: &Message) -> Result<(), SendError> {
        let payload = match self.open(message) {
            Ok(payload) => payload,
            // Who was erased is told nothing more.
            Err(Error::Erased) => return Ok(()),
            Err(error) => {
                return Err(SendError { reason: error.to_string(), retry: !matches!(error, Error::Corrupt(_)) });
            }
        };
        match self.account.tell(&payload.openid, &payload.words)? {
            Told::Taken => Ok(()),
            Told::Unreachable => {
                tracing::info!(key = message.key, "a follower can no longer be told by WeChat");
                Ok(())
            }
        }
    }
}
