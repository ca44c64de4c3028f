//! A simulated SMS operator that speaks Alibaba Cloud's SendSms (signature V3) and pushes delivery reports. It sends
//! nothing: what would have gone out is shown at `/sandbox/sms`.
//!
//! Source: the provider's public reference; not checked against the live service. Numbers that end in `0000` are never
//! reached, so that a failed report can be seen.

use crate::{Desk, Error, Fault, Notice, keys, page};
use axum::{
    Json, Router,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{Html, IntoResponse, Response},
    routing::{get, post, put},
};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Write as _,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The name of this system for switches and log.
pub const SYSTEM: &str = "sms";
/// The sentence on its pages.
pub const STRIP: &str = "模拟器，未发出真实短信";

const KEY_ID: &str = "SIMLTAI0000000001";
/// Texts that are kept.
const KEPT: usize = 500;
/// Two requests with the same nonce are one that was replayed.
const NONCES: usize = 1_000;

/// What a customer of the operator keeps in its configuration.
#[derive(Clone, Debug)]
pub struct Account {
    /// Where the operator's API is.
    pub endpoint: String,
    /// Access key.
    pub key_id: String,
    /// Its secret.
    pub key_secret: String,
}

/// What is set at the operator's own console: the texts of templates by code, and where reports go.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Console {
    /// Texts with `${field}`, by code. While there are none, every code is taken and shown with its values.
    #[serde(default)]
    pub templates: BTreeMap<String, String>,
    /// Where delivery reports are pushed; nowhere, if empty.
    #[serde(default)]
    pub report_url: String,
}

/// One text that would have gone out.
#[derive(Clone, Debug, Serialize)]
pub struct Text {
    /// When.
    pub at: String,
    /// To whom.
    pub to: String,
    /// The words, with the signature.
    pub text: String,
    /// What the customer calls it.
    pub out_id: String,
    /// What the operator calls it.
    pub biz_id: String,
}

struct Sms {
    desk: Arc<Desk>,
    secret: String,
    console: Mutex<Console>,
    texts: Mutex<VecDeque<Text>>,
    nonces: Mutex<VecDeque<String>>,
}

/// Its routes, and the account with which it is called.
pub(crate) fn routes(desk: Arc<Desk>, folder: &Path) -> Result<(Router, Account), Error> {
    let secret = keys::text(folder, "sms.secret", || Ok(keys::random_hex::<15>()))?;
    let account = Account { endpoint: desk.address.clone(), key_id: KEY_ID.to_owned(), key_secret: secret.clone() };
    let sms = Sms { desk, secret, console: Mutex::default(), texts: Mutex::default(), nonces: Mutex::default() };
    let routes = Router::new()
        .route("/", post(call))
        .route("/sandbox/sms", get(show))
        .route("/sandbox/sms/texts", get(texts))
        .route("/sandbox/sms/console", put(set))
        .with_state(Arc::new(sms));
    Ok((routes, account))
}

async fn set(State(sms): State<Arc<Sms>>, Json(console): Json<Console>) -> StatusCode {
    *lock(&sms.console) = console;
    StatusCode::NO_CONTENT
}

async fn texts(State(sms): State<Arc<Sms>>) -> Json<Vec<Text>> {
    Json(lock(&sms.texts).iter().rev().cloned().collect())
}

async fn show(State(sms): State<Arc<Sms>>) -> Html<String> {
    let mut body = String::from(
        "<h1>短信</h1><p>这些短信没有真的发出去，只在这里看得到。最新的在前。</p><table><tr><th>时间<th>号码<th>内容</tr>",
    );
    for text in lock(&sms.texts).iter().rev() {
        let (at, to, words) = (page::escape(&text.at), page::escape(&text.to), page::escape(&text.text));
        let _ = write!(body, "<tr><td>{at}<td>{to}<td>{words}</tr>");
    }
    body.push_str("</table>");
    Html(page::frame_under(STRIP, "短信", &body))
}

/// One call of the operator's API.
async fn call(State(sms): State<Arc<Sms>>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let (status, answer) = answer(&sms, &headers, &query).await;
    let action = text_of(&headers, "x-acs-action");
    sms.desk.tell(SYSTEM, "in", &format!("POST / {action}"), &query, &format!("{status} {answer}"));
    (StatusCode::from_u16(status).unwrap_or(StatusCode::OK), Json(answer)).into_response()
}

