//! `/insight`: one figure of one region and month. Everything chosen stands in the address.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use identity::Session;
use insight::query::{self, Answer, Part, Question, Reading, month_of};
use insight::{Dimension, Figure, Grain, Made, Refusal};
use kernel::{Actor, Date, RegionCode};
use store::{Failure, ReadExt};
use web::chart::{self, Caption, Course, Mark};
use web::{Choice, Fault, Field, FieldKind, Frame, House, Query, Visitor, words};

use super::ask::{Asked, UNSPLIT, href, month_text, pairs};
use super::say::{self, Names};
use super::{nav, session};
use crate::deck::{self, Desk};
use crate::monitor::Tab;

/// Months that can be chosen.
const MONTHS: usize = 25;
/// Bars of a drawing; the table has all.
const BARS: usize = 12;

/// A row of a table.
pub struct Row {
    pub name: String,
    pub href: Option<String>,
    pub value: String,
    pub beside: String,
    pub current: bool,
}

/// What a page is narrowed to, and the address without it.
struct Chip {
    name: String,
    without: String,
}

/// A value of the band with what it is compared with.
struct Stat {
    term: String,
    value: String,
    beside: String,
    bad: bool,
}

#[derive(Template)]
#[template(path = "console/insight/figure.html")]
struct Page {
    frame: Frame,
    nav: Vec<Tab>,
    path: Vec<(String, String)>,
    figure: Figure,
    chips: Vec<Chip>,
    choose: Vec<Field>,
    kept: Vec<(&'static str, String)>,
    stats: Vec<Stat>,
    trend: String,
    grain: &'static str,
    series: Vec<Row>,
    spread: Option<String>,
    values: Vec<(i64, i64)>,
    by: &'static str,
    parts: Option<String>,
    split: Vec<Row>,
    peers_chart: Option<String>,
    peers: Vec<Row>,
    /// Whether anything stands beside the values.
    has_beside: bool,
    /// The question as hidden fields, for taking the table out; none for who may not.
    export: Option<Vec<(&'static str, String)>>,
    formula: String,
    rooms: String,
    reached: String,
}

pub async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = session(&visitor)?;
    let today = house.db.today();
    let question = asked.question(&session.actor, today, "submitted")?;
    let (answer, figures, names) = house.ask(|read| {
        let figures = query::figures(read, &session.actor, &question.region)?;
        let answer = query::answer(read, &session.actor, &question)?;
        let (regions, kinds, items) = (read.cached()?, read.cached()?, read.cached()?);
        Ok::<_, Failure<Refusal>>((answer, figures, Names { regions, kinds, items }))
    })?;
    let title = format!("{}{}", names.region(&question.region), answer.figure.title);
    let frame = deck::frame(&visitor, &house, session, &title, Desk::Insight);
    Ok(web::page(&page(frame, session, &question, answer, &figures, &names, today)))
}

fn page(
    frame: Frame,
    session: &Session,
    question: &Question,
    answer: Answer,
    figures: &[Figure],
    names: &Names,
    today: Date,
) -> Page {
    let figure = answer.figure.clone();
    let link = |change: &dyn Fn(&mut Question)| {
        let mut other = question.clone();
        change(&mut other);
        href("/insight", &other)
    };
    let split: Vec<Row> =
        answer.split.iter().map(|(part, reading)| row(names, question, &figure, part, reading)).collect();
    let peers = answer.peers.iter().map(|peer| Row {
        name: names.region(&peer.region),
        href: None,
        value: say::value(&figure, &peer.reading),
        beside: say::beside(&peer.reading),
        current: peer.region == question.region,
    });
    let may_export = deck::holds(&session.actor, &insight::rules::EXPORTING);
    Page {
        frame,
        nav: nav(session, "/insight", Some((question, &figure))),
        path: path(names, &session.actor, question),
        chips: chips(names, question, &figure, &link),
        choose: choose(question, figures, &figure, today),
        kept: pairs(question).into_iter().filter(|(key, _)| KEPT.contains(key)).collect(),
        stats: stats(&figure, &answer, today),
        trend: trend(&figure, &answer, question.grain, today),
        grain: say::grain(question.grain),
        series: series(&figure, &answer, question.grain, today),
        spread: distribution(&figure, &answer),
        values: answer.values.clone(),
        by: question.by.map_or("", |by| say::dimension(by, &figure)),
        parts: bars("parts", &figure, answer.split.iter().map(|(_, reading)| reading), &split),
        peers_chart: None,
        has_beside: !matches!(figure.made, Made::Count(_) | Made::Amount(_)),
        split,
        peers: peers.collect(),
        export: may_export.then(|| pairs(question)),
        formula: figure.formula(),
        rooms: figure.rooms().into_iter().collect::<Vec<_>>().join(", "),
        reached: answer.reached.map_or_else(|| "还没有数".to_owned(), |at| words::moment(at, today)),
        figure,
    }
    .with_peers(&answer)
}

impl Page {
    fn with_peers(self, answer: &Answer) -> Page {
        let readings = answer.peers.iter().map(|peer| &peer.reading);
        let peers_chart = bars("peers", &answer.figure, readings, &self.peers);
        Page { peers_chart, ..self }
    }
}

/// What stays as it is when the form is sent.
const KEPT: [&str; 5] = ["region", "kind", "item", "way", "hour"];

/// The region with those above it that this person may look at.
fn path(names: &Names, actor: &Actor, question: &Question) -> Vec<(String, String)> {
    let may = |region: &RegionCode| insight::rules::sight(actor, insight::Audience::Staff, region, None).is_ok();
    let above = names.regions.path(&question.region);
    let of = |region: &organisation::Region| {
        (region.name.clone(), href("/insight", &Question { region: region.code, ..question.clone() }))
    };
    above.into_iter().filter(|region| may(&region.code)).map(of).collect()
}

/// The address of the question with something about it changed.
type Link<'a> = dyn Fn(&dyn Fn(&mut Question)) -> String + 'a;

fn chips(names: &Names, question: &Question, figure: &Figure, link: &Link) -> Vec<Chip> {
    let found = [
        question.kind.map(|kind| Chip { name: names.kind(&kind), without: link(&|one| one.kind = None) }),
        question.item.map(|item| Chip { name: names.item(&item), without: link(&|one| one.item = None) }),
        question.way.as_ref().map(|way| Chip { name: say::way(figure, way), without: link(&|one| one.way = None) }),
        question.hour.map(|hour| Chip { name: format!("{hour} 时"), without: link(&|one| one.hour = None) }),
    ];
    found.into_iter().flatten().collect()
}

fn choose(question: &Question, figures: &[Figure], figure: &Figure, today: Date) -> Vec<Field> {
    let select = |key: &str, label: &str, choices: Vec<Choice>, value: &str| {
        let mut field = Field::new(FieldKind::Select, key, label);
        field.choices = choices;
        field.value(value)
    };
    let choice = |value: &str, label: &str| Choice::new(value, label);
    let offered = figures.iter().map(|one| choice(&one.name, &one.title)).collect();
    let months = std::iter::successors(Some(today.first_of_month()), |first| {
        first.yesterday().ok().map(|before| before.first_of_month())
    });
    let months = months
        .take(MONTHS)
        .map(|first| choice(&month_text(month_of(first)), &format!("{}年{}月", first.year(), first.month())));
    let grains = figure.grains.iter().map(|grain| choice(grain.name(), say::grain(*grain)));
    let mut split = vec![choice(UNSPLIT, "不拆")];
    split.extend(figure.split.iter().map(|by| choice(by.name(), say::dimension(*by, figure))));
    vec![
        select("figure", "指标", offered, &figure.name),
        select("month", "月份", months.collect(), &month_text(question.month)),
        select("grain", "走势", grains.collect(), question.grain.name()),
        select("by", "拆分", split, question.by.map_or(UNSPLIT, Dimension::name)),
    ]
}

fn stats(figure: &Figure, answer: &Answer, today: Date) -> Vec<Stat> {
    let is_whole = answer.period.to == answer.period.to.last_of_month();
    let span = |whole: &str, part: &str| if is_whole { whole.to_owned() } else { part.to_owned() };
    let compared = |term: String, other: &query::Compared| {
        let (words, bad) = say::change(figure, &answer.now, &other.reading);
        let value = say::value(figure, &other.reading);
        Stat { term, value, beside: words, bad }
    };
    let until =
        if is_whole { "全月".to_owned() } else { format!("到{}", words::short_day(answer.period.to, today)) };
    let name = match figure.made {
        Made::Spread(_) => format!("{}，中位数", figure.title),
        _ => figure.title.clone(),
    };
    let beside = [until, say::beside(&answer.now)].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>();
    vec![
        Stat { term: name, value: say::value(figure, &answer.now), beside: beside.join("，"), bad: false },
        compared(span("上月", "上月同期"), &answer.before),
        compared(span("去年同月", "去年同期"), &answer.last_year),
    ]
}

fn series(figure: &Figure, answer: &Answer, grain: Grain, today: Date) -> Vec<Row> {
    let row = |one: &query::Compared| Row {
        name: say::period(one.period, grain, today),
        href: None,
        value: say::value(figure, &one.reading),
        beside: say::beside(&one.reading),
        current: false,
    };
    answer.series.iter().rev().map(row).collect()
}

/// The trend, with the median of all that is known as the level. What was before the first fact is not drawn as nothing, and how many there
/// will be of a span that is not over is not drawn at all.
fn trend(figure: &Figure, answer: &Answer, grain: Grain, today: Date) -> String {
    let first = answer.series.iter().position(|one| one.reading.rests_on() != 0).unwrap_or(0);
    let adds_up = matches!(figure.made, Made::Count(_) | Made::Amount(_));
    let is_told =
        |at: usize, one: &query::Compared| at >= first && (!adds_up || say::is_over(one.period, grain, today));
    let values: Vec<Option<f64>> =
        (0..).zip(&answer.series).map(|(at, one)| one.reading.number().filter(|_| is_told(at, one))).collect();
    let mut known: Vec<f64> = values.iter().flatten().copied().collect();
    known.sort_by(f64::total_cmp);
    let level = known.get(known.len() / 2).filter(|_| known.len() >= 3).map(|level| ("中位".to_owned(), *level));
    let labels: Vec<String> = answer.series.iter().map(|one| say::mark(one.period, grain)).collect();
    let last = answer.series.last().map_or_else(String::new, |one| {
        format!("{}是 {}", say::period(one.period, grain, today), say::value(figure, &one.reading))
    });
    let caption = Caption {
        id: "trend",
        title: format!("{}走势，{}，{}", figure.title, say::grain(grain), figure.unit),
        finding: last,
    };
    chart::course(&caption, &labels, &Course { values, band: vec![], level })
}

/// How values are spread: one bar a value, or a few values a bar.
fn distribution(figure: &Figure, answer: &Answer) -> Option<String> {
    let (low, high) = (answer.values.first()?.0, answer.values.last()?.0);
    let width = ((high - low) / BARS as i64 + 1).max(1);
    let mut sums: std::collections::BTreeMap<i64, i64> = std::collections::BTreeMap::new();
    answer.values.iter().for_each(|(value, n)| *sums.entry((value - low) / width).or_default() += n);
    let mark = |(at, n): (&i64, &i64)| {
        let from = low + at * width;
        let name =
            if width == 1 { format!("{from} {}", figure.unit) } else { format!("{from}–{}", from + width - 1) };
        Mark { name, value: Some(*n as f64), shown: say::count(*n) }
    };
    let marks: Vec<Mark> = sums.iter().map(mark).collect();
    let caption = Caption {
        id: "spread",
        title: format!("{}的分布，次", figure.title),
        finding: format!("{}，{}", say::value(figure, &answer.now), say::beside(&answer.now)),
    };
    Some(chart::bars(&caption, &marks))
}

fn bars<'a>(
    id: &'static str,
    figure: &Figure,
    readings: impl Iterator<Item = &'a Reading>,
    rows: &[Row],
) -> Option<String> {
    let marks = readings.zip(rows).take(BARS).map(|(reading, row)| Mark {
        name: row.name.clone(),
        value: reading.number(),
        shown: row.value.clone(),
    });
    let marks: Vec<Mark> = marks.collect();
    let first = marks.first()?;
    let finding = format!("{} {}", first.name, first.shown);
    Some(chart::bars(&Caption { id, title: format!("{}，{}", figure.title, figure.unit), finding }, &marks))
}

/// A part with the address that looks into it: a region's own page, or the same page narrowed.
fn row(names: &Names, question: &Question, figure: &Figure, part: &Part, reading: &Reading) -> Row {
    let narrowed = |by: Dimension, change: &dyn Fn(&mut Question)| {
        let mut other = question.clone();
        change(&mut other);
        other.by = None;
        figure.filter.contains(&by).then(|| href("/insight", &other))
    };
    let target = match part {
        Part::Region(code) if *code != question.region => {
            Some(href("/insight", &Question { region: *code, ..question.clone() }))
        }
        Part::Department(kind) => narrowed(Dimension::Department, &|one| one.kind = Some(*kind)),
        Part::Item(item) => narrowed(Dimension::Item, &|one| one.item = Some(*item)),
        Part::Way(way) => narrowed(Dimension::Way, &|one| one.way = Some(way.clone())),
        Part::Hour(hour) => narrowed(Dimension::Hour, &|one| one.hour = Some(*hour)),
        Part::Region(_) | Part::Without | Part::Others => None,
    };
    Row {
        name: names.part(part, figure, &question.region),
        href: target,
        value: say::value(figure, reading),
        beside: say::beside(reading),
        current: false,
    }
}
