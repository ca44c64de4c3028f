//! Commands of this room, each inside the caller's transaction.

mod appointment;
mod counter;
mod queue;

use kernel::{Actor, local_date};
use store::{Failure, Read, Tx};

pub use appointment::{Wish, absent, book, cancel, change, check_in, check_in_by_code, excuse};
pub use counter::{arrange, sit};
pub use queue::{Draw, call_next, draw, finish_and_call_next, handle, open_case};

use crate::rules::Facts;
use crate::{HallId, Refusal, query, rulebook};

/// What a command answers with.
pub type Result<T> = std::result::Result<T, Failure<Refusal>>;

/// What the rules must know of the actor in this hall now.
fn facts<'a>(tx: &mut Tx<'_>, actor: &'a Actor, hall: &HallId) -> std::result::Result<Facts<'a>, store::Error> {
    let (now, today) = (tx.now(), local_date(tx.now()));
    let seat = match actor.staff() {
        Some(clerk) => query::seat_of(tx, &clerk, hall)?.filter(|window| window.is_open(today)),
        None => None,
    };
    let seat = seat.map(|window| window.number);
    let serving = match seat {
        Some(window) => query::at_window(tx, hall, window)?.called.map(|ticket| ticket.number),
        None => None,
    };
    Ok(Facts { now, today, actor, book: rulebook(), seat, serving })
}
