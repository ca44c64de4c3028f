//! Search results: what was found for the place, with facets as links, so that every state has an address.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use catalogue::{BaseItem, Subject};
use kernel::{KindCode, Level, RegionCode};
use serde::Deserialize;
use web::{Fault, Frame, House, Pages, Query, RegionWords, Section, Visitor, words};

use super::view::{Hit, Link, Piece, Shelf, subject_of, subject_word};

const PAGE: usize = 10;
/// So many hits are asked of the index; facets count all of them.
const HITS: usize = 400;
const WORDS_MAX: usize = 100;

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    subject: String,
    region: String,
    level: String,
    visits: String,
    days: String,
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
    asked.q = asked.q.trim().chars().take(WORDS_MAX).collect();
    let shelf = Shelf::open(&house)?;
    let here = place(&shelf, &visitor, &asked.region)?;
    let found = matches(&house, &shelf, &asked.q, here)?;
    let mut frame = visitor.frame(&house, title(&asked.q)).in_section(Section::Apply);
    frame.region = here.and_then(|here| RegionWords::of(&shelf.regions, &here));
    let filters = Filters::read(&asked);
    let kept: Vec<&Arc<BaseItem>> =
        found.iter().filter(|item| filters.keeps(&shelf, item, here, Facet::None)).collect();
    if kept.is_empty() {
        return Ok(web::shared_page(&visitor, &nothing(frame, &shelf, &asked, &filters, &found, here)));
    }

    let last = kept.len().div_ceil(PAGE);
    let current = asked.page.parse().unwrap_or(1).clamp(1, last);
    let marked = |name: &str| common(name, &asked.q).is_some();
    let hits = kept.iter().skip((current - 1) * PAGE).take(PAGE).map(|item| {
        let mut hit = shelf.hit(item, here, &marked);
        hit.also = hit
            .also
            .into_iter()
            .map(|name| name.into_iter().flat_map(|piece| mark(&piece.text, &asked.q)).collect())
            .collect();
        if !asked.region.is_empty() {
            hit.href = format!("{}?region={}", hit.href, asked.region);
        }
        hit
    });
    let place_name = frame.region.as_ref().map_or_else(|| house.site.whole.clone(), |region| region.name.clone());
    let page = Found {
        hits: hits.collect(),
        words: asked.q.clone(),
        subject: asked.subject.clone(),
        region: asked.region.clone(),
        shown_say: match (asked.q.is_empty(), &frame.region) {
            (false, Some(region)) => format!("显示{}能办的", region.name),
            (false, None) => "显示全省能办的".to_owned(),
            (true, _) => "写几个字，找得更快".to_owned(),
        },
        place: place_name,
        total: kept.len(),
        filtered: filters.any(),
        groups: groups(&shelf, &asked, &filters, &found, here),
        pages: Pages { current, last, base: format!("{}page=", address(&asked, Facet::None, "")) },
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

/// Items that the index finds for these words, best first; without words, all that the place handles.
fn matches(house: &House, shelf: &Shelf, words: &str, here: Option<RegionCode>) -> Result<Vec<Arc<BaseItem>>, Fault> {
    if words.is_empty() {
        return Ok(shelf.handled(here).map(Arc::clone).collect());
    }
    let _ = (house, HITS);
    Ok(shelf
        .handled(here)
        .filter(|item| {
            common(&item.name, words).is_some() || item.synonyms.iter().any(|name| common(name, words).is_some())
        })
        .map(Arc::clone)
        .collect())
}

/// The facets by which hits can be narrowed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Facet {
    None,
    Level,
    Visits,
    Days,
    Kind,
    Subject,
}

#[derive(Default)]
struct Filters {
    level: Option<Level>,
    visits: Option<u32>,
    days: Option<Span>,
    kind: Option<KindCode>,
    subject: Option<Subject>,
}

/// How long it takes, in steps that people ask for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Span {
    Now,
    Week,
    Month,
    Longer,
}

impl Span {
    const ALL: [(Span, &'static str, &'static str); 4] = [
        (Span::Now, "0", "当场办结"),
        (Span::Week, "5", "5 个工作日内"),
        (Span::Month, "20", "6 至 20 个工作日"),
        (Span::Longer, "more", "20 个工作日以上"),
    ];

    fn of(item: &BaseItem) -> Span {
        match item.promised.0 {
            0 => Span::Now,
            1..=5 => Span::Week,
            6..=20 => Span::Month,
            _ => Span::Longer,
        }
    }
}

impl Filters {
    /// What cannot be read filters nothing.
    fn read(asked: &Asked) -> Filters {
        Filters {
            level: asked.level.parse().ok().and_then(Level::from_number),
            visits: asked.visits.parse().ok().filter(|visits| *visits <= 2),
            days: Span::ALL.into_iter().find(|(_, word, _)| *word == asked.days).map(|(span, ..)| span),
            kind: asked.kind.parse().ok(),
            subject: subject_of(&asked.subject),
        }
    }

    fn any(&self) -> bool {
        self.level.is_some() || self.visits.is_some() || self.days.is_some() || self.kind.is_some()
    }

    /// Whether the item passes all filters but `except`, whose own values are being counted.
    fn keeps(&self, shelf: &Shelf, item: &BaseItem, here: Option<RegionCode>, except: Facet) -> bool {
        let free = |facet| facet == except;
        (free(Facet::Level) || self.level.is_none_or(|level| level_of(shelf, item, here) == Some(level)))
            && (free(Facet::Visits) || self.visits.is_none_or(|visits| item.visits.min(2) == visits))
            && (free(Facet::Days) || self.days.is_none_or(|days| Span::of(item) == days))
            && (free(Facet::Kind) || self.kind.is_none_or(|kind| item.department == kind))
            && (free(Facet::Subject) || self.subject.is_none_or(|subject| item.is_for(subject)))
    }
}

