//! Before the first page: what it takes, for whom and where. A draft begins with a button, never with a mere link.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use casework::Refusal;
use catalogue::{Fee, Handling, Source, Subject};
use identity::PartyKind;
use kernel::{Actor, BasicCode, RegionCode};
use serde::Deserialize;
use store::{Error, Failure, Read, ReadExt};
use web::{Fault, Form, Frame, House, Promise, Query, Section, Visitor, page, redirect};

#[derive(Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    item: String,
    #[serde(default)]
    region: String,
    /// Begin another one beside the draft that is there.
    #[serde(default)]
    another: String,
}

#[derive(Template)]
#[template(path = "citizen/apply/start.html")]
struct StartPage {
    frame: Frame,
    code: BasicCode,
    region: RegionCode,
    item: String,
    summary: String,
    place: String,
    office: String,
    applicant: String,
    promise: Promise,
    minutes: u32,
    /// Materials to bring, and in all.
    own: usize,
    all: usize,
    /// Set when the item is for the other kind of applicant: for persons or not.
    only_for: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "citizen/apply/where.html")]
struct WherePage {
    frame: Frame,
    item: String,
    say: &'static str,
    options: Vec<(String, String)>,
}

pub(super) async fn ask(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(wish): Query<Wish>,
) -> Result<Response, Fault> {
    let (session, party) = visitor.citizen()?;
    let code = item(&wish.item)?;
    let items = house.read(|read| read.cached::<catalogue::Items>())?;
    if items.get(&code).is_some_and(|item| item.needs_project) {
        return Ok(redirect("/projects"));
    }
    let Some(region) = place(&visitor, &wish.region) else {
        let roots = house.regions()?.roots().map(|region| region.code).collect();
        return where_page(&house, &visitor, &code, roots, "先选一个地方，再往下办。");
    };
    if wish.another.is_empty()
        && let Some(draft) = house.ask(|read| continued(read, &session.actor, &code, region))?
    {
        return Ok(redirect(&format!("/apply/{draft}")));
    }
    let found = house.read(|read| match gather(read, &party, &code, region) {
        Ok(found) => Ok(Ok(found)),
        Err(Failure::Refused(refusal)) => Ok(Err(refusal)),
        Err(Failure::Broken(error)) => Err(error),
    })?;
    match found {
        Ok(found) => {
            let frame = visitor.frame(&house, format!("申请{}", found.item)).in_section(Section::Apply);
            Ok(page(&found.into_page(frame, code, region)))
        }
        Err(catalogue::Refusal::NotHere { options, .. }) if !options.is_empty() => {
            where_page(&house, &visitor, &code, options, "这件事要到更下一级的地方办，再选细一点。")
        }
        Err(refusal) => Err(Fault::refused(&refusal)),
    }
}

fn item(code: &str) -> Result<BasicCode, Fault> {
    code.trim().parse().map_err(|_| Fault::refused(&catalogue::Refusal::UnknownItem(code.trim().to_owned())))
}

/// The place that was named, else the visitor's.
fn place(visitor: &Visitor, named: &str) -> Option<RegionCode> {
    named.trim().parse().ok().or_else(|| visitor.region_code())
}

/// The person's draft of this item at this place, if there is one.
fn continued(
    read: &mut dyn Read,
    actor: &Actor,
    code: &BasicCode,
    region: RegionCode,
) -> Result<Option<String>, Failure<Refusal>> {
    let drafts = casework::drafts::list(read, actor)?;
    Ok(drafts.iter().find(|draft| draft.item == *code && draft.region == region).map(|draft| draft.id.to_string()))
}

struct Found {
    item: String,
    summary: String,
    place: String,
    office: String,
    applicant: String,
    promise: Promise,
    minutes: u32,
    own: usize,
    all: usize,
    only_for: Option<&'static str>,
}

