//! P1 to P7, F1 and C1: what an entry says by itself; and what it makes of the watch.

use clock::{Calendar, Extension, Ground, StatutoryClock};
use kernel::{CaseNumber, Date, StaffId, local_date};

use crate::model::{Answer, Decided, Handling, Special};
use crate::scenario::mark;
use crate::{Cause, Check, Finding, Grade, Rule, Rulebook, Seen, Sign, Watch};

/// A watch begins with an application.
pub(super) fn begin(number: CaseNumber, sign: &Sign) -> Option<Watch> {
    let Seen::Submitted { department, item, instant, online, limit, statutory, listed, received, answer_by } =
        &sign.saw
    else {
        return None;
    };
    Some(Watch {
        number,
        version: sign.version.unwrap_or_default(),
        department: *department,
        item: item.clone(),
        instant: *instant,
        online: *online,
        limit: *limit,
        statutory: *statutory,
        listed: listed.clone(),
        answer: Some(Answer { from: *received, by: *answer_by, mark: mark(sign) }),
        handling: None,
        reviewed: None,
        reviewers: vec![],
        decided: None,
        served: None,
        special: None,
        corrections: 0,
        specials: 0,
        extensions: 0,
        refunds: Default::default(),
        closed: false,
        raised: Default::default(),
        withdrawn: Default::default(),
    })
}

/// What the entry says by itself, before it has changed the watch.
pub(super) fn look(book: &Rulebook, calendar: &Calendar, watch: &Watch, sign: &Sign) -> Vec<Finding> {
    let mut found = Found { sign, all: vec![] };
    for rule in &book.rules {
        found.look(rule, calendar, watch);
    }
    found.all
}

/// Collects what one entry says.
struct Found<'a> {
    sign: &'a Sign,
    all: Vec<Finding>,
}

impl Found<'_> {
    fn add(
        &mut self,
        rule: &Rule,
        part: &str,
        grade: Grade,
        cause: Cause,
        person: Option<StaffId>,
        before: Option<i64>,
    ) {
        let place = self.sign.version.map_or_else(|| format!("e{}", self.sign.seq), |version| version.to_string());
        let evidence = before.into_iter().chain([self.sign.seq]).collect();
        let breach = format!("{place}{part}");
        self.all.push(Finding { rule: rule.id, breach, grade, since: self.sign.at, cause, person, evidence });
    }

    fn look(&mut self, rule: &Rule, calendar: &Calendar, watch: &Watch) {
        let handling_seq = watch.handling.as_ref().map(|handling| handling.mark.seq);
        match (&rule.check, &self.sign.saw) {
            (Check::CorrectedAgain(check), Seen::Corrected { by, reason, .. }) if watch.corrections > 0 => {
                let reasoned = reason.as_ref().is_some_and(|reason| !reason.trim().is_empty());
                let grade = if reasoned { check.with_reason } else { check.without_reason };
                let cause = Cause::CorrectedAgain { times: watch.corrections + 1, reasoned };
                self.add(rule, "", grade, cause, Some(*by), None);
            }
            (Check::Separation(check), Seen::Decided { by, .. }) if !watch.instant => {
                let accepted = watch.handling.as_ref().and_then(|handling| handling.by) == Some(*by);
                if accepted || watch.reviewers.contains(by) {
                    self.add(rule, "p", check.same_person, Cause::SamePerson, Some(*by), handling_seq);
                }
                if watch.reviewed.is_none() {
                    self.add(rule, "s", check.skipped, Cause::StepSkipped, Some(*by), handling_seq);
                }
            }
            (Check::Special(check), Seen::Suspended { by, on, reason, .. }) => {
                if reason.trim().is_empty() {
                    self.add(rule, "r", check.without_reason, Cause::SpecialWithoutReason, Some(*by), None);
                }
                if watch.specials > 0 {
                    self.add(rule, "a", check.again, Cause::SpecialAgain, Some(*by), None);
                }
                let due = watch.handling.as_ref().and_then(|handling| handling.clock.due(calendar).date);
                if let Some(due) = due.filter(|due| on > due) {
                    self.add(rule, "l", check.too_late, Cause::SpecialTooLate { due }, Some(*by), handling_seq);
                }
            }
            (Check::Extension(check), Seen::Extended { by, days, reason, .. }) => {
                if watch.extensions > 0 {
                    self.add(rule, "a", check.again, Cause::ExtendedAgain, Some(*by), None);
                }
                if *days > check.days_most {
                    let cause = Cause::ExtendedTooLong { days: *days, most: check.days_most };
                    self.add(rule, "d", check.too_long, cause, Some(*by), None);
                }
                if reason.trim().is_empty() {
                    self.add(rule, "r", check.without_reason, Cause::ExtendedWithoutReason, Some(*by), None);
                }
            }
            (Check::OffList(check), Seen::Corrected { by, materials, .. }) => {
                if let Some(material) = materials.iter().find(|material| !watch.listed.contains(material)) {
                    let cause = Cause::OffList { material: material.clone() };
                    self.add(rule, "", check.grade, cause, Some(*by), None);
                }
            }
            (
                Check::Unreasoned(check),
                Seen::Decided { by, granted: false, reasoned: false, .. } | Seen::Declined { by, reasoned: false, .. },
            ) => self.add(rule, "", check.grade, Cause::Unreasoned, Some(*by), None),
            (Check::Outside(check), saw) => {
                let entered = local_date(self.sign.at);
                if let Some((on, by)) = bears(saw).filter(|(on, _)| days_between(*on, entered) > check.back_days) {
                    self.add(rule, "b", check.back_dated, Cause::BackDated { on, entered }, by, None);
                }
                if let (Seen::Decided { by, .. }, Some(handling), false) = (saw, &watch.handling, watch.instant) {
                    let micros = self.sign.at.as_microsecond() - handling.at.as_microsecond();
                    let minutes = micros / 60_000_000;
                    if minutes < check.minutes_least {
                        let cause = Cause::TooQuick { minutes };
                        self.add(rule, "q", check.too_quick, cause, Some(*by), handling_seq);
                    }
                }
            }
            (Check::Fee(check), Seen::Billed { amount, standard }) if amount > standard => {
                let cause = Cause::AboveStandard { amount: *amount, standard: *standard };
                self.add(rule, "", check.above, cause, None, None);
            }
            (Check::Redress(check), Seen::RedressLate { rectify, due }) => {
                let grade = if *rectify { check.rectify } else { check.contact };
                self.add(rule, "", grade, Cause::RedressLate { rectify: *rectify, due: *due }, None, None);
            }
            _ => {}
        }
    }
}

