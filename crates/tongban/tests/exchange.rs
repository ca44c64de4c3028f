//! Two nodes of the binary: a case of the city arrives at the province, though the province is killed in between.

use crate::support::{Folder, Server, tongban};
use serde_json::Value;
use std::{
    thread,
    time::{Duration, Instant},
};

/// An item without a fee that asks for one paper.
const ITEM: &str = "322018901000";
const REGION: &str = "320102000000";
/// A node that was silent is tried again after seconds; five minutes is the longest.
const PATIENCE: Duration = Duration::from_secs(60);

fn key(folder: &Folder) -> String {
    let said = tongban(&["exchange", "key", "--data", folder.path().to_str().unwrap()]);
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8_lossy(&said.stdout).trim().to_owned()
}

/// What the province knows of a case, once `fits` holds of it.
fn arrived(province: &Server, number: &str, fits: impl Fn(&Value) -> bool) -> Value {
    let token = province.sign_in("supervisor.320000");
    let (began, mut last) = (Instant::now(), Value::Null);
    while began.elapsed() < PATIENCE {
        let found = province.get(&format!("/api/v1/exchange/cases?project_no={number}"), Some(&token)).json();
        last = found["cases"][0].clone();
        if last.is_object() && fits(&last) {
            return last;
        }
        thread::sleep(Duration::from_millis(200));
    }
    panic!("{number} did not arrive at the province as it should: {last}");
}

fn verified(folder: &Folder) {
    let verify = tongban(&["journal", "verify", "--data", folder.path().to_str().unwrap()]);
    let (out, err) = (String::from_utf8_lossy(&verify.stdout), String::from_utf8_lossy(&verify.stderr));
    assert!(verify.status.success(), "{out}{err}");
}

#[test]
fn a_case_of_the_city_arrives_at_the_province_through_a_cut() {
    let (above, below) = (Folder::new("province"), Folder::new("nanjing"));
    let city_key = format!("nanjing={}", key(&below));
    let start_province = |listen: Option<&str>| {
        Server::start_at(above.path(), &["--demo", "--node", "province", "--peer", &city_key], &[], listen)
    };
    let province = start_province(None);
    let address = province.address.clone();
    let peer = format!("province={}@{address}", key(&above));
    let city = Server::start_as(below.path(), &["--demo", "--node", "nanjing", "--peer", &peer], &[]);

    let token = city.sign_in("citizen.chen");
    let application = city.application(ITEM, REGION, &city.upload(&token, "exchange"));
    let submit = |name: &str| {
        let answer = city.post("/api/v1/cases", &token, Some(name), &application);
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["number"].as_str().unwrap().to_owned()
    };
    let first = submit("first");
    let seen = arrived(&province, &first, |_| true);
    assert_eq!(seen["origin"], "node.nanjing");
    assert!(seen["applicant"].as_str().unwrap().contains('*'));

    province.signal_kill();
    drop(province);
    let second = submit("second");
    let clerk = city.sign_in("clerk.320102");
    for number in [&first, &second] {
        let accepted = city.post(&format!("/api/v1/cases/{number}/accept"), &clerk, None, &serde_json::json!({}));
        assert_eq!(accepted.status, 200, "{}", accepted.text());
    }
    let province = start_province(Some(address.trim_start_matches("http://")));
    for number in [&first, &second] {
        arrived(&province, number, |case| case["accepted"].is_string() && case["processes"] == 1);
    }

    // Without words that the city signed nothing comes in.
    let json = [("content-type", "application/json")];
    let forged = serde_json::json!({"from": "nanjing", "to": "province", "envelopes": [{
        "seq": 99, "stream": "case:x", "step": 1, "day": "2026-03-02", "at": "2026-03-02T01:00:00Z", "body": "[]",
        "signature": "00".repeat(64)}]});
    let refused = province.ask("POST", "/api/v1/exchange/packets", &json, forged.to_string().as_bytes());
    assert_eq!((refused.status, refused.json()["code"].as_str()), (403, Some("exchange.bad-signature")));
    let stranger = forged.to_string().replace("\"from\":\"nanjing\"", "\"from\":\"suzhou\"");
    let refused = province.ask("POST", "/api/v1/exchange/packets", &json, stranger.as_bytes());
    assert_eq!((refused.status, refused.json()["code"].as_str()), (403, Some("exchange.unknown-node")));
    let nobody = city.ask("POST", "/api/v1/exchange/statements", &json, b"{}");
    assert_eq!(nobody.status, 422, "{}", nobody.text());
    drop(city);
    drop(province);
    verified(&above);
    verified(&below);
}
