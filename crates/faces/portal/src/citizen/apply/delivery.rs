//! How the result is to be received: a task of the application.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use casework::{DraftView, Service, Way};
use web::{Fault, Field, Fields, Frame, House, Section, Visitor, Wrong, page_with, redirect};

use super::{Open, Sheet, open};
use crate::citizen::{
    way::{self, Known},
    words,
};

#[derive(Template)]
#[template(path = "citizen/apply/delivery.html")]
struct DeliveryPage {
    frame: Frame,
    wrongs: Vec<Wrong>,
    sheet: Sheet,
    way: Field,
    address: Vec<Field>,
}

pub(super) async fn show(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let opened = open(&house, &visitor, &id)?;
    if opened.view.ways.len() == 1 {
        return Ok(redirect(&super::onward(&opened.view)));
    }
    delivery_page(&house, &visitor, opened, &Fields::default(), vec![])
}

fn delivery_page(
    house: &House,
    visitor: &Visitor,
    opened: Open,
    sent: &Fields,
    wrongs: Vec<Wrong>,
) -> Result<Response, Fault> {
    let Open { view, sheet, .. } = opened;
    let known = match view.draft.way.as_ref().and_then(Way::end) {
        Some(end) => Known { name: end.name.clone(), phone: end.phone.clone(), address: end.address.clone() },
        None => house.read(|read| way::known(read, &view.draft.owner))?,
    };
    let chosen = view.draft.way.as_ref().map(Way::service);
    let may_post = view.ways.contains(&Service::Post);
    let status = if wrongs.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let frame = visitor.frame(house, "领取方式").in_section(Section::Apply).with_errors(!wrongs.is_empty());
    let page = DeliveryPage {
        frame,
        way: way::choice(view.ways, chosen, sent, &wrongs),
        address: if may_post { way::address(&known, sent, &wrongs) } else { vec![] },
        wrongs,
        sheet,
    };
    Ok(page_with(status, &page))
}

pub(super) async fn save(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
    sent: Fields,
) -> Result<Response, Fault> {
    let opened = open(&house, &visitor, &id)?;
    let chosen = match way::chosen(opened.view.ways, &sent) {
        Ok(chosen) => chosen,
        Err(wrongs) => return delivery_page(&house, &visitor, opened, &sent, wrongs),
    };
    let (actor, draft, version) = (opened.actor, opened.view.draft.id, opened.view.draft.version);
    house.write(move |tx| casework::drafts::choose_way(tx, &actor, &draft, version, &chosen).map(drop)).await?;
    let after = open(&house, &visitor, &id)?;
    Ok(redirect(&super::onward(&after.view)))
}

/// What the list of tasks and the check say of it.
pub(super) fn fact(view: &DraftView) -> String {
    match &view.draft.way {
        None => "电子的、到窗口拿或者寄给您".to_owned(),
        Some(way) => match way.end() {
            Some(end) => format!("{}，{}", words::way(way.service()), end.address),
            None => words::way(way.service()).to_owned(),
        },
    }
}
