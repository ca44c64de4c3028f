//! A hall: derived from its region, and what the region sets differently.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use clock::Calendar;
use kernel::{BadCode, Date, KindCode, Level, RegionCode, Timestamp, local_time, midnight};
use organisation::{Department, Regions};
use serde::{Deserialize, Serialize};

use super::rulebook::{Letter, Rulebook, Span};

/// A hall (大厅), known by the region whose hall it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HallId(pub RegionCode);

impl fmt::Display for HallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for HallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HallId({self})")
    }
}

impl FromStr for HallId {
    type Err = BadCode;

    fn from_str(text: &str) -> Result<HallId, BadCode> {
        text.parse().map(HallId)
    }
}

store::text_column!(HallId);

/// The levels whose regions have a hall.
pub const LEVELS: [Level; 3] = [Level::City, Level::County, Level::Town];

/// A hall as it stands today.
#[derive(Debug, Clone, PartialEq)]
pub struct Hall {
    /// Its id.
    pub id: HallId,
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub address: String,
    /// Telephone for questions.
    pub phone: String,
    /// When it is open on a day that is worked.
    pub hours: Vec<Span>,
    /// Its windows.
    pub windows: Vec<Post>,
    /// Own closures, the next first.
    pub closures: Vec<Closure>,
    /// Where it stands on the map, if anybody entered it.
    pub coordinates: Option<Coordinates>,
    /// Persons by appointment in one slot, where the hall sets its own.
    pub capacity: BTreeMap<Letter, u16>,
    /// `true` while address and telephone are made up.
    pub demonstration: bool,
    /// Version of what it sets; 0 when it sets nothing.
    pub version: i64,
}

/// A window of a hall and what is handled there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Its number.
    pub number: u16,
    /// The services, by their letters.
    pub services: Vec<Letter>,
}

/// What a hall sets for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Counts its changes.
    pub version: i64,
    /// Its true address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Its true telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Where it stands on the map.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<Coordinates>,
    /// Its own hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<Vec<Span>>,
    /// What single windows handle; a window without services is none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub windows: BTreeMap<u16, Vec<Letter>>,
    /// Persons in one slot.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub capacity: BTreeMap<Letter, u16>,
    /// Days on which it is closed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub closures: Vec<Closure>,
}

/// Days on which a hall is closed although they are worked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closure {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Why; people read it.
    pub reason: String,
}

/// A place on the map in millionths of a degree (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coordinates {
    /// North.
    pub latitude: i32,
    /// East.
    pub longitude: i32,
}

impl fmt::Display for Coordinates {
    /// As a `geo:` address has it (RFC 5870): 32.058380,118.796470
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let degrees = |value: i32| {
            let sign = if value < 0 { "-" } else { "" };
            let value = value.unsigned_abs();
            format!("{sign}{}.{:06}", value / 1_000_000, value % 1_000_000)
        };
        write!(f, "{},{}", degrees(self.latitude), degrees(self.longitude))
    }
}

/// Whether a hall is open on a day, and if not, why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Day {
    /// At these times.
    Worked(Vec<Span>),
    /// A day off: weekend or festival.
    Off(String),
    /// The hall's own closure.
    Closed(String),
}

/// Whether a hall is open at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Openness {
    /// Until this minute of the day.
    Open {
        /// Minutes after midnight.
        until: u16,
    },
    /// Not now.
    Shut {
        /// Why, when it is not simply the hour.
        why: Option<String>,
        /// When it opens next, as far as can be seen.
        opens: Option<Timestamp>,
    },
}

/// How far ahead the next opening is looked for.
const LOOK_AHEAD_DAYS: usize = 60;

impl Hall {
    /// The hall of a region, with the office that runs it; `None` for regions that have none.
    pub fn derive(
        regions: &Regions,
        office: &Department,
        book: &Rulebook,
        settings: Option<&Settings>,
    ) -> Option<Hall> {
        let region = regions.get(&office.id.region)?;
        let level = region.level();
        if !LEVELS.contains(&level) {
            return None;
        }
        let full = regions.full_name(&region.code);
        let house = if level == Level::Town { "便民服务中心" } else { "政务服务中心" };
        let none = Settings::default();
        let own = settings.unwrap_or(&none);
        let address = own.address.clone().unwrap_or_else(|| format!("{full}示例路 {} 号", number_of(&region.code)));
        Some(Hall {
            id: HallId(region.code),
            name: format!("{full}{house}"),
            address,
            phone: own.phone.clone().unwrap_or_else(|| office.place.phone.clone()),
            hours: own.hours.clone().unwrap_or_else(|| book.hours.clone()),
            windows: windows(book, level, &own.windows),
            closures: own.closures.clone(),
            coordinates: own.coordinates,
            capacity: own.capacity.clone(),
            demonstration: own.address.is_none() || own.phone.is_none(),
            version: own.version,
        })
    }

