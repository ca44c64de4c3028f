//! The hall: an appointment is booked, moved and given up; somebody walks in, is called and served; what is refused.

use super::{
    People,
    walk::{Step, Stop, Walk, ensure, list, text},
};
use crate::http::Ask;
use serde_json::{Value, json};

/// 居民身份证换领: booked at counties, for people.
const ITEM: &str = "320709902000";

/// One appointment and one ticket, from the first look to the end.
pub fn visit(walk: &mut Walk, people: &People) -> Step<()> {
    let hall = walk.region.clone();
    walk.page("Halls of the district, open or closed now", &format!("/halls?region={hall}"), &["到大厅办事"])?;
    let board = walk.get("One hall with its queues", &format!("/api/v1/halls/{hall}"), None)?;
    walk.note(&format!("{} · {}", text(&board, "/hall/name")?, text(&board, "/hall/address")?));
    walk.page("Its screen: numbers, no names", &format!("/hall/{hall}/screen"), &["http-equiv=\"refresh\""])?;
    appointment(walk, people, &hall)?;
    queue(walk, people, &hall)
}

/// Books the first two free slots one after the other, and gives the appointment up again, so that the next tour finds them free.
fn appointment(walk: &mut Walk, people: &People, hall: &str) -> Step<()> {
    let stranger = &people.stranger;
    let token = walk.sign_in("A citizen signs in", &stranger.name, &stranger.password, None)?;
    let days = walk.get("Free times for an item", &format!("/api/v1/halls/{hall}/slots?item={ITEM}"), None)?;
    let days = list(&days, "/days")?;
    // Far enough ahead that it can still be changed: not today.
    let free: Vec<String> = days
        .iter()
        .skip(1)
        .filter_map(|day| day["slots"].as_array())
        .flatten()
        .filter(|slot| slot["left"].as_u64().is_some_and(|left| left > 0))
        .filter_map(|slot| slot["at"].as_str().map(str::to_owned))
        .take(2)
        .collect();
    let [first, second] = free.as_slice() else { return Err(Stop("fewer than two slots are free".to_owned())) };
    let body = json!({"hall": hall, "item": ITEM, "at": first});
    let ask = Ask::json(&body).bearer(&token);
    let booked = walk.ask("Book a time", "POST", "/api/v1/appointments", ask, 201)?.json();
    let path = format!("/api/v1/appointments/{}", text(&booked, "/id")?);
    walk.note(&format!("{}, code {}", text(&booked, "/at")?, text(&booked, "/code")?));
    let ask = Ask::json(&body).bearer(&token);
    let twice = (409, "halls.already-booked");
    walk.refused("The same time twice is refused", "POST", "/api/v1/appointments", ask, twice)?;
    let ask = Ask::json(&json!({"at": second})).bearer(&token);
    let moved = walk.ask("Move it", "POST", &format!("{path}/change"), ask, 200)?.json();
    ensure(moved["sequence"] == 1 && moved["at"] == second.as_str(), || format!("it was not moved: {moved}"))?;
    let ask = Ask::json(&json!({})).bearer(&token);
    walk.refused(
        "Checking in days ahead is refused",
        "POST",
        &format!("{path}/check-in"),
        ask,
        (409, "halls.too-early"),
    )?;
    let ask = Ask::json(&json!({})).bearer(&token);
    let gone = walk.ask("Give it up", "POST", &format!("{path}/cancel"), ask, 200)?.json();
    ensure(gone["state"] == "cancelled", || format!("it was not given up: {gone}"))
}

/// A walk-in at the clerk's window. Staff hand out numbers at any hour, so the tour goes through in the evening too.
fn queue(walk: &mut Walk, people: &People, hall: &str) -> Step<()> {
    let clerk = walk.sign_in("The window clerk signs in", &people.clerk.name, &people.clerk.password, None)?;
    let window = format!("/api/v1/halls/{hall}/windows/1");
    let act = |body: &Value| Ask::json(body).bearer(&clerk);
    let opened = walk.ask("The clerk opens window 1", "POST", &format!("{window}/open"), act(&json!({})), 200)?.json();
    if opened["ticket"].is_object() {
        // An earlier visitor is still there: done with them first.
        let id = text(&opened, "/ticket/id")?;
        walk.ask("Whoever is there is done", "POST", &format!("/api/v1/tickets/{id}/finish"), act(&json!({})), 200)?;
    }
    let body = json!({"hall": hall, "service": "A", "ground": "elder"});
    let drawn = walk.ask("Somebody walks in: a number", "POST", "/api/v1/tickets", act(&body), 201)?.json();
    let id = text(&drawn, "/id")?;
    walk.note(&format!("{}, lane {}", text(&drawn, "/number")?, text(&drawn, "/lane")?));
    let mut called = Value::Null;
    // Whoever waited before is called before.
    for _ in 0..50 {
        called = walk.ask("Call the next one", "POST", &format!("{window}/next"), act(&json!({})), 200)?.json();
        if called["ticket"]["id"] == id.as_str() {
            break;
        }
    }
    ensure(called["ticket"]["id"] == id.as_str(), || "the ticket was not called".to_owned())?;
    walk.page("The ticket's page says where to go", &format!("/queue/{id}"), &["请到 1 号窗口"])?;
    let skip = format!("/api/v1/tickets/{id}/skip");
    walk.refused("Passing over needs three calls", "POST", &skip, act(&json!({})), (409, "halls.call-first"))?;
    walk.ask("Done", "POST", &format!("/api/v1/tickets/{id}/finish"), act(&json!({})), 200)?;
    walk.ask("The window closes", "POST", &format!("{window}/close"), act(&json!({})), 200)?;
    Ok(())
}
