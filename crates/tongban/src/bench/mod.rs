//! `bench`: how fast this build is on this machine, beside the machine's own limits from the same run. A figure to read, never a
//! test that can fail.

mod load;
mod report;
mod script;
mod subject;
mod wire;

use crate::{
    cli::{self, Measure},
    failure::Failed,
    http::{Ask, Server},
    tour::{Account, application, paper},
};
use load::{Figures, drive};
use report::Report;
use script::{Accept, Get, Submit};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    sync::{Arc, PoisonError, atomic::AtomicUsize},
    time::Duration,
};
use subject::Subject;

/// The item that is applied for: wanted by people, one file, one licence.
const ITEM: &str = "322018901000";
/// Counties over which the load is spread, as a province's day is.
const COUNTIES_MAX: usize = 24;
/// Applicants taken in turn.
const APPLICANTS: &[&str] = &["citizen.chen", "citizen.lin", "citizen.ji", "citizen.xu"];

/// Measures and prints.
pub fn run(flags: &cli::Bench, common: &cli::Common) -> Result<(), Failed> {
    let subject = Subject::start(flags, common)?;
    let limits = report::machine_limits(&subject.folder())?;
    let server = Server::at(&subject.address);
    let host = subject.address.trim_start_matches("http://").to_owned();
    let address: SocketAddr =
        host.parse().map_err(|_| Failed::new("--server must be http:// and an IP address with port"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let mut bench = Bench { server, host, address, runtime, flags: flags.clone(), regions: vec![] };
    let idle = subject.memory_kib();
    let figures = bench.all()?;
    let report =
        Report { figures, limits, idle_memory_kib: idle, binary_bytes: report::binary_bytes(), callers: flags.callers };
    if flags.json {
        println!("{}", serde_json::to_string_pretty(&report).unwrap_or_default());
    } else {
        println!("{report}");
    }
    Ok(())
}

struct Bench {
    server: Server,
    host: String,
    address: SocketAddr,
    runtime: tokio::runtime::Runtime,
    flags: cli::Bench,
    regions: Vec<String>,
}

impl Bench {
    fn all(&mut self) -> Result<Vec<(Measure, Figures)>, Failed> {
        let wanted = |measure| self.flags.only.is_empty() || self.flags.only.contains(&measure);
        let (submit, step, guide, point) =
            (wanted(Measure::Submit), wanted(Measure::Step), wanted(Measure::Guide), wanted(Measure::Point));
        let accounts = self.accounts()?;
        let counties = accounts.iter().filter_map(|account| account.name.strip_prefix("clerk."));
        let counties = counties.filter(|code| code.len() == 6 && !code.ends_with("00"));
        self.regions = counties.step_by(4).take(COUNTIES_MAX).map(str::to_owned).collect();
        let tokens: Vec<String> =
            APPLICANTS.iter().map(|name| self.sign_in(&accounts, name)).collect::<Result<_, _>>()?;
        let mut results = Vec::new();
        let mut numbers = Vec::new();
        if submit || step || point {
            let bodies = self.applications(&tokens)?;
            let script = Arc::new(Submit::new(self.host.clone(), tokens.clone(), bodies));
            let figures = self.drive(script.clone())?;
            numbers = std::mem::take(&mut *script.numbers.lock().unwrap_or_else(PoisonError::into_inner));
            results.extend(submit.then_some((Measure::Submit, figures)));
        }
        if step {
            let script = self.acceptances(&accounts, &numbers)?;
            results.push((Measure::Step, self.drive(Arc::new(script))?));
        }
        if guide {
            let pages =
                self.regions.iter().map(|region| (format!("/item/{ITEM}?region={region}000000"), None)).collect();
            results.push((Measure::Guide, self.drive(Arc::new(Get { host: self.host.clone(), pages }))?));
        }
        if point {
            let pages = self.owned(&tokens)?;
            results.push((Measure::Point, self.drive(Arc::new(Get { host: self.host.clone(), pages }))?));
        }
        Ok(results)
    }

    fn drive(&self, script: Arc<dyn load::Script>) -> Result<Figures, Failed> {
        let span = Duration::from_secs(self.flags.seconds);
        // A short run first: caches, connections and the journal's tables are warm in any real hour.
        self.runtime.block_on(drive(self.address, self.flags.callers, span, script)).map_err(Failed::new)
    }

    fn ask(&self, method: &str, path: &str, ask: Ask) -> Result<Value, Failed> {
        let answer = self.server.ask(method, path, ask).map_err(|e| Failed::new(e.to_string()))?;
        if answer.status >= 300 {
            return Err(Failed::new(format!("{} answered {}", answer.asked, answer.gist())));
        }
        Ok(answer.json())
    }

    fn accounts(&self) -> Result<Vec<Account>, Failed> {
        let list = self.ask("GET", "/demo/accounts.json", Ask::plain());
        let list = list.map_err(|e| Failed::new(format!("{e}\nThe server must be started with --demo.")))?;
        let text = |account: &Value, key: &str| account[key].as_str().unwrap_or("").to_owned();
        let accounts = list.as_array().cloned().unwrap_or_default();
        Ok(accounts.iter().map(|one| Account { name: text(one, "account"), password: text(one, "password") }).collect())
    }

    fn sign_in(&self, accounts: &[Account], name: &str) -> Result<String, Failed> {
        let account = accounts.iter().find(|account| account.name == name);
        let account = account.ok_or_else(|| Failed::new(format!("there is no demonstration account {name}")))?;
        let body = json!({"account": account.name, "password": account.password});
        let session = self.ask("POST", "/api/v1/sessions", Ask::json(&body))?;
        Ok(session["token"].as_str().unwrap_or("").to_owned())
    }

    /// One application for each region, all with the same file.
    fn applications(&self, tokens: &[String]) -> Result<Vec<String>, Failed> {
        let mut digest = String::new();
        for token in tokens {
            let file = Ask::plain().bearer(token).header("content-type", "application/pdf").body(paper("bench"));
            digest = self.ask("POST", "/api/v1/files", file)?["digest"].as_str().unwrap_or("").to_owned();
        }
        let mut bodies = Vec::new();
        for region in &self.regions {
            let region = format!("{region}000000");
            let guide = self.ask("GET", &format!("/api/v1/items/{ITEM}?region={region}"), Ask::plain())?;
            bodies.push(application(&guide, &region, &[], &digest).to_string());
        }
        Ok(bodies)
    }

    /// The cases just submitted, each with the token of its county's clerk.
    fn acceptances(&self, accounts: &[Account], numbers: &[String]) -> Result<Accept, Failed> {
        let mut clerks = Vec::new();
        for region in &self.regions {
            clerks.push((region.clone(), self.sign_in(accounts, &format!("clerk.{region}"))?));
        }
        let token = |number: &String| {
            clerks.iter().find(|(region, _)| number.starts_with(region)).map(|(_, token)| token.clone())
        };
        let cases = numbers.iter().filter_map(|number| Some((number.clone(), token(number)?))).collect();
        Ok(Accept { host: self.host.clone(), cases, next: AtomicUsize::new(0) })
    }

    /// Cases of each applicant, to be asked for by that applicant.
    fn owned(&self, tokens: &[String]) -> Result<Vec<(String, Option<String>)>, Failed> {
        let mut pages = Vec::new();
        for token in tokens {
            let list = self.ask("GET", "/api/v1/cases?limit=200", Ask::plain().bearer(token))?;
            let cases = list["cases"].as_array().cloned().unwrap_or_default();
            let numbers = cases.iter().filter_map(|case| case["number"].as_str());
            pages.extend(numbers.map(|number| (format!("/api/v1/cases/{number}"), Some(token.clone()))));
        }
        if pages.is_empty() { Err(Failed::new("no applicant has a case")) } else { Ok(pages) }
    }
}
