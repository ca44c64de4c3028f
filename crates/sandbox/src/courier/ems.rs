//! China Post EMS, simulated: `/amp-prod-api/f/amp/api/open` and trace pushes.

use super::{Accounts, Carried, Depot, Move, Told, pairs, seal, words, written};
use crate::Fault;
use axum::{
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

const SYSTEM: &str = "ems";

fn code(what: Move) -> &'static str {
    match what {
        Move::Picked => "203",
        Move::Moving => "305",
        Move::Out => "702",
        Move::Signed => "704",
        Move::Refused => "706",
        Move::Returned => "708",
        Move::Lost => "711",
    }
}

pub(super) async fn open(State(depot): State<Arc<Depot>>, body: Bytes) -> Response {
    let form = pairs(&body);
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let what = format!("POST {} apiCode {}", "/amp-prod-api/f/amp/api/open", field("apiCode"));
    let opened = seal::open(field("logitcsInterface"), &depot.accounts.ems_key);
    let shown = opened.clone().unwrap_or_else(|| "（打不开）".to_owned());
    if depot.desk.fails(SYSTEM, Fault::ServerError) {
        depot.desk.tell(SYSTEM, "in", &what, &shown, "500");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    if depot.desk.fails(SYSTEM, Fault::Delay) {
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    let answer = answer(&depot, opened, field);
    depot.desk.tell(SYSTEM, "in", &what, &shown, &answer.to_string());
    if depot.desk.fails(SYSTEM, Fault::TimeOutAfter) {
        return StatusCode::GATEWAY_TIMEOUT.into_response();
    }
    axum::Json(answer).into_response()
}

fn answer<'a>(depot: &Arc<Depot>, opened: Option<String>, field: impl Fn(&str) -> &'a str) -> Value {
    let own = &depot.accounts;
    let said = |code: &str, words: &str, body: Value| {
        json!({
            "retCode": code, "retMsg": words, "retBody": body.to_string(), "serialNo": format!("SIM{}", depot.serial()),
            "retDate": written(jiff::Timestamp::now()),
        })
    };
    if field("senderNo") != own.ems_sender || field("authorization") != own.ems_authorization {
        return said("S00002", "协议客户号或者授权码不对", Value::Null);
    }
    let Some(data) = opened.and_then(|json| serde_json::from_str::<Value>(&json).ok()) else {
        return said("S00003", "报文解密失败", Value::Null);
    };
    let text = |key: &str| data[key].as_str().unwrap_or_default().to_owned();
    match field("apiCode") {
        "020003" => {
            let order = text("logisticsOrderNo");
            let is_whole = |end: &Value| {
                ["name", "mobile", "address"].iter().all(|key| end[*key].as_str().is_some_and(|text| !text.is_empty()))
            };
            if order.is_empty() || !is_whole(&data["sender"]) || !is_whole(&data["receiver"]) {
                return said("B0001", "订单信息不完整", Value::Null);
            }
            let city = data["receiver"]["city"].as_str().unwrap_or_default();
            let (number, was_there) = depot.take(SYSTEM, &order, city);
            let body = json!({"logisticsOrderNo": order, "waybillNo": number});
            if was_there { said("B0011", "订单号重复", body) } else { said("00000", "成功", body) }
        }
        "020006" => match depot.cancel(SYSTEM, &text("logisticsOrderNo")) {
            Some(true) => said("00000", "成功", Value::Null),
            Some(false) => said("B0022", "已揽收，不能取消", Value::Null),
            None => said("B0020", "没有这个订单", Value::Null),
        },
        "040001" => match depot.of_number(SYSTEM, &text("waybillNo")) {
            Some(parcel) => {
                let told: Vec<Value> = parcel.told.iter().map(|told| trace(&parcel, told)).collect();
                said("00000", "成功", json!({"responseItems": told}))
            }
            None => said("B0030", "没有这个邮件", Value::Null),
        },
        _ => said("S00004", "没有这个接口", Value::Null),
    }
}

fn trace(parcel: &Carried, told: &Told) -> Value {
    json!({
        "waybillNo": parcel.number, "logisticsOrderNo": parcel.order, "opCode": code(told.what), "opTime": written(told.at),
        "opName": words(told.what, &parcel.city), "opDesc": words(told.what, &parcel.city), "opOrgCity": parcel.city,
        "opOrgName": "SIM 营业部",
    })
}

/// The rest of the push address and the body. A spoilt one is sealed under another key.
pub(super) fn push(accounts: &Accounts, parcel: &Carried, told: &Told, spoilt: bool) -> (String, String) {
    let wrong = seal::base64(&[0x51; 16]);
    let key = if spoilt { &wrong } else { &accounts.ems_key };
    let sealed = seal::seal(&trace(parcel, told).to_string(), key);
    let body = json!({
        "method": "040002", "senderNo": accounts.ems_sender, "serialNo": format!("SIM{}", told.id), "logitcsInterface": sealed,
    });
    (String::new(), body.to_string())
}

pub(super) fn is_taken(status: u16, body: &str) -> bool {
    let answer: Value = serde_json::from_str(body).unwrap_or(Value::Null);
    status == 200 && answer["code"] == "00000"
}
