//! One lot for everybody: notice, clock, opening record, candidates, result, contract, and how the experts were drawn.

use std::sync::Arc;

use super::quotes::{self, Quotes};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{Date, Timestamp, local_date};
use store::Failure;
use trading::{Command, Lot, LotCode, LotState, Refusal, Stage, book, ocds, query};
use web::{
    Choice, Crumb, Fault, Field, FieldKind, Fields, Frame, House, Visitor, Wrong, page_with, redirect, trade, words,
};

/// A bid in the opening record.
struct BidLine {
    name: String,
    price: String,
    days: u32,
    deposit: &'static str,
    when: String,
}

/// A candidate.
struct Candidate {
    place: usize,
    name: String,
    price: String,
    points: String,
    word: &'static str,
}

/// Something said about the documents.
struct Said {
    when: String,
    text: String,
    answer: String,
    kind: &'static str,
}

/// A step of the clock.
pub(super) struct Step {
    pub name: &'static str,
    pub when: String,
    pub class: &'static str,
}

/// What a signed-in company may do here.
struct Doing {
    room: bool,
    own: Option<String>,
    questions: Option<Field>,
    objection: Vec<Field>,
    complaint: Vec<Field>,
    complaints: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "trade/lot.html")]
struct Page {
    frame: Frame,
    crumbs: Vec<Crumb>,
    wrongs: Vec<Wrong>,
    code: LotCode,
    title: String,
    lot: String,
    class: &'static str,
    word: &'static str,
    suspended: bool,
    brought: bool,
    say: String,
    facts: Vec<(&'static str, String)>,
    steps: Vec<Step>,
    notice: String,
    said: Vec<Said>,
    objections: Vec<Said>,
    opened: bool,
    bids: Vec<BidLine>,
    unopened: usize,
    candidates: Vec<Candidate>,
    rejected: Vec<(String, &'static str)>,
    contract: Option<(String, String, String)>,
    late: Vec<&'static str>,
    commitment: String,
    experts: Vec<String>,
    proven: Option<bool>,
    others: Vec<(String, String, String)>,
    ocid: String,
    terms: &'static trade::Terms,
    quotes: Option<Quotes>,
    doing: Doing,
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
    let (lot, others, proof) = house.ask(|read| {
        let lot = query::public(read, &code)?;
        let others = query::project(read, &lot.project)?;
        let proof = if lot.seed.is_some() { Some(query::proof(read, &code)?.holds()) } else { None };
        Ok::<_, Failure<Refusal>>((lot, others, proof))
    })?;
    let doing = doing(house, visitor, &lot, sent, &wrongs)?;
    let (now, today) = (house.db.now(), house.db.today());
    let (class, word) = trade::state(&lot);
    let procedure = book().procedure(&lot.procedure);
    let title = lot.project_name.clone();
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page {
        frame: visitor.frame(house, format!("{title} {}", lot.name)).with_errors(!wrongs.is_empty()),
        crumbs: vec![Crumb::new("公共资源交易", "/trade"), Crumb::here(title.clone())],
        wrongs,
        code,
        title,
        lot: lot.name.clone(),
        class,
        word,
        suspended: lot.suspended,
        brought: lot.brought,
        say: trade::next(&lot, now, today),
        facts: facts(&lot, procedure.map_or("", |procedure| procedure.name.as_str()), today),
        steps: steps(&lot, now, today),
        notice: lot.notice.as_ref().map_or_else(String::new, |notice| notice.text.clone()),
        said: said(&lot, today),
        objections: objections(&lot, today),
        opened: lot.opened.is_some(),
        bids: bids(&lot, today),
        unopened: if matches!(lot.state, LotState::Opening { .. }) {
            0
        } else {
            lot.envelopes.len().saturating_sub(lot.bids.len())
        },
        candidates: candidates(&lot, procedure.map_or(0, |procedure| procedure.candidates())),
        rejected: lot
            .rejected
            .iter()
            .filter_map(|(id, ground)| Some((lot.bid(id)?.name.clone(), ground.word())))
            .collect(),
        contract: match (&lot.state, lot.winner()) {
            (LotState::Contracted { on, amount, .. }, Some(winner)) => {
                Some((winner.name.clone(), trade::yuan(*amount), words::day(*on, today)))
            }
            _ => None,
        },
        late: lot.late.iter().map(trade::late).collect(),
        commitment: lot.commitment.map(|digest| digest.to_string()).unwrap_or_default(),
        experts: lot.experts.clone(),
        proven: proof,
        others: others
            .iter()
            .filter(|other| other.code != code)
            .map(|other| (format!("/trade/{}", other.code), other.name.clone(), trade::state(other).1.to_owned()))
            .collect(),
        ocid: if ocds::speaks_of(&lot) { ocds::ocid(&code) } else { String::new() },
        terms: trade::terms(&lot),
        quotes: quotes::course(&lot, today),
        doing,
    };
    Ok(page_with(status, &page))
}

fn facts(lot: &Lot, procedure: &str, today: Date) -> Vec<(&'static str, String)> {
    let mut facts = facts_of(lot, procedure, today);
    match lot.notice.as_ref().filter(|notice| notice.rounds.is_none()) {
        Some(notice) => {
            facts.push(("评委", format!("{} 人，{}专业，开标以后随机抽取", notice.seats, notice.specialty)));
        }
        None => facts.extend(quotes::facts(lot, today)),
    }
    facts
}

/// What is the same in all families, in the family's words.
fn facts_of(lot: &Lot, procedure: &str, today: Date) -> Vec<(&'static str, String)> {
    let terms = trade::terms(lot);
    let mut facts = vec![
        (terms.owner, lot.tenderer_name.clone()),
        ("交易方式", procedure.to_owned()),
        (terms.estimate, trade::yuan(lot.estimate)),
    ];
    if let Some(notice) = &lot.notice {
        facts.push((terms.joins, words::day(notice.documents_until, today)));
        facts.push((terms.deadline, words::moment(notice.deadline, today)));
        facts.push((terms.deposit, trade::yuan(notice.deposit)));
    }
    facts
}

/// The whole way: what lies behind with its day, where it stands, what is ahead.
fn steps(lot: &Lot, now: Timestamp, today: Date) -> Vec<Step> {
    if trade::by_quotes(lot) {
        return quotes::steps(lot, now, today);
    }
    let at = |at: Option<Timestamp>| at.map_or_else(String::new, |at| words::short_day(local_date(at), today));
    let deadline = lot.notice.as_ref().map(|notice| notice.deadline);
    let reached = match &lot.state {
        LotState::Planned | LotState::Checking | LotState::Returned { .. } => 0,
        LotState::Tendering => 1,
        LotState::Opening { .. } => 2,
        LotState::Assessing | LotState::Assessed { .. } => 3,
        LotState::Publicised { .. } => 4,
        LotState::Awarded { .. } => 5,
        LotState::Contracted { .. } => 6,
        LotState::Failed { .. } if lot.opened.is_some() => 3,
        LotState::Failed { .. } => 1,
    };
    let names = [
        ("发布公告", at(lot.published)),
        ("投标", deadline.filter(|deadline| now < *deadline).map_or_else(String::new, |until| trade::left(until, now))),
        ("开标", at(lot.opened.or(deadline))),
        ("评标", String::new()),
        ("候选人公示", String::new()),
        ("定标", String::new()),
        ("签合同", String::new()),
    ];
    let has_publicity = book().procedure(&lot.procedure).is_some_and(|procedure| procedure.publicity.is_some());
    names
        .into_iter()
        .enumerate()
        .filter(|(place, _)| *place != 4 || has_publicity)
        .map(|(place, (name, when))| Step { name, when, class: if place > reached { "ahead" } else { "" } })
        .collect()
}

/// Questions (nobody is told whose) and what the tenderer told everybody.
fn said(lot: &Lot, today: Date) -> Vec<Said> {
    let asked = lot.questions.iter().map(|one| (one.at, one.text.clone(), String::new(), "提问"));
    let told = lot.clarifications.iter().map(|one| {
        let moved = one.deadline.map(|at| format!("投标截止改到{}。", words::moment(at, today)));
        (one.at, one.text.clone(), moved.unwrap_or_default(), "澄清、修改")
    });
    let mut all: Vec<_> = asked.chain(told).collect();
    all.sort_by_key(|(at, ..)| *at);
    let line = |(at, text, answer, kind)| Said { when: words::moment(at, today), text, answer, kind };
    all.into_iter().map(line).collect()
}

/// Objections with their answers, without names.
fn objections(lot: &Lot, today: Date) -> Vec<Said> {
    let line = |one: &trading::Objection| Said {
        when: words::short_day(one.on, today),
        text: one.text.clone(),
        answer: match &one.answer {
            Some((on, text)) => format!("{}答复：{text}", words::short_day(*on, today)),
            None => format!("{}前答复", words::short_day(one.answer_by, today)),
        },
        kind: trade::stage(one.stage),
    };
    lot.objections.iter().map(line).collect()
}

fn bids(lot: &Lot, today: Date) -> Vec<BidLine> {
    let line = |bid: &trading::OpenBid| BidLine {
        name: bid.name.clone(),
        price: trade::yuan(bid.price),
        days: bid.days,
        deposit: if bid.has_deposit { "已交" } else { "没有按时交足" },
        when: words::moment(bid.at, today),
    };
    lot.bids.iter().map(line).collect()
}

fn candidates(lot: &Lot, most: usize) -> Vec<Candidate> {
    let winner = lot.winner().map(|bid| bid.bid);
    let won = winner.and_then(|id| lot.ranking.iter().position(|ranked| ranked.bid == id));
    let line = |(place, ranked): (usize, &trading::Ranked)| {
        let bid = lot.bid(&ranked.bid)?;
        Some(Candidate {
            place: place + 1,
            name: bid.name.clone(),
            price: trade::yuan(bid.price),
            points: trade::points(ranked.hundredths),
            word: match won {
                Some(won) if won == place && trade::by_quotes(lot) => "成交",
                Some(won) if won == place => "中标",
                Some(won) if place < won => "放弃或者取消",
                _ => "候选",
            },
        })
    };
    lot.ranking.iter().take(most).enumerate().filter_map(line).collect()
}

fn doing(house: &House, visitor: &Visitor, lot: &Lot, sent: &Fields, wrongs: &[Wrong]) -> Result<Doing, Fault> {
    let nothing =
        Doing { room: false, own: None, questions: None, objection: vec![], complaint: vec![], complaints: vec![] };
    let Some(session) = visitor.session.as_ref() else { return Ok(nothing) };
    let Some(party) = session.actor.party() else { return Ok(nothing) };
    if party == lot.tenderer {
        return Ok(Doing { own: Some(format!("/me/tenders/{}", lot.code)), ..nothing });
    }
    let (kind, bid, complaints) = house.read(|read| {
        let kind = identity::kind(read, &party)?;
        let bid = query::own_bid(read, &session.actor, &lot.code)?;
        Ok((kind, bid, query::complaints(read, &session.actor, &lot.code)?))
    })?;
    if kind != Some(identity::PartyKind::Organisation) {
        return Ok(nothing);
    }
    let area = |key: &str, label: &str| {
        Field::new(FieldKind::Area, key, label).value(sent.get(key).unwrap_or_default()).wrong(wrongs)
    };
    let (now, has_bid) = (house.db.now(), bid.is_some());
    let is_before = lot.notice.as_ref().is_some_and(|notice| now < notice.deadline);
    let tendering = lot.state == LotState::Tendering && is_before;
    let stage = match &lot.state {
        LotState::Tendering if is_before => Some(Stage::Documents),
        LotState::Opening { .. } if has_bid => Some(Stage::Opening),
        LotState::Publicised { .. } | LotState::Awarded { object_until: Some(_), .. } if has_bid => Some(Stage::Result),
        _ => None,
    };
    let mut complaint = vec![];
    let own: Vec<(usize, &trading::Objection)> =
        lot.objections.iter().enumerate().filter(|(_, one)| one.party == party && one.answer.is_some()).collect();
    if !own.is_empty() {
        let mut which = Field::new(FieldKind::Select, "objection", "对哪条异议的答复不服");
        which.choices = own
            .iter()
            .map(|(place, one)| Choice::new(place.to_string(), one.text.chars().take(30).collect::<String>()))
            .collect();
        complaint = vec![which, area("complaint", "投诉请求和理由")];
    }
    let word = |one: &trading::Complaint| {
        let word = match &one.state {
            trading::ComplaintState::Filed { accept_by } => {
                format!("已收到，{}前决定是否受理", words::short_day(*accept_by, house.db.today()))
            }
            trading::ComplaintState::Accepted { decide_by } => {
                format!("已受理，{}前处理完", words::short_day(*decide_by, house.db.today()))
            }
            trading::ComplaintState::Declined { reason } => format!("不予受理：{reason}"),
            trading::ComplaintState::Decided { upheld: true, reason } => format!("投诉成立：{reason}"),
            trading::ComplaintState::Decided { reason, .. } => format!("驳回：{reason}"),
        };
        (one.text.clone(), word)
    };
    Ok(Doing {
        room: has_bid || tendering,
        own: None,
        questions: tendering.then(|| area("text", "您的问题")),
        objection: stage.map_or_else(Vec::new, |_| vec![area("objection_text", "对什么有异议，依据是什么")]),
        complaint,
        complaints: complaints.iter().map(word).collect(),
    })
}

/// A company asks.
pub(super) async fn ask(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let code = super::code(&text)?;
    let command = Command::Ask { text: sent.get("text").unwrap_or_default().to_owned() };
    done(&house, &visitor, code, command, &sent).await
}

/// A company objects, to what can be objected to now.
pub(super) async fn object(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let code = super::code(&text)?;
    let lot = house.ask(|read| query::public(read, &code))?;
    let stage = match lot.state {
        LotState::Tendering => Stage::Documents,
        LotState::Opening { .. } => Stage::Opening,
        _ => Stage::Result,
    };
    let text = sent.get("objection_text").unwrap_or_default().to_owned();
    done(&house, &visitor, code, Command::Object { stage, text }, &sent).await
}

async fn done(
    house: &Arc<House>,
    visitor: &Visitor,
    code: LotCode,
    command: Command,
    sent: &Fields,
) -> Result<Response, Fault> {
    let actor = visitor.citizen()?.0.actor.clone();
    let is_objection = matches!(command, Command::Object { .. });
    match house.db.write_async(move |tx| trading::handle(tx, &actor, &code, &command)).await {
        Ok(_) => Ok(redirect(&format!("/trade/{code}#said"))),
        Err(failure) => {
            let mut wrongs = super::wrongs(failure)?;
            // Both forms have a text; the page tells them apart.
            wrongs.iter_mut().filter(|_| is_objection).for_each(|wrong| wrong.key = "objection_text".to_owned());
            shown(house, visitor, code, sent, wrongs)
        }
    }
}

/// A company complains to the supervision department.
pub(super) async fn complain(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(text): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let code = super::code(&text)?;
    let actor = visitor.citizen()?.0.actor.clone();
    let objection = sent.get("objection").and_then(|place| place.parse().ok()).unwrap_or(usize::MAX);
    let words = sent.get("complaint").unwrap_or_default().to_owned();
    match house.db.write_async(move |tx| trading::complain(tx, &actor, &code, objection, &words)).await {
        Ok(_) => Ok(redirect(&format!("/trade/{code}#complaints"))),
        Err(failure) => {
            let mut wrongs = super::wrongs(failure)?;
            wrongs.iter_mut().for_each(|wrong| wrong.key = "complaint".to_owned());
            shown(&house, &visitor, code, &sent, wrongs)
        }
    }
}
