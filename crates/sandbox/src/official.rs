//! A simulated WeChat official account (公众号) in safe mode: it pushes what a follower writes to the account's callback, takes the reply,
//! and takes customer-service messages. Nothing reaches anybody: what was said is shown at `/sandbox/official`.
//!
//! Source: the provider's public documentation; not checked against the live service. It seals and opens by itself, with nothing of the
//! product's own adapter.

use crate::{Desk, Error, Fault, keys, page};
use aes::Aes256;
use axum::{
    Form, Json, Router,
    extract::{Query, State},
    http::StatusCode,
    response::{Html, Redirect},
    routing::{get, post, put},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::NoPadding};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use std::{
    collections::{BTreeMap, VecDeque},
    fmt::Write as _,
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The name of this system for switches and log.
pub const SYSTEM: &str = "official";
/// The sentence on its pages.
pub const STRIP: &str = "模拟器，没有连接真的微信";

const APP_ID: &str = "wxSIM0000000000001";
const ACCOUNT: &str = "gh_SIM12345";
/// Lines that are kept.
const KEPT: usize = 500;
/// How long WeChat waits for a reply, and how often it pushes in all.
const PATIENCE: Duration = Duration::from_secs(5);
const PUSHES: usize = 3;

/// What the owner of the account keeps in its configuration.
#[derive(Clone, Debug)]
pub struct Account {
    /// Where the service is.
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

/// One thing that was said.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Who follows.
    pub openid: String,
    /// `follower`, `reply` or `message`.
    pub by: &'static str,
    /// What.
    pub text: String,
}

struct Official {
    desk: Arc<Desk>,
    account: Account,
    key: [u8; 32],
    callback: Mutex<String>,
    access: Mutex<String>,
    lines: Mutex<VecDeque<Line>>,
    number: AtomicU64,
}

/// Its routes, and the account with which it is called.
pub(crate) fn routes(desk: Arc<Desk>, folder: &Path) -> Result<(Router, Account), Error> {
    let secret = keys::text(folder, "official.secret", || Ok(keys::random_hex::<16>()))?;
    let token = keys::text(folder, "official.token", || Ok(keys::random_hex::<12>()))?;
    let aes_key = keys::text(folder, "official.aes", || {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| Error::Key(error.to_string()))?;
        Ok(STANDARD.encode(bytes).trim_end_matches('=').to_owned())
    })?;
    let key = STANDARD.decode(format!("{aes_key}=")).ok().and_then(|bytes| bytes.try_into().ok());
    let key = key.ok_or_else(|| Error::Key("official.aes: 43 characters".to_owned()))?;
    let account = Account { endpoint: desk.address.clone(), app_id: APP_ID.to_owned(), secret, token, aes_key };
    let official = Official {
        desk,
        account: account.clone(),
        key,
        callback: Mutex::default(),
        access: Mutex::default(),
        lines: Mutex::default(),
        number: AtomicU64::new(1),
    };
    let routes = Router::new()
        .route("/cgi-bin/stable_token", post(access))
        .route("/cgi-bin/message/custom/send", post(message))
        .route("/sandbox/official", get(show))
        .route("/sandbox/official/say", post(say))
        .route("/sandbox/official/lines", get(lines))
        .route("/sandbox/official/console", put(set))
        .with_state(Arc::new(official));
    Ok((routes, account))
}

#[derive(Deserialize)]
struct Console {
    callback_url: String,
}

async fn set(State(official): State<Arc<Official>>, Json(console): Json<Console>) -> StatusCode {
    *lock(&official.callback) = console.callback_url;
    StatusCode::NO_CONTENT
}

async fn lines(State(official): State<Arc<Official>>) -> Json<Vec<Line>> {
    Json(lock(&official.lines).iter().cloned().collect())
}

#[derive(Deserialize)]
struct Grant {
    appid: String,
    secret: String,
}

async fn access(State(official): State<Arc<Official>>, Json(grant): Json<Grant>) -> Json<Value> {
    if official.desk.fails(SYSTEM, Fault::ServerError) {
        return Json(json!({"errcode": -1, "errmsg": "system error"}));
    }
    if grant.appid != APP_ID || grant.secret != official.account.secret {
        return Json(json!({"errcode": 40125, "errmsg": "invalid appsecret"}));
    }
    let token = format!("SIM{}", keys::random_hex::<32>());
    *lock(&official.access) = token.clone();
    Json(json!({"access_token": token, "expires_in": 7200}))
}

