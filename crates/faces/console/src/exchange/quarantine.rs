//! Rows that were not taken: with reasons, checked once more or let go.

use std::sync::Arc;

use ::exchange::{Again, Outcome, QuarantineId, QuarantineState, Refusal, query, rules};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use store::Failure;
use web::{Fault, FieldKind, Fields, House, Query, Visitor, Wrong, redirect, words};

use super::sheet::{self, Cell, Form, Panel, Sheet, field};
use super::{at_form, office, session};

/// Lines of one page.
const PAGE: usize = 30;

/// By what the list is narrowed.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    done: Option<String>,
    cursor: Option<String>,
}

/// Rows that wait, or those that do not any more.
pub async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = session(&visitor)?;
    let (today, is_open) = (house.db.today(), asked.done.is_none());
    let (rows, next) = house.read(|read| {
        let page = query::quarantine(read, &session.actor, is_open, asked.cursor.as_deref(), PAGE)?;
        let mut rows = vec![];
        for row in page.rows {
            let department = office(read, &row.department)?;
            rows.push((row, department));
        }
        Ok((rows, page.next))
    })?;
    let (title, none) = if is_open {
        ("等待处理", "没有等待处理的行。")
    } else {
        ("处理过的", "还没有处理过的行。")
    };
    let mut panel = Panel::new(title, "发送方按原 row_guid 改正重发，就自动收下");
    panel.heads = vec!["行", "系统", "部门", "哪里不对", "收到", "状态"];
    panel.none = none;
    for (row, department) in rows {
        let fault = row.faults.first().map_or_else(String::new, |fault| fault.detail.clone());
        let more = match row.faults.len() {
            0 | 1 => String::new(),
            n => format!("，共 {n} 处"),
        };
        panel.rows.push(vec![
            Cell::link(format!("/exchange/quarantine/{}", row.id), row.guid),
            Cell::text(row.origin.to_string()),
            Cell::text(department),
            Cell::text(fault + &more),
            Cell::text(words::moment(row.received, today)),
            Cell::badge(if row.state == QuarantineState::Open { "osmanthus" } else { "" }, sheet::state(row.state)),
        ]);
    }
    let say = "没有收下的行和原因";
    let mut page = Sheet::new(&house, &visitor, session, ("隔离区", say), "/exchange/quarantine", vec![]);
    page.aside = Some(if is_open {
        ("/exchange/quarantine?done=1", "看处理过的")
    } else {
        ("/exchange/quarantine", "看等待处理的")
    });
    page.panels = vec![panel];
    let kept = if is_open { "" } else { "done=1&" };
    page.next = next.map(|cursor| format!("/exchange/quarantine?{kept}cursor={}", words::percent(&cursor)));
    Ok(web::page(&page))
}

fn id(text: &str) -> Result<QuarantineId, Fault> {
    text.parse().map_err(|_| Fault::refused(&Refusal::NotFound))
}

/// One row.
pub async fn one(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    shown(&house, &visitor, id(&text)?, &Fields::default(), vec![], None, StatusCode::OK)
}

