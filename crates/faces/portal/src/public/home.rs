//! The home page, and the one of the large-type look.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::header, response::Response};
use catalogue::{BaseItem, Handling, ResultKind, Subject};
use clock::Limit;
use kernel::Level;
use serde::Deserialize;
use web::{Cookie, Fault, Frame, House, Query, SUBJECT_COOKIE, Section, Visitor, words};

use super::view::{Link, Shelf, ThemeTile, subject_of, subject_word};

/// So many themes stand on the home page.
const THEMES: usize = 12;
/// So many departments stand on the home page.
const SHOPS: usize = 10;

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(rename = "for")]
    subject: Option<String>,
}

struct Door {
    name: &'static str,
    href: &'static str,
    first: String,
    second: String,
}

struct Figure {
    term: &'static str,
    figure: String,
    compare: String,
}

#[derive(Template)]
#[template(path = "public/home.html")]
struct Home {
    frame: Frame,
    company: bool,
    place: String,
    total: usize,
    usual: Vec<Link>,
    doors: [Door; 4],
    themes: Vec<ThemeTile>,
    themes_total: usize,
    shops: Vec<Link>,
    shops_total: usize,
    figures: Vec<Figure>,
}

struct Tile {
    name: &'static str,
    href: &'static str,
    sign: &'static str,
    say: &'static str,
}

#[derive(Template)]
#[template(path = "public/elder.html")]
struct Elder {
    frame: Frame,
    tiles: [Tile; 8],
}

pub(crate) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let frame = visitor.frame(&house, "首页").in_section(Section::None);
    if visitor.ui.elder() {
        return Ok(web::shared_page(&visitor, &Elder { frame, tiles: tiles() }));
    }
    let chosen = asked.subject.as_deref().and_then(subject_of);
    let company = chosen.map_or(visitor.for_company, |chosen| chosen == Subject::Organisation);
    let subject = if company { Subject::Organisation } else { Subject::Person };
    let shelf = Shelf::open(&house)?;
    let here = visitor.region_code();
    let handled: Vec<&Arc<BaseItem>> = shelf.handled(here).collect();
    let place = visitor.region.as_ref().map_or_else(|| house.site.whole.clone(), |region| region.name.clone());

    let mut themes = shelf.themes(subject, here);
    let themes_total = themes.len();
    themes.truncate(THEMES);
    let mut shops = super::themes::departments(&shelf, here);
    let shops_total = shops.len();
    shops.truncate(SHOPS);
    let home = Home {
        usual: usual(&handled, subject),
        doors: doors(&shelf, &handled, &place),
        figures: figures(&handled),
        total: handled.len(),
        frame,
        company,
        place,
        themes,
        themes_total,
        shops,
        shops_total,
    };
    let Some(chosen) = chosen else { return Ok(web::shared_page(&visitor, &home)) };
    // What was chosen is remembered, and a page that sets a cookie is nobody else's.
    let mut response = web::page(&home);
    let cookie = Cookie::new(SUBJECT_COOKIE, subject_word(chosen), house.config.is_secure()).days(365);
    response.headers_mut().append(header::SET_COOKIE, cookie.header());
    Ok(response)
}

/// What people ask for most, by their own words: items that the register marks as frequent, one of each department,
/// those departments first that have most of them.
fn usual(handled: &[&Arc<BaseItem>], subject: Subject) -> Vec<Link> {
    let own = |item: &&&Arc<BaseItem>| item.is_for(subject) && item.tags.iter().any(|tag| tag == "高频");
    let frequent: Vec<&&Arc<BaseItem>> = handled.iter().filter(own).collect();
    let weight = |kind| frequent.iter().filter(|item| item.department == kind).count();
    let mut ranked: Vec<_> = frequent.iter().map(|item| item.department).collect();
    ranked.sort_by_key(|kind| (std::cmp::Reverse(weight(*kind)), *kind));
    ranked.dedup();
    let everyday = |name: &&String| (3..=6).contains(&name.chars().count());
    let link = |kind| {
        frequent.iter().filter(|item| item.department == kind).find_map(|item| {
            let name = item.synonyms.iter().find(everyday)?.clone();
            Some(Link { name, href: format!("/item/{}", item.code), say: String::new() })
        })
    };
    ranked.into_iter().filter_map(link).take(5).collect()
}

