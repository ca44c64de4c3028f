//! 我的邮件: every parcel of the party, latest first.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use kernel::Timestamp;
use serde::Deserialize;
use store::Error;
use web::{Fault, Frame, House, Query, Section, Visitor, page};

use super::Side;
use crate::citizen::case::parcel::ParcelView;

/// Parcels of one page.
const PAGE: usize = 20;

#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    before: Option<i64>,
}

#[derive(Template)]
#[template(path = "citizen/me/parcels.html")]
struct ParcelsPage {
    frame: Frame,
    side: Side,
    parcels: Vec<ParcelView>,
    more: Option<String>,
}

pub(super) async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let (_, party) = visitor.citizen()?;
    let before = asked.before.and_then(|at| Timestamp::from_microsecond(at).ok());
    let today = house.db.today();
    let (parcels, more) = house.read(|read| {
        let mut found = delivery::query::of_party(read, &party, before, PAGE + 1)?;
        let more = (found.len() > PAGE).then(|| found.truncate(PAGE));
        let last = found.last().map(|parcel| parcel.made.as_microsecond());
        let mut views = Vec::with_capacity(found.len());
        for parcel in &found {
            match ParcelView::of(read, parcel, today) {
                Ok(view) => views.push(view),
                Err(Error::Erased) => {}
                Err(error) => return Err(error),
            }
        }
        Ok((views, more.and(last)))
    })?;
    let side = Side::of(&house, &visitor, "/me/parcels")?;
    let frame = visitor.frame(&house, "邮件").in_section(Section::Mine);
    let more = more.map(|at| format!("/me/parcels?before={at}"));
    Ok(page(&ParcelsPage { frame, side, parcels, more }))
}
