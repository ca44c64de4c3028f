//! The life of a ticket: called, called again, held, handed on, passed over, done.

use kernel::{Actor, CaseNumber, PartyId, Timestamp, midnight};

use super::{Facts, Refusal, WORKING, appointment::is_party};
use crate::{Letter, State, Ticket, TicketEvent as Event, TicketId};

/// What can be asked of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Call it to the window where the clerk sits: it waits, it was held there, or it was passed over and is back.
    Call,
    /// Call it once more.
    CallAgain,
    /// Hold it back for a moment.
    Hold,
    /// Hand it on.
    Transfer {
        /// To this service,
        service: Letter,
        /// to this window only, if one is named.
        window: Option<u16>,
    },
    /// Pass it over, after the last call.
    Skip,
    /// Back into the queue after having been passed over.
    Rejoin,
    /// Done.
    Finish,
    /// Give it back.
    Leave,
    /// A case was opened at the window.
    OpenCase {
        /// Its number.
        case: CaseNumber,
        /// Whose it is.
        party: PartyId,
    },
    /// Time has passed.
    Tick,
}

impl Command {
    /// Stable name, as in the API's addresses.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Call => "call",
            Command::CallAgain => "call-again",
            Command::Hold => "hold",
            Command::Transfer { .. } => "transfer",
            Command::Skip => "skip",
            Command::Rejoin => "rejoin",
            Command::Finish => "finish",
            Command::Leave => "leave",
            Command::OpenCase { .. } => "open-case",
            Command::Tick => "tick",
        }
    }
}

/// What happens if `command` reaches the ticket now.
pub fn decide(ticket: &Ticket, command: &Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    use {Command as C, State as S};
    let at = facts.now;
    if let C::Tick = command {
        let over = ticket.state.is_open() && facts.today > ticket.day;
        return Ok(if over { vec![Event::Lapsed] } else { vec![] });
    }
    if facts.today != ticket.day {
        return Err(Refusal::DayOver);
    }
    let event = match (&ticket.state, command) {
        (S::Waiting { window }, C::Call) => call(ticket, *window, facts)?,
        (S::Held { window, .. }, C::Call) => call(ticket, Some(*window), facts)?,
        (S::Missed { .. }, C::Call) => call(ticket, None, facts)?,
        (S::Called { window, by, calls, .. }, C::CallAgain) => {
            mine(*window, facts)?;
            Event::Called { window: *window, by: *by, at, calls: calls.saturating_add(1) }
        }
        (S::Called { window, .. }, C::Hold) => {
            mine(*window, facts)?;
            Event::Held { at }
        }
        (S::Called { window, .. } | S::Held { window, .. }, C::Transfer { service, window: to }) => {
            mine(*window, facts)?;
            Event::Transferred { service: *service, window: *to, at }
        }
        (S::Called { window, calls, .. }, C::Skip) => {
            mine(*window, facts)?;
            let most = facts.book.calls;
            if *calls < most {
                return Err(Refusal::CallFirst { calls: *calls, most });
            }
            Event::Missed { at }
        }
        (S::Missed { .. }, C::Rejoin) => {
            its_own(ticket, facts)?;
            Event::Rejoined { at }
        }
        (S::Called { window, .. }, C::Finish) => {
            mine(*window, facts)?;
            Event::Finished { at }
        }
        (S::Waiting { .. } | S::Missed { .. }, C::Leave) => {
            its_own(ticket, facts)?;
            Event::Left { at }
        }
        (S::Called { window, .. }, C::OpenCase { case, party }) => {
            mine(*window, facts)?;
            Event::CaseOpened { case: *case, party: Some(*party) }
        }
        (state, _) => return Err(Refusal::TicketNotNow { number: ticket.number, is: state.word() }),
    };
    Ok(vec![event])
}

