//! Who is called next.
//!
//! The rule, as it hangs in the hall: *each lane has a share (预约 3, 优先 2, 普通 2). Count how many calls of the service have gone by
//! since the lane's last one; count one more, times the share. The lane with the most goes first; between equals 预约 before 优先
//! before 普通. Within a lane, who came first goes first; an appointment that checked in early waits for its slot, unless nobody else
//! waits.* No lane starves: the count of a lane that waits grows with every call.

use kernel::Timestamp;

use crate::{Fairness, Lane, Letter, Ticket, TicketId};

/// How many of the latest calls the rule looks back at.
pub const LOOK_BACK: usize = 32;

/// One who waits, as the rule sees them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiter {
    /// Which ticket.
    pub id: TicketId,
    /// In which lane.
    pub lane: Lane,
    /// Its turn.
    pub turn: Timestamp,
    /// Decides between those of one turn: the serial of the ticket.
    pub serial: u32,
}

impl From<&Ticket> for Waiter {
    fn from(ticket: &Ticket) -> Waiter {
        Waiter { id: ticket.id, lane: ticket.lane, turn: ticket.turn, serial: ticket.number.serial }
    }
}

impl Fairness {
    fn share(&self, lane: Lane) -> u64 {
        u64::from(match lane {
            Lane::Booked => self.booked,
            Lane::Priority => self.priority,
            Lane::Ordinary => self.ordinary,
        })
    }
}

/// The lane whose turn it is among `waiting`, after the lanes of `recent` calls, the latest first.
pub fn lane(shares: &Fairness, recent: &[Lane], waiting: &[Lane]) -> Option<Lane> {
    let gap = |lane: Lane| {
        let seen = recent.iter().take(LOOK_BACK).position(|called| *called == lane);
        seen.unwrap_or(recent.len().min(LOOK_BACK)) as u64 + 1
    };
    let weight = |lane: &Lane| gap(*lane) * shares.share(*lane);
    // The first of equals: `Lane::ALL` is in the order that decides.
    let mut best: Option<(u64, Lane)> = None;
    for lane in Lane::ALL.into_iter().filter(|lane| waiting.contains(lane)) {
        let weight = weight(&lane);
        if best.is_none_or(|(most, _)| weight > most) {
            best = Some((weight, lane));
        }
    }
    best.map(|(_, lane)| lane)
}

/// Who is next in the queue of one service.
pub fn next(shares: &Fairness, recent: &[Lane], waiting: &[Waiter], now: Timestamp) -> Option<Waiter> {
    let first = |these: &mut dyn Iterator<Item = &Waiter>| these.min_by_key(|one| (one.turn, one.serial)).copied();
    let due: Vec<&Waiter> = waiting.iter().filter(|one| one.turn <= now).collect();
    if due.is_empty() {
        return first(&mut waiting.iter());
    }
    let lanes: Vec<Lane> = due.iter().map(|one| one.lane).collect();
    let lane = lane(shares, recent, &lanes)?;
    first(&mut due.into_iter().filter(|one| one.lane == lane))
}

/// The queue of one service, before a window that serves several.
#[derive(Debug, Clone, PartialEq)]
pub struct Queue {
    /// Of which service.
    pub service: Letter,
    /// The lanes of its latest calls, the latest first.
    pub recent: Vec<Lane>,
    /// Who waits.
    pub waiting: Vec<Waiter>,
}

/// Who is next at a window: of each of its queues the one whose turn it is, and of these the one who has waited longest. So each
/// queue keeps its own rule, and none waits for ever behind another.
pub fn next_of(shares: &Fairness, queues: &[Queue], now: Timestamp) -> Option<Waiter> {
    let heads = queues.iter().filter_map(|queue| next(shares, &queue.recent, &queue.waiting, now));
    heads.min_by_key(|head| (head.turn, head.serial))
}

/// In which order those who wait will be called, if nobody else comes.
pub fn order(shares: &Fairness, recent: &[Lane], waiting: &[Waiter], now: Timestamp) -> Vec<TicketId> {
    let (mut recent, mut waiting) = (recent.to_vec(), waiting.to_vec());
    let mut order = Vec::with_capacity(waiting.len());
    while let Some(called) = next(shares, &recent, &waiting, now) {
        waiting.retain(|one| one.id != called.id);
        recent.insert(0, called.lane);
        recent.truncate(LOOK_BACK);
        order.push(called.id);
    }
    order
}
