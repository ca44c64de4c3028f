//! One appointment: when and where, its code, its calendar file, changing, giving up, checking in.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use halls::{
    Appointment, AppointmentId, Attendance, Hall, Refusal, desk, query, rulebook, rules::appointment::minutes_later,
};
use kernel::{Refuse, local_date};
use serde::Deserialize;
use store::{Failure, ReadExt};
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Query, Section, Visitor, Wrong};

use super::{calendar, flow, flow::DayLine, words};

#[derive(Template)]
#[template(path = "halls/appointment.html")]
struct AppointmentPage {
    frame: Frame,
    id: String,
    code: String,
    item: String,
    item_href: String,
    hall: String,
    hall_href: String,
    address: String,
    when: String,
    persons: u16,
    for_whom: String,
    class: &'static str,
    word: &'static str,
    say: String,
    expected: bool,
    can_change: bool,
    can_arrive: bool,
    closed: Option<String>,
    ticket: Option<(String, String)>,
    cases: Vec<String>,
}

/// The visitor's own appointment with its hall and the name of its item.
fn own(house: &House, visitor: &Visitor, id: &str) -> Result<(Appointment, Hall, String), Fault> {
    let (session, _) = visitor.citizen()?;
    let id: AppointmentId = id.parse().map_err(|_| Fault::refused(&Refusal::NoSuchAppointment))?;
    house.ask(|read| {
        let appointment = query::appointment_for(read, &session.actor, &id)?;
        let hall = query::hall(read, &appointment.hall)?.ok_or(Refusal::NoSuchHall)?;
        let items = read.cached::<catalogue::Items>()?;
        let item = items.get(&appointment.item).map_or_else(String::new, |item| item.name.clone());
        Ok::<_, Failure<Refusal>>((appointment, hall, item))
    })
}

pub(super) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let (appointment, hall, item) = own(&house, &visitor, &id)?;
    let (now, book) = (house.db.now(), rulebook());
    let today = local_date(now);
    let (party, calendar, ticket) = house.ask(|read| {
        let ticket = match &appointment.attendance {
            Attendance::Arrived { ticket, .. } => Some(query::ticket(read, ticket)?),
            _ => None,
        };
        let party = identity::party(read, &appointment.party)?;
        Ok::<_, Failure<Refusal>>((party, organisation::calendar(read)?, ticket))
    })?;
    let begins = appointment.slot.begins();
    let expected = appointment.attendance == Attendance::Expected;
    let closed = match hall.day(&calendar, appointment.slot.day) {
        halls::Day::Closed(why) | halls::Day::Off(why) if expected => Some(why),
        _ => None,
    };
    let arrive_from = minutes_later(begins, -book.early_minutes);
    let (class, say) = match &appointment.attendance {
        Attendance::Expected if today > appointment.slot.day => ("", "这一天已经过去".to_owned()),
        Attendance::Expected => {
            let from = words::moment(arrive_from, today);
            ("water", format!("{from}起可以报到，迟到 {} 分钟以内仍按预约叫号", book.grace_minutes))
        }
        Attendance::Arrived { at, .. } => ("bamboo", format!("{}报到", crate::citizen::words::moment(*at, today))),
        Attendance::Cancelled { at } => ("", format!("{}取消", crate::citizen::words::moment(*at, today))),
        Attendance::Absent { reason, .. } => ("osmanthus", format!("工作人员认定没有来：{reason}")),
    };
    let page = AppointmentPage {
        id: appointment.id.to_string(),
        code: appointment.code.clone(),
        item_href: format!("/item/{}?region={}", appointment.item, hall.id),
        item,
        hall: hall.name.clone(),
        hall_href: format!("/hall/{}", hall.id),
        address: hall.address.clone(),
        when: words::slot(&appointment.slot, today),
        persons: appointment.persons,
        for_whom: party.map_or_else(String::new, |party| party.name),
        class,
        word: appointment.attendance.word(),
        say,
        expected,
        can_change: expected && now <= minutes_later(begins, -book.change_until_minutes),
        can_arrive: expected && today == appointment.slot.day && now >= arrive_from,
        closed,
        cases: ticket.as_ref().map(|one| one.cases.iter().map(ToString::to_string).collect()).unwrap_or_default(),
        ticket: ticket.map(|one| (one.number.to_string(), format!("/queue/{}", one.id))),
        frame: visitor.frame(&house, "我的预约").in_section(Section::Visit),
    };
    Ok(web::page(&page))
}

