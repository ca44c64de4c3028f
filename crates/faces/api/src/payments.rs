//! Paying: the bill of a case, beginning to pay it, taking it in at a counter, and the notices of payment channels.

use crate::{
    Refusal, Result,
    bearer::Caller,
    body::Body,
    parameters,
    problem::{BodyErrors, CommandErrors, Errors, SignedErrors},
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::PaymentCode;
use payment::{Bill, Channel, Command, ORDER_LASTS, Way, query};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use utoipa::ToSchema;
use web::{Client, Fault, House};

/// What is owed for a case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "code": "32010226000000000014", "title": "居民身份证换领", "state": "due", "state_text": "待缴", "amount_fen": 2000, "amount": "20.00",
    "charge": "居民身份证工本费", "basis": "发改价格〔2003〕2322号", "standard": "20元/证", "pay_by": "2026-12-26", "online": true,
    "channel": null, "link": null, "paid_fen": 0, "refunded_fen": 0, "receipt": null, "simulated": false
}))]
pub struct BillView {
    /// Payment code (缴款识别码), 20 digits.
    pub code: String,
    /// What it is for.
    pub title: String,
    /// assessing, due, overdue, paying, paid, settled, exempted or void.
    pub state: &'static str,
    /// The state in words.
    pub state_text: &'static str,
    /// What is to be paid, in fen.
    pub amount_fen: i64,
    /// The same in yuan.
    pub amount: String,
    /// Name of the charge.
    pub charge: String,
    /// The document it rests on.
    pub basis: String,
    /// The published standard.
    pub standard: String,
    /// Last day to pay.
    pub pay_by: String,
    /// Whether it may be paid online.
    pub online: bool,
    /// The channel that it is being, or was, paid by.
    pub channel: Option<&'static str>,
    /// Where the payer goes: text of the QR code, or the link.
    pub link: Option<String>,
    /// What was paid, in fen.
    pub paid_fen: i64,
    /// What went back, in fen.
    pub refunded_fen: i64,
    /// Number of the fiscal receipt, 18 digits.
    pub receipt: Option<String>,
    /// Paid through a simulator: no money moved.
    pub simulated: bool,
}

impl BillView {
    fn of(bill: &Bill) -> Self {
        let open = bill.open_order();
        let channel = open.map(|order| order.channel).or(bill.payment.as_ref().map(|payment| payment.channel));
        Self {
            code: bill.code.to_string(),
            title: bill.title.clone(),
            state: bill.stage().name(),
            state_text: bill.stage().word(),
            amount_fen: bill.payable().0,
            amount: bill.payable().to_string(),
            charge: bill.tariff.name.clone(),
            basis: bill.tariff.basis.clone(),
            standard: bill.tariff.standard.clone(),
            pay_by: bill.pay_by.to_string(),
            online: bill.tariff.online,
            channel: channel.map(Channel::name),
            link: open.and_then(|order| order.link.clone()),
            paid_fen: bill.payment.as_ref().map_or(0, |payment| payment.amount.0),
            refunded_fen: bill.refunded().0,
            receipt: bill.receipt.as_ref().map(|receipt| receipt.number.to_string()),
            simulated: bill.payment.as_ref().is_some_and(|payment| payment.simulated),
        }
    }
}

/// How to pay.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({"way": "scan"}))]
pub struct OrderBody {
    /// scan (a code to scan, the default) or phone (a link for a phone's browser).
    pub way: Option<String>,
}

/// Money taken in at a counter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"flow": "B20261126-000017", "amount_fen": 2000}))]
pub struct TakeInBody {
    /// The counter's number for it; the same number happens once.
    pub flow: String,
    /// How much, in fen; exactly what is due.
    pub amount_fen: i64,
}

/// What a case costs, and whether that is paid. A case without a fee has none.
#[utoipa::path(get, path = "/api/v1/cases/{number}/bill", tag = "payments", operation_id = "getCaseBill", security(("bearer" = [])),
    params(("number" = String, Path, description = "办件编号，22 位")),
    responses((status = 200, description = "缴款单", body = BillView), SignedErrors, Errors))]
pub async fn of_case(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Json<BillView>> {
    let number = parameters::case_number(&number)?;
    let actor = caller.session.actor;
    let case = house.ask(|read| casework::query::case_for(read, &actor, &number))?;
    let bill = house.read(|read| query::bill_of_subject(read, &actor, &case.stream()))?;
    let bill = bill.ok_or_else(|| Fault::refused(&payment::Refusal::NotFound))?;
    Ok(Json(BillView::of(&bill)))
}

/// One bill, for who owes it and for staff of the department that collects it.
#[utoipa::path(get, path = "/api/v1/bills/{bill}", tag = "payments", operation_id = "getBill", security(("bearer" = [])),
    params(("bill" = String, Path, description = "缴款识别码，20 位")),
    responses((status = 200, description = "缴款单", body = BillView), SignedErrors, Errors))]
