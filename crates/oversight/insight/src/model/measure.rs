//! What can be counted of the journal.

use serde::{Deserialize, Serialize};

/// By what something can be split or narrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    /// Regions of the next level.
    Region,
    /// Kinds of department.
    Department,
    /// Base items.
    Item,
    /// The way: channel, service of a hall, courier, grade.
    Way,
    /// Hours of the day.
    Hour,
}

impl Dimension {
    /// All dimensions.
    pub const ALL: [Dimension; 5] =
        [Dimension::Region, Dimension::Department, Dimension::Item, Dimension::Way, Dimension::Hour];

    /// Stable name, for programs and addresses.
    pub fn name(self) -> &'static str {
        match self {
            Dimension::Region => "region",
            Dimension::Department => "department",
            Dimension::Item => "item",
            Dimension::Way => "way",
            Dimension::Hour => "hour",
        }
    }

    /// The dimension of this name.
    pub fn from_name(name: &str) -> Option<Dimension> {
        Dimension::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// What each fact of a measure is worth besides being one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// Nothing: it is only counted.
    Nothing,
    /// A whole number that is kept value by value: days, minutes, levels.
    Value,
    /// Money, only added up.
    Money,
}

/// Something that can be counted of the journal.
#[derive(Debug, PartialEq, Eq)]
pub struct Measure {
    /// Its name, for ever.
    pub name: &'static str,
    /// The room whose events tell it.
    pub room: &'static str,
    /// What it can be split by, beside the region.
    pub by: &'static [Dimension],
    /// What a fact is worth.
    pub worth: Worth,
}

use Dimension::{Department, Hour, Item, Way};

const fn counted(name: &'static str, room: &'static str, by: &'static [Dimension]) -> Measure {
    Measure { name, room, by, worth: Worth::Nothing }
}

const fn valued(name: &'static str, room: &'static str, by: &'static [Dimension]) -> Measure {
    Measure { name, room, by, worth: Worth::Value }
}

const fn money(name: &'static str, room: &'static str, by: &'static [Dimension]) -> Measure {
    Measure { name, room, by, worth: Worth::Money }
}

/// Everything that is counted. A new measure is a line here and a fact in the source of its room.
pub static MEASURES: [Measure; 40] = [
    counted("submitted", "casework", &[Department, Item, Way, Hour]),
    counted("accepted", "casework", &[Department, Item, Way]),
    counted("accepted-by-silence", "casework", &[Department, Item, Way]),
    counted("correction-asked", "casework", &[Department, Item, Way]),
    counted("declined", "casework", &[Department, Item, Way]),
    counted("decided", "casework", &[Department, Item, Way]),
    counted("decided-in-time", "casework", &[Department, Item, Way]),
    counted("granted", "casework", &[Department, Item, Way]),
    counted("closed", "casework", &[Department, Item, Way]),
    counted("withdrawn", "casework", &[Department, Item, Way]),
    // Days from the application to the end, Sundays and holidays included: what an applicant waits.
    valued("whole-days", "casework", &[Department, Item, Way]),
    // Tenths of the limit that were used when it was decided: 0 to 10, and 11 for decided too late.
    valued("limit-used", "casework", &[Department, Item, Way]),
    counted("tickets", "halls", &[Way, Hour]),
    counted("tickets-left", "halls", &[Way, Hour]),
    // Whole minutes from drawing a ticket to its first call, under the hour in which it was drawn.
    valued("waiting-minutes", "halls", &[Way, Hour]),
    // Whole minutes at windows until the ticket was done, under the hour in which it was done.
    valued("serving-minutes", "halls", &[Way, Hour]),
    counted("appointments", "halls", &[Way]),
    counted("appointments-kept", "halls", &[Way]),
    counted("appointments-missed", "halls", &[Way]),
    counted("ended", "evaluation", &[Department, Item, Way]),
    // Working days until the decision, pauses not counted, as evaluation reported them.
    valued("working-days", "evaluation", &[Department, Item, Way]),
    valued("rated", "evaluation", &[Department, Item, Way]),
    counted("satisfied", "evaluation", &[Department, Item, Way]),
    counted("not-rated", "evaluation", &[Department, Item, Way]),
    counted("bills", "payment", &[Department]),
    money("paid", "payment", &[Department, Way]),
    money("refunded", "payment", &[Department, Way]),
    counted("parcels", "delivery", &[Department, Way]),
    counted("parcels-delivered", "delivery", &[Department, Way]),
    counted("parcels-lost", "delivery", &[Department, Way]),
    valued("parcel-days", "delivery", &[Department, Way]),
    counted("flags", "supervision", &[Department, Way]),
    counted("cards", "supervision", &[Department, Way]),
    counted("orders", "supervision", &[Department]),
    counted("work-orders", "hotline", &[Way, Hour]),
    counted("work-orders-answered", "hotline", &[Way, Hour]),
    counted("work-orders-done", "hotline", &[Department]),
    counted("work-orders-done-in-time", "hotline", &[Department]),
    counted("callers-rated", "hotline", &[Department]),
    counted("callers-satisfied", "hotline", &[Department]),
];

/// The measure of this name.
pub fn measure(name: &str) -> Option<&'static Measure> {
    MEASURES.iter().find(|one| one.name == name)
}
