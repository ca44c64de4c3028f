//! An appointment: a slot that is kept for somebody.

use kernel::{BasicCode, Date, PartyId, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use super::hall::{HallId, instant};
use super::rulebook::Letter;
use super::ticket::TicketId;

kernel::id! {
    /// One appointment.
    pub AppointmentId
}

store::text_column!(AppointmentId);

/// A bookable piece of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Slot {
    /// The day.
    pub day: Date,
    /// Its beginning, in minutes after midnight.
    pub minute: u16,
}

impl Slot {
    /// The instant at which it begins.
    pub fn begins(&self) -> Timestamp {
        instant(self.day, self.minute)
    }

    /// 09:30
    pub fn clock(&self) -> String {
        format!("{:02}:{:02}", self.minute / 60, self.minute % 60)
    }
}

/// An appointment (预约).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Its id.
    pub id: AppointmentId,
    /// How many events made it.
    pub version: i64,
    /// Where.
    pub hall: HallId,
    /// For which service.
    pub service: Letter,
    /// For which item.
    pub item: BasicCode,
    /// For whom.
    pub party: PartyId,
    /// Who booked: the party, or somebody who may act for it.
    pub booked_by: PartyId,
    /// For how many persons.
    pub persons: u16,
    /// When.
    pub slot: Slot,
    /// Six digits to check in with at the hall; one of a kind in its hall and day.
    pub code: String,
    /// Counts the changes a calendar must learn of (RFC 5545 SEQUENCE).
    pub sequence: u32,
    /// When it was booked.
    pub at: Timestamp,
    /// What became of it.
    pub attendance: Attendance,
}

/// What became of an appointment. Time alone changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Attendance {
    /// Expected (已预约).
    Expected,
    /// In the hall, with a ticket (已报到).
    Arrived {
        /// Which.
        ticket: TicketId,
        /// When.
        at: Timestamp,
    },
    /// Given up by whoever booked (已取消).
    Cancelled {
        /// When.
        at: Timestamp,
    },
    /// A member of staff decided that nobody came (未到).
    Absent {
        /// Who decided.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// Why.
        reason: String,
    },
}

impl Attendance {
    /// Stable name, for rows and programs.
    pub fn name(&self) -> &'static str {
        match self {
            Attendance::Expected => "expected",
            Attendance::Arrived { .. } => "arrived",
            Attendance::Cancelled { .. } => "cancelled",
            Attendance::Absent { .. } => "absent",
        }
    }

    /// In a word.
    pub fn word(&self) -> &'static str {
        match self {
            Attendance::Expected => "已预约",
            Attendance::Arrived { .. } => "已报到",
            Attendance::Cancelled { .. } => "已取消",
            Attendance::Absent { .. } => "未到",
        }
    }
}

impl Appointment {
    /// The journal stream.
    pub fn stream(&self) -> String {
        format!("appointment:{}", self.id)
    }

    /// Whether it keeps a place in its slot.
    pub fn takes_place(&self) -> bool {
        matches!(self.attendance, Attendance::Expected | Attendance::Arrived { .. })
    }
}
