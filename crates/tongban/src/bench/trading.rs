//! Trading's figure: sealed envelopes received. Each is sealed beforehand, as at a bidder's machine; what is measured is handing it in,
//! durably: the envelope stored, its digest journalled.

use super::{
    Measurement,
    load::{Figures, Script},
    script::expect,
    stage::Stage,
    wire::Answer,
};
use crate::{
    demo::{people::COMPANIES, trading::BIDDERS},
    failure::Failed,
    http::Ask,
};
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use trading::{
    LotCode,
    envelope::{Plain, seal},
};

/// What is measured of trading.
pub const MEASUREMENTS: &[Measurement] =
    &[Measurement { key: "bid", title: "sealed bids received (100 KB, fsynced)", measure: bid }];

/// Lots over which bids are spread.
const LOTS: usize = 8;
/// Envelopes of each company and lot: each takes the place of the one before.
const ENVELOPES: usize = 24;
const BYTES: usize = 100 * 1024;

fn bid(stage: &mut Stage) -> Result<Figures, Failed> {
    let mut tokens = vec![];
    for place in BIDDERS {
        let company = &COMPANIES[place];
        tokens.push(stage.sign_in_for(company.representative, &company.code().to_string())?);
    }
    let mut requests = vec![];
    for _ in 0..LOTS {
        let made = stage.ask("POST", "/demo/lot", Ask::json(&json!({"seconds": 3_600})))?;
        let code = made["code"].as_str().unwrap_or_default().to_owned();
        let lot = stage.ask("GET", &format!("/api/v1/lots/{code}"), Ask::plain())?;
        let point = lot["point"].as_str().unwrap_or_default().to_owned();
        let parsed: LotCode = code.parse().map_err(|_| Failed::new("the bench's lot has no code"))?;
        for token in &tokens {
            let join = Ask::json(&json!({})).bearer(token);
            stage.ask("POST", &format!("/api/v1/lots/{code}/join"), join)?;
            for n in 0..ENVELOPES {
                let file = vec![u8::try_from(n % 251).unwrap_or(0); BYTES];
                let plain = Plain { price: kernel::Fen(1), days: 1, name: "bid.pdf".to_owned(), file };
                let (envelope, _) =
                    seal(&parsed, &point, &plain).map_err(|_| Failed::new("the bench cannot seal a bid"))?;
                requests.push(request(&stage.host, &code, token, &envelope));
            }
        }
    }
    // Neighbours in the list belong to different lots, as on a real morning.
    let size = LOTS * BIDDERS.len();
    let spread = (0..requests.len()).map(|n| (n % size) * ENVELOPES + n / size);
    let requests: Vec<Vec<u8>> = spread.filter_map(|n| requests.get(n).cloned()).collect();
    stage.drive(Arc::new(Submit { requests, next: AtomicUsize::new(0) }))
}

fn request(host: &str, code: &str, token: &str, envelope: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /api/v1/lots/{code}/bid HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/octet-stream\r\ncontent-length: {}\r\n\r\n",
        envelope.len()
    );
    [head.as_bytes(), envelope].concat()
}

/// Hands one envelope in with every call.
struct Submit {
    requests: Vec<Vec<u8>>,
    next: AtomicUsize,
}

impl Script for Submit {
    fn request(&self, _: usize, _: usize) -> Option<Vec<u8>> {
        // The list is gone through again and again: every envelope differs from the one before it of its company.
        let n = self.next.fetch_add(1, Ordering::Relaxed) % self.requests.len().max(1);
        self.requests.get(n).cloned()
    }

    fn judge(&self, answer: Answer, body: &[u8]) -> Result<(), String> {
        expect(answer, 201, body)
    }
}
