//! The slip that the applicant takes along from the window: number, dates, what was handed in.

use askama::Template;
use axum::response::Response;
use casework::{State as Standing, query};
use kernel::{CaseNumber, local_date};
use store::{Failure, Read};
use web::{Fault, Frame, words};

use crate::{
    act::At,
    deck::{self, Desk},
    words::provision,
};

#[derive(Template)]
#[template(path = "console/slip.html")]
struct SlipPage {
    frame: Frame,
    number: CaseNumber,
    item: String,
    applicant: String,
    office: String,
    received: String,
    next: String,
    password: Option<String>,
    ticket: Option<String>,
    materials: Vec<(String, &'static str)>,
    accepted: bool,
}

/// The slip of a case that this post may know of.
pub async fn show(At { house, visitor, session, number }: At) -> Result<Response, Fault> {
    let frame = deck::frame(&visitor, &house, &session, "收件凭条", Desk::Counter);
    let page = house.ask(|read| {
        let case = query::case_for(read, &session.actor, &number)?;
        let password = query::slip_password(read, &session.actor, &case)?;
        let party = identity::party(read, &case.applicant)?;
        let office = organisation::department(read, &case.department)?;
        let today = local_date(read.now());
        let ticket = match case.counter.as_ref().and_then(|counter| counter.ticket) {
            Some(id) => match halls::query::ticket_for(read, &session.actor, &id) {
                Ok(ticket) => Some(ticket.number.to_string()),
                Err(Failure::Refused(_)) => None,
                Err(Failure::Broken(error)) => return Err(error.into()),
            },
            None => None,
        };
        let next = match (&case.state, case.decide_by) {
            (Standing::Submitted { answer_by, .. }, _) => {
                format!("最迟 {} 答复受理不受理", words::day(*answer_by, today))
            }
            (_, Some(due)) => format!("已经受理，最迟 {} 办结", words::day(due, today)),
            _ => String::new(),
        };
        Ok::<_, Failure<casework::Refusal>>(SlipPage {
            frame,
            number,
            item: case.terms.name.clone(),
            applicant: party.map_or_else(String::new, |party| party.name),
            office: office.map_or_else(String::new, |office| office.name),
            received: words::moment(case.submitted, today),
            next,
            password,
            ticket,
            materials: case.materials.iter().map(|one| (one.name.clone(), provision(&one.provision))).collect(),
            accepted: case.acceptance.is_some(),
        })
    })?;
    Ok(web::page(&page))
}
