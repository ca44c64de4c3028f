//! Casework's figures: submitting a case, one step of it, and its owner asking for it.

use super::{
    Measurement,
    load::{Figures, Script},
    script::{Get, expect},
    stage::Stage,
    wire::{Answer, request},
};
use crate::{
    failure::Failed,
    http::Ask,
    tour::{application, paper},
};
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

/// What is measured of casework.
pub const MEASUREMENTS: &[Measurement] = &[
    Measurement { key: "submit", title: "durable submit", measure: submit },
    Measurement { key: "step", title: "durable step of a case", measure: step },
    Measurement { key: "point", title: "case by its owner", measure: point },
];

/// The item that is applied for: wanted by people, two files, one licence.
const ITEM: &str = "322018901000";
/// Counties over which the load is spread.
const COUNTIES_MAX: usize = 24;
/// Applicants taken in turn.
const APPLICANTS: &[&str] = &["citizen.chen", "citizen.lin", "citizen.ji", "citizen.xu"];

fn submit(stage: &mut Stage) -> Result<Figures, Failed> {
    let tokens = applicants(stage)?;
    let bodies = applications(stage, &tokens, ITEM)?;
    let script = Arc::new(Submit { host: stage.host.clone(), tokens, bodies, numbers: Mutex::default() });
    let figures = stage.drive(script.clone())?;
    stage.submitted.append(&mut script.numbers.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(figures)
}

/// Submits for the time of one measurement, for what is measured beside it.
pub(super) fn submit_only(stage: &Stage) -> Result<(), Failed> {
    let tokens = applicants(stage)?;
    let bodies = applications(stage, &tokens, ITEM)?;
    let script = Submit { host: stage.host.clone(), tokens, bodies, numbers: Mutex::default() };
    stage.drive(Arc::new(script)).map(drop)
}

fn step(stage: &mut Stage) -> Result<Figures, Failed> {
    if stage.submitted.is_empty() {
        submit(stage)?;
    }
    let submitted = std::mem::take(&mut stage.submitted);
    let cases = with_clerks(stage, submitted)?;
    stage.drive(Arc::new(Accept { host: stage.host.clone(), cases, next: AtomicUsize::new(0) }))
}

/// Cases, each with the token of its county's clerk.
pub(super) fn with_clerks(stage: &Stage, numbers: Vec<String>) -> Result<Vec<(String, String)>, Failed> {
    let mut clerks = Vec::new();
    for county in stage.counties(COUNTIES_MAX) {
        let token = stage.sign_in(&format!("clerk.{county}"))?;
        clerks.push((county, token));
    }
    let token =
        |number: &String| clerks.iter().find(|(county, _)| number.starts_with(county)).map(|(_, token)| token.clone());
    Ok(numbers.into_iter().filter_map(|number| Some((token(&number)?, number))).collect())
}

fn point(stage: &mut Stage) -> Result<Figures, Failed> {
    let mut pages = own_cases(stage)?;
    if pages.is_empty() {
        submit(stage)?;
        pages = own_cases(stage)?;
    }
    stage.drive(Arc::new(Get { host: stage.host.clone(), pages }))
}

/// Tokens of the applicants.
pub(super) fn applicants(stage: &Stage) -> Result<Vec<String>, Failed> {
    APPLICANTS.iter().map(|name| stage.sign_in(name)).collect()
}

/// One application for `item` in each county, all with the same file.
pub(super) fn applications(stage: &Stage, tokens: &[String], item: &str) -> Result<Vec<String>, Failed> {
    let mut digest = String::new();
    for token in tokens {
        let file = Ask::plain().bearer(token).header("content-type", "application/pdf").body(paper("bench"));
        digest = stage.ask("POST", "/api/v1/files", file)?["digest"].as_str().unwrap_or("").to_owned();
    }
    let mut bodies = Vec::new();
    for county in stage.counties(COUNTIES_MAX) {
        let region = format!("{county}000000");
        let guide = stage.ask("GET", &format!("/api/v1/items/{item}?region={region}"), Ask::plain())?;
        bodies.push(application(&guide, &region, &[], &digest).to_string());
    }
    Ok(bodies)
}

/// Cases of each applicant, to be asked for by that applicant.
fn own_cases(stage: &Stage) -> Result<Vec<(String, Option<String>)>, Failed> {
    let mut pages = Vec::new();
    for token in applicants(stage)? {
        let list = stage.ask("GET", "/api/v1/cases?limit=200", Ask::plain().bearer(&token))?;
        let cases = list["cases"].as_array().cloned().unwrap_or_default();
        let numbers = cases.iter().filter_map(|case| case["number"].as_str());
        pages.extend(numbers.map(|number| (format!("/api/v1/cases/{number}"), Some(token.clone()))));
    }
    Ok(pages)
}

/// Submits a case with every call: same application, ever another county, a fresh UUID (version 7) as its key, as the
/// draft's id is for those who apply on the pages.
pub(super) struct Submit {
    pub host: String,
    /// Tokens of the applicants, taken in turn.
    pub tokens: Vec<String>,
    /// One application for each county.
    pub bodies: Vec<String>,
    /// Numbers that were given out.
    pub numbers: Mutex<Vec<String>>,
}

impl Script for Submit {
    fn request(&self, caller: usize, n: usize) -> Option<Vec<u8>> {
        let token = &self.tokens[caller % self.tokens.len()];
        let body = &self.bodies[(caller + n * 7) % self.bodies.len()];
        let (bearer, key) = (format!("Bearer {token}"), store::fresh_uuid().simple().to_string());
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
pub(super) struct Accept {
    pub host: String,
    /// The token of a clerk who may, and the number.
    pub cases: Vec<(String, String)>,
    /// The next case to take.
    pub next: AtomicUsize,
}

impl Script for Accept {
    fn request(&self, _: usize, _: usize) -> Option<Vec<u8>> {
        let (token, number) = self.cases.get(self.next.fetch_add(1, Ordering::Relaxed))?;
        let bearer = format!("Bearer {token}");
        let path = format!("/api/v1/cases/{number}/accept");
        Some(request("POST", &path, &self.host, &[("authorization", &bearer)], Some("{}")))
    }

    fn judge(&self, answer: Answer, body: &[u8]) -> Result<(), String> {
        expect(answer, 200, body)
    }
}
