//! 好差评: poor ratings to be put right, words to be looked through before they are published. Whoever was rated finds nothing here.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use evaluation::{Command, Dismissal, Redress, Refusal, Service, Stage, Subject, query, rules};
use identity::Session;
use kernel::{Actor, Date, Refuse, local_date};
use serde::Deserialize;
use store::Failure;
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Query, Visitor, Wrong, redirect, words};

use crate::deck::{self, Desk};

/// Lines of one page.
const PAGE: usize = 30;

/// What the list is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    stage: Option<String>,
    cursor: Option<String>,
}

/// A tab of a list.
pub struct Tab {
    pub name: String,
    pub href: String,
    pub current: bool,
}

/// A line of the list.
pub struct Line {
    pub href: String,
    pub item: String,
    pub word: &'static str,
    pub aspects: String,
    pub department: String,
    pub left: String,
    pub urgency: &'static str,
    pub by: String,
}

#[derive(Template)]
#[template(path = "console/quality/list.html")]
struct List {
    frame: Frame,
    heading: &'static str,
    say: &'static str,
    tabs: Vec<Tab>,
    lines: Vec<Line>,
    next: Option<String>,
}

/// The tabs of the quality desk, with how many wait at each stage.
fn tabs(counts: &[(Stage, i64)], current: &str) -> Vec<Tab> {
    let stage = |(stage, n): &(Stage, i64)| Tab {
        name: format!("{} {n}", stage.word()),
        href: format!("/quality?stage={}", stage.name()),
        current: current == stage.name(),
    };
    let fixed = |name: &str, href: &str, code: &str| Tab {
        name: name.to_owned(),
        href: href.to_owned(),
        current: current == code,
    };
    let mut all: Vec<Tab> = counts.iter().map(stage).collect();
    all.push(fixed("待公开的评语", "/quality/comments", "comments"));
    all.push(fixed("曝光纠错", "/quality/exposures", "exposures"));
    all
}

/// The tabs without a list of redresses behind them.
pub fn tabs_of(house: &House, session: &Session, current: &str) -> Result<Vec<Tab>, Fault> {
    let counts = house.ask(|read| query::counts(read, &session.actor))?;
    Ok(tabs(&counts, current))
}

/// Poor ratings of one stage, the most pressing first.
pub async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let stage = asked.stage.as_deref().and_then(Stage::from_name).unwrap_or(Stage::Contact);
    let (counts, lines, next) = house.ask(|read| {
        let counts = query::counts(read, &session.actor)?;
        let page = query::queue(read, &session.actor, stage, PAGE, asked.cursor.as_deref())?;
        Ok::<_, Failure<Refusal>>((counts, lines(read, &page.services)?, page.next))
    })?;
    Ok(web::page(&List {
        frame: deck::frame(&visitor, &house, session, "差评整改", Desk::Quality),
        heading: "差评整改",
        say: "1 个工作日内联系，15 个工作日内整改；自己办的件不会出现在这里",
        tabs: tabs(&counts, stage.name()),
        lines,
        next: next.map(|cursor| format!("/quality?stage={}&cursor={}", stage.name(), words::percent(&cursor))),
    }))
}

