//! The tenderer's desk: planning a project, writing the notice, answering, publishing candidates, awarding, signing.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{Date, Fen, Level, Timestamp, midnight};
use store::Failure;
use trading::{BidId, Command, LotCode, LotState, NewLot, Notice, Plan, Stage, book, query};
use web::{
    Choice, Fault, Field, FieldKind, Fields, Frame, House, Section, Visitor, Wrong, page_with, redirect, trade, words,
};

#[derive(Template)]
#[template(path = "trade/plan.html")]
struct PlanPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    place: String,
    fields: Vec<Field>,
}

pub(super) async fn ask(State(house): State<Arc<House>>, visitor: Visitor) -> Result<Response, Fault> {
    plan_page(&house, &visitor, &Fields::default(), vec![])
}

/// The region whose centre hosts: the county of the place chosen, or the site's whole.
fn region(house: &House, visitor: &Visitor) -> Result<kernel::RegionCode, Fault> {
    let own = visitor.region_code().map(|code| code.at(Level::County).unwrap_or(code));
    own.or(house.site.root).ok_or_else(|| Fault::unavailable("face.no-regions", "还没有导入区划。", 60))
}

fn plan_page(house: &House, visitor: &Visitor, sent: &Fields, wrongs: Vec<Wrong>) -> Result<Response, Fault> {
    super::company(house, visitor)?;
    let region = region(house, visitor)?;
    let typed = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let mut procedure = Field::new(FieldKind::Radio, "procedure", "交易方式");
    procedure.choices = book()
        .procedures
        .iter()
        .map(|one| Choice { hint: one.law.clone(), ..Choice::new(&one.code, &one.name) })
        .collect();
    let mut money = Field::new(FieldKind::Number, "estimate", "标段估算价（预算）").width("w-11");
    money.unit = Some("元".to_owned());
    let fields = [
        procedure.value(typed("procedure")),
        Field::new(FieldKind::Text, "name", "项目名称").value(typed("name")),
        Field::new(FieldKind::Text, "lot", "标段名称").hint("例如：一标段").width("w-18").value(typed("lot")),
        money.value(typed("estimate")),
    ];
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = PlanPage {
        frame: visitor.frame(house, "新建招标项目").in_section(Section::Mine).with_errors(!wrongs.is_empty()),
        place: house.regions()?.full_name(&region),
        fields: fields.map(|field| field.wrong(&wrongs)).into(),
        wrongs,
    };
    Ok(page_with(status, &page))
}

fn amount(sent: &Fields, key: &str) -> Result<Fen, Wrong> {
    sent.get(key).unwrap_or_default().parse().map_err(|error: kernel::BadAmount| Wrong::new(key, error.to_string()))
}

pub(super) async fn plan(State(house): State<Arc<House>>, visitor: Visitor, sent: Fields) -> Result<Response, Fault> {
    let actor = super::company(&house, &visitor)?.actor.clone();
    let estimate = match amount(&sent, "estimate") {
        Ok(estimate) => estimate,
        Err(wrong) => return plan_page(&house, &visitor, &sent, vec![wrong]),
    };
    let plan = Plan {
        name: sent.get("name").unwrap_or_default().to_owned(),
        procedure: sent.get("procedure").unwrap_or_default().to_owned(),
        region: region(&house, &visitor)?,
        lots: vec![NewLot { name: sent.get("lot").unwrap_or_default().to_owned(), estimate }],
    };
    match house.db.write_async(move |tx| trading::plan(tx, &actor, &plan)).await {
        Ok(codes) => match codes.first() {
            Some(code) => Ok(redirect(&format!("/me/tenders/{code}"))),
            None => Ok(redirect("/me/tenders")),
        },
        Err(failure) => {
            let mut wrongs = super::wrongs(failure)?;
            wrongs.iter_mut().filter(|wrong| wrong.key == "lots").for_each(|wrong| wrong.key = "lot".to_owned());
            plan_page(&house, &visitor, &sent, wrongs)
        }
    }
}

/// One thing that can be done now.
struct Form {
    step: String,
    heading: String,
    say: String,
    fields: Vec<Field>,
    button: &'static str,
}