#[derive(Deserialize)]
struct Access {
    access_token: String,
}

async fn message(
    State(official): State<Arc<Official>>,
    Query(access): Query<Access>,
    Json(body): Json<Value>,
) -> Json<Value> {
    if official.desk.fails(SYSTEM, Fault::Delay) {
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    if official.desk.fails(SYSTEM, Fault::ServerError) {
        return Json(json!({"errcode": -1, "errmsg": "system error"}));
    }
    if official.desk.fails(SYSTEM, Fault::BadSignature) || access.access_token != *lock(&official.access) {
        return Json(json!({"errcode": 40001, "errmsg": "invalid credential"}));
    }
    let field = |path: &str| body.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (openid, text) = (field("/touser"), field("/text/content"));
    let knows = lock(&official.lines).iter().any(|line| line.openid == openid && line.by == "follower");
    if !knows {
        return Json(json!({"errcode": 45015, "errmsg": "response out of time limit or subscription is canceled"}));
    }
    official.tell(openid, "message", text);
    Json(json!({"errcode": 0, "errmsg": "ok"}))
}

#[derive(Deserialize)]
struct Written {
    openid: String,
    text: String,
}

/// A follower writes.
async fn say(State(official): State<Arc<Official>>, Form(written): Form<Written>) -> Redirect {
    let callback = lock(&official.callback).clone();
    official.tell(written.openid.clone(), "follower", written.text.clone());
    let number = official.number.fetch_add(1, Ordering::Relaxed);
    let twice = official.desk.fails(SYSTEM, Fault::Duplicate);
    for _ in 0..if twice { 2 } else { 1 } {
        for _ in 0..PUSHES {
            let (address, body) = official.push(&callback, &written, number);
            let (desk, sent) = (Arc::clone(&official.desk), body.clone());
            let (to, patience) = (address.clone(), PATIENCE);
            let answer = tokio::task::spawn_blocking(move || post_xml(&to, &sent, patience)).await;
            let answer = answer.unwrap_or_else(|error| Err(error.to_string()));
            let heard = match &answer {
                Ok(text) => official.open(text),
                Err(why) => Some(why.clone()),
            };
            desk.tell(SYSTEM, "out", &address, &body, heard.as_deref().unwrap_or_default());
            if answer.is_ok() {
                official.tell(written.openid.clone(), "reply", heard.unwrap_or_default());
                break;
            }
        }
    }
    Redirect::to(&format!("/sandbox/official?openid={}", written.openid.replace(['&', '#', '%', ' '], "")))
}

fn post_xml(address: &str, body: &str, patience: Duration) -> Result<String, String> {
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(patience)).build().into();
    let sent = agent.post(address).header("content-type", "text/xml").send(body);
    let mut response = sent.map_err(|error| error.to_string())?;
    let status = response.status().as_u16();
    let text = response.body_mut().read_to_string().map_err(|error| error.to_string())?;
    if status == 200 { Ok(text) } else { Err(format!("{status} {text}")) }
}

impl Official {
    fn tell(&self, openid: String, by: &'static str, text: String) {
        let mut lines = lock(&self.lines);
        if lines.len() == KEPT {
            lines.pop_front();
        }
        lines.push_back(Line { openid, by, text });
    }

