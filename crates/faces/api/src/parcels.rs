//! Parcels of a case, and the doors through which couriers push what happened to them.

use crate::{
    Result,
    bearer::Caller,
    parameters,
    problem::{Errors, SignedErrors},
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use casework::query as cases;
use delivery::{Couriers, Direction, Parcel, Payer, port::Push, query};
use serde::Serialize;
use std::sync::Arc;
use store::{Error, Failure, Read};
use utoipa::ToSchema;
use web::House;

/// A parcel of a case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "018f22e279b07cc298c4dc0c0c07398f", "direction": "deliver", "state": "in-transit", "since": "2026-11-24T02:15:00Z",
    "courier": "ems", "number": "1130000000012", "payer": "office", "heard_at": "2026-11-24T02:15:00Z", "silent": false,
    "holder": "courier", "contents": [{"name": "公共场所卫生许可证", "kind": "result", "count": 1}],
    "traces": [{"at": "2026-11-24T02:15:00Z", "code": "305", "state": "in-transit", "place": "南京市", "remark": "离开南京中心"}]
}))]
pub struct ParcelView {
    /// Its id.
    pub id: String,
    /// `collect`: originals from the applicant; `deliver`: the result.
    pub direction: &'static str,
    /// created, picked-up, in-transit, out-for-delivery, delivered, not-delivered, returned, lost or cancelled.
    pub state: &'static str,
    /// Since when, by the courier's time (RFC 3339).
    pub since: String,
    /// The courier.
    pub courier: String,
    /// Its waybill number, once there is one.
    pub number: Option<String>,
    /// `office` or `applicant`.
    pub payer: &'static str,
    /// When the last news came.
    pub heard_at: String,
    /// Whether the courier has been silent for longer than is usual.
    pub silent: bool,
    /// In whose hands the papers are: citizen, office, courier or archive.
    pub holder: &'static str,
    /// What is inside.
    pub contents: Vec<ContentView>,
    /// What the courier told, by its own time. Words only for the applicant and for staff of the department.
    pub traces: Vec<TraceView>,
}

/// Something inside a parcel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"name": "公共场所卫生许可证", "kind": "result", "count": 1}))]
pub struct ContentView {
    /// Its name.
    pub name: String,
    /// original, copy or result.
    pub kind: &'static str,
    /// How many.
    pub count: u32,
}

/// One report of the courier's.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"at": "2026-11-24T02:15:00Z", "code": "305", "state": "in-transit", "place": "南京市", "remark": "离开南京中心"}))]
pub struct TraceView {
    /// When, by the courier.
    pub at: String,
    /// The courier's code.
    pub code: String,
    /// The state that it means; null if nobody knows the code.
    pub state: Option<&'static str>,
    /// Where.
    pub place: String,
    /// What.
    pub remark: String,
}

/// Parcels of a case, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"parcels": []}))]
pub struct ParcelList {
    /// The parcels.
    pub parcels: Vec<ParcelView>,
}

impl ParcelView {
    fn of(read: &mut dyn Read, parcel: &Parcel) -> std::result::Result<ParcelView, Error> {
        let mut told: Vec<&delivery::Trace> = parcel.traces.iter().collect();
        told.sort_by_key(|trace| trace.at);
        let mut traces = Vec::with_capacity(told.len());
        for trace in told {
            let words = match query::words(read, &parcel.party, trace) {
                Err(Error::Erased) => delivery::port::Words::default(),
                other => other?,
            };
            traces.push(TraceView {
                at: trace.at.to_string(),
                code: trace.code.clone(),
                state: trace.meaning.map(|meaning| meaning.state().name()),
                place: words.place,
                remark: words.remark,
            });
        }
        let contents = parcel.contents.iter().map(|content| ContentView {
            name: content.name.clone(),
            kind: content.kind.name(),
            count: content.count,
        });
        Ok(ParcelView {
            id: parcel.id.to_string(),
            direction: if parcel.direction == Direction::Collect { "collect" } else { "deliver" },
            state: parcel.state.name(),
            since: parcel.since.to_string(),
            courier: parcel.courier.clone(),
            number: parcel.number().map(ToString::to_string),
            payer: if parcel.payer == Payer::Office { "office" } else { "applicant" },
            heard_at: parcel.heard.to_string(),
            silent: parcel.silent,
            holder: match delivery::rules::holder(parcel) {
                delivery::Holder::Citizen => "citizen",
                delivery::Holder::Office => "office",
                delivery::Holder::Courier => "courier",
                delivery::Holder::Archive => "archive",
            },
            contents: contents.collect(),
            traces,
        })
    }
}

