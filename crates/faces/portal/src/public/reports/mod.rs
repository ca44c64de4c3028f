//! 运行报告: how a region or a kind of department did in a month, beside its peers, the month before and the year before. As a page,
//! on paper, and as CSV.

mod draw;
mod sheet;

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::Response,
};
use evaluation::query::{self, MonthReport, Scored};
use kernel::{KindCode, Level, RegionCode};
use serde::Deserialize;
use web::{Fault, Frame, House, Query, Section, Visitor, words};

use super::view::{Link, Shelf};
use draw::Drawings;
use sheet::{Figure, Row, figures, month_words, rate, rows};

#[derive(Deserialize)]
pub(crate) struct Asked {
    region: Option<String>,
    kind: Option<String>,
}

#[derive(Template)]
#[template(path = "public/report/list.html")]
struct List {
    frame: Frame,
    months: Vec<Link>,
}

pub(crate) async fn list(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let months = house.read(|read| query::months(read))?;
    let this = month_of(house.db.today());
    let months = months
        .into_iter()
        .map(|month| Link {
            name: month_words(month),
            href: format!("/reports/{}", month_path(month)),
            say: if month == this { "到今天为止".to_owned() } else { String::new() },
        })
        .collect();
    let frame = visitor.frame(&house, "运行报告").in_section(Section::Rate);
    Ok(web::shared_page(&visitor, &List { frame, months }))
}

fn month_of(day: kernel::Date) -> i64 {
    i64::from(day.year()) * 100 + i64::from(day.month())
}

/// 2026-11
fn month_path(month: i64) -> String {
    format!("{:04}-{:02}", month / 100, month % 100)
}

fn month(text: &str) -> Result<i64, Fault> {
    let read = |text: &str| {
        let (year, month) = text.split_once('-')?;
        let (year, month): (i64, i64) = (year.parse().ok()?, month.parse().ok()?);
        ((2000..2100).contains(&year) && (1..=12).contains(&month) && text.len() == 7).then_some(year * 100 + month)
    };
    read(text).ok_or_else(|| Fault::not_found().with_remedy("月份写成 2026-11 这样，或者从“运行报告”里选。"))
}

/// Which report is asked for.
struct Asking {
    month: i64,
    region: RegionCode,
    kind: Option<KindCode>,
}

impl Asking {
    fn read(house: &House, month_text: &str, asked: &Asked) -> Result<Asking, Fault> {
        let month = month(month_text)?;
        let regions = house.regions()?;
        let region = match asked.region.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => {
                let code: Option<RegionCode> = text.parse().ok();
                code.and_then(|code| regions.resolve(&code)).map(|region| region.code).ok_or_else(Fault::not_found)?
            }
            None => house.site.root.ok_or_else(Fault::not_found)?,
        };
        let kind = match asked.kind.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => Some(text.parse().map_err(|_| Fault::not_found())?),
            None => None,
        };
        Ok(Asking { month, region, kind })
    }

    fn gather(&self, house: &House) -> Result<(MonthReport, Vec<Scored>), Fault> {
        house.read(|read| {
            let report = query::report(read, &self.region, self.kind.as_ref(), self.month)?;
            let index = query::index(read, &self.region, &report.own)?;
            Ok((report, index))
        })
    }

    fn query(&self) -> String {
        let kind = self.kind.map_or_else(String::new, |kind| format!("&kind={kind}"));
        format!("region={}{kind}", self.region)
    }
}

