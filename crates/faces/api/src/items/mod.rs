//! Items: finding them by everyday words or by filters, and the guide of one at a place.

mod example;
pub mod view;

pub use example::answers as example_answers;

use crate::{Refusal, Result, cursor, link_next, parameters, parameters::Params, problem::Errors};
use axum::{
    extract::{OriginalUri, Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use catalogue::{BaseItem, Items, Subject};
use kernel::{BasicCode, DepartmentId, RegionCode};
use organisation::{Kinds, Regions};
use search::Query;
use serde::{Deserialize, Serialize};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};
use store::{Failure, Read, ReadExt};
use utoipa::{IntoParams, ToSchema};
use view::{FormView, ItemLine, ItemList, ItemView};
use web::{Fault, House};

/// Hits of one search that are looked at.
const HITS_MAX: usize = 200;

/// Which items.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ItemQuery {
    /// Everyday words, such as 换驾照.
    pub q: Option<String>,
    /// The person's place, 12 digits: only items handled there or above it.
    pub region: Option<String>,
    /// Code of a theme.
    pub theme: Option<String>,
    /// `person` or `organisation`.
    pub subject: Option<String>,
    /// How many, at most 200; 20 by default.
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Find items.
#[utoipa::path(get, path = "/api/v1/items", tag = "items", operation_id = "listItems", params(ItemQuery),
    responses((status = 200, description = "事项列表", body = ItemList,
        headers(("Link" = String, description = "下一页的地址"), ("ETag" = String, description = "内容的标记，可用于 If-None-Match"))),
        (status = 304, description = "与 If-None-Match 相同"), Errors))]
pub async fn list(
    State(house): State<Arc<House>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Params(asked): Params<ItemQuery>,
) -> Result<Response> {
    let limit = parameters::limit(asked.limit)? as usize;
    let filter = Filter::read(&asked)?;
    let question = format!("items {:?} {:?} {:?} {:?}", asked.q, asked.region, asked.theme, asked.subject);
    let vault = house.read(|read| Ok(read.vault()))?;
    let place = asked.cursor.map(|text| cursor::open(&vault, &question, &text)).transpose()?;
    let from: usize = place.map_or(Ok(0), |place| place.parse()).map_err(|_| Refusal::Cursor)?;
    let regions = house.regions()?;
    if filter.region.is_some_and(|code| regions.resolve(&code).is_none()) {
        return Err(Refusal::Parameter { name: "region", reason: "没有这个区划".to_owned() }.into());
    }
    let items = house.read(|read| read.cached::<Items>())?;
    let found: Vec<Arc<BaseItem>> = match asked.q.as_deref().map(str::trim).filter(|words| !words.is_empty()) {
        Some(words) => {
            let query = Query { limit: HITS_MAX, ..Query::new(words, filter.region) };
            let hits = house.index.search(&query).map_err(Fault::from)?.hits;
            hits.iter().filter_map(|hit| items.get(&hit.code).cloned()).collect()
        }
        None => items.iter().cloned().collect(),
    };
    let mut kept = found.into_iter().filter(|item| filter.keeps(item, &regions)).skip(from);
    let page: Vec<Arc<BaseItem>> = kept.by_ref().take(limit).collect();
    let next = kept.next().map(|_| cursor::sign(&vault, &question, &(from + limit).to_string()));
    let lines = house.read(|read| {
        page.iter().map(|item| line(read, item, filter.region, &regions)).collect::<std::result::Result<_, _>>()
    })?;
    let link = next.as_ref().map(|next| link_next(&uri, next));
    Ok((link, tagged(&headers, &ItemList { items: lines, next })).into_response())
}

/// The filters of a list.
struct Filter {
    region: Option<RegionCode>,
    theme: Option<String>,
    subject: Option<Subject>,
}

impl Filter {
    fn read(asked: &ItemQuery) -> std::result::Result<Self, Refusal> {
        let subject = match asked.subject.as_deref() {
            None => None,
            Some("person" | "natural") => Some(Subject::Person),
            Some("organisation" | "legal") => Some(Subject::Organisation),
            Some(_) => {
                let reason = "须为 person 或 organisation".to_owned();
                return Err(Refusal::Parameter { name: "subject", reason });
            }
        };
        let region = asked.region.as_deref().map(|code| parameters::region("region", code)).transpose()?;
        Ok(Self { region, theme: asked.theme.clone(), subject })
    }

