//! One step after another: ask, print the address, stop at the first thing that is not as it should be.

use crate::http::{Answer, Ask, Server};
use serde_json::Value;
use std::{fmt, time::Duration};

/// Where the tour is.
pub struct Walk {
    /// The server walked through.
    pub server: Server,
    /// The district where it takes place.
    pub region: String,
    step: usize,
}

/// The first thing that was not as it should be.
#[derive(Debug)]
pub struct Stop(pub String);

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A step's result.
pub type Step<T> = Result<T, Stop>;

impl Walk {
    /// A walk that has not begun.
    pub fn new(server: Server, region: String) -> Self {
        Self { server, region, step: 0 }
    }

    /// Announces a part of the tour.
    pub fn part(&self, title: &str) {
        println!("\n{title}");
    }

    /// One step: asks, prints what was asked, and stops unless the answer has the status `want`.
    pub fn ask(&mut self, what: &str, method: &str, path: &str, ask: Ask, want: u16) -> Step<Answer> {
        self.step += 1;
        let shown = readable(path);
        let base = if path.starts_with("http") { "" } else { self.server.base() };
        println!("{:>3}  {what:<58} {method:<6} {base}{shown}", self.step);
        let answer = self.server.ask(method, path, ask).map_err(|e| {
            Stop(format!(
                "the server does not answer ({e}).\nStart one with `tongban serve --demo`, or name it with --server."
            ))
        })?;
        if answer.status != want {
            return Err(Stop(format!("expected {want}, but {} answered {}", answer.asked, answer.gist())));
        }
        Ok(answer)
    }

    /// A step whose answer must be a problem with the stable `code`.
    pub fn refused(&mut self, what: &str, method: &str, path: &str, ask: Ask, want: (u16, &str)) -> Step<Answer> {
        let answer = self.ask(what, method, path, ask, want.0)?;
        let json = answer.json();
        ensure(answer.header("content-type").is_some_and(|kind| kind.starts_with("application/problem+json")), || {
            format!("{} refused, but not with application/problem+json", answer.asked)
        })?;
        let code = json["code"].as_str().unwrap_or("");
        let fits = want.1.split('|').any(|allowed| allowed == code);
        ensure(fits, || format!("expected the code {}, but {} answered {}", want.1, answer.asked, answer.gist()))?;
        self.note(&format!("{code}: {}", json["detail"].as_str().unwrap_or("")));
        Ok(answer)
    }

    /// GET as JSON.
    pub fn get(&mut self, what: &str, path: &str, token: Option<&str>) -> Step<Value> {
        let ask = token.map_or_else(Ask::plain, |token| Ask::plain().bearer(token));
        Ok(self.ask(what, "GET", path, ask, 200)?.json())
    }

    /// A page for people: it must contain all of `words`.
    pub fn page(&mut self, what: &str, path: &str, words: &[&str]) -> Step<Answer> {
        let answer = self.ask(what, "GET", path, Ask::plain().header("accept", "text/html"), 200)?;
        let text = answer.text();
        for word in words {
            ensure(text.contains(word), || format!("the page {} does not show {word:?}", answer.asked))?;
        }
        Ok(answer)
    }

    /// Signs in and gives the token.
    pub fn sign_in(&mut self, what: &str, account: &str, password: &str, acting_for: Option<&str>) -> Step<String> {
        let mut body = serde_json::json!({"account": account, "password": password});
        if let Some(code) = acting_for {
            body["acting_for"] = code.into();
        }
        let answer = self.ask(what, "POST", "/api/v1/sessions", Ask::json(&body), 201)?;
        text(&answer.json(), "/token")
    }

    /// Tries a question again until `found` gives something, for what followers do a moment later.
    pub fn until<T>(&mut self, what: &str, path: &str, token: &str, found: impl Fn(&Value) -> Option<T>) -> Step<T> {
        let first = self.get(what, path, Some(token))?;
        if let Some(result) = found(&first) {
            return Ok(result);
        }
        for _ in 0..100 {
            std::thread::sleep(Duration::from_millis(100));
            let again = self.server.ask("GET", path, Ask::plain().bearer(token)).map_err(|e| Stop(e.to_string()))?;
            if let Some(result) = found(&again.json()) {
                return Ok(result);
            }
        }
        Err(Stop(format!("{what}: still not there after ten seconds at {}{path}", self.server.base())))
    }

    /// Something worth seeing under the step.
    pub fn note(&self, text: &str) {
        println!("       {text}");
    }

    /// How many steps were walked.
    pub fn steps(&self) -> usize {
        self.step
    }
}

/// Stops with `otherwise` unless `holds`.
pub fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Step<()> {
    if holds { Ok(()) } else { Err(Stop(otherwise())) }
}

/// The text at `pointer` of an answer.
pub fn text(json: &Value, pointer: &str) -> Step<String> {
    let found = json.pointer(pointer).and_then(Value::as_str);
    found.map(str::to_owned).ok_or_else(|| Stop(format!("the answer has no {pointer}: {}", cut(&json.to_string()))))
}

/// The list at `pointer` of an answer.
pub fn list<'a>(json: &'a Value, pointer: &str) -> Step<&'a Vec<Value>> {
    let found = json.pointer(pointer).and_then(Value::as_array);
    found.ok_or_else(|| Stop(format!("the answer has no list {pointer}: {}", cut(&json.to_string()))))
}

/// Percent-encodes a query value.
pub fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn readable(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = (*first == b'%').then(|| path_byte(tail)).flatten();
        bytes.push(hex.unwrap_or(*first));
        rest = if hex.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| path.to_owned())
}

fn path_byte(tail: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(tail.get(..2)?).ok()?, 16).ok()
}

fn cut(text: &str) -> String {
    text.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_encoded_for_the_wire_and_readable_in_print() {
        assert_eq!(encode("换驾照"), "%E6%8D%A2%E9%A9%BE%E7%85%A7");
        assert_eq!(readable(&format!("/search?q={}&x=100%", encode("换驾照"))), "/search?q=换驾照&x=100%");
    }
}
