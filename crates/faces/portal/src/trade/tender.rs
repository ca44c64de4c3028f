//! The tenderer's desk: planning a project, writing the notice, answering, publishing candidates, awarding, signing.

use std::sync::Arc;

use super::notice;
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{Date, Fen, Level, Timestamp};
use store::Failure;
use trading::{BidId, Command, LotCode, LotState, NewLot, Plan, Stage, book, query};
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
    let mut money = Field::new(FieldKind::Number, "estimate", "估算价、预算，出让和转让的写评估值").width("w-11");
    money.unit = Some("元".to_owned());
    let fields = [
        procedure.value(typed("procedure")),
        Field::new(FieldKind::Text, "name", "项目名称").value(typed("name")),
        Field::new(FieldKind::Text, "lot", "标段、标的名称")
            .hint("例如：一标段，2026G01 号地块")
            .width("w-18")
            .value(typed("lot")),
        money.value(typed("estimate")),
    ];
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = PlanPage {
        frame: visitor.frame(house, "新建交易项目").in_section(Section::Mine).with_errors(!wrongs.is_empty()),
        place: house.regions()?.full_name(&region),
        fields: fields.map(|field| field.wrong(&wrongs)).into(),
        wrongs,
    };
    Ok(page_with(status, &page))
}

pub(super) fn amount(sent: &Fields, key: &str) -> Result<Fen, Wrong> {
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
    by_quotes: bool,
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
        frame: visitor.frame(house, "交易项目").in_section(Section::Mine).with_errors(!wrongs.is_empty()),
        code,
        title: format!("{} {}", lot.project_name, lot.name),
        class,
        word,
        say: trade::next(&lot, now, today),
        is_public: lot.is_public(),
        questions: lot.questions.iter().map(|one| (words::moment(one.at, today), one.text.clone())).collect(),
        by_quotes: trade::by_quotes(&lot),
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
    let (terms, by_quotes) = (trade::terms(lot), trade::by_quotes(lot));
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
            add(
                "notify",
                "公告",
                notice::periods(procedure, lot.estimate),
                notice::fields(lot, today, sent, wrongs),
                "提交核对",
            );
        }
        LotState::Tendering if lot.notice.as_ref().is_some_and(|notice| now < notice.deadline) => {
            let day =
                Field::new(FieldKind::Date, "deadline", format!("{}改到", terms.deadline)).width("w-11").optional();
            let least = procedure.map_or(0, |procedure| procedure.clarify_before.days);
            let fields = vec![
                area("text", "澄清或者修改的内容"),
                day.hint(format!("离截止不足 {least} 日的，要往后延"))
                    .value(value("deadline", String::new()))
                    .wrong(wrongs),
            ];
            add("clarify", "澄清、修改文件", String::new(), fields, "发布");
        }
        LotState::Assessed { .. } if procedure.is_some_and(|procedure| procedure.publicity.is_some()) => {
            let least =
                procedure.and_then(|procedure| procedure.publicity.as_ref()).map_or_else(String::new, notice::days);
            let name = if by_quotes { "公示结果" } else { "公示中标候选人" };
            add("publish-candidates", name, format!("公示不少于 {least}。"), vec![], "公示");
        }
        LotState::Assessed { .. } | LotState::Publicised { .. } if by_quotes => {
            add("award", "确认成交", "报价最高的成为竞得人，单位名称同时公开。".to_owned(), vec![], "确认成交");
        }
        LotState::Assessed { .. } | LotState::Publicised { .. } => {
            add("award", "定标", "确定排名第一的为中标人，同时公布评委名单。".to_owned(), vec![], "定标");
        }
        LotState::Awarded { place, .. } => {
            let price = lot.winner().map_or_else(String::new, |bid| bid.price.to_string());
            let mut money = Field::new(FieldKind::Number, "amount", "合同金额").width("w-11");
            money.unit = Some("元".to_owned());
            let say = if by_quotes {
                "合同金额和成交价一样，保证金抵作价款。"
            } else {
                "合同金额和中标价一样。"
            };
            let say = say.to_owned();
            add("sign", "签订合同", say, vec![money.value(value("amount", price)).wrong(wrongs)], "登记合同");
            if by_quotes {
                if lot.late.contains(&trading::Late::Contract) {
                    if let Some(bid) = lot.ranked(*place) {
                        let say = format!("{}没有按时签合同，保证金不予退还。", bid.name);
                        add(&format!("forfeit-{}", bid.bid), "不退保证金", say, vec![area("why", "原因")], "不予退还");
                    }
                    let say = "先办完保证金，再结束这次交易；结束以后可以重新公告。".to_owned();
                    add("give-up", "没有成交，结束", say, vec![], "结束");
                }
                return forms;
            }
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
        "notify" => match notice::sent(&sent) {
            Ok((notice, reserve)) => Command::Notify { notice, reserve },
            Err(wrongs) => return shown(&house, &visitor, code, &sent, wrongs),
        },
        "clarify" => {
            let deadline = sent.get("deadline").filter(|day| !day.is_empty());
            let deadline = match deadline.map(str::parse::<Date>).transpose() {
                Ok(day) => day.map(notice::nine),
                Err(_) => return shown(&house, &visitor, code, &sent, vec![Wrong::new("deadline", "选一个日期")]),
            };
            Command::Clarify { text: given("text"), deadline }
        }
        "publish-candidates" => Command::PublishCandidates,
        "give-up" => Command::GiveUp,
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
