//! What happens to a case here, as rows of the national tables.

use casework::{Case, Event, Outcome, Stance, Subject};
use clock::Ground;
use identity::Particulars;
use kernel::{StaffId, Timestamp};
use serde_json::{Map, Value};
use store::{Entry, Error, Read};

use crate::{Kind, Operation};

type Row = Map<String, Value>;

/// The rows that one entry of a case gives; none for what stays here.
pub(super) fn rows(read: &mut dyn Read, case: &Case, entry: &Entry) -> Result<Vec<Row>, Error> {
    let event: Event = entry.event()?;
    let mut made = vec![];
    let step = |read: &mut dyn Read, by: Option<&StaffId>, what: (&str, &str), says: Option<&str>| {
        let mut row = begun(case, entry, Kind::Process, Operation::Insert, "");
        put(&mut row, "process_name", what.0);
        put(&mut row, "event_name", what.1);
        put(&mut row, "event_end_time", &entry.at.to_string());
        put(&mut row, "handle_user_name", &staff(read, by)?);
        put(&mut row, "handle_explain", says.unwrap_or_default());
        body(read, case, &mut row, true)?;
        Ok::<_, Error>(row)
    };
    match &event {
        Event::Submitted(_) => made.extend(basic(read, case, entry, None)?),
        Event::Accepted { by, .. } => {
            made.extend(basic(read, case, entry, Some(entry.at))?);
            made.push(step(read, Some(by), ("受理", "通过"), None)?);
        }
        Event::DeemedAccepted { .. } => {
            made.extend(basic(read, case, entry, Some(case.submitted))?);
            made.push(step(read, None, ("受理", "视为受理"), None)?);
        }
        Event::Declined { by, reason, .. } => {
            made.push(step(read, Some(by), ("受理", "不予受理"), Some(reason))?);
        }
        Event::Reviewed { stance, opinion, by, .. } => {
            let word = if *stance == Stance::For { "通过" } else { "不通过" };
            made.push(step(read, Some(by), ("审查", word), Some(opinion))?);
        }
        Event::Extended { reason, by, .. } => {
            made.push(step(read, Some(by), ("延长审批", "延长"), Some(reason))?);
        }
        Event::Granted { by, reason, .. } => {
            made.push(step(read, Some(by), ("决定", "准予"), reason.as_deref())?);
        }
        Event::Denied { by, reason, .. } => made.push(step(read, Some(by), ("决定", "不予"), Some(reason))?),
        Event::Served { .. } => made.push(step(read, None, ("送达", "送达"), None)?),
        Event::Resubmitted { .. } => made.push(step(read, None, ("补正", "已补正"), None)?),
        Event::Resumed { result, by, .. } => {
            made.push(step(read, Some(by), ("特别程序", "结束"), Some(result))?);
        }
        Event::Suspended { ground, reason, by, .. } => {
            let mut row = begun(case, entry, Kind::Special, Operation::Insert, "");
            put(&mut row, "special_name", named(*ground));
            put(&mut row, "special_time", &entry.at.to_string());
            put(&mut row, "special_reason", reason);
            put(&mut row, "handle_user_name", &staff(read, Some(by))?);
            body(read, case, &mut row, false)?;
            made.push(row);
        }
        Event::CorrectionRequested { missing, by, .. } => {
            let list: Vec<String> = missing
                .iter()
                .map(|one| match &one.what {
                    Subject::Material(name) | Subject::Field(name) => format!("{name}：{}", one.why),
                })
                .collect();
            let mut row = begun(case, entry, Kind::Correction, Operation::Insert, "");
            put(&mut row, "notice_user_name", &staff(read, Some(by))?);
            put(&mut row, "notice_time", &entry.at.to_string());
            put(&mut row, "notice_reason", "材料不齐全或者不符合法定形式");
            put(&mut row, "materials", &list.join("；"));
            body(read, case, &mut row, false)?;
            made.push(row);
        }
        Event::Closed { outcome, .. } => {
            let (code, word) = match outcome {
                Outcome::Granted if case.licence.is_some() => ("0", "准予，已出证"),
                Outcome::Granted => ("6", "准予"),
                Outcome::Denied => ("6", "不予许可"),
                Outcome::Declined => ("1", "不予受理"),
                Outcome::Returned => ("5", "逾期未补正"),
            };
            made.push(result(read, case, entry, code, word)?);
        }
        Event::Withdrawn { .. } => made.push(result(read, case, entry, "2", "申请人撤回")?),
        Event::Returned { .. } | Event::Prepared { .. } | Event::WayChosen { .. } | Event::LookupLocked { .. } => {}
    }
    Ok(made)
}