fn shown(
    house: &House,
    visitor: &Visitor,
    id: QuarantineId,
    sent: &Fields,
    wrongs: Vec<Wrong>,
    done: Option<(&'static str, String)>,
    status: StatusCode,
) -> Result<Response, Fault> {
    let session = session(visitor)?;
    let today = house.db.today();
    let (row, body) = ::exchange::row_of(&house.db, &session.actor, &id)?;
    let department = house.read(|read| office(read, &row.department))?;
    let mut facts = Panel::new("这一行", "");
    facts.facts = vec![
        ("行标识 row_guid", row.guid.clone()),
        ("系统", row.origin.to_string()),
        ("部门", department),
        ("批次号", row.batch.clone()),
        ("收到", words::moment(row.received, today)),
        ("状态", sheet::state(row.state).to_owned()),
    ];
    let mut faults = Panel::new("哪里不对", "");
    faults.heads = vec!["字段", "代码", "说明"];
    faults.none = "没有。";
    for fault in &row.faults {
        let cells = [&fault.field, &fault.code, &fault.detail];
        faults.rows.push(cells.map(Cell::text).into());
    }
    let mut content = Panel::new("报送的内容", "个人信息不显示全部");
    content.heads = vec!["字段", "名称", "值"];
    content.none = "没有内容。";
    let kind = body.get("table").and_then(Value::as_str).and_then(::exchange::Kind::from_name);
    for (name, label) in in_order(kind, &body) {
        let value = body
            .get(name)
            .map_or_else(String::new, |value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        let value = match name {
            "cd_operation" => sheet::operation(&value),
            "table" => kind.map_or(value, |kind| sheet::kind(kind).to_owned()),
            _ => masked(name, &value),
        };
        content.rows.push(vec![Cell::text(name), Cell::text(label), Cell::text(value)]);
    }
    if row.state == QuarantineState::Open {
        faults.forms = vec![
            Form {
                action: format!("/exchange/quarantine/{id}/requeue"),
                fields: vec![],
                button: "重新校验",
                second: false,
            },
            Form {
                action: format!("/exchange/quarantine/{id}/resolve"),
                fields: vec![
                    field(FieldKind::Text, "reason", "不再处理的理由", sent, &wrongs)
                        .hint("例如：测试数据，发送方不再重报")
                        .width("w-30"),
                ],
                button: "放下这一行",
                second: true,
            },
        ];
    }
    let mut page = Sheet::new(house, visitor, session, ("隔离的行", ""), "/exchange/quarantine", wrongs);
    page.done = done;
    page.panels = vec![facts, faults, content];
    Ok(web::page_with(status, &page))
}

/// The fields that were sent, in the order of their table; what it does not know comes last.
fn in_order(kind: Option<::exchange::Kind>, body: &Map<String, Value>) -> Vec<(&str, &'static str)> {
    const COMMON: [(&str, &str); 4] =
        [("table", "表"), ("row_guid", "行标识"), ("cd_operation", "操作"), ("cd_time", "修改时间")];
    let table = rules::FIELDS.iter().find(|(of, _)| Some(*of) == kind).map_or(&[][..], |(_, fields)| *fields);
    let known = COMMON.into_iter().chain(table.iter().map(|field| (field.name, field.label)));
    let known: Vec<(&str, &'static str)> = known.filter(|(name, _)| body.contains_key(*name)).collect();
    let strange = body.keys().map(String::as_str).filter(|name| known.iter().all(|(other, _)| other != name));
    let strange: Vec<(&str, &'static str)> = strange.map(|name| (name, "")).collect();
    [known, strange].concat()
}

/// Names, codes and numbers of people are shown as strangers see them.
fn masked(name: &str, value: &str) -> String {
    match name {
        "applyer_name" | "contact_name" | "legal" => query::masked_name(value),
        "applyer_page_code" | "contact_code" => query::masked_code(value),
        "contact_mobile" => {
            value.parse::<kernel::Mobile>().map_or_else(|_| "****".to_owned(), |number| number.masked())
        }
        _ => value.chars().take(200).collect(),
    }
}

/// Checks a row once more.
pub async fn requeue(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
    _: Fields,
) -> Result<Response, Fault> {
    let (id, actor) = (id(&text)?, session(&visitor)?.actor.clone());
    let again = Again::prepare(&house.db, &actor, id)?;
    let answer = house.write(move |tx| ::exchange::requeue(tx, &actor, &again)).await?;
    let word = answer.rows.first().map_or(Outcome::Unchanged, |row| row.outcome);
    let done = match word {
        Outcome::Quarantined => ("还不对。", "请发送方按原 row_guid 改正重发。".to_owned()),
        outcome => ("已经收下。", format!("结果：{}。", sheet::outcome(outcome))),
    };
    shown(&house, &visitor, id, &Fields::default(), vec![], Some(done), StatusCode::OK)
}

/// Lets a row go.
pub async fn resolve(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let (id, actor) = (id(&text)?, session(&visitor)?.actor.clone());
    let reason = sent.get("reason").unwrap_or_default().to_owned();
    match house.db.write_async(move |tx| ::exchange::resolve(tx, &actor, &id, &reason)).await {
        Ok(_) => Ok(redirect(&format!("/exchange/quarantine/{id}"))),
        Err(failure @ Failure::Refused(Refusal::Words { .. })) => {
            shown(&house, &visitor, id, &sent, at_form(failure)?, None, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(failure) => Err(failure.into()),
    }
}