/// A clerk at an open window that serves nobody calls; a ticket that was handed to another window is not theirs to call.
fn call(ticket: &Ticket, only: Option<u16>, facts: &Facts) -> Result<Event, Refusal> {
    let by = facts.staff(&ticket.hall, &[kernel::Duty::Receive])?;
    let window = facts.seat.ok_or(Refusal::WindowNotOpen)?;
    if let Some(number) = facts.serving {
        return Err(Refusal::StillServing { number });
    }
    match only {
        Some(other) if other != window => Err(Refusal::AtAnotherWindow { window: other }),
        _ => Ok(Event::Called { window, by, at: facts.now, calls: 1 }),
    }
}

/// Only the clerk who sits at the window acts on the ticket that is there.
fn mine(window: u16, facts: &Facts) -> Result<(), Refusal> {
    if facts.seat == Some(window) { Ok(()) } else { Err(Refusal::AtAnotherWindow { window }) }
}

/// Whoever drew it, the machine in the hall, or staff of the hall.
fn its_own(ticket: &Ticket, facts: &Facts) -> Result<(), Refusal> {
    let own = ticket.party.is_some_and(|party| is_party(facts.actor, party));
    if own || matches!(facts.actor, Actor::System(_)) {
        return Ok(());
    }
    facts.staff(&ticket.hall, &WORKING).map(drop)
}

/// The ticket that drawing makes.
pub fn open(id: TicketId, event: &Event) -> Option<Ticket> {
    let Event::Drawn { hall, day, number, lane, ground, source, party, item, appointment, at, turn } = event else {
        return None;
    };
    Some(Ticket {
        id,
        version: 1,
        hall: *hall,
        day: *day,
        number: *number,
        service: number.letter,
        lane: *lane,
        ground: ground.clone(),
        source: *source,
        party: *party,
        item: *item,
        appointment: *appointment,
        at: *at,
        turn: *turn,
        called: None,
        served: 0,
        cases: vec![],
        state: State::Waiting { window: None },
    })
}

/// What `event` did to the ticket.
pub fn apply(ticket: &mut Ticket, event: &Event) {
    ticket.version += 1;
    match event {
        Event::Drawn { .. } => {}
        Event::Called { window, by, at, calls } => {
            let since = match &ticket.state {
                State::Called { since, .. } => *since,
                _ => *at,
            };
            ticket.called.get_or_insert(*at);
            ticket.state = State::Called { window: *window, by: *by, since, calls: *calls };
        }
        Event::Held { at } => {
            if let State::Called { window, by, since, .. } = ticket.state {
                ticket.served += seconds(since, *at);
                ticket.state = State::Held { window, by };
            }
        }
        Event::Transferred { service, window, at } => {
            if let State::Called { since, .. } = ticket.state {
                ticket.served += seconds(since, *at);
            }
            ticket.service = *service;
            ticket.state = State::Waiting { window: *window };
        }
        Event::Missed { at } => ticket.state = State::Missed { at: *at },
        Event::Rejoined { at } => {
            ticket.turn = *at;
            ticket.called = None;
            ticket.state = State::Waiting { window: None };
        }
        Event::Finished { at } => {
            if let State::Called { window, since, .. } = ticket.state {
                ticket.served += seconds(since, *at);
                ticket.state = State::Done { at: *at, window };
            }
        }
        Event::Left { at } => ticket.state = State::Left { at: *at },
        Event::Lapsed => ticket.state = State::Lapsed,
        Event::CaseOpened { case, party } => {
            ticket.cases.push(*case);
            ticket.party = ticket.party.or(*party);
        }
    }
}

fn seconds(from: Timestamp, to: Timestamp) -> u32 {
    u32::try_from((to.as_second() - from.as_second()).max(0)).unwrap_or(u32::MAX)
}

/// When [`Command::Tick`] must be sent: when the day is over.
pub fn due(ticket: &Ticket) -> Option<Timestamp> {
    let tomorrow = ticket.day.tomorrow().ok()?;
    ticket.state.is_open().then(|| midnight(tomorrow))
}
