//! 曝光纠错: what anybody reports, what was found true, and who put it right.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use evaluation::{Exposure, ExposureId, ExposureState, Refusal, Report, query, settings};
use kernel::{BasicCode, KindCode, Level, Refuse, RegionCode, local_date};
use serde::Deserialize;
use store::{Failure, Read};
use web::{
    Choice, Client, Fault, Field, FieldKind, Fields, Frame, House, Query, Section, Visitor, Wrong, page, page_with,
    redirect, words,
};

use super::view::Shelf;

/// Reports of one page.
const PAGE: usize = 20;

#[derive(Deserialize)]
pub(crate) struct Place {
    before: Option<String>,
    region: Option<String>,
}

/// A published report in a list.
struct Line {
    href: String,
    title: String,
    unit: String,
    kind: String,
    when: String,
    state: &'static str,
    class: &'static str,
    overdue: bool,
}

#[derive(Template)]
#[template(path = "public/expose/list.html")]
struct List {
    frame: Frame,
    place: String,
    lines: Vec<Line>,
    more: Option<String>,
}

fn region_of(house: &House, visitor: &Visitor, asked: Option<&str>) -> Result<RegionCode, Fault> {
    let regions = house.regions()?;
    let chosen = asked.filter(|text| !text.is_empty()).and_then(|text| text.parse().ok());
    let code = chosen.and_then(|code| regions.resolve(&code)).map(|region| region.code);
    // The list is of whole counties, so a town's people see their county's.
    let own = visitor.region_code().and_then(|code| code.at(Level::County).or(Some(code)));
    code.or(own).or(house.site.root).ok_or_else(|| Fault::unavailable("face.no-regions", "还没有导入区划。", 60))
}

pub(crate) async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Place>,
) -> Result<Response, Fault> {
    // Everything of the whole site unless a place is asked for: what is exposed is for everybody to see.
    let region = match (&asked.region, house.site.root) {
        (None, Some(root)) => root,
        _ => region_of(&house, &visitor, asked.region.as_deref())?,
    };
    let (found, lines) = house.read(|read| {
        let found = query::exposed(read, &region, PAGE, asked.before.as_deref())?;
        let lines = found.exposures.iter().map(|exposure| line(read, exposure)).collect::<Result<Vec<_>, _>>()?;
        Ok((found, lines))
    })?;
    let place = house.regions()?.full_name(&region);
    let more = found.next.map(|next| format!("/expose?region={region}&before={}", words::percent(&next)));
    let frame = visitor.frame(&house, "曝光纠错").in_section(Section::Rate);
    Ok(page(&List { frame, place, lines, more }))
}

fn line(read: &mut dyn Read, exposure: &Exposure) -> Result<Line, store::Error> {
    let today = local_date(read.now());
    let unit = organisation::department(read, &exposure.department)?;
    let (title, _) = exposure.published.clone().unwrap_or_default();
    Ok(Line {
        href: format!("/expose/{}", exposure.id),
        title,
        unit: unit.map_or_else(String::new, |unit| unit.name),
        kind: kind(&exposure.kind),
        when: exposure.published_at.map_or_else(String::new, |at| words::short_day(local_date(at), today)),
        state: exposure.state.word(),
        class: match exposure.state {
            ExposureState::Rectified | ExposureState::Closed => "bamboo",
            _ => "osmanthus",
        },
        overdue: exposure.overdue && exposure.state == ExposureState::Published,
    })
}

fn kind(code: &str) -> String {
    settings().kind(code).map_or_else(|| code.to_owned(), |kind| kind.name.clone())
}

/// One report, for the public or for its reporter.
#[derive(Template)]
#[template(path = "public/expose/one.html")]
struct One {
    frame: Frame,
    title: String,
    unit: String,
    kind: String,
    state: &'static str,
    own: bool,
    words: String,
    steps: Vec<Step>,
}

struct Step {
    name: &'static str,
    when: String,
    say: String,
    class: &'static str,
}

pub(crate) async fn one(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let id: ExposureId = id.parse().map_err(|error: kernel::BadId| Fault::refused(&error))?;
    let shown = house.ask(|read| query::published_exposure(read, &id))?;
    show(&house, &visitor, &shown, None)
}

/// What became of one's own report, opened by its secret.
pub(crate) async fn own(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(secret): Path<String>,
) -> Result<Response, Fault> {
    let (exposure, words) = house.ask(|read| query::by_secret(read, &secret))?;
    show(&house, &visitor, &exposure, Some(words))
}

fn show(house: &House, visitor: &Visitor, exposure: &Exposure, words: Option<String>) -> Result<Response, Fault> {
    let unit = house.read(|read| organisation::department(read, &exposure.department))?;
    let (title, _) = exposure.published.clone().unwrap_or_else(|| ("我反映的问题".to_owned(), String::new()));
    let page = One {
        frame: visitor.frame(house, title.clone()).in_section(Section::Rate),
        title,
        unit: unit.map_or_else(String::new, |unit| unit.name),
        kind: kind(&exposure.kind),
        state: exposure.state.word(),
        own: words.is_some(),
        words: words.or_else(|| exposure.published.as_ref().map(|(_, text)| text.clone())).unwrap_or_default(),
        steps: steps(exposure, house.db.today()),
    };
    Ok(web::page(&page))
}

