//! The queue as people see it: who is called where, how many wait, how long it may take.

use kernel::{Timestamp, local_date};
use store::{Error, Read};

use crate::rules::estimate::{self, Wait};
use crate::rules::fairness::{self, LOOK_BACK, Waiter};
use crate::{Hall, HallId, Letter, State, Ticket, TicketNumber, Window, rulebook, table};

/// Waiting tickets of one service that are looked at.
const WAITING_MOST: usize = 2_000;
/// Calls that the board shows.
const CALLS_MOST: usize = 12;

/// The board of a hall now.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// By service.
    pub waiting: Vec<Waiting>,
    /// Who is called, the latest first; numbers only.
    pub calls: Vec<Call>,
    /// Who was passed over.
    pub missed: Vec<TicketNumber>,
    /// The windows and who sits there.
    pub posts: Vec<Post>,
}

/// A window of the board.
#[derive(Debug, Clone, PartialEq)]
pub struct Post {
    /// As it is manned.
    pub window: Window,
    /// What it handles.
    pub services: Vec<Letter>,
    /// Whether it calls.
    pub open: bool,
}

/// The queue of one service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The service.
    pub service: Letter,
    /// How many wait.
    pub people: usize,
    /// The one who has waited longest.
    pub since: Option<Timestamp>,
    /// How many windows call for it.
    pub windows: usize,
    /// How long somebody who came now may wait.
    pub wait: Wait,
}

/// A ticket that is called to a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// Its number.
    pub number: TicketNumber,
    /// The window.
    pub window: u16,
    /// When it was first called there.
    pub since: Timestamp,
    /// How often.
    pub calls: u8,
}

/// The board of a hall.
pub fn board(read: &mut dyn Read, hall: &Hall) -> Result<Board, Error> {
    let today = local_date(read.now());
    let posts = posts(read, hall)?;
    let mut waiting = vec![];
    for service in hall.services() {
        let tickets = table::ticket::waiting(read, &hall.id, today, service, WAITING_MOST)?;
        let windows = calling(&posts, service);
        let seconds = table::ticket::times_of_day(read, &hall.id, today, service, rulebook().estimate.most)?;
        waiting.push(Waiting {
            service,
            people: tickets.len(),
            since: tickets.iter().map(|ticket| ticket.at).min(),
            windows,
            wait: estimate::wait(&rulebook().estimate, &seconds, tickets.len(), windows),
        });
    }
    let called = table::ticket::in_state(read, &hall.id, today, "called", 200)?;
    let mut calls: Vec<Call> = called.iter().filter_map(call).collect();
    calls.sort_by_key(|call| std::cmp::Reverse(call.since));
    calls.truncate(CALLS_MOST);
    let missed = table::ticket::in_state(read, &hall.id, today, "missed", 20)?;
    Ok(Board { waiting, calls, missed: missed.iter().map(|ticket| ticket.number).collect(), posts })
}

fn call(ticket: &Ticket) -> Option<Call> {
    match ticket.state {
        State::Called { window, since, calls, .. } => Some(Call { number: ticket.number, window, since, calls }),
        _ => None,
    }
}

fn posts(read: &mut dyn Read, hall: &Hall) -> Result<Vec<Post>, Error> {
    let today = local_date(read.now());
    let windows = super::windows(read, hall)?;
    let post = |window: Window| {
        let services = hall.window(window.number).map(|post| post.services.clone()).unwrap_or_default();
        Post { open: window.is_open(today), services, window }
    };
    Ok(windows.into_iter().map(post).collect())
}

fn calling(posts: &[Post], service: Letter) -> usize {
    posts.iter().filter(|post| post.open && post.services.contains(&service)).count()
}

/// A ticket's place in its queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// How many are called before it, if nobody else comes.
    pub ahead: usize,
    /// How long that may take.
    pub wait: Wait,
}

/// The place of a ticket that waits; `None` when it does not.
pub fn place(read: &mut dyn Read, hall: &Hall, ticket: &Ticket) -> Result<Option<Place>, Error> {
    let (now, today, book) = (read.now(), local_date(read.now()), rulebook());
    if !matches!(ticket.state, State::Waiting { .. }) || ticket.day != today {
        return Ok(None);
    }
    let tickets = table::ticket::waiting(read, &hall.id, today, ticket.service, WAITING_MOST)?;
    let recent = table::ticket::recent(read, &hall.id, today, ticket.service, LOOK_BACK)?;
    let waiting: Vec<Waiter> = tickets.iter().map(Waiter::from).collect();
    let order = fairness::order(&book.shares, &recent, &waiting, now);
    let ahead = order.iter().position(|id| *id == ticket.id).unwrap_or(order.len());
    let mut seconds = table::ticket::times_of_day(read, &hall.id, today, ticket.service, book.estimate.most)?;
    if seconds.len() < book.estimate.least
        && let Some(item) = &ticket.item
    {
        seconds.extend(table::ticket::times_of_item(read, &hall.id, item, book.estimate.most)?);
    }
    let windows = calling(&posts(read, hall)?, ticket.service);
    Ok(Some(Place { ahead, wait: estimate::wait(&book.estimate, &seconds, ahead, windows) }))
}

/// Those who were passed over today, for calling them back.
pub fn missed(read: &mut dyn Read, hall: &Hall) -> Result<Vec<Ticket>, Error> {
    let today = local_date(read.now());
    table::ticket::in_state(read, &hall.id, today, "missed", 50)
}

/// Who is at a window now.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AtWindow {
    /// Called and served.
    pub called: Option<Ticket>,
    /// Held back.
    pub held: Vec<Ticket>,
}

/// Who is at one window of a hall today.
pub fn at_window(read: &mut dyn Read, hall: &HallId, number: u16) -> Result<AtWindow, Error> {
    let today = local_date(read.now());
    let tickets = table::ticket::at_window(read, hall, today, number)?;
    let (called, held): (Vec<Ticket>, Vec<Ticket>) =
        tickets.into_iter().partition(|ticket| matches!(ticket.state, State::Called { .. }));
    Ok(AtWindow { called: called.into_iter().next(), held })
}
