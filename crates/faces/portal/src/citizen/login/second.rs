//! The second factor: its code after the password, setting it up on the way in, and setting it up by oneself.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
    routing::get,
};
use identity::{Opened, Refusal};
use kernel::Refuse;
use serde::Deserialize;
use store::Failure;
use web::{
    Cookie, Doorstep, Fault, Field, FieldKind, Form, Frame, House, Query, TICKET_COOKIE, Visitor, Wrong, page,
    page_with, redirect, safe_back,
};

use super::{Back, enter, told};
use crate::citizen::apart;

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/login/code", get(ask).post(prove))
        .route("/login/code.svg", get(picture))
        .route("/second-factor", get(offer).post(enrol))
}

#[derive(Template)]
#[template(path = "citizen/second.html")]
struct SecondPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    code: Field,
    back: String,
    /// Where the form goes.
    action: &'static str,
    /// The secret to be set up, in groups of four; none when only a code is asked.
    secret: Option<String>,
    /// Nothing is left to do.
    is_set: bool,
}

/// The field for a code.
pub(super) fn code_field(label: &str, wrongs: &[Wrong]) -> Field {
    let field = Field::new(FieldKind::Text, "code", label).hint("验证器上现在显示的 6 位数字");
    field.width("w-8").autocomplete("one-time-code").wrong(wrongs)
}

/// Where a right password leads: in, or on to the code.
pub(super) fn go_on(house: &House, opened: Opened, back: &str) -> Result<Response, Fault> {
    match opened {
        Opened::In(entered) => enter(house, &entered, back),
        Opened::Code { ticket } | Opened::Enrol { ticket, .. } => {
            let back = web::words::percent(safe_back(back));
            Ok(with_ticket(house, redirect(&format!("/login/code?back={back}")), &ticket))
        }
    }
}

fn with_ticket(house: &House, mut response: Response, ticket: &str) -> Response {
    let cookie = Cookie::new(TICKET_COOKIE, ticket, house.config.is_secure());
    response.headers_mut().append(header::SET_COOKIE, cookie.header());
    response
}

async fn ask(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    step: Doorstep,
    Query(back): Query<Back>,
) -> Result<Response, Fault> {
    match step.ticket.as_deref().map(|ticket| house.door.offered(ticket)) {
        Some(Ok(offered)) => {
            let secret = offered.map(|(secret, _)| grouped(&secret.base32()));
            Ok(page(&code_page(&house, &visitor, &back.back, secret, vec![])))
        }
        Some(Err(Failure::Broken(error))) => Err(error.into()),
        Some(Err(Failure::Refused(_))) | None => Ok(redirect("/login")),
    }
}

fn code_page(house: &House, visitor: &Visitor, back: &str, secret: Option<String>, wrongs: Vec<Wrong>) -> SecondPage {
    let title = if secret.is_some() { "绑定验证器" } else { "动态验证码" };
    let frame = visitor.frame(house, title).with_errors(!wrongs.is_empty());
    let code = code_field("动态验证码", &wrongs);
    SecondPage { frame, wrongs, code, back: safe_back(back).to_owned(), action: "/login/code", secret, is_set: false }
}

#[derive(Deserialize, Default)]
struct Given {
    #[serde(default)]
    code: String,
    #[serde(default)]
    back: String,
}

async fn prove(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    step: Doorstep,
    Form(given): Form<Given>,
) -> Result<Response, Fault> {
    let Some(ticket) = step.ticket else { return Ok(redirect("/login")) };
    let (ours, code, origin) = (ticket.clone(), given.code.clone(), step.origin);
    match apart(&house, move |house| house.door.prove(&ours, &code, &origin)).await? {
        Ok(opened) => go_on(&house, opened, &given.back),
        Err(Failure::Refused(Refusal::TicketOver)) => Ok(redirect("/login")),
        Err(Failure::Refused(refusal)) => {
            let offered = house.door.offered(&ticket).ok().flatten();
            let secret = offered.map(|(secret, _)| grouped(&secret.base32()));
            let wrongs = vec![Wrong::new("code", told(&refusal))];
            Ok(page_with(status(&refusal), &code_page(&house, &visitor, &given.back, secret, wrongs)))
        }
        Err(Failure::Broken(error)) => Err(error.into()),
    }
}

/// The secret as a QR code for the app. It is shown to who holds the ticket, and kept nowhere.
async fn picture(State(house): State<Arc<House>>, step: Doorstep) -> Result<Response, Fault> {
    let offered = step.ticket.as_deref().and_then(|ticket| house.door.offered(ticket).ok().flatten());
    let (secret, account) = offered.ok_or_else(Fault::not_found)?;
    let code = fast_qr::QRBuilder::new(secret.address(&house.site.name, &account)).build();
    let code = code.map_err(|error| Fault::broken(error.to_string()))?;
    let mut response = Response::new(Body::from(fast_qr::convert::svg::SvgBuilder::default().to_str(&code)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn offer(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let session = visitor.staff()?.clone();
    match apart(&house, move |house| house.door.offer(&session)).await? {
        Ok((ticket, secret)) => {
            let shown = own_page(&house, &visitor, Some(grouped(&secret.base32())), vec![]);
            Ok(with_ticket(&house, page(&shown), &ticket))
        }
        Err(Failure::Refused(Refusal::SecondFactorSet)) => Ok(page(&own_page(&house, &visitor, None, vec![]))),
        Err(failure) => Err(failure.into()),
    }
}

fn own_page(house: &House, visitor: &Visitor, secret: Option<String>, wrongs: Vec<Wrong>) -> SecondPage {
    let is_set = secret.is_none();
    let page = code_page(house, visitor, "/console", secret, wrongs);
    SecondPage { action: "/second-factor", is_set, ..page }
}

async fn enrol(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    step: Doorstep,
    Form(given): Form<Given>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?.clone();
    let Some(ticket) = step.ticket else { return Ok(redirect("/second-factor")) };
    let ours = ticket.clone();
    match apart(&house, move |house| house.door.enrol(&session, &ours, &given.code)).await? {
        Ok(()) => {
            let mut response = redirect("/second-factor");
            response.headers_mut().append(header::SET_COOKIE, web::cleared(TICKET_COOKIE).header());
            Ok(response)
        }
        Err(Failure::Refused(Refusal::TicketOver | Refusal::SecondFactorSet)) => Ok(redirect("/second-factor")),
        Err(Failure::Refused(refusal)) => {
            let offered = house.door.offered(&ticket).ok().flatten();
            let secret = offered.map(|(secret, _)| grouped(&secret.base32()));
            let wrongs = vec![Wrong::new("code", told(&refusal))];
            Ok(page_with(status(&refusal), &own_page(&house, &visitor, secret, wrongs)))
        }
        Err(Failure::Broken(error)) => Err(error.into()),
    }
}

fn status(refusal: &Refusal) -> StatusCode {
    StatusCode::from_u16(refusal.class().status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY)
}

/// A secret in groups that can be read out and typed.
fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
