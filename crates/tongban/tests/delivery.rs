//! A result by courier, over HTTP: with simulated couriers that work, fail, lie and repeat themselves.

use crate::support::Server;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const REGION: &str = "320102000000";
const OFFICE: &str = "320102";
/// 公共场所卫生许可: the health office's; a licence comes of it and a courier may bring it.
const ITEM: &str = "320123905000";

/// Everything, one subject after another, on one server.
pub fn all(server: &Server) {
    let sandbox = server.get("/demo/sandbox.json", None).json()["address"].as_str().unwrap().to_owned();
    it_arrives_and_serves(server, &sandbox);
    a_courier_that_is_down_holds_up_nothing_else(server, &sandbox);
    a_courier_that_lies_or_repeats_itself_changes_nothing(server, &sandbox);
    what_is_refused_comes_back_and_stands_among_the_exceptions(server, &sandbox);
    a_way_that_is_not_offered_is_refused(server);
    pushes_of_strangers_are_not_taken(server);
}

/// Files an application whose result is wanted by courier, and has it granted. Its number and the applicant's token.
fn granted(server: &Server, mark: &str) -> (String, String) {
    let token = server.sign_in("citizen.chen");
    let digest = server.upload(&token, &format!("delivery {mark}"));
    let mut application = server.application(ITEM, REGION, &digest);
    let materials = application["materials"].as_array_mut().unwrap();
    let guide = server.get(&format!("/api/v1/items/{ITEM}?region={REGION}"), None).json();
    for listed in guide["materials"].as_array().unwrap() {
        let is_named = materials.iter().any(|one| one["name"] == listed["name"]);
        if listed["required"] == true && listed["source"] == "licence" && !is_named {
            materials.push(json!({"name": listed["name"], "digest": digest}));
        }
    }
    application["delivery"] = json!({
        "by": "courier", "name": "示例人", "phone": "13800000999", "address": "江苏省南京市玄武区示例路 1 号"
    });
    let filed = server.post("/api/v1/cases", &token, None, &application);
    assert_eq!(filed.status, 201, "{}", filed.text());
    let number = filed.json()["number"].as_str().unwrap().to_owned();
    let steps = [
        ("clerk", "accept", json!({})),
        ("reviewer", "review", json!({"agree": true, "opinion": "同意"})),
        ("decider", "decide", json!({"grant": true})),
    ];
    for (role, command, body) in steps {
        let official = server.sign_in(&format!("{role}.{OFFICE}"));
        let answer = server.post(&format!("/api/v1/cases/{number}/{command}"), &official, None, &body);
        assert_eq!(answer.status, 200, "{role} {command}: {}", answer.text());
    }
    (number, token)
}