fn put(row: &mut Row, name: &str, value: &str) {
    if !value.is_empty() {
        row.insert(name.to_owned(), Value::String(value.to_owned()));
    }
}

/// A row of this entry. The case's own row keeps its name, so that what comes later takes its place.
fn begun(case: &Case, entry: &Entry, kind: Kind, operation: Operation, name: &str) -> Row {
    let guid =
        if name.is_empty() { format!("{}-{}", case.number, entry.version) } else { format!("{}-{name}", case.number) };
    let mut row = Row::new();
    put(&mut row, "table", kind.name());
    put(&mut row, "row_guid", &guid);
    put(&mut row, "cd_operation", operation.name());
    put(&mut row, "cd_time", &entry.at.to_string());
    put(&mut row, "project_no", &case.number.to_string());
    row
}

/// Who handles it.
fn body(read: &mut dyn Read, case: &Case, row: &mut Row, with_name: bool) -> Result<(), Error> {
    if let Some(department) = organisation::department(read, &case.department)? {
        put(row, "org_code", &department.credit_code.to_string());
        if with_name {
            put(row, "org_name", &department.name);
        }
    }
    Ok(())
}

fn staff(read: &mut dyn Read, id: Option<&StaffId>) -> Result<String, Error> {
    let found = id.map(|id| identity::staff(read, id)).transpose()?.flatten();
    Ok(found.map_or_else(|| "系统".to_owned(), |staff| staff.name.to_string()))
}

/// 受理信息. An applicant whose values were erased is handed up no more.
fn basic(read: &mut dyn Read, case: &Case, entry: &Entry, accepted: Option<Timestamp>) -> Result<Option<Row>, Error> {
    let operation = if accepted.is_some() { Operation::Update } else { Operation::Insert };
    let (name, kind, paper, code) = match identity::whole(read, &case.applicant) {
        Ok(Some(Particulars::Person(person))) => (person.name.to_string(), "0", "111", person.id.to_string()),
        Ok(Some(Particulars::Organisation(one))) => (one.name.to_string(), "1", "001", one.code.to_string()),
        Ok(None) | Err(Error::Erased) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut row = begun(case, entry, Kind::Basic, operation, "basic");
    put(&mut row, "catalog_code", &case.item.to_string());
    put(&mut row, "task_name", &case.terms.name);
    put(&mut row, "task_version", &case.terms.version.to_string());
    put(&mut row, "applyer_name", &name);
    put(&mut row, "applyer_type", kind);
    put(&mut row, "applyer_page_type", paper);
    put(&mut row, "applyer_page_code", &code);
    put(
        &mut row,
        "apply_type",
        match case.channel {
            casework::Channel::Online => "1",
            casework::Channel::Window => "2",
            casework::Channel::Mobile => "3",
            casework::Channel::Terminal => "4",
        },
    );
    put(&mut row, "apply_date", &case.submitted.to_string());
    if let Some(accepted) = accepted {
        put(&mut row, "accept_date", &accepted.to_string());
        put(&mut row, "promise_date", &case.decide_by.map(|day| day.to_string()).unwrap_or_default());
    }
    put(&mut row, "project_type", if case.terms.is_instant() { "1" } else { "2" });
    put(&mut row, "department", &case.department.to_string());
    body(read, case, &mut row, true)?;
    Ok(Some(row))
}

fn result(read: &mut dyn Read, case: &Case, entry: &Entry, code: &str, word: &str) -> Result<Row, Error> {
    let mut row = begun(case, entry, Kind::Result, Operation::Insert, "");
    put(&mut row, "result_type", code);
    put(&mut row, "result_date", &entry.at.to_string());
    put(&mut row, "result_explain", word);
    if let Some(licence) = &case.licence {
        put(&mut row, "result_cetr_name", &case.terms.result_name);
        put(&mut row, "result_cetr_no", &licence.to_string());
    }
    body(read, case, &mut row, false)?;
    Ok(row)
}

/// 行政许可法 art. 45 and the correction.
fn named(ground: Ground) -> &'static str {
    match ground {
        Ground::Hearing => "听证",
        Ground::Tender => "招标",
        Ground::Auction => "拍卖",
        Ground::Inspection => "检验",
        Ground::Testing => "检测",
        Ground::Quarantine => "检疫",
        Ground::Appraisal => "鉴定",
        Ground::ExpertReview => "专家评审",
        Ground::Correction => "补正",
    }
}
