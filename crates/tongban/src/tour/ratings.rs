//! What the applicant says of it: a poor rating, what the office does about it, the follow-up, and what everybody sees.

use super::{
    People,
    applicant::Filed,
    walk::{Step, Stop, Walk, ensure, text},
};
use crate::http::Ask;
use serde_json::{Value, json};
use std::time::Duration;

/// From the poor rating to the follow-up.
pub fn all(walk: &mut Walk, people: &People, filed: &Filed, item: &str) -> Step<()> {
    let path = format!("/api/v1/cases/{}/rating", filed.number);
    wait(walk, &path, &filed.token)?;
    let open = walk.get("The ended case may be rated", &path, Some(&filed.token))?;
    walk.note(&format!("until {}; nothing is chosen beforehand", open["rate_until"].as_str().unwrap_or("?")));
    let poor = json!({"level": 4, "aspects": ["guide"], "text": "图纸要求没写清楚，退回来改了一次。"});
    let rate = |body: &Value| Ask::json(body).bearer(&filed.token);
    let rated = walk.ask("不满意, with what was poor", "POST", &path, rate(&poor), 201)?.json();
    walk.note(&format!(
        "a redress is open: call by {}, put right by {}",
        text(&rated, "/redress/contact_by")?,
        text(&rated, "/redress/rectify_by")?
    ));
    walk.refused(
        "One service is rated once",
        "POST",
        &path,
        rate(&json!({"level": 1})),
        (409, "evaluation.already-rated"),
    )?;
    let clerk = walk.sign_in("The clerk who was rated", &people.clerk.name, &people.clerk.password, None)?;
    let ask = Ask::plain().bearer(&clerk);
    walk.refused("… finds nothing of it", "GET", &path, ask, (404, "evaluation.not-found"))?;

    let quality =
        walk.sign_in("The service-quality officer signs in", &people.quality.name, &people.quality.password, None)?;
    let steps = [
        ("calls back", "contact", json!({"note": "已电话联系，核对了退回的原因。"})),
        ("finds it true", "verify", json!({"finding": "valid", "reason": "指南里确实没有图纸样例。"})),
        (
            "puts it right and answers",
            "reply",
            json!({
            "measures": "指南里补了样图和标注要求。", "words": "您说得对，样图已经补上，给您添麻烦了。"}),
        ),
        (
            "publishes what was said, with the answer",
            "publish",
            json!({
            "text": "图纸要求没写清楚，退回来改了一次。", "reply": "指南里补了样图和标注要求。"}),
        ),
    ];
    for (what, step, body) in steps {
        let address = format!("/api/v1/cases/{}/redress/{step}", filed.number);
        walk.ask(&format!("The officer {what}"), "POST", &address, Ask::json(&body).bearer(&quality), 200)?;
    }
    let again = json!({"level": 2, "text": "补了样图，清楚多了。", "follow_up": true});
    walk.ask("The applicant follows up, once", "POST", &path, rate(&again), 201)?;
    let address = format!("/api/v1/items/{item}/ratings?region={}", walk.region);
    let said = walk.until("Everybody reads it with its answer", &address, &filed.token, |page| {
        page["comments"].as_array().filter(|comments| !comments.is_empty()).cloned()
    })?;
    walk.note(said[0]["reply"].as_str().unwrap_or(""));
    let month = report(walk)?;
    walk.page("The month's run report of the district", &month, &["运行报告", "好评率", "还不能算"])?;
    walk.page("What was exposed", "/expose", &["曝光纠错", "反映问题"])?;
    Ok(())
}

/// The report of the latest month, for the district of the tour.
fn report(walk: &mut Walk) -> Step<String> {
    let list = walk.page("The run reports", "/reports", &["运行报告"])?.text();
    let month = list.split("href=\"/reports/").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
    let month = month.ok_or_else(|| Stop("/reports lists no month".to_owned()))?;
    Ok(format!("/reports/{month}?region={}", walk.region))
}

/// Followers make a service of an ended case a moment later.
fn wait(walk: &Walk, path: &str, token: &str) -> Step<()> {
    for _ in 0..100 {
        let answer = walk.server.ask("GET", path, Ask::plain().bearer(token)).map_err(|e| Stop(e.to_string()))?;
        if answer.status == 200 && answer.json()["rate_until"].is_string() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    ensure(false, || format!("an ended case cannot be rated after ten seconds: {path}"))
}
