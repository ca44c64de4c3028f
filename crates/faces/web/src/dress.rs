//! What every request and every answer passes: limits, the guard against other sites, fault pages, headers, figures.

use std::{any::Any, sync::Arc, time::Instant};

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

use crate::{
    Cookie, Fault, House, Query, Ticket, Ui, assets, cache, guard, health, limit, page,
    ticket::{ANONYMOUS_COOKIE, UI_COOKIE},
};

/// The faces' routes with everything around them, ready to serve.
///
/// Serve it with `into_make_service_with_connect_info::<SocketAddr>()`, so that clients can be told apart.
pub fn dress(house: Arc<House>, faces: Router<Arc<House>>) -> Router {
    health::recorder();
    faces
        .merge(health::routes(&house.config))
        .merge(assets::routes())
        .route("/ui", get(switch_look))
        .fallback(|| async { Fault::not_found() })
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(Arc::clone(&house), attend))
        .layer(from_fn_with_state(Arc::clone(&house), cache::keep))
        .layer(CompressionLayer::new())
        .with_state(house)
}

/// Nothing that comes from outside should panic; if it does, one answer is lost and not the process.
fn panicked(cause: Box<dyn Any + Send>) -> Response {
    let text = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
    Fault::broken(format!("panic: {}", text.unwrap_or("without a message"))).into_response()
}

async fn attend(State(house): State<Arc<House>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let ticket = Ticket::read(request.headers(), request.uri());
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let address = limit::Address::of(&request, house.config.behind_proxy);
    let client = address.client();
    let is_probe = matches!(route.as_str(), "/livez" | "/readyz" | "/metrics");

    let caller = ticket.session.as_deref().or_else(|| bearer(request.headers())).unwrap_or_default();
    let allowance = house.limiter.check(client.filter(|_| !is_probe), caller);

    let response = if let Err(seconds) = allowance {
        Fault::too_many(seconds).into_response()
    } else if guard::comes_from_elsewhere(&method, request.headers()) {
        Fault::forged().into_response()
    } else if !method.is_safe() && !house.after_prelude().await {
        Fault::unavailable("face.prelude", "演示数据还在生成，请过几秒再提交一次。", 5).into_response()
    } else {
        request.extensions_mut().insert(address);
        request.extensions_mut().insert(ticket.clone());
        next.run(request).await
    };
    let mut response = speak(&house, response, &ticket);

    let html =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if ticket.anonymous.is_new && ticket.session.is_none() && html && !is_shared(&response) {
        let cookie = Cookie::new(ANONYMOUS_COOKIE, &ticket.anonymous.text, house.config.is_secure());
        response.headers_mut().append(header::SET_COOKIE, cookie.header());
    }
    protect(response.headers_mut(), house.config.is_secure());
    if let (Ok(Some(allowance)), true) = (allowance, ticket.wants_json) {
        tell_allowance(response.headers_mut(), allowance);
    }

    let status = response.status().as_str().to_owned();
    metrics::counter!("tongban_requests_total", "route" => route.clone(), "method" => known(&method), "status" => status)
        .increment(1);
    metrics::histogram!("tongban_request_seconds", "route" => route).record(started.elapsed().as_secs_f64());
    response
}

/// The method as a label of figures. Anybody may invent methods, and each would stay in memory as a series of its own.
fn known(method: &Method) -> &'static str {
    const KNOWN: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

/// The token of a program that signs in by one.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()
}

/// Tells a program what it may still send (draft-ietf-httpapi-ratelimit-headers-10).
fn tell_allowance(headers: &mut HeaderMap, allowance: limit::Allowance) {
    const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
    const LEFT: HeaderName = HeaderName::from_static("ratelimit");
    let limit::Allowance { per_minute, left } = allowance;
    let texts = [(POLICY, format!("\"client\";q={per_minute};w=60")), (LEFT, format!("\"client\";r={left};t=60"))];
    for (name, text) in texts {
        headers.extend(HeaderValue::from_str(&text).ok().map(|value| (name, value)));
    }
}

fn is_shared(response: &Response) -> bool {
    response.extensions().get::<page::Shareable>().is_some()
}

/// Gives a fault its page, and words of our own to what the framework refused.
fn speak(house: &Arc<House>, response: Response, ticket: &Ticket) -> Response {
    let fault = response.extensions().get::<Arc<Fault>>().cloned();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_bare = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let fault = match fault {
        Some(fault) => fault,
        None if is_bare && response.status().is_client_error() => match Fault::from_status(response.status()) {
            Some(fault) => Arc::new(fault),
            None => return response,
        },
        None => return response,
    };
    if let Some(cause) = fault.cause() {
        let path = ticket.path.split('?').next().unwrap_or_default();
        tracing::error!(trace = ticket.trace, path, code = fault.code, cause, "a request failed");
    }
    let allow = response.headers().get(header::ALLOW).cloned();
    let mut spoken = house.fault_page(&fault, ticket);
    if let Some(allow) = allow {
        spoken.headers_mut().insert(header::ALLOW, allow);
    }
    spoken
}

/// The headers that keep a page to itself. A file may set its own policy first, to be shown inside a page of ours.
fn protect(headers: &mut HeaderMap, secure: bool) {
    const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; object-src 'self'; \
        base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    const FIXED: [(HeaderName, &str); 5] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(self), geolocation=(), microphone=(), payment=()"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in FIXED {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}

#[derive(Deserialize)]
struct Look {
    mode: Option<String>,
    back: Option<String>,
}

/// Switches between the looks and goes back to the page that it was asked on.
async fn switch_look(State(house): State<Arc<House>>, Query(look): Query<Look>) -> Result<Response, Fault> {
    let mode = look.mode.as_deref().and_then(Ui::parse);
    let ui = mode.ok_or_else(|| Fault::bad_request("face.unknown-look", "没有这种显示方式。"))?;
    let mut response = page::redirect(page::safe_back(look.back.as_deref().unwrap_or("/")));
    let cookie = Cookie::new(UI_COOKIE, ui.word(), house.config.is_secure()).days(365);
    response.headers_mut().append(header::SET_COOKIE, cookie.header());
    Ok(response)
}
