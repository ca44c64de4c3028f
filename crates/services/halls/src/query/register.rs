//! Halls and windows as they stand, free slots, and what is known of a party before it books.

use std::collections::HashMap;

use catalogue::Items;
use kernel::{Actor, BasicCode, Date, DepartmentId, KindCode, PartyId, RegionCode, StaffId, local_date};
use organisation::Regions;
use store::{Error, Failure, Read, ReadExt};

use crate::model::hall::LEVELS;
use crate::rules::appointment::{Record, minutes_later};
use crate::table::hall::Own;
use crate::{Attendance, Hall, HallId, Letter, Refusal, Slot, Window, desk::Wish, rulebook, table};

/// The kind of department that runs halls: 政务服务管理机构.
const OFFICE: &str = "010";

/// The hall of a region; `None` for a region that has none.
pub fn hall(read: &mut dyn Read, id: &HallId) -> Result<Option<Hall>, Error> {
    let kind: KindCode = OFFICE.parse().map_err(|error| Error::Corrupt(format!("kind {OFFICE}: {error}")))?;
    let Some(office) = organisation::department(read, &DepartmentId::new(id.0, kind))? else { return Ok(None) };
    let (regions, own) = (read.cached::<Regions>()?, read.cached::<Own>()?);
    Ok(Hall::derive(&regions, &office, rulebook(), own.get(id)))
}

/// The halls of a region itself and of the regions directly below it.
pub fn halls_below(read: &mut dyn Read, region: &RegionCode) -> Result<Vec<Hall>, Error> {
    let regions = read.cached::<Regions>()?;
    let below = regions.children(region).map(|child| child.code);
    let codes: Vec<RegionCode> = std::iter::once(*region).chain(below).collect();
    some(read, codes.into_iter())
}

/// The halls in which somebody in `here` can have an item handled: the nearest first, then its neighbours.
pub fn halls_for(read: &mut dyn Read, item: &BasicCode, here: &RegionCode) -> Result<Vec<Hall>, Failure<Refusal>> {
    let items = read.cached::<Items>()?;
    let base = items.get(item).ok_or(Refusal::NotHandledHere)?;
    let regions = read.cached::<Regions>()?;
    let near = here.ancestors().filter(|region| LEVELS.contains(&region.level()) && base.is_on(region.level()));
    let near: Vec<RegionCode> = near.collect();
    let beside = near.first().and_then(|first| first.parent());
    let beside =
        beside.into_iter().flat_map(|above| regions.children(&above).map(|child| child.code).collect::<Vec<_>>());
    let mut codes = near.clone();
    codes.extend(beside.filter(|code| !near.contains(code)));
    let halls = some(read, codes.into_iter())?;
    let mut handled = Vec::with_capacity(halls.len());
    for hall in halls {
        match service_for(read, &hall, item) {
            Ok(_) => handled.push(hall),
            Err(Failure::Refused(_)) => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(handled)
}

fn some(read: &mut dyn Read, codes: impl Iterator<Item = RegionCode>) -> Result<Vec<Hall>, Error> {
    let mut halls = vec![];
    for code in codes {
        halls.extend(hall(read, &HallId(code))?);
    }
    Ok(halls)
}

/// The service under which an item is handled in a hall.
pub fn service_for(read: &mut dyn Read, hall: &Hall, item: &BasicCode) -> Result<Letter, Failure<Refusal>> {
    let items = read.cached::<Items>()?;
    let base = items.get(item).filter(|base| base.is_on(hall.id.0.level())).ok_or(Refusal::NotHandledHere)?;
    let department = DepartmentId::new(hall.id.0, base.department);
    let there = organisation::department(read, &department)?.is_some();
    let service = hall.service_of(rulebook(), base.department).filter(|_| there);
    service.ok_or(Failure::Refused(Refusal::NotHandledHere))
}

/// Whether an item takes appointments at all.
pub fn takes_appointments(read: &mut dyn Read, item: &BasicCode) -> Result<bool, Error> {
    let items = read.cached::<Items>()?;
    Ok(items.get(item).is_some_and(|base| base.appointment))
}

/// Whether the actor may act in this item for the party that they act for.
pub fn may_act(read: &mut dyn Read, actor: &Actor, item: &BasicCode) -> Result<(), Failure<Refusal>> {
    match actor {
        Actor::Citizen { person, acting_for, .. } if person != acting_for => {
            identity::may_act(read, actor, Some(item)).map_err(|failure| failure.map_refusal(|_| Refusal::NoMandate))
        }
        _ => Ok(()),
    }
}

/// What is known of a party before it books; `wish` is what it wants.
pub fn record(read: &mut dyn Read, party: &PartyId, wish: Option<&Wish>) -> Result<Record, Error> {
    let (now, book) = (read.now(), rulebook());
    let open = table::appointment::in_state(read, party, "expected", local_date(now), book.open_most + 1)?;
    let open: Vec<_> = open.into_iter().filter(|one| one.slot.begins() > now).collect();
    let same = wish.and_then(|wish| {
        let alike = |one: &&crate::Appointment| one.hall == wish.hall && one.item == wish.item && one.slot == wish.slot;
        open.iter().find(alike).map(|one| one.id)
    });
    let since = local_date(minutes_later(now, -(book.no_show.within_days + 31) * 24 * 60));
    let absent = table::appointment::in_state(read, party, "absent", since, 100)?;
    let absences = absent.iter().filter_map(|one| match &one.attendance {
        Attendance::Absent { at, .. } => Some(*at),
        _ => None,
    });
    Ok(Record { open: open.len(), same, absences: absences.collect() })
}

/// A day that can be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreeDay {
    /// The day.
    pub day: Date,
    /// Its slots, past ones left out.
    pub slots: Vec<FreeSlot>,
    /// Why there are none.
    pub closed: Option<String>,
}

/// A slot and how many persons still fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeSlot {
    /// When.
    pub slot: Slot,
    /// Persons.
    pub left: u16,
}

