//! The law of an investment project, pure: what a command does, what an event did, when time speaks next.
//!
//! Source: 企业投资项目核准和备案管理条例 (below: 条例), 政府投资条例, 行政许可法 art. 42 and 45, 建筑法 art. 7 and 61.

mod apply;
mod filing;
mod finding;
mod refusal;
mod reports;
mod route;
mod stages;
mod used;

use std::sync::Arc;

use clock::Calendar;
use kernel::{Actor, Date, Duty, Fen, PartyId, StaffId, Timestamp, midnight};

use crate::{Event, Joined, Project, ReportKind, Rulebook, Stage};

pub use apply::{apply, open, replay};
pub use filing::{PLAN_YEARS_MOST, complete};
pub use refusal::Refusal;
pub use reports::{is_monthly, may_report, owed};
pub use route::{Decision, Question, Reason, Verdict, route};
pub use stages::{
    ApprovalState, Place, StageState, current, is_done, lacking, moved, places, stage_state, states, to_submit,
};
pub use used::{Used, used, used_of};

/// What rules need to know and cannot see in the project.
#[derive(Clone)]
pub struct Facts<'a> {
    /// This instant.
    pub now: Timestamp,
    /// Its day in China.
    pub today: Date,
    /// The working days.
    pub calendar: Arc<Calendar>,
    /// The rules.
    pub book: &'a Rulebook,
    /// Who asks.
    pub actor: &'a Actor,
}

/// What can be asked of a project.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// The unit reports.
    Report {
        /// Which report; of progress, the period that is owed.
        kind: ReportKind,
        /// The day that it is about.
        day: Date,
        /// Invested so far.
        invested: Fen,
        /// In words.
        say: String,
    },
    /// The lead department finds that something told is not true.
    Challenge {
        /// What.
        what: String,
    },
    /// The unit answers a finding.
    Explain {
        /// In words.
        words: String,
    },
    /// The lead department settles a finding of false facts.
    Settle {
        /// Mended or unfounded; else it is listed.
        lift: bool,
        /// Why.
        reason: String,
    },
    /// Time has passed.
    Tick,
}

impl Facts<'_> {
    /// The day so many working days from today.
    fn after(&self, days: u32) -> Date {
        self.calendar.after(self.today, kernel::WorkingDays(days))
    }

    /// The member of staff who decides for the department that leads the project.
    fn lead(&self, project: &Project) -> Result<StaffId, Refusal> {
        match self.actor {
            Actor::Staff { staff, .. } if self.actor.may(Duty::Decide, &project.lead) => Ok(*staff),
            _ => Err(Refusal::NotLead),
        }
    }

    fn unit(&self, project: &Project) -> Result<PartyId, Refusal> {
        match self.actor.party() {
            Some(party) if party == project.unit => Ok(party),
            _ => Err(Refusal::OnlyTheUnit),
        }
    }
}

/// What happens if the approvals of a stage come in together, as these cases.
pub fn submitted(project: &Project, stage: Stage, cases: &[Joined], facts: &Facts) -> Result<Vec<Event>, Refusal> {
    facts.unit(project)?;
    let items: Vec<_> = cases.iter().map(|joined| joined.item).collect();
    stages::may_submit(project, stage, &items, facts.book)?;
    Ok(vec![Event::StageSubmitted { stage, cases: cases.to_vec(), on: facts.today }])
}

/// What happens if `command` reaches `project` now.
pub fn decide(project: &Project, command: &Command, facts: &Facts) -> Result<Vec<Event>, Refusal> {
    use Command as C;
    match command {
        C::Report { kind, day, invested, say } => {
            facts.unit(project)?;
            reports::report(project, *kind, *day, *invested, say, facts)
        }
        C::Challenge { what } => finding::challenge(project, what, facts),
        C::Explain { words } => finding::explain(project, words, facts),
        C::Settle { lift, reason } => finding::settle(project, *lift, reason, facts),
        C::Tick => Ok(finding::by_time(project, facts)),
    }
}

/// When [`Command::Tick`] must be sent: the first instant at which a rule acts by itself.
pub fn due(project: &Project, book: &Rulebook, calendar: &Calendar) -> Option<Timestamp> {
    let last_day = match &project.finding {
        Some(finding) => finding::acts_after(finding)?,
        None => owed(project, book, calendar)?.due,
    };
    last_day.tomorrow().ok().map(midnight)
}