/// The parcel of a case, once `so` holds of it.
fn parcel(server: &Server, number: &str, token: &str, so: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let list = server.get(&format!("/api/v1/cases/{number}/parcels"), Some(token)).json();
        if let Some(found) = list["parcels"].as_array().and_then(|all| all.last()).filter(|found| so(found)) {
            return found.clone();
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "it never came to this: {list}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn case(server: &Server, number: &str, token: &str) -> Value {
    server.get(&format!("/api/v1/cases/{number}"), Some(token)).json()
}

/// A form of the console, filled in as a browser does: the token of the page goes with it.
fn scan(server: &Server, id: &str, step: &str) -> u16 {
    let cookie = format!("tb_session={}", server.sign_in(&format!("clerk.{OFFICE}")));
    let page = server.ask("GET", &format!("/desk/parcels/{id}"), &[("cookie", &cookie), ("accept", "text/html")], b"");
    let text = page.text();
    let token = text.split("name=\"_csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("");
    let headers = [
        ("cookie", cookie.as_str()),
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", server.address.as_str()),
    ];
    let token: String = token.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let body = format!("_csrf={token}&step={step}");
    server.ask("POST", &format!("/desk/parcels/{id}/scan"), &headers, body.as_bytes()).status
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or("")
}

/// Sets the switches of a simulated courier.
fn faults(server: &Server, sandbox: &str, faults: &Value) {
    let answer = server.ask(
        "PUT",
        &format!("{sandbox}/sandbox/ems/faults"),
        &[("content-type", "application/json")],
        faults.to_string().as_bytes(),
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
}

fn push(server: &Server, sandbox: &str, number: &str, step: &str) {
    let answer = server.ask("POST", &format!("{sandbox}/sandbox/couriers/{number}/{step}"), &[], b"");
    assert_eq!(answer.status, 200, "{}", answer.text());
}

/// Packed, numbered, given away: the waybill number.
fn sent(server: &Server, number: &str, token: &str) -> (String, String) {
    let made = parcel(server, number, token, |_| true);
    let id = text(&made, "id").to_owned();
    assert_eq!(scan(server, &id, "given"), 422, "what is not packed cannot be given away");
    assert_eq!(scan(server, &id, "packed"), 303);
    let booked = parcel(server, number, token, |parcel| parcel["number"].is_string());
    assert_eq!(scan(server, &id, "given"), 303);
    (id, text(&booked, "number").to_owned())
}

fn it_arrives_and_serves(server: &Server, sandbox: &str) {
    let (number, token) = granted(server, "arrives");
    let made = parcel(server, &number, &token, |_| true);
    assert_eq!((text(&made, "state"), text(&made, "holder")), ("created", "office"));
    let now = case(server, &number, &token);
    assert_eq!(text(&now, "state"), "granted");
    assert!(now["licence"].is_string(), "the licence is in force before the paper arrives: {now}");
    let (_, waybill) = sent(server, &number, &token);
    for step in ["picked", "moving", "out", "signed"] {
        push(server, sandbox, &waybill, step);
    }
    parcel(server, &number, &token, |parcel| {
        parcel["state"] == "delivered" && parcel["traces"].as_array().is_some_and(|all| all.len() == 4)
    });
    wait_closed(server, &number, &token);
    let stranger = server.sign_in("citizen.bai");
    assert_eq!(server.get(&format!("/api/v1/cases/{number}/parcels"), Some(&stranger)).status, 404);
}

fn wait_closed(server: &Server, number: &str, token: &str) {
    let begun = Instant::now();
    while case(server, number, token)["state"] != "closed" {
        assert!(begun.elapsed() < Duration::from_secs(20), "{}", case(server, number, token));
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn a_courier_that_is_down_holds_up_nothing_else(server: &Server, sandbox: &str) {
    // The order fails twice; once it is done and nobody hears of it.
    faults(server, sandbox, &json!({"server-error": 1, "time-out-after": 1}));
    let (number, token) = granted(server, "down");
    let made = parcel(server, &number, &token, |_| true);
    assert_eq!(scan(server, text(&made, "id"), "packed"), 303);
    // Meanwhile another case goes its whole way to the licence.
    let (other, _) = granted(server, "beside");
    assert!(case(server, &other, &token)["number"].is_string());
    let booked = parcel(server, &number, &token, |parcel| parcel["number"].is_string());
    faults(server, sandbox, &json!({}));
    let orders: Value = server.get(&format!("{sandbox}/sandbox/couriers.json"), None).json();
    let own = orders
        .as_array()
        .unwrap()
        .iter()
        .filter(|order| order["order"].as_str().is_some_and(|order| order.starts_with(text(&made, "id"))));
    let own: Vec<&Value> = own.collect();
    assert_eq!(own.len(), 1, "one order, however often it was sent: {own:?}");
    assert_eq!(own[0]["number"], booked["number"]);
}

fn a_courier_that_lies_or_repeats_itself_changes_nothing(server: &Server, sandbox: &str) {
    let (number, token) = granted(server, "lies");
    let (_, waybill) = sent(server, &number, &token);
    push(server, sandbox, &waybill, "picked");
    parcel(server, &number, &token, |parcel| parcel["state"] == "picked-up");
    // A push that is not the courier's own is not believed; sent again rightly, it is.
    faults(server, sandbox, &json!({"bad-signature": 1}));
    push(server, sandbox, &waybill, "moving");
    std::thread::sleep(Duration::from_millis(300));
    let before = parcel(server, &number, &token, |_| true);
    assert_eq!(text(&before, "state"), "picked-up");
    faults(server, sandbox, &json!({"duplicate": 5}));
    push(server, sandbox, &waybill, "out");
    let out = parcel(server, &number, &token, |parcel| parcel["state"] == "out-for-delivery");
    assert_eq!(out["traces"].as_array().map(Vec::len), Some(2));
    push(server, sandbox, &waybill, "signed");
    parcel(server, &number, &token, |parcel| parcel["state"] == "delivered");
    wait_closed(server, &number, &token);
    // News after the end changes nothing.
    push(server, sandbox, &waybill, "returned");
    let after = parcel(server, &number, &token, |parcel| parcel["traces"].as_array().is_some_and(|all| all.len() == 4));
    assert_eq!(text(&after, "state"), "delivered");
    faults(server, sandbox, &json!({}));
}

fn what_is_refused_comes_back_and_stands_among_the_exceptions(server: &Server, sandbox: &str) {
    let (number, token) = granted(server, "refused");
    let (id, waybill) = sent(server, &number, &token);
    for step in ["picked", "out", "refused"] {
        push(server, sandbox, &waybill, step);
    }
    parcel(server, &number, &token, |parcel| parcel["state"] == "not-delivered");
    let cookie = format!("tb_session={}", server.sign_in(&format!("clerk.{OFFICE}")));
    let page = server.ask("GET", "/desk/parcels?list=trouble", &[("cookie", &cookie), ("accept", "text/html")], b"");
    assert!(page.text().contains(&id) && page.text().contains("收件人拒收"), "{}", page.text());
    push(server, sandbox, &waybill, "returned");
    parcel(server, &number, &token, |parcel| parcel["state"] == "returned");
    assert_eq!(text(&case(server, &number, &token), "state"), "granted");
    // Fetched at the window in the end.
    assert_eq!(scan(server, &id, "received"), 303);
    assert_eq!(scan(server, &id, "to-applicant"), 303);
    wait_closed(server, &number, &token);
}

fn a_way_that_is_not_offered_is_refused(server: &Server) {
    let token = server.sign_in("citizen.chen");
    let digest = server.upload(&token, "delivery refused");
    let mut application = server.application(ITEM, REGION, &digest);
    application["delivery"] = json!({"by": "pigeon"});
    let refused = server.post("/api/v1/cases", &token, None, &application);
    assert_eq!((refused.status, refused.json()["code"].as_str()), (422, Some("api.wrong-value")));
    application["delivery"] =
        json!({"by": "courier", "name": "示例人", "phone": "1", "address": "江苏省南京市玄武区示例路 1 号"});
    let refused = server.post("/api/v1/cases", &token, None, &application).json();
    assert_eq!(refused["errors"][0]["pointer"], "/delivery/phone", "{refused}");
}

fn pushes_of_strangers_are_not_taken(server: &Server) {
    let post = |path: &str, body: &[u8]| server.ask("POST", path, &[("content-type", "application/json")], body);
    let sf = post("/api/v1/couriers/sf/push/guessed", br#"{"Body":{"WaybillRoute":[]}}"#).json();
    assert_eq!(sf["return_code"], "1000");
    let ems = post("/api/v1/couriers/ems/push", br#"{"method":"040002","senderNo":"x","logitcsInterface":"|$4|AAAA"}"#);
    assert_ne!(ems.json()["code"], "00000");
    assert_eq!(post("/api/v1/couriers/pigeon/push", b"{}").status, 404);
}
