//! Choosing the place, from the province down to the village; asked once and remembered.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::header, response::Response};
use kernel::RegionCode;
use organisation::{Region, Regions};
use serde::Deserialize;
use web::{Cookie, Fault, Frame, House, Query, REGION_COOKIE, Visitor, words};

/// So many places are listed for a name.
const FOUND: usize = 30;

#[derive(Deserialize)]
pub(crate) struct Asked {
    /// Opens the list of places below this one.
    at: Option<String>,
    /// Chooses this one.
    set: Option<String>,
    /// Looks for places by name.
    q: Option<String>,
    back: Option<String>,
}

struct Place {
    name: String,
    open: String,
    set: String,
}

#[derive(Template)]
#[template(path = "public/region.html")]
struct Page {
    frame: Frame,
    back: String,
    words: String,
    searched: bool,
    found: Vec<Place>,
    path: Vec<Place>,
    here: String,
    set_here: Option<String>,
    children: Vec<Place>,
}

pub(crate) async fn choose(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let regions = house.regions()?;
    let back = web::safe_back(asked.back.as_deref().unwrap_or("/")).to_owned();
    if let Some(code) = asked.set.as_deref() {
        let region = known(&regions, code)?;
        let mut response = web::redirect(&without_region(&back));
        let cookie = Cookie::new(REGION_COOKIE, &region.code.to_string(), house.config.is_secure()).days(365);
        response.headers_mut().append(header::SET_COOKIE, cookie.header());
        return Ok(response);
    }
    let at = match asked.at.as_deref() {
        Some(code) => Some(known(&regions, code)?.code),
        None => visitor.region_code().or_else(|| regions.roots().next().map(|region| region.code)),
    };
    // A village has nothing below it: then its neighbours are what one may want.
    let at = at.map(|code| if regions.children(&code).len() == 0 { code.parent().unwrap_or(code) } else { code });
    let onward = words::percent(&back);
    let place = |region: &Region, name: String| Place {
        name,
        open: format!("/region?at={}&back={onward}", region.code),
        set: format!("/region?set={}&back={onward}", region.code),
    };
    let path = at.map(|code| regions.path(&code)).unwrap_or_default();
    let words = asked.q.as_deref().unwrap_or_default().trim().chars().take(40).collect::<String>();
    let found = regions.find(&words, FOUND);
    let page = Page {
        frame: visitor.frame(&house, "选地区"),
        searched: !words.is_empty(),
        found: found.iter().map(|region| place(region, full(&regions, &region.code))).collect(),
        here: path.last().map(|region| region.name.clone()).unwrap_or_default(),
        set_here: path.last().map(|region| place(region, String::new()).set),
        children: at
            .map(|code| regions.children(&code).map(|region| child(&regions, region, &place)).collect())
            .unwrap_or_default(),
        path: path.iter().map(|region| place(region, region.name.clone())).collect(),
        back,
        words,
    };
    Ok(web::shared_page(&visitor, &page))
}

/// A child with others below it opens; the lowest is chosen at once.
fn child(regions: &Regions, region: &Region, place: &dyn Fn(&Region, String) -> Place) -> Place {
    let mut child = place(region, region.name.clone());
    if regions.children(&region.code).len() == 0 {
        child.open.clone_from(&child.set);
    }
    child
}

fn full(regions: &Regions, code: &RegionCode) -> String {
    regions.full_name(code)
}

fn known<'a>(regions: &'a Regions, code: &str) -> Result<&'a Region, Fault> {
    let parsed: Option<RegionCode> = code.parse().ok();
    parsed.and_then(|code| regions.resolve(&code)).ok_or_else(|| {
        Fault::refused(&organisation::Refusal::UnknownRegion(code.chars().take(20).collect()))
            .with_remedy("请回到选地区的页面，从列表里选。")
    })
}

/// The page to go back to, without a place in its address: the one just chosen must win.
fn without_region(back: &str) -> String {
    let Some((path, query)) = back.split_once('?') else { return back.to_owned() };
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("region=")).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::without_region;

    #[test]
    fn the_place_just_chosen_wins_over_the_one_in_the_address() {
        assert_eq!(without_region("/item/1?region=320102000000"), "/item/1");
        assert_eq!(without_region("/search?q=a&region=320102000000&page=2"), "/search?q=a&page=2");
        assert_eq!(without_region("/"), "/");
    }
}
