//! What is seen of lots.

use crate::{Result, cursor, link_next, parameters, parameters::Params, problem::Errors};
use ::trading::{Bid, Family, Lot, LotCode, OpenBid, Quote, Refusal, query};
use axum::{
    Json,
    extract::{OriginalUri, Path, State},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use web::{Fault, House};

/// A lot (标段、采购包) as everybody may see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct LotView {
    /// Its code.
    pub code: String,
    /// Its project.
    pub project: String,
    /// The project's name.
    pub project_name: String,
    /// Its own name.
    pub name: String,
    /// The procedure.
    pub procedure: String,
    /// planned, checking, returned, tendering, opening, assessing, assessed, publicised, awarded, contracted or failed.
    pub state: &'static str,
    /// The tenderer.
    pub tenderer: String,
    /// The estimate, in fen.
    pub estimate_fen: i64,
    /// Until when bids come (RFC 3339); they are opened then.
    pub deadline: Option<String>,
    /// Last day on which the documents are to be had.
    pub documents_until: Option<String>,
    /// The deposit, in fen.
    pub deposit_fen: Option<i64>,
    /// The public point for sealing bids, hex.
    pub point: Option<String>,
    /// To what the house committed for the draw of experts.
    pub commitment: Option<String>,
    /// Bids, once they are open.
    pub bids: Vec<OpenBidView>,
    /// Candidates in their order, once they are public.
    pub candidates: Vec<String>,
    /// The bid that was awarded.
    pub winner: Option<String>,
    /// It was brought in from another system.
    pub brought: bool,
    /// Where quotes find the winner: how they stand.
    pub rounds: Option<RoundsView>,
}

/// How quotes stand. Bidders are numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoundsView {
    /// The least first price, in fen.
    pub start_fen: i64,
    /// By how much each quote is higher at least, in fen.
    pub step_fen: i64,
    /// When quotes begin (RFC 3339).
    pub begins: String,
    /// When they end, as it stands (RFC 3339).
    pub ends: String,
    /// Whether there is a sealed reserve.
    pub has_reserve: bool,
    /// The least price of the next quote, in fen.
    pub next_fen: Option<i64>,
    /// The quotes, oldest first.
    pub quotes: Vec<QuoteView>,
    /// What of the price was paid, in fen.
    pub settled_fen: i64,
}

/// A quote.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuoteView {
    /// The bidder's number.
    pub bidder: usize,
    /// The price, in fen.
    pub price_fen: i64,
    /// When (RFC 3339).
    pub at: String,
}

impl RoundsView {
    fn of(lot: &Lot) -> Option<Self> {
        let rounds = lot.rounds()?;
        let quote =
            |(quote, bidder): (&Quote, usize)| QuoteView { bidder, price_fen: quote.price.0, at: quote.at.to_string() };
        Some(Self {
            start_fen: rounds.start.0,
            step_fen: rounds.step.0,
            begins: rounds.begins.to_string(),
            ends: lot.ends.unwrap_or(rounds.ends).to_string(),
            has_reserve: rounds.reserve.is_some(),
            next_fen: lot.next_price().map(|price| price.0),
            quotes: lot.quotes.iter().zip(lot.numbers()).map(quote).collect(),
            settled_fen: lot.settled_sum().0,
        })
    }
}

/// A bid as the opening showed it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenBidView {
    /// Its id.
    pub id: String,
    /// The company.
    pub name: String,
    /// Its credit code.
    pub code: String,
    /// The price, in fen.
    pub price_fen: i64,
    /// The days.
    pub days: u32,
    /// Digest of the file.
    pub digest: String,
}

impl OpenBidView {
    fn of(bid: &OpenBid) -> Self {
        Self {
            id: bid.bid.to_string(),
            name: bid.name.clone(),
            code: bid.code.to_string(),
            price_fen: bid.price.0,
            days: bid.days,
            digest: bid.digest.to_string(),
        }
    }
}

impl LotView {
    /// A lot that was asked for as everybody, or as its tenderer and centre see it.
    pub fn of(lot: &Lot) -> Self {
        let notice = lot.notice.as_ref();
        Self {
            code: lot.code.to_string(),
            project: lot.project.to_string(),
            project_name: lot.project_name.clone(),
            name: lot.name.clone(),
            procedure: lot.procedure.clone(),
            state: lot.state.name(),
            tenderer: lot.tenderer_name.clone(),
            estimate_fen: lot.estimate.0,
            deadline: notice.map(|notice| notice.deadline.to_string()),
            documents_until: notice.map(|notice| notice.documents_until.to_string()),
            deposit_fen: notice.map(|notice| notice.deposit.0),
            point: lot.point.clone(),
            commitment: lot.commitment.map(|digest| digest.to_string()),
            bids: lot.bids.iter().map(OpenBidView::of).collect(),
            candidates: lot.ranking.iter().map(|ranked| ranked.bid.to_string()).collect(),
            winner: lot.winner().map(|bid| bid.bid.to_string()),
            brought: lot.brought,
            rounds: RoundsView::of(lot),
        }
    }
}