/// The day that an act of a person bears, and whose act it is. Acceptance by silence counts from the day of receipt by law.
pub(super) fn bears(saw: &Seen) -> Option<(Date, Option<StaffId>)> {
    match saw {
        Seen::Accepted { by: Some(by), on }
        | Seen::Corrected { by, on, .. }
        | Seen::Reviewed { by, on }
        | Seen::Suspended { by, on, .. }
        | Seen::Extended { by, on, .. }
        | Seen::Decided { by, on, .. }
        | Seen::Declined { by, on, .. } => Some((*on, Some(*by))),
        _ => None,
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    (to - from).get_days().into()
}

/// What the entry makes of the watch.
pub(super) fn apply(watch: &mut Watch, sign: &Sign) {
    if let Some(version) = sign.version {
        watch.version = watch.version.max(version);
    }
    let mark = mark(sign);
    match &sign.saw {
        Seen::Submitted { .. }
        | Seen::Billed { .. }
        | Seen::Rated { .. }
        | Seen::SetAside
        | Seen::RedressLate { .. }
        | Seen::Other => {}
        Seen::Accepted { by, on } => {
            watch.answer = None;
            let clock = StatutoryClock::start(*on, watch.limit);
            watch.handling = Some(Handling { clock, by: *by, at: sign.at, mark });
        }
        Seen::Corrected { .. } => {
            watch.answer = None;
            watch.corrections += 1;
        }
        Seen::Resubmitted { received, answer_by } => {
            watch.answer = Some(Answer { from: *received, by: *answer_by, mark });
        }
        Seen::Reviewed { by, on } => {
            if !watch.reviewers.contains(by) {
                watch.reviewers.push(*by);
            }
            if watch.reviewed.is_none() {
                watch.reviewed = Some((*on, mark));
            }
        }
        Seen::Suspended { by, on, expected, .. } => {
            // What cannot be paused is a breach that the rules tell of; the clock stays as it is.
            let _ = watch.handling.as_mut().map(|handling| handling.clock.pause(*on, Ground::ExpertReview));
            watch.specials += 1;
            watch.special = Some(Special { expected: *expected, by: *by, mark });
        }
        Seen::Resumed { on } => {
            let _ = watch.handling.as_mut().map(|handling| handling.clock.resume(*on));
            watch.special = None;
        }
        Seen::Extended { days, reason, .. } => {
            watch.extensions += 1;
            if let Some(handling) = &mut watch.handling {
                let extension = Extension::new(*days, reason.as_str()).ok();
                handling.clock.extension = extension.or(handling.clock.extension.take());
            }
        }
        Seen::Decided { on, serve_by, .. } => {
            decided(watch, Decided { on: *on, serve_by: *serve_by, judged: true, mark })
        }
        Seen::Declined { on, serve_by, .. } => {
            decided(watch, Decided { on: *on, serve_by: *serve_by, judged: false, mark });
        }
        Seen::Served { visit, .. } => watch.served = Some(*visit),
        Seen::Closed { .. } | Seen::Ended { .. } => {
            watch.closed = true;
            watch.answer = None;
            watch.special = None;
            watch.listed.clear();
        }
        Seen::RefundDue { no, on } => {
            watch.refunds.insert(no.clone(), (*on, sign.seq));
        }
        Seen::RefundDone { no } => {
            watch.refunds.remove(no);
        }
    }
}

fn decided(watch: &mut Watch, decided: Decided) {
    watch.answer = None;
    watch.special = None;
    watch.listed.clear();
    watch.decided = Some(decided);
}
