//! 我的: appointments and tickets, and what a case came from.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use casework::Case;
use halls::query;
use kernel::local_date;
use serde::Deserialize;
use store::{Failure, Read, ReadExt};
use web::{Fault, Frame, House, Query, Section, Visitor};

use super::words;
use crate::citizen::Side;

/// Lines of one page.
const PAGE: usize = 20;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    before: String,
    #[serde(default)]
    tickets_before: String,
}

/// A line of either list.
struct Line {
    title: String,
    say: String,
    word: &'static str,
    class: &'static str,
    href: String,
}

#[derive(Template)]
#[template(path = "halls/mine.html")]
struct MinePage {
    frame: Frame,
    side: Side,
    appointments: Vec<Line>,
    more: Option<String>,
    tickets: Vec<Line>,
    more_tickets: Option<String>,
}

pub(super) async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let (_, party) = visitor.citizen()?;
    let cursor = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let (before, tickets_before) = (cursor(&asked.before), cursor(&asked.tickets_before));
    let (appointments, tickets) = house.read(|read| {
        let today = local_date(read.now());
        let items = read.cached::<catalogue::Items>()?;
        let regions = read.cached::<organisation::Regions>()?;
        let appointments = query::appointments_of(read, &party, PAGE, before.as_deref())?;
        let tickets = query::tickets_of(read, &party, PAGE, tickets_before.as_deref())?;
        let name = |code: &kernel::BasicCode| items.get(code).map(|item| item.name.clone());
        let place = |hall: &halls::HallId| regions.full_name(&hall.0);
        let appointment = |one: &halls::Appointment| Line {
            title: name(&one.item).unwrap_or_default(),
            say: format!("{}，{}，{} 人", words::slot(&one.slot, today), place(&one.hall), one.persons),
            word: one.attendance.word(),
            class: match one.attendance {
                halls::Attendance::Expected => "water",
                halls::Attendance::Arrived { .. } => "bamboo",
                _ => "",
            },
            href: format!("/appoint/{}", one.id),
        };
        let ticket = |one: &halls::Ticket| Line {
            title: format!("{} {}", one.number, words::service(one.service)),
            say: format!("{}，{}取号", place(&one.hall), crate::citizen::words::moment(one.at, today)),
            word: one.state.word(),
            class: if one.day == today && one.state.is_open() { "water" } else { "" },
            href: format!("/queue/{}", one.id),
        };
        let lines = (
            (appointments.lines.iter().map(appointment).collect::<Vec<_>>(), appointments.next),
            (tickets.lines.iter().map(ticket).collect::<Vec<_>>(), tickets.next),
        );
        Ok(lines)
    })?;
    let page = MinePage {
        frame: visitor.frame(&house, "预约和排队").in_section(Section::Mine),
        side: Side::of(&house, &visitor, "/me/appointments")?,
        appointments: appointments.0,
        more: appointments.1.map(|next| format!("/me/appointments?before={next}")),
        tickets: tickets.0,
        more_tickets: tickets.1.map(|next| format!("/me/appointments?tickets_before={next}")),
    };
    Ok(web::page(&page))
}

/// The ticket, and the appointment before it, with which the applicant came to the window of a case: name and address of each.
pub(crate) fn links_of(read: &mut dyn Read, case: &Case) -> Result<Vec<(String, String)>, store::Error> {
    let Some(id) = case.counter.as_ref().and_then(|counter| counter.ticket) else { return Ok(vec![]) };
    let ticket = match query::ticket(read, &id) {
        Ok(ticket) => ticket,
        Err(Failure::Refused(_)) => return Ok(vec![]),
        Err(Failure::Broken(error)) => return Err(error),
    };
    let appointment = ticket.appointment.map(|id| ("预约".to_owned(), format!("/appoint/{id}")));
    let own = (format!("排队号 {}", ticket.number), format!("/queue/{}", ticket.id));
    Ok(appointment.into_iter().chain([own]).collect())
}
