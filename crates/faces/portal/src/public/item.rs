//! The guide of one item at one place: what people ask first stands first.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::Response,
};
use catalogue::{BaseItem, Handling, Implementation, ItemType, Material, MaterialForm, Reach, ResultKind, Subject};
use kernel::{BasicCode, RegionCode};
use serde::Deserialize;
use store::Failure;
use web::{Crumb, Fault, Frame, House, Promise, Query, Section, Visitor, words};

use super::{
    drawing,
    said::Said,
    view::{Link, Shelf, long, promise, subject_word, theme_of},
};

#[derive(Deserialize)]
pub(crate) struct Asked {
    region: Option<String>,
}

#[derive(Template)]
#[template(path = "public/item.html")]
struct Page {
    frame: Frame,
    crumbs: Vec<Crumb>,
    canonical: String,
    linked_data: String,
    guide: Guide,
    said: Option<Said>,
}

/// All that the page says.
struct Guide {
    name: String,
    summary: String,
    badges: Vec<(&'static str, &'static str)>,
    office: Option<Office>,
    /// Said when the place chosen is not the one that handles it.
    place_say: Option<String>,
    options: Vec<Link>,
    promise: Promise,
    apply: Option<String>,
    apply_say: String,
    conditions: Vec<String>,
    papers_title: String,
    papers_rest: String,
    papers: Vec<Paper>,
    clock: String,
    before: &'static str,
    after: &'static str,
    limits: Vec<LimitRow>,
    flow: Vec<FlowStep>,
    laws: Vec<Law>,
    result: String,
    result_say: &'static str,
    elsewhere: Vec<Link>,
    elsewhere_say: String,
    kind: &'static str,
    handling: &'static str,
    code: String,
    version: String,
    qr: String,
}

struct Office {
    name: String,
    address: String,
    hours: String,
    phone: String,
    complaints: String,
    demonstration: bool,
    /// The hall, where the region has one.
    hall: Option<Link>,
    /// Where a time can be booked, if the item takes appointments.
    appoint: Option<String>,
}

struct Paper {
    name: String,
    say: String,
    who: Who,
    yours: &'static str,
    how: String,
}

enum Who {
    Held,
    Ours,
    Yours,
}

impl Who {
    fn is_ready(&self) -> bool {
        matches!(self, Who::Held)
    }

    fn is_ours(&self) -> bool {
        matches!(self, Who::Ours)
    }
}

struct LimitRow {
    what: &'static str,
    long: String,
    why: String,
}

struct FlowStep {
    name: &'static str,
    say: String,
}

struct Law {
    name: String,
    say: String,
}

pub(crate) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let shelf = Shelf::open(&house)?;
    let item = find(&shelf, &code)?;
    let here = here(&shelf, &visitor, asked.region.as_deref())?;
    let at = match here {
        None => Err(None),
        Some(here) => match house.db.read(|read| catalogue::guide(read, &item.code, here)) {
            Ok(found) => Ok(found),
            Err(Failure::Refused(refusal @ catalogue::Refusal::NotHere { .. })) => Err(Some(refusal)),
            Err(failure) => return Err(failure.into()),
        },
    };
    let guide = match &at {
        Ok(found) => at_place(&shelf, found, here, hall_of(&house, found.implementation.region)?),
        Err(refusal) => anywhere(&shelf, &item, here, refusal.as_ref()),
    };
    let subject = if item.is_for(Subject::Person) { Subject::Person } else { Subject::Organisation };
    let mut crumbs = vec![Crumb::new("首页", "/")];
    if let Some(theme) = theme_of(&item, subject) {
        crumbs.push(Crumb::new(&theme.name, format!("/theme/{}/{}", subject_word(subject), theme.code)));
    }
    crumbs.push(Crumb::here(&item.name));
    let mut frame = visitor.frame(&house, item.name.clone()).in_section(Section::Apply);
    if let Some(here) = here {
        frame.region = web::RegionWords::of(&shelf.regions, &here);
    }
    let path = match at.as_ref().ok() {
        Some(found) => format!("/item/{}?region={}", item.code, found.implementation.region),
        None => format!("/item/{}", item.code),
    };
    let rated_at = at.as_ref().ok().map(|found| found.implementation.region).or(here).or(house.site.root);
    let said = match rated_at {
        Some(region) => Some(Said::of(&house, &item.code, &region, &shelf)?),
        None => None,
    };
    let page = Page {
        said,
        crumbs,
        linked_data: linked_data(&house, &item, at.as_ref().ok().map(|found| &found.implementation)),
        canonical: house.address(&path),
        guide,
        frame,
    };
    Ok(web::shared_page(&visitor, &page))
}