#[derive(Template)]
#[template(path = "public/report/month.html")]
struct Page {
    frame: Frame,
    title: String,
    of: String,
    unfinished: bool,
    figures: Vec<Figure>,
    draw: Drawings,
    trend: Vec<(String, i64, i64, String, String)>,
    below: Vec<Row>,
    below_title: String,
    peers: Vec<Row>,
    units: Vec<Row>,
    ways: Vec<Row>,
    items: Vec<Row>,
    levels: Vec<(&'static str, i64)>,
    most: i64,
    redress: Vec<(&'static str, String)>,
    index: Vec<IndexRow>,
    index_sum: String,
    csv: String,
    up: Option<Link>,
    least: i64,
}

/// A dimension of the index on the page.
struct IndexRow {
    name: String,
    weight: u32,
    score: String,
    known: Vec<(String, String, String)>,
    unknown: Vec<(String, String)>,
}

pub(crate) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(month_text): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let asking = Asking::read(&house, &month_text, &asked)?;
    let (report, index) = asking.gather(&house)?;
    let shelf = Shelf::open(&house)?;
    let place = shelf.regions.full_name(&asking.region);
    let unit = asking.kind.and_then(|kind| shelf.kinds.get(&kind)).map(|kind| kind.short.clone());
    let whose = unit.as_ref().map_or_else(|| place.clone(), |unit| format!("{place}{unit}"));
    let today = house.db.today();
    let base = format!("/reports/{}", month_path(asking.month));
    let place_href = |code: &RegionCode| {
        (code.level() <= Level::County).then(|| match asking.kind {
            Some(kind) => format!("{base}?region={code}&kind={kind}"),
            None => format!("{base}?region={code}"),
        })
    };
    let places = |found: &[query::Place]| {
        let named = found.iter().map(|place| (place.name.clone(), place_href(&place.code), &place.sums));
        rows(named.collect(), Some(asking.region).and_then(|code| place_href(&code)).as_deref())
    };
    let units = report.units.iter().map(|unit| {
        (unit.name.clone(), Some(format!("{base}?region={}&kind={}", asking.region, unit.kind)), &unit.sums)
    });
    let item = |code: &String| {
        let found = code.parse().ok().and_then(|code| shelf.items.get(&code));
        found.map_or_else(|| code.clone(), |item| item.name.clone())
    };
    let mut items: Vec<(String, Option<String>, &evaluation::Sums)> =
        report.items.iter().map(|(code, sums)| (item(code), Some(format!("/item/{code}")), sums)).collect();
    items.sort_by_key(|(_, _, sums)| -(sums.get("in") + sums.get("ended")));
    items.truncate(20);
    let ways = report
        .ways
        .iter()
        .map(|(way, sums)| (if way == "online" { "网上".to_owned() } else { "窗口".to_owned() }, None, sums));
    let parent = asking.region.parent().filter(|_| asking.region != house.site.root.unwrap_or(asking.region));
    let up = match (asking.kind, parent) {
        (Some(_), _) => Some(Link {
            name: format!("{place}全部部门"),
            href: format!("{base}?region={}", asking.region),
            say: String::new(),
        }),
        (None, Some(parent)) => Some(Link {
            name: shelf.regions.full_name(&parent),
            href: format!("{base}?region={parent}"),
            say: String::new(),
        }),
        (None, None) => None,
    };
    let title = format!("{whose} {} 运行报告", month_words(asking.month));
    let page = Page {
        frame: visitor.frame(&house, title.clone()).in_section(Section::Rate),
        of: whose,
        title,
        unfinished: asking.month == month_of(today),
        figures: figures(&report),
        draw: Drawings::of(&report, house.site.root == Some(asking.region)),
        trend: report
            .trend
            .iter()
            .map(|(month, sums)| {
                let (online, satisfied) = (rate(sums.on_time()), rate(sums.satisfied()));
                (month_words(*month), sums.get("in"), sums.get("ended"), online, satisfied)
            })
            .collect(),
        below: places(&report.below),
        below_title: match asking.region.level() {
            Level::Province => "各设区市".to_owned(),
            _ => "各县（市、区）".to_owned(),
        },
        peers: places(&report.peers),
        units: rows(units.collect(), None),
        ways: rows(ways.collect(), None),
        items: rows(items, None),
        levels: evaluation::Level::ALL.iter().zip(report.own.levels()).map(|(level, n)| (level.word(), n)).collect(),
        most: report.own.levels().into_iter().max().unwrap_or(0).max(1),
        redress: sheet::redress(&report.own),
        index_sum: index_sum(&index),
        index: index.iter().map(index_row).collect(),
        csv: format!("{base}/data.csv?{}", asking.query()),
        up,
        least: evaluation::settings().ratings_least,
    };
    Ok(web::shared_page(&visitor, &page))
}

fn index_row(scored: &Scored) -> IndexRow {
    let tenths = |permille: i64| format!("{}.{}%", permille / 10, permille % 10);
    let (mut known, mut unknown) = (vec![], vec![]);
    for computed in &scored.indicators {
        let (name, formula) = (computed.indicator.name.clone(), computed.indicator.formula.clone());
        match (computed.permille(), computed.parts) {
            (Some(permille), Some((part, whole))) => {
                let parts =
                    format!("{} ÷ {}", words::thousands(part.unsigned_abs()), words::thousands(whole.unsigned_abs()));
                known.push((name, format!("{formula}，{parts}"), tenths(permille)));
            }
            _ => unknown.push((name, formula)),
        }
    }
    IndexRow {
        name: format!("{}（{}）", scored.dimension.name, scored.dimension.short),
        weight: scored.dimension.weight,
        score: scored.permille.map_or_else(|| "还不能算".to_owned(), tenths),
        known,
        unknown,
    }
}

/// The weighted sum over the dimensions that can be computed, said as such.
fn index_sum(index: &[Scored]) -> String {
    let known = index.iter().filter_map(|scored| Some((scored.permille?, i64::from(scored.dimension.weight))));
    let (sum, weight) = known.fold((0, 0), |(sum, all), (permille, weight)| (sum + permille * weight, all + weight));
    if weight == 0 {
        return "还不能算".to_owned();
    }
    let tenths = sum / weight;
    format!("{}.{} 分（满分 100，按能算的指标）", tenths / 10, tenths % 10)
}

/// The same figures for a spreadsheet: UTF-8 with its mark, and no cell that a spreadsheet would run.
pub(crate) async fn csv(
    State(house): State<Arc<House>>,
    Path(month_text): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let asking = Asking::read(&house, &month_text, &asked)?;
    let (report, _) = asking.gather(&house)?;
    let regions = house.regions()?;
    let text = sheet::csv(&report, &regions.full_name(&asking.region));
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    let name = format!("attachment; filename=\"report-{}-{}.csv\"", asking.region, month_path(asking.month));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::month;

    #[test]
    fn a_month_is_written_in_one_way() {
        assert_eq!(month("2026-11").unwrap_or(0), 202_611);
        for wrong in ["2026-13", "2026-1", "202611", "26-11", "2026-00", "x"] {
            assert!(month(wrong).is_err(), "{wrong}");
        }
    }
}
