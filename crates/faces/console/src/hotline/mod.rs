//! 12345: the agent's desk, a work order, lists, the units' inbox, the knowledge base, the rates. The room decides; these pages show and
//! hand over.

mod call;
mod knowledge;
mod list;
mod order;
mod rates;
mod say;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use identity::Session;
use kernel::{Actor, DepartmentId, Duty, Level, RegionCode};
use organisation::Regions;
use store::{Error, Read, ReadExt};
use web::{Choice, Fault, House, Visitor};

use crate::deck;

/// Who works for the centre.
pub const CENTRE: [Duty; 3] = [Duty::Dispatch, Duty::FollowUp, Duty::LeadHotline];
/// Who works with the hotline at all.
pub const HOTLINE: [Duty; 4] = [Duty::Dispatch, Duty::FollowUp, Duty::LeadHotline, Duty::Handle];

/// The routes of the hotline.
pub fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/hotline", get(list::queue))
        .route("/hotline/desk", get(call::show).post(call::sent))
        .route("/hotline/call", post(call::open))
        .route("/hotline/inbox", get(list::inbox))
        .route("/hotline/supervised", get(list::supervised))
        .route("/hotline/orders/{number}", get(order::show))
        .route("/hotline/orders/{number}/print", get(order::print))
        .route("/hotline/orders/{number}/{step}", post(order::step))
        .route("/hotline/knowledge", get(knowledge::list).post(knowledge::write))
        .route("/hotline/knowledge/{id}/{step}", post(knowledge::step))
        .route("/hotline/rates", get(rates::show))
        .route("/hotline/keys", get(knowledge::keys).post(knowledge::issue))
        .route("/hotline/keys/{id}/revoke", post(knowledge::revoke))
}

/// One link of a page's own navigation.
pub struct Tab {
    /// What it says.
    pub name: String,
    /// Where it leads.
    pub href: String,
    /// Whether this is it.
    pub current: bool,
}

impl Tab {
    fn new(name: impl Into<String>, href: impl Into<String>, current: bool) -> Tab {
        Tab { name: name.into(), href: href.into(), current }
    }
}

/// The session of somebody who works with the hotline.
pub fn session(visitor: &Visitor) -> Result<&Session, Fault> {
    let session = visitor.staff()?;
    match deck::holds(&session.actor, &HOTLINE) || session.actor.holds(Duty::Supervise) {
        true => Ok(session),
        false => Err(Fault::forbidden("console.not-hotline", "这一页给 12345 热线和承办单位用。")),
    }
}

/// The pages of the hotline that this member of staff works with.
pub fn nav(actor: &Actor, here: &str) -> Vec<Tab> {
    let of_centre = deck::holds(actor, &CENTRE) || actor.holds(Duty::Supervise);
    let all = [
        ("接听", "/hotline/desk", deck::holds(actor, &[Duty::Dispatch, Duty::LeadHotline])),
        ("工单", "/hotline", of_centre),
        ("承办收件箱", "/hotline/inbox", actor.holds(Duty::Handle)),
        ("督办", "/hotline/supervised", of_centre),
        ("知识库", "/hotline/knowledge", deck::holds(actor, &CENTRE)),
        ("指标", "/hotline/rates", true),
        ("接口密钥", "/hotline/keys", actor.holds(Duty::LeadHotline)),
    ];
    let shown = all.into_iter().filter(|(_, _, is)| *is);
    shown.map(|(name, href, _)| Tab::new(name, href, href == here)).collect()
}

/// The place of whoever works: the widest region of a power with the hotline.
pub fn place(session: &Session) -> Option<RegionCode> {
    let Actor::Staff { powers, region, .. } = &session.actor else { return None };
    let own = powers.iter().filter(|power| HOTLINE.contains(&power.duty)).map(|power| power.scope.region);
    own.min_by_key(|region| region.level()).or(Some(*region))
}

/// The regions that a call can be about: the place itself and the counties below it.
fn regions(read: &mut dyn Read, place: &RegionCode) -> Result<Vec<Choice>, Error> {
    let regions = read.cached::<Regions>()?;
    let mut found: Vec<RegionCode> = regions.at(Level::County).map(|region| region.code).collect();
    found.retain(|code| place.contains(*code));
    let own = std::iter::once(*place).filter(|place| !found.contains(place)).collect::<Vec<_>>();
    let all = own.into_iter().chain(found);
    Ok(all.map(|code| Choice::new(code.to_string(), regions.full_name(&code))).collect())
}

/// The units that an order of this region can be given to: those of the region, and those of its city.
fn units(read: &mut dyn Read, region: &RegionCode) -> Result<Vec<Choice>, Error> {
    let kinds = read.cached::<organisation::Kinds>()?;
    let mut found = vec![];
    let city = region.at(Level::City).filter(|city| city != region);
    for place in std::iter::once(*region).chain(city) {
        for kind in kinds.iter() {
            let id = DepartmentId::new(place, kind.code);
            if let Some(unit) = organisation::department(read, &id)? {
                found.push(Choice::new(id.to_string(), unit.name));
            }
        }
    }
    Ok(found)
}

/// A unit's name; its code if there is none.
fn unit_name(read: &mut dyn Read, unit: &DepartmentId) -> Result<String, Error> {
    Ok(organisation::department(read, unit)?.map_or_else(|| unit.to_string(), |found| found.name))
}

fn category_name(code: &str) -> String {
    hotline::book().category(code).map_or_else(|| code.to_owned(), |line| line.name.clone())
}

/// The categories with their groups, for a list to choose from.
fn categories() -> Vec<Choice> {
    let lines = hotline::book().categories();
    lines.iter().map(|line| Choice::new(&line.category, format!("{} · {}", line.group, line.name))).collect()
}
