//! A small HTTP client for the commands that talk to a running server as an outside program would.

use serde_json::Value;
use std::{fmt, time::Duration};
use ureq::http::Method;

/// A server's address and the way to it.
#[derive(Clone)]
pub struct Server {
    base: String,
    agent: ureq::Agent,
}

/// What a server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// `GET http://…`, for messages.
    pub asked: String,
    /// HTTP status.
    pub status: u16,
    /// Headers in the order in which they came, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// A request under construction.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Ask {
    /// Nothing but the address.
    pub fn plain() -> Self {
        Self::default()
    }

    /// With a JSON body.
    pub fn json(value: &Value) -> Self {
        Self::default().header("content-type", "application/json").body(value.to_string().into_bytes())
    }

    /// With a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a bearer token.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// With a body of any kind.
    pub fn body(mut self, body: Vec<u8>) -> Self {
        self.body = Some(body);
        self
    }
}

/// The server could not be asked at all.
#[derive(Debug)]
pub struct Unreachable(String);

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unreachable {}

impl Server {
    /// The server at `base`, for example `http://127.0.0.1:8080`.
    pub fn at(base: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        Self { base: base.trim_end_matches('/').to_owned(), agent: config.into() }
    }

    /// The address without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Sends a request.
    pub fn ask(&self, method: &str, path: &str, ask: Ask) -> Result<Answer, Unreachable> {
        let address = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        let unreachable = |reason: &dyn fmt::Display| Unreachable(format!("{method} {address}: {reason}"));
        let method_name = Method::from_bytes(method.as_bytes()).map_err(|e| unreachable(&e))?;
        let mut request = ureq::http::Request::builder().method(method_name).uri(&address);
        for (name, value) in &ask.headers {
            request = request.header(name, value);
        }
        let request = request.body(ask.body.unwrap_or_default()).map_err(|e| unreachable(&e))?;
        let response = self.agent.run(request).map_err(|e| unreachable(&e))?;
        let (parts, mut body) = response.into_parts();
        let headers = parts
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        let body = body.with_config().limit(64 * 1024 * 1024).read_to_vec().map_err(|e| unreachable(&e))?;
        Ok(Answer {
            asked: format!("{method} {address}"),
            status: parts.status.as_u16(),
            headers: headers.collect(),
            body,
        })
    }

    /// Asks with GET.
    pub fn get(&self, path: &str) -> Result<Answer, Unreachable> {
        self.ask("GET", path, Ask::plain())
    }
}

impl Answer {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; `Null` when it is something else.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body in one line, for a message: a problem's code and detail, or the first words.
    pub fn gist(&self) -> String {
        let json = self.json();
        match (json["code"].as_str(), json["detail"].as_str().or(json["title"].as_str())) {
            (Some(code), Some(detail)) => {
                let errors = json["errors"].as_array().map_or(&[][..], Vec::as_slice);
                let fields: Vec<String> =
                    errors.iter().map(|error| format!(" [{} {}]", error["pointer"], error["detail"])).collect();
                format!("{} {code}: {detail}{}", self.status, fields.concat())
            }
            _ => format!("{} {}", self.status, self.text().chars().take(160).collect::<String>().replace('\n', " ")),
        }
    }
}
