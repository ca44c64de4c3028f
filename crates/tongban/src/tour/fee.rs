//! A fee: owed from acceptance on, paid through the (simulated) channel, and only then is the licence made.

use super::{
    People,
    application::{application, paper},
    walk::{Step, Walk, ensure, list, text},
};
use crate::http::Ask;
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

/// 居民身份证换领: twenty yuan, a licence comes of it.
const ITEM: &str = "320709902000";

/// Applies, is accepted, granted, pays, receives.
pub fn pay(walk: &mut Walk, people: &People) -> Step<()> {
    let payer = &people.payer;
    let token = walk.sign_in("A citizen signs in", &payer.name, &payer.password, None)?;
    let region = walk.region.clone();
    let guide = walk.get("An item with a fee", &format!("/api/v1/items/{ITEM}?region={region}"), None)?;
    let run = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    let file = Ask::plain().bearer(&token).header("content-type", "application/pdf").body(paper(&format!("fee {run}")));
    let digest = text(&walk.ask("Upload a file", "POST", "/api/v1/files", file, 201)?.json(), "/digest")?;
    let held = walk.get("Licences the citizen holds", "/api/v1/licences", Some(&token))?;
    let held: Vec<(String, String)> = list(&held, "/licences")?
        .iter()
        .filter_map(|licence| Some((licence["name"].as_str()?.to_owned(), licence["id"].as_str()?.to_owned())))
        .collect();
    let body = application(&guide, &region, &held, &digest);
    let filed = walk.ask("Submit", "POST", "/api/v1/cases", Ask::json(&body).bearer(&token), 201)?.json();
    let case = format!("/api/v1/cases/{}", text(&filed, "/number")?);

    let clerk = walk.sign_in("The clerk signs in", &people.clerk.name, &people.clerk.password, None)?;
    walk.ask(
        "Accept: from now on the fee is owed",
        "POST",
        &format!("{case}/accept"),
        Ask::json(&json!({})).bearer(&clerk),
        200,
    )?;
    let bill = walk.get("The bill: what, why, how much", &format!("{case}/bill"), Some(&token))?;
    walk.note(&format!(
        "{} · {} · {} = {} yuan · payment code {}",
        text(&bill, "/charge")?,
        text(&bill, "/basis")?,
        text(&bill, "/standard")?,
        text(&bill, "/amount")?,
        text(&bill, "/code")?
    ));
    let path = format!("/api/v1/bills/{}", text(&bill, "/code")?);
    decide(walk, people, &case)?;
    let waits = walk.get("Granted, but the licence waits for the fee", &case, Some(&token))?;
    ensure(waits["state"] == "granted", || format!("the case is {} although nothing was paid", waits["state"]))?;

    walk.ask(
        "Begin to pay by WeChat Pay",
        "POST",
        &format!("{path}/order"),
        Ask::json(&json!({})).bearer(&token),
        200,
    )?;
    let link =
        walk.until("The channel took the order", &path, &token, |bill| bill["link"].as_str().map(str::to_owned))?;
    let ask = Ask::json(&json!({"flow": format!("TOUR-{run}"), "amount_fen": 2000})).bearer(&clerk);
    walk.refused(
        "Meanwhile the bill is locked to that order",
        "POST",
        &format!("{path}/take-in"),
        ask,
        (409, "payment.locked"),
    )?;
    let paid = walk.ask("The payer presses the button at the simulated cashier", "POST", &link, Ask::plain(), 200)?;
    ensure(paid.header("x-simulator") == Some("1"), || "the cashier does not say that it is a simulator".to_owned())?;
    let receipt = walk.until("The channel's notice: paid, once", &path, &token, |bill| {
        (bill["state"] == "paid").then(|| bill["receipt"].as_str().map(str::to_owned)).flatten()
    })?;
    walk.note(&format!("fiscal receipt {receipt}, marked as simulated"));
    let licence = walk.until("Now the licence is made and served", &case, &token, |case| {
        (case["state"] == "closed").then(|| case["licence"].as_str().map(str::to_owned)).flatten()
    })?;
    walk.note(&format!("licence {licence}"));
    walk.ask(
        "A notice that nobody signed is refused",
        "POST",
        "/api/v1/payments/notices/wechat",
        Ask::json(&json!({})),
        400,
    )?;
    let stranger = walk.sign_in("Another citizen", &people.stranger.name, &people.stranger.password, None)?;
    walk.ask("… finds no such bill", "GET", &path, Ask::plain().bearer(&stranger), 404)?;
    Ok(())
}

fn decide(walk: &mut Walk, people: &People, case: &str) -> Step<()> {
    let reviewer = walk.sign_in("The reviewer", &people.reviewer.name, &people.reviewer.password, None)?;
    let opinion = json!({"agree": true, "opinion": "符合条件。"});
    walk.ask("An opinion", "POST", &format!("{case}/review"), Ask::json(&opinion).bearer(&reviewer), 200)?;
    let decider = walk.sign_in("The decider", &people.decider.name, &people.decider.password, None)?;
    let grant = Ask::json(&json!({"grant": true})).bearer(&decider);
    walk.ask("Granted: the decision does not wait for money", "POST", &format!("{case}/decide"), grant, 200)?;
    Ok(())
}
