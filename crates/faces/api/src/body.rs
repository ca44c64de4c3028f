//! A JSON body, read strictly: right media type, UTF-8, well-formed, known fields only, and each fault told by its place.

use crate::refusal::Refusal;
use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use web::{Fault, House};

/// A JSON body as `T`, with the bytes from which it was read (an idempotency key binds to them).
pub struct Body<T> {
    /// The parsed body.
    pub value: T,
    /// The body as sent.
    pub bytes: Bytes,
}

impl<T: DeserializeOwned> FromRequest<Arc<House>> for Body<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, house: &Arc<House>) -> Result<Self, Fault> {
        read(request, house, house.config.body_bytes_max).await
    }
}

/// A JSON body of many records, as `T`: as [`Body`], and as large as batches may be.
pub struct Large<T>(pub Body<T>);

impl<T: DeserializeOwned> FromRequest<Arc<House>> for Large<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, house: &Arc<House>) -> Result<Self, Fault> {
        read(request, house, ::exchange::BODY_BYTES_MAX).await.map(Large)
    }
}

/// Reads a body of at most `max` bytes; the router's limit is the same.
async fn read<T: DeserializeOwned>(request: Request, house: &Arc<House>, max: usize) -> Result<Body<T>, Fault> {
    let is_json = is_json(request.headers());
    let bytes = Bytes::from_request(request, house).await;
    let bytes = bytes.map_err(|rejection| unread(&rejection, max))?;
    // A command that needs no words may come without a body, and then without a media type.
    if !is_json && !bytes.is_empty() {
        return Err(Refusal::MediaType { want: "application/json" }.into());
    }
    let value = parse(&bytes)?;
    Ok(Body { value, bytes })
}

/// Why the bytes of a body could not be had.
fn unread(rejection: &BytesRejection, max: usize) -> Refusal {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE { Refusal::TooLarge { max } } else { Refusal::Interrupted }
}

/// `bytes` as `T`. An empty body counts as `{}`, for commands that need no words.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    serde_json::from_slice(bytes).map_err(|_| fault::<T>(bytes))
}

/// Reads once more, slowly, to say where the fault is.
fn fault<T: DeserializeOwned>(bytes: &[u8]) -> Refusal {
    let Ok(text) = std::str::from_utf8(bytes) else { return Refusal::NotUtf8 };
    let malformed = |error: &serde_json::Error| Refusal::Malformed { line: error.line(), column: error.column() };
    let mut reader = serde_json::Deserializer::from_str(text);
    let error = match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Ok(_) => return reader.end().err().map_or(Refusal::NotFound, |error| malformed(&error)),
        Err(error) => error,
    };
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
        return malformed(&error);
    }
    let reason = error.inner().to_string();
    let mut pointer = pointer(error.path());
    let named = |marker: &str| reason.strip_prefix(marker).and_then(|rest| rest.split('`').next()).map(escape);
    if let Some(field) = named("unknown field `") {
        if !pointer.ends_with(&format!("/{field}")) {
            pointer = format!("{pointer}/{field}");
        }
        return Refusal::UnknownField { pointer };
    }
    if let Some(field) = named("missing field `") {
        return Refusal::WrongValue { pointer: format!("{pointer}/{field}"), reason: "缺少这个字段".to_owned() };
    }
    Refusal::WrongValue { pointer, reason }
}

/// The path as a JSON pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let parts = path.iter().map(|segment| match segment {
        Segment::Seq { index } => index.to_string(),
        Segment::Map { key } => escape(key),
        Segment::Enum { variant } => escape(variant),
        Segment::Unknown => "?".to_owned(),
    });
    parts.map(|part| format!("/{part}")).collect()
}

fn escape(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = value.split(';').next().unwrap_or("").trim();
    essence.eq_ignore_ascii_case("application/json")
        || (essence.len() > 5 && essence.to_ascii_lowercase().ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        inner: Vec<Inner>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        n: u32,
    }

    fn check(body: &[u8], want: Result<usize, Refusal>) {
        assert_eq!(parse::<Outer>(body).map(|outer| outer.inner.len()), want, "{}", String::from_utf8_lossy(body));
    }

    #[test]
    fn each_fault_is_told_by_its_place() {
        check(br#"{"inner":[{"n":1}]}"#, Ok(1));
        check(br#"{"inner":["#, Err(Refusal::Malformed { line: 1, column: 10 }));
        check(b"{\"inner\":\"\xff\"}", Err(Refusal::NotUtf8));
        check(br#"{"inner":[{"n":1,"m":2}]}"#, Err(Refusal::UnknownField { pointer: "/inner/0/m".to_owned() }));
        let missing =
            |pointer: &str| Refusal::WrongValue { pointer: pointer.into(), reason: "缺少这个字段".into() };
        check(br#"{}"#, Err(missing("/inner")));
        check(br#"{"inner":[{}]}"#, Err(missing("/inner/0/n")));
        assert!(
            matches!(parse::<Outer>(br#"{"inner":[{"n":-1}]}"#), Err(Refusal::WrongValue { pointer, .. }) if pointer == "/inner/0/n")
        );
        assert!(matches!(parse::<Outer>(br#"{"inner":[]} x"#), Err(Refusal::Malformed { .. })));
    }
}
