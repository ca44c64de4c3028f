//! What the callers of each measurement send.

use super::{
    load::Script,
    wire::{Answer, request},
};
use serde_json::Value;
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

/// Submits a case with every call: same application, ever another region, a key of its own.
pub struct Submit {
    /// Host header.
    pub host: String,
    /// Tokens of the applicants, taken in turn.
    pub tokens: Vec<String>,
    /// One application for each region.
    pub bodies: Vec<String>,
    /// Numbers that were given out.
    pub numbers: Mutex<Vec<String>>,
    run: u128,
}

impl Submit {
    /// A run of its own: its keys are not those of an earlier one.
    pub fn new(host: String, tokens: Vec<String>, bodies: Vec<String>) -> Self {
        let run = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        Self { host, tokens, bodies, numbers: Mutex::default(), run }
    }
}

impl Script for Submit {
    fn request(&self, caller: usize, n: usize) -> Option<Vec<u8>> {
        let token = &self.tokens[caller % self.tokens.len()];
        let body = &self.bodies[(caller + n * 7) % self.bodies.len()];
        let bearer = format!("Bearer {token}");
        let key = format!("{:x}-{caller}-{n}", self.run);
        let headers = [("authorization", bearer.as_str()), ("idempotency-key", key.as_str())];
        Some(request("POST", "/api/v1/cases", &self.host, &headers, Some(body)))
    }

    fn judge(&self, answer: Answer, body: &[u8]) -> Result<(), String> {
        expect(answer, 201, body)?;
        let marker = b"\"number\":\"";
        let at = body.windows(marker.len()).position(|window| window == marker).map(|at| at + marker.len());
        let number = at.and_then(|at| body.get(at..at + 22)).and_then(|digits| std::str::from_utf8(digits).ok());
        let number = number.ok_or("a 201 without a case number")?.to_owned();
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner).push(number);
        Ok(())
    }
}

/// Accepts one submitted case with every call.
pub struct Accept {
    /// Host header.
    pub host: String,
    /// Number and the token of a clerk who may.
    pub cases: Vec<(String, String)>,
    /// The next case to take.
    pub next: AtomicUsize,
}

impl Script for Accept {
    fn request(&self, _: usize, _: usize) -> Option<Vec<u8>> {
        let (number, token) = self.cases.get(self.next.fetch_add(1, Ordering::Relaxed))?;
        let bearer = format!("Bearer {token}");
        let path = format!("/api/v1/cases/{number}/accept");
        Some(request("POST", &path, &self.host, &[("authorization", &bearer)], Some("{}")))
    }

    fn judge(&self, answer: Answer, body: &[u8]) -> Result<(), String> {
        expect(answer, 200, body)
    }
}

/// Asks for one address after another.
pub struct Get {
    /// Host header.
    pub host: String,
    /// Path and token.
    pub pages: Vec<(String, Option<String>)>,
}

impl Script for Get {
    fn request(&self, caller: usize, n: usize) -> Option<Vec<u8>> {
        let (path, token) = &self.pages[(caller * 31 + n) % self.pages.len()];
        let bearer = token.as_ref().map(|token| format!("Bearer {token}"));
        let headers: Vec<(&str, &str)> = bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
        Some(request("GET", path, &self.host, &headers, None))
    }

    fn judge(&self, answer: Answer, body: &[u8]) -> Result<(), String> {
        expect(answer, 200, body)
    }
}

fn expect(answer: Answer, status: u16, body: &[u8]) -> Result<(), String> {
    if answer.status == status {
        return Ok(());
    }
    let json: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    Err(format!("expected {status}, got {} {} {}", answer.status, json["code"], json["detail"]))
}
