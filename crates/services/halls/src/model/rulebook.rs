//! What is data: opening hours, slots, limits, shares of the lanes, grounds of precedence, services and windows.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use kernel::{KindCode, Level};
use serde::{Deserialize, Serialize};

/// The settings that hold in every hall until a hall sets its own.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rulebook {
    /// When halls are open on a working day.
    pub hours: Vec<Span>,
    /// Length of a bookable slot.
    pub slot_minutes: u16,
    /// Persons that one window takes by appointment in one slot.
    pub persons_per_window: u16,
    /// How many days ahead can be booked.
    pub days_ahead: u16,
    /// Persons that one appointment may be for.
    pub persons_most: u16,
    /// Appointments that one party may hold at a time.
    pub open_most: usize,
    /// Until so many minutes before its slot an appointment can be changed or cancelled.
    pub change_until_minutes: i64,
    /// So early before the slot somebody may check in.
    pub early_minutes: i64,
    /// After the slot's beginning, absence is nobody's decision for so long.
    pub grace_minutes: i64,
    /// What repeated absence leads to.
    pub no_show: NoShow,
    /// Calls before a ticket may be passed over.
    pub calls: u8,
    /// How the lanes share the calls.
    pub shares: Fairness,
    /// When a waiting time may be estimated.
    pub estimate: Estimate,
    /// Who goes before others (优先办理): 老年人权益保障法 第五十三条, 残疾人保障法 第五十条, 军人地位和权益保障法 第四十三条.
    pub grounds: Vec<Ground>,
    /// What windows handle.
    pub services: Vec<Service>,
    /// How many windows stand in a hall of each level, in the order of their numbers.
    pub windows: Vec<Windows>,
}

/// Absences decided by staff, and for how long they close the booking. The queue stays open to everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoShow {
    /// So many
    pub most: usize,
    /// within so many days
    pub within_days: i64,
    /// close the booking for so many days after the last.
    pub blocked_days: i64,
}

/// Shares of the calls (份额): the lane whose calls passed it by, times its share, is most goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fairness {
    /// Appointments at their time.
    pub booked: u32,
    /// People with a ground of precedence.
    pub priority: u32,
    /// Everybody else.
    pub ordinary: u32,
}

/// How many service times an estimate needs, and how many of the latest it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// Below this, the time is unknown and said to be.
    pub least: usize,
    /// No more than this.
    pub most: usize,
}

/// A ground of precedence.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// For programs.
    pub code: String,
    /// For people.
    pub name: String,
}

/// A service (业务): what a queue is for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Before the ticket's number.
    pub letter: Letter,
    /// What it is called.
    pub name: String,
    /// The kinds of department whose items belong here; none: all that belong nowhere else.
    pub kinds: Vec<KindCode>,
}

/// Windows of one sort.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Windows {
    /// In halls of these levels
    pub levels: Vec<Level>,
    /// so many windows
    pub count: u16,
    /// handle these services.
    pub services: Vec<Letter>,
}

/// The letter of a service, A to Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Letter(u8);

impl FromStr for Letter {
    type Err = BadLetter;

    fn from_str(text: &str) -> Result<Letter, BadLetter> {
        match text.trim().as_bytes() {
            [letter @ b'A'..=b'Z'] => Ok(Letter(*letter)),
            _ => Err(BadLetter),
        }
    }
}

impl TryFrom<String> for Letter {
    type Error = BadLetter;

    fn try_from(text: String) -> Result<Letter, BadLetter> {
        text.parse()
    }
}

impl From<Letter> for String {
    fn from(letter: Letter) -> String {
        letter.to_string()
    }
}

impl fmt::Display for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", char::from(self.0))
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({self})")
    }
}

store::text_column!(Letter);

/// The text is no letter of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadLetter;

impl fmt::Display for BadLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("业务代号是一个大写字母，例如 A。")
    }
}

impl std::error::Error for BadLetter {}

/// A part of a day on the clock of the wall, in minutes after midnight: 09:00-12:00.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span {
    /// From this minute,
    pub from: u16,
    /// to this one, which no longer belongs to it.
    pub to: u16,
}

impl FromStr for Span {
    type Err = BadSpan;

    fn from_str(text: &str) -> Result<Span, BadSpan> {
        let (from, to) = text.trim().split_once('-').ok_or(BadSpan)?;
        let span = Span { from: minute(from)?, to: minute(to)? };
        if span.from < span.to { Ok(span) } else { Err(BadSpan) }
    }
}

fn minute(text: &str) -> Result<u16, BadSpan> {
    let (hour, minute) = text.trim().split_once(':').ok_or(BadSpan)?;
    let (hour, minute): (u16, u16) = (hour.parse().map_err(|_| BadSpan)?, minute.parse().map_err(|_| BadSpan)?);
    let at = hour * 60 + minute;
    if hour <= 24 && minute < 60 && at <= 24 * 60 { Ok(at) } else { Err(BadSpan) }
}

impl TryFrom<String> for Span {
    type Error = BadSpan;

    fn try_from(text: String) -> Result<Span, BadSpan> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> String {
        span.to_string()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Span { from, to } = self;
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Span({self})")
    }
}

/// The text is no part of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadSpan;

impl fmt::Display for BadSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("时间写成 09:00-12:00 的样子，先后不能颠倒。")
    }
}

impl std::error::Error for BadSpan {}

impl Rulebook {
    /// Reads a rulebook and looks for what contradicts itself.
    pub fn parse(text: &str) -> Result<Rulebook, String> {
        let book: Rulebook = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let fault = book.fault();
        fault.map_or(Ok(book), |fault| Err(fault.to_owned()))
    }

    fn fault(&self) -> Option<&'static str> {
        let Fairness { booked, priority, ordinary } = self.shares;
        let known = |letter: &Letter| self.service(*letter).is_some();
        let in_order = |spans: &[Span]| spans.windows(2).all(|pair| pair[0].to <= pair[1].from);
        let faults = [
            (self.slot_minutes < 5, "a slot is shorter than five minutes"),
            (self.calls == 0, "a ticket is called at least once"),
            ([booked, priority, ordinary].contains(&0), "a lane without a share would starve"),
            (self.hours.is_empty() || !in_order(&self.hours), "the hours are missing or overlap"),
            (self.services.is_empty(), "there is no service"),
            (!self.windows.iter().flat_map(|line| &line.services).all(known), "a window handles no known service"),
            (self.persons_per_window == 0 || self.persons_most == 0, "nobody could book"),
            (self.estimate.least == 0, "an estimate from nothing"),
        ];
        faults.into_iter().find(|(holds, _)| *holds).map(|(_, words)| words)
    }

    /// The service of this letter.
    pub fn service(&self, letter: Letter) -> Option<&Service> {
        self.services.iter().find(|service| service.letter == letter)
    }

    /// The ground of this code.
    pub fn ground(&self, code: &str) -> Option<&Ground> {
        self.grounds.iter().find(|ground| ground.code == code)
    }
}

/// The rulebook that ships with the product.
pub fn rulebook() -> &'static Rulebook {
    static BOOK: OnceLock<Rulebook> = OnceLock::new();
    const TEXT: &str = include_str!("../../../../../data/halls.json");
    BOOK.get_or_init(|| Rulebook::parse(TEXT).expect("the shipped rulebook is read by a test of this room"))
}
