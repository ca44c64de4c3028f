//! What a hall sets for itself, and who sits at its windows.

use kernel::Actor;
use store::{Failure, Tx};

use super::{Result, facts};
use crate::rules::{self, hall, window};
use crate::{Event, Hall, HallId, Refusal, Window, query, table};

/// Changes what a hall sets for itself.
pub fn arrange(tx: &mut Tx<'_>, actor: &Actor, id: &HallId, command: &hall::Command) -> Result<Hall> {
    let hall = query::hall(tx, id)?.ok_or(Refusal::NoSuchHall)?;
    let facts = facts(tx, actor, id)?;
    let events = rules::hall::decide(&hall, command, &facts)?;
    let mut settings = table::hall::load(tx, id)?.unwrap_or_default();
    let version = settings.version;
    events.iter().for_each(|event| rules::hall::apply(&mut settings, event));
    table::hall::save(tx, id, &settings, version)?;
    let events: Vec<Event> = events.into_iter().map(Event::Hall).collect();
    tx.journal(actor, &format!("hall:{id}"), version + 1, &events)?;
    query::hall(tx, id)?.ok_or(Failure::Refused(Refusal::NoSuchHall))
}

/// Opens, pauses and closes a window, or gives it to a clerk.
pub fn sit(tx: &mut Tx<'_>, actor: &Actor, id: &HallId, number: u16, command: &window::Command) -> Result<Window> {
    let hall = query::hall(tx, id)?.ok_or(Refusal::NoSuchHall)?;
    hall.window(number).ok_or(Refusal::NoSuchWindow)?;
    let mut window = table::window::load(tx, id, number)?.unwrap_or_else(|| Window::untouched(*id, number));
    let mut facts = facts(tx, actor, id)?;
    let elsewhere = match actor.staff() {
        Some(clerk) => query::seat_of(tx, &clerk, id)?.map(|other| other.number).filter(|other| *other != number),
        None => None,
    };
    // Whom this very window serves counts, whoever closes it.
    facts.serving = query::at_window(tx, id, number)?.called.map(|ticket| ticket.number);
    let events = rules::window::decide(&window, command, elsewhere, &facts)?;
    if events.is_empty() {
        return Ok(window);
    }
    let version = window.version;
    events.iter().for_each(|event| rules::window::apply(&mut window, event));
    table::window::save(tx, &window, version)?;
    let events: Vec<Event> = events.into_iter().map(Event::Window).collect();
    tx.journal(actor, &window.stream(), version + 1, &events)?;
    Ok(window)
}
