//! A window and who sits at it.

use kernel::{Date, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use super::hall::HallId;

/// A window (窗口) as it is manned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// In which hall.
    pub hall: HallId,
    /// Its number.
    pub number: u16,
    /// How many events made it.
    pub version: i64,
    /// The clerk whose window it is (排班), if the hall gave it to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<StaffId>,
    /// Who works there now.
    pub occupation: Occupation,
}

/// Whether somebody works at a window. It holds for its day only: nobody sits there overnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Occupation {
    /// Nobody.
    Closed,
    /// Open: calls.
    Open {
        /// The clerk.
        by: StaffId,
        /// The day.
        day: Date,
        /// Since when.
        since: Timestamp,
    },
    /// The clerk is away for a while; people read why.
    Paused {
        /// The clerk.
        by: StaffId,
        /// The day.
        day: Date,
        /// Since when.
        since: Timestamp,
        /// Why.
        reason: String,
    },
}

impl Window {
    /// A window at which nobody has sat yet.
    pub fn untouched(hall: HallId, number: u16) -> Window {
        Window { hall, number, version: 0, seat: None, occupation: Occupation::Closed }
    }

    /// The journal stream.
    pub fn stream(&self) -> String {
        format!("window:{}-{}", self.hall, self.number)
    }

    /// Who sits there on this day.
    pub fn clerk(&self, today: Date) -> Option<StaffId> {
        match &self.occupation {
            Occupation::Open { by, day, .. } | Occupation::Paused { by, day, .. } if *day == today => Some(*by),
            _ => None,
        }
    }

    /// Whether it calls on this day.
    pub fn is_open(&self, today: Date) -> bool {
        matches!(&self.occupation, Occupation::Open { day, .. } if *day == today)
    }
}
