//! Who does what when.

use super::Stage;
use crate::failure::Failed;
use kernel::Timestamp;
use std::{cmp::Ordering, collections::BinaryHeap};

/// What somebody does, and what it leads to.
pub type Act = Box<dyn FnOnce(&Stage) -> Result<Vec<Deed>, Failed> + Send>;

/// An act and its instant.
pub struct Deed {
    at: Timestamp,
    /// Deeds of one lane are done one after the other: those at one counter, those of one case.
    lane: u64,
    act: Act,
}

impl Deed {
    /// At `at`, after what was planned earlier in the same lane.
    pub fn new(
        at: Timestamp,
        lane: u64,
        act: impl FnOnce(&Stage) -> Result<Vec<Deed>, Failed> + Send + 'static,
    ) -> Deed {
        Deed { at, lane, act: Box::new(act) }
    }

    /// Whether it is due after the one instant and before the other.
    pub fn is_within(&self, after: Timestamp, before: Timestamp) -> bool {
        self.at > after && self.at < before
    }
}

/// A deed with its place among those of the same instant.
struct Planned(Deed, u64);

impl Ord for Planned {
    /// The earliest is the greatest, as the heap wants it.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.0.at, other.0.lane, other.1).cmp(&(self.0.at, self.0.lane, self.1))
    }
}

impl PartialOrd for Planned {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Planned {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Planned {}

/// What is still to be done.
#[derive(Default)]
pub struct Agenda {
    heap: BinaryHeap<Planned>,
    planned: u64,
}

/// Deeds that lie this close together are done at one instant, so that they can share a commit.
const SLOT_MICROS: i64 = 5 * 60 * 1_000_000;

/// At most so many at a time.
const HANDS: u64 = 8;

impl Agenda {
    /// Plans more.
    pub fn add(&mut self, deeds: Vec<Deed>) {
        for deed in deeds {
            self.planned += 1;
            self.heap.push(Planned(deed, self.planned));
        }
    }

    /// When the next deed is due.
    pub fn next(&self) -> Option<Timestamp> {
        self.heap.peek().map(|planned| planned.0.at)
    }

    /// The deeds of the slot that begins at `at`, in order.
    pub fn take(&mut self, at: Timestamp) -> Vec<Deed> {
        let end = at.as_microsecond() + SLOT_MICROS;
        let mut taken = vec![];
        while self.next().is_some_and(|next| next.as_microsecond() < end) {
            taken.extend(self.heap.pop().map(|planned| planned.0));
        }
        taken
    }
}

/// Does them, those of different lanes beside each other, and gives what they lead to.
pub fn play(stage: &Stage, deeds: Vec<Deed>) -> Result<Vec<Deed>, Failed> {
    let mut hands: Vec<Vec<Deed>> = (0..HANDS).map(|_| vec![]).collect();
    for deed in deeds {
        let hand = usize::try_from(deed.lane % HANDS).unwrap_or(0);
        hands[hand].push(deed);
    }
    hands.retain(|hand| !hand.is_empty());
    if let [alone] = &mut hands[..] {
        return work(stage, std::mem::take(alone));
    }
    std::thread::scope(|scope| {
        let working: Vec<_> = hands.into_iter().map(|hand| scope.spawn(move || work(stage, hand))).collect();
        let mut more = vec![];
        for hand in working {
            more.extend(hand.join().map_err(|_| Failed::new("a deed of the demonstration's month panicked"))??);
        }
        Ok(more)
    })
}

fn work(stage: &Stage, deeds: Vec<Deed>) -> Result<Vec<Deed>, Failed> {
    let mut more = vec![];
    for deed in deeds {
        more.extend((deed.act)(stage)?);
    }
    Ok(more)
}
