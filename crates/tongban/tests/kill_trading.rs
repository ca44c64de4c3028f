//! `kill -9` in the middle of an opening: what was opened stays open, each bid once, and the rest is opened after the restart.

use crate::support::{Folder, Server, tongban};
use serde_json::{Value, json};
use std::{
    thread,
    time::{Duration, Instant},
};
use trading::envelope::{OpeningKey, Plain, seal};

const BIDS: usize = 3;

#[test]
fn a_killed_opening_has_neither_lost_nor_doubled_a_bid() {
    let folder = Folder::new("kill-trading");
    let mut server = Server::start(folder.path(), &[]);
    let parties = server.get("/demo/trading.json", None).json();
    let json = ("content-type", "application/json");
    let made = server.ask("POST", "/demo/lot", &[json], json!({"seconds": 5}).to_string().as_bytes());
    let code = made.json()["code"].as_str().unwrap().to_owned();
    let due = Instant::now() + Duration::from_secs(5);
    let path = format!("/api/v1/lots/{code}");
    let point = server.get(&path, None).json()["point"].as_str().unwrap().to_owned();
    let bidders: Vec<(String, OpeningKey)> = (0..BIDS)
        .map(|n| {
            let one = &parties["bidders"][n];
            let token = server.sign_in_for(one["account"].as_str().unwrap(), one["code"].as_str());
            assert_eq!(server.post(&format!("{path}/join"), &token, None, &json!({})).status, 200);
            let price = kernel::Fen(100 + n as i64);
            let plain = Plain { price, days: 1, name: "bid.pdf".to_owned(), file: vec![n as u8; 9_000] };
            let (envelope, key) = seal(&code.parse().unwrap(), &point, &plain).unwrap();
            let bearer = format!("Bearer {token}");
            let sent = server.ask("POST", &format!("{path}/bid"), &[("authorization", &bearer)], &envelope);
            assert_eq!(sent.status, 201, "{}", sent.text());
            (token, key)
        })
        .collect();
    thread::sleep(due.saturating_duration_since(Instant::now()) + Duration::from_millis(200));
    let centre = server.sign_in("centre.320102");
    let open = |server: &Server| server.post(&format!("{path}/open"), &centre, None, &json!({}));
    let give = |server: &Server, (token, key): &(String, OpeningKey)| {
        server.post(&format!("{path}/key"), token, None, &json!({"key": key.text()}))
    };
    assert_eq!(open(&server).status, 200);
    for round in 0..BIDS {
        let answer = give(&server, &bidders[round]);
        assert_eq!(answer.status, 200, "{}", answer.text());
        // The next key is on its way when the process dies.
        thread::scope(|scope| {
            if let Some((token, key)) = bidders.get(round + 1) {
                let bearer = format!("Bearer {token}");
                let body = json!({"key": key.text()}).to_string().into_bytes();
                let (server, path) = (&server, format!("{path}/key"));
                scope.spawn(move || server.try_ask("POST", &path, &[("authorization", &bearer), json], body));
                thread::sleep(Duration::from_millis(1 + round as u64));
            }
            server.signal_kill();
        });
        drop(server);
        server = Server::start(folder.path(), &[]);
        assert_eq!(open(&server).status, 200, "pressed again");
        let bids = server.get(&path, None).json()["bids"].as_array().unwrap().clone();
        assert!(bids.len() > round, "{round}: {bids:?}");
        assert_eq!(give(&server, &bidders[round]).status, 200, "brought again");
    }
    let lot: Value = server.get(&path, None).json();
    let mut prices: Vec<i64> =
        lot["bids"].as_array().unwrap().iter().filter_map(|bid| bid["price_fen"].as_i64()).collect();
    prices.sort_unstable();
    assert_eq!(prices, [100, 101, 102]);
    drop(server);
    let verify = tongban(&["journal", "verify", "--data", folder.path().to_str().unwrap()]);
    assert!(verify.status.success(), "{}", String::from_utf8_lossy(&verify.stderr));
}
