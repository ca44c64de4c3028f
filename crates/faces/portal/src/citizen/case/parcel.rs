//! Parcels of a case for its applicant: where they are, receiving the result another way, a courier for originals.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use casework::{Case, Papers, Service, Stage};
use delivery::{Booking, Direction, Parcel, ParcelId, Payer, query};
use kernel::{Actor, CaseNumber, Date};
use store::{Error, Read};
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Section, Visitor, Wrong, page_with, redirect};

use super::own;
use crate::citizen::{
    apart,
    way::{self, Known},
    words,
};

/// A parcel as its owner sees it.
pub struct ParcelView {
    /// Its id.
    pub id: ParcelId,
    /// 寄给您的证照, or 上门取的原件.
    pub title: &'static str,
    /// Where it is, in a few words.
    pub word: String,
    /// What is inside.
    pub inside: String,
    /// Who carries it, and where to call.
    pub courier: String,
    /// Its number; empty while there is none.
    pub number: String,
    /// To whom, or from where.
    pub place: String,
    /// Who pays.
    pub payer: &'static str,
    /// When the last news came, or that the courier is silent.
    pub news: String,
    /// Whether the courier has been silent for too long.
    pub silent: bool,
    /// What the courier told, in order.
    pub lines: Vec<Line>,
    /// Whether it can still be called off.
    pub can_cancel: bool,
    /// The case.
    pub case: Option<CaseNumber>,
}

/// One report of the courier's.
pub struct Line {
    /// When.
    pub when: String,
    /// What, in the courier's words.
    pub what: String,
    /// Whether it is the latest.
    pub now: bool,
}

impl ParcelView {
    /// The parcel, opened for its owner.
    pub fn of(read: &mut dyn Read, parcel: &Parcel, today: Date) -> Result<ParcelView, Error> {
        let ends = query::ends(read, parcel)?;
        let end = if parcel.direction == Direction::Collect { &ends.from } else { &ends.to };
        let entry = delivery::book().ok().and_then(|book| book.courier(&parcel.courier));
        let mut told: Vec<&delivery::Trace> =
            parcel.traces.iter().filter(|trace| trace.attempt == parcel.attempt).collect();
        told.sort_by_key(|trace| trace.at);
        let mut lines = Vec::with_capacity(told.len());
        for trace in &told {
            let said = query::words(read, &parcel.party, trace)?;
            let what = if said.remark.is_empty() { said.place } else { said.remark };
            lines.push(Line { when: words::moment(trace.at, today), what, now: false });
        }
        if let Some(last) = lines.last_mut() {
            last.now = !parcel.state.is_final();
        }
        let inside = parcel.contents.iter().map(|content| match content.count {
            1 => content.name.clone(),
            count => format!("{} {count} 份", content.name),
        });
        Ok(ParcelView {
            id: parcel.id,
            title: if parcel.direction == Direction::Collect {
                "快递上门取的原件"
            } else {
                "寄给您的结果"
            },
            word: words::parcel(parcel).to_owned(),
            inside: inside.collect::<Vec<_>>().join("、"),
            courier: entry.map_or_else(String::new, |entry| format!("{}，电话 {}", entry.name, entry.phone)),
            number: parcel.number().map_or_else(String::new, ToString::to_string),
            place: format!("{}，{}，{}", end.name, end.masked_phone(), end.address),
            payer: if parcel.payer == Payer::Office { "不用您付邮费" } else { "邮费您付给快递" },
            news: news(parcel, today),
            silent: parcel.silent,
            lines,
            can_cancel: parcel.direction == Direction::Collect && parcel.state == delivery::State::Created,
            case: casework::case_of(&parcel.bound),
        })
    }

