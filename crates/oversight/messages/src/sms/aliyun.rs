//! Alibaba Cloud Short Message Service, action SendSms, version 2017-05-25, signed by V3 (ACS3-HMAC-SHA256).
//!
//! Source: the provider's public reference (request structure and signature V3; SendSms). The signature is checked
//! against the reference's own example; the service itself was not called.

use std::collections::BTreeMap;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use store::SendError;

use super::{Operator, Outgoing};

const VERSION: &str = "2017-05-25";
const TIMEOUT: Duration = Duration::from_secs(10);

/// Hands SMS to Alibaba Cloud, or to what speaks its protocol.
pub struct Aliyun {
    endpoint: String,
    host: String,
    key_id: String,
    secret: String,
    agent: ureq::Agent,
}

impl std::fmt::Debug for Aliyun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Aliyun({})", self.endpoint)
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "Code", default)]
    code: String,
    #[serde(rename = "BizId", default)]
    biz_id: String,
}

impl Aliyun {
    /// The service at `endpoint` (`https://dysmsapi.aliyuncs.com`), with the access key of the account.
    pub fn new(endpoint: &str, key_id: &str, secret: &str) -> Aliyun {
        let endpoint = endpoint.trim_end_matches('/').to_owned();
        let host = endpoint.split_once("://").map_or(endpoint.as_str(), |(_, rest)| rest).to_owned();
        let agent = store::client(TIMEOUT);
        Aliyun { endpoint, host, key_id: key_id.to_owned(), secret: secret.to_owned(), agent }
    }
}

impl Operator for Aliyun {
    fn hand_over(&self, sms: &Outgoing<'_>) -> Result<String, SendError> {
        let values = serde_json::to_string(sms.fields).unwrap_or_default();
        let number = sms.to.to_string();
        let parameters = BTreeMap::from([
            ("OutId", sms.key),
            ("PhoneNumbers", number.as_str()),
            ("SignName", sms.signature),
            ("TemplateCode", sms.template),
            ("TemplateParam", values.as_str()),
        ]);
        let query = canonical_query(&parameters);
        // The other side compares with its own clock: the machine's, not the house's, which may run fast.
        let date = kernel_now();
        let nonce = hex::encode(store::random_bytes::<16>());
        let headers = BTreeMap::from([
            ("host", self.host.as_str()),
            ("x-acs-action", "SendSms"),
            ("x-acs-content-sha256", EMPTY),
            ("x-acs-date", date.as_str()),
            ("x-acs-signature-nonce", nonce.as_str()),
            ("x-acs-version", VERSION),
        ]);
        let authorization = authorization(&self.key_id, &self.secret, &query, &headers);
        let mut request = self.agent.post(format!("{}/?{query}", self.endpoint)).header("authorization", authorization);
        for (name, value) in headers.iter().filter(|(name, _)| **name != "host") {
            request = request.header(*name, *value);
        }
        // An error of the client would repeat the address, and the address bears the number.
        let mut response = request.send_empty().map_err(|error| later(kind(&error)))?;
        let status = response.status().as_u16();
        let answer: Result<Answer, _> = response.body_mut().read_json();
        match answer {
            Ok(answer) if answer.code == "OK" => Ok(answer.biz_id),
            Ok(answer) if !answer.code.is_empty() => Err(refused(&answer.code)),
            _ => Err(later(format!("HTTP {status} without an answer that can be read"))),
        }
    }
}

/// The SHA-256 of nothing: all parameters stand in the query.
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn kernel_now() -> String {
    let now = kernel::Timestamp::now();
    kernel::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}

fn later(reason: impl Into<String>) -> SendError {
    SendError { reason: reason.into(), retry: true }
}

/// Another try helps against limits of frequency and faults of the service, not against wrong numbers or templates.
fn refused(code: &str) -> SendError {
    let passing =
        ["LIMIT_CONTROL", "SYSTEM_ERROR", "Throttling", "ServiceUnavailable", "InternalError", "AMOUNT_NOT_ENOUGH"];
    SendError { reason: code.to_owned(), retry: passing.iter().any(|word| code.contains(word)) }
}

fn kind(error: &ureq::Error) -> &'static str {
    match error {
        ureq::Error::Timeout(_) => "the operator does not answer in time",
        ureq::Error::HostNotFound => "the operator's host is not found",
        ureq::Error::ConnectionFailed | ureq::Error::Io(_) => "the operator cannot be reached",
        _ => "the request could not be made",
    }
}

/// Parameters sorted by name, names and values encoded as RFC 3986 wants it.
pub fn canonical_query(parameters: &BTreeMap<&str, &str>) -> String {
    let pairs: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The `Authorization` of a POST without a body. `headers` are all that are signed, `x-acs-content-sha256` among them.
pub fn authorization(key_id: &str, secret: &str, query: &str, headers: &BTreeMap<&str, &str>) -> String {
    let signed: Vec<&str> = headers.keys().copied().collect();
    let signed = signed.join(";");
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
    let hash = headers.get("x-acs-content-sha256").copied().unwrap_or(EMPTY);
    let canonical = format!("POST\n/\n{query}\n{lines}\n{signed}\n{hash}");
    let digest = hex::encode(Sha256::digest(canonical.as_bytes()));
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(format!("ACS3-HMAC-SHA256\n{digest}").as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    format!("ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={signed},Signature={signature}")
}
