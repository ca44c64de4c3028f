//! 办到哪了: the progress of a case for its applicant, with what there is to do.

mod ask;
pub mod correction;
pub mod document;
pub mod head;
pub mod parcel;
pub mod steps;
pub mod view;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use casework::{Case, Command, Papers, Subject, WithdrawGround};
use kernel::{CaseNumber, Refuse, RegionCode};
use store::{Failure, ReadExt};
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Section, Visitor, Wrong, page, page_with, redirect};

use super::rate::{Seen, seen};
use correction::Fix;
use parcel::{Offers, ParcelView};
use view::{View, Viewer};
use web::paper::{Document, Setting};

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/case/{number}", get(show))
        .route("/case/{number}/correct", post(correction::send))
        .route("/case/{number}/withdraw", get(ask_withdraw).post(withdraw))
        .route("/case/{number}/ask", get(ask::form).post(ask::send))
        .route("/case/{number}/delivery", get(parcel::ask_way).post(parcel::change_way))
        .route("/case/{number}/pickup", get(parcel::ask_pickup).post(parcel::pickup))
        .route("/case/{number}/parcel/{parcel}/cancel", post(parcel::call_off))
        .route("/case/{number}/doc/{kind}", get(paper))
}

#[derive(Template)]
#[template(path = "citizen/case/progress.html")]
struct ProgressPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    view: View,
    correction: Option<Fix>,
    /// The dialogue about this case.
    talk: Option<String>,
    parcels: Vec<ParcelView>,
    offers: Offers,
    /// The ticket and the appointment with which the applicant came to the window.
    came_by: Vec<(String, String)>,
    rating: Option<Seen>,
}

/// The visitor's own case with its papers. A wrong number and somebody else's case are the same: there is none.
pub(super) fn own(house: &House, visitor: &Visitor, number: &str) -> Result<(Case, Papers), Fault> {
    let (session, _) = visitor.citizen()?;
    let number: CaseNumber = number.trim().parse().map_err(|_| no_such_case())?;
    house
        .ask(|read| {
            let case = casework::query::case_for(read, &session.actor, &number)?;
            let papers = casework::query::papers(read, &session.actor, &case)?;
            Ok::<_, Failure<casework::Refusal>>((case, papers))
        })
        .map_err(|fault| if fault.status == StatusCode::NOT_FOUND { no_such_case() } else { fault })
}

fn no_such_case() -> Fault {
    let mut fault = Fault::not_found();
    fault.code = "casework.not-found";
    fault.title = "没有找到这件办件".to_owned();
    fault.detail = "编号可能抄错了，或者这件不是您现在这个身份的。办件编号是 22 位数字。".to_owned();
    fault.with_remedy("在“我的办件”里找，或者换成办这件事时的身份再看，也可以打 12345 问。")
}

async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Response, Fault> {
    let (case, papers) = own(&house, &visitor, &number)?;
    progress_page(&house, &visitor, &case, &papers, &Fields::default(), vec![])
}

fn progress_page(
    house: &House,
    visitor: &Visitor,
    case: &Case,
    papers: &Papers,
    sent: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    let view = house.ask(|read| View::gather(read, case, Viewer::Applicant(&session.actor, &papers.password)))?;
    let correction = Fix::of(house, case, papers, sent, &wrongs)?;
    let today = house.db.today();
    let (parcels, offers) = house.read(|read| {
        let found = delivery::query::of(read, &case.stream())?;
        Ok((ParcelView::of_case(read, case, today)?, Offers::of(case, &found)))
    })?;
    let came_by = house.read(|read| crate::halls::links_of(read, case))?;
    let rating = house.read(|read| match evaluation::query::of_case(read, &session.actor, &case.number)? {
        Some(service) => seen(read, &service).map(Some),
        None => Ok(None),
    })?;
    let title = format!("{}办到哪了", case.terms.name);
    let frame = visitor.frame(house, title).in_section(Section::Mine).with_errors(!wrongs.is_empty());
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let talk = house.ask(|read| messages::query::thread_of_case(read, &session.actor, &case.number))?;
    let talk = talk.map(|line| format!("/me/messages/{}", line.id));
    Ok(page_with(status, &ProgressPage { frame, wrongs, view, correction, parcels, offers, talk, came_by, rating }))
}

