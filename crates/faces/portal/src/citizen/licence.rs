//! 我的证照: the cards, the page of one with its code, its files, and showing it to somebody.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::Response,
    routing::get,
};
use kernel::{LicenceId, PartyId, Timestamp, local_date};
use licences::{
    Filter, Licence, PRESENTATION, PublicView, State as Standing,
    document::{self, Fonts, Paper},
};
use store::{Error, Read};
use web::{Fault, Frame, House, Section, Visitor, page, paper::Fact};

use super::{apart, me::Side, words};

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/me/licences", get(list))
        .route("/me/licence/{id}", get(show))
        .route("/me/licence/{id}/show", get(ask_present).post(present))
        .route("/me/licence/{id}/pdf", get(pdf))
        .route("/me/licence/{id}/json", get(json))
}

/// A licence as a tile.
pub struct Card {
    /// Its id.
    pub id: LicenceId,
    /// Its name.
    pub name: String,
    /// Until when, or of when.
    pub say: String,
    /// Its state in a word.
    pub status: &'static str,
}

/// A licence that can stand for a material.
pub struct Held {
    /// Its id.
    pub id: LicenceId,
    /// Its name.
    pub name: String,
}

/// The party's licences as tiles, newest first.
pub fn cards(read: &mut dyn Read, party: &PartyId) -> Result<Vec<Card>, Error> {
    let today = local_date(read.now());
    let found = licences::list(read, party, Filter::Current, None, licences::LIST_MAX)?;
    let card = |licence: Licence| Card {
        status: licence.state(today).name(),
        say: match licence.content.valid_until {
            Some(until) => format!("有效期到{}年{}月", until.year(), until.month()),
            None => format!("{}发", words::long_day(licence.content.issued_on)),
        },
        name: licence.content.name,
        id: licence.id,
    };
    Ok(found.into_iter().map(card).collect())
}

/// The party's licences in force that serve for a material of this name.
pub fn serving(read: &mut dyn Read, party: &PartyId, material: &str) -> Result<Vec<Held>, Error> {
    let offers = licences::held_by(read, party, &[material])?;
    Ok(offers.into_iter().map(|offer| Held { name: offer.licence.content.name, id: offer.licence.id }).collect())
}

#[derive(Template)]
#[template(path = "citizen/me/licences.html")]
struct ListPage {
    frame: Frame,
    side: Side,
    cards: Vec<Card>,
}

async fn list(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    let (_, party) = visitor.citizen()?;
    let cards = house.read(|read| cards(read, &party))?;
    Ok(page(&ListPage {
        frame: visitor.frame(&house, "我的证照").in_section(Section::Mine),
        side: Side::of(&house, &visitor, "/me/licences")?,
        cards,
    }))
}

/// A licence as a card.
struct Face {
    id: LicenceId,
    name: String,
    issuer: String,
    /// The code, drawn.
    qr: String,
    facts: Vec<Fact>,
    valid: bool,
    status: &'static str,
}

/// The visitor's own licence. A wrong identifier and somebody else's licence are the same: there is none.
fn own(house: &House, visitor: &Visitor, id: &str) -> Result<Licence, Fault> {
    let (session, _) = visitor.citizen()?;
    let id: LicenceId = id.parse().map_err(|_| Fault::refused(&licences::Refusal::Unknown))?;
    let licence = house.read(|read| licences::licence_for(read, &session.actor, &id))?;
    licence.ok_or_else(|| Fault::refused(&licences::Refusal::Unknown))
}

fn face(licence: &Licence, qr: String, today: kernel::Date) -> Face {
    // On the screen that is held out to somebody the numbers are masked, as the public sees them.
    let shown = PublicView::of(licence, today);
    let mut facts = vec![
        Fact::new("持证人", shown.holder),
        Fact::new("证件号码", shown.holder_identifier),
        Fact::new("证照编号", shown.number),
    ];
    facts.extend(shown.fields.into_iter().map(|(name, say)| Fact::new(name, say)));
    facts.push(Fact::new("有效期", words::validity(shown.valid_from, shown.valid_until)));
    facts.push(Fact::new("发证机关", shown.issuer.clone()));
    Face {
        id: shown.id,
        name: shown.name,
        issuer: shown.issuer,
        qr,
        facts,
        valid: shown.state == Standing::Valid,
        status: shown.state.name(),
    }
}

