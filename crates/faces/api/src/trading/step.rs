//! Commands: planning a project, each step of a lot, the sealed envelope.

use super::view::{BidView, LotView, code};
use crate::{
    Refusal, Result,
    bearer::Caller,
    body::Body,
    files,
    problem::{BodyErrors, CommandErrors, Errors, SignedErrors},
};
use ::trading::{Command, Fresh, Ground, Mark, NewLot, Notice, Plan, Rounds, Sheet, Stage, query};
use axum::{
    Json,
    extract::{Path, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{Fen, Timestamp};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc};
use tokio::task::spawn_blocking;
use utoipa::ToSchema;
use web::{Fault, House};

/// A project with its lots.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "示例道路改造工程", "procedure": "works-open", "region": "320100000000",
    "lots": [{"name": "一标段", "estimate_fen": 500000000}]}))]
pub struct PlanBody {
    /// The project's name.
    pub name: String,
    /// The code of a procedure: works-open, procurement-open, land-listing, mining-listing, property-transfer or asset-transfer.
    pub procedure: String,
    /// The region whose trading centre hosts, 12 digits.
    pub region: String,
    /// The lots.
    pub lots: Vec<NewLotBody>,
}

/// A lot to be planned.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "一标段", "estimate_fen": 500000000}))]
pub struct NewLotBody {
    /// Its name.
    pub name: String,
    /// The estimate, in fen.
    pub estimate_fen: i64,
}

/// The words of a step; which are needed depends on the step.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "请问图纸第 3 张的比例尺是多少？"}))]
pub struct LotStepBody {
    /// notify, ask, clarify, object, answer: the words.
    pub text: Option<String>,
    /// send-back, award to the next candidate: why.
    pub reason: Option<String>,
    /// notify: last day on which the documents are to be had.
    pub documents_until: Option<String>,
    /// notify, clarify: the deadline (RFC 3339).
    pub deadline: Option<String>,
    /// notify: the deposit, in fen.
    pub deposit_fen: Option<i64>,
    /// notify: how many experts.
    pub seats: Option<u32>,
    /// notify: what experts must be able to judge.
    pub specialty: Option<String>,
    /// object: documents, opening or result.
    pub stage: Option<String>,
    /// answer: which objection, from 0.
    pub objection: Option<usize>,
    /// key: the opening key, `TB1.…`.
    pub key: Option<String>,
    /// score: the marks by bid.
    pub marks: Option<BTreeMap<String, MarkBody>>,
    /// quote, sign, settle: the amount, in fen.
    pub amount_fen: Option<i64>,
    /// settle: the bank's flow number.
    pub flow: Option<String>,
    /// notify, where quotes find the winner: what it says of them.
    pub rounds: Option<RoundsBody>,
}

/// What a notice says of quotes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"start_fen": 8000000000i64, "step_fen": 50000000, "begins": "2026-12-21T01:00:00Z", "ends": "2027-01-04T07:00:00Z"}))]
pub struct RoundsBody {
    /// The least first price, in fen.
    pub start_fen: i64,
    /// By how much each quote is higher at least, in fen.
    pub step_fen: i64,
    /// When quotes begin (RFC 3339).
    pub begins: String,
    /// When they end, if the last minutes are quiet (RFC 3339).
    pub ends: String,
    /// The price below which nothing is sold, in fen; kept sealed.
    pub reserve_fen: Option<i64>,
    /// Who allowed a start below the valuation, and by which paper.
    pub approval: Option<String>,
}

/// What an expert says of a bid: points by criterion in tenths, or a ground of rejection and a reason.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"points": {"design": 250, "record": 160}}))]
pub struct MarkBody {
    /// Points by criterion, tenths.
    pub points: Option<BTreeMap<String, u32>>,
    /// unsigned, unqualified, alternative, price, not-responsive or collusion.
    pub ground: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// Plan a project, for the organisation that the session acts for.
#[utoipa::path(post, path = "/api/v1/lots", tag = "trading", operation_id = "planLots", security(("bearer" = [])),
    request_body = PlanBody,
    responses((status = 201, description = "标段编号", body = Vec<String>), SignedErrors, BodyErrors, Errors))]
