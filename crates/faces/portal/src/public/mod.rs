//! The public site: finding an item and reading what it asks, for everybody alike.

mod cards;
mod data;
mod drawing;
mod expose;
mod home;
mod item;
mod problems;
mod region;
mod reports;
mod said;
mod search;
mod texts;
mod themes;
mod view;

pub(crate) use view::Shelf;

use std::sync::Arc;

use axum::{Router, routing::get};
use web::House;

/// The public routes.
pub(crate) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/", get(home::show))
        .route("/region", get(region::choose))
        .route("/search", get(search::find))
        .route("/item/{code}", get(item::show))
        .route("/item/{code}/qr.svg", get(item::qr))
        .route("/personal", get(themes::personal))
        .route("/enterprise", get(themes::enterprise))
        .route("/theme/{kind}/{code}", get(themes::theme))
        .route("/shops", get(themes::shops))
        .route("/shop/{kind}", get(themes::shop))
        .route("/expose", get(expose::list))
        .route("/expose/new", get(expose::ask).post(expose::send))
        .route("/expose/mine/{secret}", get(expose::own))
        .route("/expose/{id}", get(expose::one))
        .route("/reports", get(reports::list))
        .route("/reports/{month}", get(reports::show))
        .route("/reports/{month}/data.csv", get(reports::csv))
        .route("/cards", get(cards::show))
        .route("/data", get(data::list))
        .route("/data/{set}", get(data::show))
        .route("/data/{set}/data.csv", get(data::csv))
        .route("/data/{set}/data.json", get(data::json))
        .route("/about", get(texts::about))
        .route("/a11y", get(texts::accessibility))
        .route("/privacy", get(texts::privacy))
        .route("/problems/{code}", get(problems::show))
        .route("/robots.txt", get(texts::robots))
        .route("/sitemap.xml", get(texts::sitemap))
}
