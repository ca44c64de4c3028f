//! What measurements stand on: the server, its demonstration accounts, and what earlier measurements left behind.

use super::load::{self, Figures, Script};
use crate::{
    cli,
    failure::Failed,
    http::{Ask, Server},
    tour::Account,
};
use serde_json::{Value, json};
use std::{net::SocketAddr, sync::Arc, time::Duration};

/// The stage on which every measurement plays.
pub struct Stage {
    /// Host header for scripts.
    pub host: String,
    /// Numbers of cases that were submitted and not touched since.
    pub submitted: Vec<String>,
    server: Server,
    address: SocketAddr,
    runtime: tokio::runtime::Runtime,
    flags: cli::Bench,
    accounts: Vec<Account>,
}

impl Stage {
    /// The stage before the server at `address`, which must run with `--demo`.
    pub fn open(address: &str, flags: &cli::Bench) -> Result<Self, Failed> {
        let server = Server::at(address);
        let host = address.trim_start_matches("http://").to_owned();
        let address: SocketAddr =
            host.parse().map_err(|_| Failed::new("--server must be http:// and an IP address with port"))?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let (submitted, accounts) = (vec![], vec![]);
        let mut stage = Self { host, submitted, server, address, runtime, flags: flags.clone(), accounts };
        let list = stage.ask("GET", "/demo/accounts.json", Ask::plain());
        let list = list.map_err(|e| Failed::new(format!("{e}\nThe server must be started with --demo.")))?;
        let text = |account: &Value, key: &str| account[key].as_str().unwrap_or("").to_owned();
        let list = list.as_array().cloned().unwrap_or_default();
        stage.accounts =
            list.iter().map(|one| Account { name: text(one, "account"), password: text(one, "password") }).collect();
        Ok(stage)
    }

    /// Lets the callers follow `script` for the time of one measurement.
    pub fn drive(&self, script: Arc<dyn Script>) -> Result<Figures, Failed> {
        let span = Duration::from_secs(self.flags.seconds);
        self.runtime.block_on(load::drive(self.address, self.flags.callers, span, script)).map_err(Failed::new)
    }

    /// Asks the server once, for what a measurement needs beforehand; anything but success is an error.
    pub fn ask(&self, method: &str, path: &str, ask: Ask) -> Result<Value, Failed> {
        let answer = self.server.ask(method, path, ask).map_err(|e| Failed::new(e.to_string()))?;
        if answer.status >= 300 {
            return Err(Failed::new(format!("{} answered {}", answer.asked, answer.gist())));
        }
        Ok(answer.json())
    }

    /// A text that the server shows anybody.
    pub fn text(&self, path: &str) -> Option<String> {
        Some(self.server.ask("GET", path, Ask::plain()).ok()?.text())
    }

    /// Signs a demonstration account in; its token.
    pub fn sign_in(&self, name: &str) -> Result<String, Failed> {
        let account = self.accounts.iter().find(|account| account.name == name);
        let account = account.ok_or_else(|| Failed::new(format!("there is no demonstration account {name}")))?;
        let body = json!({"account": account.name, "password": account.password});
        self.session(&body)
    }

    /// Signs a demonstration account in, acting for a company; its token.
    pub fn sign_in_for(&self, name: &str, company: &str) -> Result<String, Failed> {
        let account = self.accounts.iter().find(|account| account.name == name);
        let account = account.ok_or_else(|| Failed::new(format!("there is no demonstration account {name}")))?;
        let body = json!({"account": account.name, "password": account.password, "acting_for": company});
        self.session(&body)
    }

    fn session(&self, body: &Value) -> Result<String, Failed> {
        let session = self.ask("POST", "/api/v1/sessions", Ask::json(body))?;
        Ok(session["token"].as_str().unwrap_or("").to_owned())
    }

    /// Six digits of each of up to `most` counties with a clerk, spread over the province as a real day is.
    pub fn counties(&self, most: usize) -> Vec<String> {
        let codes = self.accounts.iter().filter_map(|account| account.name.strip_prefix("clerk."));
        let counties = codes.filter(|code| code.len() == 6 && !code.ends_with("00"));
        counties.step_by(4).take(most).map(str::to_owned).collect()
    }
}
