//! The test case of a rule: a history told in data, and the flags that must come of it.

use clock::Calendar;
use kernel::{CaseNumber, DepartmentId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{Cause, Grade, Mark, Rule, Rulebook, Seen, Sign, rules};

/// A history and what a rule must find in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What happened, in order.
    pub history: Vec<Told>,
    /// When it is looked at.
    pub until: Timestamp,
    /// What the rule must have found, and nothing else of it.
    pub expect: Vec<Expected>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// When.
    pub at: Timestamp,
    /// What.
    pub saw: Seen,
}

/// What must have been found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// How grave in the end.
    pub grade: Grade,
    /// Since when at that grade.
    pub since: Timestamp,
    /// What for.
    pub cause: Cause,
}

impl Scenario {
    /// The history as entries of one case's journal.
    pub fn signs(&self) -> Vec<Sign> {
        let is_of_case = |saw: &Seen| {
            !matches!(
                saw,
                Seen::Billed { .. }
                    | Seen::RefundDue { .. }
                    | Seen::RefundDone { .. }
                    | Seen::Rated { .. }
                    | Seen::SetAside
                    | Seen::RedressLate { .. }
            )
        };
        let mut version = 0;
        let sign = |(told, seq): (&Told, i64)| {
            version += i64::from(is_of_case(&told.saw));
            let place = is_of_case(&told.saw).then_some(version);
            Sign { seq, version: place, at: told.at, saw: told.saw.clone() }
        };
        self.history.iter().zip(1..).map(sign).collect()
    }
}

/// The case that scenarios speak of. Its number is of no real day.
pub(crate) fn example() -> Option<CaseNumber> {
    let department: DepartmentId = "320102000000-310".parse().ok()?;
    CaseNumber::new(department.region, department.kind, kernel::Date::constant(2026, 3, 2), 1).ok()
}

/// What is wrong with the rule's own test case; none if it holds.
pub(crate) fn failure(book: &Rulebook, rule: &Rule, calendar: &Calendar) -> Option<String> {
    let Some(number) = example() else { return Some("the example case has no number".to_owned()) };
    let found = rules::recount(book, calendar, number, &rule.test.signs(), rule.test.until);
    let mut found: Vec<Expected> = found
        .into_iter()
        .filter(|finding| finding.rule == rule.id)
        .map(|finding| Expected { grade: finding.grade, since: finding.since, cause: finding.cause })
        .collect();
    let mut expected = rule.test.expect.clone();
    let by_time = |one: &Expected| (one.since, one.grade);
    found.sort_by_key(by_time);
    expected.sort_by_key(by_time);
    if found == expected {
        return None;
    }
    let say = |all: &[Expected]| serde_json::to_string(all).unwrap_or_default();
    Some(format!("{}: its test case expects {} and finds {}", rule.id, say(&expected), say(&found)))
}

/// A mark for entries that have no place in the case's own stream.
pub(crate) fn mark(sign: &Sign) -> Mark {
    Mark { version: sign.version.unwrap_or_default(), seq: sign.seq }
}
