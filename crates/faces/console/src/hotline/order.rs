//! One work order: what was said, the clocks, the story, and what can be done now.

mod print;

use std::{collections::BTreeMap, sync::Arc};

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use hotline::query::{self, View};
use hotline::rules::Act;
use hotline::{Command, Contact, Next, OrderNumber, Outcome, Refusal, Satisfaction, WorkOrder, book};
use identity::Session;
use kernel::{DepartmentId, Refuse};
use store::{Failure, Read};
use web::{Choice, Fault, Field, FieldKind, Fields, Frame, House, Visitor, Wrong, redirect, words};

pub use print::show as print;

use super::{Tab, category_name, nav, say, session, unit_name, units};
use crate::deck::{self, Desk};

/// Who reads an answer beside whoever called.
const JOINED: &str = "有并案的工单，那些来电人也会收到这个答复，不要写某一位来电人的情况。";

/// One thing that can be done now.
struct StepForm {
    name: &'static str,
    heading: &'static str,
    say: &'static str,
    fields: Vec<Field>,
    button: &'static str,
}

/// One clock of the present round.
struct ClockLine {
    name: &'static str,
    by: String,
    done: String,
    late: bool,
}

/// One entry of the story.
struct Entry {
    when: String,
    say: String,
    words: String,
}

#[derive(Template)]
#[template(path = "console/hotline/order.html")]
struct Page {
    frame: Frame,
    nav: Vec<Tab>,
    wrongs: Vec<Wrong>,
    number: OrderNumber,
    shown: String,
    title: String,
    sort: &'static str,
    state: String,
    until: String,
    late: bool,
    badges: Vec<&'static str>,
    facts: Vec<(&'static str, String)>,
    text: String,
    protected: bool,
    contact: Option<Contact>,
    clocks: Vec<ClockLine>,
    story: Vec<Entry>,
    forms: Vec<StepForm>,
    draft: Option<String>,
}

fn number(text: &str) -> Result<OrderNumber, Fault> {
    text.parse().map_err(|_| Fault::refused(&Refusal::NotFound))
}

/// The order as this member of staff may see it.
pub async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    session(&visitor)?;
    shown(&house, &visitor, number(&text)?, &Fields::default(), vec![], None)
}

fn shown(
    house: &House,
    visitor: &Visitor,
    number: OrderNumber,
    sent: &Fields,
    wrongs: Vec<Wrong>,
    contact: Option<Contact>,
) -> Result<Response, Fault> {
    let session = session(visitor)?;
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = house.ask(|read| {
        let order = query::order_for(read, &session.actor, &number)?;
        let view = query::view_of(read, &session.actor, &order)?.unwrap_or(View::Unit);
        let acts = query::allowed(read, &session.actor, &order)?;
        let forms = forms(read, &order, &acts, sent, &wrongs)?;
        let page = page(read, house, visitor, session, (&order, view), forms)?;
        Ok::<_, Failure<Refusal>>(page)
    })?;
    let frame = page.frame.with_errors(!wrongs.is_empty());
    Ok(web::page_with(status, &Page { frame, wrongs, contact, ..page }))
}

