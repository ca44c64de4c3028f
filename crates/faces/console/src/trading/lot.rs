//! One lot for the centre: the notice to check, the opening to host, the draw, the report, the deposits.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use identity::Session;
use kernel::{Duty, Timestamp};
use trading::{Command, Fresh, Lot, LotCode, LotState, Refusal, book, query};
use web::{Fault, Field, FieldKind, Fields, Frame, House, Visitor, Wrong, page_with, redirect, trade, words};

use super::{Line, line, session, wrongs};
use crate::deck::{self, Desk};

/// One thing that can be done now.
struct Form {
    step: &'static str,
    heading: &'static str,
    say: String,
    fields: Vec<Field>,
    button: &'static str,
}

/// A bid after the opening.
struct BidLine {
    id: String,
    name: String,
    price: String,
    days: u32,
    deposit: &'static str,
    place: String,
}

#[derive(Template)]
#[template(path = "console/trading/lot.html")]
struct Page {
    frame: Frame,
    wrongs: Vec<Wrong>,
    line: Line,
    suspended: bool,
    facts: Vec<(&'static str, String)>,
    notice: String,
    bids: Vec<BidLine>,
    by_quotes: bool,
    keys: Option<(usize, usize)>,
    sheets: Option<(usize, u32)>,
    deposits: Vec<(String, String, String)>,
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
    let session = session(visitor, &[Duty::Trade, Duty::Supervise], Refusal::NotCentre)?;
    let (lot, sheets, money) = house.ask(|read| {
        let lot = query::inside(read, &session.actor, &code)?;
        let sheets = query::sheets(read, &session.actor, &code)?;
        let money = query::deposits(read, &session.actor, &code)?;
        Ok::<_, store::Failure<Refusal>>((lot, sheets, money))
    })?;
    let (now, today) = (house.db.now(), house.db.today());
    let terms = trade::terms(&lot);
    let mut facts = vec![
        (terms.owner, lot.tenderer_name.clone()),
        ("交易方式", book().procedure(&lot.procedure).map_or_else(String::new, |one| one.name.clone())),
        (terms.estimate, trade::yuan(lot.estimate)),
    ];
    if let Some(notice) = &lot.notice {
        facts.push((terms.joins, words::day(notice.documents_until, today)));
        facts.push((terms.deadline, words::moment(notice.deadline, today)));
        facts.push((terms.deposit, trade::yuan(notice.deposit)));
        match &notice.rounds {
            None => facts.push(("评标委员会", format!("{} 人，{}", notice.seats, notice.specialty))),
            Some(rounds) => {
                facts.push(("起始价", format!("{}，每次加 {}", trade::yuan(rounds.start), trade::yuan(rounds.step))));
                facts.push(("开始报价", words::moment(rounds.begins, today)));
                facts.push(("结束报价", words::moment(lot.ends.unwrap_or(rounds.ends), today)));
                facts.push(("报价次数", lot.quotes.len().to_string()));
            }
        }
    }
    facts.extend(
        lot.settled
            .iter()
            .map(|one| ("已付价款", format!("{}，{}", trade::yuan(one.amount), words::short_day(one.on, today)))),
    );
    let nobody = if trade::by_quotes(&lot) { "没有报价的单位" } else { "没有解密的单位" };
    let name_of = |bid: &trading::Bid| lot.bid(&bid.id).map_or_else(|| nobody.to_owned(), |open| open.name.clone());
    let deposits = money
        .iter()
        .map(|bid| (name_of(bid), trade::yuan(bid.deposit.sum()), trade::yuan(bid.deposit.held())))
        .collect();
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = deck::frame(visitor, house, session, "标段", Desk::Trading).with_errors(!wrongs.is_empty());
    let page = Page {
        frame,
        line: line(house, &lot),
        suspended: lot.suspended,
        facts,
        notice: lot.notice.as_ref().map_or_else(String::new, |notice| notice.text.clone()),
        bids: bids(&lot),
        by_quotes: trade::by_quotes(&lot),
        keys: lot.opened.map(|_| (lot.bids.len(), lot.envelopes.len())),
        sheets: lot.panel.as_ref().map(|panel| (sheets, panel.seats)),
        deposits,
        late: lot.late.iter().map(trade::late).collect(),
        forms: forms(&lot, session, sheets, now, sent, &wrongs),
        wrongs,
    };
    Ok(page_with(status, &page))
}

fn bids(lot: &Lot) -> Vec<BidLine> {
    let place = |bid: &trading::OpenBid| match lot.ranking.iter().position(|ranked| ranked.bid == bid.bid) {
        Some(place) => format!("第 {} 名", place + 1),
        None => lot
            .rejected
            .iter()
            .find(|(id, _)| *id == bid.bid)
            .map_or_else(String::new, |(_, ground)| format!("否决：{}", ground.word())),
    };
    let line = |bid: &trading::OpenBid| BidLine {
        id: bid.bid.to_string(),
        name: bid.name.clone(),
        price: trade::yuan(bid.price),
        days: bid.days,
        deposit: if bid.has_deposit { "已交" } else { "没有按时交足" },
        place: place(bid),
    };
    lot.bids.iter().map(line).collect()
}

/// What the centre may do now. The room decides; the page only leaves out what cannot be.
fn forms(lot: &Lot, session: &Session, sheets: usize, now: Timestamp, sent: &Fields, wrongs: &[Wrong]) -> Vec<Form> {
    if !session.actor.may(Duty::Trade, &lot.centre) {
        return vec![];
    }
    let by_quotes = trade::by_quotes(lot);
    let mut forms = vec![];
    let mut add = |step, heading, say: &str, fields, button| {
        forms.push(Form { step, heading, say: say.to_owned(), fields, button });
    };
    match &lot.state {
        LotState::Checking => {
            add("publish", "发布公告", "核对无误就发布，期限从今天算起。", vec![], "发布");
            let reason = Field::new(FieldKind::Area, "reason", "哪里要改");
            let reason = reason.value(sent.get("reason").unwrap_or_default()).wrong(wrongs);
            add("send-back", "退回修改", "", vec![reason], "退回");
        }
        LotState::Tendering if !by_quotes && lot.notice.as_ref().is_some_and(|notice| now >= notice.deadline) => {
            add("open", "开标", "到时间了。不足 3 家的不开标，系统会判断。", vec![], "开标");
        }
        LotState::Opening { .. } => {
            add("close-opening", "结束开标", "全部解密以后可以结束；到时间自动结束。", vec![], "结束开标");
        }
        LotState::Assessing if lot.panel.is_none() => {
            let say = "从专家库随机抽取，和招标人、投标人有关系的自动回避。名单到结果公布前，您也看不到。";
            add("draw", "抽取专家", say, vec![], "抽取");
        }
        LotState::Assessing if lot.panel.as_ref().is_some_and(|panel| sheets >= panel.seats as usize) => {
            add("report", "汇总评标报告", "评审意见都交齐了。", vec![], "汇总");
        }
        _ => {}
    }
    let is_over = matches!(lot.state, LotState::Contracted { .. } | LotState::Failed { .. })
        || (by_quotes && matches!(lot.state, LotState::Awarded { .. }));
    if is_over && !lot.returned {
        let say = if by_quotes {
            "退给没有成交的单位；成交的签合同时抵作价款。"
        } else {
            "连同利息退给各投标人。"
        };
        add("return-deposits", "退保证金", say, vec![], "退保证金");
    }
    if let LotState::Contracted { amount, .. } = lot.state
        && by_quotes
        && lot.settled_sum() < amount
    {
        let given = |key: &str| sent.get(key).unwrap_or_default().to_owned();
        let mut money = Field::new(FieldKind::Number, "amount", "到账金额").value(given("amount")).wrong(wrongs);
        money.unit = Some("元".to_owned());
        let flow = Field::new(FieldKind::Text, "flow", "银行流水号").value(given("flow")).wrong(wrongs);
        let open = trade::yuan(kernel::Fen(amount.0 - lot.settled_sum().0));
        add(
            "settle",
            "登记价款到账",
            &format!("还有 {open} 没有付。同一个流水号只记一次。"),
            vec![flow, money],
            "登记",
        );
    }
    forms
}

/// Carries out one step.
pub(super) async fn step(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path((text, step)): Path<(String, String)>,
    sent: Fields,
) -> Result<Response, Fault> {
    let code = super::code(&text)?;
    let actor = session(&visitor, &[Duty::Trade], Refusal::NotCentre)?.actor.clone();
    let here = format!("/trading/{code}");
    let command = match step.as_str() {
        "publish" => {
            let fresh = Fresh::make()?;
            house.write(move |tx| trading::publish(tx, &actor, &code, &fresh)).await?;
            return Ok(redirect(&here));
        }
        "draw" => {
            house.write(move |tx| trading::draw_panel(tx, &actor, &code)).await?;
            return Ok(redirect(&here));
        }
        "return-deposits" => {
            house.write(move |tx| trading::return_deposits(tx, &actor, &code)).await?;
            return Ok(redirect(&here));
        }
        "send-back" => Command::SendBack { reason: sent.get("reason").unwrap_or_default().to_owned() },
        "open" => Command::Open,
        "close-opening" => Command::CloseOpening,
        "report" => Command::Report,
        "settle" => match sent.get("amount").unwrap_or_default().parse() {
            Ok(amount) => Command::Settle { flow: sent.get("flow").unwrap_or_default().to_owned(), amount },
            Err(error) => {
                let wrong = Wrong::new("amount", kernel::BadAmount::to_string(&error));
                return shown(&house, &visitor, code, &sent, vec![wrong]);
            }
        },
        _ => return Err(Fault::not_found()),
    };
    match house.db.write_async(move |tx| trading::handle(tx, &actor, &code, &command)).await {
        Ok(_) => Ok(redirect(&here)),
        Err(failure) => shown(&house, &visitor, code, &sent, wrongs(failure)?),
    }
}
