//! The JSON API: one interface for people's own programs, departments' systems and the project's own tools.
//!
//! Its nouns are those of the rooms, told as view structs that change only by addition. Callers are named by a bearer token;
//! errors are problem documents with a code that never changes; the OpenAPI document is made from the handlers themselves.
//! It decides nothing and knows no SQL.

mod bearer;
mod body;
mod cases;
mod cursor;
mod document;
mod exchange;
mod files;
mod halls;
mod insight;
mod items;
mod licences;
mod messages;
mod open311;
mod parameters;
mod parcels;
mod payments;
mod problem;
mod projects;
mod ratings;
mod reference;
mod refusal;
mod regions;
mod sessions;
mod supervision;
mod trading;
mod wechat;
mod work_orders;

pub use items::example_answers;
pub use parcels::pushes;
pub use refusal::Refusal;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderName, HeaderValue, Uri, header},
    middleware::{Next, from_fn},
    response::Response,
    routing::{get, post},
};
use std::sync::{Arc, OnceLock};
use utoipa::{OpenApi as _, openapi::OpenApi};
use utoipa_axum::{router::OpenApiRouter, routes};
use web::{Fault, House};

/// What a handler answers.
pub(crate) type Result<T> = std::result::Result<T, Fault>;

/// The routes of the API, of its description and of its reference page.
pub fn routes(house: &Arc<House>) -> Router<Arc<House>> {
    let (commands, _) = described().split_for_parts();
    let (files, _) = with_files().split_for_parts();
    let body_max = DefaultBodyLimit::max(house.config.body_bytes_max);
    let file_max = DefaultBodyLimit::max(house.config.file_bytes_max.saturating_mul(files::PATIENCE));
    let (rows, _) = with_rows().split_for_parts();
    let rows = rows
        .route("/api/v1/exchange/packets", post(exchange::packets))
        .route("/api/v1/exchange/statements", post(exchange::statements))
        .layer(DefaultBodyLimit::max(::exchange::BODY_BYTES_MAX));
    commands
        .layer(body_max)
        .merge(files.layer(file_max))
        .merge(rows)
        .layer(from_fn(keep_private))
        .route("/api/openapi.json", get(|| async { Json(openapi()) }))
        .route("/callbacks/sms/{token}", post(messages::reports))
        .route(
            "/callbacks/wechat",
            get(wechat::check).post(wechat::push).layer(DefaultBodyLimit::max(wechat::BODY_BYTES_MAX)),
        )
        .merge(open311::routes().layer(DefaultBodyLimit::max(house.config.body_bytes_max)))
        .route("/docs/api", get(reference_page))
        .route("/api/v1/payments/notices/wechat", post(payments::notice))
}

/// The OpenAPI 3.1 document.
pub fn openapi() -> &'static OpenApi {
    static DOCUMENT: OnceLock<OpenApi> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let (_, document) = OpenApiRouter::with_openapi(document::Document::openapi())
            .merge(described())
            .merge(with_files())
            .merge(with_rows())
            .split_for_parts();
        document
    })
}

fn described() -> OpenApiRouter<Arc<House>> {
    OpenApiRouter::new()
        .routes(routes!(sessions::sign_in, sessions::sign_out))
        .routes(routes!(items::list))
        .routes(routes!(items::one))
        .routes(routes!(regions::list))
        .routes(routes!(files::download))
        .routes(routes!(cases::look::list, cases::submit::submit))
        .routes(routes!(cases::look::one))
        .routes(routes!(cases::look::events))
        .routes(routes!(cases::look::clock))
        .routes(routes!(parcels::list))
        .routes(routes!(cases::step::handle))
        .routes(routes!(ratings::of_item))
        .routes(routes!(ratings::of_case, ratings::rate))
        .routes(routes!(ratings::redress))
        .routes(routes!(licences::list))
        .routes(routes!(licences::keys))
        .routes(routes!(licences::one))
        .routes(routes!(licences::pdf))
        .routes(routes!(payments::of_case))
        .routes(routes!(payments::one))
        .routes(routes!(payments::order))
        .routes(routes!(payments::take_in))
        .routes(routes!(messages::list))
        .routes(routes!(messages::one))
        .routes(routes!(messages::read))
        .routes(routes!(halls::look::list))
        .routes(routes!(halls::look::one))
        .routes(routes!(halls::look::slots))
        .routes(routes!(halls::appointments::list, halls::appointments::book))
        .routes(routes!(halls::appointments::one))
        .routes(routes!(halls::appointments::handle))
        .routes(routes!(halls::tickets::list, halls::tickets::draw))
        .routes(routes!(halls::tickets::one))
        .routes(routes!(halls::tickets::handle))
        .routes(routes!(halls::tickets::window))
        .routes(routes!(insight::list))
        .routes(routes!(insight::one))
        .routes(routes!(projects::route))
        .routes(routes!(projects::list, projects::register))
        .routes(routes!(projects::one))
        .routes(routes!(projects::public))
        .routes(routes!(projects::submit))
        .routes(routes!(projects::report))
        .routes(routes!(supervision::flags))
        .routes(routes!(supervision::flag))
        .routes(routes!(supervision::orders))
        .routes(routes!(supervision::order))
        .routes(routes!(supervision::records))
        .routes(routes!(work_orders::list, work_orders::register))
        .routes(routes!(work_orders::one))
        .routes(routes!(work_orders::handle))
        .routes(routes!(trading::list, trading::plan))
        .routes(routes!(trading::one))
        .routes(routes!(trading::draw))
        .routes(routes!(trading::handle))
        .routes(routes!(trading::own))
        .routes(routes!(trading::records))
        .routes(routes!(trading::record))
        .routes(routes!(trading::releases))
}

/// What departmental systems send in batches: larger than a form.
fn with_rows() -> OpenApiRouter<Arc<House>> {
    OpenApiRouter::new()
        .routes(routes!(exchange::send))
        .routes(routes!(exchange::batch))
        .routes(routes!(exchange::waiting))
        .routes(routes!(exchange::fields))
        .routes(routes!(exchange::resources))
        .routes(routes!(exchange::usage))
        .routes(routes!(exchange::cases))
}

fn with_files() -> OpenApiRouter<Arc<House>> {
    OpenApiRouter::new().routes(routes!(files::upload)).routes(routes!(trading::bid))
}

/// What was answered to somebody by name is kept by no browser and no cache on the way, unless the handler says otherwise.
async fn keep_private(request: Request, next: Next) -> Response {
    let is_named = request.headers().contains_key(header::AUTHORIZATION);
    let mut response = next.run(request).await;
    if is_named {
        let kept = HeaderValue::from_static("private, no-store");
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(kept);
    }
    response
}

async fn reference_page(State(house): State<Arc<House>>, visitor: web::Visitor) -> Response {
    reference::answer(&house, &visitor)
}

/// A `Link` header to the next page of a list (RFC 8288).
pub(crate) fn link_next(uri: &Uri, cursor: &str) -> [(HeaderName, HeaderValue); 1] {
    let kept = uri.query().unwrap_or("").split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let query: Vec<String> = kept.map(str::to_owned).chain([format!("cursor={cursor}")]).collect();
    let link = format!("<{}?{}>; rel=\"next\"", uri.path(), query.join("&"));
    [(header::LINK, HeaderValue::from_str(&link).unwrap_or(HeaderValue::from_static("")))]
}
