//! `kill -9` under load, twenty times: every acknowledged case is there once, the journal verifies, and the house is open again at
//! once.

use crate::support::{Folder, Server, tongban};
use serde_json::Value;
use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

const KILLS: usize = 20;
const CALLERS: usize = 4;
const ITEM: &str = "322018901000";
const REGION: &str = "320102000000";

/// What a caller was told: the key it used and the number it got.
type Acknowledged = Mutex<Vec<(String, String)>>;

#[test]
fn a_killed_server_has_lost_nothing_that_it_acknowledged() {
    let folder = Folder::new("kill");
    let acknowledged: Acknowledged = Mutex::default();
    let uncertain: Mutex<Vec<String>> = Mutex::default();
    let mut server = Server::start(folder.path(), &[]);
    let token = server.sign_in("citizen.chen");
    let application = server.application(ITEM, REGION, &server.upload(&token, "kill"));
    for round in 0..KILLS {
        load(&server, &token, &application, round, &acknowledged, &uncertain);
        drop(server);
        server = Server::start(folder.path(), &[]);
        // A release build is open again within two seconds; this one is not optimised.
        assert!(server.ready_after < Duration::from_secs(15), "ready after {:?}", server.ready_after);
    }
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(acknowledged.len() >= KILLS, "too little load to say anything: {}", acknowledged.len());
    for (key, number) in &acknowledged {
        let again = server.post("/api/v1/cases", &token, Some(key), &application);
        assert_eq!((again.status, again.json()["number"].as_str()), (201, Some(number.as_str())), "{key}");
    }
    // A case whose answer never came is there or not, but sent again it happens once.
    for key in uncertain.into_inner().unwrap() {
        let numbers =
            [0, 1].map(|_| server.post("/api/v1/cases", &token, Some(&key), &application).json()["number"].clone());
        assert!(numbers[0].is_string() && numbers[0] == numbers[1], "{key}");
    }
    let known = count(&server, &token);
    assert!(known >= acknowledged.len());
    drop(server);
    let verify = tongban(&["journal", "verify", "--data", folder.path().to_str().unwrap()]);
    assert!(
        verify.status.success(),
        "{}{}",
        String::from_utf8_lossy(&verify.stdout),
        String::from_utf8_lossy(&verify.stderr)
    );
}

/// Submits from several threads and kills the server in the middle of it, at another moment in every round.
fn load(
    server: &Server,
    token: &str,
    application: &Value,
    round: usize,
    told: &Acknowledged,
    open: &Mutex<Vec<String>>,
) {
    let (stop, answered) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        for caller in 0..CALLERS {
            let (stop, answered) = (&stop, &answered);
            scope.spawn(move || {
                let mut n = 0;
                while !stop.load(Ordering::Relaxed) {
                    let key = format!("{round}-{caller}-{n}");
                    n += 1;
                    let bearer = format!("Bearer {token}");
                    let headers = [
                        ("authorization", bearer.as_str()),
                        ("content-type", "application/json"),
                        ("idempotency-key", &key),
                    ];
                    match server.try_ask("POST", "/api/v1/cases", &headers, application.to_string().into_bytes()) {
                        Some(answer) if answer.status == 201 => {
                            let number = answer.json()["number"].as_str().unwrap().to_owned();
                            told.lock().unwrap().push((key, number));
                            answered.fetch_add(1, Ordering::Relaxed);
                        }
                        Some(answer) => panic!("{}", answer.text()),
                        None => {
                            open.lock().unwrap().push(key);
                            return;
                        }
                    }
                }
            });
        }
        let enough = 3 + round * 2;
        while answered.load(Ordering::Relaxed) < enough {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_micros(700 * round as u64));
        server.signal_kill();
        stop.store(true, Ordering::Relaxed);
    });
}

/// How many cases the applicant has, each number once.
fn count(server: &Server, token: &str) -> usize {
    let mut numbers = Vec::new();
    let mut address = "/api/v1/cases?limit=200".to_owned();
    loop {
        let page = server.get(&address, Some(token)).json();
        numbers
            .extend(page["cases"].as_array().unwrap().iter().map(|case| case["number"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        address = format!("/api/v1/cases?limit=200&cursor={next}");
    }
    let all = numbers.len();
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), all, "a case stands twice in its owner's list");
    all
}