pub async fn one(State(house): State<Arc<House>>, caller: Caller, Path(bill): Path<String>) -> Result<Json<BillView>> {
    let (actor, code) = (caller.session.actor, code(&bill)?);
    let bill = house.ask(|read| query::bill_for(read, &actor, &code))?;
    Ok(Json(BillView::of(&bill)))
}

/// A wrong code names no bill, so it is answered like a stranger's.
fn code(text: &str) -> Result<PaymentCode> {
    text.parse().map_err(|_| Fault::refused(&payment::Refusal::NotFound))
}

/// Begins to pay by the online channel. The link comes once the channel has answered: ask for the bill again until it is there.
#[utoipa::path(post, path = "/api/v1/bills/{bill}/order", tag = "payments", operation_id = "orderBill", security(("bearer" = [])),
    params(("bill" = String, Path, description = "缴款识别码，20 位")), request_body = OrderBody,
    responses((status = 200, description = "缴款单，已锁定到这次缴费", body = BillView), CommandErrors, SignedErrors, BodyErrors, Errors))]
pub async fn order(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path(bill): Path<String>,
    Client(client): Client,
    body: Body<OrderBody>,
) -> Result<Json<BillView>> {
    let (actor, code) = (caller.session.actor, code(&bill)?);
    if house.config.gateways.get(Channel::Wechat).is_none() {
        return Err(Fault::refused(&payment::Refusal::NoChannel));
    }
    let way = match body.value.way.as_deref() {
        None | Some("scan") => Way::Scan,
        Some("phone") => Way::Phone,
        Some(_) => {
            let reason = "须为 scan 或 phone".to_owned();
            return Err(Refusal::WrongValue { pointer: "/way".to_owned(), reason }.into());
        }
    };
    let lasts = ORDER_LASTS * house.db.time().rate();
    let client = match (client, actor.party()) {
        (Some(client), Some(party)) => Some(house.db.seal(&party, &client.to_string())?),
        _ => None,
    };
    let command = Command::Order { channel: Channel::Wechat, way, lasts, client };
    let bill = house.write(move |tx| payment::handle(tx, &actor, &code, &command)).await?;
    Ok(Json(BillView::of(&bill)))
}

/// Money taken in at the counter of a collecting bank or a hall, by its staff. The same flow number happens once.
#[utoipa::path(post, path = "/api/v1/bills/{bill}/take-in", tag = "payments", operation_id = "takeInBill", security(("bearer" = [])),
    params(("bill" = String, Path, description = "缴款识别码，20 位")), request_body = TakeInBody,
    responses((status = 200, description = "缴款单，已缴", body = BillView), CommandErrors, SignedErrors, BodyErrors, Errors))]
pub async fn take_in(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path(bill): Path<String>,
    body: Body<TakeInBody>,
) -> Result<Json<BillView>> {
    let (actor, code) = (caller.session.actor, code(&bill)?);
    let TakeInBody { flow, amount_fen } = body.value;
    let command = Command::TakeIn { flow, amount: kernel::Fen(amount_fen) };
    let bill = house.write(move |tx| payment::handle(tx, &actor, &code, &command)).await?;
    Ok(Json(BillView::of(&bill)))
}

/// Where WeChat Pay sends its notices. Verified over the raw bytes; 204 once what it says is durable, else the channel sends it again.
pub async fn notice(State(house): State<Arc<House>>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(gateway) = house.config.gateways.get(Channel::Wechat) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    // Channels live by the real clock, however fast the house's own runs.
    let told = match gateway.notice(&header, &body, kernel::Timestamp::now()) {
        Ok(told) => told,
        Err(bad) => {
            tracing::warn!(reason = bad.words(), "a payment notice was not believed");
            let status = if bad.is_forged() { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
            return fail(status, bad.words());
        }
    };
    match house.db.write_async(move |tx| payment::told(tx, &told)).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(store::Failure::Refused(refusal)) => {
            tracing::error!(%refusal, "a payment notice was refused");
            fail(StatusCode::CONFLICT, &refusal.to_string())
        }
        Err(store::Failure::Broken(error)) => {
            tracing::error!(%error, "a payment notice was not kept");
            fail(StatusCode::SERVICE_UNAVAILABLE, "暂时不能处理，请稍后重发")
        }
    }
}

fn fail(status: StatusCode, words: &str) -> Response {
    let body = json!({"code": "FAIL", "message": words}).to_string();
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
