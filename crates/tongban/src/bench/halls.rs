//! The figure of halls: durable calls of the queue, each window finishing with one and calling the next.

use super::{
    Measurement,
    load::{Figures, Script},
    script::expect,
    stage::Stage,
    wire::{Answer, request},
};
use crate::{failure::Failed, http::Ask};
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// What is measured of halls.
pub const MEASUREMENTS: &[Measurement] =
    &[Measurement { key: "queue", title: "durable call of the queue", measure: queue }];

/// Halls over which the load is spread; one window of each calls.
const HALLS_MAX: usize = 24;

/// Draws and calls in turn, so that somebody always waits: what is counted are both, each one durable step of a ticket.
fn queue(stage: &mut Stage) -> Result<Figures, Failed> {
    let mut windows = Vec::new();
    for county in stage.counties(HALLS_MAX) {
        let token = stage.sign_in(&format!("clerk.{county}"))?;
        let hall = format!("{county}000000");
        let open = Ask::json(&json!({})).bearer(&token);
        stage.ask("POST", &format!("/api/v1/halls/{hall}/windows/1/open"), open)?;
        for _ in 0..8 {
            let draw = Ask::json(&json!({"hall": hall, "service": "A"})).bearer(&token);
            stage.ask("POST", "/api/v1/tickets", draw)?;
        }
        windows.push((hall, token));
    }
    stage.drive(Arc::new(Queue { host: stage.host.clone(), windows, turn: AtomicUsize::new(0) }))
}

struct Queue {
    host: String,
    /// Hall and the token of the clerk at its first window.
    windows: Vec<(String, String)>,
    turn: AtomicUsize,
}

impl Script for Queue {
    fn request(&self, _: usize, _: usize) -> Option<Vec<u8>> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let (hall, token) = self.windows.get(turn / 2 % self.windows.len().max(1))?;
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str())];
        if turn.is_multiple_of(2) {
            let body = json!({"hall": hall, "service": "A"}).to_string();
            return Some(request("POST", "/api/v1/tickets", &self.host, &headers, Some(&body)));
        }
        let path = format!("/api/v1/halls/{hall}/windows/1/next");
        Some(request("POST", &path, &self.host, &headers, Some("{}")))
    }

    fn judge(&self, answer: Answer, body: &[u8]) -> Result<(), String> {
        if answer.status == 201 { Ok(()) } else { expect(answer, 200, body) }
    }
}
