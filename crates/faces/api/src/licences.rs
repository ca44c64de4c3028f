//! Electronic licences: those a caller holds, the sealed PDF of each, and the public keys by which anybody can check one.

use crate::{
    Refusal, Result,
    bearer::Caller,
    cursor, link_next, parameters,
    parameters::Params,
    problem::{Errors, SignedErrors},
};
use axum::{
    Json,
    extract::{OriginalUri, Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use kernel::{Date, LicenceId};
use licences::{
    Filter, Licence,
    document::{self, Fonts, Paper},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::Read;
use tokio::task::spawn_blocking;
use utoipa::{IntoParams, ToSchema};
use web::{Fault, House};

/// A licence as its holder sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "1.2.156.3005.2.11320102MB0000000X001.11320102MB0000000X.2026000001.001.K", "name": "老年人公共交通优待卡", "status": "valid",
    "status_text": "有效", "number": "3201021802026000001", "holder": "陈样例", "issuer": "玄武区交通运输局",
    "issuer_code": "11320102MB0000000X", "issued_on": "2026-11-20", "valid_from": "2026-11-20", "valid_until": null, "fields": [],
    "case": "3201021802611200000017", "verify": "/verify/1.2.156.3005.2…", "pdf": "/api/v1/licences/1.2.156.3005.2…/pdf"
}))]
pub struct LicenceView {
    /// Licence identifier (GB/T 36904).
    pub id: String,
    /// Name of the licence.
    pub name: String,
    /// valid, not-yet, suspended, revoked, cancelled, expired or replaced.
    pub status: &'static str,
    /// The status in words.
    pub status_text: &'static str,
    /// The number printed on it.
    pub number: String,
    /// Name of the holder.
    pub holder: String,
    /// Issuing authority.
    pub issuer: String,
    /// Its unified social credit code.
    pub issuer_code: String,
    /// Day of issue.
    pub issued_on: String,
    /// First day.
    pub valid_from: String,
    /// Last day; null is without end.
    pub valid_until: Option<String>,
    /// What else it states.
    pub fields: Vec<FieldView>,
    /// The case that led to it.
    pub case: Option<String>,
    /// Where anybody can verify it.
    pub verify: String,
    /// Where its PDF is.
    pub pdf: String,
}

/// One statement of a licence.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldView {
    /// What.
    pub label: String,
    /// Its value.
    pub value: String,
}

/// A page of a list of licences.
#[derive(Debug, Serialize, ToSchema)]
pub struct LicenceList {
    /// The licences, newest first.
    pub licences: Vec<LicenceView>,
    /// Cursor of the next page, if there is one.
    pub next: Option<String>,
}

/// Which licences.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LicenceQuery {
    /// How many, at most 200; 20 by default.
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Licences of the party acted for.
#[utoipa::path(get, path = "/api/v1/licences", tag = "licences", operation_id = "listLicences", security(("bearer" = [])),
    params(LicenceQuery),
    responses((status = 200, description = "电子证照", body = LicenceList, headers(("Link" = String, description = "下一页的地址"))),
        SignedErrors, Errors))]
pub async fn list(
    State(house): State<Arc<House>>,
    caller: Caller,
    OriginalUri(uri): OriginalUri,
    Params(asked): Params<LicenceQuery>,
) -> Result<Response> {
    let limit = parameters::limit(asked.limit)? as usize;
    let actor = caller.session.actor;
    let holder = actor.party().ok_or(Refusal::WrongRole { want: "持证人" })?;
    let question = format!("licences {}", actor.label());
    let vault = house.read(|read| Ok(read.vault()))?;
    let place = asked.cursor.map(|text| cursor::open(&vault, &question, &text)).transpose()?;
    let before = place.map(|place| place.parse()).transpose().map_err(|_| Refusal::Cursor)?;
    let (found, today) = house.read(|read| {
        let today = kernel::local_date(read.now());
        Ok((licences::list(read, &holder, Filter::Everything, before.as_ref(), limit)?, today))
    })?;
    let last = found.last().filter(|_| found.len() == limit);
    let next = last.map(|licence| cursor::sign(&vault, &question, &licence.place.to_string()));
    let link = next.as_ref().map(|next| link_next(&uri, next));
    let licences = found.iter().map(|licence| view(licence, today)).collect();
    Ok((link, Json(LicenceList { licences, next })).into_response())
}