pub async fn plan(State(house): State<Arc<House>>, caller: Caller, body: Body<PlanBody>) -> Result<Response> {
    let asked = body.value;
    let plan = Plan {
        name: asked.name,
        procedure: asked.procedure,
        region: crate::parameters::region("region", &asked.region)?,
        lots: asked.lots.into_iter().map(|lot| NewLot { name: lot.name, estimate: Fen(lot.estimate_fen) }).collect(),
    };
    let actor = caller.session.actor;
    let codes = house.write(move |tx| ::trading::plan(tx, &actor, &plan)).await?;
    let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
    Ok((StatusCode::CREATED, Json(codes)).into_response())
}

/// One step of a lot.
///
/// `step`: notify, publish, send-back, ask, clarify, object, answer, join, withdraw, open, key, close-opening, draw, score, report,
/// publish-candidates, award, sign, return-deposits; where quotes find the winner also quote, give-up and settle.
#[utoipa::path(post, path = "/api/v1/lots/{lot}/{step}", tag = "trading", operation_id = "handleLot", security(("bearer" = [])),
    params(("lot" = String, Path, description = "标段编号"), ("step" = String, Path, description = "哪一步")),
    request_body = LotStepBody,
    responses((status = 200, description = "办完以后的标段", body = LotView), SignedErrors, BodyErrors, CommandErrors, Errors))]
pub async fn handle(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path((text, step)): Path<(String, String)>,
    body: Body<LotStepBody>,
) -> Result<Json<LotView>> {
    let (code, actor, asked) = (code(&text)?, caller.session.actor, body.value);
    // Who may know of the lot at all is asked first.
    house.ask(|read| query::lot_for(read, &actor, &code))?;
    let (by, words) = (actor.clone(), asked.reason.clone().unwrap_or_default());
    match step.as_str() {
        "publish" => {
            let fresh = Fresh::make()?;
            house.write(move |tx| ::trading::publish(tx, &by, &code, &fresh)).await?;
        }
        "join" => drop(house.write(move |tx| ::trading::join(tx, &by, &code)).await?),
        "withdraw" => drop(house.write(move |tx| ::trading::withdraw(tx, &by, &code)).await?),
        "draw" => drop(house.write(move |tx| ::trading::draw_panel(tx, &by, &code)).await?),
        "return-deposits" => drop(house.write(move |tx| ::trading::return_deposits(tx, &by, &code)).await?),
        "key" => {
            let key = asked.key.as_deref().unwrap_or_default().parse();
            let key = key.map_err(|flaw| Fault::refused(&::trading::Refusal::Envelope(flaw)))?;
            let (db, opener) = (house.db.clone(), by.clone());
            let unsealed = spawn_blocking(move || ::trading::unseal(&db, &opener, &code, &key)).await;
            let unsealed = unsealed.map_err(|error| Fault::broken(error.to_string()))??;
            house.write(move |tx| ::trading::give_key(tx, &by, &code, &unsealed)).await?;
        }
        _ => {
            let command = command(&step, asked, words)?;
            let command = match command {
                Command::Score { sheet, .. } => {
                    let seat = house.read(|read| query::seat(read, &actor, &code))?.unwrap_or_default();
                    Command::Score { seat, sheet }
                }
                other => other,
            };
            house.write(move |tx| ::trading::handle(tx, &by, &code, &command)).await?;
        }
    }
    let lot = house.ask(|read| match query::inside(read, &actor, &code) {
        Ok(lot) => Ok(lot),
        Err(_) => query::public(read, &code),
    })?;
    Ok(Json(LotView::of(&lot)))
}

