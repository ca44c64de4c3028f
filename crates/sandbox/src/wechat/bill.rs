//! 交易账单: asked for by day, downloaded as CSV with every field behind a backtick, hashed with SHA-1.

use super::{APPID, Channel, MCHID, api::received, wire};
use axum::{
    extract::{OriginalUri, Query, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::json;
use sha1::{Digest, Sha1};
use std::{collections::HashMap, fmt::Write as _, sync::Arc};

const HEAD: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
const FOOT: &str = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";

/// Asks for the bill of a day.
pub(super) async fn ask(
    State(channel): State<Arc<Channel>>,
    Query(query): Query<HashMap<String, String>>,
    method: Method,
    url: OriginalUri,
    headers: HeaderMap,
) -> Response {
    if let Err(refused) = received(&channel, &method, &url, &headers, "").await {
        return wire::refusal(refused);
    }
    let Some(date) = query.get("bill_date").and_then(|date| date.parse::<Date>().ok()) else {
        return wire::refusal((StatusCode::BAD_REQUEST, "PARAM_ERROR", "bill_date 应为 yyyy-MM-dd".to_owned()));
    };
    let Some(csv) = csv(&channel, date) else {
        return wire::refusal((StatusCode::BAD_REQUEST, "NO_STATEMENT_EXIST", "账单文件不存在".to_owned()));
    };
    let answer = json!({
        "hash_type": "SHA1",
        "hash_value": hex::encode(Sha1::digest(csv.as_bytes())),
        "download_url": format!("{}/v3/billdownload/file?token=SIM{date}", channel.desk.address),
    });
    wire::answer(&channel, StatusCode::OK, answer.to_string())
}

/// The file itself.
pub(super) async fn download(
    State(channel): State<Arc<Channel>>,
    Query(query): Query<HashMap<String, String>>,
    method: Method,
    url: OriginalUri,
    headers: HeaderMap,
) -> Response {
    if let Err(refused) = received(&channel, &method, &url, &headers, "").await {
        return wire::refusal(refused);
    }
    let date = query.get("token").and_then(|token| token.strip_prefix("SIM")?.parse::<Date>().ok());
    match date.and_then(|date| csv(&channel, date)) {
        Some(csv) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], csv).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// China's time, as the bill writes it, if the instant lies on this day.
fn on(date: Date, at: &str) -> Option<String> {
    let zone = TimeZone::fixed(jiff::tz::offset(8));
    let local = at.parse::<Timestamp>().ok()?.to_zoned(zone);
    (local.date() == date).then(|| local.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

fn csv(channel: &Channel, date: Date) -> Option<String> {
    let (orders, refunds) = channel.book.all();
    let (mut text, mut count, mut total, mut back) = (format!("\u{feff}{HEAD}\r\n"), 0, 0, 0);
    let mut row = |fields: &[&str]| {
        let line: Vec<String> = fields.iter().map(|field| format!("`{field}")).collect();
        let _ = write!(text, "{}\r\n", line.join(","));
    };
    for order in &orders {
        let Some(time) = order.success_time.as_deref().and_then(|at| on(date, at)) else { continue };
        let charged = order.charged.unwrap_or_default();
        (count, total) = (count + 1, total + charged);
        let (amount, transaction) = (yuan(charged), order.transaction_id.clone().unwrap_or_default());
        row(&[
            &time,
            APPID,
            MCHID,
            "0",
            "",
            &transaction,
            &order.out_trade_no,
            "SIMoPayer000000000000000000",
            &order.trade_type,
            "SUCCESS",
            "OTHERS",
            "CNY",
            &amount,
            "0.00",
            "0",
            "0",
            "0.00",
            "0.00",
            "",
            "",
            &order.description,
            "",
            "0.00",
            "0.00%",
            &amount,
            "0.00",
            "",
        ]);
    }
    for refund in &refunds {
        let Some(time) = on(date, &refund.success_time) else { continue };
        let order = orders.iter().find(|order| order.out_trade_no == refund.out_trade_no);
        let transaction = order.and_then(|order| order.transaction_id.clone()).unwrap_or_default();
        let kind = order.map_or("NATIVE", |order| order.trade_type.as_str());
        (count, back) = (count + 1, back + refund.amount);
        let amount = yuan(refund.amount);
        row(&[
            &time,
            APPID,
            MCHID,
            "0",
            "",
            &transaction,
            &refund.out_trade_no,
            "SIMoPayer000000000000000000",
            kind,
            "REFUND",
            "OTHERS",
            "CNY",
            "0.00",
            "0.00",
            &refund.refund_id,
            &refund.out_refund_no,
            &amount,
            "0.00",
            "ORIGINAL",
            "SUCCESS",
            "",
            "",
            "0.00",
            "0.00%",
            "0.00",
            &amount,
            "",
        ]);
    }
    if count == 0 {
        return None;
    }
    let (total, back) = (yuan(total), yuan(back));
    let _ = write!(text, "{FOOT}\r\n`{count},`{total},`{back},`0.00,`0.00,`{total},`{back}\r\n");
    Some(text)
}
