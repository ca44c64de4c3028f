//! The channel's calls.

use super::{
    APPID, Channel, MCHID, SYSTEM,
    book::{Order, Refund},
    wire::{self, Refused},
};
use crate::{Fault, keys::random_hex};
use axum::{
    extract::{OriginalUri, Path, State},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// A call after its signature was checked, and the switches that act on every call.
pub(super) async fn received(
    channel: &Channel,
    method: &Method,
    url: &OriginalUri,
    headers: &HeaderMap,
    body: &str,
) -> Result<(), Refused> {
    let address = url.path_and_query().map_or("/", |address| address.as_str());
    channel.desk.tell(SYSTEM, "in", &format!("{method} {address}"), body, "");
    if channel.desk.fails(SYSTEM, Fault::ServerError) {
        return Err((StatusCode::INTERNAL_SERVER_ERROR, "SYSTEM_ERROR", "系统异常，请用相同参数重新调用".to_owned()));
    }
    wire::check(&channel.keys, headers, method.as_str(), address, body)
}

fn bad(message: impl Into<String>) -> Refused {
    (StatusCode::BAD_REQUEST, "PARAM_ERROR", message.into())
}

fn missing(what: &str) -> Refused {
    (StatusCode::NOT_FOUND, "RESOURCE_NOT_EXISTS", format!("{what}不存在"))
}

fn text(value: &Value, pointer: &str) -> Result<String, Refused> {
    value.pointer(pointer).and_then(Value::as_str).map(str::to_owned).ok_or_else(|| bad(format!("缺少 {pointer}")))
}

fn ordered(channel: &Channel, body: &str, trade_type: &str) -> Result<Order, Refused> {
    let sent: Value = serde_json::from_str(body).map_err(|_| bad("请求不是 JSON"))?;
    if text(&sent, "/mchid")? != MCHID || text(&sent, "/appid")? != APPID {
        return Err((StatusCode::BAD_REQUEST, "MCH_NOT_EXISTS", "商户号与 appid 不匹配".to_owned()));
    }
    let total = sent.pointer("/amount/total").and_then(Value::as_i64).filter(|total| *total > 0);
    let total = total.ok_or_else(|| bad("缺少 /amount/total"))?;
    let out_trade_no = text(&sent, "/out_trade_no")?;
    let in_minutes = |minutes: i64| (jiff::Timestamp::now() + jiff::SignedDuration::from_mins(minutes)).to_string();
    let fresh = Order {
        prepay: format!("SIM{}", random_hex::<12>()),
        description: text(&sent, "/description")?,
        notify_url: text(&sent, "/notify_url")?,
        trade_type: trade_type.to_owned(),
        total,
        charged: None,
        transaction_id: None,
        success_time: None,
        expires: text(&sent, "/time_expire").unwrap_or_else(|_| in_minutes(120)),
        closed: false,
        out_trade_no,
    };
    let order = channel.book.order(fresh);
    if order.total != total {
        return Err((StatusCode::FORBIDDEN, "OUT_TRADE_NO_USED", "商户订单号重复".to_owned()));
    }
    if order.charged.is_some() {
        return Err((StatusCode::BAD_REQUEST, "ORDERPAID", "该订单已支付".to_owned()));
    }
    if order.closed {
        return Err((StatusCode::BAD_REQUEST, "ORDER_CLOSED", "该订单已关闭".to_owned()));
    }
    Ok(order)
}

/// Native 下单: a code for a QR picture.
pub(super) async fn native(
    State(channel): State<Arc<Channel>>,
    method: Method,
    url: OriginalUri,
    headers: HeaderMap,
    body: String,
) -> Response {
    if let Err(refused) = received(&channel, &method, &url, &headers, &body).await {
        return wire::refusal(refused);
    }
    match ordered(&channel, &body, "NATIVE") {
        Ok(order) => {
            let code = format!("{}/wechat/cashier/{}", channel.desk.address, order.prepay);
            wire::answer(&channel, StatusCode::OK, json!({"code_url": code}).to_string())
        }
        Err(refused) => wire::refusal(refused),
    }
}

/// H5 下单: a link for a phone's browser.
pub(super) async fn h5(
    State(channel): State<Arc<Channel>>,
    method: Method,
    url: OriginalUri,
    headers: HeaderMap,
    body: String,
) -> Response {
    if let Err(refused) = received(&channel, &method, &url, &headers, &body).await {
        return wire::refusal(refused);
    }
    match ordered(&channel, &body, "MWEB") {
        Ok(order) => {
            let link = format!("{}/wechat/cashier/{}", channel.desk.address, order.prepay);
            wire::answer(&channel, StatusCode::OK, json!({"h5_url": link}).to_string())
        }
        Err(refused) => wire::refusal(refused),
    }
}

/// A transaction as query and notice tell it.
pub(super) fn transaction(order: &Order) -> Value {
    let now = jiff::Timestamp::now();
    let is_late = order.expires.parse::<jiff::Timestamp>().is_ok_and(|expires| expires < now);
    let (state, words) = match (order.charged, order.closed || is_late) {
        (Some(_), _) => ("SUCCESS", "支付成功"),
        (None, true) => ("CLOSED", "订单已关闭"),
        (None, false) => ("NOTPAY", "订单未支付"),
    };
    let mut told = json!({
        "mchid": MCHID, "appid": APPID, "out_trade_no": order.out_trade_no, "trade_type": order.trade_type,
        "trade_state": state, "trade_state_desc": words,
        "amount": {"total": order.total, "currency": "CNY"},
    });
    if let Some(charged) = order.charged {
        told["transaction_id"] = json!(order.transaction_id);
        told["success_time"] = json!(order.success_time);
        told["bank_type"] = json!("OTHERS");
        told["payer"] = json!({"openid": "SIMoPayer000000000000000000"});
        told["amount"] = json!({"total": charged, "payer_total": charged, "currency": "CNY", "payer_currency": "CNY"});
    }
    told
}

/// 查询订单.
pub(super) async fn query(
    State(channel): State<Arc<Channel>>,
    Path(no): Path<String>,
    method: Method,
    url: OriginalUri,
    headers: HeaderMap,
) -> Response {
    if let Err(refused) = received(&channel, &method, &url, &headers, "").await {
        return wire::refusal(refused);
    }
    if channel.desk.fails(SYSTEM, Fault::Delay) {
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    match channel.book.find(&no) {
        Some(order) => wire::answer(&channel, StatusCode::OK, transaction(&order).to_string()),
        None => wire::refusal((StatusCode::NOT_FOUND, "ORDER_NOT_EXIST", "订单不存在".to_owned())),
    }
}

/// 关闭订单.
pub(super) async fn close(
    State(channel): State<Arc<Channel>>,
    Path(no): Path<String>,
    method: Method,
    url: OriginalUri,
    headers: HeaderMap,
    body: String,
) -> Response {
    if let Err(refused) = received(&channel, &method, &url, &headers, &body).await {
        return wire::refusal(refused);
    }
    match channel.book.close(&no) {
        Some(true) => wire::answer(&channel, StatusCode::NO_CONTENT, String::new()),
        Some(false) => wire::refusal((StatusCode::BAD_REQUEST, "ORDERPAID", "该订单已支付".to_owned())),
        None => wire::refusal((StatusCode::NOT_FOUND, "ORDER_NOT_EXIST", "订单不存在".to_owned())),
    }
}

/// A refund as call, query and notice tell it; `status` is the member's name for its state.
fn refund_told(refund: &Refund, total: i64, status: &str, state: &str) -> Value {
    let mut told = json!({
        "refund_id": refund.refund_id, "out_refund_no": refund.out_refund_no, "out_trade_no": refund.out_trade_no,
        "transaction_id": "", "channel": "ORIGINAL", "user_received_account": "支付用户零钱",
        "amount": {"total": total, "refund": refund.amount, "payer_refund": refund.amount, "payer_total": total, "currency": "CNY"},
    });
    told[status] = json!(state);
    if state == "SUCCESS" {
        told["success_time"] = json!(refund.success_time);
    }
    told
}

/// 申请退款. The money goes back at once; the answer says that it is on its way, the notice that it has arrived.
pub(super) async fn refund(
    State(channel): State<Arc<Channel>>,
    method: Method,
    url: OriginalUri,
    headers: HeaderMap,
    body: String,
) -> Response {
    if let Err(refused) = received(&channel, &method, &url, &headers, &body).await {
        return wire::refusal(refused);
    }
    match refunded(&channel, &body).await {
        Ok(response) => response,
        Err(refused) => wire::refusal(refused),
    }
}

async fn refunded(channel: &Arc<Channel>, body: &str) -> Result<Response, Refused> {
    let sent: Value = serde_json::from_str(body).map_err(|_| bad("请求不是 JSON"))?;
    let amount = sent.pointer("/amount/refund").and_then(Value::as_i64).filter(|amount| *amount > 0);
    let fresh = Refund {
        out_refund_no: text(&sent, "/out_refund_no")?,
        refund_id: format!("SIM50300{}", random_hex::<10>()),
        out_trade_no: text(&sent, "/out_trade_no")?,
        amount: amount.ok_or_else(|| bad("缺少 /amount/refund"))?,
        notify_url: text(&sent, "/notify_url")?,
        success_time: jiff::Timestamp::now().to_string(),
    };
    let order = channel.book.find(&fresh.out_trade_no).ok_or_else(|| missing("订单"))?;
    let known = channel.book.find_refund(&fresh.out_refund_no).is_some();
    let refund = channel.book.refund(fresh).ok_or((
        StatusCode::BAD_REQUEST,
        "INVALID_REQUEST",
        "退款金额大于可退金额".to_owned(),
    ))?;
    let total = order.charged.unwrap_or_default();
    if !known {
        let mut resource = refund_told(&refund, total, "refund_status", "SUCCESS");
        resource["mchid"] = json!(MCHID);
        resource["transaction_id"] = json!(order.transaction_id);
        let notice = wire::notice(channel, &refund.notify_url, "REFUND.SUCCESS", "refund", &resource);
        if channel.desk.fails(SYSTEM, Fault::Reorder) {
            channel.desk.once(&notice).await;
        } else if channel.desk.fails(SYSTEM, Fault::TimeOutAfter) {
            return Err((StatusCode::GATEWAY_TIMEOUT, "SYSTEM_ERROR", "请求超时".to_owned()));
        } else {
            channel.desk.notify(notice);
        }
    }
    let state = if known { "SUCCESS" } else { "PROCESSING" };
    let mut told = refund_told(&refund, total, "status", state);
    told["transaction_id"] = json!(order.transaction_id);
    Ok(wire::answer(channel, StatusCode::OK, told.to_string()))
}

/// 查询单笔退款.
pub(super) async fn query_refund(
    State(channel): State<Arc<Channel>>,
    Path(no): Path<String>,
    method: Method,
    url: OriginalUri,
    headers: HeaderMap,
) -> Response {
    if let Err(refused) = received(&channel, &method, &url, &headers, "").await {
        return wire::refusal(refused);
    }
    let Some(refund) = channel.book.find_refund(&no) else { return wire::refusal(missing("退款单")) };
    let order = channel.book.find(&refund.out_trade_no);
    let total = order.as_ref().and_then(|order| order.charged).unwrap_or_default();
    let mut told = refund_told(&refund, total, "status", "SUCCESS");
    told["transaction_id"] = json!(order.and_then(|order| order.transaction_id));
    wire::answer(&channel, StatusCode::OK, told.to_string())
}
