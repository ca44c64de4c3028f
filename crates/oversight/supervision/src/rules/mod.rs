//! The law of supervision, pure: what the rules find in what was seen, what becomes of flags and orders, and how a score is reckoned.

mod clocks;
mod flag;
mod order;
mod process;
mod refusal;
mod score;
mod seen;
mod trace;

use std::collections::BTreeMap;
use std::sync::Arc;

use clock::Calendar;
use kernel::{Actor, CaseNumber, Date, DepartmentId, Duty, StaffId, Timestamp};

use crate::{Escalation, Finding, Grade, Rulebook, Sign, Watch};

pub use clocks::{clocks, due};
pub use flag::{apply_flag, may_withdraw, replay_flag};
pub use order::{apply_order, decide, due as order_due, issued, replay_order};
pub use refusal::Refusal;
pub(crate) use score::counted;
pub use score::{Line, Score, Sums, reckon};
pub use seen::seen;
pub use trace::{Looked, Trace, TraceStep, trace};

/// What rules need to know beside the thing itself.
#[derive(Clone)]
pub struct Facts<'a> {
    /// This instant.
    pub now: Timestamp,
    /// Its day in China.
    pub today: Date,
    /// The working days.
    pub calendar: Arc<Calendar>,
    /// Who asks.
    pub actor: &'a Actor,
}

/// Who answers for a department: those who handle its cases.
pub(crate) const HANDLING: [Duty; 3] = [Duty::Receive, Duty::Review, Duty::Decide];

impl Facts<'_> {
    /// The supervisor who asks, if the department is theirs to watch and the matter is not about them.
    fn supervisor(&self, department: &DepartmentId, about: Option<StaffId>) -> Result<StaffId, Refusal> {
        match self.actor {
            Actor::Staff { staff, .. } if self.actor.may(Duty::Supervise, department) => not_about(*staff, about),
            _ => Err(Refusal::NotSupervisor),
        }
    }

    /// The member of the department's own staff who asks.
    fn own_staff(&self, department: &DepartmentId, about: Option<StaffId>) -> Result<StaffId, Refusal> {
        let handles = HANDLING.iter().any(|duty| self.actor.may(*duty, department));
        match self.actor {
            Actor::Staff { staff, .. } if handles => not_about(*staff, about),
            _ => Err(Refusal::NotOfDepartment),
        }
    }
}

fn not_about(staff: StaffId, about: Option<StaffId>) -> Result<StaffId, Refusal> {
    if about == Some(staff) { Err(Refusal::AboutYourself) } else { Ok(staff) }
}

/// What one more entry makes of the watch, and what the rules find: first what time alone had made true before it, then what it says
/// itself. A case begins with its application; entries before that concern nobody.
pub fn observe(
    book: &Rulebook,
    calendar: &Calendar,
    watch: &mut Option<Watch>,
    number: CaseNumber,
    sign: &Sign,
) -> Vec<Finding> {
    let Some(known) = watch else {
        *watch = process::begin(number, sign);
        return vec![];
    };
    let mut found = by_time(book, calendar, known, sign.at);
    let said = process::look(book, calendar, known, sign);
    process::apply(known, sign);
    found.extend(keep(&book.escalation, known, said));
    found
}

/// What time alone has made true until `now`.
pub fn by_time(book: &Rulebook, calendar: &Calendar, watch: &mut Watch, now: Timestamp) -> Vec<Finding> {
    let come = clocks::milestones(book, calendar, watch).into_iter().filter(|finding| finding.since <= now).collect();
    keep(&book.escalation, watch, come)
}

/// Of what was found, what is new or graver than before. A second yellow card in one case is a red one.
fn keep(escalation: &Escalation, watch: &mut Watch, found: Vec<Finding>) -> Vec<Finding> {
    let mut new = vec![];
    for mut finding in found {
        let key = finding.key();
        let before = watch.raised.get(&key).copied();
        if watch.withdrawn.contains(&key) || before.is_some_and(|before| before >= finding.grade) {
            continue;
        }
        let another = |(other, grade): (&String, &Grade)| {
            *other != key && *grade >= Grade::Yellow && !watch.withdrawn.contains(other)
        };
        if finding.grade == Grade::Yellow && escalation.second_yellow_is_red && watch.raised.iter().any(another) {
            finding.grade = Grade::Red;
        }
        watch.raised.insert(key, finding.grade);
        new.push(finding);
    }
    new
}

/// All that the rules find in a history, each breach at its gravest: what following and knocking must have found by `now`, in whatever
/// pieces the journal arrived.
pub fn recount(
    book: &Rulebook,
    calendar: &Calendar,
    number: CaseNumber,
    signs: &[Sign],
    now: Timestamp,
) -> Vec<Finding> {
    let mut watch = None;
    let mut found: Vec<Finding> =
        signs.iter().flat_map(|sign| observe(book, calendar, &mut watch, number, sign)).collect();
    if let Some(watch) = &mut watch {
        found.extend(by_time(book, calendar, watch, now));
    }
    let mut gravest: BTreeMap<String, Finding> = BTreeMap::new();
    for finding in found {
        gravest.insert(finding.key(), finding);
    }
    gravest.into_values().collect()
}
