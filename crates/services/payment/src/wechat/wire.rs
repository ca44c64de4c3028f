//! One signed call, and its answer verified.

use kernel::{Timestamp, local_time};
use serde_json::Value;
use ureq::http::{Method, Request};

use super::{Wechat, crypto};
use crate::gateway::Trouble;

/// The most that an answer may have, in bytes.
const ANSWER_MOST: u64 = 256 * 1024;

/// What the channel answered.
pub(super) enum Answer {
    /// It did what was asked.
    Done(Value),
    /// It refused.
    Refused { status: u16, code: String, message: String },
}

impl Answer {
    pub fn trouble(self) -> Trouble {
        match self {
            Answer::Done(_) => Trouble { reason: "the channel's answer cannot be used".to_owned(), passes: true },
            Answer::Refused { status, code, message } => Trouble {
                // 429 and 5xx pass; so does a clock or key that somebody puts right.
                passes: status == 429 || status >= 500 || status == 401,
                reason: format!("{status} {code} {message}"),
            },
        }
    }
}

impl Wechat {
    /// Calls; anything but success is trouble.
    pub(super) fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Trouble> {
        match self.ask(method, path, body)? {
            Answer::Done(told) => Ok(told),
            refused => Err(refused.trouble()),
        }
    }

    /// Calls, and gives what was answered once its signature is known to be the channel's.
    pub(super) fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer, Trouble> {
        let (status, headers, bytes) = self.send(method, &self.contract.api, path, body, ANSWER_MOST)?;
        if !(200..300).contains(&status) {
            let told: Value = serde_json::from_slice(&bytes).unwrap_or_default();
            let text = |name: &str| told[name].as_str().unwrap_or_default().chars().take(120).collect::<String>();
            return Ok(Answer::Refused { status, code: text("code"), message: text("message") });
        }
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let key = self.platform.iter().find(|(serial, _)| *serial == header("wechatpay-serial"));
        let (timestamp, nonce) = (header("wechatpay-timestamp"), header("wechatpay-nonce"));
        let is_signed =
            key.is_some_and(|(_, key)| crypto::holds(key, timestamp, nonce, &bytes, header("wechatpay-signature")));
        if !is_signed {
            // Whatever it says cannot be believed; what it did will be found out by asking again.
            return Err(Trouble {
                reason: "the signature of the channel's answer does not hold".to_owned(),
                passes: true,
            });
        }
        if bytes.is_empty() {
            return Ok(Answer::Done(Value::Null));
        }
        let told = serde_json::from_slice(&bytes);
        told.map(Answer::Done)
            .map_err(|_| Trouble { reason: "the channel's answer is not JSON".to_owned(), passes: true })
    }

    /// Sends a signed request: `Authorization: WECHATPAY2-SHA256-RSA2048 …` over method, path, time, nonce and body.
    pub(super) fn send(
        &self,
        method: &str,
        base: &str,
        path: &str,
        body: Option<&Value>,
        most: u64,
    ) -> Result<(u16, ureq::http::HeaderMap, Vec<u8>), Trouble> {
        let failed = |reason: String| Trouble { reason, passes: true };
        let body = body.map(Value::to_string).unwrap_or_default();
        let timestamp = Timestamp::now().as_second();
        let nonce = hex::encode_upper(store::random_bytes::<16>());
        let text = format!("{method}\n{path}\n{timestamp}\n{nonce}\n{body}\n");
        let signature = crypto::sign(&self.private, &text);
        let signature = signature.ok_or_else(|| failed("the merchant's key does not sign".to_owned()))?;
        let (mchid, serial) = (&self.contract.mchid, &self.contract.serial);
        let authorization = format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"{mchid}\",nonce_str=\"{nonce}\",signature=\"{signature}\",timestamp=\"{timestamp}\",serial_no=\"{serial}\""
        );
        let method = Method::from_bytes(method.as_bytes()).map_err(|error| failed(error.to_string()))?;
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", base.trim_end_matches('/')))
            .header("Authorization", authorization)
            .header("Accept", "application/json")
            .header("Content-Type", "application/json")
            .header("User-Agent", concat!("Tongban/", env!("CARGO_PKG_VERSION")))
            .body(body.into_bytes())
            .map_err(|error| failed(error.to_string()))?;
        let response = self.agent.run(request).map_err(|error| failed(error.to_string()))?;
        let (parts, mut body) = response.into_parts();
        let bytes = body.with_config().limit(most).read_to_vec().map_err(|error| failed(error.to_string()))?;
        Ok((parts.status.as_u16(), parts.headers, bytes))
    }
}

/// `2026-11-26T10:20:30+08:00`
pub(super) fn beijing(at: Timestamp) -> String {
    let local = local_time(at);
    format!("{}T{:02}:{:02}:{:02}+08:00", local.date(), local.hour(), local.minute(), local.second())
}

/// A text as part of a query.
pub(super) fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