/// The parcels of a case.
#[utoipa::path(get, path = "/api/v1/cases/{number}/parcels", tag = "cases", operation_id = "listCaseParcels", security(("bearer" = [])),
    params(("number" = String, Path, description = "办件编号，22 位")),
    responses((status = 200, description = "邮件", body = ParcelList), SignedErrors, Errors))]
pub async fn list(
    State(house): State<Arc<House>>,
    caller: Caller,
    Path(number): Path<String>,
) -> Result<Json<ParcelList>> {
    let number = parameters::case_number(&number)?;
    let actor = caller.session.actor;
    let parcels = house.ask(|read| {
        let case = cases::case_for(read, &actor, &number)?;
        let found = query::of(read, &case.stream())?;
        // Staff who review or decide see the case, and of its parcels no more than their own duty shows.
        let seen = found.iter().filter(|parcel| query::may_see(&actor, parcel));
        let views = seen.map(|parcel| ParcelView::of(read, parcel)).collect::<std::result::Result<Vec<_>, Error>>()?;
        Ok::<_, Failure<casework::Refusal>>(views)
    })?;
    Ok(Json(ParcelList { parcels }))
}

/// The doors of the couriers that are set up. What comes in is verified by the courier's own means before anything else, may come
/// twice or out of order, and is answered in the courier's own words.
pub fn pushes(couriers: Arc<Couriers>) -> Router<Arc<House>> {
    let (signed, by_word) = (Arc::clone(&couriers), couriers);
    Router::new()
        .route(
            "/api/v1/couriers/{courier}/push",
            post(move |State(house): State<Arc<House>>, Path(courier): Path<String>, body: Bytes| async move {
                taken(&house, &signed, &courier, "", &body).await
            }),
        )
        .route(
            "/api/v1/couriers/{courier}/push/{word}",
            post(
                move |State(house): State<Arc<House>>, Path((courier, word)): Path<(String, String)>, body: Bytes| async move {
                    taken(&house, &by_word, &courier, &word, &body).await
                },
            ),
        )
}

async fn taken(house: &House, couriers: &Couriers, code: &str, word: &str, body: &[u8]) -> Response {
    let Some(courier) = couriers.of(code) else { return StatusCode::NOT_FOUND.into_response() };
    let reports = match courier.push(&Push { word, body }) {
        Ok(reports) => reports,
        Err(bad) => {
            tracing::warn!(courier = code, reason = ?bad, "a push was not taken");
            let (kind, text) = courier.answer(Err(bad.words()));
            return said(StatusCode::OK, kind, text);
        }
    };
    let name = courier.code();
    match house.db.write_async(move |tx| delivery::report(tx, name, &reports)).await {
        Ok(_) => {
            let (kind, text) = courier.answer(Ok(()));
            said(StatusCode::OK, kind, text)
        }
        Err(failure) => {
            tracing::error!(courier = code, %failure, "a push could not be kept");
            let (kind, text) = courier.answer(Err("暂时不能保存，请重发"));
            said(StatusCode::SERVICE_UNAVAILABLE, kind, text)
        }
    }
}

fn said(status: StatusCode, kind: &'static str, text: String) -> Response {
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let fresh = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    (status, [kind, fresh], text).into_response()
}