fn page(
    read: &mut dyn Read,
    house: &House,
    visitor: &Visitor,
    session: &Session,
    (order, view): (&WorkOrder, View),
    forms: Vec<StepForm>,
) -> Result<Page, store::Error> {
    let (now, today) = (read.now(), kernel::local_date(read.now()));
    let shown = query::shown(read, order, view)?;
    let story = query::story(read, order, view)?;
    let mut names: BTreeMap<DepartmentId, String> = BTreeMap::new();
    for round in &order.rounds {
        for unit in std::iter::once(&round.lead).chain(&round.assisting) {
            names.insert(*unit, unit_name(read, unit)?);
        }
    }
    let unit = |id: &DepartmentId| names.get(id).cloned().unwrap_or_else(|| id.to_string());
    let entry = |told: &query::Told| Entry {
        when: words::moment(told.at, today),
        say: say::event(&told.event, today, &unit),
        words: told.words.clone(),
    };
    let (until, late) = say::next(order, now, today);
    let regions = store::ReadExt::cached::<organisation::Regions>(read)?;
    let mut facts = vec![
        ("类别", category_name(&order.category)),
        ("地区", regions.full_name(&order.region)),
        ("地点", shown.call.place.clone()),
        ("来自", format!("{} {}", words::moment(order.at, today), order.channel.word())),
    ];
    if let Some(round) = order.round() {
        facts.push(("主办", unit(&round.lead)));
        let assisting: Vec<String> = round.assisting.iter().map(unit).collect();
        facts.push(("协办", assisting.join("、")));
    }
    let caller = if shown.caller.is_empty() { "没有留下，或者受保护".to_owned() } else { shown.caller };
    facts.push(("来电人", caller));
    facts.retain(|(_, say)| !say.is_empty());
    let is_closed = order.stage() == hotline::Stage::Closed && view == View::Centre;
    Ok(Page {
        frame: deck::frame(visitor, house, session, "工单", Desk::Hotline),
        nav: nav(&session.actor, ""),
        wrongs: vec![],
        number: order.number,
        shown: order.number.grouped(),
        title: shown.call.title,
        sort: order.kind.word(),
        state: say::state(order),
        until,
        late,
        badges: order.supervised.iter().map(|ground| ground.word()).collect(),
        facts,
        text: shown.call.text,
        protected: order.is_protected(),
        contact: None,
        clocks: clocks(order, today),
        story: story.iter().map(entry).collect(),
        forms,
        draft: is_closed.then(|| format!("/hotline/knowledge?order={}", order.number)),
    })
}

fn clocks(order: &WorkOrder, today: kernel::Date) -> Vec<ClockLine> {
    use hotline::Clock;
    let Some(round) = order.round() else { return vec![] };
    let day = |day: kernel::Date| words::short_day(day, today);
    let done = |day: Option<kernel::Date>| day.map_or_else(|| "—".to_owned(), |day| words::short_day(day, today));
    let line = |clock: Clock, by, done| ClockLine { name: clock.word(), by, done, late: round.late.contains(&clock) };
    let mut lines = vec![line(
        Clock::Sign,
        words::moment(round.sign_by, today),
        round.signed.map_or_else(|| "—".to_owned(), |at| words::moment(at, today)),
    )];
    if let Some(by) = round.contact_by {
        lines.push(line(Clock::Contact, day(by), done(round.contacted)));
    }
    let by = match round.paused {
        Some(since) => format!("{}起停着", day(since)),
        None => day(round.handle_by),
    };
    lines.push(line(Clock::Handle, by, done(round.fed_back)));
    if let Some(by) = round.follow_up_by {
        lines.push(line(Clock::FollowUp, day(by), done(round.rated.as_ref().map(|rated| rated.on))));
    }
    lines
}

