//! Drawing a ticket, calling the next one, and what happens to it at the window.

use kernel::{Actor, BasicCode, CaseNumber, PartyId, Timestamp, local_date};
use store::{Error, Failure, Read, Tx};

use super::{Result, facts};
use crate::rules::fairness::{self, LOOK_BACK, Queue, Waiter};
use crate::rules::{WORKING, ticket as rules, ticket::Command, works_at};
use crate::{
    AppointmentId, Event, HallId, Lane, Letter, Openness, Refusal, Source, State, Ticket, TicketEvent, TicketId,
    TicketNumber, query, rulebook, table,
};

/// Those who wait for one service that are looked at for one call.
const WAITING_MOST: usize = 2_000;

/// What somebody wants to queue for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draw {
    /// Where.
    pub hall: HallId,
    /// For which service; found by the item where one is named.
    pub service: Option<Letter>,
    /// For which item.
    pub item: Option<BasicCode>,
    /// The ground of precedence, by its code.
    pub ground: Option<String>,
    /// How.
    pub source: Source,
}

/// A ticket that is about to be drawn.
pub(super) struct Drawn {
    pub hall: HallId,
    pub service: Letter,
    pub lane: Lane,
    pub ground: Option<String>,
    pub source: Source,
    pub party: Option<PartyId>,
    pub item: Option<BasicCode>,
    pub appointment: Option<AppointmentId>,
    pub turn: Timestamp,
}

/// Draws a ticket: at the machine in the hall or from somebody's own phone while the hall is open, by staff whenever they stand there.
pub fn draw(tx: &mut Tx<'_>, actor: &Actor, draw: &Draw) -> Result<Ticket> {
    let hall = query::hall(tx, &draw.hall)?.ok_or(Refusal::NoSuchHall)?;
    let service = match (&draw.item, draw.service) {
        (Some(item), _) => query::service_for(tx, &hall, item)?,
        (None, Some(service)) if hall.services().contains(&service) => service,
        (None, _) => return Err(Refusal::NotHandledHere.into()),
    };
    let party = match actor {
        Actor::Citizen { acting_for, .. } => {
            if let Some(item) = &draw.item {
                query::may_act(tx, actor, item)?;
            }
            Some(*acting_for)
        }
        Actor::Staff { .. } if works_at(actor, &draw.hall, &WORKING).is_none() => {
            return Err(Refusal::NotEmpowered { duties: WORKING.to_vec() }.into());
        }
        Actor::Staff { .. } | Actor::System(_) => None,
    };
    let (now, calendar) = (tx.now(), organisation::calendar(tx)?);
    // People who stand before the doors get their numbers from staff; machine and phone keep the hours.
    if actor.staff().is_none()
        && let Openness::Shut { opens, .. } = hall.openness(&calendar, now)
    {
        return Err(Refusal::HallClosed { opens }.into());
    }
    if let Some(party) = &party {
        let open = table::ticket::open_of(tx, party, local_date(now))?;
        if let Some(other) = open.iter().find(|other| other.hall == draw.hall && other.service == service) {
            return Err(Refusal::AlreadyWaiting { number: other.number }.into());
        }
    }
    let ground = ground(draw.ground.as_deref())?;
    let lane = if ground.is_some() { Lane::Priority } else { Lane::Ordinary };
    let (item, source) = (draw.item, draw.source);
    let drawn = Drawn { hall: draw.hall, service, lane, ground, source, party, item, appointment: None, turn: now };
    put(tx, actor, TicketId::new(store::fresh_uuid()), drawn)
}

/// A ground of precedence that the rulebook knows.
pub(super) fn ground(code: Option<&str>) -> Result<Option<String>> {
    match code.map(str::trim).filter(|code| !code.is_empty()) {
        None => Ok(None),
        Some(code) => match rulebook().ground(code) {
            Some(ground) => Ok(Some(ground.code.clone())),
            None => Err(Refusal::BadGround.into()),
        },
    }
}

/// Puts a ticket into its queue under the next number of the day.
pub(super) fn put(tx: &mut Tx<'_>, actor: &Actor, id: TicketId, drawn: Drawn) -> Result<Ticket> {
    let (at, day) = (tx.now(), local_date(tx.now()));
    let serial = table::ticket::draw(tx, &drawn.hall, day, drawn.service)?;
    let Drawn { hall, service, lane, ground, source, party, item, appointment, turn } = drawn;
    let number = TicketNumber { letter: service, serial };
    let event = TicketEvent::Drawn { hall, day, number, lane, ground, source, party, item, appointment, at, turn };
    let ticket = rules::open(id, &event).ok_or_else(|| Error::Corrupt("a drawing opens nothing".to_owned()))?;
    table::ticket::insert(tx, &ticket)?;
    tx.journal(actor, &ticket.stream(), 1, &[Event::Ticket(event)])?;
    Ok(ticket)
}

