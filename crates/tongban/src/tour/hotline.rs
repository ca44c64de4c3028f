//! 12345: a citizen writes in, the centre dispatches by the list, the unit signs, contacts and answers, somebody else asks how it went;
//! a tip-off keeps whoever wrote it unknown; the public reads how it goes and nothing of anybody.

use super::{
    People,
    walk::{Step, Walk, ensure, list, text},
};
use crate::http::Ask;
use serde_json::{Value, json};

/// The county with handlers of its own.
const REGION: &str = "320102000000";

/// From the letter to the follow-up, then a tip-off.
pub fn from_call_to_follow_up(walk: &mut Walk, people: &People) -> Step<()> {
    let caller = walk.sign_in("Whoever writes in signs in", &people.payer.name, &people.payer.password, None)?;
    let agent = walk.sign_in("The agent of 12345 signs in", &people.agent.name, &people.agent.password, None)?;
    let handler = walk.sign_in("The unit's handler signs in", &people.handler.name, &people.handler.password, None)?;
    let officer =
        walk.sign_in("The follow-up officer signs in", &people.officer.name, &people.officer.password, None)?;
    let orders = "/api/v1/work-orders";
    let write = |kind: &str| {
        json!({"kind": kind, "region": REGION, "title": "楼下小酒馆夜里音响扰民", "place": "梅园新村 126 号",
            "text": "连着三天放到夜里十一点多，请来管一管。"})
    };
    let body = Ask::json(&write("complaint")).bearer(&caller);
    let order = walk.ask("A complaint about noise", "POST", orders, body, 201)?.json();
    let number = text(&order, "/number")?;
    walk.note(&format!("category {} by its words; dispatched by {}", order["category"], order["by"]));
    let path = format!("{orders}/{number}");
    let step = |name: &str| format!("{path}/{name}");
    let as_ = |token: &str, body: Value| Ask::json(&body).bearer(token);
    let other = json!({"lead": format!("{}-090", REGION)});
    let elsewhere = (422, "hotline.other-unit");
    walk.refused(
        "Another unit than the list's needs a reason",
        "POST",
        &step("dispatch"),
        as_(&agent, other),
        elsewhere,
    )?;
    let sent = walk.ask("Dispatched by the list", "POST", &step("dispatch"), as_(&agent, json!({})), 200)?.json();
    walk.note(&format!("to {}; sign by {}", sent["lead"], sent["by"]));
    walk.ask("The unit signs", "POST", &step("sign"), as_(&handler, json!({})), 200)?;
    let report = json!({"outcome": "solved", "words": "夜里到现场测了声级，已责令店家十点以后关音响。"});
    let early = (409, "hotline.not-contacted");
    walk.refused(
        "No answer before the caller was contacted",
        "POST",
        &step("feed-back"),
        as_(&handler, report.clone()),
        early,
    )?;
    let talk = json!({"words": "电话问清了时间和位置。"});
    walk.ask("The unit contacts the caller", "POST", &step("contact"), as_(&handler, talk), 200)?;
    walk.ask("The unit answers", "POST", &step("feed-back"), as_(&handler, report), 200)?;
    let asked = json!({"solved": true, "satisfaction": "satisfied", "words": "晚上安静了。", "next": "close"});
    walk.refused(
        "Who handled it does not ask how it went",
        "POST",
        &step("follow-up"),
        as_(&handler, asked.clone()),
        (403, "hotline.not-empowered"),
    )?;
    walk.ask("The officer asks the caller", "POST", &step("follow-up"), as_(&officer, asked), 200)?;
    let shown = walk.get("… and it is closed", &path, Some(&caller))?;
    ensure(text(&shown, "/stage")? == "closed", || "the order is not closed".to_owned())?;

    public(walk, &number)?;
    tip_off(walk, (&caller, &agent, &handler), &write("tip-off"))?;
    walk.page("Everybody can write in", "/ask", &["写给 12345", "举报", "手机号码"])?;
    Ok(())
}

fn public(walk: &mut Walk, number: &str) -> Step<()> {
    let address = format!("/open311/v2/requests/{number}.json");
    let told = walk.get("The public reads how it goes (Open311)", &address, None)?;
    let request = list(&told, "")?.first().cloned().unwrap_or_default();
    ensure(request["status"] == "closed", || format!("Open311 tells {request}"))?;
    ensure(!request.to_string().contains("酒馆"), || "Open311 tells what was written".to_owned())?;
    let xml = walk.ask("… in XML too", "GET", &format!("/open311/v2/requests/{number}.xml"), Ask::plain(), 200)?;
    ensure(xml.text().contains("<status>closed</status>"), || "the XML is not what it should be".to_owned())
}

fn tip_off(walk: &mut Walk, (caller, agent, handler): (&str, &str, &str), body: &Value) -> Step<()> {
    let orders = "/api/v1/work-orders";
    let order = walk.ask("A tip-off", "POST", orders, Ask::json(body).bearer(caller), 201)?.json();
    let number = text(&order, "/number")?;
    let path = format!("{orders}/{number}");
    let none = || Ask::json(&json!({}));
    walk.ask("… dispatched", "POST", &format!("{path}/dispatch"), none().bearer(agent), 200)?;
    walk.ask("… signed", "POST", &format!("{path}/sign"), none().bearer(handler), 200)?;
    let talk = Ask::json(&json!({"words": "想问问是谁"})).bearer(handler);
    walk.refused(
        "The unit cannot contact who tipped off",
        "POST",
        &format!("{path}/contact"),
        talk,
        (403, "hotline.protected"),
    )?;
    let address = format!("/open311/v2/requests/{number}.json");
    walk.ask("… and the public finds no such thing", "GET", &address, Ask::plain(), 404)?;
    Ok(())
}
