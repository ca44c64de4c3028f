//! The trace of a case: each entry with the clocks that ran after it, the rules that looked at it, and what they found.

use clock::Calendar;
use kernel::{CaseNumber, Date, Timestamp};

use super::{by_time, clocks, observe};
use crate::{Check, ClockName, Finding, Rule, RuleId, Rulebook, Seen, Sign, Watch};

/// A rule that looked at an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// Which.
    pub rule: RuleId,
    /// Whether it found something there.
    pub found: bool,
}

/// One entry and what was made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceStep {
    /// The entry.
    pub sign: Sign,
    /// Clocks that run after it, with their last days.
    pub clocks: Vec<(ClockName, Date)>,
    /// The rules that look at such an entry.
    pub looked: Vec<Looked>,
    /// What was found when it came: by itself, or by the time that had passed.
    pub found: Vec<Finding>,
}

/// A case as supervision sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// What is known of it now.
    pub watch: Watch,
    /// Its entries.
    pub steps: Vec<TraceStep>,
    /// What time alone has made true since the last of them.
    pub since: Vec<Finding>,
    /// When the wheel knocks next.
    pub next: Option<Timestamp>,
}

/// The trace of these entries as of `now`, reckoned anew from the journal; none if they are no case.
pub fn trace(
    book: &Rulebook,
    calendar: &Calendar,
    number: CaseNumber,
    signs: &[Sign],
    now: Timestamp,
) -> Option<Trace> {
    let mut watch = None;
    let mut steps = vec![];
    for sign in signs {
        let found = observe(book, calendar, &mut watch, number, sign);
        let clocks = watch.as_ref().map_or_else(Vec::new, |watch| clocks(calendar, watch));
        let looked = book.rules.iter().filter(|rule| looks(rule, &sign.saw));
        let said =
            |rule: &Rule| found.iter().any(|finding| finding.rule == rule.id && finding.evidence.contains(&sign.seq));
        let looked = looked.map(|rule| Looked { rule: rule.id, found: said(rule) }).collect();
        steps.push(TraceStep { sign: sign.clone(), clocks, looked, found });
    }
    let mut watch = watch?;
    let since = by_time(book, calendar, &mut watch, now);
    let next = super::due(book, calendar, &watch);
    Some(Trace { watch, steps, since, next })
}

/// Whether a rule looks at such an entry: it may find something in it, or it starts, stops or ends a clock of the rule.
fn looks(rule: &Rule, saw: &Seen) -> bool {
    use Seen as S;
    match &rule.check {
        Check::Clock(check) => match check.clock {
            ClockName::Answer => matches!(
                saw,
                S::Submitted { .. }
                    | S::Accepted { .. }
                    | S::Corrected { .. }
                    | S::Resubmitted { .. }
                    | S::Declined { .. }
                    | S::Ended { .. }
            ),
            ClockName::Promised | ClockName::Statutory => matches!(
                saw,
                S::Accepted { .. }
                    | S::Suspended { .. }
                    | S::Resumed { .. }
                    | S::Extended { .. }
                    | S::Decided { .. }
                    | S::Ended { .. }
            ),
            ClockName::Service => matches!(saw, S::Decided { .. } | S::Declined { .. } | S::Served { .. }),
        },
        Check::Steps(_) => matches!(
            saw,
            S::Accepted { .. } | S::Reviewed { .. } | S::Suspended { .. } | S::Resumed { .. } | S::Decided { .. }
        ),
        Check::CorrectedAgain(_) | Check::OffList(_) => matches!(saw, S::Corrected { .. }),
        Check::Separation(_) => matches!(saw, S::Accepted { .. } | S::Reviewed { .. } | S::Decided { .. }),
        Check::Special(_) => matches!(saw, S::Suspended { .. } | S::Resumed { .. }),
        Check::Extension(_) => matches!(saw, S::Extended { .. }),
        Check::Unreasoned(_) => matches!(saw, S::Decided { granted: false, .. } | S::Declined { .. }),
        Check::Outside(_) => super::process::bears(saw).is_some(),
        Check::Fee(_) => matches!(saw, S::Billed { .. } | S::RefundDue { .. } | S::RefundDone { .. }),
        Check::Redress(_) => matches!(saw, S::RedressLate { .. }),
    }
}