/// One licence, for its holder and for staff who handle cases for its issuer.
#[utoipa::path(get, path = "/api/v1/licences/{id}", tag = "licences", operation_id = "getLicence", security(("bearer" = [])),
    params(("id" = String, Path, description = "证照标识")),
    responses((status = 200, description = "电子证照", body = LicenceView), SignedErrors, Errors))]
pub async fn one(State(house): State<Arc<House>>, caller: Caller, Path(id): Path<String>) -> Result<Json<LicenceView>> {
    let licence = find(&house, &caller, &id)?;
    Ok(Json(view(&licence, house.db.today())))
}

/// The licence as a sealed PDF: it verifies by itself, without this system.
#[utoipa::path(get, path = "/api/v1/licences/{id}/pdf", tag = "licences", operation_id = "getLicencePdf", security(("bearer" = [])),
    params(("id" = String, Path, description = "证照标识")),
    responses((status = 200, description = "签章的 PDF", body = Vec<u8>, content_type = "application/pdf"), SignedErrors, Errors))]
pub async fn pdf(State(house): State<Arc<House>>, caller: Caller, Path(id): Path<String>) -> Result<Response> {
    let licence = find(&house, &caller, &id)?;
    let verify_url = house.address(&format!("/verify/{}", licence.id));
    let (signer, demo) = (Arc::clone(&house.signer), house.config.demo);
    let made = spawn_blocking(move || {
        let fonts = Fonts::find().ok_or_else(|| "no Noto CJK fonts are installed".to_owned())?;
        let paper = Paper { verify_url: &verify_url, demo };
        let pdf = document::pdf(&licence.content, &licence.seal, &paper, &fonts, signer.as_ref());
        pdf.map(|pdf| pdf.bytes).map_err(|error| error.to_string())
    });
    let bytes = made.await.map_err(|error| Fault::broken(error.to_string()))?.map_err(Fault::broken)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"licence.pdf\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, bytes).into_response())
}

fn find(house: &House, caller: &Caller, id: &str) -> Result<Licence> {
    let id: LicenceId = id.parse().map_err(|_| Refusal::NotFound)?;
    let actor = &caller.session.actor;
    let found = house.read(|read| licences::licence_for(read, actor, &id))?;
    Ok(found.ok_or(Refusal::NotFound)?)
}

fn view(licence: &Licence, today: Date) -> LicenceView {
    let content = &licence.content;
    let state = licence.state(today);
    LicenceView {
        id: licence.id.to_string(),
        name: content.name.clone(),
        status: state.as_str(),
        status_text: state.name(),
        number: content.number.clone(),
        holder: content.holder.name.clone(),
        issuer: content.issuer.name.clone(),
        issuer_code: content.issuer.code.to_string(),
        issued_on: content.issued_on.to_string(),
        valid_from: content.valid_from.to_string(),
        valid_until: content.valid_until.map(|date| date.to_string()),
        fields: content
            .fields
            .iter()
            .map(|(label, value)| FieldView { label: label.clone(), value: value.clone() })
            .collect(),
        case: content.case.map(|case| case.to_string()),
        verify: format!("/verify/{}", licence.id),
        pdf: format!("/api/v1/licences/{}/pdf", licence.id),
    }
}

/// The public keys with which this house seals.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyList {
    /// The keys.
    pub keys: Vec<KeyView>,
}

/// One public key.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"id": "9f86d081884c7d65", "algorithm": "SM2", "signer_id": "1234567812345678", "public_key": "04…"}))]
pub struct KeyView {
    /// Its id, as seals name it: the first 16 hex digits of its SM3 digest.
    pub id: String,
    /// `SM2` with SM3 (GB/T 32918.2).
    pub algorithm: &'static str,
    /// The signer's id that goes into the digest (GB/T 35276).
    pub signer_id: &'static str,
    /// Uncompressed point, 130 hex digits.
    pub public_key: String,
}

/// The keys by which anybody can check a licence file.
#[utoipa::path(get, path = "/api/v1/licences/keys", tag = "licences", operation_id = "listLicenceKeys",
    responses((status = 200, description = "签章公钥", body = KeyList), Errors))]
pub async fn keys(State(house): State<Arc<House>>) -> Json<KeyList> {
    let key = house.signer.public_key();
    let view =
        KeyView { id: key.key_id(), algorithm: "SM2", signer_id: store::DEFAULT_ID, public_key: key.to_string() };
    Json(KeyList { keys: vec![view] })
}