    /// Address and body of a push.
    fn push(&self, callback: &str, written: &Written, number: u64) -> (String, String) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let (openid, text) = (&written.openid, written.text.replace("]]>", ""));
        let inner = format!(
            "<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><FromUserName><![CDATA[{openid}]]></FromUserName>\
             <CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>\
             <MsgId>{}</MsgId></xml>",
            // Numbers of the service are of 64 bits; these are told apart from a later run's.
            now / 1_000 * 1_000_000 + number
        );
        let encrypted = self.seal(&inner);
        let (time, nonce) = (now.to_string(), keys::random_hex::<5>());
        let mut signed = signature(&[&self.account.token, &time, &nonce, &encrypted]);
        if self.desk.fails(SYSTEM, Fault::BadSignature) {
            signed = signed.chars().rev().collect();
        }
        let outer = signature(&[&self.account.token, &time, &nonce]);
        let address = format!(
            "{callback}?signature={outer}&timestamp={time}&nonce={nonce}&openid={openid}&encrypt_type=aes&msg_signature={signed}"
        );
        let body = format!(
            "<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
        );
        (address, body)
    }

    fn iv(&self) -> [u8; 16] {
        let mut iv = [0; 16];
        iv.copy_from_slice(&self.key[..16]);
        iv
    }

    fn seal(&self, text: &str) -> String {
        let noise = keys::random_hex::<8>();
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let mut plain = [noise.as_bytes(), &length.to_be_bytes(), text.as_bytes(), APP_ID.as_bytes()].concat();
        let fill = 32 - plain.len() % 32;
        plain.resize(plain.len() + fill, u8::try_from(fill).unwrap_or_default());
        let cipher = cbc::Encryptor::<Aes256>::new(&self.key.into(), &self.iv().into());
        STANDARD.encode(cipher.encrypt_padded_vec::<NoPadding>(&plain))
    }

    /// The words of a reply; nothing if it only says that the push was taken.
    fn open(&self, reply: &str) -> Option<String> {
        let outer = fields(reply);
        let encrypted = outer.get("Encrypt")?;
        let own = signature(&[
            &self.account.token,
            outer.get("TimeStamp").map(String::as_str).unwrap_or_default(),
            outer.get("Nonce").map(String::as_str).unwrap_or_default(),
            encrypted,
        ]);
        if outer.get("MsgSignature") != Some(&own) {
            return Some("（应答的签名不对）".to_owned());
        }
        let mut bytes = STANDARD.decode(encrypted).ok()?;
        let cipher = cbc::Decryptor::<Aes256>::new(&self.key.into(), &self.iv().into());
        let plain = cipher.decrypt_padded::<NoPadding>(&mut bytes).ok()?;
        let length = u32::from_be_bytes(plain.get(16..20)?.try_into().ok()?);
        let text = plain.get(20..20 + usize::try_from(length).ok()?)?;
        fields(&String::from_utf8_lossy(text)).remove("Content")
    }
}

/// The fields of flat XML, with the five entities undone.
fn fields(xml: &str) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    let mut rest = xml.trim().trim_start_matches("<xml>");
    while let Some((name, after)) = rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        let Some((value, behind)) = after.split_once(&format!("</{name}>")) else { break };
        let value = value.trim_start_matches("<![CDATA[").trim_end_matches("]]>");
        let value = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
        fields.insert(name.to_owned(), value.replace("&amp;", "&"));
        rest = behind.trim_start();
    }
    fields
}

fn signature(parts: &[&str]) -> String {
    let mut sorted = parts.to_vec();
    sorted.sort_unstable();
    hex::encode(Sha1::digest(sorted.concat().as_bytes()))
}

#[derive(Deserialize)]
struct Asked {
    openid: Option<String>,
}

async fn show(State(official): State<Arc<Official>>, Query(asked): Query<Asked>) -> Html<String> {
    let openid = asked.openid.unwrap_or_else(|| "oSIMfollower1".to_owned());
    let mut body = format!(
        "<h1>12345 公众号</h1><p>您是关注者 {0}。写一句话，会按微信的报文推给系统；应答和以后的客服消息显示在下面。</p>\
         <form method=post action=/sandbox/official/say><input type=hidden name=openid value=\"{0}\">\
         <p><label>您说 <input name=text style=\"width:24em\" autofocus></label></p><button>发送</button></form><table><tr><th>谁<th>说了什么</tr>",
        page::escape(&openid)
    );
    for line in lock(&official.lines).iter().filter(|line| line.openid == openid).rev() {
        let who = match line.by {
            "follower" => "您",
            "reply" => "公众号",
            _ => "公众号（后来）",
        };
        let _ = write!(body, "<tr><td>{who}<td style=\"white-space:pre-wrap\">{}</tr>", page::escape(&line.text));
    }
    body.push_str("</table>");
    Html(page::frame_under(STRIP, "公众号", &body))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
