//! 开放数据: figures that everybody may have, as a page, CSV and JSON. Only whole months, without small numbers.

mod table;

use std::sync::Arc;

use askama::Template;
use axum::{
    Json,
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use insight::query::{self, OpenTable, OpenValue};
use kernel::RegionCode;
use organisation::Regions;
use serde::Serialize;
use web::chart::{self, Caption, Mark};
use web::{Fault, Frame, House, Section, Visitor, sheet, words};

use table::{columns, line, month_words, value};

/// Months beside each other on the page; the files have all.
const SHOWN: usize = 6;

/// A set in the list.
struct Set {
    name: String,
    title: String,
    says: String,
}

#[derive(Template)]
#[template(path = "public/data/list.html")]
struct List {
    frame: Frame,
    sets: Vec<Set>,
    licence: String,
    contact: String,
    least: i64,
}

pub(crate) async fn list(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let book = house.read(|read| query::book(read))?;
    let sets = book.public().map(|figure| Set {
        name: figure.name.clone(),
        title: figure.title.clone(),
        says: figure.says.clone(),
    });
    let frame = visitor.frame(&house, "开放数据").in_section(Section::Rate);
    let terms = &book.open;
    let page = List {
        frame,
        sets: sets.collect(),
        licence: terms.licence.clone(),
        contact: terms.contact.clone(),
        least: terms.least,
    };
    Ok(web::shared_page(&visitor, &page))
}

/// A line of the page's table.
struct Row {
    name: String,
    cells: Vec<String>,
}

#[derive(Template)]
#[template(path = "public/data/set.html")]
struct Page {
    frame: Frame,
    table: OpenTable,
    period: String,
    reached: String,
    months: Vec<String>,
    rows: Vec<Row>,
    drawing: Option<String>,
    latest: String,
}

pub(crate) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(name): Path<String>,
) -> Result<Response, Fault> {
    let table = house.ask(|read| query::open_table(read, &name))?;
    let regions = house.regions()?;
    let today = house.db.today();
    let shown = &table.months[..table.months.len().min(SHOWN)];
    let names = names(&table, &regions);
    let row = |name: &str, of: &dyn Fn(&query::OpenMonth) -> OpenValue| Row {
        name: name.to_owned(),
        cells: shown.iter().map(|month| value(&table.figure, &of(month))).collect(),
    };
    let mut rows = vec![row("合计", &|month| month.whole)];
    rows.extend(
        names
            .iter()
            .enumerate()
            .map(|(at, name)| row(name, &|month| month.cells.get(at).copied().unwrap_or(OpenValue::Nothing))),
    );
    let period = match (table.months.last(), table.months.first()) {
        (Some(first), Some(last)) => format!("{}到{}", month_words(first.month), month_words(last.month)),
        _ => String::new(),
    };
    let page = Page {
        frame: visitor.frame(&house, format!("开放数据：{}", table.figure.title)).in_section(Section::Rate),
        period,
        reached: table.reached.map_or_else(|| "还没有".to_owned(), |at| words::moment(at, today)),
        months: shown.iter().map(|month| month_words(month.month)).collect(),
        latest: shown.first().map_or_else(String::new, |month| month_words(month.month)),
        drawing: drawing(&table, &names),
        rows,
        table,
    };
    Ok(web::shared_page(&visitor, &page))
}

/// The names of the places; the whole stands there for what is its own.
fn names(table: &OpenTable, regions: &Regions) -> Vec<String> {
    let name = |code: &RegionCode| regions.get(code).map_or_else(|| code.to_string(), |region| region.name.clone());
    let own = |code: &RegionCode| if *code == table.root { format!("{}本级", name(code)) } else { name(code) };
    table.places.iter().map(own).collect()
}

fn drawing(table: &OpenTable, names: &[String]) -> Option<String> {
    let month = table.months.first()?;
    let marks = names.iter().zip(&month.cells).map(|(name, cell)| Mark {
        name: name.clone(),
        value: cell.number(),
        shown: value(&table.figure, cell),
    });
    let caption = Caption {
        id: "latest",
        title: format!("{}{}，{}", month_words(month.month), table.figure.title, table.figure.unit),
        finding: format!("合计 {}", value(&table.figure, &month.whole)),
    };
    Some(chart::bars(&caption, &marks.collect::<Vec<_>>()))
}

/// The set for a spreadsheet.
pub(crate) async fn csv(State(house): State<Arc<House>>, Path(name): Path<String>) -> Result<Response, Fault> {
    let table = house.ask(|read| query::open_table(read, &name))?;
    let names = names(&table, &*house.regions()?);
    let heads = ["月份", "地区代码", "地区"].into_iter().map(str::to_owned).chain(columns(&table.figure));
    let mut lines: Vec<Vec<String>> = vec![heads.collect()];
    for month in &table.months {
        let place = |code: String, name: String, value: &OpenValue| {
            let mut cells = vec![format!("{:04}-{:02}", month.month / 100, month.month % 100), code, name];
            cells.extend(line(&table.figure, value));
            cells
        };
        lines.push(place(table.root.to_string(), "合计".to_owned(), &month.whole));
        for ((code, name), value) in table.places.iter().zip(&names).zip(&month.cells) {
            let code = if *code == table.root { String::new() } else { code.to_string() };
            lines.push(place(code, name.clone(), value));
        }
    }
    let mut response = Response::new(Body::from(sheet::csv(lines)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{}.csv\"", table.figure.name)) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// The set for programs: what it is, and its values.
#[derive(Serialize)]
struct Told<'a> {
    name: &'a str,
    title: &'a str,
    says: &'a str,
    unit: &'a str,
    formula: String,
    licence: &'a str,
    updated: Option<String>,
    suppressed_below: i64,
    rows: Vec<ToldRow>,
}

/// A value of the set; `value` is null where there is none or where it is not published.
#[derive(Serialize)]
struct ToldRow {
    month: String,
    region: Option<String>,
    scope: &'static str,
    status: &'static str,
    value: Option<f64>,
    p90: Option<i64>,
}

pub(crate) async fn json(State(house): State<Arc<House>>, Path(name): Path<String>) -> Result<Response, Fault> {
    let table = house.ask(|read| query::open_table(read, &name))?;
    let mut rows = vec![];
    for month in &table.months {
        let row = |region: Option<&RegionCode>, scope, value: &OpenValue| ToldRow {
            month: format!("{:04}-{:02}", month.month / 100, month.month % 100),
            region: region.map(ToString::to_string),
            scope,
            status: match value {
                OpenValue::Hidden => "suppressed",
                OpenValue::Nothing => "none",
                _ => "published",
            },
            value: value.number(),
            p90: match value {
                OpenValue::Spread { p90, .. } => Some(*p90),
                _ => None,
            },
        };
        rows.push(row(Some(&table.root), "whole", &month.whole));
        rows.extend(
            table
                .places
                .iter()
                .zip(&month.cells)
                .map(|(code, value)| row(Some(code), if *code == table.root { "own" } else { "region" }, value)),
        );
    }
    let figure = &table.figure;
    let told = Told {
        name: &figure.name,
        title: &figure.title,
        says: &figure.says,
        unit: &figure.unit,
        formula: figure.formula(),
        licence: &table.terms.licence,
        updated: table.reached.map(|at| at.to_string()),
        suppressed_below: table.terms.least,
        rows,
    };
    Ok(Json(told).into_response())
}
