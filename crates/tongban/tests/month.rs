//! The month that a fresh demonstration lives: pages at once, commands after it, a journal that holds.

use crate::support::{Folder, Server, tongban};
use serde_json::json;
use std::time::Duration;

#[test]
fn a_fresh_demonstration_lives_a_month_while_its_pages_are_shown() {
    let folder = Folder::new("month");
    let mut server = Server::start(folder.path(), &[("TONGBAN__DEMO__MONTH_CASES", "200")]);
    let home = server.get("/", None);
    assert_eq!(home.status, 200);
    assert!(home.text().contains("演示数据正在生成"), "the first page says that the month is still being lived");
    // Held until the month is over; a slow machine is told to come again.
    let body = json!({"account": "supervisor.320000", "password": crate::support::PASSWORD}).to_string();
    let json = [("content-type", "application/json")];
    let answer = std::iter::repeat_with(|| server.ask("POST", "/api/v1/sessions", &json, body.as_bytes()))
        .inspect(|answer| std::thread::sleep(Duration::from_secs(u64::from(answer.status == 503))))
        .find(|answer| answer.status != 503)
        .unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert!(!server.get("/about", None).text().contains("演示数据正在生成"), "it is over");
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    let flags = server.get("/api/v1/supervision/flags?limit=5", Some(&token));
    assert_eq!(flags.status, 200, "{}", flags.text());
    assert!(!flags.json()["flags"].as_array().unwrap().is_empty(), "somebody was late in a whole month");
    server.signal_stop();
    assert!(server.ended_well());
    let verify = tongban(&["journal", "verify", "--data", folder.path().to_str().unwrap()]);
    assert!(verify.status.success(), "{}", String::from_utf8_lossy(&verify.stdout));
}