fn steps(exposure: &Exposure, today: kernel::Date) -> Vec<Step> {
    let day = |day| words::short_day(day, today);
    let done = |name, when, say| Step { name, when, say, class: "" };
    let ahead = |name, when, say| Step { name, when, say, class: "ahead" };
    let mut steps = vec![done("收到", day(exposure.reported), String::new())];
    let conclusion = exposure.conclusion.clone().unwrap_or_default();
    match exposure.state {
        ExposureState::Reported => {
            steps.push(ahead("核实", format!("{}前", day(exposure.verify_by)), String::new()));
            return steps;
        }
        ExposureState::Unfounded => {
            steps.push(done("核实", String::new(), format!("不属实。{conclusion}")));
            return steps;
        }
        ExposureState::Closed => steps.push(done("查实", String::new(), String::new())),
        _ => steps.push(done("查实", String::new(), conclusion.clone())),
    }
    match exposure.published_at {
        Some(at) => steps.push(done("公开", day(local_date(at)), String::new())),
        None => steps.push(ahead("公开", String::new(), String::new())),
    }
    let by = exposure.rectify_by.map_or_else(String::new, |by| format!("{}前", day(by)));
    match &exposure.measures {
        Some(measures) => steps.push(done("整改", String::new(), measures.clone())),
        None => steps.push(ahead("整改", by, if exposure.overdue { "已超期。".to_owned() } else { String::new() })),
    }
    match exposure.state {
        ExposureState::Closed => steps.push(done("办结", String::new(), conclusion)),
        _ => steps.push(ahead("办结", String::new(), String::new())),
    }
    steps
}

#[derive(Template)]
#[template(path = "public/expose/form.html")]
struct FormPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    place: String,
    signed_in: bool,
    fields: Vec<Field>,
    region: String,
    item: String,
}

#[derive(Deserialize)]
pub(crate) struct About {
    region: Option<String>,
    item: Option<String>,
}

pub(crate) async fn ask(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(about): Query<About>,
) -> Result<Response, Fault> {
    let region = region_of(&house, &visitor, about.region.as_deref())?;
    let sent = Fields(vec![("item".to_owned(), about.item.unwrap_or_default())]);
    form(&house, &visitor, region, &sent, vec![])
}

fn form(
    house: &House,
    visitor: &Visitor,
    region: RegionCode,
    sent: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let shelf = Shelf::open(house)?;
    let given = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let item: Option<BasicCode> = sent.get("item").and_then(|code| code.parse().ok());
    let item = item.and_then(|code| shelf.items.get(&code));
    let mut kinds = Field::new(FieldKind::Radio, "kind", "是哪一类问题");
    kinds.choices = settings().exposure_kinds.iter().map(|kind| Choice::new(&kind.code, &kind.name)).collect();
    let mut offices =
        Field::new(FieldKind::Select, "department", "是哪个部门").hint("说不清就不选，由政务服务部门查").optional();
    let offices_here: Vec<Choice> = house.read(|read| {
        let mut found = vec![Choice::new("", "说不清")];
        for kind in shelf.kinds.iter() {
            let id = kernel::DepartmentId::new(region, kind.code);
            if let Some(office) = organisation::department(read, &id)? {
                found.push(Choice::new(kind.code.to_string(), office.name));
            }
        }
        Ok(found)
    })?;
    offices.choices = offices_here;
    let chosen = match (sent.get("department"), item) {
        (None, Some(item)) => item.department.to_string(),
        _ => given("department"),
    };
    let text = Field::new(FieldKind::Area, "text", "发生了什么")
        .hint("什么时候、在哪里、要了您什么。不用写自己的姓名和号码")
        .value(given("text"));
    let fields = vec![
        kinds.value(given("kind")).wrong(&wrongs),
        offices.value(chosen).width("w-30").wrong(&wrongs),
        text.wrong(&wrongs),
    ];
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let signed_in = visitor.session.as_ref().is_some_and(|session| session.actor.party().is_some());
    Ok(page_with(
        status,
        &FormPage {
            frame: visitor.frame(house, "反映问题").in_section(Section::Rate).with_errors(!wrongs.is_empty()),
            wrongs,
            place: shelf.regions.full_name(&region),
            signed_in,
            fields,
            region: region.to_string(),
            item: item.map_or_else(String::new, |item| item.code.to_string()),
        },
    ))
}

pub(crate) async fn send(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    client: Client,
    sent: Fields,
) -> Result<Response, Fault> {
    let region = region_of(&house, &visitor, sent.get("region"))?;
    let department: Option<KindCode> = sent.get("department").and_then(|kind| kind.parse().ok());
    let report = Report {
        kind: sent.get("kind").unwrap_or_default().to_owned(),
        region,
        department,
        item: sent.get("item").and_then(|code| code.parse().ok()),
        text: sent.get("text").unwrap_or_default().to_owned(),
        source: client.0.map_or_else(String::new, |address| address.to_string()),
    };
    let actor = visitor.session.as_ref().map(|session| session.actor.clone()).filter(|actor| actor.party().is_some());
    match house.db.write_async(move |tx| evaluation::expose(tx, actor.as_ref(), &report)).await {
        Ok((_, secret)) => Ok(redirect(&format!("/expose/mine/{secret}"))),
        Err(Failure::Broken(error)) => Err(error.into()),
        Err(Failure::Refused(refusal)) if refusal.fields().is_empty() => Err(Fault::refused(&refusal)),
        Err(Failure::Refused(refusal)) => {
            let said = match &refusal {
                Refusal::WordsMissing(_) => vec![Wrong::new("text", "写一写发生了什么")],
                Refusal::UnknownUnit => vec![Wrong::new("department", refusal.to_string())],
                refusal => Wrong::of(&refusal.fields()),
            };
            form(&house, &visitor, region, &sent, said)
        }
    }
}
