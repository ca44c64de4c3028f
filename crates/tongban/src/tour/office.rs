//! The office's side: window, correction, review and decision, by different people.

use super::{
    Account, People,
    applicant::Filed,
    walk::{Step, Walk, ensure, list, text},
};
use crate::http::Ask;
use serde_json::{Value, json};

/// The clerk finds the case, asks for one correction, and may not ask a second time without a supervisor.
pub fn correct_once(walk: &mut Walk, people: &People, filed: &Filed) -> Step<()> {
    let clerk = sign_in(walk, "The window clerk signs in", &people.clerk)?;
    let queue = "/api/v1/cases?state=submitted&limit=200";
    let found = walk.until("The case stands in the clerk's queue", queue, &clerk, |page| {
        let cases = page["cases"].as_array()?;
        // A long queue is ordered by time left, so a new case may stand beyond the first page.
        (cases.iter().any(|case| case["number"] == filed.number.as_str()) || page["next"].is_string())
            .then_some(cases.len())
    })?;
    walk.note(&format!("{found} cases on the first page, the most urgent first"));

    let missing = json!({"missing": [{"material": filed.material, "why": "请补充签名后重新上传"}]});
    command(walk, "Everything missing is told at once", filed, &clerk, "correct", &missing, "correcting")?;
    let case = walk.get("The applicant sees what is missing", &path(filed), Some(&filed.token))?;
    ensure(list(&case, "/missing")?.len() == 1, || "the case does not say what is missing".to_owned())?;

    let file = Ask::plain().bearer(&filed.token).header("content-type", "application/pdf");
    let file = file.body(super::application::paper(&format!("signed {}", filed.number)));
    let digest = text(&walk.ask("Upload the corrected file", "POST", "/api/v1/files", file, 201)?.json(), "/digest")?;
    let again = json!({"materials": [{"name": filed.material, "digest": digest}]});
    command(walk, "The applicant resubmits", filed, &filed.token, "resubmit", &again, "submitted")?;
    let ask = Ask::json(&missing).bearer(&clerk);
    let twice = (409, "casework.told-twice");
    walk.refused(
        "A second correction needs a supervisor's reason",
        "POST",
        &format!("{}/correct", path(filed)),
        ask,
        twice,
    )?;
    Ok(())
}

/// Acceptance, opinion and decision.
pub fn decide(walk: &mut Walk, people: &People, filed: &Filed) -> Step<()> {
    let clerk = sign_in(walk, "The clerk again", &people.clerk)?;
    let accepted = command(walk, "Accept", filed, &clerk, "accept", &json!({}), "accepted")?;
    walk.note(&format!("to be decided by {}", accepted["due"].as_str().unwrap_or("?")));
    let ask = Ask::json(&json!({})).bearer(&clerk);
    walk.refused(
        "Accepting twice is refused",
        "POST",
        &format!("{}/accept", path(filed)),
        ask,
        (409, "casework.not-now"),
    )?;

    let reviewer = sign_in(walk, "The reviewer signs in", &people.reviewer)?;
    let opinion = json!({"agree": true, "opinion": "材料齐全，现场与图纸相符，建议准予。"});
    command(walk, "The reviewer gives an opinion", filed, &reviewer, "review", &opinion, "reviewed")?;
    let ask = Ask::json(&json!({"grant": true})).bearer(&reviewer);
    walk.ask("The reviewer may not decide", "POST", &format!("{}/decide", path(filed)), ask, 403)?;

    let decider = sign_in(walk, "The decider, another person, signs in", &people.decider)?;
    let granted = json!({"grant": true});
    let ask = Ask::json(&granted).bearer(&decider).header("idempotency-key", &format!("decide-{}", filed.number));
    walk.ask("Granted", "POST", &format!("{}/decide", path(filed)), ask, 200)?;
    let ask = Ask::json(&granted).bearer(&decider).header("idempotency-key", &format!("decide-{}", filed.number));
    walk.ask("The same decision sent twice happens once", "POST", &format!("{}/decide", path(filed)), ask, 200)?;
    Ok(())
}

fn command(
    walk: &mut Walk,
    what: &str,
    filed: &Filed,
    token: &str,
    name: &str,
    body: &Value,
    want: &str,
) -> Step<Value> {
    let ask = Ask::json(body).bearer(token);
    let case = walk.ask(what, "POST", &format!("{}/{name}", path(filed)), ask, 200)?.json();
    let state = text(&case, "/state")?;
    ensure(state == want, || format!("after {name} the case is {state}, not {want}"))?;
    Ok(case)
}

fn sign_in(walk: &mut Walk, what: &str, account: &Account) -> Step<String> {
    walk.sign_in(what, &account.name, &account.password, None)
}

fn path(filed: &Filed) -> String {
    format!("/api/v1/cases/{}", filed.number)
}
