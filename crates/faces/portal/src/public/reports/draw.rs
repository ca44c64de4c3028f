//! The drawings of a report.

use evaluation::query::MonthReport;
use evaluation::{Rate, Sums};
use web::chart::{self, Caption, City, Mark};

use super::sheet::rate;

/// Bounds of the map's steps, in per cent.
const BOUNDS: [f64; 4] = [98.0, 98.5, 99.0, 99.4];

/// All drawings, as SVG; empty where there is nothing to draw.
pub(crate) struct Drawings {
    /// What came in and went out over thirteen months.
    pub flow: String,
    /// The tiles of the cities by what was on time.
    pub map: String,
    /// The map's legend.
    pub legend: String,
    /// Places below by what was on time.
    pub places: String,
    /// Departments by how many cases they ended.
    pub units: String,
    /// Whether the map could be drawn.
    pub has_map: bool,
}

fn percent(rate: Rate) -> Option<f64> {
    rate.fair().map(|permille| permille as f64 / 10.0)
}

impl Drawings {
    /// The drawings of a report; the map only for the whole.
    pub(crate) fn of(report: &MonthReport, whole: bool) -> Drawings {
        let map = if whole { map(report) } else { None };
        Drawings {
            flow: flow(report),
            places: if map.is_some() { String::new() } else { places(report) },
            legend: chart::legend("图例：按时办结率", &BOUNDS, ""),
            has_map: map.is_some(),
            map: map.unwrap_or_default(),
            units: units(report),
        }
    }
}

fn flow(report: &MonthReport) -> String {
    let series = |what: &str| report.trend.iter().map(|(_, sums)| sums.get(what) as f64).collect::<Vec<f64>>();
    let months: Vec<String> =
        report.trend.iter().map(|(month, _)| format!("{:02}年{}月", month / 100 % 100, month % 100)).collect();
    let (came, ended) = (report.own.get("in"), report.own.get("ended"));
    let caption = Caption {
        id: "flow",
        title: "每月收件和办结，件".to_owned(),
        finding: format!("本月收件 {came} 件，办结 {ended} 件。"),
    };
    chart::lines(&caption, &months, ("收件", &series("in")), ("办结", &series("ended")))
}

fn mark(name: &str, of: Rate) -> Mark {
    Mark { name: name.to_owned(), value: percent(of), shown: rate(of) }
}

fn short_mark(name: &str, of: Rate) -> Mark {
    let shown = match (percent(of), of.whole) {
        (Some(value), _) => format!("{value:.1}"),
        (None, 0) => "无".to_owned(),
        (None, _) => "太少".to_owned(),
    };
    Mark { shown, ..mark(name, of) }
}

fn map(report: &MonthReport) -> Option<String> {
    let cities: Vec<City> = report
        .below
        .iter()
        .map(|place| City { code: place.code.to_string(), mark: short_mark(&place.name, place.sums.on_time()) })
        .collect();
    let own = short_mark("", report.own.on_time());
    let caption = Caption {
        id: "map",
        title: "各设区市按时办结率，%".to_owned(),
        finding: finding(&report.below.iter().map(|place| (place.name.as_str(), &place.sums)).collect::<Vec<_>>()),
    };
    if cities.is_empty() { None } else { chart::tiles(&caption, &BOUNDS, ("全部", &own.shown), &cities) }
}

/// Who is best and who is last, where that can be said.
fn finding(named: &[(&str, &Sums)]) -> String {
    let known: Vec<(&str, f64)> =
        named.iter().filter_map(|(name, sums)| Some((*name, percent(sums.on_time())?))).collect();
    let best = known.iter().max_by(|one, other| one.1.total_cmp(&other.1));
    let last = known.iter().min_by(|one, other| one.1.total_cmp(&other.1));
    match (best, last) {
        (Some((best, high)), Some((last, low))) if high > low => {
            format!("最高的是{best}，{high:.1}%；最低的是{last}，{low:.1}%。")
        }
        (Some((_, value)), _) => format!("有数据的地方都是 {value:.1}%。"),
        _ => "数量还太少，不算百分比。".to_owned(),
    }
}

fn places(report: &MonthReport) -> String {
    let found = if report.below.is_empty() { &report.peers } else { &report.below };
    let marks: Vec<Mark> = found
        .iter()
        .filter(|place| place.sums.get("decided") > 0)
        .map(|place| short_mark(&place.name, place.sums.on_time()))
        .collect();
    if marks.is_empty() {
        return String::new();
    }
    let named: Vec<(&str, &Sums)> = found.iter().map(|place| (place.name.as_str(), &place.sums)).collect();
    let caption = Caption { id: "places", title: "各地按时办结率，%".to_owned(), finding: finding(&named) };
    let low = marks.iter().filter_map(|mark| mark.value).fold(100.0, f64::min);
    chart::dots(&caption, ((low / 5.0).floor() * 5.0 - 5.0, 100.0), "%", &marks)
}

/// At most so many bars.
const UNITS_MOST: usize = 12;

fn units(report: &MonthReport) -> String {
    let mut found: Vec<_> = report.units.iter().filter(|unit| unit.sums.get("ended") > 0).collect();
    found.sort_by_key(|unit| -unit.sums.get("ended"));
    let marks: Vec<Mark> = found
        .iter()
        .take(UNITS_MOST)
        .map(|unit| {
            let ended = unit.sums.get("ended");
            Mark { name: unit.name.clone(), value: Some(ended as f64), shown: format!("{ended} 件") }
        })
        .collect();
    let Some(first) = found.first() else { return String::new() };
    let caption = Caption {
        id: "units",
        title: "各部门办结，件".to_owned(),
        finding: format!("办结最多的是{}，{} 件。", first.name, first.sums.get("ended")),
    };
    chart::bars(&caption, &marks)
}
