//! SF-Express, simulated: `/std/service` and route pushes.

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

const SYSTEM: &str = "sf";

fn code(what: Move) -> &'static str {
    match what {
        Move::Picked => "50",
        Move::Moving => "30",
        Move::Out => "44",
        Move::Signed => "80",
        Move::Refused => "77",
        Move::Returned => "99",
        Move::Lost => "911",
    }
}

pub(super) async fn service(State(depot): State<Arc<Depot>>, body: Bytes) -> Response {
    let form = pairs(&body);
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let what = format!("POST /std/service {}", field("serviceCode"));
    if depot.desk.fails(SYSTEM, Fault::ServerError) {
        depot.desk.tell(SYSTEM, "in", &what, field("msgData"), "500");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    if depot.desk.fails(SYSTEM, Fault::Delay) {
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    let answer = answer(&depot, field);
    depot.desk.tell(SYSTEM, "in", &what, field("msgData"), &answer.to_string());
    if depot.desk.fails(SYSTEM, Fault::TimeOutAfter) {
        return StatusCode::GATEWAY_TIMEOUT.into_response();
    }
    axum::Json(answer).into_response()
}

fn answer<'a>(depot: &Arc<Depot>, field: impl Fn(&str) -> &'a str) -> Value {
    let own = &depot.accounts;
    let outer = |code: &str, message: &str, data: Option<Value>| {
        json!({
            "apiResultCode": code, "apiErrorMsg": message, "apiResponseID": format!("SIM{}", depot.serial()),
            "apiResultData": data.map(|data| data.to_string()).unwrap_or_default(),
        })
    };
    if field("partnerID") != own.sf_partner {
        return outer("A1003", "partnerID 无效", None);
    }
    if seal::digest(field("msgData"), field("timestamp"), &own.sf_check_word) != field("msgDigest") {
        return outer("A1006", "数字签名无效", None);
    }
    let Ok(data) = serde_json::from_str::<Value>(field("msgData")) else {
        return outer("A1001", "msgData 不是 JSON", None);
    };
    let inner = match field("serviceCode") {
        "EXP_RECE_CREATE_ORDER" => create(depot, &data),
        "EXP_RECE_SEARCH_ORDER_RESP" => search(depot, &data),
        "EXP_RECE_UPDATE_ORDER" => update(depot, &data),
        "EXP_RECE_SEARCH_ROUTES" => routes(depot, &data),
        _ => return outer("A1004", "没有这个接口", None),
    };
    outer("A1000", "", Some(inner))
}

fn well(data: Value) -> Value {
    json!({"success": true, "errorCode": "S0000", "errorMsg": null, "msgData": data})
}

fn bad(code: &str, message: &str) -> Value {
    json!({"success": false, "errorCode": code, "errorMsg": message, "msgData": null})
}

fn booked(order: &str, number: &str) -> Value {
    well(json!({"orderId": order, "filterResult": 2, "waybillNoInfoList": [{"waybillType": 1, "waybillNo": number}]}))
}

fn create(depot: &Arc<Depot>, data: &Value) -> Value {
    let order = data["orderId"].as_str().unwrap_or_default();
    let contacts = data["contactInfoList"].as_array().map_or(&[][..], Vec::as_slice);
    let of = |kind: i64| contacts.iter().find(|contact| contact["contactType"] == kind);
    let is_whole = |contact: &Value| {
        ["contact", "mobile", "address"].iter().all(|key| contact[*key].as_str().is_some_and(|text| !text.is_empty()))
    };
    let (Some(from), Some(to)) = (of(1), of(2)) else { return bad("6112", "收寄双方信息不完整") };
    if order.is_empty() || !is_whole(from) || !is_whole(to) || data["cargoDetails"][0]["name"].as_str().is_none() {
        return bad("6112", "订单信息不完整");
    }
    match depot.take(SYSTEM, order, to["city"].as_str().unwrap_or_default()) {
        (_, true) => bad("8016", "重复下单"),
        (number, false) => booked(order, &number),
    }
}

fn search(depot: &Arc<Depot>, data: &Value) -> Value {
    let order = data["orderId"].as_str().unwrap_or_default();
    match depot.of_order(SYSTEM, order) {
        Some(parcel) => booked(order, &parcel.number),
        None => bad("8017", "订单号不存在"),
    }
}

fn update(depot: &Arc<Depot>, data: &Value) -> Value {
    match (data["dealType"].as_i64(), depot.cancel(SYSTEM, data["orderId"].as_str().unwrap_or_default())) {
        (Some(2), Some(true)) => well(json!({"orderId": data["orderId"], "resStatus": 2})),
        (Some(2), Some(false)) => bad("8038", "已揽收，不能取消"),
        (Some(2), None) => bad("8017", "订单号不存在"),
        _ => bad("6150", "不支持的操作"),
    }
}

fn routes(depot: &Arc<Depot>, data: &Value) -> Value {
    let wanted = data["trackingNumber"].as_array().map_or(&[][..], Vec::as_slice);
    let found = wanted.iter().filter_map(|number| depot.of_number(SYSTEM, number.as_str()?));
    let answers: Vec<Value> = found
        .map(|parcel| {
            let routes: Vec<Value> = parcel.told.iter().map(|told| node(&parcel, told)).collect();
            json!({"mailNo": parcel.number, "routes": routes})
        })
        .collect();
    well(json!({"routeResps": answers}))
}

fn node(parcel: &Carried, told: &Told) -> Value {
    json!({
        "acceptTime": written(told.at), "acceptAddress": parcel.city, "opCode": code(told.what),
        "remark": words(told.what, &parcel.city),
    })
}

/// The rest of the push address and the body. A spoilt one bears a wrong word.
pub(super) fn push(accounts: &Accounts, parcel: &Carried, told: &Told, spoilt: bool) -> (String, String) {
    let mut node = node(parcel, told);
    node["id"] = format!("SIM{}", told.id).into();
    node["mailno"] = parcel.number.clone().into();
    node["orderid"] = parcel.order.clone().into();
    let word = if spoilt { "SIM-wrong-word" } else { accounts.sf_push_word.as_str() };
    (format!("/{word}"), json!({"Body": {"WaybillRoute": [node]}}).to_string())
}

pub(super) fn is_taken(status: u16, body: &str) -> bool {
    let answer: Value = serde_json::from_str(body).unwrap_or(Value::Null);
    status == 200 && answer["return_code"] == "0000"
}