async fn answer(sms: &Arc<Sms>, headers: &HeaderMap, query: &str) -> (u16, Value) {
    let request_id = format!("SIM{}", keys::random_hex::<8>().to_uppercase());
    let refuse = |status: u16, code: &str| (status, json!({"RequestId": request_id, "Code": code, "Message": code}));
    if sms.desk.fails(SYSTEM, Fault::ServerError) {
        return refuse(500, "isp.SYSTEM_ERROR");
    }
    if sms.desk.fails(SYSTEM, Fault::Delay) {
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    if sms.desk.fails(SYSTEM, Fault::BadSignature) || !is_signed(headers, query, &sms.secret) {
        return refuse(403, "SignatureDoesNotMatch");
    }
    let nonce = text_of(headers, "x-acs-signature-nonce");
    {
        let mut nonces = lock(&sms.nonces);
        if nonces.contains(&nonce) {
            return refuse(400, "SignatureNonceUsed");
        }
        nonces.push_back(nonce);
        if nonces.len() > NONCES {
            nonces.pop_front();
        }
    }
    if text_of(headers, "x-acs-action") != "SendSms" {
        return refuse(404, "InvalidAction.NotFound");
    }
    let fields: BTreeMap<String, String> = pairs(query).collect();
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let (to, code) = (field("PhoneNumbers"), field("TemplateCode"));
    if to.len() != 11 || !to.bytes().all(|byte| byte.is_ascii_digit()) {
        return refuse(200, "isv.MOBILE_NUMBER_ILLEGAL");
    }
    let Ok(values) = serde_json::from_str::<BTreeMap<String, String>>(&field("TemplateParam")) else {
        return refuse(200, "isv.INVALID_JSON_PARAM");
    };
    let Some(words) = words(&lock(&sms.console), &code, &values) else {
        return refuse(200, "isv.SMS_TEMPLATE_ILLEGAL");
    };
    let biz_id = format!("SIM{}", keys::random_hex::<8>().to_uppercase());
    let text = Text {
        at: jiff::Timestamp::now().to_string(),
        to,
        text: format!("【{}】{words}", field("SignName")),
        out_id: field("OutId"),
        biz_id: biz_id.clone(),
    };
    report(sms, &text);
    {
        let mut texts = lock(&sms.texts);
        texts.push_back(text);
        if texts.len() > KEPT {
            texts.pop_front();
        }
    }
    if sms.desk.fails(SYSTEM, Fault::TimeOutAfter) {
        // Longer than any caller waits.
        tokio::time::sleep(Duration::from_secs(30)).await;
    }
    (200, json!({"RequestId": request_id, "Code": "OK", "Message": "OK", "BizId": biz_id}))
}

/// The words of a template; `None` for a code that was not registered.
fn words(console: &Console, code: &str, values: &BTreeMap<String, String>) -> Option<String> {
    if console.templates.is_empty() {
        let shown: Vec<String> = values.iter().map(|(name, value)| format!("{name}={value}")).collect();
        return Some(format!("{code} {}", shown.join(" ")));
    }
    let template = console.templates.get(code)?.clone();
    Some(values.iter().fold(template, |text, (name, value)| text.replace(&format!("${{{name}}}"), value)))
}

/// Pushes a delivery report, a moment later.
fn report(sms: &Arc<Sms>, text: &Text) {
    let url = lock(&sms.console).report_url.clone();
    if url.is_empty() {
        return;
    }
    let is_reached = !text.to.ends_with("0000");
    let code = if is_reached { "DELIVERED" } else { "SP:0003" };
    let body = json!([{
        "phone_number": text.to, "send_time": text.at, "report_time": text.at, "success": is_reached,
        "err_code": code, "err_msg": code, "sms_size": "1", "biz_id": text.biz_id, "out_id": text.out_id,
    }]);
    sms.desk.notify(Notice {
        system: SYSTEM,
        url,
        headers: vec![("content-type".to_owned(), "application/json; charset=utf-8".to_owned())],
        body: body.to_string(),
        taken: |status, answer| status == 200 && answer.contains("\"code\":0"),
        again: &[60, 300, 600],
    });
}

/// Whether the request bears the signature that it should (ACS3-HMAC-SHA256).
fn is_signed(headers: &HeaderMap, query: &str, secret: &str) -> bool {
    let authorization = text_of(headers, "authorization");
    let part = |name: &str| {
        let rest = authorization.split(&format!("{name}=")).nth(1)?;
        Some(rest.split([',', ' ']).next()?.to_owned())
    };
    let (Some(credential), Some(signed), Some(signature)) =
        (part("Credential"), part("SignedHeaders"), part("Signature"))
    else {
        return false;
    };
    let must = ["host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version"];
    let names: Vec<&str> = signed.split(';').collect();
    if credential != KEY_ID || !must.iter().all(|name| names.contains(name)) || !names.is_sorted() {
        return false;
    }
    let mut sorted: Vec<&str> = query.split('&').collect();
    sorted.sort_unstable();
    let lines: String = names.iter().map(|name| format!("{name}:{}\n", text_of(headers, name).trim())).collect();
    let hash = text_of(headers, "x-acs-content-sha256");
    let canonical = format!("POST\n/\n{}\n{lines}\n{signed}\n{hash}", sorted.join("&"));
    let digest = hex::encode(Sha256::digest(canonical.as_bytes()));
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(format!("ACS3-HMAC-SHA256\n{digest}").as_bytes());
    hex::decode(signature).is_ok_and(|signature| mac.verify_slice(&signature).is_ok())
}

fn text_of(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

fn pairs(query: &str) -> impl Iterator<Item = (String, String)> + '_ {
    query.split('&').filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        Some((decoded(name)?, decoded(value)?))
    })
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let digit = |byte: Option<u8>| Some(char::from(byte?).to_digit(16)? as u8);
        bytes.push(if byte == b'%' { digit(rest.next())? * 16 + digit(rest.next())? } else { byte });
    }
    String::from_utf8(bytes).ok()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
