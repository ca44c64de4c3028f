//! 数据分析: a figure with its comparisons, its distribution and its parts; what is to be expected; which open cases run late. The room
//! reckons; these pages show.

mod ask;
mod export;
mod figure;
mod forecast;
mod risk;
mod say;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use identity::Session;
use insight::{Figure, query::Question};
use web::{Fault, House, Visitor};

use crate::deck;
use crate::monitor::Tab;

/// The routes of the pages of figures.
pub fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/insight", get(figure::show))
        .route("/insight/forecast", get(forecast::show))
        .route("/insight/risk", get(risk::show))
        .route("/insight/export", post(export::take))
}

/// The session of somebody who works with figures.
fn session(visitor: &Visitor) -> Result<&Session, Fault> {
    let session = visitor.staff()?;
    if deck::holds(&session.actor, &insight::rules::ANALYSING) {
        Ok(session)
    } else {
        Err(Fault::refused(&insight::Refusal::NotStaff))
    }
}

/// The pages as tabs, each with the question that was asked where it makes sense there; the risks only for those who work on cases or watch
/// them.
fn nav(session: &Session, current: &str, asked: Option<(&Question, &Figure)>) -> Vec<Tab> {
    let tab = |name: &'static str, page: &str, is_kept: bool| {
        let question = asked.filter(|_| is_kept).map(|(question, _)| Question { by: None, ..question.clone() });
        let href = question.map_or_else(|| page.to_owned(), |question| ask::href(page, &question));
        Tab { name, href, current: page == current }
    };
    let is_forecast = asked.is_some_and(|(_, figure)| figure.forecast);
    let mut tabs = vec![tab("指标", "/insight", true), tab("预测", "/insight/forecast", is_forecast)];
    if deck::holds(&session.actor, &deck::APPROVER) {
        tabs.push(tab("超期风险", "/insight/risk", false));
    }
    tabs
}
