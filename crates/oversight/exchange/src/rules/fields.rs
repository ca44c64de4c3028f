//! What a row of each kind must hold: one table of fields, and one reading of a row by it.
//!
//! Source: names and meaning of GB/T 39046-2020 tables 5–10 as exchanged nationally. Dates are read as the standard writes them
//! (`20261126`, `20261126T093000`, Beijing time) and as RFC 3339.

use std::collections::BTreeMap;

use kernel::{BasicCode, CreditCode, Date, Mobile, ResidentId, Timestamp, midnight};
use serde_json::{Map, Value};
use store::sm3;

use crate::{Fault, Kind, Operation};

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Text of at most so many characters.
    Text(usize),
    /// A day.
    Day,
    /// An instant.
    Instant,
    /// One of these codes.
    Code(&'static [&'static str]),
    /// A unified social credit code.
    Credit,
    /// The basic code of an item.
    Item,
    /// A mobile number.
    Mobile,
    /// A case number: up to 50 letters, digits and hyphens.
    Project,
    /// A department of this platform, such as 320102000000-310.
    Department,
}

/// One field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name on the wire.
    pub name: &'static str,
    /// Whether a row without it is wrong.
    pub required: bool,
    /// How it is written.
    pub form: Form,
    /// What it is called.
    pub label: &'static str,
}

const fn must(name: &'static str, form: Form, label: &'static str) -> Field {
    Field { name, required: true, form, label }
}

const fn may(name: &'static str, form: Form, label: &'static str) -> Field {
    Field { name, required: false, form, label }
}

const PROJECT: Field = must("project_no", Form::Project, "办件编号");
const ORG_CODE: Field = must("org_code", Form::Credit, "办理部门统一社会信用代码");
const ORG_NAME: Field = must("org_name", Form::Text(200), "办理部门");

/// 111 居民身份证, 414 普通护照 (GA/T 2000.156); 001 统一社会信用代码.
const PAPERS: &[&str] = &["111", "414", "001"];

/// The fields of each kind.
pub const FIELDS: &[(Kind, &[Field])] = &[
    (
        Kind::Basic,
        &[
            PROJECT,
            must("catalog_code", Form::Item, "基本编码"),
            may("task_code", Form::Text(31), "实施编码"),
            may("task_handle_item", Form::Text(33), "业务办理项编码"),
            must("task_name", Form::Text(300), "事项名称"),
            may("task_version", Form::Text(20), "事项版本"),
            may("project_name", Form::Text(500), "办件摘要"),
            must("applyer_name", Form::Text(200), "申请人名称"),
            must("applyer_type", Form::Code(&["0", "1"]), "申请人类型"),
            must("applyer_page_type", Form::Code(PAPERS), "申请人证件类型"),
            must("applyer_page_code", Form::Text(50), "申请人证件号码"),
            may("contact_name", Form::Text(100), "联系人"),
            may("contact_mobile", Form::Mobile, "联系人手机号码"),
            may("apply_type", Form::Code(&["1", "2", "3", "4"]), "申请方式"),
            must("apply_date", Form::Instant, "申请时间"),
            ORG_CODE,
            ORG_NAME,
            may("handle_user_name", Form::Text(100), "受理人员"),
            may("accept_date", Form::Instant, "受理时间"),
            may("accept_doc_no", Form::Text(100), "受理文书编号"),
            may("promise_date", Form::Day, "承诺办结日期"),
            must("project_type", Form::Code(&["1", "2"]), "办件类型"),
            may("department", Form::Department, "平台部门标识"),
        ],
    ),
    (
        Kind::Process,
        &[
            PROJECT,
            must("process_name", Form::Text(100), "环节名称"),
            must("event_name", Form::Text(50), "业务动作"),
            may("event_start_time", Form::Instant, "环节开始时间"),
            must("event_end_time", Form::Instant, "环节结束时间"),
            must("handle_user_name", Form::Text(100), "办理人员"),
            may("handle_explain", Form::Text(2000), "办理意见"),
            ORG_CODE,
            ORG_NAME,
        ],
    ),
    (
        Kind::Special,
        &[
            PROJECT,
            must("special_name", Form::Text(100), "特别程序名称"),
            must("special_time", Form::Instant, "开始时间"),
            must("special_reason", Form::Text(1000), "依据和原因"),
            may("end_time", Form::Instant, "结束时间"),
            may("result", Form::Text(1000), "结果"),
            must("handle_user_name", Form::Text(100), "办理人员"),
            ORG_CODE,
        ],
    ),
    (
        Kind::Correction,
        &[
            PROJECT,
            must("notice_user_name", Form::Text(100), "告知人"),
            must("notice_time", Form::Instant, "告知时间"),
            must("notice_reason", Form::Text(1000), "告知原因"),
            must("materials", Form::Text(2000), "需补正材料清单"),
            may("receive_time", Form::Instant, "补正受理时间"),
            ORG_CODE,
        ],
    ),
    (
        Kind::Result,
        &[
            PROJECT,
            must("result_type", Form::Code(&["0", "1", "2", "3", "4", "5", "6"]), "办结类型"),
            must("result_date", Form::Instant, "办结时间"),
            may("result_cetr_name", Form::Text(200), "结果证照名称"),
            may("result_cetr_no", Form::Text(100), "结果证照编号"),
            may("result_explain", Form::Text(2000), "结果说明"),
            may("is_delivery_results", Form::Code(&["0", "1"]), "是否快递送达"),
            ORG_CODE,
        ],
    ),
];

