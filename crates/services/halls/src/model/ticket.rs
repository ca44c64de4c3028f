//! A ticket: somebody's place in the queue of a hall on one day.

use std::fmt;
use std::str::FromStr;

use kernel::{BasicCode, CaseNumber, Date, PartyId, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use super::appointment::AppointmentId;
use super::hall::HallId;
use super::rulebook::Letter;

kernel::id! {
    /// One ticket.
    pub TicketId
}

store::text_column!(TicketId);

/// What is called out: A017. Numbers begin anew each day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TicketNumber {
    /// The service for which it was drawn.
    pub letter: Letter,
    /// From 1, in each hall and day and for each letter.
    pub serial: u32,
}

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:03}", self.letter, self.serial)
    }
}

/// A ticket (排队号).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its id; whoever has it may look at the ticket.
    pub id: TicketId,
    /// How many events made it.
    pub version: i64,
    /// Where.
    pub hall: HallId,
    /// The day on which it holds.
    pub day: Date,
    /// What is called out.
    pub number: TicketNumber,
    /// The service in whose queue it stands now.
    pub service: Letter,
    /// In which lane.
    pub lane: Lane,
    /// The ground of precedence, by its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
    /// How it was drawn.
    pub source: Source,
    /// Whose it is; tickets from the kiosk are nobody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<PartyId>,
    /// For which item, if that was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<BasicCode>,
    /// The appointment that was checked in with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment: Option<AppointmentId>,
    /// When it was drawn.
    pub at: Timestamp,
    /// Its turn in its lane; for an appointment not before its slot.
    pub turn: Timestamp,
    /// When it was first called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called: Option<Timestamp>,
    /// Seconds that it was served, as far as they are over.
    #[serde(default)]
    pub served: u32,
    /// The cases that were opened at the window.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<CaseNumber>,
    /// Where it stands.
    pub state: State,
}

/// A lane of a queue. Lanes are interleaved by the shares of the rulebook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lane {
    /// An appointment at its time (预约).
    Booked,
    /// A ground of precedence (优先).
    Priority,
    /// Everybody else (普通).
    Ordinary,
}

impl Lane {
    /// All lanes, in the order that decides between equals.
    pub const ALL: [Lane; 3] = [Lane::Booked, Lane::Priority, Lane::Ordinary];

    /// Stable name, for rows and programs.
    pub fn name(self) -> &'static str {
        match self {
            Lane::Booked => "booked",
            Lane::Priority => "priority",
            Lane::Ordinary => "ordinary",
        }
    }

    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Lane::Booked => "预约",
            Lane::Priority => "优先",
            Lane::Ordinary => "普通",
        }
    }
}

/// The text names no lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadLane;

impl fmt::Display for BadLane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a lane is booked, priority or ordinary")
    }
}

impl FromStr for Lane {
    type Err = BadLane;

    fn from_str(text: &str) -> Result<Lane, BadLane> {
        Lane::ALL.into_iter().find(|lane| lane.name() == text).ok_or(BadLane)
    }
}

/// How a ticket was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// At the machine in the hall (取号机).
    Kiosk,
    /// From somebody's own phone (手机取号).
    Phone,
    /// By checking in an appointment (预约报到).
    Appointment,
    /// By a member of staff (导办代取).
    Staff,
}

/// Where a ticket stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum State {
    /// Waiting (等候), for one window only if it was handed on to it.
    Waiting {
        /// That window.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        window: Option<u16>,
    },
    /// Called to a window, and served there (叫号、办理).
    Called {
        /// Which.
        window: u16,
        /// The clerk.
        by: StaffId,
        /// When.
        since: Timestamp,
        /// How often it was called.
        calls: u8,
    },
    /// Held back for a moment (挂起): somebody fetches a copy.
    Held {
        /// By which window.
        window: u16,
        /// The clerk.
        by: StaffId,
    },
    /// Passed over after the last call (过号).
    Missed {
        /// When.
        at: Timestamp,
    },
    /// Done (办完).
    Done {
        /// When.
        at: Timestamp,
        /// At which window.
        window: u16,
    },
    /// Given back (取消排队).
    Left {
        /// When.
        at: Timestamp,
    },
    /// The day was over (过期).
    Lapsed,
}

impl State {
    /// Stable name, for rows and programs.
    pub fn name(&self) -> &'static str {
        match self {
            State::Waiting { .. } => "waiting",
            State::Called { .. } => "called",
            State::Held { .. } => "held",
            State::Missed { .. } => "missed",
            State::Done { .. } => "done",
            State::Left { .. } => "left",
            State::Lapsed => "lapsed",
        }
    }

    /// In a word.
    pub fn word(&self) -> &'static str {
        match self {
            State::Waiting { .. } => "等候",
            State::Called { .. } => "正在办",
            State::Held { .. } => "挂起",
            State::Missed { .. } => "过号",
            State::Done { .. } => "办完",
            State::Left { .. } => "已取消",
            State::Lapsed => "已过期",
        }
    }

    /// Whether something can still come of it.
    pub fn is_open(&self) -> bool {
        matches!(self, State::Waiting { .. } | State::Called { .. } | State::Held { .. } | State::Missed { .. })
    }

    /// The window at which it is or which holds it.
    pub fn window(&self) -> Option<u16> {
        match self {
            State::Waiting { window } => *window,
            State::Called { window, .. } | State::Held { window, .. } | State::Done { window, .. } => Some(*window),
            State::Missed { .. } | State::Left { .. } | State::Lapsed => None,
        }
    }
}

impl Ticket {
    /// The journal stream.
    pub fn stream(&self) -> String {
        format!("ticket:{}", self.id)
    }

    /// Whether its turn has come: an appointment that checked in early waits for its slot.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.turn <= now
    }
}