fn doors(shelf: &Shelf, handled: &[&Arc<BaseItem>], place: &str) -> [Door; 4] {
    let count =
        |keep: &dyn Fn(&BaseItem) -> bool| words::thousands(handled.iter().filter(|item| keep(item)).count() as u64);
    let person = |item: &BaseItem| item.is_for(Subject::Person);
    let company = |item: &BaseItem| item.is_for(Subject::Organisation);
    let at = |level: Level| shelf.regions.at(level).count();
    [
        Door {
            name: "个人办事",
            href: "/personal",
            first: format!("{place}能办 {} 项，", count(&person)),
            second: format!("其中 {} 项不用跑", count(&|item| person(item) && item.without_visit())),
        },
        Door {
            name: "企业办事",
            href: "/enterprise",
            first: format!("{place}能办 {} 项，", count(&company)),
            second: format!("其中 {} 项当场办结", count(&|item| company(item) && item.handling == Handling::Instant)),
        },
        Door {
            name: "我要查",
            href: "/progress",
            first: "办到哪一步、最迟哪天办完，".to_owned(),
            second: format!("{} 市 {} 个区县一处查", at(Level::City), at(Level::County)),
        },
        Door {
            name: "核验证照",
            href: "/verify",
            first: "别人出示的证照，扫码验真，".to_owned(),
            second: format!("{} 项办成就发电子证照", count(&|item| item.result_kind == ResultKind::Licence)),
        },
    ]
}

/// What the catalogue itself says about how people are served; nothing here is an estimate.
fn figures(handled: &[&Arc<BaseItem>]) -> Vec<Figure> {
    let total = handled.len();
    if total == 0 {
        return vec![];
    }
    let share = |part: usize| format!("{}%", part * 100 / total);
    let without = handled.iter().filter(|item| item.without_visit()).count();
    let instant = handled.iter().filter(|item| item.handling == Handling::Instant).count();
    let free = handled.iter().filter(|item| !item.fee.is_charged()).count();
    let spans: Vec<(u32, u32)> = handled
        .iter()
        .filter_map(|item| match item.statutory {
            Some(Limit::Working(days)) if item.promised.0 > 0 => Some((item.promised.0, days)),
            _ => None,
        })
        .collect();
    let mean = |sum: u32| f64::from(sum) / f64::from(u32::try_from(spans.len()).unwrap_or(u32::MAX));
    let mut figures = vec![Figure {
        term: "一次都不用跑",
        figure: words::thousands(without as u64),
        compare: format!("项，占 {}", share(without)),
    }];
    if !spans.is_empty() {
        figures.push(Figure {
            term: "平均承诺（工作日）",
            figure: format!("{:.1}", mean(spans.iter().map(|span| span.0).sum())),
            compare: format!("法律最长平均 {:.1}", mean(spans.iter().map(|span| span.1).sum())),
        });
    }
    figures.push(Figure {
        term: "当场办结",
        figure: words::thousands(instant as u64),
        compare: format!("项，占 {}", share(instant)),
    });
    figures.push(Figure {
        term: "不收费",
        figure: words::thousands(free as u64),
        compare: format!("项，占 {}", share(free)),
    });
    figures
}

fn tiles() -> [Tile; 8] {
    let tile = |sign, name, say, href| Tile { name, href, sign, say };
    [
        tile("老", "退休养老", "养老金、退休手续", "/search?q=%E5%85%BB%E8%80%81"),
        tile("医", "看病报销", "医保、外地看病", "/search?q=%E5%8C%BB%E4%BF%9D"),
        tile("贴", "补贴", "高龄、残疾人、低保", "/search?q=%E8%A1%A5%E8%B4%B4"),
        tile("证", "身份证", "到期换、丢了补", "/search?q=%E6%8D%A2%E8%BA%AB%E4%BB%BD%E8%AF%81"),
        tile("卡", "社保卡", "办新卡、丢了补", "/search?q=%E7%A4%BE%E4%BF%9D%E5%8D%A1"),
        tile("写", "写给 12345", "投诉、求助、咨询、建议", "/ask"),
        tile("查", "办到哪了", "查我办的事", "/progress"),
        tile("我", "我的", "办过的事、我的证照", "/me"),
    ]
}