/// Fields that every row has beside those of its kind.
const COMMON: [&str; 4] = ["table", "row_guid", "cd_operation", "cd_time"];

/// The field of this name.
pub fn field(kind: Kind, name: &str) -> Option<&'static Field> {
    fields(kind).iter().find(|field| field.name == name)
}

fn fields(kind: Kind) -> &'static [Field] {
    FIELDS.iter().find(|(of, _)| *of == kind).map_or(&[], |(_, fields)| fields)
}

/// A row that was read and is right in itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// Its id.
    pub guid: String,
    /// Its kind.
    pub kind: Kind,
    /// What it asks for.
    pub operation: Operation,
    /// When its sender last changed it.
    pub cd_time: Timestamp,
    /// Its case.
    pub project_no: String,
    /// When it happened.
    pub event_at: Timestamp,
    /// Digest of its content.
    pub digest: kernel::Digest,
    /// Its content: fields in the order of their names.
    pub values: BTreeMap<String, String>,
}

impl Read {
    /// A field's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// A field's value as an instant.
    pub fn instant(&self, name: &str) -> Option<Timestamp> {
        self.get(name).and_then(instant)
    }
}

fn fault(field: &str, code: &str, detail: impl Into<String>) -> Fault {
    Fault { field: field.to_owned(), code: code.to_owned(), detail: detail.into() }
}

/// Reads a row, or says all that is wrong with it. `org_code` is the sender's department, where the sender is one.
pub fn check(mut row: Map<String, Value>, org_code: Option<CreditCode>) -> Result<Read, Vec<Fault>> {
    let mut faults = vec![];
    // A field that says nothing is as good as none.
    row.retain(|_, value| !(value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())));
    let mut common = COMMON.map(|name| {
        let value = row.remove(name);
        match value {
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(_) => {
                faults.push(fault(name, "not-text", "要写成文本"));
                String::new()
            }
            None => {
                faults.push(fault(name, "missing", "缺少这个字段"));
                String::new()
            }
        }
    });
    let said = |faults: &[Fault], name: &str| faults.iter().any(|fault| fault.field == name);
    let kind = Kind::from_name(&common[0]);
    if kind.is_none() && !said(&faults, "table") {
        faults.push(fault("table", "unknown", "要填 basic、process、special、correction 或 result"));
    }
    let guid = std::mem::take(&mut common[1]);
    let is_guid =
        (1..=64).contains(&guid.len()) && guid.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !is_guid && !said(&faults, "row_guid") {
        faults.push(fault("row_guid", "shape", "要有 1 到 64 个字母、数字或者连字符"));
    }
    let operation = Operation::from_name(&common[2]);
    if operation.is_none() && !said(&faults, "cd_operation") {
        faults.push(fault("cd_operation", "unknown", "要填 I（新增）、U（修改）或 D（删除）"));
    }
    let cd_time = instant(&common[3]);
    if cd_time.is_none() && !said(&faults, "cd_time") {
        faults.push(fault("cd_time", "shape", "时间要写成 20261126T093000 或 RFC 3339"));
    }
    let (Some(kind), Some(operation), Some(cd_time)) = (kind, operation, cd_time) else { return Err(faults) };
    by_table(kind, operation, &row, &mut faults);
    together(kind, &row, org_code, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let values: BTreeMap<String, String> =
        row.into_iter().filter_map(|(name, value)| Some((name, value.as_str()?.trim().to_owned()))).collect();
    let project_no = values.get("project_no").cloned().unwrap_or_default();
    let told = event_of(kind).iter().find_map(|name| values.get(*name).and_then(|text| instant(text)));
    let event_at = told.unwrap_or(cd_time);
    let content = serde_json::to_vec(&values).unwrap_or_default();
    let digest = sm3(&[kind.name().as_bytes(), b"\0", &content].concat());
    Ok(Read { guid, kind, operation, cd_time, project_no, event_at, digest, values })
}

/// Which fields tell when it happened; the first that is there counts.
fn event_of(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Basic => &["accept_date", "apply_date"],
        Kind::Process => &["event_end_time"],
        Kind::Special => &["end_time", "special_time"],
        Kind::Correction => &["receive_time", "notice_time"],
        Kind::Result => &["result_date"],
    }
}