/// The command of a step with its words.
fn command(step: &str, asked: LotStepBody, reason: String) -> Result<Command> {
    let text = asked.text.unwrap_or_default();
    let deadline = asked.deadline.as_deref().map(|text| parsed::<Timestamp>("deadline", text)).transpose()?;
    let amount = Fen(asked.amount_fen.unwrap_or_default());
    Ok(match step {
        "notify" => Command::Notify {
            reserve: asked.rounds.as_ref().and_then(|rounds| rounds.reserve_fen).map(Fen),
            notice: Notice {
                rounds: asked.rounds.map(rounds).transpose()?,
                text,
                documents_until: parsed("documents_until", asked.documents_until.as_deref().unwrap_or_default())?,
                deadline: deadline.ok_or_else(|| missing("deadline"))?,
                deposit: Fen(asked.deposit_fen.unwrap_or_default()),
                seats: asked.seats.unwrap_or(5),
                specialty: asked.specialty.unwrap_or_default(),
            },
        },
        "send-back" => Command::SendBack { reason },
        "ask" => Command::Ask { text },
        "clarify" => Command::Clarify { text, deadline },
        "object" => {
            let stage = match asked.stage.as_deref() {
                Some("documents") => Stage::Documents,
                Some("opening") => Stage::Opening,
                Some("result") => Stage::Result,
                _ => return Err(missing("stage").into()),
            };
            Command::Object { stage, text }
        }
        "answer" => Command::Answer { objection: asked.objection.ok_or_else(|| missing("objection"))?, text },
        "open" => Command::Open,
        "close-opening" => Command::CloseOpening,
        "score" => Command::Score { seat: 0, sheet: sheet(asked.marks.unwrap_or_default())? },
        "report" => Command::Report,
        "publish-candidates" => Command::PublishCandidates,
        "award" => Command::Award { reason: Some(reason).filter(|reason| !reason.is_empty()) },
        "sign" => Command::Sign { amount },
        "quote" => Command::Quote { price: amount },
        "give-up" => Command::GiveUp,
        "settle" => Command::Settle { flow: asked.flow.unwrap_or_default(), amount },
        _ => return Err(Refusal::NotFound.into()),
    })
}

fn rounds(body: RoundsBody) -> Result<Rounds> {
    Ok(Rounds {
        start: Fen(body.start_fen),
        step: Fen(body.step_fen),
        begins: parsed("begins", &body.begins)?,
        ends: parsed("ends", &body.ends)?,
        reserve: None,
        approval: body.approval,
    })
}

fn missing(name: &'static str) -> Refusal {
    Refusal::Parameter { name, reason: "没有填，或者不是规定的写法".to_owned() }
}

fn parsed<T: std::str::FromStr>(name: &'static str, text: &str) -> Result<T> {
    text.parse().map_err(|_| missing(name).into())
}

fn sheet(marks: BTreeMap<String, MarkBody>) -> Result<Sheet> {
    let mut sheet = Sheet::default();
    for (bid, mark) in marks {
        let mark = match (mark.points, mark.ground) {
            (Some(points), None) => Mark::Points(points),
            (None, Some(ground)) => Mark::Reject {
                ground: Ground::from_name(&ground).ok_or_else(|| missing("ground"))?,
                reason: mark.reason.unwrap_or_default(),
            },
            _ => return Err(missing("marks").into()),
        };
        sheet.marks.insert(parsed("marks", &bid)?, mark);
    }
    Ok(sheet)
}

/// Hand in the sealed envelope that `tongban bid seal` or the page made: the raw body. Nothing of it is opened.
#[utoipa::path(post, path = "/api/v1/lots/{lot}/bid", tag = "trading", operation_id = "submitBid", security(("bearer" = [])),
    params(("lot" = String, Path, description = "标段编号")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "加密投标文件 .tbbid", example = json!("TBBID1…")),
    responses((status = 201, description = "已收到", body = BidView), SignedErrors, BodyErrors, CommandErrors, Errors))]
pub async fn bid(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path(text): Path<String>,
    request: Request,
) -> Result<Response> {
    let bytes = files::whole(request.into_body(), house.config.file_bytes_max).await?;
    let code = code(&text)?;
    let (db, actor) = (house.db.clone(), caller.session.actor);
    let prepared = spawn_blocking(move || ::trading::prepare(&db, &code, &bytes)).await;
    let prepared = prepared.map_err(|error| Fault::broken(error.to_string()))??;
    let bid = house.write(move |tx| ::trading::submit(tx, &actor, &prepared)).await?;
    Ok((StatusCode::CREATED, Json(BidView::of(&bid))).into_response())
}

/// What the own company has with a lot.
#[utoipa::path(get, path = "/api/v1/lots/{lot}/bid", tag = "trading", operation_id = "getOwnBid", security(("bearer" = [])),
    params(("lot" = String, Path, description = "标段编号")),
    responses((status = 200, description = "本单位的投标", body = BidView), SignedErrors, Errors))]
pub async fn own(State(house): State<Arc<House>>, caller: Caller, Path(text): Path<String>) -> Result<Json<BidView>> {
    let code = code(&text)?;
    let bid = house.read(|read| query::own_bid(read, &caller.session.actor, &code))?;
    let bid = bid.ok_or_else(|| Fault::refused(&::trading::Refusal::NotFound))?;
    Ok(Json(BidView::of(&bid)))
}
