//! The sandbox's own page: the switches of each system and the log; the same for programs as JSON.

use crate::{Desk, Fault, Faults, STRIP};
use axum::{
    Json, Router,
    extract::{Path, RawForm, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post, put},
};
use std::{fmt::Write as _, sync::Arc};

/// The simulated systems, with the words for them.
const SYSTEMS: &[(&str, &str)] = &[
    ("wechat", "支付渠道（微信支付 v3 报文）"),
    ("sms", "短信（阿里云短信报文）"),
    ("official", "12345 公众号（微信公众号报文）"),
    ("sf", "快递（顺丰报文）"),
    ("ems", "快递（邮政 EMS 报文）"),
];

/// The page and its JSON.
pub(crate) fn routes(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/", get(|| async { Redirect::to("/sandbox") }))
        .route("/sandbox", get(show))
        .route("/sandbox/log", get(|State(desk): State<Arc<Desk>>| async move { Json(desk.log()) }))
        .route("/sandbox/log/{id}/again", post(again))
        .route("/sandbox/{system}/faults", put(set).get(look).post(typed))
        .with_state(desk)
}

async fn look(State(desk): State<Arc<Desk>>, Path(system): Path<String>) -> Json<Faults> {
    Json(desk.faults(&system))
}

async fn set(State(desk): State<Arc<Desk>>, Path(system): Path<String>, Json(faults): Json<Faults>) -> Json<Faults> {
    desk.set(&system, faults);
    Json(desk.faults(&system))
}

async fn typed(State(desk): State<Arc<Desk>>, Path(system): Path<String>, RawForm(form): RawForm) -> Redirect {
    let text = String::from_utf8_lossy(&form).into_owned();
    let fields = text.split('&').filter_map(|pair| pair.split_once('='));
    let read = |(name, count): (&str, &str)| {
        let fault = Fault::ALL.into_iter().find(|fault| fault.name() == name)?;
        Some((fault, count.parse().ok()?))
    };
    desk.set(&system, Faults(fields.filter_map(read).collect()));
    Redirect::to("/sandbox")
}

async fn again(State(desk): State<Arc<Desk>>, Path(id): Path<u64>) -> Response {
    let Some(notice) = desk.notice(id) else { return StatusCode::NOT_FOUND.into_response() };
    desk.once(&notice).await;
    Redirect::to("/sandbox").into_response()
}

async fn show(State(desk): State<Arc<Desk>>) -> Html<String> {
    let mut body = String::from(
        "<h1>模拟器</h1><p><a href=/sandbox/couriers>快递的邮件</a></p><p>这里模拟外部系统，报文格式与真实系统一致，什么也没有真的发生。</p>",
    );
    for (system, words) in SYSTEMS {
        let faults = desk.faults(system);
        let _ = write!(body, "<h2>{words}</h2><form method=post action=/sandbox/{system}/faults>");
        for fault in Fault::ALL {
            let (name, words, left) = (fault.name(), fault.words(), faults.left(fault));
            let _ = write!(
                body,
                "<p><label>{words} <input name={name} type=number min=0 max=99 value={left}> 次</label></p>"
            );
        }
        body.push_str("<button>设定</button></form>");
    }
    body.push_str(
        "<p><a href=/sandbox/sms>看短信</a> <a href=/sandbox/official>和 12345 公众号说话</a></p><h2>记录</h2><table><tr><th>时间<th>系统<th>报文<th>应答<th></tr>",
    );
    for line in desk.log().iter().take(100) {
        let resend = if line.way == "out" {
            format!("<form method=post action=/sandbox/log/{}/again><button>再发</button></form>", line.id)
        } else {
            String::new()
        };
        let (at, system) = (escape(&line.at), escape(&line.system));
        let (what, answer) = (escape(&format!("{} {}", line.what, line.body)), escape(&line.answer));
        let _ =
            write!(body, "<tr><td>{at}<td>{system}<td><code>{what}</code><td><code>{answer}</code><td>{resend}</tr>");
    }
    body.push_str("</table>");
    Html(frame("模拟器", &body))
}

/// A page under the strip of the payment simulator.
pub(crate) fn frame(title: &str, body: &str) -> String {
    frame_under(STRIP, title, body)
}

/// A page under the strip that says what it is.
pub(crate) fn frame_under(strip: &str, title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=utf-8><meta name=viewport content=\"width=device-width, initial-scale=1\">\
<title>{title} - {strip}</title><style>body{{margin:0;font:17px/1.75 system-ui,\"Noto Sans CJK SC\",sans-serif;color:#17272d}}\
.strip{{background:#fdf4df;border-bottom:3px solid #b07a00;color:#805400;padding:8px 16px;font-weight:600;position:sticky;top:0}}\
main{{max-width:900px;margin:24px auto;padding:0 16px}}button,.btn{{font:inherit;font-weight:600;min-height:48px;padding:10px 24px;border:0;border-radius:6px;\
background:#0b5a69;color:#fff;text-decoration:none;display:inline-block}}.second{{background:#fff;color:#0b5a69;border:2px solid #0b5a69}}\
b.sum{{font-size:40px}}td,th{{text-align:left;vertical-align:top;padding:6px 10px;border-bottom:1px solid #d6dfe0}}code{{font-size:13px;word-break:break-all}}\
input{{font:inherit;width:5em}}:focus-visible{{outline:3px solid #ffbf00;outline-offset:2px}}form{{display:inline}}</style></head>\
<body><div class=strip role=note>{strip}</div><main>{body}</main></body></html>"
    )
}

/// Text as HTML shows it.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