#[derive(Template)]
#[template(path = "trade/tender.html")]
struct Page {
    frame: Frame,
    wrongs: Vec<Wrong>,
    code: LotCode,
    title: String,
    class: &'static str,
    word: &'static str,
    say: String,
    is_public: bool,
    questions: Vec<(String, String)>,
    ranking: Vec<(usize, String, String, String)>,
    late: Vec<&'static str>,
    forms: Vec<Form>,
}

pub(super) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
) -> Result<Response, Fault> {
    shown(&house, &visitor, super::code(&text)?, &Fields::default(), vec![])
}

fn shown(
    house: &House,
    visitor: &Visitor,
    code: LotCode,
    sent: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let session = super::company(house, visitor)?;
    let lot = house.ask(|read| query::inside(read, &session.actor, &code))?;
    if session.actor.party() != Some(lot.tenderer) {
        return Err(Fault::refused(&trading::Refusal::NotFound));
    }
    let (now, today) = (house.db.now(), house.db.today());
    let (class, word) = trade::state(&lot);
    let ranking = lot.ranking.iter().enumerate().filter_map(|(place, ranked)| {
        let bid = lot.bid(&ranked.bid)?;
        Some((place + 1, bid.name.clone(), trade::yuan(bid.price), trade::points(ranked.hundredths)))
    });
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page {
        frame: visitor.frame(house, "招标项目").in_section(Section::Mine).with_errors(!wrongs.is_empty()),
        code,
        title: format!("{} {}", lot.project_name, lot.name),
        class,
        word,
        say: trade::next(&lot, now, today),
        is_public: lot.is_public(),
        questions: lot.questions.iter().map(|one| (words::moment(one.at, today), one.text.clone())).collect(),
        ranking: ranking.collect(),
        late: lot.late.iter().map(trade::late).collect(),
        forms: forms(&lot, now, today, sent, &wrongs),
        wrongs,
    };
    Ok(page_with(status, &page))
}

fn forms(lot: &trading::Lot, now: Timestamp, today: Date, sent: &Fields, wrongs: &[Wrong]) -> Vec<Form> {
    let value = |key: &str, otherwise: String| sent.get(key).map_or(otherwise, str::to_owned);
    let area =
        |key: &str, label: &str| Field::new(FieldKind::Area, key, label).value(value(key, String::new())).wrong(wrongs);
    let procedure = book().procedure(&lot.procedure);
    let mut forms: Vec<Form> = lot
        .objections
        .iter()
        .enumerate()
        .filter(|(_, one)| one.answer.is_none())
        .map(|(place, one)| Form {
            step: format!("answer-{place}"),
            heading: format!("答复异议（{}）", trade::stage(one.stage)),
            say: format!("{}前答复，答复前{}。{}", words::day(one.answer_by, today), paused(one.stage), one.text),
            fields: vec![area(&format!("answer_{place}"), "答复")],
            button: "答复",
        })
        .collect();
    let mut add = |step: &str, heading: &str, say: String, fields, button| {
        forms.push(Form { step: step.to_owned(), heading: heading.to_owned(), say, fields, button });
    };
    match &lot.state {
        LotState::Planned | LotState::Returned { .. } => {
            add("notify", "招标公告", periods(procedure), notice_fields(lot, today, sent, wrongs), "提交核对");
        }
        LotState::Tendering if lot.notice.as_ref().is_some_and(|notice| now < notice.deadline) => {
            let day = Field::new(FieldKind::Date, "deadline", "投标截止改到").width("w-11").optional();
            let fields = vec![
                area("text", "澄清或者修改的内容"),
                day.hint("离截止不足 15 日的，要往后延").value(value("deadline", String::new())).wrong(wrongs),
            ];
            add("clarify", "澄清、修改招标文件", String::new(), fields, "发布");
        }
        LotState::Assessed { .. } if procedure.is_some_and(|procedure| procedure.publicity.is_some()) => {
            add("publish-candidates", "公示中标候选人", "公示不少于 3 日。".to_owned(), vec![], "公示");
        }
        LotState::Assessed { .. } | LotState::Publicised { .. } => {
            add("award", "定标", "确定排名第一的为中标人，同时公布评委名单。".to_owned(), vec![], "定标");
        }
        LotState::Awarded { place, .. } => {
            let price = lot.winner().map_or_else(String::new, |bid| bid.price.to_string());
            let mut money = Field::new(FieldKind::Number, "amount", "合同金额").width("w-11");
            money.unit = Some("元".to_owned());
            let say = "合同金额和中标价一样。".to_owned();
            add("sign", "签订合同", say, vec![money.value(value("amount", price)).wrong(wrongs)], "登记合同");
            let say = "中标人放弃中标、不能履行合同的，可以按顺序定下一名。".to_owned();
            add("award", "改定下一名候选人", say, vec![area("reason", "原因")], "改定下一名");
            if let Some(bid) = place.checked_sub(1).and_then(|place| lot.ranked(place)) {
                let say = format!("{}放弃中标，投标保证金不予退还。", bid.name);
                add(&format!("forfeit-{}", bid.bid), "不退保证金", say, vec![area("why", "原因")], "不予退还");
            }
        }
        _ => {}
    }
    forms
}