/// Each field by itself. To take a record away, its case and its department are enough.
fn by_table(kind: Kind, operation: Operation, row: &Map<String, Value>, faults: &mut Vec<Fault>) {
    for field in fields(kind) {
        let is_key = matches!(field.form, Form::Project | Form::Credit);
        match row.get(field.name) {
            None if field.required && (is_key || operation != Operation::Delete) => {
                faults.push(fault(field.name, "missing", format!("缺少{}", field.label)));
            }
            None => {}
            Some(Value::String(text)) => {
                if let Some((code, detail)) = wrong(field, text.trim()) {
                    faults.push(fault(field.name, code, format!("{}{detail}", field.label)));
                }
            }
            Some(_) => faults.push(fault(field.name, "not-text", format!("{}要写成文本", field.label))),
        }
    }
    for name in row.keys().filter(|name| field(kind, name).is_none()) {
        let shown: String = name.chars().take(60).collect();
        faults.push(fault(&shown, "unknown-field", "接口没有这个字段，请核对字段名"));
    }
}

fn wrong(field: &Field, text: &str) -> Option<(&'static str, String)> {
    let code = |found: Result<(), String>| found.err().map(|why| ("code", format!("不对：{why}")));
    let parsed = |result: Result<(), kernel::BadCode>| code(result.map_err(|bad| bad.to_string()));
    match field.form {
        Form::Text(most) => (text.chars().count() > most).then(|| ("too-long", format!("太长，最多 {most} 个字"))),
        Form::Day => day(text).is_none().then(|| ("shape", "要写成 20261126".to_owned())),
        Form::Instant => instant(text).is_none().then(|| ("shape", "要写成 20261126T093000 或 RFC 3339".to_owned())),
        Form::Code(codes) => (!codes.contains(&text)).then(|| ("not-in-list", format!("只能是 {}", codes.join("、")))),
        Form::Credit => parsed(text.parse::<CreditCode>().map(drop)),
        Form::Item => parsed(text.parse::<BasicCode>().map(drop)),
        Form::Mobile => parsed(text.parse::<Mobile>().map(drop)),
        Form::Department => parsed(text.parse::<kernel::DepartmentId>().map(drop)),
        Form::Project => {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            let is_right = (1..=50).contains(&text.len()) && text.bytes().all(fits);
            (!is_right).then(|| ("shape", "要有 1 到 50 个字母、数字或者连字符".to_owned()))
        }
    }
}

/// Fields that must fit each other.
fn together(kind: Kind, row: &Map<String, Value>, org_code: Option<CreditCode>, faults: &mut Vec<Fault>) {
    let text = |name: &str| row.get(name).and_then(Value::as_str).map(str::trim);
    let at = |name: &str| text(name).and_then(instant);
    let mut ordered = |first: &str, then: &str| {
        if let (Some(before), Some(after)) = (at(first), at(then))
            && after < before
        {
            faults.push(fault(then, "order", format!("不能早于 {first}")));
        }
    };
    match kind {
        Kind::Basic => ordered("apply_date", "accept_date"),
        Kind::Process => ordered("event_start_time", "event_end_time"),
        Kind::Special => ordered("special_time", "end_time"),
        Kind::Correction => ordered("notice_time", "receive_time"),
        Kind::Result => {}
    }
    if let (Kind::Basic, Some(code)) = (kind, text("applyer_page_code")) {
        let bad = match text("applyer_page_type") {
            Some("111") => code.parse::<ResidentId>().err().map(|bad| bad.to_string()),
            Some("001") => code.parse::<CreditCode>().err().map(|bad| bad.to_string()),
            _ => None,
        };
        if let Some(why) = bad {
            faults.push(fault("applyer_page_code", "code", format!("申请人证件号码不对：{why}")));
        }
    }
    // Whoever holds a credential speaks for its own department alone.
    if let (Some(own), Some(Ok(said))) = (org_code, text("org_code").map(str::parse::<CreditCode>))
        && own != said
    {
        faults.push(fault("org_code", "other-department", "不是这个接入系统所属的部门，只能报送本部门的办件"));
    }
}

/// An instant as the standard or RFC 3339 writes it.
pub fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Some(day) = day(text) {
        return Some(midnight(day));
    }
    if let Some((date, time)) = text.split_once('T')
        && date.len() == 8
        && time.len() == 6
        && time.bytes().all(|byte| byte.is_ascii_digit())
    {
        let part = |at: usize| time[at..at + 2].parse::<i64>().ok();
        let (hour, minute, second) = (part(0)?, part(2)?, part(4)?);
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let seconds = hour * 3_600 + minute * 60 + second;
        return Timestamp::from_microsecond(midnight(day(date)?).as_microsecond() + seconds * 1_000_000).ok();
    }
    text.parse().ok()
}

/// A day as the standard writes it.
fn day(text: &str) -> Option<Date> {
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let (year, month, day) = (text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?);
        return Date::new(year, month, day).ok();
    }
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}
