//! Query strings: bad percent-encoding or bytes that are not UTF-8 give a plain answer instead of odd characters.

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::de::DeserializeOwned;

use crate::{Fault, words};

/// The query of a request, checked to be text and read into `T`.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        if !words::is_encoded_text(parts.uri.query().unwrap_or_default().as_bytes()) {
            return Err(bad_text());
        }
        match axum::extract::Query::<T>::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(query)) => Ok(Query(query)),
            Err(_) => Err(Fault::bad_request("face.bad-query", "网址问号后面的内容不对。")
                .with_remedy("请从页面上的链接重新打开。")),
        }
    }
}

pub(crate) fn bad_text() -> Fault {
    Fault::bad_request("face.bad-text", "发来的内容里有读不出的文字（应当是 UTF-8 编码）。")
        .with_remedy("请回到页面上重新填写。")
}