/// Calls whoever is next to the window where the clerk sits, by the rule of [`fairness`]. What was handed on to this very window
/// comes before the queues.
pub fn call_next(tx: &mut Tx<'_>, actor: &Actor, id: &HallId) -> Result<Ticket> {
    let hall = query::hall(tx, id)?.ok_or(Refusal::NoSuchHall)?;
    let facts = facts(tx, actor, id)?;
    let number = facts.seat.ok_or(Refusal::WindowNotOpen)?;
    if let Some(number) = facts.serving {
        return Err(Refusal::StillServing { number }.into());
    }
    let post = hall.window(number).ok_or(Refusal::NoSuchWindow)?;
    let (now, today) = (facts.now, facts.today);
    let mut queues = Vec::with_capacity(post.services.len());
    let mut own: Option<Waiter> = None;
    for service in &post.services {
        // Nobody else calls from this queue until this transaction is over.
        table::ticket::begin_call(tx, id, today, *service)?;
        let waiting = table::ticket::waiting(tx, id, today, *service, WAITING_MOST)?;
        let handed = |ticket: &&Ticket| matches!(ticket.state, State::Waiting { window: Some(to) } if to == number);
        let first = waiting.iter().find(handed).map(Waiter::from);
        own = [own, first].into_iter().flatten().min_by_key(|one| (one.turn, one.serial));
        let free = waiting.iter().filter(|ticket| matches!(ticket.state, State::Waiting { window: None }));
        let waiting = free.map(Waiter::from).collect();
        queues.push(Queue {
            service: *service,
            recent: table::ticket::recent(tx, id, today, *service, LOOK_BACK)?,
            waiting,
        });
    }
    let next = own.or_else(|| fairness::next_of(&facts.book.shares, &queues, now));
    let next = next.ok_or(Refusal::NobodyWaits)?;
    handle(tx, actor, &next.id, &Command::Call)
}

/// Done with whoever is at the window, if anybody is, and calls the next. Nobody waits: then only the first.
pub fn finish_and_call_next(tx: &mut Tx<'_>, actor: &Actor, id: &HallId) -> Result<Option<Ticket>> {
    let facts = facts(tx, actor, id)?;
    let number = facts.seat.ok_or(Refusal::WindowNotOpen)?;
    let served = query::at_window(tx, id, number)?.called;
    if let Some(ticket) = &served {
        handle(tx, actor, &ticket.id, &Command::Finish)?;
    }
    match call_next(tx, actor, id) {
        Ok(ticket) => Ok(Some(ticket)),
        Err(Failure::Refused(Refusal::NobodyWaits)) if served.is_some() => Ok(None),
        Err(failure) => Err(failure),
    }
}

/// Carries out `command` on one ticket.
pub fn handle(tx: &mut Tx<'_>, actor: &Actor, id: &TicketId, command: &Command) -> Result<Ticket> {
    let mut ticket = table::ticket::load(tx, id)?.ok_or(Refusal::NoSuchTicket)?;
    let facts = facts(tx, actor, &ticket.hall)?;
    if let Command::Transfer { service, window } = command {
        may_go(tx, &ticket.hall, *service, *window)?;
    }
    let events = rules::decide(&ticket, command, &facts)?;
    if events.is_empty() {
        return Ok(ticket);
    }
    let version = ticket.version;
    events.iter().for_each(|event| rules::apply(&mut ticket, event));
    table::ticket::save(tx, &ticket, version)?;
    let events: Vec<Event> = events.into_iter().map(Event::Ticket).collect();
    tx.journal(actor, &ticket.stream(), version + 1, &events)?;
    Ok(ticket)
}

/// Whether a ticket can be handed on there: the service is handled in the hall, and at that window.
fn may_go(tx: &mut Tx<'_>, id: &HallId, service: Letter, window: Option<u16>) -> Result<()> {
    let hall = query::hall(tx, id)?.ok_or(Refusal::NoSuchHall)?;
    let there = match window {
        None => hall.services().contains(&service),
        Some(number) => hall.window(number).ok_or(Refusal::NoSuchWindow)?.services.contains(&service),
    };
    if there { Ok(()) } else { Err(Refusal::NotHandledHere.into()) }
}

/// Keeps that a case was opened at the window for the ticket that is called there. Casework tells it in its own transaction.
pub fn open_case(
    tx: &mut Tx<'_>,
    actor: &Actor,
    ticket: &TicketId,
    case: CaseNumber,
    party: PartyId,
) -> Result<Ticket> {
    handle(tx, actor, ticket, &Command::OpenCase { case, party })
}