    fn keeps(&self, item: &BaseItem, regions: &Regions) -> bool {
        let themes = [&item.personal_theme, &item.company_theme];
        let in_theme =
            |code: &String| themes.iter().any(|theme| theme.as_ref().is_some_and(|theme| theme.code == *code));
        self.subject.is_none_or(|subject| item.is_for(subject))
            && self.theme.as_ref().is_none_or(in_theme)
            && self.region.is_none_or(|here| catalogue::place(regions, item, here).is_ok())
    }
}

/// A line names the department that handles the item for the place asked, or the kind of department.
fn line(
    read: &mut dyn Read,
    item: &BaseItem,
    here: Option<RegionCode>,
    regions: &Regions,
) -> std::result::Result<ItemLine, store::Error> {
    let region = here.and_then(|here| catalogue::place(regions, item, here).ok());
    let department = match region {
        Some(region) => organisation::department(read, &DepartmentId { region, kind: item.department })?,
        None => None,
    };
    let name = match department {
        Some(department) => department.name,
        None => {
            let kinds = read.cached::<Kinds>()?;
            kinds.get(&item.department).map_or_else(|| item.department_short.clone(), |kind| kind.name.clone())
        }
    };
    Ok(ItemLine::of(item, name))
}

/// Where the guide is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GuideQuery {
    /// The person's place, 12 digits; without it, the topmost region.
    pub region: Option<String>,
}

/// The guide of an item at a place, with its form as JSON Schema.
#[utoipa::path(get, path = "/api/v1/items/{code}", tag = "items", operation_id = "getItem",
    params(("code" = String, Path, description = "事项基本编码，12 位"), GuideQuery),
    responses((status = 200, description = "办事指南", body = ItemView, headers(("ETag" = String, description = "内容的标记，可用于 If-None-Match"))),
        (status = 304, description = "与 If-None-Match 相同"),
        (status = 404, description = "没有这个事项", body = crate::problem::ProblemView, content_type = "application/problem+json"), Errors))]
pub async fn one(
    State(house): State<Arc<House>>,
    Path(code): Path<String>,
    headers: HeaderMap,
    Params(asked): Params<GuideQuery>,
) -> Result<Response> {
    let code: BasicCode = code.parse().map_err(|_| Refusal::NotFound)?;
    let regions = house.regions()?;
    let here = match asked.region.as_deref() {
        Some(region) => parameters::region("region", region)?,
        None => somewhere(&house, &code, &regions)?,
    };
    let view = house.ask(|read| {
        let guide = catalogue::guide(read, &code, here)?;
        let form = catalogue::form(read, &code)?;
        let today = kernel::local_date(read.now());
        let example = example::answers(&form, guide.implementation.region, today);
        let form = FormView { title: form.title.clone(), schema: form.json_schema(), example };
        Ok::<_, Failure<catalogue::Refusal>>(ItemView::of(guide, form, &regions))
    })?;
    Ok(tagged(&headers, &view))
}

/// A place where the item is handled, for a caller that names none: the first on the highest of its levels.
fn somewhere(house: &House, code: &BasicCode, regions: &Regions) -> Result<RegionCode> {
    let items = house.read(|read| read.cached::<Items>())?;
    let unknown = || Failure::Refused(catalogue::Refusal::UnknownItem(code.to_string()));
    let item = items.get(code).ok_or_else(unknown)?;
    let highest = item.levels.iter().min().copied();
    let region = highest.and_then(|level| regions.at(level).next()).or_else(|| regions.roots().next());
    Ok(region.ok_or(Refusal::NotFound)?.code)
}

/// JSON with an entity tag; 304 without a body when the caller has it already.
fn tagged(headers: &HeaderMap, value: &(impl Serialize + ToSchema)) -> Response {
    let bytes = serde_json::to_vec(value).expect("views serialise: they hold text, numbers and lists");
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let tag = format!("\"{:016x}\"", hasher.finish());
    let value = HeaderValue::from_str(&tag).expect("hex digits in quotes make a header");
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let cache = HeaderValue::from_static("public, max-age=60");
    if known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, value), (header::CACHE_CONTROL, cache)]).into_response();
    }
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json), (header::ETAG, value), (header::CACHE_CONTROL, cache)], bytes).into_response()
}
