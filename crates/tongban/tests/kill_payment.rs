//! `kill -9` while people pay: what was acknowledged is paid, nothing is paid twice, the ledger balances; and what a channel charged just
//! before is found when the house is open again.

use crate::support::{Folder, Server, tongban};
use serde_json::{Value, json};
use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

const KILLS: usize = 4;
const BILLS: usize = 12;
/// 居民身份证换领: twenty yuan.
const ITEM: &str = "320709902000";
const REGION: &str = "320102000000";

#[test]
fn a_killed_server_has_neither_lost_nor_doubled_a_payment() {
    let folder = Folder::new("kill-payment");
    let mut server = Server::start(folder.path(), &[]);
    let citizen = server.sign_in("citizen.chen");
    let clerk = server.sign_in("clerk.320102");
    let application = server.application(ITEM, REGION, &server.upload(&citizen, "kill"));
    for round in 0..KILLS {
        let bills: Vec<String> = (0..BILLS).map(|_| owed(&server, &citizen, &clerk, &application)).collect();
        let told = pay_until_killed(&server, &clerk, &bills, round);
        drop(server);
        server = Server::start(folder.path(), &[]);
        for bill in &bills {
            let state = server.get(&format!("/api/v1/bills/{bill}"), Some(&clerk)).json();
            assert!(
                !told.contains(bill) || state["state"] == "paid",
                "{bill} was acknowledged and is {}",
                state["state"]
            );
            // Sent again under the same number, it is paid once.
            let again = take_in(&server, &clerk, bill).expect("the server is there");
            assert_eq!((again["state"].as_str(), again["paid_fen"].as_i64()), (Some("paid"), Some(2_000)));
        }
    }
    let charged = charge_and_kill(&server, &citizen, &clerk, &application);
    drop(server);
    server = Server::start(folder.path(), &[]);
    let since = Instant::now();
    loop {
        let bill = server.get(&format!("/api/v1/bills/{charged}"), Some(&citizen)).json();
        if bill["state"] == "paid" {
            assert_eq!((bill["paid_fen"].as_i64(), bill["channel"].as_str()), (Some(2_000), Some("wechat")));
            break;
        }
        assert!(since.elapsed() < Duration::from_secs(60), "the channel charged, and the bill is {}", bill["state"]);
        thread::sleep(Duration::from_millis(200));
    }
    drop(server);
    let data = folder.path().to_str().unwrap();
    let doctor = tongban(&["doctor", "--json", "--data", data]);
    let findings: Value = serde_json::from_slice(&doctor.stdout).unwrap();
    let ledger = findings.as_array().unwrap().iter().find(|finding| finding["what"] == "ledger").unwrap();
    assert_eq!(ledger["state"], "good", "{ledger}");
    let verify = tongban(&["journal", "verify", "--data", data]);
    assert!(verify.status.success(), "{}", String::from_utf8_lossy(&verify.stderr));
}

/// A bill that is due.
fn owed(server: &Server, citizen: &str, clerk: &str, application: &Value) -> String {
    let filed = server.post("/api/v1/cases", citizen, None, application).json();
    let number = filed["number"].as_str().unwrap();
    let accepted = server.post(&format!("/api/v1/cases/{number}/accept"), clerk, None, &json!({}));
    assert_eq!(accepted.status, 200, "{}", accepted.text());
    let bill = server.get(&format!("/api/v1/cases/{number}/bill"), Some(citizen)).json();
    bill["code"].as_str().unwrap().to_owned()
}

/// Takes a bill in under a number of its own; `None` when the connection broke.
fn take_in(server: &Server, clerk: &str, bill: &str) -> Option<Value> {
    let bearer = format!("Bearer {clerk}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = json!({"flow": format!("K{bill}"), "amount_fen": 2_000}).to_string().into_bytes();
    let answer = server.try_ask("POST", &format!("/api/v1/bills/{bill}/take-in"), &headers, body)?;
    assert_eq!(answer.status, 200, "{}", answer.text());
    Some(answer.json())
}

/// Pays from two counters and kills the server in the middle of it; the bills whose payment was acknowledged.
fn pay_until_killed(server: &Server, clerk: &str, bills: &[String], round: usize) -> Vec<String> {
    let (told, next, stop) = (Mutex::new(vec![]), AtomicUsize::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let Some(bill) = bills.get(next.fetch_add(1, Ordering::Relaxed)) else { return };
                    if take_in(server, clerk, bill).is_none() {
                        return;
                    }
                    told.lock().unwrap().push(bill.clone());
                }
            });
        }
        let enough = 1 + round * 2;
        while told.lock().unwrap().len() < enough {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_micros(400 * round as u64));
        server.signal_kill();
        stop.store(true, Ordering::Relaxed);
    });
    told.into_inner().unwrap()
}

/// Begins to pay by the channel, pays there without anybody being told, and kills the server.
fn charge_and_kill(server: &Server, citizen: &str, clerk: &str, application: &Value) -> String {
    let bill = owed(server, citizen, clerk, application);
    let ordered = server.post(&format!("/api/v1/bills/{bill}/order"), citizen, None, &json!({}));
    assert_eq!(ordered.status, 200, "{}", ordered.text());
    let since = Instant::now();
    let link = loop {
        let now = server.get(&format!("/api/v1/bills/{bill}"), Some(citizen)).json();
        if let Some(link) = now["link"].as_str() {
            break link.to_owned();
        }
        assert!(since.elapsed() < Duration::from_secs(20), "the channel did not take the order");
        thread::sleep(Duration::from_millis(20));
    };
    let channel = link.split("/wechat/").next().unwrap().to_owned();
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let faults = agent.put(format!("{channel}/sandbox/wechat/faults")).header("content-type", "application/json");
    faults.send(r#"{"time-out-after": 1}"#).unwrap();
    agent.post(link).send_empty().unwrap();
    server.signal_kill();
    bill
}
