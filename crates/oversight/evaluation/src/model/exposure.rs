//! Something wrong that anybody reports (曝光纠错).

use kernel::{BasicCode, Date, DepartmentId, Sealed, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

kernel::id! {
    /// One report.
    pub ExposureId
}

store::text_column!(ExposureId);

impl ExposureId {
    pub(crate) fn stream(&self) -> String {
        format!("{STREAM}{self}")
    }

    pub(crate) fn of_stream(stream: &str) -> Option<ExposureId> {
        stream.strip_prefix(STREAM)?.parse().ok()
    }
}

const STREAM: &str = "exposure:";

/// A report and what became of it. The value is exactly what replaying its events gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exposure {
    /// Its id.
    pub id: ExposureId,
    /// How many events made it.
    pub version: i64,
    /// Code of its kind, from the settings.
    pub kind: String,
    /// The department it is about; where none was named, the service office of the place.
    pub department: DepartmentId,
    /// The item it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<BasicCode>,
    /// What was said: under the reporter's key, or, without a name, under the room's.
    pub text: Sealed,
    /// Who reported it, readable by no member of staff; none without a name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reporter: Option<Sealed>,
    /// The day it came in.
    pub reported: Date,
    /// Last day to verify it.
    pub verify_by: Date,
    /// Last day to put it right, once it was found true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rectify_by: Option<Date>,
    /// Where it stands.
    pub state: ExposureState,
    /// A clock ran out.
    #[serde(default)]
    pub overdue: bool,
    /// What the public reads: title and text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<(String, String)>,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
    /// What was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measures: Option<String>,
    /// Why it was found untrue, or how it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conclusion: Option<String>,
}

/// Where a report stands. The number is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExposureState {
    /// To be verified.
    Reported = 10,
    /// Found true, to be published.
    Verified = 20,
    /// Published with the unit's name, being put right.
    Published = 30,
    /// Put right.
    Rectified = 40,
    /// Done.
    Closed = 90,
    /// Found untrue.
    Unfounded = 91,
}

impl ExposureState {
    /// In the order of its life.
    pub const ALL: [ExposureState; 6] = [
        ExposureState::Reported,
        ExposureState::Verified,
        ExposureState::Published,
        ExposureState::Rectified,
        ExposureState::Closed,
        ExposureState::Unfounded,
    ];

    /// Stable name.
    pub fn name(self) -> &'static str {
        match self {
            ExposureState::Reported => "reported",
            ExposureState::Verified => "verified",
            ExposureState::Published => "published",
            ExposureState::Rectified => "rectified",
            ExposureState::Closed => "closed",
            ExposureState::Unfounded => "unfounded",
        }
    }

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            ExposureState::Reported => "待核实",
            ExposureState::Verified => "已查实，待公开",
            ExposureState::Published => "整改中",
            ExposureState::Rectified => "已整改",
            ExposureState::Closed => "已办结",
            ExposureState::Unfounded => "不属实",
        }
    }

    /// The state of this name.
    pub fn from_name(name: &str) -> Option<ExposureState> {
        ExposureState::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl Exposure {
    /// The day by which somebody must act next.
    pub fn next_by(&self) -> Option<Date> {
        match self.state {
            ExposureState::Reported => Some(self.verify_by),
            ExposureState::Verified | ExposureState::Published => self.rectify_by,
            _ => None,
        }
    }
}

/// What can be asked of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExposureCommand {
    /// Say whether it is true.
    Verify {
        /// Whether.
        founded: bool,
        /// What was found.
        reason: String,
    },
    /// Publish it with the unit's name.
    Publish {
        /// In a line.
        title: String,
        /// What happened, with nothing personal in it.
        text: String,
    },
    /// Tell what was changed.
    Rectify {
        /// What.
        measures: String,
    },
    /// Close it.
    Close {
        /// How it ended.
        reason: String,
    },
    /// Time has passed.
    Tick,
}

impl ExposureCommand {
    /// Stable name.
    pub fn name(&self) -> &'static str {
        match self {
            ExposureCommand::Verify { .. } => "verify",
            ExposureCommand::Publish { .. } => "publish",
            ExposureCommand::Rectify { .. } => "rectify",
            ExposureCommand::Close { .. } => "close",
            ExposureCommand::Tick => "tick",
        }
    }
}

/// What happened to a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExposureEvent {
    /// It came in.
    ExposureReported {
        /// Its kind.
        kind: String,
        /// About whom.
        department: DepartmentId,
        /// About what.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<BasicCode>,
        /// What was said.
        text: Sealed,
        /// By whom, sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reporter: Option<Sealed>,
        /// The day.
        on: Date,
        /// Last day to verify it.
        verify_by: Date,
    },
    /// Found true.
    ExposureVerified {
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// What was found.
        reason: String,
        /// Last day to put it right.
        rectify_by: Date,
    },
    /// Found untrue.
    ExposureUnfounded {
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// Why.
        reason: String,
    },
    /// Published with the unit's name.
    ExposurePublished {
        /// By whom.
        by: StaffId,
        /// When.
        at: Timestamp,
        /// In a line.
        title: String,
        /// What happened.
        text: String,
    },
    /// Put right.
    ExposureRectified {
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// What was changed.
        measures: String,
    },
    /// Closed.
    ExposureClosed {
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// How it ended.
        reason: String,
    },
    /// A clock ran out.
    ExposureOverdue {
        /// The day it should have been done by.
        due: Date,
    },
}

impl store::Event for ExposureEvent {
    const ROOM: &'static str = "evaluation";

    fn kind(&self) -> &'static str {
        match self {
            ExposureEvent::ExposureReported { .. } => "exposure-reported",
            ExposureEvent::ExposureVerified { .. } => "exposure-verified",
            ExposureEvent::ExposureUnfounded { .. } => "exposure-unfounded",
            ExposureEvent::ExposurePublished { .. } => "exposure-published",
            ExposureEvent::ExposureRectified { .. } => "exposure-rectified",
            ExposureEvent::ExposureClosed { .. } => "exposure-closed",
            ExposureEvent::ExposureOverdue { .. } => "exposure-overdue",
        }
    }
}
