//! What can be done about a rating: the forms, and what was sent in them as a command.

use evaluation::{Command, Dismissal, Redress, Service, query, rules};
use identity::Session;
use web::{Choice, Field, FieldKind, Fields, Wrong};

use crate::deck;

/// One thing that can be done now.
pub struct StepForm {
    pub name: &'static str,
    pub heading: &'static str,
    pub fields: Vec<Field>,
    pub button: &'static str,
}

/// What this member of staff may do now. The rules decide; the page only leaves out what cannot be.
pub fn forms(
    service: &Service,
    said: &query::Words,
    session: &Session,
    sent: &Fields,
    wrongs: &[Wrong],
) -> Vec<StepForm> {
    let holds = |duties: &[kernel::Duty]| deck::holds(&session.actor, duties);
    let stage = service.redress.as_ref().map(Redress::stage);
    let possible = stage.map_or(&[][..], rules::possible);
    let handles = holds(&[kernel::Duty::Redress]);
    let mut forms = vec![];
    for name in possible {
        let is_allowed = match *name {
            "confirm" => true,
            "settle" => holds(&[kernel::Duty::Supervise]),
            _ => handles,
        };
        if let Some(form) = step_form(name, sent, wrongs).filter(|_| is_allowed) {
            forms.push(form);
        }
    }
    if service.waits_for_review() {
        let given = |key: &str, otherwise: String| sent.get(key).map_or(otherwise, str::to_owned);
        let measures = service.redress.as_ref().and_then(|redress| redress.reply.as_ref());
        let answer = measures.map_or_else(String::new, |reply| reply.measures.clone());
        forms.push(StepForm {
            name: "publish",
            heading: "公开这条评语",
            fields: vec![
                Field::new(FieldKind::Area, "text", "公开的文字")
                    .hint("号码已经换成星号；姓名、地址请自己去掉")
                    .value(given("text", evaluation::mask(&said.first)))
                    .wrong(wrongs),
                Field::new(FieldKind::Area, "reply", "部门回复").value(given("reply", answer)).optional().wrong(wrongs),
            ],
            button: "公开",
        });
        forms.push(StepForm {
            name: "withhold",
            heading: "不公开",
            fields: vec![area("reason", "为什么不公开", sent, wrongs)],
            button: "不公开",
        });
    }
    forms
}

fn step_form(name: &'static str, sent: &Fields, wrongs: &[Wrong]) -> Option<StepForm> {
    let (heading, fields, button) = match name {
        "contact" => ("登记联系", vec![area("note", "联系时说了什么", sent, wrongs)], "已联系"),
        "verify" => (
            "核实",
            vec![
                radio(
                    "finding",
                    "核实的结果",
                    &[("valid", "属实，整改"), ("mistaken", "误评"), ("malicious", "恶意评价")],
                    sent,
                    wrongs,
                ),
                area("reason", "依据", sent, wrongs),
            ],
            "提交核实",
        ),
        "confirm" => (
            "复核（第二个人）",
            vec![
                radio("finding", "是否同意不计入", &[("agree", "同意"), ("disagree", "不同意，转整改")], sent, wrongs),
                area("reason", "依据", sent, wrongs),
            ],
            "提交复核",
        ),
        "settle" => (
            "处理异议（没有参与过的人）",
            vec![
                radio("finding", "异议是否成立", &[("valid", "成立，转整改"), ("upheld", "不成立")], sent, wrongs),
                area("reason", "依据", sent, wrongs),
            ],
            "提交",
        ),
        "reply" => (
            "整改完毕，答复",
            vec![area("measures", "改了什么（可以公开）", sent, wrongs), area("words", "给办事人的答复", sent, wrongs)],
            "答复",
        ),
        "extend" => (
            "延期一次",
            vec![
                Field { unit: Some("个工作日".to_owned()), ..Field::new(FieldKind::Number, "days", "延多久") }
                    .value(sent.get("days").unwrap_or_default())
                    .width("w-4")
                    .wrong(wrongs),
                area("reason", "为什么", sent, wrongs),
            ],
            "延期",
        ),
        _ => return None,
    };
    Some(StepForm { name, heading, fields, button })
}

/// Reads a step's words into a command; what must be chosen and was not, is said beside its field.
pub fn command(step: &str, sent: &Fields) -> Result<Command, Vec<Wrong>> {
    let text = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let finding = || sent.get("finding").filter(|chosen| !chosen.is_empty());
    let missing = || vec![Wrong::new("finding", "选一个结果")];
    Ok(match step {
        "contact" => Command::Contact { note: text("note") },
        "verify" => Command::Verify {
            dismissal: match finding().ok_or_else(missing)? {
                "mistaken" => Some(Dismissal::Mistaken),
                "malicious" => Some(Dismissal::Malicious),
                _ => None,
            },
            reason: text("reason"),
        },
        "confirm" => Command::Confirm { agree: finding().ok_or_else(missing)? == "agree", reason: text("reason") },
        "settle" => Command::Settle { valid: finding().ok_or_else(missing)? == "valid", reason: text("reason") },
        "reply" => Command::Reply { measures: text("measures"), words: text("words") },
        "extend" => Command::Extend {
            days: text("days").parse().map_err(|_| vec![Wrong::new("days", "填延几个工作日，只写数字")])?,
            reason: text("reason"),
        },
        "publish" => Command::Publish { text: text("text"), reply: text("reply") },
        "withhold" => Command::Withhold { reason: text("reason") },
        _ => return Err(vec![]),
    })
}

fn area(key: &str, label: &str, sent: &Fields, wrongs: &[Wrong]) -> Field {
    Field::new(FieldKind::Area, key, label).value(sent.get(key).unwrap_or_default()).wrong(wrongs)
}

fn radio(key: &str, label: &str, choices: &[(&str, &str)], sent: &Fields, wrongs: &[Wrong]) -> Field {
    let mut field = Field::new(FieldKind::Radio, key, label);
    field.choices = choices.iter().map(|(value, label)| Choice::new(*value, *label)).collect();
    field.value(sent.get(key).unwrap_or_default()).wrong(wrongs)
}
