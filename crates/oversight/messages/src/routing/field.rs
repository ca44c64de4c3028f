//! The values that an event offers to texts, and how each is written.

use std::collections::BTreeMap;

use kernel::{Date, Fen, PartyId, Sealed, Timestamp, local_date, local_time};
use serde_json::Value;

use crate::model::ThreadKind;

/// An event's own object, and that with which its stream began.
#[derive(Debug, Clone, Default)]
pub(crate) struct Source {
    pub body: Value,
    pub origin: Value,
}

impl Source {
    /// The value at a JSON pointer: within the event itself, or behind `^` within the first event of its stream.
    pub fn pointer(&self, at: &str) -> Option<&Value> {
        match at.strip_prefix('^') {
            Some(at) => self.origin.pointer(at),
            None => self.body.pointer(at),
        }
    }
}

/// One value of an event's body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub name: String,
    /// Where it is: see [`Source::pointer`].
    pub at: String,
    pub format: Format,
    pub personal: bool,
}

/// How a value is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Format {
    /// 9月30日（周三）
    Date,
    /// 9月17日 14:32
    Moment,
    /// As it stands, cut after so many characters.
    Text(usize),
    /// Minutes after midnight: 9:30
    Clock,
    /// A whole number; of a list, its length.
    Count,
    /// Fen, written in yuan: 20元, 12.50元.
    Money,
    /// One of these words, by the value.
    Words(BTreeMap<String, String>),
    /// Sealed with the key of the party that another value of the body names.
    Sealed {
        /// Pointer to the party.
        party: String,
    },
}

/// What a text may do with a field: the longest it can be, and whether it may go out by SMS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    pub most: usize,
    pub open: bool,
}

impl Field {
    pub fn shape(&self) -> Shape {
        let most = match &self.format {
            Format::Date => 15,
            Format::Moment => 18,
            Format::Clock => 5,
            Format::Text(most) => *most,
            Format::Count => 6,
            Format::Money => 16,
            Format::Words(words) => words.values().map(|word| word.encode_utf16().count()).max().unwrap_or(0),
            Format::Sealed { .. } => 2_000,
        };
        Shape { most, open: !self.personal && !matches!(self.format, Format::Sealed { .. }) }
    }

    /// The value in words, by the day that it is; `None` where the event has none or another kind of value.
    pub fn write(
        &self,
        source: &Source,
        today: Date,
        unseal: &mut dyn FnMut(&PartyId, &Sealed) -> Option<String>,
    ) -> Option<String> {
        let value = source.pointer(&self.at).filter(|value| !value.is_null())?;
        match &self.format {
            Format::Date => value.as_str()?.parse().ok().map(|date| day(date, today)),
            Format::Moment => instant(value).map(|at| moment(at, today)),
            Format::Text(most) => text(value).map(|text| cut(&text, *most)),
            Format::Clock => value.as_u64().map(|minute| format!("{}:{:02}", minute / 60, minute % 60)),
            Format::Count => match value {
                Value::Array(list) => Some(list.len().to_string()),
                other => other.as_i64().map(|count| count.to_string()),
            },
            Format::Money => value.as_i64().map(|fen| money(Fen(fen))),
            Format::Words(words) => words.get(&text(value)?).cloned(),
            Format::Sealed { party } => {
                let party: PartyId = source.pointer(party)?.as_str()?.parse().ok()?;
                unseal(&party, &Sealed(value.as_str()?.to_owned()))
            }
        }
    }

    /// The day that the field names, for reminders.
    pub fn date(&self, source: &Source) -> Option<Date> {
        let value = source.pointer(&self.at)?;
        match &self.format {
            Format::Date => value.as_str()?.parse().ok(),
            Format::Moment => instant(value).map(local_date),
            _ => None,
        }
    }
}

/// The fields that every event about a subject of this kind offers.
pub(crate) fn of_subject(kind: ThreadKind) -> &'static [(&'static str, Shape)] {
    match kind {
        ThreadKind::Case => &OF_CASE,
        ThreadKind::Licence => &OF_LICENCE,
        ThreadKind::Delegation => &OF_DELEGATION,
        ThreadKind::Account | ThreadKind::Party => &[],
        ThreadKind::Department => &OF_DEPARTMENT,
    }
}

static OF_CASE: [(&str, Shape); 6] = [
    ("item", open(18)),
    ("office", open(20)),
    ("phone", open(13)),
    ("tail", open(4)),
    ("number", closed(22)),
    ("applicant", closed(50)),
];
static OF_LICENCE: [(&str, Shape); 3] = [("licence", open(18)), ("office", open(20)), ("id", closed(120))];
static OF_DELEGATION: [(&str, Shape); 2] = [("principal", closed(100)), ("agent", closed(100))];

static OF_DEPARTMENT: [(&str, Shape); 2] = [("office", open(20)), ("phone", open(13))];

const fn open(most: usize) -> Shape {
    Shape { most, open: true }
}

const fn closed(most: usize) -> Shape {
    Shape { most, open: false }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn instant(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => Timestamp::from_microsecond(number.as_i64()?).ok(),
        _ => None,
    }
}

/// At most so many UTF-16 units, the last of them … where something was cut.
pub(crate) fn cut(text: &str, most: usize) -> String {
    let units = |text: &str| text.encode_utf16().count();
    if units(text) <= most {
        return text.to_owned();
    }
    let (mut out, mut used) = (String::new(), 1);
    for letter in text.chars() {
        used += letter.len_utf16();
        if used > most {
            break;
        }
        out.push(letter);
    }
    out.push('…');
    out
}

/// 9月30日（周三）; with the year when it is not the year of `today`.
pub(crate) fn day(date: Date, today: Date) -> String {
    const WEEKDAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
    let weekday = WEEKDAYS[date.weekday().to_monday_zero_offset() as usize % 7];
    format!("{}（{weekday}）", short(date, today))
}

fn short(date: Date, today: Date) -> String {
    if date.year() == today.year() {
        format!("{}月{}日", date.month(), date.day())
    } else {
        format!("{}年{}月{}日", date.year(), date.month(), date.day())
    }
}

fn moment(at: Timestamp, today: Date) -> String {
    let local = local_time(at);
    format!("{} {}:{:02}", short(local.date(), today), local.hour(), local.minute())
}

/// 20元, 12.50元.
fn money(fen: Fen) -> String {
    match (fen.0 / 100, fen.0.unsigned_abs() % 100) {
        (yuan, 0) => format!("{yuan}元"),
        (yuan, rest) => format!("{yuan}.{rest:02}元"),
    }
}
