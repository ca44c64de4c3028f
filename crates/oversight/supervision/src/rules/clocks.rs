//! T1 to T5 and whatever else becomes true by itself: the instants at which it does.
//!
//! A limit is over with the end of its last day; a clock that stands still has no instants.

use clock::{ANSWER_LIMIT, Calendar, Limit, SERVICE_LIMIT, StatutoryClock};
use kernel::{Date, Timestamp, WorkingDays, midnight};

use crate::book::{ClockCheck, StepCheck};
use crate::{Cause, Check, ClockName, Finding, Grade, Mark, Rule, Rulebook, Watch};

/// When the due wheel must knock next: the first instant at which a rule becomes true that has not been found yet.
pub fn due(book: &Rulebook, calendar: &Calendar, watch: &Watch) -> Option<Timestamp> {
    let is_new = |finding: &Finding| {
        let key = finding.key();
        !watch.withdrawn.contains(&key) && watch.raised.get(&key).is_none_or(|before| *before < finding.grade)
    };
    milestones(book, calendar, watch).into_iter().filter(is_new).map(|finding| finding.since).min()
}

/// Everything that time will make true if nothing else happens, in order.
pub(super) fn milestones(book: &Rulebook, calendar: &Calendar, watch: &Watch) -> Vec<Finding> {
    let mut all = vec![];
    for rule in &book.rules {
        match &rule.check {
            Check::Clock(check) => clock(&mut all, rule, check, calendar, watch),
            Check::Steps(check) => steps(&mut all, rule, check, calendar, watch),
            Check::Special(check) => {
                if let Some(special) = &watch.special {
                    let due = special.expected;
                    let found =
                        finding(rule, special.mark, "s", check.longer, after_day(due), Cause::Over { due, beyond: 0 });
                    all.push(Finding { person: Some(special.by), ..found });
                }
            }
            Check::Fee(check) => {
                for (on, seq) in watch.refunds.values() {
                    let due = calendar.after(*on, WorkingDays(check.refund_days));
                    let mark = Mark { version: *seq, seq: *seq };
                    all.push(finding(rule, mark, "r", check.refund_late, after_day(due), Cause::RefundLate { due }));
                }
            }
            _ => {}
        }
    }
    all.sort_by_key(|one| (one.since, one.rule, one.grade));
    all
}

/// The instant at which `day` is over.
fn after_day(day: Date) -> Timestamp {
    midnight(day.tomorrow().unwrap_or(Date::MAX))
}

fn finding(rule: &Rule, mark: Mark, part: &str, grade: Grade, since: Timestamp, cause: Cause) -> Finding {
    let breach = format!("{}{part}", mark.version);
    Finding { rule: rule.id, breach, grade, since, cause, person: None, evidence: vec![mark.seq] }
}

/// A clock that runs: where it began, the clock, its last day.
struct Running {
    mark: Mark,
    clock: StatutoryClock,
    due: Date,
}

fn running(name: ClockName, calendar: &Calendar, watch: &Watch) -> Option<Running> {
    let handled = || watch.handling.as_ref().filter(|_| watch.decided.is_none() && !watch.closed);
    match name {
        ClockName::Answer => watch.answer.as_ref().map(|answer| Running {
            mark: answer.mark,
            clock: StatutoryClock::start(answer.from, Limit::Working(ANSWER_LIMIT.0)),
            due: answer.by,
        }),
        ClockName::Promised => {
            let handling = handled()?;
            let due = handling.clock.due(calendar).date?;
            Some(Running { mark: handling.mark, clock: handling.clock.clone(), due })
        }
        ClockName::Statutory => {
            let (handling, limit) = (handled()?, watch.statutory?);
            let clock = StatutoryClock { limit, ..handling.clock.clone() };
            let due = clock.due(calendar).date?;
            Some(Running { mark: handling.mark, clock, due })
        }
        ClockName::Service => {
            let decided = watch.decided.as_ref().filter(|_| watch.served.is_none() && !watch.closed)?;
            let clock = StatutoryClock::start(decided.on, Limit::Working(SERVICE_LIMIT.0));
            Some(Running { mark: decided.mark, clock, due: decided.serve_by })
        }
    }
}

/// The clocks that run, each with its last day.
pub fn clocks(calendar: &Calendar, watch: &Watch) -> Vec<(ClockName, Date)> {
    const ALL: [ClockName; 4] = [ClockName::Answer, ClockName::Promised, ClockName::Statutory, ClockName::Service];
    ALL.into_iter().filter_map(|name| running(name, calendar, watch).map(|running| (name, running.due))).collect()
}

fn clock(all: &mut Vec<Finding>, rule: &Rule, check: &ClockCheck, calendar: &Calendar, watch: &Watch) {
    let Some(Running { mark, clock, due }) = running(check.clock, calendar, watch) else { return };
    let mut add = |grade, since, cause| all.push(finding(rule, mark, "", grade, since, cause));
    if let Some(since) = warning(check, &clock, due, calendar) {
        add(Grade::Warning, since, Cause::Near { due });
    }
    let over = |beyond: u32| after_day(calendar.after(due, WorkingDays(beyond)));
    if let Some(beyond) = check.yellow_after {
        add(Grade::Yellow, over(beyond), Cause::Over { due, beyond });
    }
    if let Some(beyond) = check.red_after {
        add(Grade::Red, over(beyond), Cause::Over { due, beyond });
    }
}

/// When to warn: so much is used, or so little is left, whichever comes first. Of a limit that is not in working days, at the
/// beginning of its last day; of one that is done at once, never.
fn warning(check: &ClockCheck, clock: &StatutoryClock, due: Date, calendar: &Calendar) -> Option<Timestamp> {
    if check.warn_share.is_none() && check.warn_left.is_none() {
        return None;
    }
    match clock.limit {
        Limit::Immediate => None,
        Limit::Calendar(_) | Limit::Months(_) => Some(midnight(due)),
        Limit::Working(days) => {
            let total = days + clock.extension.as_ref().map_or(0, clock::Extension::days);
            let left_by_share = check.warn_share.map_or(0, |share| total - (total * share).div_ceil(100).min(total));
            let left = left_by_share.max(check.warn_left.unwrap_or(0)).min(total);
            if left == 0 {
                return None;
            }
            let shorter = StatutoryClock { limit: Limit::Working(total - left), extension: None, ..clock.clone() };
            shorter.due(calendar).date.map(after_day)
        }
    }
}

/// T2: an opinion when a share of the limit is used, a decision some days after it.
fn steps(all: &mut Vec<Finding>, rule: &Rule, check: &StepCheck, calendar: &Calendar, watch: &Watch) {
    let Some(handling) = watch.handling.as_ref().filter(|_| watch.decided.is_none() && !watch.closed) else { return };
    let Limit::Working(limit) = watch.limit else { return };
    if watch.instant || limit < check.limit_least {
        return;
    }
    let (mark, clock) = match &watch.reviewed {
        None => {
            let days = (limit * check.review_share).div_ceil(100);
            let clock = StatutoryClock { limit: Limit::Working(days), extension: None, ..handling.clock.clone() };
            (handling.mark, clock)
        }
        Some((on, mark)) => {
            let limit = Limit::Working(check.decide_days);
            (*mark, StatutoryClock { started: *on, limit, extension: None, ..handling.clock.clone() })
        }
    };
    if let Some(due) = clock.due(calendar).date {
        all.push(finding(rule, mark, "", check.grade, after_day(due), Cause::Over { due, beyond: 0 }));
    }
}