fn forms(
    read: &mut dyn Read,
    order: &WorkOrder,
    acts: &[Act],
    sent: &Fields,
    wrongs: &[Wrong],
) -> Result<Vec<StepForm>, store::Error> {
    let area = |key: &str, label: &str| {
        Field::new(FieldKind::Area, key, label).value(sent.get(key).unwrap_or_default()).wrong(wrongs)
    };
    let select = |key: &str, label: &str, choices: Vec<Choice>| {
        let mut field = Field::new(FieldKind::Select, key, label);
        field.choices = choices;
        field
    };
    let chosen = |field: Field| {
        let value = sent.get(&field.key).unwrap_or_default().to_owned();
        field.value(value).wrong(wrongs)
    };
    let mut forms = vec![];
    for act in acts {
        let (name, heading, say, fields, button) = match act {
            Act::Answer => {
                let say = if order.joined.is_empty() { "" } else { JOINED };
                ("answer", "当场答复", say, vec![area("words", "答复")], "答复并办结")
            }
            Act::Dispatch | Act::Coordinate => {
                let suggested = book().suggest(&order.category, &order.region).map(|found| found.unit.to_string());
                let all = units(read, &order.region)?;
                let lead = select("lead", "主办单位", all.clone());
                let lead =
                    lead.value(sent.get("lead").map_or(suggested.unwrap_or_default(), str::to_owned)).wrong(wrongs);
                let assisting = std::iter::once(Choice::new("", "没有")).chain(all).collect();
                let assisting = chosen(select("assisting", "协办单位", assisting).optional());
                match act {
                    Act::Dispatch => {
                        let fields = vec![lead, assisting, area("reason", "不按清单派的原因").optional()];
                        ("dispatch", "派单", "已按责任清单选好；由您决定。", fields, "派单")
                    }
                    _ => {
                        let fields = vec![lead, assisting, area("reason", "协调的理由")];
                        ("coordinate", "疑难协调", "协调定了就不能再退。", fields, "定下承办单位")
                    }
                }
            }
            Act::Merge => {
                let into = Field::new(FieldKind::Text, "into", "并进哪张工单").hint("13 位工单编号").width("w-18");
                ("merge", "并案", "", vec![chosen(into)], "并进去")
            }
            Act::Sign => ("sign", "签收", "", vec![], "签收"),
            Act::Return => {
                let grounds = book().grounds.iter().map(|ground| Choice::new(&ground.code, &ground.name)).collect();
                let mut ground = Field::new(FieldKind::Radio, "ground", "退单的依据");
                ground.choices = grounds;
                let fields = vec![chosen(ground), area("reason", "说明")];
                ("return", "退单", "只能退一次，派单后 1 个工作日内。", fields, "退单")
            }
            Act::Dispute => (
                "dispute",
                "提出争议",
                "已经退过一次，交热线中心协调。",
                vec![area("reason", "为什么不归本单位")],
                "提交协调",
            ),
            Act::Contact => ("contact", "联系来电人", "", vec![area("words", "和来电人说了什么")], "登记联系情况"),
            Act::Pause => ("pause", "停止计时", "", vec![area("reason", "为什么停")], "停止计时"),
            Act::Resume => ("resume", "恢复计时", "", vec![area("reason", "说明")], "恢复计时"),
            Act::Extend => {
                let days = chosen(Field::new(FieldKind::Number, "days", "延几个工作日").width("w-4"));
                ("extend", "延期", "只能延一次。", vec![days, area("reason", "为什么要延")], "延期")
            }
            Act::FeedBack => {
                let mut outcome = Field::new(FieldKind::Radio, "outcome", "办理结果");
                outcome.choices = Outcome::ALL.map(|one| Choice::new(one.name(), one.word())).into();
                let fields = vec![chosen(outcome), area("words", "给来电人的答复")];
                let say = if order.joined.is_empty() { "" } else { JOINED };
                ("feed-back", "反馈", say, fields, "提交反馈")
            }
            Act::FollowUp => ("follow-up", "回访", "", follow_up(order, &chosen, &area), "提交回访"),
            Act::Supervise => ("supervise", "督办", "", vec![area("demand", "督办要求")], "督办"),
            Act::See => {
                let purpose = Field::new(FieldKind::Text, "purpose", "为什么要看").wrong(wrongs);
                ("see", "看来电人信息", "每看一次都留记录，本人能查到。", vec![purpose], "查看")
            }
            Act::Rate => continue,
        };
        forms.push(StepForm { name, heading, say, fields, button });
    }
    Ok(forms)
}

fn follow_up(order: &WorkOrder, chosen: &dyn Fn(Field) -> Field, area: &dyn Fn(&str, &str) -> Field) -> Vec<Field> {
    let radio = |key: &str, label: &str, choices: Vec<Choice>| {
        let mut field = Field::new(FieldKind::Radio, key, label);
        field.choices = choices;
        chosen(field)
    };
    let next = radio("next", "下一步", vec![Choice::new("close", "办结"), Choice::new("redo", "重办")]);
    let words = area("words", "来电人怎么说；不满意也办结的，写明情况").optional();
    if order.round().is_some_and(|round| round.rated.is_some()) {
        return vec![next, words];
    }
    let solved = vec![
        Choice::new("yes", "解决了"),
        Choice::new("no", "没解决"),
        Choice::new("missed", "没有接通（三次没接通就办结）"),
    ];
    let levels = Satisfaction::ALL.map(|one| Choice::new(one.name(), one.word()));
    let levels = levels.into_iter().chain([Choice::new("", "不愿评价")]).collect();
    vec![radio("solved", "解决没有", solved), radio("satisfaction", "满意吗", levels).optional(), next, words]
}