fn gather(
    read: &mut dyn Read,
    party: &kernel::PartyId,
    code: &BasicCode,
    region: RegionCode,
) -> Result<Found, Failure<catalogue::Refusal>> {
    let implementation = catalogue::implementation(read, code, region)?;
    let form = catalogue::form(read, code)?;
    let regions = read.cached::<organisation::Regions>()?;
    let party =
        identity::party(read, party)?.ok_or_else(|| Error::Corrupt("a session of an unknown party".to_owned()))?;
    let base = &implementation.base;
    let only_for = match party.kind {
        PartyKind::Person if !base.is_for(Subject::Person) => Some("企业和单位"),
        PartyKind::Organisation if !base.is_for(Subject::Organisation) => Some("个人"),
        PartyKind::Person | PartyKind::Organisation => None,
    };
    Ok(Found {
        item: base.name.clone(),
        summary: base.summary.clone(),
        place: regions.full_name(&implementation.region),
        office: implementation.department.name.clone(),
        applicant: party.name,
        promise: promise(&implementation),
        minutes: form.minutes,
        own: implementation.materials.iter().filter(|one| one.required && one.source == Source::Applicant).count(),
        all: implementation.materials.len(),
        only_for,
    })
}

/// 几天 · 跑几次 · 多少钱 of an implementation.
pub(super) fn promise(implementation: &catalogue::Implementation) -> Promise {
    let base = &implementation.base;
    let fee = match &implementation.fee {
        Fee::Free { .. } => None,
        Fee::Charged { standard, .. } => Some(standard.clone()),
    };
    let fee_say = match &implementation.fee {
        Fee::Free { note: Some(note) } => note.clone(),
        Fee::Free { note: None } => "不收费，有人要钱请打 12345".to_owned(),
        Fee::Charged { basis, .. } => basis.clone(),
    };
    Promise {
        days: if base.handling == Handling::Instant { 0 } else { implementation.promised.0 },
        days_say: "受理当天不算，从下一个工作日起算".to_owned(),
        trips: implementation.visits,
        trips_say: match (&base.visit_reason, implementation.visits) {
            (_, 0) => "全程网上办".to_owned(),
            (Some(reason), _) => reason.clone(),
            (None, _) => "要到窗口来".to_owned(),
        },
        fee,
        fee_say,
    }
}

impl Found {
    fn into_page(self, frame: Frame, code: BasicCode, region: RegionCode) -> StartPage {
        let Found { item, summary, place, office, applicant, promise, minutes, own, all, only_for } = self;
        StartPage { frame, code, region, item, summary, place, office, applicant, promise, minutes, own, all, only_for }
    }
}

fn where_page(
    house: &House,
    visitor: &Visitor,
    code: &BasicCode,
    options: Vec<RegionCode>,
    say: &'static str,
) -> Result<Response, Fault> {
    let regions = house.regions()?;
    let items = house.read(|read| read.cached::<catalogue::Items>())?;
    let item = items.get(code).ok_or_else(|| Fault::refused(&catalogue::Refusal::UnknownItem(code.to_string())))?;
    let mut options = options;
    if let [only] = options.as_slice() {
        options = regions.children(only).map(|region| region.code).collect();
    }
    let link = |region: RegionCode| {
        let name = regions.get(&region).map_or_else(String::new, |region| region.name.clone());
        (format!("/apply?item={code}&region={region}"), name)
    };
    let frame = visitor.frame(house, format!("在哪里办{}", item.name)).in_section(Section::Apply);
    let options = options.into_iter().map(link).collect();
    Ok(page(&WherePage { frame, item: item.name.clone(), say, options }))
}

pub(super) async fn begin(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Form(wish): Form<Wish>,
) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    let code = item(&wish.item)?;
    let region = place(&visitor, &wish.region)
        .ok_or_else(|| Fault::bad_request("face.no-place", "还没有选在哪里办。").with_remedy("请回到上一页选地方。"))?;
    let actor = session.actor.clone();
    let draft = house.write(move |tx| casework::drafts::start(tx, &actor, code, region)).await?;
    Ok(redirect(&format!("/apply/{}", draft.id)))
}
