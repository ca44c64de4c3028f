//! Payment's figure: bills paid, each with its ledger lines, its receipt and what follows from it.

use super::{
    Measurement,
    casework::{Accept, Submit, applicants, applications, with_clerks},
    load::{Figures, Script},
    script::expect,
    stage::Stage,
    wire::{Answer, request},
};
use crate::{failure::Failed, http::Ask};
use serde_json::{Value, json};
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

/// What is measured of payment.
pub const MEASUREMENTS: &[Measurement] =
    &[Measurement { key: "pay", title: "durable payment of a bill", measure: pay }];

/// 居民身份证换领: twenty yuan.
const ITEM: &str = "320709902000";
/// Bills that are looked up beforehand, one by one.
const BILLS_MAX: usize = 10_000;

fn pay(stage: &mut Stage) -> Result<Figures, Failed> {
    let tokens = applicants(stage)?;
    let bodies = applications(stage, &tokens, ITEM)?;
    let submit = Arc::new(Submit { host: stage.host.clone(), tokens, bodies, numbers: Mutex::default() });
    stage.drive(submit.clone())?;
    let mut numbers = std::mem::take(&mut *submit.numbers.lock().unwrap_or_else(PoisonError::into_inner));
    numbers.truncate(BILLS_MAX);
    let cases = with_clerks(stage, numbers)?;
    let accept = Accept { host: stage.host.clone(), cases: cases.clone(), next: AtomicUsize::new(0) };
    stage.drive(Arc::new(accept))?;
    let mut bills = Vec::new();
    for (token, number) in cases {
        let ask = Ask::plain().bearer(&token);
        // Of what was not accepted in its time there is no bill.
        let Ok(bill) = stage.ask("GET", &format!("/api/v1/cases/{number}/bill"), ask) else { continue };
        if let (Some(code), Some(amount)) = (bill["code"].as_str(), bill["amount_fen"].as_i64()) {
            bills.push((token, code.to_owned(), amount));
        }
    }
    stage.drive(Arc::new(TakeIn { host: stage.host.clone(), bills, next: AtomicUsize::new(0) }))
}

/// Takes one bill in at a counter with every call.
struct TakeIn {
    host: String,
    /// The token of a clerk who may, the payment code and what is due.
    bills: Vec<(String, String, i64)>,
    /// The next bill to take.
    next: AtomicUsize,
}

impl Script for TakeIn {
    fn request(&self, _: usize, _: usize) -> Option<Vec<u8>> {
        let (token, code, amount) = self.bills.get(self.next.fetch_add(1, Ordering::Relaxed))?;
        let bearer = format!("Bearer {token}");
        let body: Value = json!({"flow": format!("B{code}"), "amount_fen": amount});
        let path = format!("/api/v1/bills/{code}/take-in");
        Some(request("POST", &path, &self.host, &[("authorization", &bearer)], Some(&body.to_string())))
    }

    fn judge(&self, answer: Answer, body: &[u8]) -> Result<(), String> {
        expect(answer, 200, body)
    }
}