/// What was sent as a command; or what is missing.
fn command(step: &str, sent: &Fields) -> Result<Option<Command>, Wrong> {
    let text = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let unit = |key: &str| sent.get(key).and_then(|text| text.parse::<DepartmentId>().ok());
    let assisting = || unit("assisting").into_iter().collect();
    let lead = || unit("lead").ok_or_else(|| Wrong::new("lead", Refusal::UnknownUnit.to_string()));
    let command = match step {
        "answer" => Command::Answer { words: text("words") },
        "dispatch" => Command::Dispatch { lead: lead()?, assisting: assisting(), reason: text("reason") },
        "coordinate" => Command::Coordinate { lead: lead()?, assisting: assisting(), reason: text("reason") },
        "sign" => Command::Sign,
        "return" => Command::Return { ground: text("ground"), reason: text("reason") },
        "dispute" => Command::Dispute { reason: text("reason") },
        "contact" => Command::Contact { words: text("words") },
        "pause" => Command::Pause { reason: text("reason") },
        "resume" => Command::Resume { reason: text("reason") },
        "extend" => Command::Extend { days: text("days").parse().unwrap_or(0), reason: text("reason") },
        "feed-back" => {
            let outcome = Outcome::from_name(&text("outcome"));
            let outcome = outcome.ok_or_else(|| Wrong::new("outcome", "选一个办理结果"))?;
            Command::FeedBack { outcome, words: text("words") }
        }
        "follow-up" if text("solved") == "missed" => Command::Missed,
        "follow-up" => {
            let next = match text("next").as_str() {
                "close" => Next::Close,
                "redo" => Next::Redo,
                _ => return Err(Wrong::new("next", "选办结还是重办")),
            };
            // Where the caller has said it by themselves, the page does not ask again, and the room does not read it.
            let solved = text("solved");
            if solved.is_empty() && sent.iter().any(|(key, _)| key == "asks") {
                return Err(Wrong::new("solved", "选解决没有"));
            }
            let satisfaction = Satisfaction::from_name(&text("satisfaction"));
            Command::FollowUp { solved: solved == "yes", satisfaction, words: text("words"), next }
        }
        "supervise" => Command::Supervise { demand: text("demand") },
        _ => return Ok(None),
    };
    Ok(Some(command))
}

/// Carries out one step.
pub async fn step(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((text, step)): Path<(String, String)>,
    sent: Fields,
) -> Result<Response, Fault> {
    let (number, actor) = (number(&text)?, session(&visitor)?.actor.clone());
    let word = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let done = match step.as_str() {
        "see" => {
            let purpose = word("purpose");
            let seen = house.db.write_async(move |tx| hotline::reveal(tx, &actor, &number, &purpose)).await;
            match seen {
                Ok(contact) => return shown(&house, &visitor, number, &Fields::default(), vec![], Some(contact)),
                Err(failure) => Err(failure),
            }
        }
        "merge" => {
            let Ok(into) = word("into").parse::<OrderNumber>() else {
                let wrongs = vec![Wrong::new("into", "核对要并进的工单编号，13 位数字")];
                return shown(&house, &visitor, number, &sent, wrongs, None);
            };
            house.db.write_async(move |tx| hotline::merge(tx, &actor, &number, &into).map(drop)).await
        }
        step => match command(step, &sent) {
            Ok(Some(command)) => {
                house.db.write_async(move |tx| hotline::handle(tx, &actor, &number, &command).map(drop)).await
            }
            Ok(None) => return Err(Fault::not_found()),
            Err(wrong) => return shown(&house, &visitor, number, &sent, vec![wrong], None),
        },
    };
    match done {
        Ok(()) => Ok(redirect(&after(&house, &visitor, &number))),
        Err(Failure::Refused(refusal)) if !refusal.fields().is_empty() => {
            shown(&house, &visitor, number, &sent, Wrong::of(&refusal.fields()), None)
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Back to the order; to the list where it has left this member of staff's hands.
fn after(house: &House, visitor: &Visitor, number: &OrderNumber) -> String {
    let is_there =
        session(visitor).and_then(|session| house.ask(|read| query::order_for(read, &session.actor, number)));
    if is_there.is_ok() { format!("/hotline/orders/{number}") } else { "/hotline/inbox".to_owned() }
}
