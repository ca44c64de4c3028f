//! Regions, one level at a time.

use crate::{Refusal, Result, parameters, parameters::Params, problem::Errors};
use axum::{Json, extract::State};
use organisation::{Region, Regions};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use web::House;

/// A region (区划).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "320102000000", "name": "玄武区", "full_name": "南京市玄武区", "level": 3}))]
pub struct RegionView {
    /// Twelve digits.
    pub code: String,
    /// Its own name.
    pub name: String,
    /// Its name with those above it, without the province.
    pub full_name: String,
    /// 1 province, 2 city, 3 county, 4 town, 5 village.
    pub level: u8,
}

/// A list of regions.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegionList {
    /// The regions in the order of their codes.
    pub regions: Vec<RegionView>,
}

/// Whose children are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegionQuery {
    /// Region whose children are listed; without it, the topmost regions.
    pub parent: Option<String>,
}

/// Regions below `parent`.
#[utoipa::path(get, path = "/api/v1/regions", tag = "regions", operation_id = "listRegions", params(RegionQuery),
    responses((status = 200, description = "下级区划", body = RegionList), Errors))]
pub async fn list(State(house): State<Arc<House>>, Params(query): Params<RegionQuery>) -> Result<Json<RegionList>> {
    let parent = query.parent.as_deref().map(|code| parameters::region("parent", code)).transpose()?;
    let regions = house.regions()?;
    let found = match parent {
        Some(parent) if regions.get(&parent).is_none() => return Err(Refusal::NotFound.into()),
        Some(parent) => regions.children(&parent).map(|region| view(&regions, region)).collect(),
        None => regions.roots().map(|region| view(&regions, region)).collect(),
    };
    Ok(Json(RegionList { regions: found }))
}

/// A region as the API tells it.
pub fn view(regions: &Regions, region: &Region) -> RegionView {
    RegionView {
        code: region.code.to_string(),
        name: region.name.clone(),
        full_name: regions.full_name(&region.code),
        level: region.level().number(),
    }
}
