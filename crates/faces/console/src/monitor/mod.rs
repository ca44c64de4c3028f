//! 监察: the cockpit, flags, the trace of a case, supervision orders, the rules. Rooms decide; these pages show and hand over.

pub mod flags;
pub mod orders;
pub mod rules;
mod say;
pub mod trace;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::HeaderValue,
    response::Response,
    routing::{get, post},
};
use identity::Session;
use kernel::{Actor, Date, Duty, Level, RegionCode, local_time};
use organisation::Regions;
use serde::Deserialize;
use store::{Error, Read, ReadExt};
use supervision::query::{self, Figures, Period, Place, Ranked};
use web::chart::{self, Caption, City, Mark};
use web::{Fault, Frame, House, Query, Visitor, words};

use crate::deck::{self, Desk};
use crate::quality;

/// Who sees the pages of supervision: those who watch, and those who answer for what is watched.
pub const MONITOR: [Duty; 4] = [Duty::Supervise, Duty::Receive, Duty::Review, Duty::Decide];

/// Seconds after which the screen on the wall is read anew, without a script.
const WALL_AGAIN: &str = "60";
/// Lines of the ranking on it.
const WALL_RANKS: usize = 4;
/// Days of the trend.
const DAYS: usize = 30;
/// Lines of the list of what waits.
const TO_ACT: usize = 6;
/// Poor ratings beside the ranking.
const POOR: usize = 4;

/// The routes of supervision.
pub fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/monitor", get(cockpit))
        .route("/monitor/wall", get(wall))
        .route("/monitor/flags", get(flags::list))
        .route("/monitor/flags/{id}", get(flags::one))
        .route("/monitor/flags/{id}/order", post(flags::order))
        .route("/monitor/flags/{id}/withdraw", post(flags::withdraw))
        .route("/monitor/case/{number}", get(trace::show))
        .route("/monitor/orders", get(orders::list))
        .route("/monitor/orders/{number}", get(orders::one))
        .route("/monitor/orders/{number}/{step}", post(orders::step))
        .route("/monitor/rules", get(rules::show))
        .route("/monitor/score", get(trace::score))
}

/// What the cockpit is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    measure: Option<String>,
}

/// One of the six figures.
pub struct Figure {
    name: &'static str,
    href: String,
    value: String,
    urgent: bool,
    beside: String,
}

/// A tab of a page.
pub struct Tab {
    pub name: &'static str,
    pub href: String,
    pub current: bool,
}

/// A line of a ranking.
pub struct Rank {
    place: usize,
    name: String,
    href: String,
    /// The score as a dot between the ends that the head names.
    dot: String,
    score: String,
    in_time: String,
    yellow: i64,
    red: i64,
    submitted: i64,
}

/// A row of a drawing's table.
pub struct Row {
    name: String,
    cells: Vec<String>,
}

#[derive(Template)]
#[template(path = "console/monitor/cockpit.html")]
struct Cockpit {
    frame: Frame,
    nav: Vec<Tab>,
    region: String,
    day: String,
    clock: String,
    figures: Vec<Figure>,
    measures: Vec<Tab>,
    measure: &'static str,
    map: Option<String>,
    legend: String,
    cities: Vec<Row>,
    trend: String,
    days: Vec<Row>,
    steps: Option<String>,
    to_act: Vec<flags::Line>,
    ranks: Vec<Rank>,
    /// The ends of the dots, in words.
    ends: String,
    /// Poor ratings that wait, and how many at each stage.
    poor: Vec<quality::Line>,
    stages: quality::Waiting,
    wall: bool,
}

