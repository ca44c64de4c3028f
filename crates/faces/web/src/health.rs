//! What operators and their machines ask: is it alive, is it ready, which version, how does it do.

use std::sync::{Arc, OnceLock};

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use organisation::Regions;
use serde::{Deserialize, Serialize};
use store::ReadExt;

use crate::{Config, House, Query};

pub(crate) fn routes(config: &Config) -> Router<Arc<House>> {
    let routes = Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/version", get(version));
    if config.metrics { routes.merge(figures()) } else { routes }
}

/// `/metrics` alone, for a listener of its own or beside the pages.
pub fn figures<S: Clone + Send + Sync + 'static>() -> Router<S> {
    recorder();
    Router::new().route("/metrics", get(measured))
}

#[derive(Deserialize)]
struct Verbose {
    verbose: Option<String>,
}

/// One thing that must work before people are let in.
#[derive(Serialize)]
struct Check {
    name: &'static str,
    ok: bool,
    note: String,
}

async fn ready(State(house): State<Arc<House>>, Query(query): Query<Verbose>) -> Response {
    let regions = house.db.read::<_, store::Error>(|read| read.cached::<Regions>());
    let checks = [
        match &regions {
            Ok(_) => Check { name: "database", ok: true, note: "answers".to_owned() },
            Err(error) => Check { name: "database", ok: false, note: error.to_string() },
        },
        match &regions {
            Ok(regions) if !regions.is_empty() => {
                Check { name: "registers", ok: true, note: format!("{} regions", regions.len()) }
            }
            _ => Check {
                name: "registers",
                ok: false,
                note: "no regions; run \"tongban import regions FILE\"".to_owned(),
            },
        },
    ];
    let ok = checks.iter().all(|check| check.ok);
    let status = if ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    if query.verbose.is_some() {
        return (status, Json(checks)).into_response();
    }
    (status, if ok { "ready\n" } else { "not ready\n" }).into_response()
}

async fn version(State(house): State<Arc<House>>) -> Json<serde_json::Value> {
    Json(serde_json::json!({ "name": "tongban", "version": house.config.version }))
}

async fn measured() -> Response {
    let text = recorder().map(PrometheusHandle::render).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

/// The recorder of this process. It is `None` when another one was installed first, as tests may.
pub(crate) fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    const BOUNDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];
    RECORDER.get_or_init(|| PrometheusBuilder::new().set_buckets(&BOUNDS).ok()?.install_recorder().ok()).as_ref()
}