/// On which level it is handled for somebody in `here`; without a place, the highest on which it is.
fn level_of(shelf: &Shelf, item: &BaseItem, here: Option<RegionCode>) -> Option<Level> {
    match here {
        Some(_) => shelf.serving(item, here).map(|region| region.level()),
        None => item.levels.iter().min().copied(),
    }
}

fn groups(
    shelf: &Shelf,
    asked: &Asked,
    filters: &Filters,
    found: &[Arc<BaseItem>],
    here: Option<RegionCode>,
) -> Vec<Group> {
    let count = |facet: Facet, is: &dyn Fn(&BaseItem) -> bool| {
        found.iter().filter(|item| filters.keeps(shelf, item, here, facet) && is(item)).count()
    };
    let value = |facet: Facet, word: &str, name: String, chosen: bool, is: &dyn Fn(&BaseItem) -> bool| Value {
        count: count(facet, is),
        // The chosen one leads back to all.
        href: address(asked, facet, if chosen { "" } else { word }).trim_end_matches(['&', '?']).to_owned(),
        name,
        chosen,
    };
    let level_name = |level: Level| match here.and_then(|here| here.at(level)).and_then(|code| shelf.regions.get(&code))
    {
        Some(region) if level == Level::Province || level == Level::City => format!("{}级", region.name),
        Some(region) => region.name.clone(),
        None => ["省级", "市级", "区县", "镇街", "村社区"][usize::from(level.number()) - 1].to_owned(),
    };
    let levels = Level::ALL.into_iter().rev().map(|level| {
        let chosen = filters.level == Some(level);
        value(Facet::Level, &level.number().to_string(), level_name(level), chosen, &|item| {
            level_of(shelf, item, here) == Some(level)
        })
    });
    let visits = [(0, "不用跑"), (1, "最多跑一次"), (2, "要跑两次以上")].map(|(visits, name)| {
        let is = move |item: &BaseItem| item.visits.min(2) == visits;
        value(Facet::Visits, &visits.to_string(), name.to_owned(), filters.visits == Some(visits), &is)
    });
    let days = Span::ALL.map(|(span, word, name)| {
        value(Facet::Days, word, name.to_owned(), filters.days == Some(span), &|item| Span::of(item) == span)
    });
    let mut kinds: Vec<Value> = shelf
        .kinds
        .iter()
        .map(|kind| {
            let chosen = filters.kind == Some(kind.code);
            value(Facet::Kind, &kind.code.to_string(), kind.short.clone(), chosen, &|item| item.department == kind.code)
        })
        .collect();
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.count));
    kinds.retain(|kind| kind.count > 0);
    kinds.truncate(10);
    let subjects = [(Subject::Person, "个人"), (Subject::Organisation, "企业")].map(|(subject, name)| {
        let chosen = filters.subject == Some(subject);
        value(Facet::Subject, subject_word(subject), name.to_owned(), chosen, &|item| item.is_for(subject))
    });
    let group = |title, values: Vec<Value>| Group {
        title,
        values: values.into_iter().filter(|value| value.count > 0 || value.chosen).collect(),
    };
    [
        group("在哪里办", levels.collect()),
        group("怎么办", visits.into()),
        group("多久办好", days.into()),
        group("哪个部门", kinds),
        group("替谁办", subjects.into()),
    ]
    .into_iter()
    .filter(|group| !group.values.is_empty())
    .collect()
}

/// The address of this search with one facet set anew (or taken away), ready for one more pair.
fn address(asked: &Asked, facet: Facet, word: &str) -> String {
    let pick = |own: Facet, old: &str| if own == facet { word.to_owned() } else { old.to_owned() };
    let pairs = [
        ("q", asked.q.clone()),
        ("subject", pick(Facet::Subject, &asked.subject)),
        ("region", asked.region.clone()),
        ("level", pick(Facet::Level, &asked.level)),
        ("visits", pick(Facet::Visits, &asked.visits)),
        ("days", pick(Facet::Days, &asked.days)),
        ("kind", pick(Facet::Kind, &asked.kind)),
    ];
    let mut address = "/search?".to_owned();
    for (key, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        address.push_str(&format!("{key}={}&", words::percent(value)));
    }
    address
}

fn nothing(
    frame: Frame,
    shelf: &Shelf,
    asked: &Asked,
    filters: &Filters,
    found: &[Arc<BaseItem>],
    here: Option<RegionCode>,
) -> Nothing {
    let count = words::thousands(shelf.handled(here).count() as u64);
    let place = frame.region.as_ref().map_or_else(|| "全省".to_owned(), |region| region.full.clone());
    let near = found
        .iter()
        .take(5)
        .map(|item| Link { name: item.name.clone(), href: format!("/item/{}", item.code), say: item.summary.clone() })
        .collect();
    Nothing {
        looked: format!("我们查了{place}能办的 {count} 项，事项的名称、别名和说明里都没有合适的。"),
        near,
        filtered: filters.any() || filters.subject.is_some(),
        unfiltered: format!("/search?q={}", words::percent(&asked.q)),
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
        assert_eq!(address(&asked, Facet::Visits, "0"), "/search?q=%E6%8D%A2%20%E8%AF%81&visits=0&kind=090&");
        assert_eq!(address(&asked, Facet::Kind, ""), "/search?q=%E6%8D%A2%20%E8%AF%81&");
    }
}