    /// The parcels of a case, latest first; one whose owner's data were erased is left out.
    pub fn of_case(read: &mut dyn Read, case: &Case, today: Date) -> Result<Vec<ParcelView>, Error> {
        let mut views = vec![];
        for parcel in query::of(read, &case.stream())?.iter().rev() {
            match ParcelView::of(read, parcel, today) {
                Ok(view) => views.push(view),
                Err(Error::Erased) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(views)
    }
}

/// When the last news came; said plainly if it is long ago, or if the courier could not be reached yet.
fn news(parcel: &Parcel, today: Date) -> String {
    let last = words::moment(parcel.heard, today);
    match (&parcel.booking, parcel.silent) {
        _ if parcel.state.is_final() => String::new(),
        (Booking::None, _) => "窗口还没有封装，封装好了就交给快递。".to_owned(),
        (Booking::Asked, _) => {
            "正在给快递下单，还没有收到单号。快递系统不通的时候会慢一些，不用您重复申请。".to_owned()
        }
        (Booking::Refused { .. }, _) => "快递没有接单，窗口会联系您换一种办法。".to_owned(),
        (Booking::Booked { .. }, true) => format!("快递从 {last} 起没有新消息，窗口正在催。"),
        (Booking::Booked { .. }, false) if parcel.heard == parcel.made => "快递已经接单，还没有新消息。".to_owned(),
        (Booking::Booked { .. }, false) => format!("最后一条消息 {last}"),
    }
}

/// What can be done about parcels on the progress page.
pub struct Offers {
    /// Whether the way of receiving can be changed, and how it is now.
    pub way: Option<&'static str>,
    /// Originals that a courier can fetch.
    pub originals: usize,
}

impl Offers {
    /// What the applicant of this case can do now.
    pub fn of(case: &Case, parcels: &[Parcel]) -> Offers {
        let is_open = case.stage() <= Stage::Granted;
        let has_choice = case.terms.ways().len() > 1;
        let fetches = case.terms.courier && case.decision.is_none() && !case.progress().is_over();
        Offers {
            way: (is_open && has_choice).then(|| words::way(case.way)),
            originals: if fetches { casework::originals(case, parcels).len() } else { 0 },
        }
    }
}

#[derive(Template)]
#[template(path = "citizen/case/delivery.html")]
struct WayPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    number: CaseNumber,
    item: String,
    way: Field,
    address: Vec<Field>,
}

fn way_page(
    house: &House,
    visitor: &Visitor,
    case: &Case,
    papers: &Papers,
    sent: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let known = match papers.way.end() {
        Some(end) => Known { name: end.name.clone(), phone: end.phone.clone(), address: end.address.clone() },
        None => house.read(|read| way::known(read, &case.applicant))?,
    };
    let ways = case.terms.ways();
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = WayPage {
        frame: visitor.frame(house, "改领取方式").in_section(Section::Mine).with_errors(!wrongs.is_empty()),
        number: case.number,
        item: case.terms.name.clone(),
        way: way::choice(ways, Some(case.way), sent, &wrongs),
        address: if ways.contains(&Service::Post) { way::address(&known, sent, &wrongs) } else { vec![] },
        wrongs,
    };
    Ok(page_with(status, &page))
}

pub(super) async fn ask_way(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Response, Fault> {
    let (case, papers) = own(&house, &visitor, &number)?;
    way_page(&house, &visitor, &case, &papers, &Fields::default(), vec![])
}

pub(super) async fn change_way(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let (case, papers) = own(&house, &visitor, &number)?;
    let (session, _) = visitor.citizen()?;
    let chosen = match way::chosen(case.terms.ways(), &sent) {
        Ok(chosen) => chosen,
        Err(wrongs) => return way_page(&house, &visitor, &case, &papers, &sent, wrongs),
    };
    let (actor, number) = (session.actor.clone(), case.number);
    let asker = actor.clone();
    let command = apart(&house, move |house| casework::way_change(&house.db, &asker, &number, &chosen)).await??;
    house.write(move |tx| casework::choose_way(tx, &actor, &number, &command)).await?;
    Ok(redirect(&format!("/case/{number}")))
}

#[derive(Template)]
#[template(path = "citizen/case/pickup.html")]
struct PickupPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    number: CaseNumber,
    item: String,
    papers: Field,
    address: Vec<Field>,
}

/// The originals that can be fetched now; none leads back to the case.
fn originals(house: &House, case: &Case) -> Result<Vec<String>, Fault> {
    let parcels = house.read(|read| query::of(read, &case.stream()))?;
    let open = Offers::of(case, &parcels).originals > 0;
    let names = if open { casework::originals(case, &parcels) } else { vec![] };
    Ok(names.into_iter().map(str::to_owned).collect())
}

fn pickup_page(
    house: &House,
    visitor: &Visitor,
    case: &Case,
    names: &[String],
    sent: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let known = house.read(|read| way::known(read, &case.applicant))?;
    let mut papers = Field::new(FieldKind::Checkbox, "paper", "取哪几份原件");
    let ticked: Vec<&str> = sent.all("paper").collect();
    papers.choices = names
        .iter()
        .enumerate()
        .map(|(place, name)| Choice {
            chosen: sent.0.is_empty() || ticked.contains(&place.to_string().as_str()),
            ..Choice::new(place.to_string(), name.as_str())
        })
        .collect();
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = PickupPage {
        frame: visitor.frame(house, "叫快递上门取原件").in_section(Section::Mine).with_errors(!wrongs.is_empty()),
        number: case.number,
        item: case.terms.name.clone(),
        papers: papers.wrong(&wrongs),
        address: way::address(&known, sent, &wrongs),
        wrongs,
    };
    Ok(page_with(status, &page))
}

pub(super) async fn ask_pickup(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Response, Fault> {
    let (case, _) = own(&house, &visitor, &number)?;
    let names = originals(&house, &case)?;
    if names.is_empty() {
        return Ok(redirect(&format!("/case/{}", case.number)));
    }
    pickup_page(&house, &visitor, &case, &names, &Fields::default(), vec![])
}

pub(super) async fn pickup(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let (case, _) = own(&house, &visitor, &number)?;
    let (session, _) = visitor.citizen()?;
    let names = originals(&house, &case)?;
    let chosen: Vec<String> =
        sent.all("paper").filter_map(|place| names.get(place.parse::<usize>().ok()?).cloned()).collect();
    let mut wrongs = vec![];
    if chosen.is_empty() {
        wrongs.push(Wrong::new("paper", "选要取的原件"));
    }
    let end = match way::end(&sent) {
        Ok(end) if wrongs.is_empty() => end,
        Ok(_) => return pickup_page(&house, &visitor, &case, &names, &sent, wrongs),
        Err(more) => {
            wrongs.extend(more);
            return pickup_page(&house, &visitor, &case, &names, &sent, wrongs);
        }
    };
    let (actor, number): (Actor, CaseNumber) = (session.actor.clone(), case.number);
    house.write(move |tx| casework::fetch_originals(tx, &actor, &number, &end, &chosen)).await?;
    Ok(redirect(&format!("/case/{number}#parcels")))
}

pub(super) async fn call_off(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((number, parcel)): Path<(String, String)>,
    _: Fields,
) -> Result<Response, Fault> {
    let (case, _) = own(&house, &visitor, &number)?;
    let (session, _) = visitor.citizen()?;
    let parcel: ParcelId = parcel.parse().map_err(|_| Fault::not_found())?;
    let (actor, bound) = (session.actor.clone(), case.stream());
    house
        .write(move |tx| {
            let found = query::parcel_for(tx, &actor, &parcel)?;
            // A result is turned round on the page of its way, so that the case knows.
            if found.bound != bound || found.direction != Direction::Collect {
                return Err(delivery::Refusal::NotFound.into());
            }
            delivery::handle(tx, &actor, &parcel, &delivery::Command::Cancel)
        })
        .await?;
    Ok(redirect(&format!("/case/{}#parcels", case.number)))
}