fn paused(stage: Stage) -> &'static str {
    match stage {
        Stage::Documents => "不能开标",
        Stage::Opening => "不能结束开标",
        Stage::Result => "不能定标",
    }
}

/// The periods of the law, in one sentence.
fn periods(procedure: Option<&trading::Procedure>) -> String {
    let days = |period: &trading::Period| match period.unit {
        trading::Unit::Calendar => format!("{} 日", period.days),
        trading::Unit::Working => format!("{} 个工作日", period.days),
    };
    procedure.map_or_else(String::new, |procedure| {
        format!(
            "招标文件发售不少于 {}（{}），从公告到投标截止不少于 {}（{}）。从公告发布那天算起。",
            days(&procedure.documents),
            procedure.documents.article,
            days(&procedure.bidding),
            procedure.bidding.article,
        )
    })
}

fn notice_fields(lot: &trading::Lot, today: Date, sent: &Fields, wrongs: &[Wrong]) -> Vec<Field> {
    let old = lot.notice.as_ref();
    let value = |key: &str, otherwise: String| sent.get(key).map_or(otherwise, str::to_owned);
    let text = old.map_or_else(String::new, |notice| notice.text.clone());
    let documents = old.map_or_else(String::new, |notice| notice.documents_until.to_string());
    let deadline = old.map_or_else(String::new, |notice| kernel::local_date(notice.deadline).to_string());
    let deposit = old.map_or_else(String::new, |notice| notice.deposit.to_string());
    let specialty = old.map_or_else(String::new, |notice| notice.specialty.clone());
    let seats = old.map_or(5, |notice| notice.seats).to_string();
    let mut money = Field::new(FieldKind::Number, "deposit", "投标保证金").hint("不超过估算价的 2%").width("w-11");
    money.unit = Some("元".to_owned());
    let fields = [
        Field::new(FieldKind::Area, "text", "公告内容")
            .hint("招标内容、资格条件、在哪里看招标文件、联系方式")
            .value(value("text", text)),
        Field::new(FieldKind::Date, "documents_until", "招标文件发售到哪一天")
            .hint(format!("今天是{}", words::day(today, today)))
            .width("w-11")
            .value(value("documents_until", documents)),
        Field::new(FieldKind::Date, "deadline", "投标截止、开标的日期")
            .hint("当天上午 9:00")
            .width("w-11")
            .value(value("deadline", deadline)),
        money.value(value("deposit", deposit)),
        Field::new(FieldKind::Text, "specialty", "评标专业")
            .hint("按这个专业抽专家，例如：市政工程")
            .width("w-18")
            .value(value("specialty", specialty)),
        Field::new(FieldKind::Number, "seats", "评标委员会人数")
            .hint("5 人以上单数，都从专家库抽")
            .width("w-4")
            .value(value("seats", seats)),
    ];
    fields.map(|field| field.wrong(wrongs)).into()
}

