//! One ticket: its place in the queue, where to go, and what it belongs to.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use halls::{Refusal, State as Standing, Ticket, TicketId, desk, query, rulebook, rules::ticket::Command};
use kernel::Actor;
use store::{Failure, Read};
use web::{Fault, Frame, House, Section, Visitor};

use super::words;

#[derive(Template)]
#[template(path = "halls/ticket.html")]
struct TicketPage {
    frame: Frame,
    id: String,
    number: String,
    /// `bamboo`, `water` or nothing, for the badge.
    class: &'static str,
    word: &'static str,
    say: String,
    wait: Option<String>,
    hall: String,
    hall_href: String,
    address: String,
    service: String,
    lane: String,
    drawn: String,
    own: bool,
    can_leave: bool,
    can_rejoin: bool,
    appointment: Option<String>,
    cases: Vec<String>,
}

pub(super) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let id = id_of(&id)?;
    let (ticket, hall, place, now) = house.ask(|read| {
        let ticket = query::ticket(read, &id)?;
        let hall = query::hall(read, &ticket.hall)?.ok_or(Refusal::NoSuchHall)?;
        let place = query::place(read, &hall, &ticket)?;
        Ok::<_, Failure<Refusal>>((ticket, hall, place, read.now()))
    })?;
    let today = kernel::local_date(now);
    let own = visitor
        .session
        .as_ref()
        .and_then(|session| session.actor.party())
        .is_some_and(|party| ticket.party == Some(party));
    let (class, say) = standing(&ticket, place.as_ref());
    let ground = ticket.ground.as_deref().and_then(|code| rulebook().ground(code));
    let page = TicketPage {
        id: ticket.id.to_string(),
        number: ticket.number.to_string(),
        class,
        word: ticket.state.word(),
        say,
        wait: place.map(|place| words::wait(place.wait)),
        hall: hall.name.clone(),
        hall_href: format!("/hall/{}", hall.id),
        address: hall.address.clone(),
        service: words::service(ticket.service),
        lane: match ground {
            Some(ground) => format!("{}，{}", ticket.lane.word(), ground.name),
            None => ticket.lane.word().to_owned(),
        },
        drawn: crate::citizen::words::moment(ticket.at, today),
        own,
        can_leave: own && matches!(ticket.state, Standing::Waiting { .. } | Standing::Missed { .. }),
        can_rejoin: own && matches!(ticket.state, Standing::Missed { .. }),
        // What a ticket belongs to is shown to whom it belongs, not to everybody with the slip.
        appointment: ticket.appointment.filter(|_| own).map(|id| format!("/appoint/{id}")),
        cases: if own { ticket.cases.iter().map(ToString::to_string).collect() } else { vec![] },
        frame: visitor.frame(&house, format!("排队号 {}", ticket.number)).in_section(Section::Visit),
    };
    Ok(web::page(&page))
}

/// The sentence for where a ticket stands, and the class of its badge.
fn standing(ticket: &Ticket, place: Option<&query::Place>) -> (&'static str, String) {
    match &ticket.state {
        Standing::Waiting { .. } => match place {
            Some(place) => ("water", ahead(place)),
            None => ("", "这一天已经过去，这个号不能用了。".to_owned()),
        },
        Standing::Called { window, .. } => ("bamboo", format!("请到 {window} 号窗口")),
        Standing::Held { window, .. } => ("osmanthus", format!("{window} 号窗口在等您，办好手上的事直接回去")),
        Standing::Missed { .. } => ("osmanthus", "叫过您，没有人来。回来了请点“重新排队”，或者告诉窗口。".to_owned()),
        Standing::Done { window, .. } => ("", format!("在 {window} 号窗口办完了")),
        Standing::Left { .. } => ("", "您取消了排队".to_owned()),
        Standing::Lapsed => ("", "当天没有叫到，这个号不能用了。请重新取号。".to_owned()),
    }
}

/// 您前面还有 3 人
pub(super) fn ahead(place: &query::Place) -> String {
    match place.ahead {
        0 => "下一个就是您".to_owned(),
        people => format!("您前面还有 {people} 人"),
    }
}

fn id_of(text: &str) -> Result<TicketId, Fault> {
    text.parse().map_err(|_| Fault::refused(&Refusal::NoSuchTicket))
}

/// Gives the ticket back.
pub(super) async fn leave(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
    _: web::Fields,
) -> Result<Response, Fault> {
    act(&house, &visitor, &id, Command::Leave).await
}

/// Back into the queue after having been passed over.
pub(super) async fn rejoin(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
    _: web::Fields,
) -> Result<Response, Fault> {
    act(&house, &visitor, &id, Command::Rejoin).await
}

async fn act(house: &House, visitor: &Visitor, id: &str, command: Command) -> Result<Response, Fault> {
    let (session, _) = visitor.citizen()?;
    let (id, actor) = (id_of(id)?, session.actor.clone());
    house
        .write(move |tx| {
            own(tx, &actor, &id)?;
            desk::handle(tx, &actor, &id, &command)
        })
        .await?;
    Ok(web::redirect(&format!("/queue/{id}")))
}

/// Somebody else's ticket is none.
fn own(read: &mut dyn Read, actor: &Actor, id: &TicketId) -> Result<(), Failure<Refusal>> {
    query::ticket_for(read, actor, id).map(drop)
}
