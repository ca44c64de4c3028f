//! The hotline's figure: work orders taken in, each sealed, numbered and durable before the answer.

use super::{
    Measurement,
    load::{Figures, Script},
    script::expect,
    stage::Stage,
    wire::{Answer, request},
};
use crate::failure::Failed;
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// What is measured of the hotline.
pub const MEASUREMENTS: &[Measurement] =
    &[Measurement { key: "work-orders", title: "durable work order of 12345", measure: work_orders }];

/// The centres whose agents write orders down, and a county of each.
const CENTRES: [(&str, &str); 2] = [("agent.320100", "320102000000"), ("agent.320500", "320508000000")];

fn work_orders(stage: &mut Stage) -> Result<Figures, Failed> {
    let mut agents = Vec::new();
    for (agent, region) in CENTRES {
        agents.push((stage.sign_in(agent)?, region));
    }
    stage.drive(Arc::new(Calls { host: stage.host.clone(), agents, turn: AtomicUsize::new(0) }))
}

struct Calls {
    host: String,
    /// The token of an agent, and where the calls come from.
    agents: Vec<(String, &'static str)>,
    turn: AtomicUsize,
}

impl Script for Calls {
    fn request(&self, _: usize, _: usize) -> Option<Vec<u8>> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let (token, region) = self.agents.get(turn % self.agents.len().max(1))?;
        let bearer = format!("Bearer {token}");
        let body = json!({
            "kind": "complaint", "category": "noise-business", "region": region, "title": "夜里音响扰民",
            "place": format!("示例路 {} 号", turn % 5_000), "text": "连着三天放到夜里十一点多，请来管一管。",
            "name": "示例人", "phone": format!("139{:08}", turn % 100_000_000)
        });
        let headers = [("authorization", bearer.as_str())];
        Some(request("POST", "/api/v1/work-orders", &self.host, &headers, Some(&body.to_string())))
    }

    fn judge(&self, answer: Answer, body: &[u8]) -> Result<(), String> {
        expect(answer, 201, body)
    }
}
