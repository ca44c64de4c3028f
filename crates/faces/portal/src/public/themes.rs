//! Finding by theme and by department.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use catalogue::{BaseItem, Subject};
use kernel::{DepartmentId, KindCode, RegionCode};
use web::{Crumb, Fault, Frame, House, Section, Visitor};

use super::view::{Hit, Link, Shelf, ThemeTile, subject_of, theme_of};

#[derive(Template)]
#[template(path = "public/themes.html")]
struct Themes {
    frame: Frame,
    crumbs: Vec<Crumb>,
    title: &'static str,
    lead: String,
    company: bool,
    personal_total: usize,
    company_total: usize,
    themes: Vec<ThemeTile>,
}

#[derive(Template)]
#[template(path = "public/list.html")]
struct List {
    frame: Frame,
    crumbs: Vec<Crumb>,
    title: String,
    lead: String,
    office: Option<Office>,
    hits: Vec<Hit>,
}

struct Office {
    name: String,
    address: String,
    hours: String,
    phone: String,
    demonstration: bool,
}

#[derive(Template)]
#[template(path = "public/shops.html")]
struct Shops {
    frame: Frame,
    crumbs: Vec<Crumb>,
    lead: String,
    shops: Vec<Link>,
}

pub(crate) async fn personal(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    all(&house, &visitor, Subject::Person)
}

pub(crate) async fn enterprise(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    all(&house, &visitor, Subject::Organisation)
}

fn all(house: &House, visitor: &Visitor, subject: Subject) -> Result<Response, Fault> {
    let shelf = Shelf::open(house)?;
    let here = visitor.region_code();
    let company = subject == Subject::Organisation;
    let title = if company { "企业办事" } else { "个人办事" };
    let count = |subject| shelf.handled(here).filter(|item| item.is_for(subject)).count();
    let themes = shelf.themes(subject, here);
    let page = Themes {
        frame: visitor.frame(house, title).in_section(Section::Apply),
        crumbs: vec![Crumb::new("首页", "/"), Crumb::here(title)],
        title,
        lead: format!("{}，分 {} 类。", place_words(house, visitor), themes.len()),
        company,
        personal_total: count(Subject::Person),
        company_total: count(Subject::Organisation),
        themes,
    };
    Ok(web::shared_page(visitor, &page))
}

pub(crate) async fn theme(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((kind, code)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let subject = subject_of(&kind).ok_or_else(Fault::not_found)?;
    let shelf = Shelf::open(&house)?;
    let here = visitor.region_code();
    let (theme, _) =
        shelf.items.themes(subject).into_iter().find(|(theme, _)| theme.code == code).ok_or_else(Fault::not_found)?;
    let is_in = |item: &&Arc<BaseItem>| {
        item.is_for(subject) && theme_of(item, subject).is_some_and(|own| own.code == theme.code)
    };
    let hits: Vec<Hit> = shelf.handled(here).filter(is_in).map(|item| shelf.hit(item, here, &|_| false)).collect();
    let up = if subject == Subject::Person { ("个人办事", "/personal") } else { ("企业办事", "/enterprise") };
    let page = List {
        frame: visitor.frame(&house, theme.name.clone()).in_section(Section::Apply),
        crumbs: vec![Crumb::new("首页", "/"), Crumb::new(up.0, up.1), Crumb::here(&theme.name)],
        lead: format!("{}，这一类有 {} 项。", place_words(&house, &visitor), hits.len()),
        title: theme.name,
        office: None,
        hits,
    };
    Ok(web::shared_page(&visitor, &page))
}

/// Departments that have items for `here`, those with most items first.
pub(crate) fn departments(shelf: &Shelf, here: Option<RegionCode>) -> Vec<Link> {
    let mut counted: Vec<(usize, Link)> = shelf
        .kinds
        .iter()
        .map(|kind| {
            let count = shelf.handled(here).filter(|item| item.department == kind.code).count();
            let link =
                Link { name: kind.short.clone(), href: format!("/shop/{}", kind.code), say: format!("{count} 项") };
            (count, link)
        })
        .filter(|(count, _)| *count > 0)
        .collect();
    counted.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    counted.into_iter().map(|(_, link)| link).collect()
}

pub(crate) async fn shops(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let shelf = Shelf::open(&house)?;
    let shops = departments(&shelf, visitor.region_code());
    let page = Shops {
        frame: visitor.frame(&house, "部门旗舰店").in_section(Section::Apply),
        crumbs: vec![Crumb::new("首页", "/"), Crumb::here("部门旗舰店")],
        lead: format!("{}，由 {} 类部门办理。", place_words(&house, &visitor), shops.len()),
        shops,
    };
    Ok(web::shared_page(&visitor, &page))
}

pub(crate) async fn shop(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(kind): Path<String>,
) -> Result<Response, Fault> {
    let code: KindCode = kind.parse().map_err(|_| Fault::not_found())?;
    let shelf = Shelf::open(&house)?;
    let kind = shelf.kinds.get(&code).ok_or_else(Fault::not_found)?;
    let here = visitor.region_code();
    let items = shelf.handled(here).filter(|item| item.department == code);
    let hits: Vec<Hit> = items.map(|item| shelf.hit(item, here, &|_| false)).collect();
    let page = List {
        frame: visitor.frame(&house, kind.short.clone()).in_section(Section::Apply),
        crumbs: vec![Crumb::new("首页", "/"), Crumb::new("部门旗舰店", "/shops"), Crumb::here(&kind.short)],
        title: format!("{}旗舰店", kind.short),
        lead: format!("{}，这类部门办 {} 项。", place_words(&house, &visitor), hits.len()),
        office: here.map(|region| nearest(&house, region, code)).transpose()?.flatten(),
        hits,
    };
    Ok(web::shared_page(&visitor, &page))
}

/// The department of this kind that is nearest to `region`, upwards.
fn nearest(house: &House, region: RegionCode, kind: KindCode) -> Result<Option<Office>, Fault> {
    house.read(|read| {
        for region in region.ancestors() {
            if let Some(found) = organisation::department(read, &DepartmentId { region, kind })? {
                return Ok(Some(Office {
                    name: found.name,
                    address: found.place.address,
                    hours: found.place.hours,
                    phone: found.place.phone,
                    demonstration: found.demonstration,
                }));
            }
        }
        Ok(None)
    })
}

/// 显示姑苏区能办的, or the whole province.
fn place_words(house: &House, visitor: &Visitor) -> String {
    match &visitor.region {
        Some(region) => format!("显示{}能办的", region.full),
        None => format!("显示{}全省能办的", house.site.whole.trim_end_matches('省')),
    }
}