/// Nine o'clock of a day.
fn nine(day: Date) -> Timestamp {
    Timestamp::from_microsecond(midnight(day).as_microsecond() + 9 * 3_600_000_000).unwrap_or(Timestamp::MAX)
}

fn notice(sent: &Fields) -> Result<Notice, Vec<Wrong>> {
    let mut wrongs = vec![];
    let mut date = |key: &str| {
        let day = sent.get(key).unwrap_or_default().parse::<Date>();
        day.map_err(|_| wrongs.push(Wrong::new(key, "选一个日期"))).ok()
    };
    let (documents_until, deadline) = (date("documents_until"), date("deadline"));
    let deposit = amount(sent, "deposit").map_err(|wrong| wrongs.push(wrong)).ok();
    match (documents_until, deadline, deposit) {
        (Some(documents_until), Some(deadline), Some(deposit)) => Ok(Notice {
            text: sent.get("text").unwrap_or_default().to_owned(),
            documents_until,
            deadline: nine(deadline),
            deposit,
            seats: sent.get("seats").and_then(|seats| seats.parse().ok()).unwrap_or(0),
            specialty: sent.get("specialty").unwrap_or_default().to_owned(),
        }),
        _ => Err(wrongs),
    }
}

/// Carries out one step of the tenderer's.
pub(super) async fn step(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((text, step)): Path<(String, String)>,
    sent: Fields,
) -> Result<Response, Fault> {
    let code = super::code(&text)?;
    let actor = super::company(&house, &visitor)?.actor.clone();
    let given = |key: &str| sent.get(key).unwrap_or_default().to_owned();
    let own_key = match step.split_once('-') {
        Some(("answer", place)) => Some(("text", format!("answer_{place}"))),
        Some(("forfeit", _)) => Some(("reason", "why".to_owned())),
        _ => None,
    };
    if let Some(id) = step.strip_prefix("forfeit-") {
        let id: BidId = id.parse().map_err(|_| Fault::not_found())?;
        let reason = given("why");
        let done = house.db.write_async(move |tx| trading::forfeit(tx, &actor, &code, &id, &reason)).await;
        return answered(&house, &visitor, code, &sent, done.map(drop), own_key);
    }
    let command = match step.as_str() {
        "notify" => match notice(&sent) {
            Ok(notice) => Command::Notify { notice },
            Err(wrongs) => return shown(&house, &visitor, code, &sent, wrongs),
        },
        "clarify" => {
            let deadline = sent.get("deadline").filter(|day| !day.is_empty());
            let deadline = match deadline.map(str::parse::<Date>).transpose() {
                Ok(day) => day.map(nine),
                Err(_) => return shown(&house, &visitor, code, &sent, vec![Wrong::new("deadline", "选一个日期")]),
            };
            Command::Clarify { text: given("text"), deadline }
        }
        "publish-candidates" => Command::PublishCandidates,
        "award" => Command::Award { reason: sent.get("reason").map(str::to_owned) },
        "sign" => match amount(&sent, "amount") {
            Ok(amount) => Command::Sign { amount },
            Err(wrong) => return shown(&house, &visitor, code, &sent, vec![wrong]),
        },
        other => match other.strip_prefix("answer-").and_then(|place| place.parse().ok()) {
            Some(objection) => Command::Answer { objection, text: given(&format!("answer_{objection}")) },
            None => return Err(Fault::not_found()),
        },
    };
    let done = house.db.write_async(move |tx| trading::handle(tx, &actor, &code, &command)).await;
    answered(&house, &visitor, code, &sent, done.map(drop), own_key)
}

fn answered(
    house: &House,
    visitor: &Visitor,
    code: LotCode,
    sent: &Fields,
    done: Result<(), Failure<trading::Refusal>>,
    own_key: Option<(&'static str, String)>,
) -> Result<Response, Fault> {
    let Err(failure) = done else { return Ok(redirect(&format!("/me/tenders/{code}"))) };
    let mut wrongs = super::wrongs(failure)?;
    if let Some((from, to)) = own_key {
        wrongs.iter_mut().filter(|wrong| wrong.key == from).for_each(|wrong| wrong.key.clone_from(&to));
    }
    shown(house, visitor, code, sent, wrongs)
}
