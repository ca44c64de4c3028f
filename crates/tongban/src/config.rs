//! The configuration: one table of settings, from which struct, documentation and overlay all come.
//!
//! Order: defaults, `tongban.toml`, `TONGBAN__SECTION__KEY`, flags; the later wins. A key that nobody knows is an error, because
//! a misspelt setting that is silently ignored is found on the worst day.

use serde::{Deserialize, Serialize};
use std::{fmt, fs, path::Path};
use toml::{Table, Value};

/// One documented setting.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Section of the file.
    pub section: &'static str,
    /// Key within the section.
    pub key: &'static str,
    /// What it does.
    pub doc: &'static [&'static str],
    /// Hidden by `config print --redact`.
    pub secret: bool,
}

macro_rules! settings {
    ($($(#[doc = $about:literal])+ $section:ident: $name:ident { $($(#[doc = $doc:literal])+ $key:ident: $kind:ty = $default:expr, $(secret $secret:literal,)?)+ })+) => {
        /// All settings.
        #[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Config { $($(#[doc = $about])+ pub $section: $name,)+ }
        $(
            $(#[doc = $about])+
            #[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
            #[serde(deny_unknown_fields, default)]
            pub struct $name { $($(#[doc = $doc])+ pub $key: $kind,)+ }
            impl Default for $name {
                fn default() -> Self { Self { $($key: $default,)+ } }
            }
        )+
        /// Every setting with its documentation, in the order of the file.
        pub const SETTINGS: &[Setting] = &[$($(Setting {
            section: stringify!($section), key: stringify!($key), doc: &[$($doc),+], secret: false $(|| $secret)?,
        },)+)+];
        /// What each section is about.
        pub const SECTIONS: &[(&str, &[&str])] = &[$((stringify!($section), &[$($about),+]),)+];
    };
}

settings! {
    /// The HTTP server.
    server: Server {
        /// Address and port to listen on.
        listen: String = "127.0.0.1:8080".to_owned(),
        /// Address under which people reach the server; it stands in QR codes and links. Empty: http:// and `listen`.
        public_url: String = String::new(),
        /// What this server is for: "trial" or "production". Production refuses demonstration accounts and a fast clock.
        profile: String = "trial".to_owned(),
        /// Worker threads; 0 means one for each core.
        threads: usize = 0,
        /// Seconds that running requests are given when the server is told to stop.
        stop_seconds: u64 = 30,
        /// Address and port for /metrics alone, such as "127.0.0.1:9180". Empty: /metrics is served beside the pages, where anybody
        /// can read it; the profile production does not do that and then serves no /metrics at all.
        metrics_listen: String = String::new(),
        /// Seconds within which a request's head must be complete; a connection without requests is closed after as long.
        head_seconds: u64 = 20,
        /// Seconds that a sender may keep a request's body waiting, beyond what its bytes need at 4 KiB a second.
        body_seconds: u64 = 20,
        /// Seconds without progress after which an answer that nobody takes is given up.
        answer_seconds: u64 = 60,
        /// Trust X-Forwarded-For from a reverse proxy in front when limiting rates.
        behind_proxy: bool = false,
    }
    /// Where the data are.
    data: Data {
        /// Folder of the database, files and keys.
        folder: String = "tongban-data".to_owned(),
        /// PostgreSQL address (postgres://user:password@host/name); empty means SQLite in the data folder.
        database: String = String::new(), secret true,
        /// Import the regions, holidays, departments and items that ship with the product when the database is empty.
        built_in: bool = true,
    }
    /// Time.
    clock: Clock {
        /// How many times as fast as real time the product's clock runs; 1 outside demonstrations.
        rate: u32 = 1,
        /// Begin a working day: unless it is nine o'clock on one, the clock starts at 9:05 of the next. Not in production.
        office_hours: bool = false,
    }
    /// Bounds on what a caller may send.
    limits: Limits {
        /// Largest file, in bytes.
        file_bytes_max: usize = 20 * 1024 * 1024,
        /// Largest JSON body of the API, in bytes.
        body_bytes_max: usize = 256 * 1024,
        /// Largest head of a request (request line and headers), in bytes; there may be 100 headers.
        head_bytes_max: usize = 32 * 1024,
        /// Connections at once; further ones are answered 503. Keep it below the number of files that the process may open.
        connections_max: usize = 8192,
        /// Connections at once from one address (IPv6: one /64); not counted for this machine nor behind a proxy.
        connections_of_address_max: usize = 512,
        /// Requests that one client may send in a minute before it is answered 429; 0 means no limit.
        requests_per_minute: u32 = 1200,
    }
    /// Short messages to mobile phones.
    sms: Sms {
        /// Who sends them: "aliyun", or empty for nobody; then people are told on the page alone.
        operator: String = String::new(),
        /// Address of the operator.
        endpoint: String = "https://dysmsapi.aliyuncs.com".to_owned(),
        /// Access key of the account with the operator.
        key_id: String = String::new(),
        /// Its secret.
        key_secret: String = String::new(), secret true,
        /// Last part of the address for delivery reports, /callbacks/sms/TOKEN; empty takes none.
        report_token: String = String::new(), secret true,
    }
    /// The WeChat official account of 12345 (a service account, in safe mode); its callback is /callbacks/wechat.
    wechat: WechatAccount {
        /// Address of the API.
        endpoint: String = "https://api.weixin.qq.com".to_owned(),
        /// The account's AppID; empty for no account.
        app_id: String = String::new(),
        /// Its AppSecret.
        secret: String = String::new(), secret true,
        /// The token that was set for the callback.
        token: String = String::new(), secret true,
        /// The EncodingAESKey that was set for it, 43 characters.
        aes_key: String = String::new(), secret true,
    }
    /// Exchange with other nodes: cities hand up to the province.
    exchange: Exchange {
        /// What this node is called, such as "province" or "nanjing"; empty exchanges with nobody. --node sets it.
        node: String = String::new(),
        /// The nodes that this one knows, separated by blanks: NAME=KEY lets it hand up to us, NAME=KEY@URL makes us hand up to it.
        /// KEY is what `tongban exchange key` prints there; nothing else is believed. --peer adds one. The URL begins with https://;
        /// http:// is for this machine, and production takes it for nothing else.
        peers: String = String::new(),
    }
    /// Demonstration.
    demo: Demo {
        /// Add fictitious people and staff with known passwords and list them at /demo.
        accounts: bool = false,
        /// Cases of the month that a fresh demonstration lives through before it takes commands; 0 leaves the house empty.
        month_cases: u32 = 1500,
        /// A follower that does not run, such as insight.follow: to measure what it costs. Not in production.
        resting: String = String::new(),
    }
    /// Paying online by WeChat Pay (API v3).
    wechat_pay: WechatPay {
        /// "off", "live", or "simulator" for a sandbox that was started with `tongban sandbox`. A server with --demo starts its own
        /// sandbox where this is off. Production refuses simulators.
        kind: String = "off".to_owned(),
        /// Address of the API.
        api: String = "https://api.mch.weixin.qq.com".to_owned(),
        /// Merchant number.
        mchid: String = String::new(),
        /// Application id.
        appid: String = String::new(),
        /// Serial number of the merchant's certificate.
        serial: String = String::new(),
        /// File with the merchant's private key (PKCS#8 PEM).
        private_key_file: String = String::new(),
        /// Id or serial number of WeChat Pay's public key.
        platform_key_id: String = String::new(),
        /// File with WeChat Pay's public key (PEM).
        platform_key_file: String = String::new(),
        /// File with the APIv3 key of 32 characters.
        api_v3_key_file: String = String::new(),
    }
    /// The courier SF-Express.
    sf: SfExpress {
        /// "off", "live", or "simulator". A server with --demo simulates it where this is off. Production refuses simulators.
        kind: String = "off".to_owned(),
        /// Address of the service, up to /std/service.
        address: String = "https://bspgw.sf-express.com".to_owned(),
        /// Customer code (partnerID).
        partner: String = String::new(),
        /// Check word of the customer code.
        check_word: String = String::new(), secret true,
        /// Monthly account.
        card: String = String::new(),
        /// Secret word at the end of the push address: PUBLIC_URL/api/v1/couriers/sf/push/WORD.
        push_word: String = String::new(), secret true,
    }
    /// The courier China Post EMS. It pushes to PUBLIC_URL/api/v1/couriers/ems/push.
    ems: ChinaPost {
        /// "off", "live", or "simulator". A server with --demo simulates it where this is off. Production refuses simulators.
        kind: String = "off".to_owned(),
        /// Address of the service, up to /amp-prod-api.
        address: String = "https://api.ems.com.cn".to_owned(),
        /// Agreement number (senderNo).
        sender: String = String::new(),
        /// Authorisation of the account.
        authorization: String = String::new(), secret true,
        /// Key of the account: base64 of 16 bytes.
        key: String = String::new(), secret true,
    }
    /// What the server writes about itself.
    log: Log {
        /// Level: error, warn, info, debug, trace; or a filter such as "info,store=debug".
        level: String = "info,postgres=warn".to_owned(),
        /// "text" for people, "json" for collectors.
        format: String = "text".to_owned(),
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, Eq, PartialEq)]
pub enum BadConfig {
    /// The file cannot be read.
    Unreadable(String, String),
    /// The file is not TOML.
    Syntax(String, String),
    /// A key that does not exist.
    Unknown {
        /// Where it was found: a file name or "environment".
        place: String,
        /// The key as written.
        key: String,
        /// The nearest key that exists.
        near: Option<String>,
    },
    /// A value of the wrong kind.
    Value {
        /// The key.
        key: String,
        /// What was wrong with it.
        reason: String,
    },
}

impl fmt::Display for BadConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(file, reason) => write!(f, "cannot read {file}: {reason}"),
            Self::Syntax(file, reason) => write!(f, "{file} is not valid TOML: {reason}"),
            Self::Unknown { place, key, near: Some(near) } => {
                write!(f, "{place}: there is no setting {key}; did you mean {near}?")
            }
            Self::Unknown { place, key, near: None } => {
                write!(f, "{place}: there is no setting {key}; `tongban config print` lists all settings")
            }
            Self::Value { key, reason } => write!(f, "setting {key}: {reason}"),
        }
    }
}

impl std::error::Error for BadConfig {}

/// Defaults, then `file`, then `environment` (pairs of name and value).
pub fn load(file: Option<&Path>, environment: impl IntoIterator<Item = (String, String)>) -> Result<Config, BadConfig> {
    let mut merged = defaults();
    let found = match file {
        Some(file) => Some(file),
        None => Some(Path::new("tongban.toml")).filter(|default| default.exists()),
    };
    if let Some(path) = found {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|e| BadConfig::Unreadable(name.clone(), e.to_string()))?;
        let table: Table = text.parse().map_err(|e: toml::de::Error| BadConfig::Syntax(name.clone(), e.to_string()))?;
        overlay_file(&mut merged, table, &name)?;
    }
    for (name, value) in environment {
        if let Some(path) = name.strip_prefix("TONGBAN__") {
            overlay_variable(&mut merged, path, &value)?;
        }
    }
    Value::Table(merged)
        .try_into()
        .map_err(|e: toml::de::Error| BadConfig::Value { key: "configuration".to_owned(), reason: e.to_string() })
}

fn defaults() -> Table {
    Table::try_from(Config::default()).expect("the default configuration is a table of plain values")
}

fn overlay_file(merged: &mut Table, table: Table, place: &str) -> Result<(), BadConfig> {
    for (section, value) in table {
        let Value::Table(keys) = value else {
            return Err(unknown(place, section));
        };
        for (key, value) in keys {
            put(merged, &section, &key, value, place)?;
        }
    }
    Ok(())
}

/// `SECTION__KEY` with a text value, read as the kind that the setting has.
fn overlay_variable(merged: &mut Table, path: &str, value: &str) -> Result<(), BadConfig> {
    let place = "environment";
    let lower = path.to_lowercase();
    let Some((section, key)) = lower.split_once("__") else {
        return Err(unknown(place, lower));
    };
    let Some(current) = merged.get(section).and_then(|s| s.get(key)) else {
        return Err(unknown(place, format!("{section}.{key}")));
    };
    let bad =
        |reason: &str| BadConfig::Value { key: format!("{section}.{key}"), reason: format!("{value:?} {reason}") };
    let value = match current {
        Value::Integer(_) => Value::Integer(value.parse().map_err(|_| bad("is not a whole number"))?),
        Value::Boolean(_) => Value::Boolean(value.parse().map_err(|_| bad("is neither true nor false"))?),
        _ => Value::String(value.to_owned()),
    };
    put(merged, section, key, value, place)
}

fn put(merged: &mut Table, section: &str, key: &str, value: Value, place: &str) -> Result<(), BadConfig> {
    let slot = merged.get_mut(section).and_then(|s| s.get_mut(key));
    let Some(slot) = slot else {
        return Err(unknown(place, format!("{section}.{key}")));
    };
    if slot.type_str() != value.type_str() {
        let reason = format!("must be {}, not {}", slot.type_str(), value.type_str());
        return Err(BadConfig::Value { key: format!("{section}.{key}"), reason });
    }
    *slot = value;
    Ok(())
}

fn unknown(place: &str, key: String) -> BadConfig {
    let near = SETTINGS
        .iter()
        .map(|setting| format!("{}.{}", setting.section, setting.key))
        .map(|known| (distance(&known, &key), known))
        .min()
        .filter(|(distance, _)| *distance <= 4)
        .map(|(_, known)| known);
    BadConfig::Unknown { place: place.to_owned(), key, near }
}

/// Levenshtein distance, to suggest the setting that was meant.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.chars().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.chars().count()]
}

/// The configuration as a commented file.
pub fn print(config: &Config, redact: bool) -> String {
    let values = Table::try_from(config).expect("a configuration is a table of plain values");
    let mut text = String::new();
    for (section, about) in SECTIONS {
        about.iter().for_each(|line| text.push_str(&format!("#{line}\n")));
        text.push_str(&format!("[{section}]\n"));
        for setting in SETTINGS.iter().filter(|setting| setting.section == *section) {
            setting.doc.iter().for_each(|line| text.push_str(&format!("#{line}\n")));
            let value = &values[*section][setting.key];
            let hidden = redact && setting.secret && value.as_str().is_some_and(|secret| !secret.is_empty());
            let shown = if hidden { "\"(hidden)\"".to_owned() } else { value.to_string() };
            text.push_str(&format!("{} = {shown}\n", setting.key));
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]
    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Result<Config, BadConfig> {
        load(None, pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn the_environment_overrides_the_defaults_by_the_kind_of_each_setting() {
        let config =
            with(&[("TONGBAN__CLOCK__RATE", "1440"), ("TONGBAN__DEMO__ACCOUNTS", "true"), ("HOME", "/")]).unwrap();
        assert_eq!((config.clock.rate, config.demo.accounts), (1440, true));
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_the_nearest_one() {
        let error = with(&[("TONGBAN__SERVER__LISTENN", "x")]).unwrap_err();
        assert_eq!(error.to_string(), "environment: there is no setting server.listenn; did you mean server.listen?");
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_an_error() {
        let error = with(&[("TONGBAN__CLOCK__RATE", "fast")]).unwrap_err();
        assert_eq!(error.to_string(), "setting clock.rate: \"fast\" is not a whole number");
    }

    #[test]
    fn what_is_printed_can_be_read_back_and_hides_secrets() {
        let mut config = Config::default();
        assert_eq!(toml::from_str::<Config>(&print(&config, false)).unwrap(), config);
        config.data.database = "postgres://tongban:open-sesame@db/tongban".to_owned();
        assert!(!print(&config, true).contains("open-sesame"));
    }
}
