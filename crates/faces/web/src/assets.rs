//! The files that pages load: compressed once, named by their content, kept by browsers for ever.

use std::{collections::HashMap, io::Write, sync::LazyLock};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Path,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use flate2::{Compression, write::GzEncoder};
use sm3::{Digest, Sm3};

use crate::Fault;

/// The style sheet's parts in their order.
const STYLE: [&str; 8] = [
    include_str!("../assets/css/1-tokens.css"),
    include_str!("../assets/css/2-base.css"),
    include_str!("../assets/css/3-frame.css"),
    include_str!("../assets/css/4-controls.css"),
    include_str!("../assets/css/5-blocks.css"),
    include_str!("../assets/css/6-pages.css"),
    include_str!("../assets/css/7-console.css"),
    include_str!("../assets/css/8-last.css"),
];

struct Asset {
    plain: Bytes,
    gzip: Bytes,
    kind: &'static str,
}

struct Shelf {
    by_address: HashMap<String, Asset>,
    addresses: HashMap<&'static str, &'static str>,
}

static SHELF: LazyLock<Shelf> = LazyLock::new(|| {
    let files: [(&'static str, String, &'static str); 5] = [
        ("site.css", style_sheet(), "text/css; charset=utf-8"),
        ("site.js", include_str!("../assets/site.js").to_owned(), "text/javascript; charset=utf-8"),
        ("bid.js", include_str!("../assets/bid.js").to_owned(), "text/javascript; charset=utf-8"),
        ("mark.svg", include_str!("../assets/mark.svg").to_owned(), "image/svg+xml"),
        ("lattice.svg", include_str!("../assets/lattice.svg").to_owned(), "image/svg+xml"),
    ];
    let mut shelf = Shelf { by_address: HashMap::new(), addresses: HashMap::new() };
    for (name, text, kind) in files {
        let plain = Bytes::from(text);
        let hash = hex::encode(&Sm3::digest(&plain)[..6]);
        let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
        let address = format!("/assets/{stem}.{hash}.{ending}");
        shelf.addresses.insert(name, Box::leak(address.clone().into_boxed_str()));
        shelf.by_address.insert(address, Asset { gzip: gzip(&plain), plain, kind });
    }
    shelf
});

/// The address of an asset, with its content's hash.
pub fn address(name: &str) -> &'static str {
    SHELF.addresses.get(name).copied().unwrap_or("/assets/missing")
}

/// The whole style sheet as browsers get it: without comments and needless white space.
pub fn style_sheet() -> String {
    let mut out = String::with_capacity(48 * 1024);
    let whole = STYLE.concat();
    let mut rest = whole.as_str();
    while let Some(start) = rest.find("/*") {
        squeeze(&rest[..start], &mut out);
        rest = rest[start..].find("*/").map_or("", |end| &rest[start + end + 2..]);
    }
    squeeze(rest, &mut out);
    out
}

/// Drops white space where it separates nothing.
fn squeeze(text: &str, out: &mut String) {
    for character in text.chars() {
        let last = out.chars().next_back().unwrap_or('}');
        if character.is_ascii_whitespace() {
            if !matches!(last, ' ' | '{' | '}' | ';' | ',' | ':' | '>') {
                out.push(' ');
            }
        } else {
            if matches!(character, '{' | '}' | ';' | ',' | '>' | '!') && last == ' ' {
                out.pop();
            }
            if character == '}' && out.ends_with(';') {
                out.pop();
            }
            out.push(character);
        }
    }
}

pub(crate) fn gzip(plain: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 3), Compression::default());
    // Writing into memory does not fail; an empty result would only mean that the plain bytes are sent.
    match encoder.write_all(plain).and_then(|()| encoder.finish()) {
        Ok(bytes) => bytes.into(),
        Err(_) => Bytes::new(),
    }
}

pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("gzip"))
}

pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{name}", get(serve)).route("/favicon.ico", get(icon))
}

async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = SHELF.by_address.get(&format!("/assets/{name}")) else {
        return Fault::not_found().into_response();
    };
    let compressed = takes_gzip(&headers) && !asset.gzip.is_empty();
    let mut response = Response::new(Body::from(if compressed { asset.gzip.clone() } else { asset.plain.clone() }));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if compressed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

async fn icon() -> Response {
    crate::redirect(address("mark.svg"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_stays_within_its_budget() {
        let size = style_sheet().len();
        assert!(size <= 40 * 1024, "the style sheet has grown to {size} bytes; 40 KB is the bound of the design");
    }

    #[test]
    fn squeezing_keeps_what_separates() {
        let mut out = String::new();
        squeeze("a :focus , b > c {\n  margin: 0 -1px ;\n  width: calc(1px + 2em);\n}\n", &mut out);
        assert_eq!(out, "a :focus,b>c{margin:0 -1px;width:calc(1px + 2em)}");
    }
}