#[derive(Template)]
#[template(path = "citizen/case/withdraw.html")]
struct WithdrawPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    number: CaseNumber,
    item: String,
    field: Field,
}

const GROUNDS: [(&str, &str, WithdrawGround); 4] = [
    ("not-needed", "不需要办了", WithdrawGround::NotNeeded),
    ("not-ready", "材料还没准备好", WithdrawGround::NotReady),
    ("wrong-item", "办错了事项或者地方", WithdrawGround::WrongItem),
    ("other", "其他原因", WithdrawGround::Other),
];

fn withdraw_page(house: &House, visitor: &Visitor, case: &Case, wrongs: Vec<Wrong>) -> WithdrawPage {
    let mut field = Field::new(FieldKind::Radio, "ground", "为什么撤回");
    field.choices = GROUNDS.map(|(value, label, _)| Choice::new(value, label)).to_vec();
    WithdrawPage {
        frame: visitor.frame(house, "撤回申请").in_section(Section::Mine).with_errors(!wrongs.is_empty()),
        field: field.wrong(&wrongs),
        wrongs,
        number: case.number,
        item: case.terms.name.clone(),
    }
}

async fn ask_withdraw(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
) -> Result<Response, Fault> {
    let (case, _) = own(&house, &visitor, &number)?;
    if case.progress().is_over() {
        return Ok(redirect(&format!("/case/{}", case.number)));
    }
    Ok(page(&withdraw_page(&house, &visitor, &case, vec![])))
}

async fn withdraw(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(number): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let (case, _) = own(&house, &visitor, &number)?;
    let chosen = GROUNDS.iter().find(|(value, ..)| sent.get("ground") == Some(value));
    let Some((_, _, ground)) = chosen else {
        let wrongs = vec![Wrong::new("ground", "选一个原因")];
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &withdraw_page(&house, &visitor, &case, wrongs)));
    };
    let (session, _) = visitor.citizen()?;
    let (actor, number, command) = (session.actor.clone(), case.number, Command::Withdraw { ground: *ground });
    house.write(move |tx| casework::handle(tx, &actor, &number, &command)).await?;
    Ok(redirect(&format!("/case/{number}")))
}

#[derive(Template)]
#[template(path = "citizen/case/doc.html")]
struct DocumentPage {
    frame: Frame,
    number: CaseNumber,
    doc: Document,
}

async fn paper(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((number, kind)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let (case, papers) = own(&house, &visitor, &number)?;
    let (session, _) = visitor.citizen()?;
    let doc = house.ask(|read| {
        let past = casework::query::events_of(read, &session.actor, &case.number)?;
        let office = view::office(read, &case)?;
        let party = identity::party(read, &case.applicant)?;
        let regions = read.cached::<organisation::Regions>()?;
        let form = correction::form(read, &case)?;
        let parcel = document::served_parcel(read, &case)?;
        let label = |subject: &Subject| correction::label(subject, form.as_deref());
        let government = |region: RegionCode| regions.full_name(&region);
        let setting = Setting {
            office: office.as_ref().map_or_else(String::new, |office| office.name.clone()),
            phone: office.map_or_else(|| "12345".to_owned(), |office| office.place.phone),
            applicant: party.map_or_else(String::new, |party| party.name),
            password: papers.password.clone(),
            past: past.iter().map(|step| &step.event).collect(),
            label: &label,
            government: &government,
            today: kernel::local_date(store::Read::now(read)),
        };
        Ok::<_, Failure<casework::Refusal>>(document::document(&kind, &case, &setting, parcel.as_ref()))
    })?;
    let doc = doc.ok_or_else(Fault::not_found)?;
    let frame = visitor.frame(&house, doc.title).in_section(Section::Mine);
    Ok(page(&DocumentPage { frame, number: case.number, doc }))
}

/// A refusal with its way out, in one line.
pub(super) fn told(refusal: &dyn Refuse) -> String {
    format!("{refusal}{}", refusal.remedy().unwrap_or_default())
}
