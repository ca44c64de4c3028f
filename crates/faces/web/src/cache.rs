//! Public pages are the same for everybody without a session: they are rendered once and kept for five seconds.
//!
//! Five seconds is also how late a visitor may see a change of the catalogue. The key holds all that such a page depends
//! on: path, query, place, look and for whom one looks.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use kernel::RegionCode;
use moka::sync::Cache;
use sm3::{Digest, Sm3};

use crate::{
    Fault, House, REGION_COOKIE, SESSION_COOKIE, SUBJECT_COOKIE, Ui, assets, cookie, page::Shareable, ticket::UI_COOKIE,
};

const KEPT_FOR: Duration = Duration::from_secs(5);
const BYTES_MAX: u64 = 48 * 1024 * 1024;
const PAGE_BYTES_MAX: usize = 1024 * 1024;

pub(crate) struct PageCache(Cache<String, Arc<Kept>>);

struct Kept {
    headers: HeaderMap,
    etag: HeaderValue,
    plain: Bytes,
    gzip: Bytes,
    served: metrics::Counter,
}

impl Default for PageCache {
    fn default() -> Self {
        let weigh = |key: &String, kept: &Arc<Kept>| {
            u32::try_from(key.len() + kept.plain.len() + kept.gzip.len() + 1024).unwrap_or(u32::MAX)
        };
        PageCache(Cache::builder().weigher(weigh).max_capacity(BYTES_MAX).time_to_live(KEPT_FOR).build())
    }
}

/// Answers from what is kept, and keeps what may be shared.
pub(crate) async fn keep(State(house): State<Arc<House>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if request.method() != Method::GET || cookie::find(headers, SESSION_COOKIE).is_some() {
        return next.run(request).await;
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    // Only what means something: a made-up cookie gives the page of a visitor without it, and must not fill the cache nor meet
    // another key.
    let meant = |code: &&str| code.parse::<RegionCode>().is_ok();
    let region = cookie::find(headers, REGION_COOKIE).filter(meant).unwrap_or_default();
    let ui = cookie::find(headers, UI_COOKIE).filter(|word| Ui::parse(word).is_some()).unwrap_or_default();
    let for_company = cookie::find(headers, SUBJECT_COOKIE) == Some("company");
    let key = format!("{path} {region} {ui} {for_company}");
    let gzip = assets::takes_gzip(headers);
    let known = headers.get(header::IF_NONE_MATCH).cloned();
    if let Some(kept) = house.pages.0.get(&key) {
        return answer(&kept, gzip, known.as_ref());
    }
    let response = next.run(request).await;
    if response.extensions().get::<Shareable>().is_none() {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(plain) = to_bytes(body, PAGE_BYTES_MAX).await else {
        return axum::response::IntoResponse::into_response(Fault::broken("a public page is larger than can be kept"));
    };
    let etag = format!("W/\"{}\"", hex::encode(&Sm3::digest(&plain)[..8]));
    let kept = Arc::new(Kept {
        headers: parts.headers,
        etag: HeaderValue::from_str(&etag).unwrap_or_else(|_| HeaderValue::from_static("W/\"0\"")),
        gzip: assets::gzip(&plain),
        plain,
        served: metrics::counter!("tongban_pages_kept_total"),
    });
    house.pages.0.insert(key, Arc::clone(&kept));
    answer(&kept, gzip, known.as_ref())
}

fn answer(kept: &Kept, gzip: bool, known: Option<&HeaderValue>) -> Response {
    kept.served.increment(1);
    let compressed = gzip && !kept.gzip.is_empty();
    let unchanged = known == Some(&kept.etag);
    let body = match (unchanged, compressed) {
        (true, _) => Bytes::new(),
        (false, true) => kept.gzip.clone(),
        (false, false) => kept.plain.clone(),
    };
    let mut response = Response::new(Body::from(body));
    *response.headers_mut() = kept.headers.clone();
    response.headers_mut().insert(header::ETAG, kept.etag.clone());
    if unchanged {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else if compressed {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}
