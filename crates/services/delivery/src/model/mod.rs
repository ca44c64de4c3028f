//! A parcel and its parts.

mod custody;
mod end;
mod number;
mod place;
mod trace;

use kernel::{Date, DepartmentId, PartyId, Sealed, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

pub use custody::{Gap, Handover, Holder, Step};
pub use end::{End, Ends};
pub use number::{Number, SfNumber};
pub use place::{Place, Trouble};
pub use trace::{Meaning, State, Trace};

kernel::id! {
    /// One parcel.
    pub ParcelId,
}

/// A parcel (邮件): exactly what replaying the events of its stream gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parcel {
    /// Its id.
    pub id: ParcelId,
    /// How many events made it.
    pub version: i64,
    /// The stream of what it belongs to, as the room that opened it calls it: `case:<number>`.
    pub bound: String,
    /// Whose parcel it is; the key of this party seals names, addresses and the courier's words.
    pub party: PartyId,
    /// The department on the office's end.
    pub department: DepartmentId,
    /// Which way it goes.
    pub direction: Direction,
    /// Who pays the courier.
    pub payer: Payer,
    /// The courier, by its code in the data file.
    pub courier: String,
    /// Sender and receiver. Kept in a column of its own.
    #[serde(skip, default = "nothing")]
    pub ends: Sealed,
    /// What is inside.
    pub contents: Vec<Content>,
    /// When it was opened.
    pub made: Timestamp,
    /// How often a courier was asked to carry it, the running attempt included.
    pub attempt: u32,
    /// How far the courier's order is.
    pub booking: Booking,
    /// Where it is, by what the courier told.
    pub state: State,
    /// Since when, by the courier's own time.
    pub since: Timestamp,
    /// The latest news.
    pub heard: Timestamp,
    /// The last working day on which silence is no trouble.
    pub quiet_by: Date,
    /// Whether it has been silent for longer.
    #[serde(default)]
    pub silent: bool,
    /// What the courier told, in the order it arrived. Kept in its own table.
    #[serde(skip)]
    pub traces: Vec<Trace>,
    /// The last correction by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<Correction>,
    /// The chain of custody: who handed the papers on, scan by scan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub custody: Vec<Handover>,
    /// What staff did about trouble.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<Acted>,
}

fn nothing() -> Sealed {
    Sealed(String::new())
}

impl Parcel {
    /// The journal stream of this parcel.
    pub fn stream(&self) -> String {
        stream(&self.id)
    }

    /// The courier's number of the running attempt.
    pub fn number(&self) -> Option<&Number> {
        match &self.booking {
            Booking::Booked { number } => Some(number),
            Booking::None | Booking::Asked | Booking::Refused { .. } => None,
        }
    }

    /// How this attempt is called at the courier's: the same order asked twice is one order there.
    pub fn order_id(&self) -> String {
        order_id(&self.id, self.attempt)
    }

    /// Whether the papers inside include an original, so that the chain of custody matters most.
    pub fn holds_originals(&self) -> bool {
        self.contents.iter().any(|content| content.kind == ContentKind::Original)
    }
}

/// `<parcel>-<attempt>`.
pub(crate) fn order_id(id: &ParcelId, attempt: u32) -> String {
    format!("{id}-{attempt}")
}

/// The parcel and the attempt that a courier's order id names.
pub(crate) fn of_order(order: &str) -> Option<(ParcelId, u32)> {
    let (id, attempt) = order.split_once('-')?;
    Some((id.parse().ok()?, attempt.parse().ok()?))
}

/// The journal stream of a parcel.
pub fn stream(id: &ParcelId) -> String {
    format!("{STREAM}{id}")
}

/// The parcel that a journal stream tells of.
pub fn parcel_of(stream: &str) -> Option<ParcelId> {
    stream.strip_prefix(STREAM)?.parse().ok()
}

const STREAM: &str = "parcel:";

/// Which way a parcel goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Originals, from the citizen to the office (上门揽收).
    Collect,
    /// The result, from the office to the citizen (结果送达).
    Deliver,
}

impl Direction {
    /// Stable name, as data and programs know it.
    pub fn name(self) -> &'static str {
        match self {
            Direction::Collect => "collect",
            Direction::Deliver => "deliver",
        }
    }
}

/// Who pays the courier. Data decide it, by item and department.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Payer {
    /// The office, by its monthly account.
    Office,
    /// The applicant: the sender of originals, the receiver of a result.
    Applicant,
}

/// Something inside a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Its name: of a material or of a result.
    pub name: String,
    /// What it is.
    pub kind: ContentKind,
    /// How many.
    pub count: u32,
}

/// What a paper is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContentKind {
    /// An original of the citizen's: it must come back or go to the archive.
    Original,
    /// A copy.
    Copy,
    /// The paper of a result.
    Result,
}

impl ContentKind {
    /// Stable name, for programs.
    pub fn name(self) -> &'static str {
        match self {
            ContentKind::Original => "original",
            ContentKind::Copy => "copy",
            ContentKind::Result => "result",
        }
    }
}

/// How far the courier's order is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Booking {
    /// Not asked for yet: the papers are not packed.
    None,
    /// On its way to the courier.
    Asked,
    /// The courier took it.
    Booked {
        /// Its waybill number.
        number: Number,
    },
    /// The courier would not take it.
    Refused {
        /// What it said.
        reason: String,
    },
}

/// A state put right by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The right state.
    pub state: State,
    /// From when it holds: what the courier told of earlier instants no longer decides.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// Whose word it is.
    pub by: StaffId,
}

/// Something that staff did about a parcel in trouble.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acted {
    /// What.
    pub act: Act,
    /// Who.
    pub by: StaffId,
    /// When.
    pub at: Timestamp,
    /// What was said, sealed: it tells of people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Sealed>,
}

/// What can be done about a parcel in trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Call the citizen or the courier.
    Called,
    /// Send it again: a new order, a new number.
    SentAgain,
    /// The citizen fetches it at the window.
    AtWindow,
}

impl Act {
    /// Every act.
    pub const ALL: [Act; 3] = [Act::Called, Act::SentAgain, Act::AtWindow];

    /// Stable name, for programs and forms.
    pub fn name(self) -> &'static str {
        match self {
            Act::Called => "called",
            Act::SentAgain => "sent-again",
            Act::AtWindow => "at-window",
        }
    }

    /// The act of this name.
    pub fn from_name(name: &str) -> Option<Act> {
        Act::ALL.into_iter().find(|act| act.name() == name)
    }
}
