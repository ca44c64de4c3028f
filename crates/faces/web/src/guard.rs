//! The guard of forms: only a page of this site can make a browser send one.
//!
//! Two checks: browsers say where a request comes from (`Sec-Fetch-Site`, else `Origin`), and each form carries a token
//! that belongs to the session, or for a visitor without one to a cookie that other sites cannot read.

use axum::http::{HeaderMap, Method, header};
use sm3::{Digest, Sm3};
use subtle_eq::same;

/// What the tokens of one browser are made from. Its text never leaves the server or the `HttpOnly` cookie.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret([u8; 16]);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// The secret bound to a session's or a visitor's own text.
    pub(crate) fn of(text: &str) -> Secret {
        let digest = Sm3::digest([b"form token of ".as_slice(), text.as_bytes()].concat());
        let mut secret = [0; 16];
        secret.copy_from_slice(&digest[..16]);
        Secret(secret)
    }

    /// A token: sixteen random bytes, and the secret hidden under them.
    pub(crate) fn token(&self) -> String {
        let pad = random::<16>();
        let hidden: Vec<u8> = pad.iter().zip(self.0).map(|(pad, byte)| pad ^ byte).collect();
        hex::encode([pad.as_slice(), &hidden].concat())
    }

    /// Whether a token was made from this secret.
    pub(crate) fn accepts(&self, token: &str) -> bool {
        let mut bytes = [0; 32];
        if hex::decode_to_slice(token, &mut bytes).is_err() {
            return false;
        }
        let (pad, hidden) = bytes.split_at(16);
        let shown: Vec<u8> = pad.iter().zip(hidden).map(|(pad, byte)| pad ^ byte).collect();
        same(&shown, &self.0)
    }
}

mod subtle_eq {
    /// Compares without telling by the time it takes where the difference lies.
    pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
        a.len() == b.len() && a.iter().zip(b).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
    }
}

/// Random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    store::random_bytes::<N>()
}

/// Whether a changing request comes from a page of another site.
pub(crate) fn comes_from_elsewhere(method: &Method, headers: &HeaderMap) -> bool {
    if method.is_safe() {
        return false;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match (text("origin"), headers.get(header::HOST).and_then(|host| host.to_str().ok())) {
        (Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_, from)| !from.eq_ignore_ascii_case(host)),
        // A browser that changes something says its origin; a program without cookies needs no protection.
        (Some(_), None) => true,
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_token_is_accepted_by_its_own_secret_only_and_never_looks_the_same_twice() {
        let (mine, other) = (Secret::of("a"), Secret::of("b"));
        let token = mine.token();
        assert!(mine.accepts(&token) && !other.accepts(&token));
        assert_ne!(token, mine.token());
        assert!(!mine.accepts("") && !mine.accepts("zz") && !mine.accepts(&token[..40]));
    }

    #[test]
    fn a_form_of_another_site_is_told_apart() {
        let from = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            pairs.iter().for_each(|(name, value)| {
                headers.insert(*name, HeaderValue::from_static(value));
            });
            comes_from_elsewhere(&Method::POST, &headers)
        };
        assert!(from(&[("sec-fetch-site", "cross-site")]));
        assert!(from(&[("sec-fetch-site", "same-site")]));
        assert!(!from(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(from(&[("origin", "https://evil.example"), ("host", "localhost:8080")]));
        assert!(from(&[("origin", "null"), ("host", "localhost:8080")]));
        assert!(!from(&[("origin", "http://localhost:8080"), ("host", "localhost:8080")]));
        assert!(!from(&[("host", "localhost:8080")]));
        assert!(!comes_from_elsewhere(&Method::GET, &HeaderMap::new()));
    }
}
