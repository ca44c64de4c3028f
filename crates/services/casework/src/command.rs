//! What can be asked of a case.

use clock::Ground;
use delivery::ParcelId;
use kernel::{Date, LicenceId, Sealed};

use crate::{Material, Missing, Service, Stance, WithdrawGround};

/// What can be asked of a case. Who asks comes with [`crate::Facts`].
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Accept (受理).
    Accept,
    /// Do not accept (不予受理).
    Decline {
        /// Why.
        reason: String,
        /// The article it rests on.
        article: String,
        /// The body that is competent instead, if another is.
        elsewhere: Option<String>,
    },
    /// Ask for corrections, everything at once (补正告知).
    Correct {
        /// All that is missing.
        missing: Vec<Missing>,
        /// Needed to ask a second time, and given by a supervisor.
        supervisor_reason: Option<String>,
    },
    /// Hand in corrections (补正). Made by [`crate::resubmission`], which checks and seals.
    Resubmit {
        /// The papers sealed anew, if anything in them changed.
        form: Option<Sealed>,
        /// Whether the answers were gone through again.
        answered: bool,
        /// Materials that are new or take another's place.
        materials: Vec<Material>,
    },
    /// Give an opinion (审查).
    Review {
        /// For or against.
        stance: Stance,
        /// In words.
        opinion: String,
    },
    /// Decide (决定).
    Decide {
        /// Yes or no.
        verdict: Verdict,
    },
    /// Stop the clock for a special procedure (特别程序).
    Suspend {
        /// The legal ground.
        ground: Ground,
        /// Working days it needs; the applicant is told.
        days: u32,
        /// Why, in words.
        reason: String,
    },
    /// Let the clock run on.
    Resume {
        /// What came out of the procedure.
        result: String,
    },
    /// Extend the limit (延长审批), once.
    Extend {
        /// Working days, at most ten.
        days: u32,
        /// Why; the applicant is told.
        reason: String,
    },
    /// Hand over the result (送达).
    Serve {
        /// The way.
        how: Service,
        /// The licence, where the grant produced one.
        licence: Option<LicenceId>,
    },
    /// The result is ready and waits to be handed over on paper.
    Prepare {
        /// The way.
        how: Service,
        /// The licence, where the grant produced one.
        licence: Option<LicenceId>,
        /// The parcel in which it goes.
        parcel: Option<ParcelId>,
    },
    /// The paper arrived.
    Arrived {
        /// The way it went.
        how: Service,
        /// The day on which it arrived.
        on: Date,
    },
    /// The applicant wants the result another way. Made by [`crate::way_change`], which seals the address.
    ChooseWay {
        /// The way.
        how: Service,
        /// The papers sealed anew.
        form: Option<Sealed>,
    },
    /// Close (办结).
    Close,
    /// Take it back (撤回).
    Withdraw {
        /// Why.
        ground: WithdrawGround,
    },
    /// Time has passed: whatever the law does by itself happens now.
    Tick,
}

impl Command {
    /// Stable name, as in the API's addresses.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Accept => "accept",
            Command::Decline { .. } => "decline",
            Command::Correct { .. } => "correct",
            Command::Resubmit { .. } => "resubmit",
            Command::Review { .. } => "review",
            Command::Decide { .. } => "decide",
            Command::Suspend { .. } => "suspend",
            Command::Resume { .. } => "resume",
            Command::Extend { .. } => "extend",
            Command::Serve { .. } => "serve",
            Command::Prepare { .. } => "prepare",
            Command::Arrived { .. } => "arrived",
            Command::ChooseWay { .. } => "choose-way",
            Command::Close => "close",
            Command::Withdraw { .. } => "withdraw",
            Command::Tick => "tick",
        }
    }
}

/// Yes or no.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Granted (准予).
    Grant {
        /// Facts and reasons; needed where the last reviewer was against it.
        reason: Option<String>,
    },
    /// Denied (不予).
    Deny {
        /// Facts and reasons.
        reason: String,
        /// The article it rests on.
        article: String,
    },
}