/// What the own company has with a lot.
#[derive(Debug, Serialize, ToSchema)]
pub struct BidView {
    /// Its id.
    pub id: String,
    /// joined, received, withdrawn or opened.
    pub state: &'static str,
    /// The sub-account for the deposit.
    pub account: String,
    /// What was paid in, in fen.
    pub paid_fen: i64,
    /// What went back, in fen.
    pub returned_fen: i64,
    /// Digest of the sealed envelope.
    pub envelope: Option<String>,
}

impl BidView {
    /// Of the own bid.
    pub fn of(bid: &Bid) -> Self {
        Self {
            id: bid.id.to_string(),
            state: bid.state.name(),
            account: bid.account.clone(),
            paid_fen: bid.deposit.sum().0,
            returned_fen: bid.deposit.returned.0,
            envelope: bid.envelope().map(|envelope| envelope.digest.to_string()),
        }
    }
}

/// A page of lots.
#[derive(Debug, Serialize, ToSchema)]
pub struct LotList {
    /// The lots, latest first.
    pub lots: Vec<LotView>,
    /// Cursor of the next page, if there is one.
    pub next: Option<String>,
}

/// Which lots.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LotQuery {
    /// works, procurement, land or property.
    pub family: Option<String>,
    /// tendering, opening, assessing, publicised, awarded, contracted or failed.
    pub stage: Option<String>,
    /// How many, at most 100; 20 by default.
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// The code of a lot in an address.
pub fn code(text: &str) -> std::result::Result<LotCode, Fault> {
    text.parse().map_err(|_| Fault::refused(&Refusal::NotFound))
}

/// Published lots.
#[utoipa::path(get, path = "/api/v1/lots", tag = "trading", operation_id = "listLots", params(LotQuery),
    responses((status = 200, description = "标段", body = LotList, headers(("Link" = String, description = "下一页的地址"))), Errors))]
pub async fn list(
    State(house): State<Arc<House>>,
    OriginalUri(uri): OriginalUri,
    Params(asked): Params<LotQuery>,
) -> Result<Response> {
    let limit = parameters::limit(asked.limit)? as usize;
    let family = asked.family.as_deref().and_then(Family::from_name);
    let question = format!("lots {family:?} {:?}", asked.stage);
    let vault = house.read(|read| Ok(store::Read::vault(read)))?;
    let place = asked.cursor.map(|text| cursor::open(&vault, &question, &text)).transpose()?;
    let page = house.read(|read| query::lots(read, family, asked.stage.as_deref(), limit, place.as_deref()))?;
    let next = page.next.map(|place| cursor::sign(&vault, &question, &place));
    let link = next.as_ref().map(|next| link_next(&uri, next));
    let lots = page.lines.iter().map(LotView::of).collect();
    Ok((link, Json(LotList { lots, next })).into_response())
}

/// One published lot.
#[utoipa::path(get, path = "/api/v1/lots/{lot}", tag = "trading", operation_id = "getLot",
    params(("lot" = String, Path, description = "标段编号（统一交易标识码）")),
    responses((status = 200, description = "标段", body = LotView), Errors))]
pub async fn one(State(house): State<Arc<House>>, Path(text): Path<String>) -> Result<Json<LotView>> {
    let code = code(&text)?;
    let lot = house.ask(|read| query::public(read, &code))?;
    Ok(Json(LotView::of(&lot)))
}

/// What proves the draw of the experts, once the result is public: anybody can reckon it again.
#[utoipa::path(get, path = "/api/v1/lots/{lot}/proof", tag = "trading", operation_id = "getDraw",
    params(("lot" = String, Path, description = "标段编号（统一交易标识码）")),
    responses((status = 200, description = "抽取专家的种子、专家库、回避单位和结果", body = Object), Errors))]
pub async fn draw(State(house): State<Arc<House>>, Path(text): Path<String>) -> Result<Json<Value>> {
    let code = code(&text)?;
    let proof = house.ask(|read| query::proof(read, &code))?;
    Ok(Json(serde_json::to_value(&proof).map_err(store::Error::from)?))
}
