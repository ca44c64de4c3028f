//! Search results: what was found for the place, with facets as links, so that every state has an address.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use catalogue::{BaseItem, Subject};
use kernel::{Level, RegionCode};
use search::{Facets, Hits, Where};
use serde::Deserialize;
use web::{Fault, Frame, House, Pages, Query, RegionWords, Section, Visitor, words};

use super::view::{Hit, Link, Piece, Shelf, subject_of};

const PAGE: usize = 10;
const WORDS_MAX: usize = 100;

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    subject: String,
    region: String,
    /// Only what this region itself handles.
    at: String,
    /// Visits at most.
    trips: String,
    /// Promised working days at most.
    days: String,
    /// Kind of department.
    kind: String,
    page: String,
}

struct Group {
    title: &'static str,
    values: Vec<Value>,
}

struct Value {
    name: String,
    href: String,
    count: usize,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "public/search.html")]
struct Found {
    frame: Frame,
    words: String,
    subject: String,
    region: String,
    place: String,
    total: usize,
    shown_say: String,
    filtered: bool,
    groups: Vec<Group>,
    hits: Vec<Hit>,
    pages: Pages,
}

#[derive(Template)]
#[template(path = "public/nothing.html")]
struct Nothing {
    frame: Frame,
    words: String,
    subject: String,
    region: String,
    looked: String,
    near: Vec<Link>,
    filtered: bool,
    unfiltered: String,
    personal: usize,
    company: usize,
}

pub(crate) async fn find(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let mut asked = asked;
    // Who looks for a company's affairs and does not say otherwise finds those; `all` says otherwise.
    if asked.subject.is_empty() && visitor.for_company {
        "company".clone_into(&mut asked.subject);
    }
    asked.q = asked.q.trim().chars().take(WORDS_MAX).collect();
    let shelf = Shelf::open(&house)?;
    let here = place(&shelf, &visitor, &asked.region)?;
    let mut frame = visitor.frame(&house, title(&asked.q)).in_section(Section::Apply);
    frame.region = here.and_then(|here| RegionWords::of(&shelf.regions, &here));

    let page: usize = asked.page.parse().unwrap_or(1).clamp(1, 50);
    let query = question(&asked, here, page);
    let found = house.index.search(&query)?;
    if found.total == 0 {
        return Ok(web::shared_page(&visitor, &nothing(frame, &shelf, &asked, &query, &found, here)));
    }
    let place = frame.region.as_ref().map_or_else(|| house.site.whole.clone(), |region| region.name.clone());
    let page = Found {
        hits: found.hits.iter().filter_map(|hit| shown(&shelf, hit, &asked, here)).collect(),
        words: asked.q.clone(),
        subject: asked.subject.clone(),
        region: asked.region.clone(),
        shown_say: match (asked.q.is_empty(), &frame.region) {
            (false, Some(region)) => format!("显示{}能办的", region.name),
            (false, None) => "显示全省能办的".to_owned(),
            (true, _) => "写几个字，找得更快".to_owned(),
        },
        place,
        total: found.total,
        filtered: is_narrowed(&query),
        groups: groups(&shelf, &asked, &query, &found.facets),
        pages: Pages {
            current: page,
            last: found.total.div_ceil(PAGE),
            base: format!("{}page=", address(&asked, "", "")),
        },
        frame,
    };
    Ok(web::shared_page(&visitor, &page))
}

fn title(words: &str) -> String {
    if words.is_empty() { "全部事项".to_owned() } else { format!("搜索“{words}”") }
}

fn place(shelf: &Shelf, visitor: &Visitor, asked: &str) -> Result<Option<RegionCode>, Fault> {
    if asked.is_empty() {
        return Ok(visitor.region_code());
    }
    let code: Option<RegionCode> = asked.parse().ok();
    let region = code.and_then(|code| shelf.regions.resolve(&code)).map(|region| region.code);
    region.map(Some).ok_or_else(|| {
        let shown = asked.chars().filter(|c| !c.is_control()).take(20).collect();
        Fault::refused(&catalogue::Refusal::UnknownRegion(shown))
    })
}

