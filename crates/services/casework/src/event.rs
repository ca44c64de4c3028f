//! What happened to a case: the promise to everybody who follows.

use clock::Ground;
use kernel::{BasicCode, Date, DepartmentId, LicenceId, PartyId, ProjectCode, RegionCode, Sealed, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Channel, Counter, Material, Missing, Outcome, Prepared, Remedy, Service, Stance, Terms, WithdrawGround};

/// What happened to a case. Fields may be added with a default; none is renamed or reused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// An application came in (提交).
    Submitted(Box<Submitted>),
    /// Accepted (受理).
    Accepted {
        /// The clerk.
        by: StaffId,
        /// The day; the clock starts on it.
        on: Date,
        /// The day by which it must be decided.
        due: Date,
    },
    /// Nobody answered for five working days: accepted by law (视为受理, 行政许可法 art. 32).
    DeemedAccepted {
        /// The day of receipt, from which it counts.
        since: Date,
        /// The day by which it must be decided.
        due: Date,
    },
    /// The applicant was told all that is missing (补正告知).
    CorrectionRequested {
        /// All that is missing.
        missing: Vec<Missing>,
        /// The day.
        on: Date,
        /// Last day to answer.
        until: Date,
        /// Who asked.
        by: StaffId,
        /// Set when this is not the first time: why a supervisor allowed it. Supervision looks at these.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        repeated: Option<String>,
    },
    /// The applicant corrected (补正).
    Resubmitted {
        /// The answers, if they changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        form: Option<Sealed>,
        /// Materials that are new or took another's place.
        materials: Vec<Material>,
        /// The day; five working days run from it.
        received: Date,
        /// The fifth of them.
        answer_by: Date,
    },
    /// No correction came in time: sent back (退件).
    Returned {
        /// The day.
        on: Date,
    },
    /// Not accepted (不予受理).
    Declined {
        /// The clerk.
        by: StaffId,
        /// The day.
        on: Date,
        /// Why.
        reason: String,
        /// The article.
        article: String,
        /// The body that is competent instead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        elsewhere: Option<String>,
        /// Ways to contest it.
        remedy: Remedy,
        /// Last day to serve the notice.
        serve_by: Date,
    },
    /// An opinion was given (审查).
    Reviewed {
        /// For or against.
        stance: Stance,
        /// In words.
        opinion: String,
        /// Whose.
        by: StaffId,
        /// The day.
        on: Date,
    },
    /// The clock rests (特别程序).
    Suspended {
        /// The legal ground.
        ground: Ground,
        /// Why.
        reason: String,
        /// First day not counted.
        on: Date,
        /// Working days the applicant was told.
        days: u32,
        /// The day by which it should be over.
        expected: Date,
        /// Who ordered it.
        by: StaffId,
    },
    /// The clock runs again.
    Resumed {
        /// What came out.
        result: String,
        /// The day.
        on: Date,
        /// The new day by which it must be decided.
        due: Date,
        /// Who ended it.
        by: StaffId,
    },
    /// The limit was extended, once (延长审批, 行政许可法 art. 42).
    Extended {
        /// Working days.
        days: u32,
        /// Why.
        reason: String,
        /// The day of the order.
        on: Date,
        /// The new day by which it must be decided.
        due: Date,
        /// Who approved.
        by: StaffId,
    },
    /// Granted (准予).
    Granted {
        /// The decider.
        by: StaffId,
        /// The day.
        on: Date,
        /// Facts and reasons, where the decider gave any: always against the reviewer's opinion.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// Last day to serve it (行政许可法 art. 44).
        serve_by: Date,
    },
    /// Denied (不予).
    Denied {
        /// The decider.
        by: StaffId,
        /// The day.
        on: Date,
        /// Facts and reasons.
        reason: String,
        /// The article.
        article: String,
        /// Ways to contest it.
        remedy: Remedy,
        /// Last day to serve it.
        serve_by: Date,
    },
    /// The result reached the applicant (送达).
    Served {
        /// The way.
        how: Service,
        /// The licence, where there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        licence: Option<LicenceId>,
        /// The day.
        on: Date,
    },
    /// The result is ready and waits to be handed over on paper; a licence is in force.
    Prepared {
        /// The way, and the parcel.
        prepared: Prepared,
        /// The licence, where there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        licence: Option<LicenceId>,
        /// The day.
        on: Date,
    },
    /// The applicant wants the result another way (领取方式).
    WayChosen {
        /// The way.
        how: Service,
        /// The papers sealed anew: the address is in them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        form: Option<Sealed>,
        /// The day.
        on: Date,
    },
    /// Done (办结).
    Closed {
        /// How it ended.
        outcome: Outcome,
        /// The day.
        on: Date,
    },
    /// The applicant took it back (撤回).
    Withdrawn {
        /// Why.
        ground: WithdrawGround,
        /// The day.
        on: Date,
    },
    /// Too many wrong passwords: look-up was locked for a while. Told by earlier versions; since then the place that guesses waits.
    LookupLocked {
        /// Until when.
        until: Timestamp,
    },
}

/// What an application brought with it: all that a case begins with but its number, which is that of the stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Submitted {
    /// The base item.
    pub item: BasicCode,
    /// What the item demands and promises on this day.
    pub terms: Terms,
    /// The place whose implementation handles it.
    pub region: RegionCode,
    /// The department that answers for it.
    pub department: DepartmentId,
    /// Whose case it is.
    pub applicant: PartyId,
    /// Who filed it.
    pub filed_by: PartyId,
    /// By which way it came.
    pub channel: Channel,
    /// When the complete application entered the system.
    pub at: Timestamp,
    /// The answers, sealed.
    pub form: Sealed,
    /// What was handed in.
    pub materials: Vec<Material>,
    /// Keyed hash of the query password.
    pub lookup: String,
    /// The day of receipt.
    pub received: Date,
    /// The fifth working day after it.
    pub answer_by: Date,
    /// How the applicant wants the result.
    #[serde(default = "crate::model::electronic", skip_serializing_if = "crate::model::is_electronic")]
    pub way: Service,
    /// Who took it in, when it was brought to a window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counter: Option<Counter>,
    /// The investment project that it is an approval of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<ProjectCode>,
}

impl store::Event for Event {
    const ROOM: &'static str = "casework";

    fn kind(&self) -> &'static str {
        match self {
            Event::Submitted(_) => "submitted",
            Event::Accepted { .. } => "accepted",
            Event::DeemedAccepted { .. } => "deemed-accepted",
            Event::CorrectionRequested { .. } => "correction-requested",
            Event::Resubmitted { .. } => "resubmitted",
            Event::Returned { .. } => "returned",
            Event::Declined { .. } => "declined",
            Event::Reviewed { .. } => "reviewed",
            Event::Suspended { .. } => "suspended",
            Event::Resumed { .. } => "resumed",
            Event::Extended { .. } => "extended",
            Event::Granted { .. } => "granted",
            Event::Denied { .. } => "denied",
            Event::Served { .. } => "served",
            Event::Prepared { .. } => "prepared",
            Event::WayChosen { .. } => "way-chosen",
            Event::Closed { .. } => "closed",
            Event::Withdrawn { .. } => "withdrawn",
            Event::LookupLocked { .. } => "lookup-locked",
        }
    }
}