/// The QR code at the foot of the printed guide: it leads to the page on the network.
pub(crate) async fn qr(
    State(house): State<Arc<House>>,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let shelf = Shelf::open(&house)?;
    let item = find(&shelf, &code)?;
    let region: Option<RegionCode> = asked.region.as_deref().and_then(|code| code.parse().ok());
    let path =
        region.map_or_else(|| format!("/item/{}", item.code), |region| format!("/item/{}?region={region}", item.code));
    let code =
        fast_qr::QRBuilder::new(house.address(&path)).build().map_err(|error| Fault::broken(error.to_string()))?;
    let mut response = Response::new(Body::from(fast_qr::convert::svg::SvgBuilder::default().to_str(&code)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"));
    Ok(response)
}

fn find(shelf: &Shelf, code: &str) -> Result<Arc<BaseItem>, Fault> {
    let parsed: Option<BasicCode> = code.parse().ok();
    let found = parsed.and_then(|code| shelf.items.get(&code)).map(Arc::clone);
    found.ok_or_else(|| {
        let shown = code.chars().filter(|c| !c.is_control()).take(40).collect();
        Fault::refused(&catalogue::Refusal::UnknownItem(shown)).with_remedy("可以搜一搜要办的事，或者打 12345 问。")
    })
}

/// The place asked for in the address, else the visitor's.
fn here(shelf: &Shelf, visitor: &Visitor, asked: Option<&str>) -> Result<Option<RegionCode>, Fault> {
    let Some(asked) = asked.filter(|asked| !asked.is_empty()) else { return Ok(visitor.region_code()) };
    let code: Option<RegionCode> = asked.parse().ok();
    match code.and_then(|code| shelf.regions.resolve(&code)) {
        Some(region) => Ok(Some(region.code)),
        None => {
            let shown = asked.chars().filter(|c| !c.is_control()).take(20).collect();
            Err(Fault::refused(&catalogue::Refusal::UnknownRegion(shown)))
        }
    }
}

/// The guide as the office of one place handles it.
fn at_place(shelf: &Shelf, found: &catalogue::Guide, here: Option<RegionCode>, hall: Option<halls::Hall>) -> Guide {
    let at = &found.implementation;
    let mut guide = common(shelf, &at.base, at.promised.0, at.visits, &at.fee, &at.materials);
    let place = &at.department.place;
    guide.office = Some(Office {
        name: at.department.name.clone(),
        address: place.address.clone(),
        hours: place.hours.clone(),
        phone: place.phone.clone(),
        complaints: place.complaints.clone(),
        demonstration: at.department.demonstration,
        appoint: (at.base.appointment && hall.is_some())
            .then(|| format!("/appoint?item={}&hall={}", at.base.code, at.region)),
        hall: hall.map(|hall| Link { href: format!("/hall/{}", hall.id), name: hall.name, say: String::new() }),
    });
    if here.is_some_and(|here| here != at.region) {
        let chosen = here.map(|here| shelf.regions.full_name(&here)).unwrap_or_default();
        let office = shelf.regions.full_name(&at.region);
        guide.place_say = Some(format!("您选的是{chosen}。这件事由{office}办理，您在网上照样办，不用跑过去。"));
    }
    guide.apply = Some(format!("/apply?item={}&region={}", at.base.code, at.region));
    guide.apply_say = format!("{} 个问题，约 {} 分钟，随时可以存下来", found.questions, found.minutes);
    if at.base.needs_project {
        guide.apply = Some("/projects".to_owned());
        guide.apply_say = "凭项目代码办，和同一阶段的别的审批一起申请".to_owned();
    }
    guide.flow =
        found.steps.iter().map(|(step, days)| FlowStep { name: step.name(), say: step_say(*step, *days) }).collect();
    guide.elsewhere = found
        .elsewhere
        .iter()
        .take(40)
        .map(|(code, name)| Link {
            name: name.clone(),
            href: format!("/item/{}?region={code}", at.base.code),
            say: String::new(),
        })
        .collect();
    guide.elsewhere_say = shelf.elsewhere_say(&at.base, Some(at.region), guide.elsewhere.len());
    let since = at.since;
    guide.version = format!("第 {} 版，{}起生效", at.version, words::long_day(since));
    guide.qr = format!("/item/{}/qr.svg?region={}", at.base.code, at.region);
    guide
}

/// The hall of a region, for where to go.
fn hall_of(house: &House, region: RegionCode) -> Result<Option<halls::Hall>, Fault> {
    house.read(|read| halls::query::hall(read, &halls::HallId(region)))
}

/// The guide without an office: no place is chosen, or the one chosen does not handle it.
fn anywhere(shelf: &Shelf, item: &BaseItem, here: Option<RegionCode>, refusal: Option<&catalogue::Refusal>) -> Guide {
    let mut guide = common(shelf, item, item.promised.0, item.visits, &item.fee, &item.materials);
    if let (Some(here), Some(catalogue::Refusal::NotHere { options, .. })) = (here, refusal) {
        let place = shelf.regions.full_name(&here);
        guide.place_say = Some(if options.is_empty() {
            format!("{place}不办这件事。请换一个地区看看。")
        } else {
            format!("{place}不直接办这件事，由下一级办理。请选您所在的地方。")
        });
        guide.options = options
            .iter()
            .filter_map(|code| shelf.regions.get(code))
            .map(|region| Link {
                name: region.name.clone(),
                href: format!("/item/{}?region={}", item.code, region.code),
                say: String::new(),
            })
            .collect();
    }
    guide
}

fn common(
    shelf: &Shelf,
    item: &BaseItem,
    promised: u32,
    visits: u32,
    fee: &catalogue::Fee,
    materials: &[Material],
) -> Guide {
    let is_permit = item.kind == ItemType::Permit;
    // Tests and experts come after the papers were looked at and before the decision.
    let steps = catalogue::rules::step_days(&item.flow, promised);
    let first = steps.iter().filter(|(step, _)| *step == catalogue::Step::Review).map(|(_, days)| days).sum();
    let own = materials.iter().filter(|one| one.source == catalogue::Source::Applicant).count();
    let papers_rest = match (materials.len(), own) {
        (0, _) => String::new(),
        (_, 0) => "您一份都不用准备".to_owned(),
        (all, own) if all == own => String::new(),
        (_, own) => format!("您只准备 {own} 份"),
    };
    let published = shelf.items.published(&item.code);
    Guide {
        name: item.name.clone(),
        summary: item.summary.clone(),
        badges: badges(item),
        office: None,
        place_say: None,
        options: vec![],
        promise: promise(item, promised, visits, fee),
        apply: None,
        apply_say: String::new(),
        conditions: conditions(item),
        papers_title: match (materials.len(), papers_rest.is_empty()) {
            (0, _) => "要准备什么".to_owned(),
            (count, true) => format!("要准备什么：{count} 份材料"),
            (count, false) => format!("要准备什么：{count} 份材料，"),
        },
        papers_rest,
        papers: materials.iter().map(paper).collect(),
        clock: drawing::clock(item, promised, first),
        before: "提交后 5 个工作日内答复受理不受理。缺材料会一次说全；过期没答复，就算受理了。",
        after: if item.result_kind == ResultKind::Licence {
            "10 个工作日内送到您手上，电子证当天可用。"
        } else {
            "10 个工作日内把结果送到您手上。"
        },
        limits: limits(item, promised, is_permit),
        flow: item.flow.iter().map(|step| FlowStep { name: step.name(), say: String::new() }).collect(),
        laws: laws(item, is_permit),
        result: item.result.clone(),
        result_say: match item.result_kind {
            ResultKind::Licence => "同时发电子证照，有政府的电子签章，在“我的证照”里出示、下载，谁都可以扫码核验。",
            ResultKind::Decision => "书面决定同时发电子件，可以在办件页面下载。",
            ResultKind::Other => "办成以后在办件页面告诉您结果。",
            ResultKind::None => "这件事没有证件要领，办成以后会告诉您。",
        },
        elsewhere: vec![],
        elsewhere_say: String::new(),
        kind: item.kind.name(),
        handling: match item.handling {
            Handling::Instant => "即办件",
            Handling::Promised => "承诺件",
        },
        code: item.code.to_string(),
        version: published
            .map(|published| format!("第 {} 版，{}起生效", published.version, words::long_day(published.since)))
            .unwrap_or_default(),
        qr: format!("/item/{}/qr.svg", item.code),
    }
}

/// At most two, the farthest reach first.
fn badges(item: &BaseItem) -> Vec<(&'static str, &'static str)> {
    let mut badges = vec![];
    match item.reach {
        Reach::Nation => badges.push(("bamboo", "全国通办")),
        Reach::Province => badges.push(("bamboo", "全省通办")),
        _ => {}
    }
    if item.tags.iter().any(|tag| tag == "告知承诺") {
        badges.push(("water", "可告知承诺"));
    }
    if item.without_visit() && badges.len() < 2 {
        badges.push(("water", "不用跑"));
    }
    badges
}

fn conditions(item: &BaseItem) -> Vec<String> {
    let for_whom = match (item.is_for(Subject::Person), item.is_for(Subject::Organisation)) {
        (true, true) => "个人、企业和其他单位都可以办",
        (true, false) => "个人办",
        _ => "企业和其他单位办",
    };
    std::iter::once(for_whom.to_owned()).chain(item.conditions.iter().cloned()).collect()
}

fn paper(material: &Material) -> Paper {
    use catalogue::Source as S;
    let is_form =
        material.name.ends_with("申请表") || material.name.ends_with("登记表") || material.name.ends_with("申请书");
    let filled = is_form && material.form == MaterialForm::Electronic;
    let copies = material.copies.max(1);
    let how = match (material.source, material.form) {
        (S::Licence, _) => "从证照库取，库里没有才要您交".to_owned(),
        (S::Government, _) => "不用交，我们去核实".to_owned(),
        (S::Applicant, _) if filled => "网上填写，自动生成".to_owned(),
        (S::Applicant, MaterialForm::Original) => format!("原件 {copies} 份"),
        (S::Applicant, MaterialForm::Copy) => format!("复印件 {copies} 份，或拍照上传"),
        (S::Applicant, MaterialForm::Electronic) => "拍照或上传文件".to_owned(),
    };
    Paper {
        name: material.name.clone(),
        say: if material.required { String::new() } else { "有这种情况才要".to_owned() },
        who: match material.source {
            S::Licence => Who::Held,
            S::Government => Who::Ours,
            S::Applicant => Who::Yours,
        },
        yours: if filled { "您来填写" } else { "您来提供" },
        how,
    }
}

fn step_say(step: catalogue::Step, days: u32) -> String {
    use catalogue::Step as S;
    match (step, days) {
        (S::Accept, _) => "提交后 5 个工作日内答复".to_owned(),
        (S::Serve, _) => "决定后 10 个工作日内".to_owned(),
        (_, 0) => "当天".to_owned(),
        (_, days) => format!("{days} 个工作日"),
    }
}

fn limits(item: &BaseItem, promised: u32, is_permit: bool) -> Vec<LimitRow> {
    let by_law = |article: &str| if is_permit { article.to_owned() } else { format!("参照{article}") };
    let mut rows = vec![
        LimitRow {
            what: "受理之前", long: "5 个工作日内答复".to_owned(), why: by_law("行政许可法 第三十二条")
        },
        LimitRow {
            what: "我们承诺",
            long: if promised == 0 { "当场办结".to_owned() } else { format!("{promised} 个工作日") },
            why: "本事项承诺时限，只能比全省承诺短".to_owned(),
        },
        LimitRow {
            what: "法律最长",
            long: item.statutory.map_or_else(|| "没有规定".to_owned(), long),
            why: match item.statutory {
                Some(limit) => format!("见下面的依据；怎么数天：{}", limit.article()),
                None => "没有法律规定期限".to_owned(),
            },
        },
    ];
    let stops: Vec<&str> =
        item.special.iter().filter(|special| !special.grounds().is_empty()).map(|special| special.name()).collect();
    if !stops.is_empty() {
        let long = format!("{}的时间不计入，天数书面告知", stops.join("、"));
        rows.push(LimitRow { what: "停表", long, why: "行政许可法 第四十五条".to_owned() });
    }
    rows.push(LimitRow {
        what: "决定之后",
        long: "10 个工作日内送达".to_owned(),
        why: by_law("行政许可法 第四十四条"),
    });
    rows
}

fn laws(item: &BaseItem, is_permit: bool) -> Vec<Law> {
    let mut laws: Vec<Law> = item
        .basis
        .iter()
        .map(|basis| Law {
            name: match basis.articles.as_slice() {
                [] => format!("《{}》", basis.law),
                articles => format!("《{}》{}", basis.law, articles.join("、")),
            },
            say: match basis.certainty {
                catalogue::Certainty::FairlySure => "办这件事的依据。条文以公布的文本为准。".to_owned(),
                catalogue::Certainty::LawOnly => "办这件事的依据，具体条款以公布的文本为准。".to_owned(),
            },
        })
        .collect();
    if is_permit {
        laws.push(Law {
            name: "《行政许可法》第三十二条、第四十二条、第四十五条".to_owned(),
            say: "材料不齐要一次告知；二十个工作日内决定，法律另有规定的除外；检验、检测、专家评审的时间不计入，但应书面告知。"
                .to_owned(),
        });
    }
    laws
}

/// The item for search engines, as schema.org describes a government's service.
fn linked_data(house: &House, item: &BaseItem, at: Option<&Implementation>) -> String {
    let mut data = serde_json::json!({
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": item.name,
        "alternateName": item.synonyms,
        "description": item.summary,
        "identifier": item.code.to_string(),
        "serviceType": item.kind.name(),
        "areaServed": house.site.whole,
        "serviceOutput": { "@type": "Thing", "name": item.result },
        "url": house.address(&format!("/item/{}", item.code)),
    });
    if let Some(at) = at {
        let place = &at.department.place;
        data["serviceOperator"] = serde_json::json!({
            "@type": "GovernmentOrganization",
            "name": at.department.name,
            "address": place.address,
            "telephone": place.phone,
        });
        data["availableChannel"] = serde_json::json!({
            "@type": "ServiceChannel",
            "serviceUrl": house.address(&format!("/item/{}?region={}", item.code, at.region)),
            "servicePhone": { "@type": "ContactPoint", "telephone": "12345" },
        });
    }
    // Inside <script> only "</" and "<!--" could end or change the element.
    data.to_string().replace('<', "\\u003c")
}