fn drawn(house: &House, path: &str, label: &str) -> Result<String, Fault> {
    let address = house.address(path);
    document::qr_svg(&address, label).ok_or_else(|| Fault::broken(format!("no QR code can hold {address}")))
}

#[derive(Template)]
#[template(path = "citizen/me/licence.html")]
struct LicencePage {
    frame: Frame,
    card: Face,
}

async fn show(State(house): State<Arc<House>>, visitor: Visitor, Path(id): Path<String>) -> Result<Response, Fault> {
    let licence = own(&house, &visitor, &id)?;
    let qr = drawn(&house, &format!("/verify/{}", licence.id), "核验这份证照的二维码")?;
    let card = face(&licence, qr, house.db.today());
    let frame = visitor.frame(&house, card.name.clone()).in_section(Section::Mine);
    Ok(page(&LicencePage { frame, card }))
}

#[derive(Template)]
#[template(path = "citizen/me/present.html")]
struct PresentPage {
    frame: Frame,
    card: Face,
}

async fn ask_present(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let licence = own(&house, &visitor, &id)?;
    let card = face(&licence, String::new(), house.db.today());
    let frame = visitor.frame(&house, format!("亮证：{}", card.name)).in_section(Section::Mine);
    Ok(page(&PresentPage { frame, card }))
}

#[derive(Template)]
#[template(path = "citizen/me/show.html")]
struct ShowPage {
    frame: Frame,
    card: Face,
    /// The eight digits in groups of four.
    digits: Vec<String>,
    seconds: u64,
    /// The instant until which the code holds, for whoever has no script to count down.
    until: String,
    shown: String,
    /// Who shows it and in which minute, over the whole card: a photograph of it tells its age.
    mark: String,
}

async fn present(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
    _: web::Fields,
) -> Result<Response, Fault> {
    let licence = own(&house, &visitor, &id)?;
    let (session, _) = visitor.citizen()?;
    let (actor, own_id) = (session.actor.clone(), licence.id.clone());
    let lasts = PRESENTATION * house.db.time().rate();
    let code = house.write(move |tx| licences::present(tx, &actor, &own_id, lasts)).await?;
    let qr = drawn(&house, &format!("/verify/show/{}", code.code), "给对方扫的二维码，60 秒内有效")?;
    let card = face(&licence, qr, house.db.today());
    let now: Timestamp = house.db.now();
    Ok(page(&ShowPage {
        frame: visitor.frame(&house, format!("亮证：{}", card.name)).in_section(Section::Mine),
        digits: web::words::groups(&code.digits),
        seconds: PRESENTATION.as_secs(),
        until: clock(code.ends_at),
        mark: format!("{} {}", session.name, words::hour(now)),
        shown: format!("{}，{}", session.name, words::moment(now, house.db.today())),
        card,
    }))
}

/// `14:32:07`, Beijing time.
fn clock(at: Timestamp) -> String {
    let at = kernel::local_time(at);
    format!("{}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

async fn pdf(State(house): State<Arc<House>>, visitor: Visitor, Path(id): Path<String>) -> Result<Response, Fault> {
    let licence = own(&house, &visitor, &id)?;
    let name = format!("{}.pdf", licence.id);
    let verify = house.address(&format!("/verify/{}", licence.id));
    let printed = apart(&house, move |house| {
        let fonts = Fonts::find().ok_or("no Chinese font was found; install fonts-noto-cjk")?;
        let paper = Paper { verify_url: &verify, demo: house.config.demo };
        document::pdf(&licence.content, &licence.seal, &paper, &fonts, house.signer.as_ref())
            .map_err(|error| error.to_string())
    })
    .await?;
    let pdf = printed.map_err(Fault::broken)?;
    Ok(download(pdf.bytes, "application/pdf", &name))
}

async fn json(State(house): State<Arc<House>>, visitor: Visitor, Path(id): Path<String>) -> Result<Response, Fault> {
    let licence = own(&house, &visitor, &id)?;
    let text = licences::file::json(&licence.content, &licence.seal);
    Ok(download(text.into_bytes(), "application/json", &format!("{}.json", licence.id)))
}

/// A file to keep; its name is an identifier and so plain ASCII.
pub(super) fn download(bytes: Vec<u8>, kind: &'static str, name: &str) -> Response {
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
