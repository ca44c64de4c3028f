//! An investment project: the procedure is told with its article, a filing is certified at once, and the approvals of a stage go side by
//! side under the project's code.

use super::{
    Account, People,
    walk::{Step, Stop, Walk, ensure, list, text},
};
use crate::http::Ask;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// 建设项目用地预审与选址意见书核发.
const SITE: &str = "320115901000";
const MATERIALS: [&str; 2] = ["用地预审申请报告", "标注用地范围的规划图"];

/// From the first question to the second stage.
pub fn project(walk: &mut Walk, people: &People) -> Step<()> {
    let route = "/api/v1/project-routes?investor=enterprise&nature=new&industry=";
    let found = walk.get("Which procedure? A factory is filed", &format!("{route}3912"), None)?;
    ensure(found["route"] == "filing", || "a factory should be filed".to_owned())?;
    let reason = found.pointer("/reasons/0/article").and_then(Value::as_str).unwrap_or("?");
    walk.note(&format!("备案: {reason}"));
    walk.get("A wind farm is ratified", &format!("{route}4415&line=wind"), None)?;
    let barred = (409, "investment.barred");
    walk.refused("New cement capacity may not be built", "GET", &format!("{route}3011"), Ask::plain(), barred)?;

    let company = crate::demo::people::COMPANIES[0].code().to_string();
    let applicant = &people.applicant;
    let token = walk.sign_in("The company signs in", &applicant.name, &applicant.password, Some(&company))?;
    let filed = file(walk, &token)?;
    let code = text(&filed, "/code")?;
    let path = format!("/api/v1/projects/{code}");

    let alone = json!({"item": SITE, "region": walk.region, "form": {}, "materials": []});
    let ask = Ask::json(&alone).bearer(&token);
    let needs = (422, "casework.needs-project");
    walk.refused("No approval without the project's code", "POST", "/api/v1/cases", ask, needs)?;
    let contact = json!({"contact_name": "示例人", "contact_phone": "13800000000"});
    let ask = Ask::json(&contact).bearer(&token);
    let locked = (409, "investment.stage-locked");
    walk.refused("The second stage is locked", "POST", &format!("{path}/stages/works"), ask, locked)?;
    let ask = Ask::json(&contact).bearer(&token);
    let missing = (422, "casework.materials-missing");
    walk.refused("Without its materials nothing is filed", "POST", &format!("{path}/stages/land"), ask, missing)?;

    let cases = together(walk, &token, &path, contact)?;
    handle(walk, people, &cases)?;
    let open = walk.until("All granted: the second stage is open", &path, &token, |project| {
        (project.pointer("/stages/1/state")? == "open").then(|| project.clone())
    })?;
    walk.note(&format!("{} of {} working days used", open["days_used"], open["days_limit"]));
    walk.get("Anybody may look the project up", &format!("{path}/public"), None)?;
    walk.page("… on a page too", &format!("/projects/find?code={code}"), &["建设用地规划许可", "准予"])?;
    Ok(())
}

/// The filing: what is missing is told at once; complete, it is certified, and the certificate can be verified.
fn file(walk: &mut Walk, token: &str) -> Step<Value> {
    let today = walk.get("The projects so far", "/api/v1/projects", Some(token))?;
    walk.note(&format!("{} before", list(&today, "/projects")?.len()));
    let run = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    let notice = json!({
        "investor": "enterprise", "industry": "3912", "nature": "new", "name": format!("示例零件厂房{run}"),
        "region": walk.region, "address": "示例路 9 号", "scale": "新建厂房两栋，共两万平方米，年产十万件。",
        "total": 12_000_000_000_i64, "start": "2040-06-01", "finish": "2041-12-31", "declared": true,
    });
    let mut lacking = notice.clone();
    lacking["declared"] = false.into();
    lacking["scale"] = "".into();
    let ask = Ask::json(&lacking).bearer(token);
    let incomplete = (422, "investment.incomplete");
    walk.refused("What is missing is told at once", "POST", "/api/v1/projects", ask, incomplete)?;
    let filed =
        walk.ask("Complete: filed and certified", "POST", "/api/v1/projects", Ask::json(&notice).bearer(token), 201)?;
    let filed = filed.json();
    let certificate = text(&filed, "/certificate")?;
    walk.note(&format!("code {}, certificate {}", text(&filed, "/code")?, text(&filed, "/certificate_number")?));
    walk.page("Anybody can verify the certificate", &format!("/verify/{certificate}"), &["有效"])?;
    Ok(filed)
}

/// The first stage: one form, the materials once, a case for each approval.
fn together(walk: &mut Walk, token: &str, path: &str, mut form: Value) -> Step<Vec<String>> {
    let file = Ask::plain().bearer(token).header("content-type", "application/pdf");
    let file = file.body(super::application::paper(path));
    let digest = text(&walk.ask("Upload the materials once", "POST", "/api/v1/files", file, 201)?.json(), "/digest")?;
    form["materials"] = MATERIALS.iter().map(|name| json!({"name": name, "digest": digest})).collect();
    let ask = Ask::json(&form).bearer(token);
    let project =
        walk.ask("One form, all approvals of the stage", "POST", &format!("{path}/stages/land"), ask, 200)?.json();
    let approvals = list(&project, "/stages/0/approvals")?;
    let cases: Vec<String> = approvals.iter().filter_map(|one| one["case"].as_str().map(str::to_owned)).collect();
    ensure(cases.len() == approvals.len(), || "not every approval of the stage has its case".to_owned())?;
    walk.note(&cases.join(", "));
    Ok(cases)
}

/// Each case at its own desk: accepted, reviewed, decided, by three people.
fn handle(walk: &mut Walk, people: &People, cases: &[String]) -> Step<()> {
    let steps: [(&Account, &str, Value); 3] = [
        (&people.clerk, "accept", json!({})),
        (&people.reviewer, "review", json!({"agree": true, "opinion": "符合规划，建议准予。"})),
        (&people.decider, "decide", json!({"grant": true})),
    ];
    for (account, command, body) in steps {
        let token = walk.sign_in(&format!("{} signs in", account.name), &account.name, &account.password, None)?;
        for case in cases {
            let ask = Ask::json(&body).bearer(&token);
            let path = format!("/api/v1/cases/{case}/{command}");
            let what = format!("{command} in the ordinary desk");
            let answer = walk.ask(&what, "POST", &path, ask, 200)?;
            answer.json()["state"].as_str().ok_or_else(|| Stop("the case has no state".to_owned()))?;
        }
    }
    Ok(())
}
