//! Query parameters, path parts and headers, each refused by name when it cannot be read.

use crate::refusal::Refusal;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use kernel::{CaseNumber, RegionCode};
use serde::de::DeserializeOwned;
use std::{fmt::Display, str::FromStr};
use web::Fault;

/// Entries of a list when the caller names no number.
pub const LIMIT: u32 = 20;
/// The most entries of a list.
pub const LIMIT_MAX: u32 = 200;
const KEY_BYTES_MAX: usize = 128;

/// The query parameters of an address; unknown ones are refused, so that a misspelt filter is not silently no filter.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        // The framework would put odd characters for what it cannot read, and so answer another question.
        if !web::words::is_encoded_text(parts.uri.query().unwrap_or_default().as_bytes()) {
            let reason = "百分号编码有误，或者不是 UTF-8 文字".to_owned();
            return Err(Refusal::Parameter { name: "query", reason }.into());
        }
        let query = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        let refuse = |rejection: axum::extract::rejection::QueryRejection| {
            let reason = rejection.body_text();
            let reason = reason.rsplit(": ").next().unwrap_or(&reason);
            let reason = match reason.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next()) {
                Some(name) => format!("没有 {name} 这个参数"),
                None => reason.to_owned(),
            };
            Refusal::Parameter { name: "query", reason }
        };
        query.map(|query| Self(query.0)).map_err(|rejection| refuse(rejection).into())
    }
}

/// A region code given as parameter `name`.
pub fn region(name: &'static str, text: &str) -> Result<RegionCode, Refusal> {
    value(name, text)
}

/// Any code given as parameter `name`.
pub fn value<T: FromStr<Err: Display>>(name: &'static str, text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|error: T::Err| Refusal::Parameter { name, reason: error.to_string() })
}

/// Any code given in a body at `pointer`.
pub fn field<T: FromStr<Err: Display>>(pointer: &str, text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|error: T::Err| Refusal::WrongValue { pointer: pointer.to_owned(), reason: error.to_string() })
}

/// A case number in an address. A wrong one names no case, so it is answered like a stranger's.
pub fn case_number(text: &str) -> Result<CaseNumber, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound)
}

/// The number of entries asked for.
pub fn limit(asked: Option<u32>) -> Result<u32, Refusal> {
    match asked {
        None => Ok(LIMIT),
        Some(limit) if (1..=LIMIT_MAX).contains(&limit) => Ok(limit),
        Some(_) => Err(Refusal::Parameter { name: "limit", reason: format!("须为 1 至 {LIMIT_MAX}") }),
    }
}

/// The `Idempotency-Key` header, if there is one: 1 to 128 visible ASCII characters.
///
/// Source: draft-ietf-httpapi-idempotency-key-header-07; the quotes of its structured-field form are accepted and dropped.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let text = value.to_str().map_err(|_| Refusal::IdempotencyKey)?.trim();
    let text = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let plain = !text.is_empty() && text.len() <= KEY_BYTES_MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
    if plain { Ok(Some(text)) } else { Err(Refusal::IdempotencyKey) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn keys_are_plain_and_bounded() {
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("idempotency-key", HeaderValue::from_str(text).expect("a test header"));
            idempotency_key(&headers).map(|key| key.map(str::to_owned))
        };
        assert_eq!(read("abc-1"), Ok(Some("abc-1".to_owned())));
        assert_eq!(read("\"abc-1\""), Ok(Some("abc-1".to_owned())));
        assert_eq!(read(""), Err(Refusal::IdempotencyKey));
        assert_eq!(read("a b"), Err(Refusal::IdempotencyKey));
        assert_eq!(read(&"x".repeat(129)), Err(Refusal::IdempotencyKey));
        assert_eq!(idempotency_key(&HeaderMap::new()), Ok(None));
    }

    #[test]
    fn lists_are_bounded() {
        assert_eq!(limit(None), Ok(20));
        assert_eq!(limit(Some(200)), Ok(200));
        assert!(limit(Some(0)).is_err() && limit(Some(201)).is_err());
    }
}
