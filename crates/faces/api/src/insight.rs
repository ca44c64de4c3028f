//! Open data: figures that everybody may have, by whole month and city, without small numbers.

use crate::{Result, problem::Errors};
use ::insight::{
    Dimension, Figure, Grain, Made,
    query::{self, OpenValue},
};
use axum::{
    Json,
    extract::{Path, State},
};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use web::House;

/// What a figure is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "name": "on-time", "title": "按时决定率", "says": "在承诺的期限里作出决定的，占当期作出决定的；停表和依法延长的时间不算。",
    "unit": "%", "sort": "share", "formula": "count(decided-in-time) / count(decided)", "grains": ["day", "week", "month"],
    "split": ["region", "department", "item", "way"]
}))]
pub struct FigureView {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// What exactly is counted.
    pub says: String,
    /// The unit.
    pub unit: String,
    /// count, share or spread.
    pub sort: &'static str,
    /// How it is reckoned, by the names of measures.
    pub formula: String,
    /// How finely it is kept.
    pub grains: Vec<&'static str>,
    /// By what staff may split it.
    pub split: Vec<&'static str>,
}

impl From<&Figure> for FigureView {
    fn from(figure: &Figure) -> FigureView {
        FigureView {
            name: figure.name.clone(),
            title: figure.title.clone(),
            says: figure.says.clone(),
            unit: figure.unit.clone(),
            sort: match figure.made {
                Made::Count(_) => "count",
                Made::Amount(_) => "amount",
                Made::Share { .. } => "share",
                Made::Spread(_) => "spread",
            },
            formula: figure.formula(),
            grains: figure.grains.iter().copied().map(Grain::name).collect(),
            split: figure.split.iter().copied().map(Dimension::name).collect(),
        }
    }
}

/// The figures that everybody may have.
#[derive(Debug, Serialize, ToSchema)]
pub struct FigureList {
    /// The version of the figures.
    pub version: String,
    /// What others may do with them.
    pub licence: String,
    /// The figures.
    pub figures: Vec<FigureView>,
}

/// One value.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"month": "2026-10", "region": "320100000000", "scope": "region", "status": "published", "value": 97.5, "p90": null}))]
pub struct FigureValue {
    /// The month.
    pub month: String,
    /// The region.
    pub region: String,
    /// whole: the region with all below it; own: what is its own; region: one of the cities with all below it.
    pub scope: &'static str,
    /// published, none (nothing happened), or suppressed: too small a number, or one that would give such a number away.
    pub status: &'static str,
    /// The value; of a spread the median.
    pub value: Option<f64>,
    /// Of a spread the ninth decile.
    pub p90: Option<i64>,
}

/// A figure with its values.
#[derive(Debug, Serialize, ToSchema)]
pub struct FigureTable {
    /// What it is.
    pub figure: FigureView,
    /// What others may do with it.
    pub licence: String,
    /// Numbers from 1 up to below this are not published.
    pub suppressed_below: i64,
    /// Until when the journal is in it (RFC 3339).
    pub updated: Option<String>,
    /// The values, the latest month first.
    pub values: Vec<FigureValue>,
}

/// The figures that everybody may have.
#[utoipa::path(get, path = "/api/v1/insight/figures", tag = "insight", operation_id = "listFigures",
    responses((status = 200, description = "公开的指标", body = FigureList), Errors))]
pub async fn list(State(house): State<Arc<House>>) -> Result<Json<FigureList>> {
    let book = house.read(|read| query::book(read))?;
    let figures = book.public().map(FigureView::from).collect();
    Ok(Json(FigureList { version: book.version.clone(), licence: book.open.licence.clone(), figures }))
}

/// One figure by whole month and city.
#[utoipa::path(get, path = "/api/v1/insight/figures/{name}", tag = "insight", operation_id = "getFigure",
    params(("name" = String, Path, description = "指标名称")),
    responses((status = 200, description = "按月、按设区市的数值", body = FigureTable), Errors))]
pub async fn one(State(house): State<Arc<House>>, Path(name): Path<String>) -> Result<Json<FigureTable>> {
    let table = house.ask(|read| query::open_table(read, &name))?;
    let mut values = vec![];
    for month in &table.months {
        let told = |region: String, scope, value: &OpenValue| FigureValue {
            month: format!("{:04}-{:02}", month.month / 100, month.month % 100),
            region,
            scope,
            status: match value {
                OpenValue::Hidden => "suppressed",
                OpenValue::Nothing => "none",
                OpenValue::Count(_) | OpenValue::PerMille(_) | OpenValue::Spread { .. } => "published",
            },
            value: value.number(),
            p90: match value {
                OpenValue::Spread { p90, .. } => Some(*p90),
                _ => None,
            },
        };
        values.push(told(table.root.to_string(), "whole", &month.whole));
        values.extend(
            table.places.iter().zip(&month.cells).map(|(place, value)| {
                told(place.to_string(), if *place == table.root { "own" } else { "region" }, value)
            }),
        );
    }
    Ok(Json(FigureTable {
        figure: FigureView::from(&table.figure),
        licence: table.terms.licence.clone(),
        suppressed_below: table.terms.least,
        updated: table.reached.map(|at| at.to_string()),
        values,
    }))
}
