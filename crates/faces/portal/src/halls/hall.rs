//! Halls by place, and one hall with its queue.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use halls::{
    Hall, Source,
    desk::{self, Draw},
    query, rulebook,
};
use kernel::{Actor, RegionCode, local_date};
use serde::Deserialize;
use store::Read;
use web::{Choice, Crumb, Fault, Field, FieldKind, Fields, Frame, House, Query, Section, Visitor, words as web_words};

use super::{hall_of, words};

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    region: String,
}

/// A hall in a list.
struct Line {
    name: String,
    href: String,
    address: String,
    now: words::Now,
}

#[derive(Template)]
#[template(path = "halls/list.html")]
struct ListPage {
    frame: Frame,
    place: String,
    own: Vec<Line>,
    below: Vec<Line>,
    deeper: Vec<(String, String)>,
    upper: Option<(String, String)>,
}

pub(super) async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let regions = house.regions()?;
    let asked: Option<RegionCode> = asked.region.parse().ok();
    let here = asked.and_then(|code| regions.resolve(&code)).map(|region| region.code).or(visitor.region_code());
    let here = here.or_else(|| regions.roots().next().map(|region| region.code));
    let Some(here) = here else { return Err(Fault::refused(&halls::Refusal::NoSuchHall)) };
    // A village has no hall of its own: its town's is the one.
    let at = here.ancestors().find(|code| code.level() < kernel::Level::Village).unwrap_or(here);
    let (found, calendar, now) =
        house.read(|read| Ok((query::halls_below(read, &at)?, organisation::calendar(read)?, read.now())))?;
    let line = |hall: &Hall| Line {
        name: hall.name.clone(),
        href: format!("/hall/{}", hall.id),
        address: hall.address.clone(),
        now: words::openness(hall, &calendar, now),
    };
    let (own, below): (Vec<&Hall>, Vec<&Hall>) = found.iter().partition(|hall| hall.id.0 == at);
    let deeper = regions.children(&at).filter(|child| regions.children(&child.code).len() > 0);
    let deeper = deeper.filter(|child| child.level() < kernel::Level::Town);
    let page = ListPage {
        frame: visitor.frame(&house, "政务服务大厅").in_section(Section::Visit),
        place: regions.full_name(&at),
        own: own.into_iter().map(line).collect(),
        below: below.into_iter().map(line).collect(),
        deeper: deeper.map(|child| (child.name.clone(), format!("/halls?region={}", child.code))).collect(),
        upper: at
            .parent()
            .and_then(|above| regions.get(&above))
            .map(|above| (above.name.clone(), format!("/halls?region={}", above.code))),
    };
    Ok(web::page(&page))
}

/// The queue of one service.
struct QueueLine {
    letter: String,
    name: String,
    people: usize,
    windows: usize,
    wait: String,
}

#[derive(Template)]
#[template(path = "halls/hall.html")]
struct HallPage {
    frame: Frame,
    crumbs: Vec<Crumb>,
    id: String,
    name: String,
    now: words::Now,
    address: String,
    demonstration: bool,
    geo: Option<String>,
    hours: String,
    phone: String,
    closures: Vec<String>,
    queues: Vec<QueueLine>,
    windows: Vec<(u16, String, &'static str)>,
    fields: Vec<Field>,
    signed_in: bool,
    back: String,
}

pub(super) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let hall = hall_of(&house, &id)?;
    let (board, calendar, now) =
        house.read(|read| Ok((query::board(read, &hall)?, organisation::calendar(read)?, read.now())))?;
    let regions = house.regions()?;
    let today = local_date(now);
    let window = |post: &query::OpenPost| {
        let services: Vec<String> = post.services.iter().map(|letter| words::service(*letter)).collect();
        let state = if post.open { "开着" } else { "没开" };
        (post.window.number, services.join("、"), state)
    };
    let above = hall.id.0.parent().unwrap_or(hall.id.0);
    let page = HallPage {
        crumbs: vec![Crumb::new("大厅", format!("/halls?region={above}")), Crumb::here(regions.full_name(&hall.id.0))],
        id: hall.id.to_string(),
        name: hall.name.clone(),
        now: words::openness(&hall, &calendar, now),
        address: hall.address.clone(),
        demonstration: hall.demonstration,
        geo: hall.coordinates.map(|place| format!("geo:{place}")),
        hours: words::hours(&hall),
        phone: hall.phone.clone(),
        closures: hall
            .closures
            .iter()
            .filter(|closure| closure.to >= today)
            .map(|closure| {
                let days = crate::citizen::words::range(closure.from, closure.to, today);
                format!("{days}停办：{}", closure.reason)
            })
            .collect(),
        queues: board
            .waiting
            .iter()
            .map(|queue| QueueLine {
                letter: queue.service.to_string(),
                name: words::service(queue.service),
                people: queue.people,
                windows: queue.windows,
                wait: words::wait(queue.wait),
            })
            .collect(),
        windows: board.posts.iter().map(window).collect(),
        fields: fields(&hall),
        signed_in: visitor.session.as_ref().is_some_and(|session| matches!(session.actor, Actor::Citizen { .. })),
        back: web_words::percent(&format!("/hall/{}", hall.id)),
        frame: visitor.frame(&house, hall.name.clone()).in_section(Section::Visit),
    };
    Ok(web::page(&page))
}

/// What is asked before a ticket is drawn.
pub(super) fn fields(hall: &Hall) -> Vec<Field> {
    let mut service = Field::new(FieldKind::Select, "service", "办哪一类");
    service.choices = hall
        .services()
        .into_iter()
        .map(|letter| Choice::new(letter.to_string(), format!("{letter} {}", words::service(letter))))
        .collect();
    let mut ground =
        Field::new(FieldKind::Select, "ground", "要优先办吗").hint("窗口会看证件。不属于这些情形，不用选。").optional();
    ground.choices = std::iter::once(Choice::new("-", "不用"))
        .chain(rulebook().grounds.iter().map(|ground| Choice::new(&ground.code, &ground.name)))
        .collect();
    vec![service, ground.value("-")]
}

/// The chosen ground of precedence; `-` is none.
pub(super) fn ground(sent: &Fields) -> Option<String> {
    sent.get("ground").filter(|code| !code.is_empty() && *code != "-").map(str::to_owned)
}

/// Draws a ticket from somebody's own phone.
pub(super) async fn draw(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    let hall = hall_of(&house, &id)?;
    let service = sent.get("service").and_then(|letter| letter.parse().ok());
    let draw = Draw { hall: hall.id, service, item: None, ground: ground(&sent), source: Source::Phone };
    let actor = session.actor.clone();
    let ticket = house.write(move |tx| desk::draw(tx, &actor, &draw)).await?;
    Ok(web::redirect(&format!("/queue/{}", ticket.id)))
}