    /// The window of this number.
    pub fn window(&self, number: u16) -> Option<&Post> {
        self.windows.iter().find(|window| window.number == number)
    }

    /// The services handled at one window at least, by their letters.
    pub fn services(&self) -> Vec<Letter> {
        let mut letters: Vec<Letter> = self.windows.iter().flat_map(|window| window.services.clone()).collect();
        letters.sort_unstable();
        letters.dedup();
        letters
    }

    /// The service under which items of this kind of department are handled here.
    pub fn service_of(&self, book: &Rulebook, kind: KindCode) -> Option<Letter> {
        let here = self.services();
        let own = book.services.iter().find(|service| service.kinds.contains(&kind) && here.contains(&service.letter));
        let general = book.services.iter().find(|service| service.kinds.is_empty() && here.contains(&service.letter));
        own.or(general).map(|service| service.letter)
    }

    /// Persons that may book one slot of a service.
    pub fn capacity(&self, book: &Rulebook, service: Letter) -> u16 {
        let windows = self.windows.iter().filter(|window| window.services.contains(&service)).count();
        let derived = u16::try_from(windows).unwrap_or(u16::MAX).saturating_mul(book.persons_per_window);
        self.capacity.get(&service).copied().unwrap_or(derived)
    }

    /// What `day` is for the hall.
    pub fn day(&self, calendar: &Calendar, day: Date) -> Day {
        if let Some(closure) = self.closures.iter().find(|closure| closure.from <= day && day <= closure.to) {
            return Day::Closed(closure.reason.clone());
        }
        if calendar.is_working(day) {
            return Day::Worked(self.hours.clone());
        }
        match calendar.note(day) {
            clock::DayNote::Holiday(name) => Day::Off(format!("{name}放假")),
            _ => Day::Off("周末休息".to_owned()),
        }
    }

    /// Whether it is open at `now`.
    pub fn openness(&self, calendar: &Calendar, now: Timestamp) -> Openness {
        let (day, minute) = (local_time(now).date(), minute_of(now));
        let today = self.day(calendar, day);
        if let Day::Worked(spans) = &today
            && let Some(span) = spans.iter().find(|span| span.from <= minute && minute < span.to)
        {
            return Openness::Open { until: span.to };
        }
        let why = match &today {
            Day::Worked(_) => None,
            Day::Off(why) | Day::Closed(why) => Some(why.clone()),
        };
        let mut looked = Some(day);
        let days = std::iter::from_fn(|| {
            let day = looked?;
            looked = day.tomorrow().ok();
            Some(day)
        });
        let opens = days.take(LOOK_AHEAD_DAYS).find_map(|day| match self.day(calendar, day) {
            Day::Worked(spans) => spans.iter().map(|span| instant(day, span.from)).filter(|at| *at > now).min(),
            Day::Off(_) | Day::Closed(_) => None,
        });
        Openness::Shut { why, opens }
    }

    /// The beginnings of the bookable slots of a day, in minutes after midnight; none on a day off.
    pub fn slots(&self, book: &Rulebook, calendar: &Calendar, day: Date) -> Vec<u16> {
        let Day::Worked(spans) = self.day(calendar, day) else { return vec![] };
        let within = |span: &Span| {
            let (from, to, step) = (span.from, span.to, book.slot_minutes);
            (from..to).step_by(usize::from(step)).filter(move |at| at + step <= to)
        };
        spans.iter().flat_map(within).collect()
    }
}

/// The instant of a minute of a day in China.
pub fn instant(day: Date, minute: u16) -> Timestamp {
    let micros = midnight(day).as_microsecond().saturating_add(i64::from(minute) * 60_000_000);
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}

/// Minutes after midnight in China.
pub fn minute_of(at: Timestamp) -> u16 {
    let local = local_time(at);
    u16::from(local.hour().unsigned_abs()) * 60 + u16::from(local.minute().unsigned_abs())
}

fn windows(book: &Rulebook, level: Level, own: &BTreeMap<u16, Vec<Letter>>) -> Vec<Post> {
    let lines = book.windows.iter().filter(|line| line.levels.contains(&level));
    let derived = lines.flat_map(|line| (0..line.count).map(|_| line.services.clone()));
    let mut all: BTreeMap<u16, Vec<Letter>> = (1..).zip(derived).collect();
    all.extend(own.iter().map(|(number, services)| (*number, services.clone())));
    all.into_iter()
        .filter(|(_, services)| !services.is_empty())
        .map(|(number, services)| Post { number, services })
        .collect()
}

/// A house number that is always the same for one region.
fn number_of(region: &RegionCode) -> u32 {
    region.as_str().bytes().fold(7, |sum, digit| (sum * 31 + u32::from(digit)) % 997) % 198 + 1
}