/// The stages at which something waits: word, address, how much.
pub type Waiting = Vec<(&'static str, String, i64)>;

/// What of poor ratings presses most, for who may see the list, and how many wait at each stage.
pub fn pressing(read: &mut dyn store::Read, actor: &Actor, most: usize) -> Result<(Vec<Line>, Waiting), store::Error> {
    let counts = match query::counts(read, actor) {
        Ok(counts) => counts,
        Err(Failure::Refused(_)) => return Ok((vec![], vec![])),
        Err(Failure::Broken(error)) => return Err(error),
    };
    let mut found = vec![];
    for (stage, _) in counts.iter().filter(|(_, n)| *n > 0) {
        match query::queue(read, actor, *stage, most - found.len(), None) {
            Ok(page) => found.extend(page.services),
            Err(Failure::Refused(_)) => {}
            Err(Failure::Broken(error)) => return Err(error),
        }
        if found.len() >= most {
            break;
        }
    }
    found.truncate(most);
    let stages = counts.iter().filter(|(_, n)| *n > 0);
    let stages = stages.map(|(stage, n)| (stage.word(), format!("/quality?stage={}", stage.name()), *n)).collect();
    Ok((lines(read, &found)?, stages))
}

/// Words that wait to be looked through.
pub async fn comments(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let (counts, lines, next) = house.ask(|read| {
        let counts = query::counts(read, &session.actor)?;
        let page = query::to_review(read, &session.actor, PAGE, asked.cursor.as_deref())?;
        Ok::<_, Failure<Refusal>>((counts, lines(read, &page.services)?, page.next))
    })?;
    Ok(web::page(&List {
        frame: deck::frame(&visitor, &house, session, "待公开的评语", Desk::Quality),
        heading: "待公开的评语",
        say: "先去掉号码和姓名，再公开；差评等整改完再公开",
        tabs: tabs(&counts, "comments"),
        lines,
        next: next.map(|cursor| format!("/quality/comments?cursor={}", words::percent(&cursor))),
    }))
}

fn lines(read: &mut dyn store::Read, services: &[Service]) -> Result<Vec<Line>, store::Error> {
    let calendar = organisation::calendar(read)?;
    let today = local_date(read.now());
    let mut lines = vec![];
    for service in services {
        let department = organisation::department(read, &service.invited.department)?;
        let first = service.first.as_ref();
        let (left, urgency, by) = left(service.redress.as_ref(), &calendar, today);
        lines.push(Line {
            href: format!("/quality/{}", service.subject),
            item: service.invited.item_name.clone(),
            word: first.map_or("", |rating| rating.level.word()),
            aspects: first.map_or_else(String::new, |rating| {
                query::aspects(service.invited.online, rating.level, &rating.aspects).join("、")
            }),
            department: department.map_or_else(String::new, |department| department.name),
            left,
            urgency,
            by,
        });
    }
    Ok(lines)
}

/// How long is left, how pressing that is, and until when.
fn left(redress: Option<&Redress>, calendar: &clock::Calendar, today: Date) -> (String, &'static str, String) {
    let Some(by) = redress.and_then(Redress::next_by) else { return (String::new(), "", String::new()) };
    let days = calendar.working_days_between(today, by);
    let (left, urgency) = match days {
        days if days < 0 => (format!("超过 {} 个工作日", -days), "over"),
        0 => ("今天到期".to_owned(), "near"),
        days if days <= 2 => (format!("还有 {days} 个工作日"), "near"),
        days => (format!("还有 {days} 个工作日"), ""),
    };
    (left, urgency, format!("{}前", words::short_day(by, today)))
}

/// One thing that can be done now.
struct StepForm {
    name: &'static str,
    heading: &'static str,
    fields: Vec<Field>,
    button: &'static str,
}

#[derive(Template)]
#[template(path = "console/quality/one.html")]
struct OnePage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    subject: String,
    item: String,
    department: String,
    stage: &'static str,
    overdue: bool,
    left: String,
    urgency: &'static str,
    by: String,
    facts: Vec<(&'static str, String)>,
    said: Vec<(&'static str, String)>,
    contact: Option<String>,
    may_call: bool,
    forms: Vec<StepForm>,
}

fn subject(text: &str) -> Result<Subject, Fault> {
    text.parse().map_err(|_| Fault::refused(&Refusal::NotFound))
}

/// One rating with what can be done about it.
pub async fn one(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    shown(&house, &visitor, subject(&text)?, None, &Fields::default(), vec![])
}

fn shown(
    house: &House,
    visitor: &Visitor,
    subject: Subject,
    contact: Option<String>,
    sent: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let (service, said, department, calendar) = house.ask(|read| {
        let service = query::service_for(read, &session.actor, &subject)?;
        let said = query::words(read, &service)?;
        let department = organisation::department(read, &service.invited.department)?;
        Ok::<_, Failure<Refusal>>((service, said, department, organisation::calendar(read)?))
    })?;
    let today = house.db.today();
    let redress = service.redress.as_ref();
    let (left, urgency, by) = left(redress, &calendar, today);
    let is_open = redress.is_some_and(|redress| redress.stage().is_open());
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = format!("{} 评价", service.invited.item_name);
    let page = OnePage {
        frame: deck::frame(visitor, house, session, &title, Desk::Quality).with_errors(!wrongs.is_empty()),
        subject: subject.to_string(),
        item: service.invited.item_name.clone(),
        department: department.map_or_else(String::new, |department| department.name),
        stage: redress.map_or("评价", |redress| redress.stage().word()),
        overdue: redress.is_some_and(Redress::is_overdue),
        left,
        urgency,
        by,
        facts: facts(&service, today),
        said: said_lines(&service, &said),
        contact,
        may_call: is_open && deck::holds(&session.actor, &[kernel::Duty::Redress]),
        forms: forms(&service, &said, session, sent, &wrongs),
        wrongs,
    };
    Ok(web::page_with(status, &page))
}

fn facts(service: &Service, today: Date) -> Vec<(&'static str, String)> {
    let mut facts = vec![("办件", service.subject.case().to_string())];
    for (name, rating) in [("评价", &service.first), ("追评", &service.follow_up)] {
        if let Some(rating) = rating {
            let aspects = query::aspects(service.invited.online, rating.level, &rating.aspects).join("、");
            let when = words::moment(rating.at, today);
            facts.push((name, format!("{} {} {when} {}", rating.level.word(), aspects, rating.way.word())));
        }
    }
    if let Some(redress) = &service.redress {
        facts.push(("联系期限", words::day(redress.contact_by, today)));
        facts.push(("整改期限", words::day(redress.rectify_by, today)));
        if redress.extended {
            facts.push(("延期", "已延期一次".to_owned()));
        }
    }
    facts
}

fn said_lines(service: &Service, said: &query::Words) -> Vec<(&'static str, String)> {
    let mut lines = vec![("办事人说", said.first.clone()), ("联系记录", said.note.clone())];
    lines.extend(said.findings.iter().map(|finding| ("核实", finding.clone())));
    lines.push(("办事人的异议", said.objection.clone()));
    if let Some(reply) = service.redress.as_ref().and_then(|redress| redress.reply.as_ref()) {
        lines.push(("整改措施", reply.measures.clone()));
    }
    lines.push(("给办事人的答复", said.reply.clone()));
    lines.push(("办事人追评", said.follow_up.clone()));
    if let Some(published) = &service.published {
        lines.push(("已公开", published.text.clone()));
    }
    if let Some(reason) = &service.withheld {
        lines.push(("不公开", reason.clone()));
    }
    lines.retain(|(_, text)| !text.is_empty());
    lines
}

fn area(key: &str, label: &str, sent: &Fields, wrongs: &[Wrong]) -> Field {
    Field::new(FieldKind::Area, key, label).value(sent.get(key).unwrap_or_default()).wrong(wrongs)
}

fn radio(key: &str, label: &str, choices: &[(&str, &str)], sent: &Fields, wrongs: &[Wrong]) -> Field {
    let mut field = Field::new(FieldKind::Radio, key, label);
    field.choices = choices.iter().map(|(value, label)| Choice::new(*value, *label)).collect();
    field.value(sent.get(key).unwrap_or_default()).wrong(wrongs)
}

/// What this member of staff may do now. The rules decide; the page only leaves out what cannot be.
fn forms(service: &Service, said: &query::Words, session: &Session, sent: &Fields, wrongs: &[Wrong]) -> Vec<StepForm> {
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
fn command(step: &str, sent: &Fields) -> Result<Command, Vec<Wrong>> {
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

/// Carries out one step.
pub async fn step(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((text, step)): Path<(String, String)>,
    sent: Fields,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let subject = subject(&text)?;
    let command = match command(&step, &sent) {
        Ok(command) => command,
        Err(wrongs) if wrongs.is_empty() => return Err(Fault::not_found()),
        Err(wrongs) => return shown(&house, &visitor, subject, None, &sent, wrongs),
    };
    let actor = session.actor.clone();
    match house.db.write_async(move |tx| evaluation::handle(tx, &actor, &subject, &command)).await {
        Ok(_) => Ok(redirect(&format!("/quality/{subject}"))),
        Err(Failure::Refused(refusal)) if !refusal.fields().is_empty() => {
            let wrongs = Wrong::of(&refusal.fields());
            shown(&house, &visitor, subject, None, &sent, wrongs)
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Whom to call. The look is kept, and its subject can see it.
pub async fn reveal(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
    _: Fields,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let subject = subject(&text)?;
    let actor = session.actor.clone();
    let whom = house.write(move |tx| evaluation::reveal_contact(tx, &actor, &subject)).await?;
    let phone = whom.phone().map_or_else(|| "没有留电话".to_owned(), ToString::to_string);
    shown(&house, &visitor, subject, Some(format!("{} {phone}", whom.name())), &Fields::default(), vec![])
}
