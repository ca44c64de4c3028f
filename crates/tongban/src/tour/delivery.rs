//! A result that goes by courier: granted, packed and given away at the window, carried by the simulated courier, signed for, served.

use super::{
    Account, People,
    applicant::Filed,
    walk::{Step, Walk, encode, text},
};
use crate::http::Ask;
use serde_json::{Value, json};

/// Files once more what was filed before, this time with the paper by courier, and walks it to the door.
pub fn by_courier(walk: &mut Walk, people: &People, filed: &Filed) -> Step<()> {
    let mut application = filed.application.clone();
    application["delivery"] = json!({
        "by": "courier", "name": "示例人", "phone": "13800000999", "address": "江苏省南京市玄武区示例路 1 号 2 幢 301 室"
    });
    let ask = Ask::json(&application).bearer(&filed.token);
    let receipt = walk.ask("Apply again, the paper by courier", "POST", "/api/v1/cases", ask, 201)?.json();
    let number = text(&receipt, "/number")?;
    let path = format!("/api/v1/cases/{number}");
    let clerk = sign_in(walk, "The clerk", &people.clerk)?;
    let steps: [(&str, &Account, &str, Value); 3] = [
        ("… accepts", &people.clerk, "accept", json!({})),
        (
            "… the reviewer agrees",
            &people.reviewer,
            "review",
            json!({"agree": true, "opinion": "材料齐全，建议准予。"}),
        ),
        ("… the decider grants", &people.decider, "decide", json!({"grant": true})),
    ];
    for (what, account, command, body) in steps {
        let token = if command == "accept" { clerk.clone() } else { sign_in(walk, "Another official", account)? };
        walk.ask(what, "POST", &format!("{path}/{command}"), Ask::json(&body).bearer(&token), 200)?;
    }
    let parcels = format!("{path}/parcels");
    let id = walk.until("A parcel was opened with the licence", &parcels, &filed.token, |list| {
        list["parcels"][0]["id"].as_str().map(str::to_owned)
    })?;
    let case = walk.get("The licence is in force before the paper arrives", &path, Some(&filed.token))?;
    walk.note(&format!("{}, {}", text(&case, "/state")?, text(&case, "/licence")?));

    scan(walk, "The window scans 封装: the courier is ordered", &clerk, &id, "packed")?;
    let waybill = walk.until("The courier gave a number", &parcels, &filed.token, |list| {
        list["parcels"][0]["number"].as_str().map(str::to_owned)
    })?;
    scan(walk, "The window scans 交快递", &clerk, &id, "given")?;
    let sandbox = walk.get("Where the simulated courier is", "/demo/sandbox.json", None)?;
    let sandbox = text(&sandbox, "/address")?;
    for step in ["picked", "moving", "out", "signed"] {
        let address = format!("{sandbox}/sandbox/couriers/{waybill}/{step}");
        walk.ask(&format!("The courier: {step}"), "POST", &address, Ask::plain(), 200)?;
    }
    walk.until("Signed for: the case is served by post and closed", &path, &filed.token, |case| {
        (case["state"] == "closed").then_some(())
    })?;
    let traces = walk.until("The parcel's way", &parcels, &filed.token, |list| {
        list["parcels"][0]["traces"].as_array().filter(|traces| traces.len() == 4).cloned()
    })?;
    walk.note(&traces.iter().filter_map(|trace| trace["remark"].as_str()).collect::<Vec<_>>().join(" → "));
    let stranger = &people.stranger;
    let token = walk.sign_in("Another citizen", &stranger.name, &stranger.password, None)?;
    walk.ask("… and other people's parcels do not exist", "GET", &parcels, Ask::plain().bearer(&token), 404)?;
    Ok(())
}

fn sign_in(walk: &mut Walk, what: &str, account: &Account) -> Step<String> {
    walk.sign_in(what, &account.name, &account.password, None)
}

/// A scan at the parcels desk, which is a page for people: its form token goes with it.
fn scan(walk: &mut Walk, what: &str, clerk: &str, id: &str, step: &str) -> Step<()> {
    let cookie = format!("tb_session={clerk}");
    let path = format!("/desk/parcels/{id}");
    let ask = Ask::plain().header("accept", "text/html").header("cookie", &cookie);
    let page = walk.ask("The parcel at the desk", "GET", &path, ask, 200)?.text();
    let token = page.split("name=\"_csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("");
    let ask = Ask::plain()
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", walk.server.base())
        .header("cookie", &cookie)
        .body(format!("_csrf={}&step={step}", encode(token)).into_bytes());
    walk.ask(what, "POST", &format!("{path}/scan"), ask, 303).map(drop)
}
