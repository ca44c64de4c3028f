//! 查办件进度: by number and query password, for whoever holds both. Names are masked, papers stay closed.

use std::sync::Arc;

use askama::Template;
use axum::{Router, extract::State, http::StatusCode, response::Response, routing::get};
use casework::{Progress, query::PublicView};
use kernel::{CaseNumber, Date, Refuse};
use store::Failure;
use web::{Fault, Field, FieldKind, Fields, Frame, House, Section, Visitor, Wrong, page, page_with};

use super::{apart, case::told, words};

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new().route("/progress", get(ask).post(look_up))
}

#[derive(Template)]
#[template(path = "citizen/lookup.html")]
struct LookupPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "citizen/lookup_result.html")]
struct ResultPage {
    frame: Frame,
    view: PublicView,
    department: String,
    say: Say,
    steps: Vec<(&'static str, String)>,
}

/// The state as a sentence with its date.
struct Say {
    before: &'static str,
    date: String,
    after: &'static str,
}

fn lookup_page(house: &House, visitor: &Visitor, number: &str, wrongs: Vec<Wrong>) -> LookupPage {
    let fields = vec![
        Field::new(FieldKind::Text, "number", "办件编号")
            .hint("22 位数字，中间有没有空格都行")
            .value(number)
            .width("w-30")
            .autocomplete("off")
            .wrong(&wrongs),
        Field::new(FieldKind::Text, "password", "查询密码")
            .hint("6 位数字，在收件凭证上")
            .width("w-8")
            .autocomplete("off")
            .wrong(&wrongs),
    ];
    let frame = visitor.frame(house, "查办件进度").in_section(Section::Track).with_errors(!wrongs.is_empty());
    LookupPage { frame, wrongs, fields }
}

async fn ask(State(house): State<Arc<House>>, visitor: Visitor) -> Response {
    page(&lookup_page(&house, &visitor, "", vec![]))
}

async fn look_up(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let given = sent.get("number").unwrap_or_default();
    let again = |status, wrongs| page_with(status, &lookup_page(&house, &visitor, given, wrongs));
    let (number, password) = match read(given, sent.get("password").unwrap_or_default()) {
        Ok(read) => read,
        Err(wrongs) => return Ok(again(StatusCode::UNPROCESSABLE_ENTITY, wrongs)),
    };
    match apart(&house, move |house| casework::look_up(&house.db, &number, &password)).await? {
        Ok(view) => result_page(&house, &visitor, view),
        Err(Failure::Refused(refusal)) => {
            let status = StatusCode::from_u16(refusal.class().status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            Ok(again(status, vec![Wrong::new("number", told(&refusal))]))
        }
        Err(Failure::Broken(error)) => Err(error.into()),
    }
}

fn read(number: &str, password: &str) -> Result<(CaseNumber, String), Vec<Wrong>> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let password: String = password.chars().filter(|c| !c.is_whitespace()).collect();
    let mut wrongs = vec![];
    let number: Option<CaseNumber> = digits.parse().ok();
    if number.is_none() {
        wrongs.push(Wrong::new("number", match digits.len() {
            22 => "核对办件编号，有一位抄错了".to_owned(),
            length => format!("填写 22 位办件编号，现在是 {length} 位"),
        }));
    }
    if password.len() != 6 || !password.bytes().all(|byte| byte.is_ascii_digit()) {
        wrongs.push(Wrong::new("password", "填写 6 位数字的查询密码"));
    }
    match number {
        Some(number) if wrongs.is_empty() => Ok((number, password)),
        _ => Err(wrongs),
    }
}

fn result_page(house: &House, visitor: &Visitor, view: PublicView) -> Result<Response, Fault> {
    let today = house.db.today();
    let department = house.read(|read| organisation::department(read, &view.department))?;
    let steps = view.steps.iter().map(|(at, kind)| (step(kind), words::moment(*at, today))).collect();
    let frame = visitor.frame(house, format!("{}办到哪了", view.item_name)).in_section(Section::Track);
    let say = say(view.progress, view.next_by, today);
    let department = department.map_or_else(String::new, |office| office.name);
    Ok(page(&ResultPage { frame, department, say, steps, view }))
}

fn say(progress: Progress, next_by: Option<Date>, today: Date) -> Say {
    let date = next_by.map(|date| words::day(date, today)).unwrap_or_default();
    let dated = |before, after| Say { before, date: format!("最迟{date}"), after };
    let plain = |before| Say { before, date: String::new(), after: "" };
    match progress {
        _ if next_by.is_none() => plain(ended(progress)),
        Progress::Received => dated("已收到，", "答复是否受理"),
        Progress::YourTurn => Say { before: "等申请人补材料，", date: format!("{date}前"), after: "交回来" },
        Progress::Handling => dated("正在审查，", "出结果"),
        Progress::Resting => Say { before: "停表中，预计", date, after: "结束" },
        Progress::Granted => dated("已经准予，", "送达"),
        Progress::Denied => dated("决定不予许可，", "送达决定书"),
        Progress::Declined => dated("不予受理，", "送达通知书"),
        Progress::Returned | Progress::Withdrawn => plain(ended(progress)),
    }
}

fn ended(progress: Progress) -> &'static str {
    match progress {
        Progress::Granted => "办成了",
        Progress::Denied => "不予许可",
        Progress::Declined => "不予受理",
        Progress::Returned => "到期没有补正，已退件",
        Progress::Withdrawn => "申请人撤回了",
        Progress::Received | Progress::YourTurn | Progress::Handling | Progress::Resting => "正在办理",
    }
}

/// An event's name in the journal as one word.
fn step(kind: &str) -> &'static str {
    match kind {
        "submitted" => "提交",
        "accepted" => "受理",
        "deemed-accepted" => "视为受理",
        "correction-requested" => "告知补正",
        "resubmitted" => "补正",
        "returned" => "退件",
        "declined" => "不予受理",
        "suspended" => "停表",
        "resumed" => "恢复计时",
        "extended" => "延长期限",
        "granted" | "denied" => "决定",
        "served" => "送达",
        "closed" => "办结",
        "withdrawn" => "撤回",
        _ => "办理",
    }
}
