//! What a hall sets for itself.

use kernel::{Actor, Date, Duty};

use super::{Facts, Refusal, written};
use crate::{Closure, Coordinates, Hall, HallEvent as Event, Letter, Settings, Span};

/// What can be asked of a hall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Close it on these days.
    Close {
        /// First day.
        from: Date,
        /// Last day.
        to: Date,
        /// Why; people read it.
        reason: String,
    },
    /// Drop a closure.
    Reopen {
        /// Its first day.
        from: Date,
    },
    /// Say what a window handles.
    SetWindow {
        /// The window.
        number: u16,
        /// The services; none gives the window up.
        services: Vec<Letter>,
    },
    /// Say how many persons may book one slot.
    SetCapacity {
        /// Of which service.
        service: Letter,
        /// How many.
        persons: u16,
    },
    /// Say when it is open.
    SetHours {
        /// In the order of the day.
        hours: Vec<Span>,
    },
    /// Say where it is.
    SetPlace {
        /// Address.
        address: Option<String>,
        /// Telephone.
        phone: Option<String>,
        /// On the map.
        coordinates: Option<Coordinates>,
    },
}

/// Closures that a hall may have ahead.
const CLOSURES_MOST: usize = 50;
/// The highest number of a window.
const WINDOWS_MOST: u16 = 200;
/// The most persons in one slot.
const PERSONS_MOST: u16 = 500;

/// What happens if `command` reaches the hall now.
pub fn decide(hall: &Hall, command: &Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    if !matches!(facts.actor, Actor::System(_)) {
        facts.staff(&hall.id, &[Duty::Host])?;
    }
    let known = |letter: &Letter| facts.book.service(*letter).is_some();
    let event = match command {
        Command::Close { from, to, reason } => {
            let overlaps = |other: &Closure| other.from <= *to && *from <= other.to;
            let bad = from > to || *from < facts.today || hall.closures.iter().any(overlaps);
            let ahead = hall.closures.iter().filter(|closure| closure.to >= facts.today).count();
            if bad || ahead >= CLOSURES_MOST {
                return Err(Refusal::BadClosure);
            }
            Event::ClosureAdded(Closure { from: *from, to: *to, reason: written(reason, "reason")? })
        }
        Command::Reopen { from } => {
            let there = hall.closures.iter().any(|closure| closure.from == *from);
            if !there {
                return Err(Refusal::NoSuchClosure);
            }
            Event::ClosureDropped { from: *from }
        }
        Command::SetWindow { number, services } => {
            if !(1..=WINDOWS_MOST).contains(number) || !services.iter().all(known) {
                return Err(Refusal::BadWindow);
            }
            let mut services = services.clone();
            services.sort_unstable();
            services.dedup();
            Event::WindowSet { number: *number, services }
        }
        Command::SetCapacity { service, persons } => {
            if !known(service) || *persons > PERSONS_MOST {
                return Err(Refusal::BadCapacity);
            }
            Event::CapacitySet { service: *service, persons: *persons }
        }
        Command::SetHours { hours } => {
            let in_order = hours.windows(2).all(|pair| pair[0].to <= pair[1].from);
            if hours.is_empty() || !in_order || hours.len() > 6 {
                return Err(Refusal::BadHours);
            }
            Event::HoursSet { hours: hours.clone() }
        }
        Command::SetPlace { address, phone, coordinates } => {
            let on_earth = |place: &Coordinates| {
                place.latitude.unsigned_abs() <= 90_000_000 && place.longitude.unsigned_abs() <= 180_000_000
            };
            if !coordinates.as_ref().is_none_or(on_earth) {
                return Err(Refusal::BadPlace);
            }
            let words = |text: &Option<String>, field| text.as_ref().map(|text| written(text, field)).transpose();
            let (address, phone) = (words(address, "address")?, words(phone, "phone")?);
            Event::PlaceSet { address, phone, coordinates: *coordinates }
        }
    };
    Ok(vec![event])
}

/// What `event` did to what the hall sets.
pub fn apply(settings: &mut Settings, event: &Event) {
    settings.version += 1;
    match event {
        Event::ClosureAdded(closure) => {
            settings.closures.push(closure.clone());
            settings.closures.sort_by_key(|closure| closure.from);
        }
        Event::ClosureDropped { from } => settings.closures.retain(|closure| closure.from != *from),
        Event::WindowSet { number, services } => {
            settings.windows.insert(*number, services.clone());
        }
        Event::CapacitySet { service, persons } => {
            settings.capacity.insert(*service, *persons);
        }
        Event::HoursSet { hours } => settings.hours = Some(hours.clone()),
        Event::PlaceSet { address, phone, coordinates } => {
            settings.address.clone_from(address);
            settings.phone.clone_from(phone);
            settings.coordinates = *coordinates;
        }
    }
}
