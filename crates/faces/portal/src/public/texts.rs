//! Pages that say how this site itself works, and what machines ask of it.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use web::{Fault, Frame, House, Visitor};

use super::view::Shelf;

#[derive(Template)]
#[template(path = "public/about.html")]
struct Text {
    frame: Frame,
    body: &'static str,
}

fn text(house: &House, visitor: &Visitor, title: &str, body: &'static str) -> Response {
    web::shared_page(visitor, &Text { frame: visitor.frame(house, title), body })
}

pub(crate) async fn about(State(house): State<Arc<House>>, visitor: Visitor) -> Response {
    let body = if house.config.demo { DEMONSTRATION } else { ABOUT };
    text(&house, &visitor, "关于通办", body)
}

pub(crate) async fn accessibility(State(house): State<Arc<House>>, visitor: Visitor) -> Response {
    text(&house, &visitor, "无障碍声明", include_str!("../../templates/public/text/a11y.html"))
}

pub(crate) async fn privacy(State(house): State<Arc<House>>, visitor: Visitor) -> Response {
    text(&house, &visitor, "隐私说明", include_str!("../../templates/public/text/privacy.html"))
}

const ABOUT: &str = include_str!("../../templates/public/text/about.html");
const DEMONSTRATION: &str = concat!(
    include_str!("../../templates/public/text/demonstration.html"),
    include_str!("../../templates/public/text/about.html")
);

pub(crate) async fn robots(State(house): State<Arc<House>>) -> Response {
    let text = format!(
        "User-agent: *\nDisallow: /me\nDisallow: /apply\nDisallow: /case\nDisallow: /login\nDisallow: /console\nDisallow: /api/\nDisallow: /ui\nDisallow: /region\nSitemap: {}\n",
        house.address("/sitemap.xml")
    );
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

pub(crate) async fn sitemap(State(house): State<Arc<House>>) -> Result<Response, Fault> {
    let shelf = Shelf::open(&house)?;
    let fixed = ["/", "/personal", "/enterprise", "/shops", "/reports", "/data", "/about", "/a11y", "/privacy"]
        .map(str::to_owned);
    let items = shelf.items.iter().map(|item| format!("/item/{}", item.code));
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for path in fixed.into_iter().chain(items) {
        xml.push_str(&format!("<url><loc>{}</loc></url>\n", house.address(&path)));
    }
    xml.push_str("</urlset>\n");
    Ok(([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], xml).into_response())
}
