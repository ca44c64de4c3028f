//! The page on which a person "pays". It never pretends to be the real one.

use super::{Channel, SYSTEM, api, wire};
use crate::{
    Fault,
    page::{escape, frame},
};
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use std::{collections::HashMap, sync::Arc};

fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

fn no_order() -> Response {
    (StatusCode::NOT_FOUND, Html(frame("没有这个订单", "<h1>没有这个订单</h1>"))).into_response()
}

/// The way back to the merchant: only to this very machine, as the simulator itself serves nobody else.
fn way_back(query: &HashMap<String, String>) -> String {
    let is_local = |url: &&String| url.starts_with("http://127.0.0.1") || url.starts_with("http://localhost");
    let back = query.get("redirect_url").filter(is_local);
    back.map_or_else(String::new, |url| format!("<p><a class=\"btn second\" href=\"{}\">回到商户</a></p>", escape(url)))
}

/// What is to be paid, and the button.
pub(super) async fn show(
    State(channel): State<Arc<Channel>>,
    Path(prepay): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let Some(order) = channel.book.by_prepay(&prepay) else { return no_order() };
    let state = match (order.charged.is_some(), order.closed) {
        (true, _) => "<p>这个订单已经付过。</p>".to_owned(),
        (_, true) => "<p>这个订单已经关闭。</p>".to_owned(),
        _ => "<form method=post><button>模拟支付成功</button></form>".to_owned(),
    };
    let body = format!(
        "<h1>模拟收银台</h1><p>{}</p><p><b class=sum>{}</b> 元</p><p>商户订单号 {}</p>{state}{}",
        escape(&order.description),
        yuan(order.total),
        escape(&order.out_trade_no),
        way_back(&query)
    );
    Html(frame("模拟收银台", &body)).into_response()
}

/// "Pays": the order is charged and the merchant is told.
pub(super) async fn pay(
    State(channel): State<Arc<Channel>>,
    Path(prepay): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let is_open = channel.book.by_prepay(&prepay).is_some_and(|order| order.charged.is_none() && !order.closed);
    let wrong = is_open && channel.desk.fails(SYSTEM, Fault::WrongAmount);
    let Some((order, now)) = channel.book.charge(&prepay, wrong) else { return no_order() };
    if now {
        let resource = api::transaction(&order);
        let notice = wire::notice(&channel, &order.notify_url, "TRANSACTION.SUCCESS", "transaction", &resource);
        channel.desk.notify(notice);
    }
    let words = if order.charged.is_some() { "模拟支付成功" } else { "这个订单不能再付" };
    let body = format!("<h1>{words}</h1><p>没有发生真实支付。</p>{}", way_back(&query));
    Html(frame(words, &body)).into_response()
}
