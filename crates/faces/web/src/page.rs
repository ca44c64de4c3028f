//! Answers that are pages.

use askama::Template;
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{Fault, Visitor};

/// A page that anybody without a session would see alike: the frame may keep it for a few seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shareable;

/// The template as a page that nobody may keep.
pub fn page(template: &impl Template) -> Response {
    page_with(StatusCode::OK, template)
}

/// The template as a page with another status: 422 for a form with mistakes.
pub fn page_with(status: StatusCode, template: &impl Template) -> Response {
    let text = match template.render() {
        Ok(text) => text,
        Err(error) => return Fault::broken(format!("a page cannot be rendered: {error}")).into_response(),
    };
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A public page: it depends on path, query, place, look and for whom one looks only, and holds no form that changes anything. For visitors
/// without a session the server keeps it for a few seconds.
pub fn shared_page(visitor: &Visitor, template: &impl Template) -> Response {
    let mut response = page(template);
    if visitor.session.is_none() && response.status() == StatusCode::OK {
        response.extensions_mut().insert(Shareable);
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("Cookie"));
    }
    response
}

/// Sends the browser to another page of this site, by GET. `path` must be encoded.
pub fn redirect(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let target = HeaderValue::from_str(path).unwrap_or_else(|_| HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, target);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A path of this site to go back to; anything else, above all another site's address, gives the home page.
pub fn safe_back(back: &str) -> &str {
    let is_path = back.starts_with('/') && !back.starts_with("//") && !back.starts_with("/\\");
    let is_plain = back.len() <= 1024 && back.bytes().all(|byte| byte.is_ascii_graphic()) && !back.contains('\\');
    if is_path && is_plain { back } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::safe_back;

    #[test]
    fn only_a_path_of_this_site_is_gone_back_to() {
        assert_eq!(safe_back("/item/320123905000?region=320102000000"), "/item/320123905000?region=320102000000");
        for elsewhere in
            ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "", "/a\r\nb", "/中"]
        {
            assert_eq!(safe_back(elsewhere), "/", "{elsewhere}");
        }
    }
}
