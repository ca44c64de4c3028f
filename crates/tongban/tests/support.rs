//! A server of this very binary on a temporary folder, and a way to ask it.

use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};
use ureq::http::{Method, Request};

/// The binary under test.
pub const TONGBAN: &str = env!("CARGO_BIN_EXE_tongban");
/// The password of all demonstration accounts.
pub const PASSWORD: &str = "Tongban-2026";

/// A folder of its own that goes away with the value.
pub struct Folder(PathBuf);

impl Folder {
    /// A fresh one.
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tongban-test-{name}-{}", std::process::id()));
        std::fs::remove_dir_all(&path).ok();
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// A running server.
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub address: String,
    /// How long it took until it said that it is ready.
    pub ready_after: Duration,
    agent: ureq::Agent,
}

/// What it answered.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Server {
    /// Starts one on `folder` and waits for its line.
    pub fn start(folder: &Path, more: &[(&str, &str)]) -> Self {
        Self::start_as(folder, &["--demo"], more)
    }

    /// As [`start`](Self::start), with flags of one's own.
    pub fn start_as(folder: &Path, flags: &[&str], more: &[(&str, &str)]) -> Self {
        Self::start_at(folder, flags, more, None)
    }

    /// As [`start_as`](Self::start_as), at an address that others know already.
    pub fn start_at(folder: &Path, flags: &[&str], more: &[(&str, &str)], listen: Option<&str>) -> Self {
        let listen = listen.map_or_else(free_address, str::to_owned);
        let mut command = Command::new(TONGBAN);
        command.arg("serve").args(flags).args(["--listen", &listen, "--data"]).arg(folder).stdout(Stdio::piped());
        command.env("TONGBAN__LOG__LEVEL", "error").env("TONGBAN__DEMO__MONTH_CASES", "0").envs(more.iter().copied());
        let started = Instant::now();
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = lines.map_while(Result::ok).find(|line| line.contains("is ready at"));
        assert!(ready.is_some(), "the server ended before it was ready: {:?}", child.wait());
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let agent = config.timeout_global(Some(Duration::from_secs(20))).build().into();
        Self { child, address: format!("http://{listen}"), ready_after: started.elapsed(), agent }
    }

    /// Asks the process to stop, as an operator does.
    pub fn signal_stop(&self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
    }

    /// Waits until the process has ended by itself; whether it ended well.
    pub fn ended_well(&mut self) -> bool {
        self.child.wait().unwrap().success()
    }

    /// `kill -9`: the process gets no chance to finish anything.
    pub fn signal_kill(&self) {
        let killed = Command::new("kill").args(["-9", &self.child.id().to_string()]).status().unwrap();
        assert!(killed.success());
    }

    /// Sends a request; `None` when the connection broke.
    pub fn try_ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Option<Answer> {
        let mut request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap());
        let is_whole = path.starts_with("http://");
        request = request.uri(if is_whole { path.to_owned() } else { format!("{}{path}", self.address) });
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.agent.run(request.body(body).unwrap()).ok()?;
        let (parts, mut body) = response.into_parts();
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect();
        Some(Answer { status: parts.status.as_u16(), headers, body: body.read_to_vec().ok()? })
    }

    /// Sends a request.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let answer = self.try_ask(method, path, headers, body.to_vec());
        answer.unwrap_or_else(|| panic!("{method} {path} was not answered"))
    }

    /// GET, perhaps with a token.
    pub fn get(&self, path: &str, token: Option<&str>) -> Answer {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let headers: Vec<(&str, &str)> = bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
        self.ask("GET", path, &headers, b"")
    }

    /// POST with JSON.
    pub fn post(&self, path: &str, token: &str, key: Option<&str>, body: &Value) -> Answer {
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("authorization", bearer.as_str()), ("content-type", "application/json")];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        self.ask("POST", path, &headers, body.to_string().as_bytes())
    }

    /// The token of a demonstration account.
    pub fn sign_in(&self, account: &str) -> String {
        self.sign_in_for(account, None)
    }

    /// As [`sign_in`](Self::sign_in), acting for the party with this code.
    pub fn sign_in_for(&self, account: &str, acting_for: Option<&str>) -> String {
        let body = json!({"account": account, "password": PASSWORD, "acting_for": acting_for}).to_string();
        let answer = self.ask("POST", "/api/v1/sessions", &[("content-type", "application/json")], body.as_bytes());
        assert_eq!(answer.status, 201, "{account}: {}", answer.text());
        answer.json()["token"].as_str().unwrap().to_owned()
    }

    /// Hands in a small PDF and gives its digest.
    pub fn upload(&self, token: &str, mark: &str) -> String {
        let body = format!("%PDF-1.4\n% {mark}\ntrailer<</Root 1 0 R>>\n%%EOF\n");
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/pdf")];
        let answer = self.ask("POST", "/api/v1/files", &headers, body.as_bytes());
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["digest"].as_str().unwrap().to_owned()
    }

    /// A right application for `item` in `region`, all materials as the file `digest`.
    pub fn application(&self, item: &str, region: &str, digest: &str) -> Value {
        let guide = self.get(&format!("/api/v1/items/{item}?region={region}"), None);
        assert_eq!(guide.status, 200, "{}", guide.text());
        let guide = guide.json();
        let listed = guide["materials"].as_array().unwrap();
        let wanted = listed.iter().filter(|one| one["required"] == true && one["source"] == "applicant");
        let materials: Vec<Value> = wanted.map(|one| json!({"name": one["name"], "digest": digest})).collect();
        json!({"item": item, "region": region, "form": guide["form"]["example"], "materials": materials})
    }
}

/// An address of this machine on which nobody listens.
pub fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(have, _)| have == name).map(|(_, value)| value.as_str())
    }
}

/// Runs the binary with `arguments`.
pub fn tongban(arguments: &[&str]) -> Output {
    Command::new(TONGBAN).args(arguments).env("TONGBAN__LOG__LEVEL", "error").output().unwrap()
}
