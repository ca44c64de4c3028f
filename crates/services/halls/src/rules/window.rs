//! Windows: whose they are, and who sits there.

use kernel::{Actor, Duty, StaffId};

use super::{Facts, Refusal, WORKING, written};
use crate::{Occupation, Window, WindowEvent as Event};

/// What can be asked of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Give it to a clerk, or to nobody.
    Seat {
        /// The clerk.
        clerk: Option<StaffId>,
    },
    /// Open it: the clerk sits down.
    Open,
    /// Away for a while.
    Pause {
        /// Why; people read it.
        reason: String,
    },
    /// Back again.
    Resume,
    /// Close it.
    Close,
}

/// What happens if `command` reaches the window now. `elsewhere` is another window of the hall at which the actor sits today.
pub fn decide(
    window: &Window,
    command: &Command,
    elsewhere: Option<u16>,
    facts: &Facts,
) -> Result<Vec<Event>, Refusal> {
    use {Command as C, Occupation as O};
    let (today, hall) = (facts.today, &window.hall);
    let sits = window.clerk(today);
    // What was left open overnight is closed.
    let occupation = if sits.is_some() { &window.occupation } else { &O::Closed };
    let event = match (occupation, command) {
        (_, C::Seat { clerk }) => {
            if !matches!(facts.actor, Actor::System(_)) {
                facts.staff(hall, &[Duty::Host])?;
            }
            if window.seat == *clerk {
                return Ok(vec![]);
            }
            Event::Seated { clerk: *clerk }
        }
        (O::Closed, C::Open) => {
            let by = facts.staff(hall, &[Duty::Receive])?;
            if let Some(window) = elsewhere {
                return Err(Refusal::SitsElsewhere { window });
            }
            Event::Opened { by, day: today, at: facts.now }
        }
        (O::Open { by, .. }, C::Open) if Some(*by) == facts.actor.staff() => return Ok(vec![]),
        (_, C::Open) => return Err(Refusal::WindowTaken { window: window.number }),
        (O::Open { .. }, C::Pause { reason }) => {
            theirs(window, facts)?;
            Event::Paused { reason: written(reason, "reason")?, at: facts.now }
        }
        (O::Paused { .. }, C::Resume) => {
            theirs(window, facts)?;
            Event::Resumed { at: facts.now }
        }
        (O::Open { .. } | O::Paused { .. }, C::Close) => {
            theirs(window, facts)?;
            Event::Closed
        }
        (O::Closed, C::Close) => return Ok(vec![]),
        _ => return Err(Refusal::WindowNotOpen),
    };
    Ok(vec![event])
}

/// The clerk who sits there, or whoever keeps the hall in order; nobody who is served is left standing.
fn theirs(window: &Window, facts: &Facts) -> Result<(), Refusal> {
    let sits = window.clerk(facts.today).is_some_and(|clerk| Some(clerk) == facts.actor.staff());
    if !sits {
        facts.staff(&window.hall, &[Duty::Host])?;
    }
    facts.staff(&window.hall, &WORKING)?;
    facts.serving.map_or(Ok(()), |number| Err(Refusal::StillServing { number }))
}

/// What `event` did to the window.
pub fn apply(window: &mut Window, event: &Event) {
    window.version += 1;
    match event {
        Event::Seated { clerk } => window.seat = *clerk,
        Event::Opened { by, day, at } => window.occupation = Occupation::Open { by: *by, day: *day, since: *at },
        Event::Paused { reason, at } => {
            if let Occupation::Open { by, day, .. } = window.occupation {
                window.occupation = Occupation::Paused { by, day, since: *at, reason: reason.clone() };
            }
        }
        Event::Resumed { at } => {
            if let Occupation::Paused { by, day, .. } = window.occupation {
                window.occupation = Occupation::Open { by, day, since: *at };
            }
        }
        Event::Closed => window.occupation = Occupation::Closed,
    }
}
