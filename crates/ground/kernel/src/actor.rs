//! Who acts, and by what power. The actor brings its powers along, so that a room can check them without knowing
//! how people sign in.

use crate::{AccountId, DepartmentId, KindCode, PartyId, RegionCode, StaffId};
use serde::{Deserialize, Serialize};

/// Who gives a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// The house itself: the due wheel, a follower, an import from the command line. Named by which.
    System(&'static str),
    /// Somebody who applies: in their own name, or as agent (代理人) of another party.
    Citizen {
        /// The account that is signed in.
        account: AccountId,
        /// The person behind it.
        person: PartyId,
        /// The party for which that person acts; the person itself unless there is a delegation.
        acting_for: PartyId,
    },
    /// A member of staff: every act of theirs has a name, a post and a reason.
    Staff {
        /// Who.
        staff: StaffId,
        /// Where they work.
        region: RegionCode,
        /// Their post (岗位), as it is named.
        post: String,
        /// What they may do, and where.
        powers: Vec<Power>,
    },
}

impl Actor {
    /// How the journal calls them: `system:wheel`, `citizen:<account>`, `staff:<id>`.
    pub fn label(&self) -> String {
        match self {
            Actor::System(name) => format!("system:{name}"),
            Actor::Citizen { account, .. } => format!("citizen:{account}"),
            Actor::Staff { staff, .. } => format!("staff:{staff}"),
        }
    }

    /// Whether they hold `duty` for `department`.
    ///
    /// Citizens hold none. The house itself may put registers and catalogues in place (imports), and never does
    /// what the law gives to a person: no receiving, no review, no decision.
    pub fn may(&self, duty: Duty, department: &DepartmentId) -> bool {
        match self {
            Actor::System(_) => matches!(duty, Duty::Publish | Duty::Administer),
            Actor::Citizen { .. } => false,
            Actor::Staff { powers, .. } => {
                powers.iter().any(|power| power.duty == duty && power.scope.covers(department))
            }
        }
    }

    /// Whether they hold `duty` anywhere at all: for showing a menu, not for allowing an act.
    pub fn holds(&self, duty: Duty) -> bool {
        match self {
            Actor::System(_) => matches!(duty, Duty::Publish | Duty::Administer),
            Actor::Citizen { .. } => false,
            Actor::Staff { powers, .. } => powers.iter().any(|power| power.duty == duty),
        }
    }

    /// The party in whose name they act, if they are no official.
    pub fn party(&self) -> Option<PartyId> {
        match self {
            Actor::Citizen { acting_for, .. } => Some(*acting_for),
            Actor::System(_) | Actor::Staff { .. } => None,
        }
    }

    /// The member of staff, if they are one.
    pub fn staff(&self) -> Option<StaffId> {
        match self {
            Actor::Staff { staff, .. } => Some(*staff),
            Actor::System(_) | Actor::Citizen { .. } => None,
        }
    }
}

/// One power (职权): a duty and where it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Power {
    /// What may be done.
    pub duty: Duty,
    /// Where.
    pub scope: Scope,
}

/// Where a power holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Scope {
    /// In this region,
    pub region: RegionCode,
    /// and in all regions below it, if so,
    pub subtree: bool,
    /// for departments of this kind only, or of all kinds.
    pub kind: Option<KindCode>,
}

impl Scope {
    /// Whether `department` lies within.
    pub fn covers(&self, department: &DepartmentId) -> bool {
        let here = self.region == department.region || (self.subtree && self.region.contains(department.region));
        here && self.kind.is_none_or(|kind| kind == department.kind)
    }
}

/// What a member of staff may be charged with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// Receive applications, ask for corrections, accept (收件、受理).
    Receive,
    /// Review what was accepted and give an opinion (审查).
    Review,
    /// Decide: grant or deny, extend a limit (决定).
    Decide,
    /// Take money in at a window, assess fees, ask for refunds (收费).
    Collect,
    /// Exempt, approve refunds, settle accounts with the channels (减免、退付审核、对账).
    Settle,
    /// Watch over the lawful process, and permit exceptions (监督).
    Supervise,
    /// Follow up poor ratings and reports, as the service-quality post (好差评整改). Whoever was rated never does it.
    Redress,
    /// Keep a service hall in order: its windows, its closures, who did not come (大厅管理).
    Host,
    /// Publish items and guides (发布).
    Publish,
    /// Run the system (系统管理员).
    Administer,
    /// Keep accounts, powers and keys (安全保密管理员).
    Secure,
    /// Read the records of what the other two and everybody else did (安全审计员).
    Audit,
    /// Look at figures, forecast, and take them out as files (数据分析).
    Analyse,
    /// Answer the hotline: take work orders down and dispatch them (12345 坐席).
    Dispatch,
    /// Handle work orders of the hotline for a department (工单承办).
    Handle,
    /// Ask callers afterwards whether it was solved (回访).
    FollowUp,
    /// Lead the hotline: coordinate disputes, supervise, keep the knowledge base (热线管理).
    LeadHotline,
    /// Run public-resource trading: check notices, host openings, draw experts (交易中心).
    Trade,
    /// Assess bids as an expert of the pool (评标专家).
    Assess,
    /// Connect departmental systems, care for what they send and for the resource catalogue (数据交换管理).
    Exchange,
}

impl Duty {
    /// All duties.
    pub const ALL: [Duty; 20] = [
        Duty::Receive,
        Duty::Review,
        Duty::Decide,
        Duty::Collect,
        Duty::Settle,
        Duty::Supervise,
        Duty::Redress,
        Duty::Host,
        Duty::Publish,
        Duty::Administer,
        Duty::Secure,
        Duty::Audit,
        Duty::Analyse,
        Duty::Dispatch,
        Duty::Handle,
        Duty::FollowUp,
        Duty::LeadHotline,
        Duty::Trade,
        Duty::Assess,
        Duty::Exchange,
    ];

    /// Whether one person may hold both. System administrator, security officer and auditor are three people, and
    /// none of them handles cases (三员分立, GB/T 22239-2019).
    pub fn goes_with(self, other: Duty) -> bool {
        let apart = |duty| matches!(duty, Duty::Administer | Duty::Secure | Duty::Audit);
        self == other || !(apart(self) || apart(other))
    }
}
