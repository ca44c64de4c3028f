//! What the callers of several rooms' measurements send.

use super::{
    load::Script,
    wire::{Answer, request},
};
use serde_json::Value;

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

/// Whether the answer has this status; otherwise what it says.
pub fn expect(answer: Answer, status: u16, body: &[u8]) -> Result<(), String> {
    if answer.status == status {
        return Ok(());
    }
    let json: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    Err(format!("expected {status}, got {} {} {}", answer.status, json["code"], json["detail"]))
}
