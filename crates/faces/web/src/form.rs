//! Forms: every one carries a token and is text.

use std::sync::Arc;

use axum::{
    body::to_bytes,
    extract::{FromRef, FromRequest, FromRequestParts, Request},
    http::header,
};
use serde::de::DeserializeOwned;

use crate::{Fault, House, Visitor, query::bad_text, words};

/// A form read into `T`, after its token was checked.
#[derive(Debug, Clone)]
pub struct Form<T>(pub T);

/// A form as its fields in order, for forms whose fields are data; its token was checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(pub Vec<(String, String)>);

impl Fields {
    /// The first value of a field, without white space around it.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == key).map(|(_, value)| value.trim())
    }

    /// All values of a field: several ticks of one question.
    pub fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(found, _)| found == key).map(|(_, value)| value.trim())
    }

    /// Every field in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

impl<S> FromRequest<S> for Fields
where
    Arc<House>: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let (fields, _) = read(request, state).await?;
        Ok(fields)
    }
}

impl<S, T> FromRequest<S> for Form<T>
where
    Arc<House>: FromRef<S>,
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let (_, body) = read(request, state).await?;
        let mut again = Request::new(axum::body::Body::from(body));
        *again.method_mut() = axum::http::Method::POST;
        let kind = axum::http::HeaderValue::from_static("application/x-www-form-urlencoded");
        again.headers_mut().insert(header::CONTENT_TYPE, kind);
        match axum::Form::<T>::from_request(again, &()).await {
            Ok(axum::Form(form)) => Ok(Form(form)),
            Err(_) => Err(Fault::bad_request("face.bad-form", "表单缺了内容，或者内容不对。")
                .with_remedy("请回到上一页，刷新以后再提交一次。")),
        }
    }
}

/// The fields of a form and its raw bytes, with the token already accepted and taken out of the fields.
async fn read<S>(request: Request, state: &S) -> Result<(Fields, axum::body::Bytes), Fault>
where
    Arc<House>: FromRef<S>,
    S: Send + Sync,
{
    let house = Arc::<House>::from_ref(state);
    let (mut parts, body) = request.into_parts();
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(Fault::unsupported("face.not-a-form", "这里只收网页表单。"));
    }
    let visitor = Visitor::from_request_parts(&mut parts, state).await?;
    let limit = house.config.body_bytes_max;
    let body = to_bytes(body, limit).await.map_err(|_| Fault::too_large(limit))?;
    if !words::is_encoded_text(&body) {
        return Err(bad_text());
    }
    let mut fields = Fields(words::pairs(&body));
    visitor.check(fields.get(TOKEN).unwrap_or_default())?;
    fields.0.retain(|(key, _)| key != TOKEN);
    Ok((fields, body))
}

/// The field that carries a form's token.
pub(crate) const TOKEN: &str = "_csrf";
