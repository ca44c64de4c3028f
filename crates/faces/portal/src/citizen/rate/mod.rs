//! 我要评: rating a service that has ended, from its page, by a link that works once, or at the window's tablet.
//!
//! Five levels first, each a link of its own; then what was good or poor about it, by the level chosen. Nothing is chosen
//! beforehand and nothing must be written.

mod form;
mod seen;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderName, HeaderValue, header},
    response::Response,
    routing::{get, post},
};
use evaluation::{Level, Refusal, Service, Subject, Turn, Way, query};
use kernel::{CaseNumber, Refuse};
use serde::Deserialize;
use store::Failure;
use web::{Fault, Fields, Frame, House, Query, Section, Visitor, Wrong, page, redirect};

use super::me::Side;
use form::Asking;
pub use seen::{Seen, seen};

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/rate", get(front))
        .route("/rate/done", get(done))
        .route("/rate/{token}", get(by_link).post(send_by_link))
        .route("/rate/{token}/qr.svg", get(qr))
        .route("/case/{number}/rate", get(ask).post(send))
        .route("/case/{number}/object", post(object))
        .route("/tablet/{token}", get(tablet))
        .route("/tablet/{token}/{subject}", get(at_tablet).post(send_at_tablet))
        .route("/me/ratings", get(mine))
}

/// Ratings of one page of the list.
const PAGE: usize = 20;

#[derive(Deserialize)]
struct Chosen {
    level: Option<u8>,
}

#[derive(Template)]
#[template(path = "citizen/rate/front.html")]
struct Front {
    frame: Frame,
}

async fn front(State(house): State<Arc<House>>, visitor: Visitor) -> Response {
    page(&Front { frame: visitor.frame(&house, "我要评").in_section(Section::Rate) })
}

#[derive(Template)]
#[template(path = "citizen/rate/done.html")]
struct Done {
    frame: Frame,
    poor: bool,
    tablet: bool,
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    poor: String,
    #[serde(default)]
    at: String,
}

/// Thanks. At the tablet it goes back to waiting by itself.
async fn done(State(house): State<Arc<House>>, visitor: Visitor, Query(after): Query<After>) -> Response {
    let frame = visitor.frame(&house, "评价收到了").in_section(Section::Rate);
    let is_token = !after.at.is_empty() && after.at.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut response = page(&Done { frame, poor: after.poor == "1", tablet: is_token });
    if is_token {
        let again = HeaderValue::from_str(&format!("{LOOK_AGAIN}; url=/tablet/{}", after.at));
        response.headers_mut().extend(again.ok().map(|again| (REFRESH, again)));
    }
    response
}

fn thanks(level: Level) -> Response {
    redirect(if level.is_poor() { "/rate/done?poor=1" } else { "/rate/done" })
}

/// The case's number, and the service it became for the person signed in.
fn own(house: &House, visitor: &Visitor, number: &str) -> Result<Service, Fault> {
    let (session, _) = visitor.citizen()?;
    let number: CaseNumber = number.trim().parse().map_err(|_| Fault::refused(&Refusal::NotFound))?;
    house.ask(|read| query::service_for(read, &session.actor, &Subject::Case(number)))
}

/// Which of the two ratings comes next.
fn turn(service: &Service) -> Turn {
    if service.first.is_none() { Turn::First } else { Turn::FollowUp }
}