/// What the index is asked. A filter that cannot be read filters nothing.
fn question(asked: &Asked, here: Option<RegionCode>, page: usize) -> search::Query {
    search::Query {
        text: asked.q.clone(),
        region: here,
        theme: None,
        subject: subject_of(&asked.subject),
        kind: asked.kind.parse().ok(),
        max_trips: asked.trips.parse().ok(),
        max_days: asked.days.parse().ok(),
        at: asked.at.parse().ok(),
        limit: PAGE,
        offset: (page - 1) * PAGE,
    }
}

fn is_narrowed(query: &search::Query) -> bool {
    query.kind.is_some() || query.max_trips.is_some() || query.max_days.is_some() || query.at.is_some()
}

fn shown(shelf: &Shelf, hit: &search::Hit, asked: &Asked, here: Option<RegionCode>) -> Option<Hit> {
    let item = shelf.items.get(&hit.code)?;
    let is_matched = |name: &str| hit.matched.iter().any(|matched| matched == name);
    let mut shown = shelf.hit(item, here, &is_matched);
    for name in &mut shown.also {
        *name = name.iter().flat_map(|piece| mark(&piece.text, &asked.q)).collect();
    }
    if !asked.region.is_empty() {
        shown.href = format!("{}?region={}", shown.href, words::percent(&asked.region));
    }
    Some(shown)
}

/// The facets as links, each with the number of hits that it leads to.
fn groups(shelf: &Shelf, asked: &Asked, query: &search::Query, facets: &Facets) -> Vec<Group> {
    let value = |facet: &str, word: String, name: String, count: usize, chosen: bool| Value {
        // The chosen one leads back to all.
        href: address(asked, facet, if chosen { "" } else { &word }).trim_end_matches(['&', '?']).to_owned(),
        name,
        count,
        chosen,
    };
    let places = facets.places.iter().filter_map(|(place, count)| match place {
        Where::Region(code) => {
            let region = shelf.regions.get(code)?;
            let high = matches!(region.level(), Level::Province | Level::City);
            let name = if high { format!("{}级", region.name) } else { region.name.clone() };
            Some(value("at", code.to_string(), name, *count, query.at == Some(*code)))
        }
        // Without a place there is no one region to ask for.
        Where::Level(_) => None,
    });
    // "At most" holds what is below it: each bound's number is the sum up to there, and one that adds nothing is left out.
    let sums = |counts: &[(u32, usize)], names: &dyn Fn(u32) -> Option<String>, facet: &str, chosen: Option<u32>| {
        let mut sum = 0;
        let mut values = vec![];
        for (bound, count) in counts {
            sum += count;
            if let Some(name) = names(*bound) {
                values.push(value(facet, bound.to_string(), name, sum, chosen == Some(*bound)));
            }
        }
        values
    };
    let trips = |bound: u32| match bound {
        0 => Some("不用跑".to_owned()),
        1 => Some("最多跑一次".to_owned()),
        _ => None,
    };
    let days = |bound: u32| match bound {
        0 => Some("当场办结".to_owned()),
        u32::MAX => None,
        days => Some(format!("{days} 个工作日内")),
    };
    let kinds = facets.departments.iter().take(10).filter_map(|(kind, count)| {
        let name = shelf.kinds.get(kind)?.short.clone();
        Some(value("kind", kind.to_string(), name, *count, query.kind == Some(*kind)))
    });
    [
        ("在哪里办", places.collect()),
        ("怎么办", sums(&facets.trips, &trips, "trips", query.max_trips)),
        ("多久办好", sums(&facets.days, &days, "days", query.max_days)),
        ("哪个部门", kinds.collect()),
    ]
    .into_iter()
    .map(|(title, values)| Group { title, values })
    .filter(|group| !group.values.is_empty())
    .collect()
}