/// The pages of supervision as tabs.
pub fn nav(current: &str) -> Vec<Tab> {
    let tab = |(name, href): (&'static str, &str)| Tab { name, href: href.to_owned(), current: href == current };
    [
        ("驾驶舱", "/monitor"),
        ("预警和红黄牌", "/monitor/flags"),
        ("督办单", "/monitor/orders"),
        ("监察规则", "/monitor/rules"),
    ]
    .map(tab)
    .into()
}

/// The session of somebody who may see these pages.
pub fn session(visitor: &Visitor) -> Result<&Session, Fault> {
    let session = visitor.staff()?;
    if deck::holds(&session.actor, &MONITOR) {
        Ok(session)
    } else {
        Err(Fault::refused(&supervision::Refusal::NotSupervisor))
    }
}

/// The region that somebody watches, or works in.
pub fn region_of(actor: &Actor) -> Option<RegionCode> {
    let Actor::Staff { powers, region, .. } = actor else { return None };
    let watched = powers.iter().find(|power| power.duty == Duty::Supervise).map(|power| power.scope.region);
    Some(watched.unwrap_or(*region))
}

/// What the map can show: its name, the figure and how it is written.
#[derive(Clone, Copy)]
struct Measure {
    code: &'static str,
    name: &'static str,
    of: fn(&Figures) -> Option<f64>,
    bounds: [f64; 4],
    unit: &'static str,
}

const MEASURES: [Measure; 4] = [
    Measure {
        code: "in-time",
        name: "按时办结率，%",
        of: |figures| share(figures.in_time, figures.decided),
        bounds: [98.0, 98.5, 99.0, 99.4],
        unit: "",
    },
    Measure {
        code: "without-visit",
        name: "不见面率，%",
        of: |figures| share(figures.without_visit, figures.closed),
        bounds: [60.0, 75.0, 85.0, 95.0],
        unit: "",
    },
    Measure {
        code: "submitted",
        name: "申请，件",
        of: |figures| Some(figures.submitted as f64),
        bounds: [1.0, 10.0, 100.0, 1_000.0],
        unit: "",
    },
    Measure {
        code: "overdue",
        name: "超期，件",
        of: |figures| Some(figures.overdue as f64),
        bounds: [1.0, 5.0, 20.0, 50.0],
        unit: "",
    },
];

fn share(part: i64, whole: i64) -> Option<f64> {
    Figures::per_mille(part, whole).map(|share| share as f64 / 10.0)
}

fn percent(part: i64, whole: i64) -> String {
    share(part, whole).map_or_else(|| "还没有".to_owned(), |share| format!("{share:.1}%"))
}

fn count(n: i64) -> String {
    words::thousands(n.unsigned_abs())
}

/// The cockpit of the region that one watches.
pub async fn cockpit(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    shown(&house, &visitor, &asked, false)
}

/// The same for a screen on the wall: no hand needed, read anew every minute.
pub async fn wall(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    shown(&house, &visitor, &asked, true)
}

fn shown(house: &House, visitor: &Visitor, asked: &Asked, wall: bool) -> Result<Response, Fault> {
    let session = session(visitor)?;
    let region = region_of(&session.actor).ok_or_else(Fault::not_found)?;
    let measure = MEASURES.into_iter().find(|one| Some(one.code) == asked.measure.as_deref()).unwrap_or(MEASURES[0]);
    let now = house.db.now();
    let frame = deck::frame(visitor, house, session, "监察驾驶舱", Desk::Monitor);
    let page = house.read(|read| build(read, frame, session, region, measure, wall))?;
    let time = local_time(now);
    let clock = format!("{:02}:{:02}", time.hour(), time.minute());
    let mut response = web::page(&Cockpit { clock, ..page });
    if wall {
        response.headers_mut().insert("refresh", HeaderValue::from_static(WALL_AGAIN));
    }
    Ok(response)
}

fn build(
    read: &mut dyn Read,
    frame: Frame,
    session: &Session,
    region: RegionCode,
    measure: Measure,
    wall: bool,
) -> Result<Cockpit, Error> {
    let today = kernel::local_date(read.now());
    let regions = read.cached::<Regions>()?;
    let name = regions.get(&region).map_or_else(|| region.to_string(), |region| region.name.clone());
    let month = Period::month_to(today);
    let below: Vec<RegionCode> = regions.children(&region).map(|region| region.code).collect();
    let is_leaf = !matches!(region.level(), Level::Province | Level::City);
    let ranking = if is_leaf {
        query::ranking(read, &[], Some(&region), month)?
    } else {
        query::ranking(read, &below, None, month)?
    };
    let days = query::trend(read, &region, today, DAYS)?;
    let cities = cities(&regions, &ranking, measure);
    let whole = query::figures(read, &region, month)?;
    let bounds = bounds(measure, &cities);
    let map = tiles(&cities, measure, &bounds, &name, (measure.of)(&whole));
    let mut to_act = vec![];
    for flag in query::to_act(read, &session.actor, TO_ACT)? {
        to_act.push(flags::line(read, &flag, today)?);
    }
    let scores = ranking.iter().map(|ranked| ranked.score.tenths);
    let ends = (scores.clone().min().unwrap_or(0) / 50 * 5, (scores.max().unwrap_or(0) + 49) / 50 * 5);
    let mut ranks = vec![];
    for (ranked, place) in ranking.iter().zip(1..) {
        ranks.push(rank(read, &regions, ranked, place, ends)?);
    }
    let (poor, stages) = quality::pressing(read, &session.actor, POOR)?;
    if wall {
        // What fits on the screen: those who lag.
        let fits = ranks.len().saturating_sub(WALL_RANKS);
        ranks.drain(..fits);
    }
    let by_rule = query::overdue_by_rule(read, &region, month)?;
    let book = query::rulebook(read)?;
    Ok(Cockpit {
        frame,
        nav: nav("/monitor"),
        region: name,
        day: words::long_day(today),
        clock: String::new(),
        figures: six(&days, today),
        measures: MEASURES
            .map(|one| Tab {
                name: one.name,
                href: format!("/monitor?measure={}", one.code),
                current: one.code == measure.code,
            })
            .into(),
        measure: measure.name,
        legend: map.as_ref().map_or_else(String::new, |_| chart::legend(measure.name, &bounds, measure.unit)),
        map,
        cities: cities
            .iter()
            .map(|city| Row { name: city.mark.name.clone(), cells: vec![city.mark.shown.clone()] })
            .collect(),
        trend: trend(&days, today),
        days: days
            .iter()
            .rev()
            .map(|day| Row {
                name: words::short_day(day.day, today),
                cells: vec![count(day.figures.submitted), count(day.figures.closed), count(day.figures.overdue)],
            })
            .collect(),
        steps: stuck(&by_rule, &book),
        to_act,
        ranks,
        ends: format!("左端 {}，右端 {}", ends.0, ends.1),
        poor,
        stages,
        wall,
    })
}

/// 申请、受理、办结、不见面率、超期、满意, each with yesterday.
fn six(days: &[query::Day], today: Date) -> Vec<Figure> {
    let none = Figures::default();
    let now = days.last().map_or(none, |day| day.figures);
    let before = days.iter().rev().nth(1).map_or(none, |day| day.figures);
    let flags = |query: &str| format!("/monitor/flags?from={today}{query}");
    let figure =
        |name, href: String, value: String, beside: String| Figure { name, href, value, urgent: false, beside };
    let plain = |name, of: fn(&Figures) -> i64| {
        figure(name, "/monitor#days".to_owned(), count(of(&now)), format!("昨天 {}", count(of(&before))))
    };
    let visit = |of: &Figures| percent(of.without_visit, of.closed);
    let content = |of: &Figures| percent(of.rated - of.poor, of.rated);
    vec![
        plain("申请", |of| of.submitted),
        plain("受理", |of| of.accepted),
        plain("办结", |of| of.closed),
        figure(
            "不见面率",
            "/monitor?measure=without-visit".to_owned(),
            visit(&now),
            format!("昨天 {}", visit(&before)),
        ),
        Figure {
            urgent: now.overdue > 0,
            ..figure("超期", flags(""), count(now.overdue), format!("昨天 {}", count(before.overdue)))
        },
        figure(
            "满意",
            "/monitor/flags?rule=C1".to_owned(),
            content(&now),
            format!("昨天 {}，今天 {} 条评价", content(&before), now.rated),
        ),
    ]
}

fn cities(regions: &Regions, ranking: &[Ranked], measure: Measure) -> Vec<City> {
    let city = |ranked: &Ranked| {
        let Place::Region(code) = &ranked.place else { return None };
        let name = regions.get(code).map_or_else(|| code.to_string(), |region| region.name.clone());
        let value = (measure.of)(&ranked.figures);
        let is_share = measure.name.ends_with('%');
        let shown = match value {
            None => "无".to_owned(),
            Some(value) if is_share => format!("{value:.1}"),
            Some(value) => format!("{value:.0}"),
        };
        Some(City { code: code.to_string(), mark: Mark { name, value, shown } })
    };
    let mut cities: Vec<City> = ranking.iter().filter_map(city).collect();
    cities.sort_by(|one, other| one.code.cmp(&other.code));
    cities
}

/// The least values of the upper four classes: those of the measure, so that months look alike; where they would put
/// all cities into one class, a fifth of the cities in each.
fn bounds(measure: Measure, cities: &[City]) -> [f64; 4] {
    let mut values: Vec<f64> = cities.iter().filter_map(|city| city.mark.value).collect();
    values.sort_by(f64::total_cmp);
    let class = |value: f64| measure.bounds.iter().filter(|bound| value >= **bound).count();
    match (values.first(), values.last()) {
        (Some(least), Some(most)) if class(*least) == class(*most) && least < most => {
            let at = |fifths: usize| values.get(values.len() * fifths / 5).copied().unwrap_or(*most);
            [at(1), at(2), at(3), at(4)].map(|value| (value * 10.0).round() / 10.0)
        }
        _ => measure.bounds,
    }
}

/// The map; none where the regions have no place on it.
fn tiles(cities: &[City], measure: Measure, bounds: &[f64; 4], name: &str, whole: Option<f64>) -> Option<String> {
    if cities.is_empty() {
        return None;
    }
    let known = cities.iter().filter_map(|city| city.mark.value.map(|value| (value, &city.mark.name)));
    let finding = known
        .min_by(|one, other| one.0.total_cmp(&other.0))
        .map_or_else(|| "本月还没有数".to_owned(), |(value, name)| format!("最低的是{name}，{value:.1}"));
    let caption = Caption { id: "map", title: format!("本月{}", measure.name), finding };
    let whole = whole.map_or_else(|| "无".to_owned(), |value| format!("{value:.1}"));
    chart::tiles(&caption, bounds, (name, &whole), cities)
}

fn trend(days: &[query::Day], today: Date) -> String {
    let labels: Vec<String> = days.iter().map(|day| words::short_day(day.day, today)).collect();
    let values = |of: fn(&Figures) -> i64| days.iter().map(|day| of(&day.figures) as f64).collect::<Vec<_>>();
    let (came, went) = (values(|of| of.submitted), values(|of| of.closed));
    let finding = format!("30 天里来了 {:.0} 件，办结 {:.0} 件", came.iter().sum::<f64>(), went.iter().sum::<f64>());
    let caption = Caption { id: "trend", title: "最近 30 天每天申请和办结，件".to_owned(), finding };
    chart::lines(&caption, &labels, ("申请", &came), ("办结", &went))
}

/// At which step the clocks ran out.
fn stuck(by_rule: &[(String, i64)], book: &supervision::Rulebook) -> Option<String> {
    let name = |id: &str| {
        let rule = id.parse().ok().and_then(|id| book.rule(&id));
        rule.map_or_else(|| id.to_owned(), |rule| rule.name.clone())
    };
    let marks: Vec<Mark> = by_rule
        .iter()
        .map(|(id, n)| Mark { name: name(id), value: Some(*n as f64), shown: format!("{n} 件") })
        .collect();
    let first = marks.first()?;
    let finding = format!("最多的是{}，{}", first.name, first.shown);
    Some(chart::bars(&Caption { id: "stuck", title: "本月超期都卡在哪一步，件".to_owned(), finding }, &marks))
}

fn rank(
    read: &mut dyn Read,
    regions: &Regions,
    ranked: &Ranked,
    place: usize,
    (low, high): (i64, i64),
) -> Result<Rank, Error> {
    let line = |what: &str| ranked.score.lines.iter().find(|line| line.what == what).map_or(0, |line| line.count);
    let (name, href) = match &ranked.place {
        Place::Region(code) => (
            regions.get(code).map_or_else(|| code.to_string(), |region| region.name.clone()),
            format!("/monitor/score?region={code}"),
        ),
        Place::Department(department) => (
            organisation::department(read, department)?.map_or_else(|| department.to_string(), |found| found.name),
            format!("/monitor/score?department={department}"),
        ),
    };
    Ok(Rank {
        place,
        name,
        href,
        dot: chart::dot(ranked.score.tenths as f64 / 10.0, (low as f64, high as f64)),
        score: say::tenths(ranked.score.tenths),
        in_time: percent(ranked.figures.in_time, ranked.figures.decided),
        yellow: line("yellow"),
        red: line("red"),
        submitted: ranked.figures.submitted,
    })
}
