//! Open Contracting Data Standard 1.1.5: release packages and record packages.

use crate::{Result, cursor, parameters, parameters::Params, problem::Errors};
use ::trading::{LotCode, Refusal, ocds, query};
use axum::{
    Json,
    extract::{Path, State},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use utoipa::IntoParams;
use web::{Fault, House};

/// Records of one page.
const PAGE: usize = 20;

fn code(ocid: &str) -> std::result::Result<LotCode, Fault> {
    ocds::code_of(ocid).ok_or_else(|| Fault::refused(&Refusal::NotFound))
}

fn publisher(house: &House) -> String {
    format!("{}公共资源交易平台", house.site.whole)
}

/// All releases of one contracting process, as an OCDS release package.
#[utoipa::path(get, path = "/ocds/releases/{ocid}", tag = "trading", operation_id = "ocdsReleases",
    params(("ocid" = String, Path, description = "OCID：ocds-000000- 加标段编号")),
    responses((status = 200, description = "OCDS 1.1.5 release package", body = Object), Errors))]
pub async fn releases(State(house): State<Arc<House>>, Path(ocid): Path<String>) -> Result<Json<Value>> {
    let code = code(&ocid)?;
    let releases = house.ask(|read| ocds::releases(read, &code))?;
    let uri = house.address(&format!("/ocds/releases/{ocid}"));
    Ok(Json(ocds::package(&uri, &publisher(&house), releases, house.db.now())))
}

/// One contracting process, as an OCDS record package.
#[utoipa::path(get, path = "/ocds/records/{ocid}", tag = "trading", operation_id = "ocdsRecord",
    params(("ocid" = String, Path, description = "OCID：ocds-000000- 加标段编号")),
    responses((status = 200, description = "OCDS 1.1.5 record package", body = Object), Errors))]
pub async fn record(State(house): State<Arc<House>>, Path(ocid): Path<String>) -> Result<Json<Value>> {
    let code = code(&ocid)?;
    let releases = house.ask(|read| ocds::releases(read, &code))?;
    let uri = house.address(&format!("/ocds/records/{ocid}"));
    Ok(Json(ocds::records(&uri, &publisher(&house), vec![(code, releases)], house.db.now())))
}

/// Which records.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecordQuery {
    /// `cursor` of `links.next` of the page before.
    pub cursor: Option<String>,
    /// How many, at most 20.
    pub limit: Option<u32>,
}

/// Contracting processes, latest first, as OCDS record packages with a link to the next one.
#[utoipa::path(get, path = "/ocds/records", tag = "trading", operation_id = "ocdsRecords", params(RecordQuery),
    responses((status = 200, description = "OCDS 1.1.5 record package", body = Object), Errors))]
pub async fn records(State(house): State<Arc<House>>, Params(asked): Params<RecordQuery>) -> Result<Json<Value>> {
    let limit = (parameters::limit(asked.limit)? as usize).min(PAGE);
    let vault = house.read(|read| Ok(store::Read::vault(read)))?;
    let place = asked.cursor.as_deref().map(|text| cursor::open(&vault, "ocds", text)).transpose()?;
    let (lots, next) = house.ask(|read| {
        let page = query::lots(read, None, None, limit, place.as_deref())?;
        let mut lots = vec![];
        for lot in page.lines.iter().filter(|lot| ocds::speaks_of(lot)) {
            lots.push((lot.code, ocds::releases(read, &lot.code)?));
        }
        Ok::<_, store::Failure<Refusal>>((lots, page.next))
    })?;
    let mut package = ocds::records(&house.address("/ocds/records"), &publisher(&house), lots, house.db.now());
    if let (Some(next), Some(package)) = (next, package.as_object_mut()) {
        let next = house.address(&format!("/ocds/records?cursor={}", cursor::sign(&vault, "ocds", &next)));
        package.insert("links".to_owned(), json!({"next": next}));
    }
    Ok(Json(package))
}