/// The address of this search with one facet set anew (or taken away), ready for one more pair.
fn address(asked: &Asked, facet: &str, word: &str) -> String {
    let pairs = [
        ("q", &asked.q),
        ("subject", &asked.subject),
        ("region", &asked.region),
        ("at", &asked.at),
        ("trips", &asked.trips),
        ("days", &asked.days),
        ("kind", &asked.kind),
    ];
    let mut address = "/search?".to_owned();
    for (key, old) in pairs {
        let value = if key == facet { word } else { old };
        if !value.is_empty() {
            address.push_str(&format!("{key}={}&", words::percent(value)));
        }
    }
    address
}

fn nothing(
    frame: Frame,
    shelf: &Shelf,
    asked: &Asked,
    query: &search::Query,
    found: &Hits,
    here: Option<RegionCode>,
) -> Nothing {
    let count = words::thousands(shelf.handled(here).count() as u64);
    let place = frame.region.as_ref().map_or_else(|| "全省".to_owned(), |region| region.full.clone());
    let link = |item: &Arc<BaseItem>| Link {
        name: item.name.clone(),
        href: format!("/item/{}", item.code),
        say: item.summary.clone(),
    };
    Nothing {
        looked: format!("我们查了{place}能办的 {count} 项，事项的名称、别名和说明里都没有合适的。"),
        near: found.near.iter().filter_map(|hit| shelf.items.get(&hit.code)).take(5).map(link).collect(),
        filtered: is_narrowed(query) || query.subject.is_some(),
        unfiltered: format!("/search?q={}&subject=all", words::percent(&asked.q)),
        personal: shelf.themes(Subject::Person, here).len(),
        company: shelf.themes(Subject::Organisation, here).len(),
        words: asked.q.clone(),
        subject: asked.subject.clone(),
        region: asked.region.clone(),
        frame,
    }
}

/// Cuts a name where it shares characters with the words that were searched.
fn mark(name: &str, words: &str) -> Vec<Piece> {
    let Some((start, end)) = common(name, words) else { return vec![Piece { text: name.to_owned(), matched: false }] };
    [(&name[..start], false), (&name[start..end], true), (&name[end..], false)]
        .into_iter()
        .filter(|(text, _)| !text.is_empty())
        .map(|(text, matched)| Piece { text: text.to_owned(), matched })
        .collect()
}

/// Where the longest run of at least two characters lies that `name` shares with `words`.
fn common(name: &str, words: &str) -> Option<(usize, usize)> {
    let places: Vec<usize> = name.char_indices().map(|(place, _)| place).chain([name.len()]).collect();
    let mut best: Option<(usize, usize)> = None;
    for start in 0..places.len() {
        for end in start + 2..places.len() {
            let longer = best.is_none_or(|(from, to)| places[end] - places[start] > to - from);
            if !words.contains(&name[places[start]..places[end]]) {
                break;
            }
            if longer {
                best = Some((places[start], places[end]));
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_shared_run_is_marked() {
        let text = |name, words| {
            mark(name, words)
                .iter()
                .map(|piece| if piece.matched { format!("[{}]", piece.text) } else { piece.text.clone() })
                .collect::<String>()
        };
        assert_eq!(text("开理发店", "开理发店"), "[开理发店]");
        assert_eq!(text("注册公司", "怎么注册新公司"), "[注册]公司");
        assert_eq!(text("办证", "户口"), "办证");
        assert_eq!(text("", "户口"), "");
    }

    #[test]
    fn addresses_keep_what_was_asked() {
        let asked = Asked { q: "换 证".to_owned(), kind: "090".to_owned(), ..Asked::default() };
        assert_eq!(address(&asked, "trips", "0"), "/search?q=%E6%8D%A2%20%E8%AF%81&trips=0&kind=090&");
        assert_eq!(address(&asked, "kind", ""), "/search?q=%E6%8D%A2%20%E8%AF%81&");
    }
}