async fn ask(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Fault> {
    let service = own(&house, &visitor, &number)?;
    if service.follow_up.is_some() {
        return Ok(redirect(&format!("/case/{}#rating", service.subject.case())));
    }
    let path = format!("/case/{}/rate", service.subject.case());
    let asking = Asking { service: &service, turn: turn(&service), path: &path, back: path.trim_end_matches("/rate") };
    asking.page(&house, &visitor, chosen.level, &Fields::default(), vec![])
}

async fn send(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let service = own(&house, &visitor, &number)?;
    let (session, _) = visitor.citizen()?;
    let path = format!("/case/{}/rate", service.subject.case());
    let asking = Asking { service: &service, turn: turn(&service), path: &path, back: path.trim_end_matches("/rate") };
    let new = match asking.read(&sent, Way::Page) {
        Ok(new) => new,
        Err(wrongs) => return asking.page(&house, &visitor, None, &sent, wrongs),
    };
    let (actor, number, turn) = (session.actor.clone(), service.subject.case(), asking.turn);
    let saved = house.db.write_async(move |tx| evaluation::rate(tx, &actor, &number, turn, &new, None)).await;
    match saved {
        Ok(_) => Ok(redirect(&format!("/case/{number}#rating"))),
        Err(failure) => asking.again(&house, &visitor, &sent, failure),
    }
}

/// Objecting to a poor rating being set aside.
async fn object(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let service = own(&house, &visitor, &number)?;
    let (session, _) = visitor.citizen()?;
    let (actor, subject) = (session.actor.clone(), service.subject);
    let command = evaluation::Command::Object { reason: sent.get("reason").unwrap_or_default().to_owned() };
    house.write(move |tx| evaluation::handle(tx, &actor, &subject, &command)).await?;
    Ok(redirect(&format!("/case/{}#rating", subject.case())))
}

async fn by_link(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(token): Path<String>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Fault> {
    let (service, turn) = house.ask(|read| query::by_link(read, &token))?;
    let path = format!("/rate/{}", web::words::percent(&token));
    let asking = Asking { service: &service, turn, path: &path, back: "/" };
    asking.page(&house, &visitor, chosen.level, &Fields::default(), vec![])
}

async fn send_by_link(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(token): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let (service, turn) = house.ask(|read| query::by_link(read, &token))?;
    let path = format!("/rate/{}", web::words::percent(&token));
    let asking = Asking { service: &service, turn, path: &path, back: "/" };
    let new = match asking.read(&sent, Way::Link) {
        Ok(new) => new,
        Err(wrongs) => return asking.page(&house, &visitor, None, &sent, wrongs),
    };
    let level = new.level;
    match house.db.write_async(move |tx| evaluation::rate_by_link(tx, &token, &new)).await {
        Ok(_) => Ok(thanks(level)),
        Err(failure) => asking.again(&house, &visitor, &sent, failure),
    }
}

/// The link as a code to scan.
async fn qr(State(house): State<Arc<House>>, Path(token): Path<String>) -> Result<Response, Fault> {
    house.ask(|read| query::by_link(read, &token))?;
    let address = house.address(&format!("/rate/{token}"));
    let code = fast_qr::QRBuilder::new(address).build().map_err(|error| Fault::broken(error.to_string()))?;
    let mut response = Response::new(Body::from(fast_qr::convert::svg::SvgBuilder::default().to_str(&code)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

#[derive(Template)]
#[template(path = "citizen/rate/tablet.html")]
struct Waiting {
    frame: Frame,
}

/// Sends a browser somewhere after a while, without a script.
const REFRESH: HeaderName = HeaderName::from_static("refresh");
/// Seconds after which a waiting tablet looks again.
const LOOK_AGAIN: &str = "5";

/// What the tablet shows: the case that its clerk finished just now, or that it waits.
async fn tablet(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(token): Path<String>,
) -> Result<Response, Fault> {
    if let Some(service) = house.ask(|read| query::at_tablet(read, &token))? {
        return Ok(redirect(&format!("/tablet/{}/{}", web::words::percent(&token), service.subject)));
    }
    let mut response = page(&Waiting { frame: visitor.frame(&house, "请评价刚才的服务") });
    response.headers_mut().insert(REFRESH, HeaderValue::from_static(LOOK_AGAIN));
    Ok(response)
}

fn offered(house: &House, token: &str, subject: &str) -> Result<Option<Service>, Fault> {
    let found = house.ask(|read| query::at_tablet(read, token))?;
    Ok(found.filter(|service| service.subject.to_string() == subject))
}

async fn at_tablet(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((token, subject)): Path<(String, String)>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Fault> {
    let home = format!("/tablet/{}", web::words::percent(&token));
    let Some(service) = offered(&house, &token, &subject)? else { return Ok(redirect(&home)) };
    let path = format!("{home}/{}", service.subject);
    let asking = Asking { service: &service, turn: Turn::First, path: &path, back: "" };
    asking.page(&house, &visitor, chosen.level, &Fields::default(), vec![])
}

async fn send_at_tablet(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((token, subject)): Path<(String, String)>,
    sent: Fields,
) -> Result<Response, Fault> {
    let home = format!("/tablet/{}", web::words::percent(&token));
    let Some(service) = offered(&house, &token, &subject)? else { return Ok(redirect(&home)) };
    let path = format!("{home}/{}", service.subject);
    let asking = Asking { service: &service, turn: Turn::First, path: &path, back: "" };
    let new = match asking.read(&sent, Way::Tablet) {
        Ok(new) => new,
        Err(wrongs) => return asking.page(&house, &visitor, None, &sent, wrongs),
    };
    let (subject, at) = (service.subject, web::words::percent(&token));
    match house.db.write_async(move |tx| evaluation::rate_at_tablet(tx, &token, &subject, &new)).await {
        Ok(_) => Ok(redirect(&format!("/rate/done?at={at}"))),
        Err(failure) => asking.again(&house, &visitor, &sent, failure),
    }
}

#[derive(Template)]
#[template(path = "citizen/rate/mine.html")]
struct Mine {
    frame: Frame,
    side: Side,
    services: Vec<Seen>,
    exposures: Vec<(String, &'static str)>,
    more: Option<String>,
}

#[derive(Deserialize)]
struct Place {
    before: Option<String>,
}

async fn mine(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(place): Query<Place>,
) -> Result<Response, Fault> {
    let (session, party) = visitor.citizen()?;
    let actor = &session.actor;
    let (services, exposures, next) = house.ask(|read| {
        let found = query::mine(read, &party, PAGE, place.before.as_deref())?;
        let exposures = query::my_exposures(read, &party)?;
        let services = found.services.iter().map(|service| seen(read, service)).collect::<Result<Vec<_>, _>>()?;
        // An agent whose mandate names other items does not learn of these.
        let mut known = vec![];
        for (service, view) in found.services.iter().zip(services) {
            if query::of_case(read, actor, &service.subject.case())?.is_some() {
                known.push(view);
            }
        }
        Ok::<_, Failure<Refusal>>((known, exposures, found.next))
    })?;
    let kind = |code: &str| evaluation::settings().kind(code).map_or_else(|| code.to_owned(), |kind| kind.name.clone());
    let exposures = exposures.iter().map(|found| (kind(&found.kind), found.state.word())).collect();
    Ok(page(&Mine {
        frame: visitor.frame(&house, "我的评价").in_section(Section::Mine),
        side: Side::of(&house, &visitor, "/me/ratings")?,
        services,
        exposures,
        more: next.map(|next| format!("/me/ratings?before={}", web::words::percent(&next))),
    }))
}

/// A refusal as a mistake beside its field, or as a page of its own.
fn told(failure: Failure<Refusal>) -> Result<Vec<Wrong>, Fault> {
    match failure {
        Failure::Refused(refusal) if !refusal.fields().is_empty() => Ok(Wrong::of(&refusal.fields())),
        Failure::Refused(refusal) => Err(Fault::refused(&refusal)),
        Failure::Broken(error) => Err(error.into()),
    }
}