/// The days from today on that can be booked for a service of a hall, with what is left.
pub fn free(read: &mut dyn Read, hall: &Hall, service: Letter) -> Result<Vec<FreeDay>, Error> {
    let (now, book) = (read.now(), rulebook());
    let calendar = organisation::calendar(read)?;
    let first = local_date(now);
    let mut days = vec![first];
    while days.len() <= usize::from(book.days_ahead) {
        let Some(next) = days.last().and_then(|day| day.tomorrow().ok()) else { break };
        days.push(next);
    }
    let last = days.last().copied().unwrap_or(first);
    let taken = table::slot::taken_between(read, &hall.id, service, (first, last))?;
    let taken: HashMap<(Date, u16), u16> =
        taken.into_iter().map(|(day, minute, persons)| ((day, minute), persons)).collect();
    let capacity = hall.capacity(book, service);
    let free_day = |day: Date| {
        let slots = hall.slots(book, &calendar, day).into_iter().map(|minute| Slot { day, minute });
        let slots = slots.filter(|slot| slot.begins() > now).map(|slot| {
            let taken = taken.get(&(slot.day, slot.minute)).copied().unwrap_or(0);
            FreeSlot { slot, left: capacity.saturating_sub(taken) }
        });
        let closed = match hall.day(&calendar, day) {
            crate::Day::Worked(_) => None,
            crate::Day::Off(why) | crate::Day::Closed(why) => Some(why),
        };
        FreeDay { day, slots: slots.collect(), closed }
    };
    Ok(days.into_iter().map(free_day).collect())
}

/// The window of a hall at which a clerk sits today, open or paused.
pub fn seat_of(read: &mut dyn Read, clerk: &StaffId, hall: &HallId) -> Result<Option<Window>, Error> {
    let today = local_date(read.now());
    let manned = table::window::manned_by(read, clerk)?;
    Ok(manned.into_iter().find(|window| window.hall == *hall && window.clerk(today) == Some(*clerk)))
}

/// The windows at which a clerk sits today, and those that were given to them.
pub fn seats_of(read: &mut dyn Read, clerk: &StaffId) -> Result<(Vec<Window>, Vec<Window>), Error> {
    let today = local_date(read.now());
    let manned = table::window::manned_by(read, clerk)?;
    let sits = manned.into_iter().filter(|window| window.clerk(today) == Some(*clerk)).collect();
    Ok((sits, table::window::seats_of(read, clerk)?))
}

/// Every window of a hall with who sits there; untouched ones too.
pub fn windows(read: &mut dyn Read, hall: &Hall) -> Result<Vec<Window>, Error> {
    let mut touched: HashMap<u16, Window> =
        table::window::of(read, &hall.id)?.into_iter().map(|window| (window.number, window)).collect();
    let window =
        |post: &crate::Post| touched.remove(&post.number).unwrap_or_else(|| Window::untouched(hall.id, post.number));
    Ok(hall.windows.iter().map(window).collect())
}

/// The key with which the machine of a hall proves itself: it stands in the machine's address, and nobody can guess it.
pub fn kiosk_key(read: &dyn Read, hall: &HallId) -> String {
    let hash = read.vault().blind("halls.kiosk", &hall.to_string());
    hash.iter().take(10).map(|byte| format!("{byte:02x}")).collect()
}
