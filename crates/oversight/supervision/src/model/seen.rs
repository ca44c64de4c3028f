//! What supervision sees of the entries of other rooms: no more than its rules look at.

use clock::Limit;
use kernel::{Date, DepartmentId, Fen, StaffId, Timestamp};
use serde::{Deserialize, Serialize};

/// One entry as the rules see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sign {
    /// Its journal number: the evidence.
    pub seq: i64,
    /// Its place in the case's own stream; none for entries of other streams that concern the case.
    pub version: Option<i64>,
    /// When.
    pub at: Timestamp,
    /// What.
    pub saw: Seen,
}

/// What an entry says, as far as a rule looks at it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Seen {
    /// An application came in (提交).
    Submitted {
        /// Who answers for it.
        department: DepartmentId,
        /// The item's name.
        item: String,
        /// Done on the spot (即办件).
        #[serde(default)]
        instant: bool,
        /// Came in over the network.
        #[serde(default)]
        online: bool,
        /// The promised limit.
        limit: Limit,
        /// The statutory limit, where a law sets one.
        #[serde(default)]
        statutory: Option<Limit>,
        /// What may be asked for: on the published list, and not held by the government.
        #[serde(default)]
        listed: Vec<String>,
        /// The day of receipt.
        received: Date,
        /// The last day to answer.
        answer_by: Date,
    },
    /// Accepted (受理); by nobody if by silence.
    Accepted {
        /// The clerk.
        #[serde(default)]
        by: Option<StaffId>,
        /// The day from which it counts.
        on: Date,
    },
    /// Corrections were asked for (补正告知).
    Corrected {
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// Why once more.
        #[serde(default)]
        reason: Option<String>,
        /// Materials asked for.
        #[serde(default)]
        materials: Vec<String>,
    },
    /// The corrections came.
    Resubmitted {
        /// The day.
        received: Date,
        /// The last day to answer.
        answer_by: Date,
    },
    /// An opinion was given (审查).
    Reviewed {
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
    },
    /// A special procedure began (特别程序).
    Suspended {
        /// By whom.
        by: StaffId,
        /// The first day that does not count.
        on: Date,
        /// Why.
        #[serde(default)]
        reason: String,
        /// By when it should be over.
        expected: Date,
    },
    /// The clock runs again.
    Resumed {
        /// The day.
        on: Date,
    },
    /// The limit was extended (延长).
    Extended {
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// Working days.
        days: u32,
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// Granted or denied (决定).
    Decided {
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// Yes or no.
        granted: bool,
        /// A no has its reason, its basis and its remedy; a yes needs none.
        #[serde(default)]
        reasoned: bool,
        /// The last day to serve it.
        serve_by: Date,
    },
    /// Not accepted (不予受理).
    Declined {
        /// By whom.
        by: StaffId,
        /// The day.
        on: Date,
        /// It has its reason, its basis and its remedy.
        #[serde(default)]
        reasoned: bool,
        /// The last day to serve it.
        serve_by: Date,
    },
    /// The result reached the applicant (送达).
    Served {
        /// The day.
        on: Date,
        /// They had to come for it.
        #[serde(default)]
        visit: bool,
    },
    /// Closed (办结).
    Closed {
        /// The day.
        on: Date,
    },
    /// Over without a result: withdrawn, or sent back.
    Ended {
        /// The day.
        on: Date,
    },
    /// A fee was charged (开单、核定).
    Billed {
        /// How much, in fen.
        amount: Fen,
        /// What its standard gives for it, in fen.
        standard: Fen,
    },
    /// A refund was approved: it is owed.
    RefundDue {
        /// Which.
        no: String,
        /// The day.
        on: Date,
    },
    /// A refund reached the payer, or is no longer owed.
    RefundDone {
        /// Which.
        no: String,
    },
    /// Rated (评价).
    Rated {
        /// 不满意 or 非常不满意.
        poor: bool,
    },
    /// A poor rating does not count after all.
    SetAside,
    /// Whoever rated poorly was not called, or it was not put right in time.
    RedressLate {
        /// It was to be put right; else to be called.
        rectify: bool,
        /// The day it should have been.
        due: Date,
    },
    /// Nothing a rule looks at.
    Other,
}