/// The appointment as a calendar file.
pub(super) async fn ics(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let (appointment, hall, item) = own(&house, &visitor, &id)?;
    let page = house.address(&format!("/appoint/{}", appointment.id));
    let host = page.split('/').nth(2).unwrap_or("tongban").to_owned();
    let about = calendar::About {
        item: &item,
        hall: &hall,
        page: &page,
        host: &host,
        minutes: rulebook().slot_minutes,
        now: house.db.now(),
    };
    let mut response = Response::new(Body::from(calendar::file(&appointment, &about)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let name = HeaderValue::from_static("attachment; filename=\"appointment.ics\"");
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    slot: String,
}

#[derive(Template)]
#[template(path = "halls/change.html")]
struct ChangePage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    id: String,
    item: String,
    hall: String,
    old: String,
    days: Vec<DayLine>,
    /// The chosen time in words and as a key; then only the number of persons is asked.
    chosen: Option<(String, String)>,
    persons: Field,
}

pub(super) async fn change_form(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    changing(&house, &visitor, &id, &asked.slot, None, vec![])
}

fn changing(
    house: &House,
    visitor: &Visitor,
    id: &str,
    slot: &str,
    persons: Option<&str>,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let (appointment, hall, item) = own(house, visitor, id)?;
    let today = house.db.today();
    let base = format!("/appoint/{}/change?slot=", appointment.id);
    let days = house.ask(|read| flow::days(read, &hall, &appointment.item, &base))?;
    let mut field = Field::new(FieldKind::Select, "persons", "几个人来办").width("w-8");
    field.choices = (1..=rulebook().persons_most).map(|n| Choice::new(n.to_string(), format!("{n} 人"))).collect();
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let before = appointment.persons.to_string();
    let page = ChangePage {
        frame: visitor.frame(house, "改预约").in_section(Section::Visit).with_errors(!wrongs.is_empty()),
        id: appointment.id.to_string(),
        item,
        hall: hall.name,
        old: words::slot(&appointment.slot, today),
        days,
        chosen: words::slot_of(slot).map(|slot| (words::slot(&slot, today), words::slot_key(&slot))),
        persons: field.value(persons.unwrap_or(&before)).wrong(&wrongs),
        wrongs,
    };
    Ok(web::page_with(status, &page))
}

pub(super) async fn change(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    let (appointment, ..) = own(&house, &visitor, &id)?;
    let key = sent.get("slot").unwrap_or_default().to_owned();
    let Some(slot) = words::slot_of(&key) else { return Err(Fault::refused(&Refusal::NoSuchSlot)) };
    let persons = sent.get("persons").unwrap_or("1").to_owned();
    let (actor, number) = (session.actor.clone(), persons.parse().unwrap_or(0));
    let changed = house.db.write_async(move |tx| desk::change(tx, &actor, &appointment.id, &slot, number)).await;
    match changed {
        Ok(changed) => Ok(web::redirect(&format!("/appoint/{}", changed.id))),
        Err(Failure::Refused(refusal)) => {
            let said = format!("{refusal}{}", refusal.remedy().unwrap_or_default());
            changing(&house, &visitor, &id, &key, Some(&persons), vec![Wrong::new("persons", said)])
        }
        Err(failure) => Err(failure.into()),
    }
}

#[derive(Template)]
#[template(path = "halls/cancel.html")]
struct CancelPage {
    frame: Frame,
    id: String,
    item: String,
    hall: String,
    when: String,
}

pub(super) async fn cancel_form(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let (appointment, hall, item) = own(&house, &visitor, &id)?;
    if appointment.attendance != Attendance::Expected {
        return Ok(web::redirect(&format!("/appoint/{}", appointment.id)));
    }
    let page = CancelPage {
        frame: visitor.frame(&house, "取消预约").in_section(Section::Visit),
        id: appointment.id.to_string(),
        item,
        hall: hall.name,
        when: words::slot(&appointment.slot, house.db.today()),
    };
    Ok(web::page(&page))
}

pub(super) async fn cancel(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
    _: Fields,
) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    let (appointment, ..) = own(&house, &visitor, &id)?;
    let actor = session.actor.clone();
    let cancelled = house.write(move |tx| desk::cancel(tx, &actor, &appointment.id)).await?;
    Ok(web::redirect(&format!("/appoint/{}", cancelled.id)))
}

/// Checks in from the phone: the ticket is drawn.
pub(super) async fn check_in(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
    _: Fields,
) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    let (appointment, ..) = own(&house, &visitor, &id)?;
    let actor = session.actor.clone();
    let ticket = house.write(move |tx| desk::check_in(tx, &actor, &appointment.id, None)).await?;
    Ok(web::redirect(&format!("/queue/{}", ticket.id)))
}
