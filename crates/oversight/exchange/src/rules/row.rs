//! What becomes of a row that is right in itself, beside what is known already.

use kernel::Timestamp;

use crate::{Fault, Kind, Known, KnownCase, Mark, Operation};

use super::Read;

/// A row may be as many seconds in the future: clocks differ.
pub const CLOCK_SLACK_S: i64 = 600;
/// Told later than this after it happened, a row is late (迟报): the period of reporting is at most 24 hours.
pub const LATE_AFTER_S: i64 = 24 * 3_600;

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// Taken as new.
    Accept,
    /// Takes the place of what was told before.
    Replace,
    /// Takes away what was told before.
    Remove,
    /// Nothing new.
    Unchanged,
    /// Not taken.
    Quarantine(Vec<Fault>),
}

fn wrong(field: &str, code: &str, detail: &str) -> Ruling {
    let fault = Fault { field: field.to_owned(), code: code.to_owned(), detail: detail.to_owned() };
    Ruling::Quarantine(vec![fault])
}

fn seconds(from: Timestamp, to: Timestamp) -> i64 {
    (to.as_microsecond() - from.as_microsecond()) / 1_000_000
}

/// What becomes of `row`, received `now`. The same row again, and an older one that was overtaken, change nothing: rows may come
/// twice and in any order.
pub fn decide(row: &Read, known: Option<&Known>, case: Option<&KnownCase>, now: Timestamp) -> Ruling {
    if let Some(known) = known {
        if known.kind != row.kind || known.project_no != row.project_no {
            return wrong("row_guid", "taken", "这个 row_guid 已经用于另一条记录，请换一个");
        }
        if row.cd_time < known.cd_time {
            return Ruling::Unchanged;
        }
    }
    if row.operation == Operation::Delete {
        return if known.is_some_and(|known| !known.removed) { Ruling::Remove } else { Ruling::Unchanged };
    }
    if let Some(known) = known.filter(|known| !known.removed) {
        if known.digest == row.digest {
            return Ruling::Unchanged;
        }
        if row.operation == Operation::Insert {
            return wrong("cd_operation", "exists", "这条记录已经报过，内容不同；修改请用 U");
        }
    }
    if seconds(now, row.event_at) > CLOCK_SLACK_S || seconds(now, row.cd_time) > CLOCK_SLACK_S {
        return wrong("cd_time", "future", "时间在将来，请校准业务系统的时钟");
    }
    let Some(case) = case else {
        return if row.kind == Kind::Basic {
            taken(known)
        } else {
            wrong("project_no", "no-basic", "还没有这件的受理信息，请先报受理信息，再重发这一行")
        };
    };
    if row.kind != Kind::Basic && row.event_at < case.applied {
        let field = if row.kind == Kind::Result { "result_date" } else { "project_no" };
        return wrong(field, "before-application", "发生时间早于申请时间，请核对");
    }
    taken(known)
}

fn taken(known: Option<&Known>) -> Ruling {
    if known.is_some() { Ruling::Replace } else { Ruling::Accept }
}

/// What supervision should know of a row that is taken.
pub fn marks(row: &Read, known: Option<&Known>, case: Option<&KnownCase>, now: Timestamp) -> Vec<Mark> {
    let mut marks = vec![];
    let is_late = seconds(row.event_at, now) > LATE_AFTER_S;
    if known.is_none() && is_late {
        marks.push(Mark::Late);
    }
    let moved_back = known.is_some_and(|known| !known.removed && row.event_at < known.event_at);
    let after_result = row.kind == Kind::Process && known.is_none() && case.is_some_and(|case| case.result.is_some());
    if moved_back || after_result {
        marks.push(Mark::BackDated);
    }
    let stepless = case.is_some_and(|case| case.processes == 0 && !case.instant);
    if row.kind == Kind::Result && stepless {
        marks.push(Mark::NoProcess);
    }
    marks
}

/// What a row that was taken did to its case. A basic row's own values come in `fresh`.
pub fn apply_case(
    case: Option<KnownCase>,
    row: &Read,
    ruling: &Ruling,
    fresh: impl FnOnce() -> Option<KnownCase>,
) -> Option<KnownCase> {
    match (row.kind, ruling) {
        (_, Ruling::Unchanged | Ruling::Quarantine(_)) => case,
        (Kind::Basic, Ruling::Remove) => case,
        (Kind::Basic, _) => {
            let fresh = fresh()?;
            Some(match case {
                Some(case) => {
                    KnownCase { processes: case.processes, result: case.result, result_at: case.result_at, ..fresh }
                }
                None => fresh,
            })
        }
        (Kind::Process, Ruling::Accept) => case.map(|case| KnownCase { processes: case.processes + 1, ..case }),
        (Kind::Process, Ruling::Remove) => {
            case.map(|case| KnownCase { processes: (case.processes - 1).max(0), ..case })
        }
        (Kind::Result, Ruling::Remove) => case.map(|case| KnownCase { result: None, result_at: None, ..case }),
        (Kind::Result, _) => case.map(|case| KnownCase {
            result: row.get("result_type").map(str::to_owned),
            result_at: Some(row.event_at),
            ..case
        }),
        _ => case,
    }
}
