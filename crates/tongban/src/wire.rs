//! How requests come in: who may connect, how long a sender may take, and how the server stops.
//!
//! Every bound here is against somebody who holds a connection without asking anything: heads and bodies that never end,
//! answers that nobody reads, connections opened by the thousand. What a request says is none of this file's business.

mod body;
mod seats;
mod steady;

use axum::{Router, extract::ConnectInfo};
use body::Patient;
use hyper::{
    Request, Response, StatusCode, Version,
    body::{Body as _, Incoming},
    header,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use seats::Seats;
use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use steady::Steady;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
};
use tower::Service as _;

/// What a connection may cost.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// A request's head must be complete after so long; a connection without requests is closed after as long.
    pub head: Duration,
    /// How long a sender may let us wait for a body, beyond the time that its bytes need on a slow line.
    pub body: Duration,
    /// An answer of which nothing can be sent for so long is given up.
    pub answer: Duration,
    /// Largest head, in bytes: request line and headers.
    pub head_bytes_max: usize,
    /// Connections at once.
    pub connections_max: usize,
    /// Connections at once from one address (IPv6: one /64), this machine excepted.
    pub connections_of_address_max: usize,
}

/// What somebody hears for whom there is no connection left.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
/// No descriptor is free: waiting a little beats spinning.
const BREATH: Duration = Duration::from_millis(200);

/// Answers on `listener` until `stopping` says so, then finishes what was begun.
pub async fn serve(listener: TcpListener, app: Router, bounds: Bounds, stopping: watch::Receiver<bool>) {
    let seats = Seats::new(bounds.connections_max, bounds.connections_of_address_max);
    // Each connection holds a sender: when the last is gone, the receiver ends.
    let (open, mut all_closed) = mpsc::channel::<()>(1);
    let mut asked = stopping.clone();
    let mut stop = pin!(async move { asked.wait_for(|stop| *stop).await.map(drop).unwrap_or(()) });
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!("a connection could not be accepted: {error}");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        let Some(seat) = seats.take(peer.ip()) else {
            // As far as it goes without waiting: who is not let in must not hold a task either.
            stream.try_write(FULL).ok();
            continue;
        };
        let (app, stopping, open) = (app.clone(), stopping.clone(), open.clone());
        tokio::spawn(async move {
            attend(stream, peer, app, bounds, stopping).await;
            drop((seat, open));
        });
    }
    drop((listener, open));
    all_closed.recv().await;
}

/// One connection, from its first byte to its last.
async fn attend(stream: TcpStream, peer: SocketAddr, app: Router, bounds: Bounds, mut stopping: watch::Receiver<bool>) {
    // Small answers are sent at once.
    stream.set_nodelay(true).ok();
    let service = service_fn(move |request| answer(app.clone(), request, peer, bounds.body));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.head)
        .max_header_size(bounds.head_bytes_max)
        .serve_connection(TokioIo::new(Steady::new(stream, bounds.answer)), service);
    let mut connection = pin!(connection);
    let mut stop = pin!(async move { stopping.wait_for(|stop| *stop).await.map(drop).unwrap_or(()) });
    // A connection that breaks is its sender's affair: nothing to tell, nobody to tell it to.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = &mut stop => connection.as_mut().graceful_shutdown(),
    }
    connection.await.ok();
}

async fn answer(
    mut app: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
    patience: Duration,
) -> Result<axum::response::Response, Infallible> {
    if !is_addressed(&request) {
        return Ok(refusal(StatusCode::BAD_REQUEST, "请求要写明一个主机名（Host）。\n"));
    }
    let late = (!request.body().is_end_stream()).then(|| Arc::new(AtomicBool::new(false)));
    let mut request = request.map(|body| Patient::new(body, patience, late.clone()));
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = app.call(request).await?;
    let is_late = late.is_some_and(|late| late.load(Ordering::Relaxed));
    let sentence = "请求的内容没有在规定的时间里传完。请检查网络后再试。\n";
    Ok(if is_late { refusal(StatusCode::REQUEST_TIMEOUT, sentence) } else { response })
}

/// A request of HTTP/1.1 names one host (RFC 9112 §3.2): with none or two, a proxy in front and this server could mean two requests.
fn is_addressed(request: &Request<Incoming>) -> bool {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    hosts == 1 || (hosts == 0 && request.version() == Version::HTTP_10)
}

/// An answer to what never reached the pages; the connection ends with it.
fn refusal(status: StatusCode, sentence: &'static str) -> axum::response::Response {
    let mut response = Response::new(sentence.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CONNECTION, header::HeaderValue::from_static("close"));
    response
}
