//! The exchange: a departmental system gets its credential, sends a batch that is answered row by row, mends what was wrong; its case
//! is found by who may see it and by nobody else.

use super::{
    People,
    applicant::Filed,
    walk::{Step, Stop, Walk, encode, ensure, text},
};
use crate::http::Ask;
use serde_json::{Value, json};

/// A batch of a departmental system.
pub fn batches(walk: &mut Walk, people: &People, filed: &Filed) -> Step<()> {
    let (key, system) = credential(walk, people)?;
    let number = format!("TOUR-{}", &filed.number[filed.number.len() - 8..]);
    let now = walk.get("The tables and their fields, as they are checked", "/api/v1/exchange/fields", None)?;
    ensure(now.as_array().is_some_and(|tables| tables.len() == 5), || "there are not five tables".to_owned())?;
    let rows = rows(&number, &system);
    let send = |batch: &str, rows: &[&Value]| Ask::json(&json!({"cd_batch": batch, "rows": rows})).bearer(&key);
    let path = "/api/v1/exchange/batches";
    let first = format!("{number}-1");
    let mut bad = rows[2].clone();
    bad["result_type"] = "9".into();
    let all = [&rows[0], &rows[1], &bad];
    let answer =
        walk.ask("The system sends three rows, one of them wrong", "POST", path, send(&first, &all), 200)?.json();
    ensure(answer["accepted"] == 2 && answer["quarantined"] == 1, || format!("answered {answer}"))?;
    let fault = &answer["rows"][2]["faults"][0];
    walk.note(&format!("{}: {} · {}", answer["rows"][2]["row_guid"], fault["field"], fault["detail"]));
    let again = walk.ask("… the same batch again is answered as before", "POST", path, send(&first, &all), 200)?.json();
    ensure(again == answer, || "the same batch was answered otherwise".to_owned())?;
    let other = send(&first, &[&rows[0]]);
    walk.refused("… its number with other rows is refused", "POST", path, other, (422, "exchange.batch-other"))?;
    let mended = format!("{number}-2");
    let answer =
        walk.ask("The row is sent again, right this time", "POST", path, send(&mended, &[&rows[2]]), 200)?.json();
    ensure(answer["accepted"] == 1, || format!("answered {answer}"))?;
    let clerk = walk.sign_in("The clerk signs in", &people.clerk.name, &people.clerk.password, None)?;
    let address = format!("/api/v1/exchange/cases?project_no={number}");
    let found = walk.get("… and finds the department's case", &address, Some(&clerk))?;
    ensure(found["cases"][0]["result"] == "0" && found["cases"][0]["processes"] == 1, || format!("found {found}"))?;
    walk.note(&format!("{} {}", text(&found, "/cases/0/name")?, text(&found, "/cases/0/applicant")?));
    let ask = Ask::plain().bearer(&filed.token);
    walk.refused("An applicant finds nothing there", "GET", &address, ask, (403, "exchange.not-yours"))?;
    let ask = Ask::json(&json!({"cd_batch": "x", "rows": [rows[0]]})).bearer(&clerk);
    walk.refused("A person's session is no system's credential", "POST", path, ask, (403, "exchange.not-a-system"))?;
    Ok(())
}

/// Signs the caretaker in at the console, registers a system and reads its secret from the page that shows it once.
fn credential(walk: &mut Walk, people: &People) -> Step<(String, Value)> {
    let account = &people.exchanger;
    let token = walk.sign_in("The caretaker of the exchange signs in", &account.name, &account.password, None)?;
    let cookie = format!("tb_session={token}");
    let page = || Ask::plain().header("accept", "text/html").header("cookie", &cookie);
    let form = walk.ask("The page of the exchange", "GET", "/exchange", page(), 200)?.text();
    let csrf = form.split("name=\"_csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let csrf = csrf.ok_or_else(|| Stop("the page has no form".to_owned()))?;
    let id = format!("tour-{}", store::fresh_uuid().simple());
    let department = format!("{}-310", walk.region);
    let body = format!("_csrf={}&id={id}&name=tour&department={department}", encode(csrf));
    let ask = page().header("content-type", "application/x-www-form-urlencoded").body(body.into_bytes());
    let shown = walk.ask("A departmental system is registered", "POST", "/exchange/sources", ask, 201)?.text();
    let key = shown.split("tbx_").nth(1).map(|rest| format!("tbx_{}", &rest.chars().take(64).collect::<String>()));
    let key = key.ok_or_else(|| Stop("the page shows no credential".to_owned()))?;
    let code = shown.split("统一社会信用代码</dt><dd>").nth(1).and_then(|rest| rest.get(..18));
    let code = code.ok_or_else(|| Stop("the page shows no credit code".to_owned()))?;
    walk.note("the secret is shown once; only its digest is kept");
    Ok((key, json!({"org_code": code, "org_name": "区市场监督管理局"})))
}

/// A case, a step and a result, half an hour old.
fn rows(number: &str, system: &Value) -> [Value; 3] {
    let at = |minutes: i64| {
        let now = store::wall().as_microsecond() - minutes * 60_000_000;
        kernel::Timestamp::from_microsecond(now).unwrap_or(kernel::Timestamp::UNIX_EPOCH).to_string()
    };
    let row = |table: &str, minutes: i64| {
        json!({"table": table, "row_guid": format!("{number}-{table}"), "cd_operation": "I", "cd_time": at(minutes),
            "project_no": number, "org_code": system["org_code"]})
    };
    let mut rows = [row("basic", 30), row("process", 20), row("result", 10)];
    let more = [
        json!({"catalog_code": "320131907000", "task_name": "食品经营许可", "applyer_name": "林示范", "applyer_type": "0",
            "applyer_page_type": "111", "applyer_page_code": "320102190001019997", "apply_date": at(40),
            "accept_date": at(30), "org_name": system["org_name"], "project_type": "2"}),
        json!({"process_name": "审查", "event_name": "通过", "event_end_time": at(20), "handle_user_name": "示例审查员",
            "org_name": system["org_name"]}),
        json!({"result_type": "0", "result_date": at(10), "result_cetr_name": "食品经营许可证"}),
    ];
    for (row, more) in rows.iter_mut().zip(more) {
        if let (Some(row), Value::Object(more)) = (row.as_object_mut(), more) {
            row.extend(more);
        }
    }
    rows
}
