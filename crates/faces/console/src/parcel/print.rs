//! Print pages: the list to work from, and the label that goes on one parcel.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use delivery::{Direction, Parcel, ParcelId, Refusal, query};
use store::Failure;
use web::{Fault, Frame, House, Query, Visitor, page};

use super::list::{Asked, Line, line, which};
use crate::deck::{self, Desk};

/// Parcels of one print-out.
const PRINT: usize = 100;

#[derive(Template)]
#[template(path = "console/parcels_print.html")]
struct ListPage {
    frame: Frame,
    title: String,
    lines: Vec<Line>,
    printed: String,
}

/// The list as paper: to pack by, or for the courier to sign.
pub async fn list(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let list = which(asked.list());
    let today = house.db.today();
    let lines = house.ask(|read| {
        let page = query::list(read, &session.actor, list, None, PRINT)?;
        let lines = page.parcels.iter().map(|listed| line(read, listed, today));
        Ok::<_, Failure<Refusal>>(lines.collect::<Result<Vec<_>, _>>()?)
    })?;
    let name = match list {
        query::List::At(place) => super::place(place),
        query::List::Trouble => "异常",
    };
    let title = format!("邮件清单：{name}，{} 件", lines.len());
    let frame = deck::frame(&visitor, &house, session, &title, Desk::Parcels);
    let printed = web::words::moment(house.db.now(), today);
    Ok(page(&ListPage { frame, title, lines, printed }))
}

#[derive(Template)]
#[template(path = "console/label.html")]
struct LabelPage {
    frame: Frame,
    id: ParcelId,
    courier: String,
    number: String,
    from: delivery::End,
    to: delivery::End,
    count: u32,
}

/// The label: names, telephones and addresses in full. Opening it is a look at personal data and is written down.
pub async fn label(
    State(house): State<Arc<House>>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Fault> {
    let session = visitor.staff()?;
    let id = super::id(&id)?;
    let (parcel, ends) = house.ask(|read| {
        let parcel: Parcel = query::parcel_for(read, &session.actor, &id)?;
        let ends = query::ends(read, &parcel)?;
        Ok::<_, Failure<Refusal>>((parcel, ends))
    })?;
    let (actor, party) = (session.actor.clone(), parcel.party);
    let what = if parcel.direction == Direction::Collect { "寄件地址" } else { "收件地址" };
    house.write(move |tx| identity::look(tx, &actor, &party, &[what, "电话"], "打印快递面单")).await?;
    let entry = delivery::book().ok().and_then(|book| book.courier(&parcel.courier));
    let frame = deck::frame(&visitor, &house, session, "面单", Desk::Parcels);
    Ok(page(&LabelPage {
        frame,
        id,
        courier: entry.map_or_else(|| parcel.courier.clone(), |entry| entry.name.clone()),
        number: parcel.number().map_or_else(|| "快递还没有给号".to_owned(), ToString::to_string),
        count: parcel.contents.iter().map(|content| content.count).sum(),
        from: ends.from,
        to: ends.to,
    }))
}
